"""``zhiyin template``: the form of a tier to fill in, blank or from last year, as Turtle, JSON-LD or Excel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.bounded import bounded
from zhiyin.cli.editions import TierType, edition_option, tier_range
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say
from zhiyin.errors import BadParameter

if TYPE_CHECKING:
    from zhiyin.composition.editions import EditionFiles


@click.command(
    cls=BilingualCommand,
    help=say("写出某一类的自述表：Turtle、JSON-LD 或 Excel。", "Write the form of a tier: Turtle, JSON-LD or Excel."),
)
@click.option(
    "--tier",
    type=TierType(),
    help=say(
        f"类别 {tier_range().zh}；有 --from 时默认与上一份相同。",
        f"Tier {tier_range().en}; with --from that of last year by default.",
    ),
)
@click.option(
    "--from",
    "last_year",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say(
        "用上一份自述（.xlsx、.ttl、.jsonld）预填，须更新的标色并列出。",
        "Prefill from last year's submission (.xlsx, .ttl, .jsonld); what has to be renewed is marked and listed.",
    ),
)
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    help=say("按哪一天看是否到期，默认今天。", "The day by which things have run out; today by default."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["ttl", "jsonld", "xlsx"]),
    help=say("格式；默认看文件后缀，否则 ttl。", "Format; by the file's suffix, else ttl."),
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help=say("写入文件。", "Write to this file.")
)
@edition_option
@bounded
def command(
    tier: int | None,
    last_year: Path | None,
    day: str | None,
    form: str | None,
    output: Path | None,
    edition: EditionFiles,
) -> None:
    """Run the command."""
    from zhiyin.composition.judging import check_tier, rules_of
    from zhiyin.form.template import TEMPLATE_FORMATS, template

    check_tier(tier, edition.edition, "--tier")
    suffix = output.suffix.removeprefix(".") if output is not None else ""
    chosen = form or (suffix if suffix in TEMPLATE_FORMATS else "ttl")
    if last_year is not None:
        from zhiyin.composition.judging import check_date, today
        from zhiyin.composition.renewal import renewed

        on = check_date(day, "--date") or today()
        data, _, _ = renewed(last_year.read_bytes(), rules_of(edition), tier, chosen, on, source=last_year.name)
    elif tier is None:
        raise BadParameter(
            "--tier",
            "",
            zh=f"请用 --tier 指定类别 {tier_range().zh}",
            en=f"give the tier, {tier_range().en}, by --tier",
        )
    else:
        data, _ = template(rules_of(edition), tier, chosen)
    if output is not None:
        output.write_bytes(data)
        click.echo(say(f"已写 {output}", f"wrote {output}"), err=True)
    elif chosen == "xlsx" and sys.stdout.isatty():
        raise BadParameter("--output", "", zh="Excel 表请用 --output 写入文件", en="write the Excel form with --output")
    else:
        sys.stdout.buffer.write(data)
