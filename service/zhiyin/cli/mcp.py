"""``zhiyin mcp``: serve the tools to a model's client over standard input and output."""

from __future__ import annotations

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
    from zhiyin.composition.services import open_services
    from zhiyin.mcp.stdio import serve_stdio
    from zhiyin.settings import Settings

    opened: list[Services] = []
    lock = Lock()

    def services() -> Services:
        with lock:
            if not opened:
                opened.append(open_services(Settings.from_environment(access_log=False)))
            return opened[0]

    # A client has little patience with its first question: open the graph while it says hello.
    Thread(target=services, daemon=True).start()
    try:
        serve_stdio(services)
    finally:
        for each in opened:
            each.sparql.close()
