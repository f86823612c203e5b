"""``zhiyin clause 4.3.3.1``: a clause with its lineage, figures, concepts and the rules by which it is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from zhiyin.cli.editions import edition_option
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import language, say

if TYPE_CHECKING:
    from zhiyin.catalogue import Catalogue, ClauseView, ItemView
    from zhiyin.composition.editions import EditionFiles


@click.command(
    cls=BilingualCommand,
    help=say(
        "查看条款 NUMBER（如 4.3.3.1）的原文、标识、沿革、数字要求、概念与适用的解读规则。",
        "Show the clause NUMBER, such as 4.3.3.1: text, marks, lineage, figures, concepts and reading rules.",
    ),
)
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出。", "Print JSON."))
@edition_option
def command(number: str, as_json: bool, edition: EditionFiles) -> None:
    """Run the command."""
    from zhiyin import composition
    from zhiyin.edition import chapters_in_words
    from zhiyin.errors import NotFound

    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True), edition)
    catalogue = graph.catalogue
    if number in catalogue.items:
        _print_item(catalogue.items[number], as_json=as_json)
        return
    clause = catalogue.clauses.get(number)
    if clause is None:
        chapters = chapters_in_words(graph.edition.tier_chapters)
        raise NotFound(
            f"没有条款 {number}；条款号形如 4.3.3.1，第一位是章号（{chapters.zh}）",
            f"there is no clause {number}; numbers look like 4.3.3.1, the first digit being the chapter ({chapters.en})",
        )
    if as_json:
        click.echo(json.dumps(clause.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(clause, catalogue)


def _print_item(item: ItemView, *, as_json: bool) -> None:
    if as_json:
        body = {"number": item.number, "section": item.section, "text": item.text, "defines": list(item.defines)}
        click.echo(json.dumps(body, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{item.number} {item.text}")


def _print(clause: ClauseView, catalogue: Catalogue) -> None:
    from rich.text import Text

    from zhiyin.cli.table import console
    from zhiyin.model import CHANGE_LABELS

    out = console()
    tongue = language()
    change = say(CHANGE_LABELS[clause.change], str(clause.change)) if clause.change else say("（一类）", "(tier 1)")
    family = catalogue.families[clause.family]
    title = f"{clause.number}  [{clause.obligation}][{clause.mark}]  {change}"
    out.print(Text(title, style="bold"))
    out.print(Text(clause.text))
    out.print()
    rows = [
        (say("类别", "tier"), catalogue.tiers[clause.tier].label.in_language(tongue)),
        (say("小节", "section"), f"{clause.section} {clause.section_title.in_language(tongue)}"),
        (say("义务", "duty"), f"{family.label.in_language(tongue)} ({family.id})"),
        (say("各类别", "lineage"), " → ".join(f"*{n}*" if n == clause.number else n for n in family.members)),
        (say("检查方式", "check kinds"), say("、", ", ").join(kind.in_language(tongue) for kind in family.check_kinds)),
        (say("数字要求", "figures"), "\n".join(threshold.in_words(tongue) for threshold in clause.thresholds)),
        (say("概念", "concepts"), say("、", ", ").join(c.label.in_language(tongue) for c in clause.concepts)),
        (
            say("解读规则", "reading rules"),
            "\n".join(catalogue.readings[rule].label.in_language(tongue) for rule in clause.readings),
        ),
    ]
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for name, value in rows:
        if value:
            table.add_row(Text(name, style="cyan"), Text(value))
    out.print(table)
