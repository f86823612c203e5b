"""``zhiyin template``: the form of a tier to fill in, as Turtle, JSON-LD or Excel."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say
from zhiyin.errors import BadParameter


@click.command(
    cls=BilingualCommand,
    help=say("写出某一类的自述表：Turtle、JSON-LD 或 Excel。", "Write the form of a tier: Turtle, JSON-LD or Excel."),
)
@click.option("--tier", type=click.IntRange(1, 4), required=True, help=say("类别 1 至 4。", "Tier 1 to 4."))
@click.option(
    "--format",
    "form",
    type=click.Choice(["ttl", "jsonld", "xlsx"]),
    help=say("格式；默认看文件后缀，否则 ttl。", "Format; by the file's suffix, else ttl."),
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help=say("写入文件。", "Write to this file.")
)
def command(tier: int, form: str | None, output: Path | None) -> None:
    """Run the command."""
    from zhiyin.form.template import TEMPLATE_FORMATS, template

    suffix = output.suffix.removeprefix(".") if output is not None else ""
    chosen = form or (suffix if suffix in TEMPLATE_FORMATS else "ttl")
    data, _ = template(tier, chosen)
    if output is not None:
        output.write_bytes(data)
        click.echo(say(f"已写 {output}", f"wrote {output}"), err=True)
    elif chosen == "xlsx" and sys.stdout.isatty():
        raise BadParameter("--output", "", zh="Excel 表请用 --output 写入文件", en="write the Excel form with --output")
    else:
        sys.stdout.buffer.write(data)
