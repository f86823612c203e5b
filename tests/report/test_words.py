"""Whoever fills in the workbook meets no word of ours or of Python's: forms, the form sent back, reports, batches, messages."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.intake.mangler_book import Book
from tests.validation import samples

from zhiyin.composition.batch import judge_content
from zhiyin.composition.batch_workbook import batch_workbook
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.report.outputs import OUTPUTS, render
from zhiyin.report.returned_workbook import returned_workbook

PROPER = frozenset(
    [
        "GB",
        "IT",
        "RTO",
        "RPO",
        "SHA-256",
        "SSH",
        "ftp",
        "telnet",
        "UPS",
        "USB",
        "VLAN",
        "WEB",
        "Windows",
        "YYYY-MM-DD",
        "Excel",
        "WPS",
        "Office",
        "Numbers",
        "LibreOffice",
        "Open",
        "XML",
        "Word",
        "PDF",
        "RAR",
        "RTF",
        "TSV",
        "gzip",
        "7z",
        "z",
        "HTML",
        "CSV",
        "JSON",
        "ZIP",
        "GBK",
        "Big5",
        "UTF-8",
        "Turtle",
        "JSON-LD",
        "RDF",
        "HTTP",
        "zhiyin",
        "shacl",
    ]
)
"""Words that have no Chinese name in the trade: of the guideline's text, of office programs and files, ours."""
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_:/.\-#']*[A-Za-z0-9]|[A-Za-z]")
_CELL = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}(:[A-Z]{1,3}\d{1,7})?|[A-Z]")
_NUMBERED = re.compile(r"[A-Z]{1,3}\d{0,2}(-\d{1,3})+|T\d\d")
"""Numbers of documents and of people in the samples."""
_HASH = re.compile(r"[0-9a-f]{16,}")
_CODE = re.compile(r"MA1[0-9A-Z]{7,9}")
_FILE = re.compile(r"\.?(xlsx|xls|xlsm|xlsb|ods|csv|pdf|docx?|html?|ttl|jsonld|rdf|nt|zip|et|numbers)")


def foreign(text: str, own: frozenset[str] = frozenset()) -> list[str]:
    """Return the words of ``text`` that are none of the reader's: ``own`` are those that the sender wrote."""
    for each in sorted(own, key=len, reverse=True):
        text = text.replace(each, "")
    found = _WORD.findall(text)
    kinds = (_CELL, _NUMBERED, _HASH, _CODE, _FILE)
    return [word for word in found if word not in PROPER and not any(kind.fullmatch(word) for kind in kinds)]


def seen(data: bytes) -> Iterator[str]:
    """Yield what a reader of a workbook sees: cells, comments, hints, and the words that formulas may come to."""
    for sheet in load_workbook(io.BytesIO(data)):
        if sheet.sheet_state != "visible":
            continue
        yield sheet.title
        hidden = {
            column
            for each in sheet.column_dimensions.values()
            if each.hidden
            for column in range(each.min or 1, (each.max or 0) + 1)
        }
        for row in sheet.iter_rows():
            for cell in row:
                if sheet.row_dimensions[cell.row or 0].hidden or cell.column in hidden:
                    continue
                if cell.comment is not None:
                    yield cell.comment.text
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    yield from (word for word in re.findall(r'"((?:[^"]|"")*)"', cell.value) if word not in _keys())
                elif cell.value is not None:
                    yield str(cell.value)
        for each in sheet.data_validations.dataValidation:
            yield from (text for text in (each.prompt, each.promptTitle, each.error, each.errorTitle) if text)


@cache
def _keys() -> frozenset[str]:
    """The keys of the hidden columns, by which formulas look rows up: they are never shown."""
    return frozenset(term.local for term in rules().vocabulary.terms.values())


@pytest.fixture(scope="module")
def outputs() -> dict[str, tuple[list[str], frozenset[str]]]:
    """What comes of a form that is filled by half, by its name: the texts in it, and the sender's own words."""
    name = "half-filled-form.xlsx"
    data = (samples.folder() / name).read_bytes()
    judgement = judge_bytes(data, rules(), Asked(CHECK_DATE), source=name)
    own = frozenset({name, f"{judgement.verdicts[0].company}/self-description", judgement.verdicts[0].company})
    page = render(judgement, OUTPUTS["html"]).decode()
    page = re.sub(r"<(style|script)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    wrong = mangled_company(data)
    rows = [*judge_content(data, name, Asked(CHECK_DATE)), *judge_content(wrong, "乙.xlsx", Asked(CHECK_DATE))]
    return {
        "blank": (list(seen(form_workbook(rules(), 2))), frozenset()),
        "returned": (list(seen(returned_workbook(data, judgement))), own),
        "xlsx": (list(seen(render(judgement, OUTPUTS["xlsx"]))), own),
        "docx": (list(_paragraphs(render(judgement, OUTPUTS["docx"]))), own),
        "batch": (list(seen(batch_workbook(rows, rules(), ("~$乙.xlsx",)))), own),
        "csv": ([render(judgement, OUTPUTS["csv"]).decode("utf-8-sig")], own),
        "print": ([re.sub(r"<[^>]*>|&\w+;", " ", page)], own),
    }


def mangled_company(data: bytes) -> bytes:
    """Return the form with cells that cannot be read."""
    book = Book(data)
    for title, cell, text in (("公司", "B10", "约13"), ("文件", "D4", "三月"), ("网站", "C4", "无")):
        sheet = book.sheet(title)
        sheet.put(cell, text)
        sheet.save()
    return book.packed()


def _paragraphs(data: bytes) -> Iterator[str]:
    import docx

    document = docx.Document(io.BytesIO(data))
    yield from (each.text for each in document.paragraphs)
    for table in document.tables:
        yield from (cell.text for row in table.rows for cell in row.cells)


@pytest.mark.parametrize("kind", ["blank", "returned", "xlsx", "docx", "batch", "csv", "print"])
def test_it_speaks_the_readers_language(kind: str, outputs: dict[str, tuple[list[str], frozenset[str]]]) -> None:
    texts, own = outputs[kind]
    assert sum(map(len, texts)) > 2_000
    strange = {word: text[:120] for text in texts for word in foreign(text, own)}
    assert strange == {}


MODULES = sorted(
    path
    for pattern in (
        "workbook_*.py",
        "cell_*.py",
        "ruling_sheet.py",
        "foreign_files.py",
        "plausibility.py",
        "empty_words.py",
    )
    for path in Path(str(__import__("zhiyin.intake", fromlist=["intake"]).__path__[0])).glob(pattern)
)


def _messages(file: Path) -> Iterator[str]:
    """Yield the Chinese of a module's messages; what stands in their place at run time is left out."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in _SAYING:
            for node in (each for argument in call.args for each in ast.walk(argument)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_chinese(node.value):
                    yield node.value


def _is_chinese(text: str) -> bool:
    """Return whether a message is the Chinese one: the English one may name 是 and 否."""
    return 2 * len(_CHINESE.findall(text)) >= len(re.findall("[a-z]", text)) and bool(_CHINESE.search(text))


_SAYING = frozenset({"Message", "Misread", "BadSubmission", "TooLarge", "UnsupportedMediaType", "damaged", "fault"})
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_messages_speak_the_readers_language() -> None:
    assert len(MODULES) > 12
    said = [(file.name, text) for file in MODULES for text in _messages(file)]
    assert len(said) > 100
    strange = {(name, word): text[:80] for name, text in said for word in foreign(text)}
    assert strange == {}


@pytest.mark.parametrize(
    "text",
    ["见 zy:name", "https://w3id.org/x", "compliance-risk-assessment", "None", "值为 True", "datetime", "not met"],
)
def test_a_foreign_word_would_be_seen(text: str) -> None:
    assert foreign(text)
