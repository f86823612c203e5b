"""A judgement in, a Word document out: decision, matters to deal with, signatures and page numbers; clauses as annex."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.model import tier_name
from zhiyin.report.causes import MOST_CAUSES, Cause, causes
from zhiyin.report.verdict_rows import BASIS_LABELS
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.judgement import Judgement, Verdict
from zhiyin.validation.policy import STATUS_LABELS

if TYPE_CHECKING:
    from docx.document import Document

_FONT = "Microsoft YaHei"
"""On most desks in China; where it is missing, another of its kind is taken."""


def verdict_document(judgement: Judgement) -> bytes:
    """Return the judgement as a .docx; the same judgement gives the same bytes."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(9.5), _FONT
    _east_asian(normal)
    for name in ("Title", "Heading 1", "Heading 2"):
        _east_asian(document.styles[name])
    _footer(document)
    for count, verdict in enumerate(judgement.verdicts):
        if count:
            document.add_page_break()  # type: ignore[no-untyped-call]
        _front(document, verdict, judgement)
        document.add_page_break()  # type: ignore[no-untyped-call]
        _annex(document, verdict, judgement)
    document.core_properties.author = "zhiyin"
    document.core_properties.title = "合规评定报告"
    raw = io.BytesIO()
    document.save(raw)
    return _steady(raw.getvalue())


def _front(document: Document, verdict: Verdict, judgement: Judgement) -> None:
    tier = tier_name(verdict.assessed_tier)
    document.add_heading(verdict.name or "（未写名称）", 0)
    day = f"核查日 {verdict.day.check}（{DAY_FROM_LABELS[verdict.day.source].zh}）"
    said = [f"《期货公司信息技术管理指引》{tier}要求", day]
    said += [f"事实截至 {verdict.as_of}"] if verdict.as_of else []
    said += [verdict.credit_code] if verdict.credit_code else []
    document.add_paragraph(" · ".join([*said, "据自述"]))
    decision = document.add_paragraph()
    decision.add_run(f"{tier}：{STATUS_LABELS[verdict.status]}").bold = True
    highest = tier_name(verdict.achieved_tier)
    document.add_paragraph(
        (f"申报{tier_name(verdict.declared_tier)}；" if verdict.declared_tier else "")
        + (f"所陈述的事实支持的最高类别是{highest}。" if highest else "所陈述的事实尚不支持任何一类。")
    )
    counts = verdict.summary()
    _table(document, [list(OUTCOME_LABELS.values()), [str(counts[str(o)]) for o in OUTCOME_LABELS]])
    found = causes(verdict, judgement)
    document.add_heading(f"须处理的事项（{len(found)}）", 1)
    if found:
        _table(
            document,
            [
                _CAUSE_HEAD,
                *(_line(n, c) for n, c in enumerate(found[:MOST_CAUSES], 1)),
            ],
            widths=_CAUSE_WIDTHS,
        )
        if len(found) > MOST_CAUSES:
            document.add_paragraph(f"其余 {len(found) - MOST_CAUSES} 项见附件。")
    else:
        document.add_paragraph("没有须补充、整改或人工认定的事项。")
    document.add_heading("签署", 1)
    signed = [[who, "", "岗位", "", "日期", ""] for who in ("评定人", "复核人", "公司确认")]
    _table(document, signed, widths=(2.2, 4.4, 1.4, 4.2, 1.4, 4.0), head=False, tall=True)


_CAUSE_HEAD = ["序", "结论", "情况与怎样做", "条款", "所在"]
_CAUSE_WIDTHS = (1.1, 1.6, 8.6, 2.5, 3.8)


def _line(number: int, cause: Cause) -> list[str]:
    cure = f"\n→ {cause.remedy.zh}" if cause.remedy else ""
    spots = [spot.words for spot in cause.spots[:3] if spot.words]
    more = [f"等 {len(cause.spots)} 处"] if len(cause.spots) > 3 else []
    return [
        str(number),
        OUTCOME_LABELS[cause.outcome],
        cause.message.zh + cure,
        cause.numbers,
        "\n".join([*([] if cause.group in "".join(spots) else [cause.group]), *spots, *more]),
    ]


def _annex(document: Document, verdict: Verdict, judgement: Judgement) -> None:
    rest = list(enumerate(causes(verdict, judgement), 1))[MOST_CAUSES:]
    if rest:
        document.add_heading(f"附件：其余须处理的事项（{len(rest)}）", 1)
        _table(document, [_CAUSE_HEAD, *(_line(number, cause) for number, cause in rest)], widths=_CAUSE_WIDTHS)
    document.add_heading("附件：逐条结论", 1)
    for outcome in (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL, Outcome.NOT_APPLICABLE, Outcome.SATISFIED):
        chosen = [clause for clause in verdict.clauses if clause.outcome is outcome]
        if not chosen:
            continue
        document.add_heading(f"{OUTCOME_LABELS[outcome]}（{len(chosen)}）", 2)
        rows = [["条款", "性质", "原文", "依据或发现"]]
        for clause in chosen:
            told = ["、".join(BASIS_LABELS[b] for b in clause.basis)] if clause.basis else []
            told += [str(d) for d in clause.documents[:4]]
            told += clause.grounds
            told += [finding.message.zh for finding in clause.findings[:4]]
            if clause.determination is not None:
                told.append(
                    f"认定：{clause.determination.by}，{clause.determination.on}，{clause.determination.reason}"
                )
            rows.append(
                [
                    clause.requirement.number,
                    str(clause.requirement.obligation),
                    clause.requirement.text,
                    "\n".join(told),
                ]
            )
        _table(document, rows, widths=(1.7, 1.2, 6.9, 7.8))


def _table(
    document: Document,
    rows: list[list[str]],
    *,
    widths: tuple[float, ...] = (),
    head: bool = True,
    tall: bool = False,
) -> None:
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Cm

    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    table.autofit = not widths
    for index, width in enumerate(widths):
        # Cells alone are not enough: some programs go by the table's grid.
        table.columns[index].width = Cm(width)
    for row, values in zip(table.rows, rows, strict=True):
        _whole(row)
        if tall:
            row.height, row.height_rule = Cm(1.0), WD_ROW_HEIGHT_RULE.AT_LEAST
        for index, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            cell.text = "".join(c for c in value if c in "\n\t" or ord(c) >= 32)
            if widths:
                cell.width = Cm(widths[index])
    if head:
        for cell in table.rows[0].cells:
            for paragraph in cell.paragraphs:
                for run in paragraph.runs:
                    run.bold = True
        _repeat(table.rows[0])


def _whole(row: Any) -> None:  # noqa: ANN401 - python-docx's row
    """Keep a row on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: Any) -> None:  # noqa: ANN401 - python-docx's row
    """Let the first row stand at the head of every page."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def _footer(document: Document) -> None:
    """Write 第 n 页，共 m 页 below each page."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.7)
    section.top_margin = section.bottom_margin = Cm(1.8)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, code in (("第 ", ""), ("", "PAGE"), (" 页，共 ", ""), ("", "NUMPAGES"), (" 页", "")):
        run = paragraph.add_run(text)
        if not code:
            continue
        for kind, inner in (("begin", ""), ("", code), ("end", "")):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = inner
            run._r.append(element)


def _east_asian(style: Any) -> None:  # noqa: ANN401 - python-docx's style
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(kind), _FONT)


def _steady(data: bytes) -> bytes:
    """Return the document with fixed time stamps."""
    import re

    steady = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            body = source.read(info)
            if info.filename == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", body)
            target.writestr(zipfile.ZipInfo(info.filename, (2000, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return steady.getvalue()
