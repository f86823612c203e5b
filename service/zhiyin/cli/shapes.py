"""``zhiyin shapes``: the SHACL shapes of a tier as one self-contained Turtle file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.editions import TierType, edition_option, tier_range
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say

if TYPE_CHECKING:
    from zhiyin.composition.editions import EditionFiles


@click.command(
    cls=BilingualCommand,
    help=say(
        "写出某一类的 SHACL 形状：一个自足的 Turtle 文件。",
        "Write the SHACL shapes of a tier as one self-contained Turtle file.",
    ),
)
@click.option(
    "--tier", type=TierType(), required=True, help=say(f"类别 {tier_range().zh}。", f"Tier {tier_range().en}.")
)
@click.option(
    "--portable",
    is_flag=True,
    help=say(
        "约束组件写成普通的 sh:sparql，给不认识组件的引擎（RDF4J、rudof、shacl-engine）。",
        "Write constraint components out as plain sh:sparql, for engines that know none (RDF4J, rudof, shacl-engine).",
    ),
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help=say("写入文件。", "Write to this file.")
)
@edition_option
def command(tier: int, portable: bool, output: Path | None, edition: EditionFiles) -> None:
    """Run the command."""
    from zhiyin.composition.judging import check_tier, rules_of
    from zhiyin.law.shapes_file import shapes_turtle

    check_tier(tier, edition.edition, "--tier")
    text = shapes_turtle(tier, rules_of(edition).requirements, rules_of(edition).shapes, portable=portable)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
