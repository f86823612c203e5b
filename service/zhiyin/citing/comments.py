"""Writes a check into a Word document: each statement's verdict as a comment on its words."""

from __future__ import annotations

import copy
import io
from datetime import datetime
from typing import TYPE_CHECKING, Final

from zhiyin.citing.document import DocumentText
from zhiyin.citing.statement import FAULTS, RULING_LABELS, Checked, Ruling, Statement

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

_AUTHOR: Final = "zhiyin"
_COLOURS: Final = {Ruling.HOLDS: "GREEN", Ruling.NOT_CHECKED: "GRAY_25"}


def commented(checked: Checked, source: DocumentText | None) -> bytes:
    """Return the document with a comment on every statement; a new one where the text came without a document."""
    import docx

    if source is None:
        document = docx.Document()
        _write(document, checked)
    else:
        document = source.document
        for statement in reversed(checked.statements):
            # A row of a table is one statement in several paragraphs: the comment stands on the longest of them.
            held = [line for line in source.lines if statement.start < line.end and line.start < statement.end]
            if held:
                line = max(held, key=lambda at: min(at.end, statement.end) - max(at.start, statement.start))
                _comment(document, line.paragraph, statement, line.start, line.end)
    _name(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _write(document: Document, checked: Checked) -> None:
    at = 0
    for text in checked.text.splitlines():
        paragraph = document.add_paragraph(_printable(text))
        for statement in reversed([s for s in checked.statements if s.start < at + len(text) and at < s.end]):
            _comment(document, paragraph, statement, at, at + len(text))
        at += len(text) + _break(checked.text, at + len(text))


def _break(text: str, at: int) -> int:
    return 2 if text[at : at + 2] == "\r\n" else 1


def _printable(text: str) -> str:
    """Return ``text`` with what XML cannot hold blanked, place for place."""
    return "".join(" " if ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF or c in "\ufffe\uffff" else c for c in text)


def _comment(document: Document, paragraph: Paragraph, statement: Statement, start: int, end: int) -> None:
    """Comment on the part of ``paragraph`` (``[start, end)`` of the text) that the statement takes."""
    runs = _runs_of(paragraph, max(statement.start, start) - start, min(statement.end, end) - start)
    if not runs:
        return
    from docx.enum.text import WD_COLOR_INDEX

    for run in runs:
        name = _COLOURS.get(statement.ruling, "YELLOW" if statement.ruling in FAULTS else "GRAY_25")
        run.font.highlight_color = getattr(WD_COLOR_INDEX, "BRIGHT_GREEN" if name == "GREEN" else name)
    document.add_comment(runs, text=_told(statement), author=_AUTHOR, initials="zy")


def _told(statement: Statement) -> str:
    label = RULING_LABELS[statement.ruling]
    lines = [f"【{label.zh} · {label.en}】{statement.reason.zh}"]
    lines += [_printable(f"{c.number} [{c.obligation}][{c.mark}] {c.text}") for c in statement.clauses[:3]]
    if statement.suggestion:
        lines.append(f"另见 {'、'.join(statement.suggestion)}")
    return "\n".join(lines)


def _runs_of(paragraph: Paragraph, start: int, end: int) -> list[Run]:
    """Return the runs that make up ``[start, end)`` of the paragraph, splitting those at its ends."""
    at = 0
    found: list[Run] = []
    for run in list(paragraph.runs):
        length = len(run.text)
        low, high = max(start - at, 0), min(end - at, length)
        at += length
        if low >= high:
            continue
        found.append(_part(run, low, high))
    return found


def _part(run: Run, low: int, high: int) -> Run:
    """Return the run that holds ``[low, high)`` of ``run``'s text; what is left over becomes runs of its own."""
    from docx.text.run import Run as WordRun

    text = run.text
    simple = all(child.tag.endswith(("}t", "}rPr")) for child in run._r)
    if not simple or (low == 0 and high == len(text)):
        return run
    if high < len(text):
        rest = copy.deepcopy(run._r)
        run._r.addnext(rest)
        WordRun(rest, run._parent).text = text[high:]
    if low > 0:
        middle = copy.deepcopy(run._r)
        run._r.addnext(middle)
        run.text = text[:low]
        part = WordRun(middle, run._parent)
        part.text = text[low:high]
        return part
    run.text = text[:high]
    return run


def _name(document: Document) -> None:
    properties = document.core_properties
    if not properties.title:
        properties.title = "引用核验"
    properties.modified = datetime(2000, 1, 1)
