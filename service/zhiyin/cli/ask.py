"""``zhiyin ask``: a question in Chinese, one sentence with its clauses, or a refusal that says why."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

import click

from zhiyin.cli.editions import edition_option
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say

_REFUSED: Final = 3

if TYPE_CHECKING:
    from zhiyin.composition.editions import EditionFiles


@click.command(
    cls=BilingualCommand,
    help=say(
        "用中文提问，得到带条款的确切答案；指引没有规定的，说明没有规定。如：四类公司灾备中心要多远。",
        "Ask in Chinese: an exact answer with its clauses, or that the guideline does not say.",
    ),
)
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出。", "Print JSON."))
@click.option("--sparql", "show_query", is_flag=True, help=say("也写出所用的查询。", "Print the query too."))
@edition_option
def command(words: tuple[str, ...], as_json: bool, show_query: bool, edition: EditionFiles) -> None:
    """Run the command; 0 where there is an answer, 3 where the guideline does not say: 1 is for what is not met."""
    from zhiyin import composition
    from zhiyin.asking.answer import OUTCOME_IN_WORDS
    from zhiyin.composition.asking import open_asker
    from zhiyin.composition.search import load_search
    from zhiyin.search.request import check_query

    question = " ".join(words)
    check_query(question, "QUESTION")
    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True), edition)
    answer = open_asker(graph, load_search(graph)).ask(question)
    if as_json:
        click.echo(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
    else:
        if answer.answered:
            click.echo(answer.text)
        else:
            click.echo(
                f"{say(*OUTCOME_IN_WORDS[answer.outcome])}{say('：', ': ')}{say(answer.reason, answer.reason_en)}"
            )
        catalogue = graph.catalogue
        for number in answer.clauses[:6]:
            clause = catalogue.clauses.get(number)
            text = clause.text if clause else catalogue.items[number].text
            click.echo(f"  {number}  {text}")
        if len(answer.clauses) > 6:
            click.echo(say(f"  另有 {len(answer.clauses) - 6} 条", f"  {len(answer.clauses) - 6} more"))
        if answer.reading and answer.answered:
            parts = "；".join(f"{part.name} {part.value}" for part in answer.reading.parts)
            click.echo(say("我是这样理解的：", "Read as: ") + parts)
    if show_query and answer.sparql and not as_json:
        click.echo(answer.sparql)
    sys.exit(0 if answer.answered else _REFUSED)
