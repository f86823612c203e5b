"""``zhiyin publish``: our graphs into a remote store by the Graph Store Protocol, checked by counts."""

from __future__ import annotations

import json

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say


@click.command(
    cls=BilingualCommand,
    help=say(
        "把图谱的各命名图装入远端存储（SPARQL 1.1 Graph Store Protocol），可重复执行，装完核对条数。",
        "Load our named graphs into a remote store by the SPARQL 1.1 Graph Store Protocol; idempotent, checked by counts.",
    ),
)
@click.argument("graph_store", metavar="GRAPH_STORE_URL")
@click.option(
    "--query-endpoint",
    required=True,
    metavar="URL",
    help=say("核对条数用的查询地址。", "Query address for the counts."),
)
@click.option("--user", default="", envvar="ZHIYIN_SPARQL_USER", help=say("用户名。", "User name."))
@click.option(
    "--password",
    default="",
    envvar="ZHIYIN_SPARQL_PASSWORD",
    help=say("口令；宜用环境变量给出。", "Password; better by the environment."),
)
@click.option(
    "--update",
    is_flag=True,
    help=say(
        "地址是 SPARQL 1.1 Update 的地址，用于没有图存储协议的存储。",
        "The address is one of SPARQL 1.1 Update, for a store without the Graph Store Protocol.",
    ),
)
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出。", "Print JSON."))
def command(graph_store: str, query_endpoint: str, user: str, password: str, update: bool, as_json: bool) -> None:
    """Run the command."""
    from zhiyin.composition.services import graph_files
    from zhiyin.sparql.publish import publish

    done = publish(graph_files(), graph_store, query_endpoint, user, password, update=update)
    if as_json:
        click.echo(json.dumps([{"graph": d.graph, "triples": d.triples} for d in done], indent=2))
        return
    for row in done:
        click.echo(say(f"{row.graph}：{row.triples} 条三元组", f"{row.graph}: {row.triples} triples"))
