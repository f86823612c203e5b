"""``zhiyin facts``: a submission as the shapes see it, for engines other than ours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.bounded import bounded
from zhiyin.cli.editions import TierType, edition_option, tier_range
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say

if TYPE_CHECKING:
    from zhiyin.composition.editions import EditionFiles


@click.command(
    cls=BilingualCommand,
    help=say(
        "写出一家公司的事实，如形状所见：日期为上海零时，类别补全，并加评定节点（N-Triples）。"
        "与 zhiyin shapes 写出的文件一起，任何 SHACL 引擎都得到 zhiyin validate 的结果。",
        "Write a company's facts as the shapes see them: dates as instants of Shanghai, every class stated, the "
        "assessment node added (N-Triples). With the file of zhiyin shapes any SHACL engine gives the results of "
        "zhiyin validate.",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tier",
    type=TierType(),
    help=say(f"类别 {tier_range().zh}，默认所申报的。", f"Tier {tier_range().en}; the claimed one by default."),
)
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    help=say("核查日，默认与 zhiyin validate 相同。", "Check date; by default that of zhiyin validate."),
)
@click.option(
    "--company", default="", help=say("公司的 IRI，文件描述几家时须写。", "The company's IRI, where there are several.")
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help=say("写入文件。", "Write to this file.")
)
@edition_option
@bounded
def command(
    file: Path, tier: int | None, day: str | None, company: str, output: Path | None, edition: EditionFiles
) -> None:
    """Run the command; a file that says which edition it follows is taken at its word."""
    from zhiyin.composition.facts import normalised_facts
    from zhiyin.composition.judging import Asked, check_date, rules_of

    asked = Asked(check_date(day, "--date"), tier)
    found = normalised_facts(file.read_bytes(), rules_of(edition), asked, company=company, source=file.name)
    if output is None:
        click.echo(found.text, nl=False)
    else:
        output.write_text(found.text, encoding="utf-8")
