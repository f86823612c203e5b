"""Serves the protocol over standard input and output, until the client closes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zhiyin.mcp.server import make_server, missing_package

if TYPE_CHECKING:
    from zhiyin.services import Services


def serve_stdio(services: Callable[[], Services]) -> None:
    """Serve one client; nothing but the protocol goes to standard output."""
    server = make_server(services)
    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError as error:
        raise missing_package() from error

    async def run() -> None:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    anyio.run(run)
