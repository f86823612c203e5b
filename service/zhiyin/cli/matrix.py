"""The verdicts of many files in, a line each out as they come: companies by section, with a progress bar."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from zhiyin.cli.folding import folded
from zhiyin.cli.language import language, say
from zhiyin.errors import Message
from zhiyin.model import tier_name

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from zhiyin.composition.batch import Row
    from zhiyin.composition.batch_reports import BatchReports

FORMS = ("table", "json", "csv", "xlsx")
_CELL = 9
_SHORT = {
    "技术管理": Message("技术管理", "managing"),
    "机房建设": Message("机房", "rooms"),
    "交易系统": Message("交易系统", "trading"),
    "安全": Message("安全", "security"),
    "日常运行": Message("日常运行", "daily"),
    "备份": Message("备份", "backup"),
    "系统维护": Message("维护", "upkeep"),
    "分支机构技术要求": Message("分支", "branches"),
}
"""The titles of sections as a column has room for them; of another title the beginning stands."""


def _sections() -> dict[str, str]:
    """Return the sections that every tier's chapter has: number below the chapter to title."""
    from zhiyin.composition.judging import rules

    return {number.partition(".")[2]: title for number, title in rules().sections.items()}


def _wide(sections: int) -> int:
    """Return the width from which on a company and its sections stand on one line."""
    return 5 + 10 + sections * _CELL + 26


def write_matrix(
    source: Iterable[list[Row]],
    total: int,
    form: str,
    output: Path | None,
    *,
    reports: BatchReports | None = None,
    skipped: Sequence[str] = (),
) -> int:
    """Write the rows as they come, with their ``reports``, and return the exit code; one file's rows are held at a time.

    The workbook needs all rows, without their reports, until the end.
    """
    from zhiyin.cli import INTERNAL_FAULT
    from zhiyin.composition.batch import exit_status
    from zhiyin.composition.judging import rules

    statuses: set[str] = set()
    broken = internal = False
    stream = output.open("wb") if output is not None else None
    with _progress(total) as (advance, console):
        out = stream or sys.stdout.buffer
        write = {"table": lambda: _table(console, stream), "xlsx": lambda: _workbook(out, skipped)}.get(
            form, lambda: _lines(form, out)
        )()
        try:
            for rows in source:
                for row in rows:
                    broken = broken or row.error is not None
                    internal = internal or row.internal
                    statuses.add(row.status)
                    write(row if reports is None else reports.keep(row))
                advance()
            write(None)
            if reports is not None:
                reports.finish(rules(), skipped)
        finally:
            if stream is not None:
                stream.close()
    return INTERNAL_FAULT if internal else exit_status(sorted(statuses), broken=broken)


def _workbook(stream: BinaryIO, skipped: Sequence[str]) -> Callable[[Row | None], None]:
    """Return what keeps the rows and writes the workbook at the end."""
    from zhiyin.composition.batch_workbook import batch_workbook
    from zhiyin.composition.judging import rules

    kept: list[Row] = []

    def write(row: Row | None) -> None:
        if row is not None:
            kept.append(row)
        else:
            stream.write(batch_workbook(kept, rules(), skipped))
            stream.flush()

    return write


@contextmanager
def _progress(total: int) -> Iterator[tuple[Callable[[], None], Console]]:
    """Give a step for each file and the console for the table; above the bar where both are on the screen."""
    from rich.console import Console
    from rich.progress import Progress

    screen = Console(highlight=False)
    if not sys.stderr.isatty():
        yield (lambda: None), screen
        return
    with Progress(console=Console(stderr=True, highlight=False), transient=True) as progress:
        bar = progress.add_task(say("验证", "validating"), total=total)
        yield (lambda: progress.advance(bar)), (progress.console if screen.is_terminal else screen)


def _lines(form: str, stream: BinaryIO) -> Callable[[Row | None], None]:
    """Return what writes a row as JSON or CSV, and the end for ``None``."""
    import orjson

    if form == "csv":
        head = ["文件", "公司", "信用代码", "所评类别", "结论", "最高类别", *(f"{s} 节" for s in _sections()), "错误"]
        stream.write(b"\xef\xbb\xbf" + _csv_line(head))
    first = True

    def write(row: Row | None) -> None:
        nonlocal first
        if form == "csv":
            stream.write(b"" if row is None else _csv_line(_csv_cells(row)))
        else:
            stream.write(b"[" if first else b"")
            stream.write(b"\n]\n" if row is None else (b"\n" if first else b",\n") + orjson.dumps(row.as_json()))
        first = False
        stream.flush()

    return write


def _csv_cells(row: Row) -> list[str]:
    if row.error is not None:
        return [row.source, "", "", "", "", "", *[""] * len(_sections()), f"{row.where} {row.error.zh}".strip()]
    from zhiyin.validation.policy import STATUS_LABELS, TierStatus

    return [
        row.source,
        row.name or "（未写名称）",
        row.credit_code,
        tier_name(row.assessed_tier),
        STATUS_LABELS[TierStatus(row.status)],
        (tier_name(row.achieved_tier) or "无"),
        *(_worst(row.counts(section)) for section in _sections()),
        "",
    ]


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow("'" + c if c[:1] in "=+-@\t\r" and c else c for c in cells)
    return text.getvalue().encode()


def _worst(counts: dict[str, int]) -> str:
    marks = {"violated": "✗", "undeclared": "?", "manual": "人"}
    parts = [f"{mark}{counts[key]}" for key, mark in marks.items() if counts.get(key)]
    return " ".join(parts) or "✓"


def _table(console: Console, stream: BinaryIO | None) -> Callable[[Row | None], None]:
    """Return what prints a row: one line where the console is wide enough, else two."""
    from rich.console import Console as Plain
    from rich.text import Text

    sections = _sections()
    width = _wide(len(sections))
    if stream is not None:
        console = Plain(
            file=io.TextIOWrapper(stream, encoding="utf-8", write_through=True), highlight=False, width=width
        )
    wide = console.width >= width
    titles = [_SHORT.get(title, Message(title[:4], title[:4])) for title in sections.values()]
    head = Text("".join(_padded(t.in_language(language()), _CELL) for t in titles), "bold")
    lead = console.width - len(sections) * _CELL if wide else 2
    started = False

    def write(row: Row | None) -> None:
        nonlocal started
        if not started:
            console.print(Text(" " * lead) + head, no_wrap=True)
            started = True
        if row is None:
            key = say(
                "✓ 全部符合或不适用  ✗ 不符合  ? 未声明  人 需人工",
                "✓ all satisfied or not applicable  ✗ violated  ? undeclared  人 manual",
            )
            console.print(Text(key, "dim"))
        elif row.error is not None:
            said = f"{Path(row.source).name}  {row.where}  {row.error.in_language(language())}".replace("    ", "  ")
            for index, line in enumerate(folded(say("有误  ", "error  ") + said, console.width - 2)):
                console.print(Text(("" if index == 0 else "  ") + line, "red"), no_wrap=True)
        else:
            name = _name(row)
            cells = Text().join(_cell(row.counts(section)) for section in sections)
            if wide:
                console.print(_fitted(name, lead) + cells, no_wrap=True)
            else:
                console.print(name, no_wrap=True, overflow="ellipsis")
                console.print(Text(" " * lead) + cells, no_wrap=True)

    return write


def _name(row: Row) -> Text:
    from rich.text import Text

    from zhiyin.validation.policy import STATUS_LABELS, TierStatus

    status = TierStatus(row.status)
    colour = {TierStatus.MET: "green", TierStatus.NOT_MET: "red"}.get(status, "yellow")
    shown = STATUS_LABELS[status] if language() == "zh" else str(status)
    tier = tier_name(row.assessed_tier or 1) if language() == "zh" else f"tier {row.assessed_tier}"
    text = Text(f"{tier} ")
    text.append(_padded(shown, 11), f"bold {colour}")
    return text.append(row.name or row.company)


def _cell(counts: dict[str, int]) -> Text:
    from rich.text import Text

    said = _worst(counts)
    colour = {"✗": "red", "?": "yellow", "人": "magenta"}.get(said[0], "green")
    tight = said if len(said) < _CELL - 1 else said.replace(" ", "")
    return Text(_padded(tight, _CELL), colour)


def _fitted(text: Text, width: int) -> Text:
    text.truncate(width - 1, overflow="ellipsis")
    text.pad_right(width - text.cell_len)
    return text


def _padded(text: str, width: int) -> str:
    from rich.cells import cell_len

    return text + " " * max(1, width - cell_len(text))
