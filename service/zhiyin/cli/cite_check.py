"""``zhiyin cite-check``: a text, Markdown or .docx in, every statement about the guideline judged out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.bounded import bounded
from zhiyin.cli.editions import edition_option
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import language, say

if TYPE_CHECKING:
    from zhiyin.citing.document import DocumentText
    from zhiyin.citing.statement import Checked
    from zhiyin.composition.editions import EditionFiles

_FORMATS = ("table", "json", "csv", "html", "docx")
_FAULTY = 1


@click.command(
    cls=BilingualCommand,
    help=say(
        "核验文件中关于指引的每一处说法：条款号、类别、必须/可选、标识、数字与单位、引文。FILE 为文本、Markdown 或 "
        ".docx，- 为标准输入。退出码：0 没有不符，1 有不符，2 输入有误。",
        "Check every statement about the guideline in a file: clause number, tier, obligation, mark, figures with units, "
        "quotations. FILE is text, Markdown or .docx, - is standard input. Exit code: 0 nothing differs, 1 something "
        "does, 2 bad input.",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path), metavar="FILE")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help=say("输出格式。", "Output format."),
)
@click.option("--json", "as_json", is_flag=True, help=say("同 --format json。", "The same as --format json."))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("写入文件；docx 必须给出。", "Write to this file; docx needs it."),
)
@click.option("--all", "every", is_flag=True, help=say("也列出相符的说法。", "List what holds as well."))
@edition_option
@bounded
def command(file: Path, form: str, as_json: bool, output: Path | None, every: bool, edition: EditionFiles) -> int:
    """Run the command and return its exit code."""
    from zhiyin import composition
    from zhiyin.composition.citing import check_bytes

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True), edition)
    checked, source = check_bytes(
        data, "" if str(file) == "-" else file.name, graph, lambda: composition.load_search(graph)
    )
    chosen = "json" if as_json else form
    if chosen == "table":
        _print(checked, source, every)
    else:
        _write(checked, source, chosen, output)
    return _FAULTY if any(statement.is_fault for statement in checked.statements) else 0


def _write(checked: Checked, source: DocumentText | None, form: str, output: Path | None) -> None:
    from zhiyin.citing.outputs import OUTPUTS

    if form == "docx" and output is None:
        raise click.UsageError(say("docx 需要 --output 文件名", "docx needs --output FILE"))
    data = OUTPUTS[form].write(checked, source)
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        output.write_bytes(data)
        click.echo(say(f"已写 {output}", f"wrote {output}"), err=True)


def _print(checked: Checked, source: DocumentText | None, every: bool) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from zhiyin.citing.statement import RULING_LABELS, Ruling
    from zhiyin.cli.table import console

    out = console()
    tongue = language()
    tally = "  ".join(f"{RULING_LABELS[r].in_language(tongue)} {checked.summary.get(r, 0)}" for r in Ruling)
    out.print(Text(say(f"{len(checked.statements)} 处说法：{tally}", f"{len(checked.statements)} statements: {tally}")))
    for warning in source.warnings if source else ():
        out.print(Text(warning.in_language(tongue), style="yellow"))
    for statement in checked.statements:
        if statement.ruling is Ruling.HOLDS and not every:
            continue
        colour = "red" if statement.is_fault else "green" if statement.ruling is Ruling.HOLDS else "yellow"
        out.print()
        head = Text(RULING_LABELS[statement.ruling].in_language(tongue), f"bold {colour}")
        head.append(f"  {statement.reason.in_language(tongue)}", "not bold")
        out.print(head)
        out.print(Padding(Text(statement.text), (0, 0, 0, 4)))
        for clause in statement.clauses[:2]:
            marks = f" [{clause.obligation}][{clause.mark}]" if clause.obligation else ""
            out.print(Padding(Text(f"{clause.number}{marks} {clause.text}", "dim"), (0, 0, 0, 4)))
