"""Serves the protocol over standard input and output, until the client closes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zhiyin.mcp.server import make_server, missing_package

if TYPE_CHECKING:
    from zhiyin.services import Services


def serve_stdio(services: Callable[[], Services]) -> None:
    """Serve one client; nothing but the protocol goes to standard output. OSError where that cannot be written to."""
    server = make_server(services)
    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError as error:
        raise missing_package() from error

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    try:
        anyio.run(run)
    except BaseExceptionGroup as group:
        # What ends it is that nobody reads, or that there is no room: told as of any command.
        outputs, rest = group.split(OSError)
        if outputs is None or rest is not None:
            raise
        raise _leaf(outputs) from group


def _leaf(group: BaseExceptionGroup[OSError]) -> OSError:
    first = group.exceptions[0]
    return _leaf(first) if isinstance(first, BaseExceptionGroup) else first
