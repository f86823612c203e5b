"""The forms a judgement can take: JSON, a printable Chinese report, CSV for Excel, a workbook, and SHACL in RDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pyoxigraph as ox

from zhiyin.errors import BadParameter
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.law.outcome import OUTCOME_LABELS
from zhiyin.model import tier_name
from zhiyin.namespaces import compact
from zhiyin.report.causes import MOST_CAUSES, causes
from zhiyin.report.report_graph import report_triples, serialised
from zhiyin.report.verdict_json import judgement_json
from zhiyin.report.verdict_rows import BASIS_LABELS, COLUMNS, rows
from zhiyin.report.words import place_word, value_word
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.judgement import Judgement
from zhiyin.validation.policy import STATUS_LABELS
from zhiyin.validation.provenance import provenance

if TYPE_CHECKING:
    from jinja2 import Template


DOCX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Output:
    """One form: its media type, the suffix of a file that holds it, and whether a browser should save it."""

    name: str
    media_type: str
    suffix: str
    download: bool
    write: Callable[[Judgement], bytes]

    @property
    def content_type(self) -> str:
        """The Content-Type header; text says its character set."""
        return self.media_type + ("; charset=utf-8" if self.media_type.startswith("text/") else "")


def render(judgement: Judgement, output: Output) -> bytes:
    """Return ``judgement`` in the form of ``output``; the same judgement gives the same bytes."""
    return output.write(judgement)


RETURNED = "returned"
"""The name of the sender's own workbook with the findings in it: it needs the bytes that were judged."""


def returned(judgement: Judgement, data: bytes) -> bytes:
    """Return the sender's workbook with the findings; BadParameter where what was judged is no workbook."""
    from zhiyin.report.returned_workbook import returned_workbook

    if not data.startswith(b"PK\x03\x04"):
        raise BadParameter(
            "format",
            RETURNED,
            zh="只有 Excel 自述表能原表带批注返回；其他格式请选 xlsx、docx 或 html",
            en="only the Excel form can be sent back with the findings in it; choose xlsx, docx or html instead",
        )
    return returned_workbook(data, judgement)


def _json(judgement: Judgement) -> bytes:
    return orjson.dumps(judgement_json(judgement), option=orjson.OPT_INDENT_2) + b"\n"


def _csv(judgement: Judgement) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for verdict in judgement.verdicts:
        writer.writerows([_inert(cell) for cell in row] for row in rows(verdict, judgement))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _inert(cell: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    begins = cell.lstrip(_SKIPPED)
    # Blanks and line ends before the sign are skipped by some programs, and the wide signs taken for the narrow ones.
    return "'" + cell if begins.startswith(_SIGNS) or cell.startswith(("\t", "\r", "\n", "\0")) else cell


def _xlsx(judgement: Judgement) -> bytes:
    from zhiyin.report.verdict_workbook import verdict_workbook

    return verdict_workbook(judgement)


@cache
def _template() -> Template:
    import jinja2

    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(
        outcomes=OUTCOME_LABELS,
        statuses=STATUS_LABELS,
        bases=BASIS_LABELS,
        tier_name=tier_name,
        compact=compact,
        day_from=DAY_FROM_LABELS,
        causes=causes,
        place_word=place_word,
        most=MOST_CAUSES,
    )
    return environment.get_template("report.html")


def _html(judgement: Judgement) -> bytes:
    word = partial(value_word, known=judgement.rules.vocabulary)
    return _template().render(judgement=judgement, provenance=provenance(judgement), value_word=word).encode()


def _docx(judgement: Judgement) -> bytes:
    from zhiyin.report.document import verdict_document

    return verdict_document(judgement)


def _rdf(syntax: ox.RdfFormat) -> Callable[[Judgement], bytes]:
    return lambda judgement: serialised(report_triples(judgement), syntax)


_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_SKIPPED = " \t\r\n\v\f\0\ufeff\u00a0\u3000"
OUTPUTS: Mapping[str, Output] = {
    output.name: output
    for output in (
        Output("json", "application/json", ".json", False, _json),
        Output("html", "text/html", ".html", False, _html),
        Output("csv", "text/csv", ".csv", True, _csv),
        Output("xlsx", XLSX_MEDIA_TYPE, ".xlsx", True, _xlsx),
        Output("docx", DOCX_MEDIA_TYPE, ".docx", True, _docx),
        Output("ttl", "text/turtle", ".ttl", False, _rdf(ox.RdfFormat.TURTLE)),
        Output("jsonld", "application/ld+json", ".jsonld", False, _rdf(ox.RdfFormat.JSON_LD)),
        Output("rdf", "application/rdf+xml", ".rdf", False, _rdf(ox.RdfFormat.RDF_XML)),
        Output("nt", "application/n-triples", ".nt", False, _rdf(ox.RdfFormat.N_TRIPLES)),
        Output("trig", "application/trig", ".trig", False, _rdf(ox.RdfFormat.TRIG)),
    )
}
"""Every form by the name that ``--format`` and ``format=`` take."""
