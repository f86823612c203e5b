"""``zhiyin search``: the clauses that a question means, highlighted, each with its reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from zhiyin.cli.editions import TierType, edition_option
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say

if TYPE_CHECKING:
    from zhiyin.composition.editions import EditionFiles
    from zhiyin.search.result import SearchHit, SearchResult


@click.command(
    cls=BilingualCommand,
    help=say(
        "检索条款：一个词、一句话、条款号或组合，如 门禁卡、停电了怎么办、5.6.2.1、三类 必须 供电。",
        "Search the clauses: a word, a sentence, a number or a combination, such as 门禁卡, 停电了怎么办, 5.6.2.1.",
    ),
)
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
@click.option("--tier", multiple=True, type=TierType(), help=say("只看这些类别。", "These tiers only."))
@click.option(
    "--section", multiple=True, help=say("只看这些节，如 4.3 或 供电。", "These sections only, such as 4.3 or 供电.")
)
@click.option("--obligation", multiple=True, help=say("必须 或 可选。", "必须 or 可选."))
@click.option("--mark", multiple=True, help=say("新增 或 延续。", "新增 or 延续."))
@click.option("--change", multiple=True, help=say("只看这些变化，如 strengthened。", "These changes only."))
@click.option("--concept", multiple=True, help=say("只看提到这些概念的条款。", "Clauses that mention these concepts."))
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help=say("最多几项。", "Most rows.")
)
@click.option("--every", is_flag=True, help=say("逐条显示，不合并同一义务。", "Every clause, not one row a duty."))
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出。", "Print JSON."))
@edition_option
def command(
    words: tuple[str, ...],
    tier: tuple[int, ...],
    section: tuple[str, ...],
    obligation: tuple[str, ...],
    mark: tuple[str, ...],
    change: tuple[str, ...],
    concept: tuple[str, ...],
    limit: int,
    every: bool,
    as_json: bool,
    edition: EditionFiles,
) -> None:
    """Run the command."""
    from zhiyin import composition
    from zhiyin.composition.search import load_search
    from zhiyin.search.request import SearchRequest

    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True), edition)
    result = load_search(graph).search(
        SearchRequest(
            " ".join(words),
            tier=tier,
            section=section,
            obligation=obligation,
            mark=mark,
            change=change,
            concept=concept,
            limit=limit,
            collapse="none" if every else "family",
        )
    )
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(result)


def _print(result: SearchResult) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    shown = len(result.hits)
    console.print(say(f"{result.total} 项，显示 {shown} 项", f"{result.total} found, {shown} shown"), style="dim")
    for suggestion in result.did_you_mean:
        console.print(say(f"是不是要找：{suggestion}", f"did you mean: {suggestion}"))
    for hit in result.hits:
        console.print()
        _print_hit(console, hit)


def _print_hit(console: object, hit: SearchHit) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    if not isinstance(console, Console):
        raise TypeError("a rich console is needed")
    head = Text()
    head.append(hit.number, "bold cyan")
    head.append(f"  {hit.family_label}", "bold")
    head.append(f"  [{hit.obligation}][{hit.mark}]  {hit.section_title}", "dim")
    console.print(head)
    text = Text(hit.text)
    for start, end in hit.spans:
        text.stylize("bold yellow underline", start, end)
    console.print(Padding(text, (0, 0, 0, 4)))
    reasons = "；".join(str(reason) for reason in hit.why[:3])
    also = say(f"  同款 {' '.join(hit.also)}", f"  also {' '.join(hit.also)}") if hit.also else ""
    console.print(Padding(Text(reasons + also, "dim"), (0, 0, 0, 4)))
