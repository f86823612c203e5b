"""``zhiyin serve``: the whole service on one address."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import language, say


class ServeCommand(BilingualCommand):
    """The command with the table of settings at the end of its help, read only when asked for."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the settings that the environment may give."""
        from zhiyin.settings import explanations

        with formatter.section(say("环境变量", "Environment")):
            formatter.write_dl(
                [(f"{row.variable} [{row.default}]", row.doc.in_language(language())) for row in explanations()]
            )


@click.command(
    cls=ServeCommand,
    help=say(
        "启动服务：网页、API 与 SPARQL 端点；只监听本机，除非另行指定。",
        "Start the service: pages, API and SPARQL endpoint; on loopback unless told otherwise.",
    ),
)
@click.option("--host", help=say("监听地址。", "Address to listen on."))
@click.option("--port", type=click.IntRange(1, 65535), help=say("监听端口。", "Port to listen on."))
@click.option(
    "--load",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say("随图谱一起装入的 RDF 文件，可重复。", "RDF files loaded beside our graph; may be repeated."),
)
@click.option(
    "--desk",
    metavar="PLACE",
    help=say(
        "监管台的位置：文件路径（SQLite）或 postgresql:// 地址。",
        "Where the desk is: a path (SQLite) or postgresql://…",
    ),
)
def command(host: str | None, port: int | None, load: tuple[Path, ...], desk: str | None) -> None:
    """Run the command until it is stopped."""
    from zhiyin.server.allocator import tune

    tune()
    from zhiyin.composition.contained_process import ForkingProcess
    from zhiyin.composition.services import graph_files, prepare
    from zhiyin.namespaces import PREFIXES
    from zhiyin.server.listening import check_address
    from zhiyin.server.running import run_server
    from zhiyin.settings import Settings

    extra = tuple(str(path.resolve()) for path in load) or None
    settings = Settings.from_environment(host=host, port=port, load=extra, desk=desk)
    # Said before anything is loaded, which takes a while.
    check_address(settings.host, settings.port)
    if settings.desk:
        from zhiyin.composition.desk import check_desk

        check_desk(settings.desk)
    prepare(lambda message: click.echo(say(message.zh, message.en), err=True))
    shown = "[" + settings.host + "]" if ":" in settings.host else settings.host
    address = settings.base_url.rstrip("/") or f"http://{shown}:{settings.port}"

    def answered() -> None:
        click.echo(
            say(
                f"zhiyin 指引图谱：{address}\n  浏览 {address}/browse  检索 {address}/search  验证 {address}/validate  SPARQL {address}/sparql",
                f"zhiyin: {address}\n  browse {address}/browse  search {address}/search  validate {address}/validate  SPARQL {address}/sparql",
            )
        )
        if settings.desk:
            click.echo(say(f"  监管台 {address}/desk", f"  desk {address}/desk"))
        sys.stdout.flush()

    click.echo(say("正在启动……", "starting…"), err=True)
    run_server(
        settings,
        "zhiyin.web.site:application",
        graph_files,
        PREFIXES,
        answered,
        lambda: ForkingProcess("zhiyin.composition.submitted:warm"),
    )
