"""The forms a check can take: JSON, CSV, the text with marks as one HTML file, and a .docx with comments."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import orjson

from zhiyin.citing.document import DOCX_MEDIA_TYPE, DocumentText
from zhiyin.citing.statement import RULING_LABELS, Checked, Ruling, Statement

COLUMNS: Final = (
    "序号",
    "结论",
    "verdict",
    "所引",
    "类别",
    "陈述",
    "理由",
    "条款",
    "必须/可选",
    "新增/延续",
    "条款原文",
    "另见",
    "起",
    "止",
)
_STYLE: Final = (
    "body{font:16px/1.8 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c2330}"
    ".text{white-space:pre-wrap;overflow-wrap:anywhere}mark{padding:0 .1em;border-radius:2px}mark.holds{background:#d9f2e0}mark.fault{background:#fddcd7}"
    "mark.not-checked{background:#e7e9ee}sup a{text-decoration:none}table{border-collapse:collapse;width:100%}td,th{border:1px solid #c9cfda;padding:.4em .6em;vertical-align:top;text-align:left}"
    "del{background:#fddcd7}ins{background:#d9f2e0;text-decoration:none}@media print{body{margin:0}}"
)


@dataclass(frozen=True, slots=True)
class Output:
    """One form: its media type, the suffix of a file that holds it, and whether a browser should save it."""

    name: str
    media_type: str
    suffix: str
    download: bool
    write: Callable[[Checked, DocumentText | None], bytes]

    @property
    def content_type(self) -> str:
        """The Content-Type header; text says its character set."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")


def _json(checked: Checked, source: DocumentText | None) -> bytes:
    return orjson.dumps(check_json(checked, source), option=orjson.OPT_INDENT_2) + b"\n"


def check_json(checked: Checked, source: DocumentText | None = None) -> dict[str, object]:
    """Return the check with what of the document was not read."""
    warnings = source.warnings if source else ()
    return {**checked.as_json(), "warnings": [{"zh": w.zh, "en": w.en} for w in warnings]}


def _csv(checked: Checked, _: DocumentText | None) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, statement in enumerate(checked.statements, 1):
        writer.writerow([_inert(str(cell)) for cell in _row(number, statement)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _row(number: int, statement: Statement) -> list[object]:
    first = statement.clauses[0] if statement.clauses else None
    return [
        number, RULING_LABELS[statement.ruling].zh, statement.ruling, "、".join(statement.cites),
        "、".join(map(str, statement.tiers)), statement.text, statement.reason.zh,
        *((first.number, first.obligation, first.mark, first.text) if first else ("", "", "", "")),
        "、".join(statement.suggestion), statement.start, statement.end,
    ]  # fmt: skip


def _inert(cell: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return "'" + cell if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell


def mark_class(ruling: Ruling) -> str:
    """Return the class of a mark: holds, not-checked or fault."""
    return str(ruling) if ruling in (Ruling.HOLDS, Ruling.NOT_CHECKED) else "fault"


def marked_text(checked: Checked) -> str:
    """Return the text as HTML, each statement in a mark that links to its row."""
    pieces: list[str] = []
    at = 0
    for number, statement in enumerate(checked.statements, 1):
        if statement.start < at:
            continue
        pieces.append(html.escape(checked.text[at : statement.start]))
        label = RULING_LABELS[statement.ruling].zh
        pieces.append(
            f'<mark class="{mark_class(statement.ruling)}" id="m{number}" title="{html.escape(f"{label}：{statement.reason.zh}")}">'
            f"{html.escape(checked.text[statement.start : statement.end])}</mark>"
            f'<sup><a href="#s{number}">{number}</a></sup>'
        )
        at = statement.end
    pieces.append(html.escape(checked.text[at:]))
    return "".join(pieces)


def _html(checked: Checked, source: DocumentText | None) -> bytes:
    rows = []
    for number, statement in enumerate(checked.statements, 1):
        clauses = "<br>".join(
            f"{html.escape(c.number)} [{html.escape(c.obligation)}][{html.escape(c.mark)}] {html.escape(c.text)}"
            for c in statement.clauses[:3]
        )
        difference = "".join(
            {
                "keep": html.escape(p["text"]),
                "delete": f"<del>{html.escape(p['text'])}</del>",
                "insert": f"<ins>{html.escape(p['text'])}</ins>",
            }[p["kind"]]
            for p in (statement.difference() if statement.is_fault else [])
        )
        rows.append(
            f'<tr id="s{number}"><td><a href="#m{number}">{number}</a></td><td>{RULING_LABELS[statement.ruling].zh}</td>'
            f"<td>{html.escape(statement.reason.zh)}</td><td>{clauses}{'<p>' + difference + '</p>' if difference else ''}</td></tr>"
        )
    warnings = "".join(f"<p>{html.escape(w.zh)}</p>" for w in (source.warnings if source else ()))
    summary = "　".join(f"{RULING_LABELS[r].zh} {checked.summary.get(r, 0)}" for r in Ruling)
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>引用核验</title>'
        f"<style>{_STYLE}</style></head><body><h1>引用核验</h1><p>{summary}</p>{warnings}"
        f'<div class="text">{marked_text(checked)}</div><h2>逐条</h2><table><thead><tr><th>#</th><th>结论</th><th>理由</th><th>条款</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></body></html>\n"
    ).encode("utf-8", "replace")


def _docx(checked: Checked, source: DocumentText | None) -> bytes:
    from zhiyin.citing.comments import commented

    return commented(checked, source)


OUTPUTS: Mapping[str, Output] = {
    output.name: output
    for output in (
        Output("json", "application/json", ".json", False, _json),
        Output("html", "text/html", ".html", False, _html),
        Output("csv", "text/csv", ".csv", True, _csv),
        Output("docx", DOCX_MEDIA_TYPE, ".docx", True, _docx),
    )
}
"""Every form by the name that ``--format`` and ``format=`` take."""
