"""A report in, a Word document out: each column as wide as its words want, heads repeated on every page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from zhiyin.desk.reports import Report

if TYPE_CHECKING:
    from docx.document import Document as Paper
    from docx.table import _Row

_WIDTH = 25.7
"""What lies between the margins of a landscape page, in centimetres."""
_LEAST, _MOST = 10, 60
"""Half-widths of a character that a column is taken to want at least and at most."""


def document(report: Report) -> bytes:
    """Return the report as a Word document; what it says is text and nothing else."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    paper = Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = "Noto Sans CJK SC", Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Sans CJK SC")
    paper.add_heading(_plain(report.title), 0)
    paper.add_paragraph(_plain(report.subtitle))
    for part in report.parts:
        paper.add_heading(_plain(part.heading), 1)
        for paragraph in part.paragraphs:
            paper.add_paragraph(_plain(paragraph))
        if len(part.table) > 1:
            _add_table(paper, part.table)
        elif part.table:
            paper.add_paragraph("无。")
    paper.core_properties.author = "zhiyin"
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def _add_table(paper: Paper, rows: Sequence[Sequence[str]]) -> None:
    from docx.shared import Cm

    widths = [Cm(share * _WIDTH) for share in _shares(rows)]
    table = paper.add_table(rows=0, cols=len(widths), style="Light Grid Accent 1")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, row in enumerate(rows):
        added = table.add_row()
        _keep_together(added, repeated=number == 0)
        for cell, text, width in zip(added.cells, row, widths, strict=True):
            cell.text, cell.width = _plain(text), width


def _shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the share of the page that each column has, by its longest text."""
    wanted = [min(_MOST, max(_LEAST, *(_half_widths(text) for text in column))) for column in zip(*rows, strict=True)]
    return [width / sum(wanted) for width in wanted]


def _half_widths(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _keep_together(row: _Row, *, repeated: bool) -> None:
    """Have a row stand on one page, and the head on each."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if repeated else [])):
        element = OxmlElement(name)
        element.set(qn("w:val"), "true")
        properties.append(element)


def _plain(text: str) -> str:
    """Return text without the control characters that XML cannot hold."""
    return "".join(c for c in text if (c >= " " and c not in "\ufffe\uffff") or c in "\t\n")
