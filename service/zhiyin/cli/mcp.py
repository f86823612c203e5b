"""``zhiyin mcp``: serve the tools to a model's client over standard input and output."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock, Thread
from typing import TYPE_CHECKING

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say

if TYPE_CHECKING:
    from zhiyin.services import Services


@click.command(
    cls=BilingualCommand,
    help=say(
        "以 MCP（标准输入输出）供模型的客户端使用：ask、search、clause、compare、figures、query、validate、cite_check。"
        "HTTP 方式见 ZHIYIN_MCP=1 zhiyin serve 的 /mcp。",
        "Serve the tools to a model's client by MCP over standard input and output: ask, search, clause, compare, figures, "
        "query, validate, cite_check. Over HTTP: ZHIYIN_MCP=1 zhiyin serve, at /mcp.",
    ),
)
def command() -> None:
    """Run the command."""
    from zhiyin.composition.containment import Containment
    from zhiyin.composition.services import open_services
    from zhiyin.mcp.stdio import serve_stdio
    from zhiyin.settings import Settings

    settings = Settings.from_environment(access_log=False)
    opened: list[Services] = []
    lock = Lock()
    # What a model sends is worked on as what is posted is: apart, with limits of time and memory.
    with Containment.beside(settings, "zhiyin.composition.submitted:warm") as contained:

        def services() -> Services:
            with lock:
                if not opened:
                    opened.append(replace(open_services(settings), contained=contained))
                return opened[0]

        # A client has little patience with its first question: open the graph while it says hello.
        Thread(target=services, daemon=True).start()
        try:
            serve_stdio(services)
        finally:
            for each in opened:
                each.sparql.close()
