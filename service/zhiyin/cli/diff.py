"""``zhiyin diff 2 3``: what changes between two tiers, counted and then shown word by word, section by section."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

import click

from zhiyin.cli.editions import TierType, edition_option
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import language, say

if TYPE_CHECKING:
    from rich.text import Text

    from zhiyin.composition.editions import EditionFiles
    from zhiyin.difference import Alteration, TierDifference


@click.command(
    cls=BilingualCommand,
    help=say(
        "比较两个类别：从 FROM 类到 TO 类，哪些义务新出现、加强、由可选变为必须或只调整文字。\n\n"
        "删去的字写作 [-…-]，加上的字写作 {+…+}。",
        "Compare two tiers: which duties are introduced, strengthened, promoted or reworded from tier FROM to tier TO.\n\n"
        "Words taken away are written [-…-], words added {+…+}.",
    ),
)
@click.argument("lower", metavar="FROM", type=TierType())
@click.argument("higher", metavar="TO", type=TierType())
@click.option("--same", is_flag=True, help=say("连未变的条款也列出。", "List the clauses that stay the same as well."))
@click.option("--json", "as_json", is_flag=True, help=say("以 JSON 输出。", "Print JSON."))
@edition_option
def command(lower: int, higher: int, same: bool, as_json: bool, edition: EditionFiles) -> None:
    """Run the command."""
    from zhiyin import composition
    from zhiyin.difference import tier_difference

    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True), edition)
    difference = tier_difference(graph.catalogue, lower, higher)
    if as_json:
        click.echo(json.dumps(difference.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(difference, same=same)


def _print(difference: TierDifference, *, same: bool) -> None:
    from rich.text import Text

    from zhiyin.cli.table import console
    from zhiyin.model import CHANGE_LABELS, tier_name

    out = console()
    lower, higher = difference.lower, difference.higher
    out.print(
        say(f"{tier_name(lower)} → {tier_name(higher)}", f"Tier {lower} → tier {higher}")
        + "  "
        + say("，", ", ").join(
            f"{say(CHANGE_LABELS[change], str(change))} {count}" for change, count in difference.summary.items()
        ),
        style="bold",
    )
    rows = difference.alterations if same else difference.changed
    for section, group in groupby(rows, key=lambda row: row.after.section):
        members = list(group)
        title = members[0].after.section_title.in_language(language())
        out.print()
        out.print(f"{section} {title}", style="bold cyan")
        for row in members:
            line = Text("  ")
            line.append_text(_line(row, say(CHANGE_LABELS[row.change], str(row.change))))
            out.print(line)


def _line(row: Alteration, name: str) -> Text:
    from rich.text import Text

    from zhiyin.cli.table import pieces
    from zhiyin.difference import is_whole, readable_difference

    before, after = row.before, row.after
    numbers = after.number if before is None else f"{before.number} → {after.number}"
    obligation = str(after.obligation)
    if before is not None and before.obligation is not after.obligation:
        obligation = f"{before.obligation} → {after.obligation}"
    line = Text(f"{numbers}  [{obligation}] {name}\n      ")
    if before is None or before.text == after.text:
        return line.append(after.text)
    parts = readable_difference(before.text, after.text)
    if is_whole(parts):
        line.append(before.text, style="red").append("\n      ")
        return line.append(after.text, style="green")
    return line.append_text(pieces(parts))
