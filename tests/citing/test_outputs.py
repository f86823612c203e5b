"""The forms of a check: JSON, CSV, marked HTML, and Word documents whose comments stand on the words they judge."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

import docx
import pytest

from zhiyin.citing.document import read_document
from zhiyin.citing.outputs import OUTPUTS, check_json
from zhiyin.citing.statement import Checked, Ruling
from zhiyin.composition.citing import decoded
from zhiyin.errors import BadRequest, TooLarge

Check = Callable[[str], Checked]
TEXT = "本公司遵守指引。\n根据指引4.2.1.5条，机房录像至少保存60天。\n4.4.6.4：数据库用户口令不得明文存放在计算机中。"


def document(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        paragraph = made.add_paragraph()
        half = len(text) // 2
        paragraph.add_run(text[:half]).bold = True
        paragraph.add_run(text[half:])
    table = made.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("4.2.3.5", "必须", "应配备为空调供电的发电机"), strict=True):
        cell.text = text
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_spans_are_places_of_the_original(check: Check) -> None:
    text = "前言。\u200b ４．２．１．５条：录像至少保存６０天。"
    statement = check(text).statements[0]
    assert statement.ruling is Ruling.FIGURE_DIFFERS
    assert text[statement.start : statement.end].strip() == statement.text
    assert statement.cites == ("4.2.1.5",)


def test_json_names_every_statement(check: Check) -> None:
    checked = check(TEXT)
    body = check_json(checked)
    assert body["total"] == len(checked.statements)
    assert body["faults"] == 1
    parsed = json.loads(OUTPUTS["json"].write(checked, None))
    wrong = next(s for s in parsed["statements"] if s["verdict"] == "figure-differs")
    assert wrong["clauses"][0]["number"] == "4.2.1.5"
    assert {p["kind"] for p in wrong["difference"]} >= {"keep", "delete", "insert"}


def test_csv_holds_no_formula(check: Check) -> None:
    data = OUTPUTS["csv"].write(check("=4.2.1.5条：录像至少保存60天"), None).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(data)))
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in rows[1])


def test_html_escapes_what_was_sent(check: Check) -> None:
    data = OUTPUTS["html"].write(check("<script>alert(1)</script>指引4.2.1.5条：录像至少保存60天。"), None).decode()
    assert "<script>" not in data
    assert '<mark class="fault"' in data


def test_comments_stand_on_the_words(check: Check) -> None:
    source = read_document(document("总则。", "根据指引4.2.1.5条，机房录像至少保存60天。后文与指引无关。"))
    checked = check(source.text)
    made = docx.Document(io.BytesIO(OUTPUTS["docx"].write(checked, source)))
    comments = [comment.text for comment in made.comments]
    assert len(comments) == len(checked.statements) >= 2
    assert any("数字不符" in text and "至少保存90天" in text for text in comments)
    assert any("4.2.3.5 是可选要求" in text for text in comments)
    assert [p.text for p in made.paragraphs] == ["总则。", "根据指引4.2.1.5条，机房录像至少保存60天。后文与指引无关。"]


def test_every_line_of_a_document_stands_where_its_text_is() -> None:
    made = docx.Document(io.BytesIO(document("总则。")))
    made.add_paragraph("根据指引4.2.1.5条，机房录像至少保存60天。")
    stream = io.BytesIO()
    made.save(stream)
    source = read_document(stream.getvalue())
    assert [source.text[line.start : line.end] for line in source.lines] == [
        "总则。",
        "4.2.3.5",
        "必须",
        "应配备为空调供电的发电机",
        "根据指引4.2.1.5条，机房录像至少保存60天。",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [("依据5.2.2.3，发电机应能够提供不少于12小时的连续供电。", ["另见 5.2.2.4"]), (TEXT, [])],
)
def test_a_comment_names_the_clause_that_was_probably_meant(check: Check, text: str, told: list[str]) -> None:
    made = docx.Document(io.BytesIO(OUTPUTS["docx"].write(check(text), None)))
    lines = [line for comment in made.comments for line in comment.text.splitlines()]
    assert [line for line in lines if line.startswith("另见")] == told


def test_text_becomes_a_document(check: Check) -> None:
    checked = check(TEXT)
    made = docx.Document(io.BytesIO(OUTPUTS["docx"].write(checked, None)))
    assert [p.text for p in made.paragraphs] == TEXT.splitlines()
    assert len(list(made.comments)) == len(checked.statements)


def test_what_was_not_read_is_told() -> None:
    made = io.BytesIO(document("指引4.2.1.5条。"))
    changed = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body><!-- txbxContent -->")
            new.writestr(name, data)
    assert [w.zh for w in read_document(changed.getvalue()).warnings] == ["文本框中的文字没有核验"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 no archive", b"PK\x03\x04" + b"\0" * 40])
def test_a_broken_document_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest, match="docx"):
        read_document(data)


def test_a_doctype_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "b">]><w/>')
    with pytest.raises(BadRequest, match="DOCTYPE"):
        read_document(stream.getvalue())


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([("word/document.xml", "0" * 90_000_000)], "80,000,000"),
        ([(f"part{n}.xml", "") for n in range(5001)], "5,000"),
    ],
    ids=["unpacks", "parts"],
)
def test_what_unpacks_to_too_much_is_refused_unread(parts: list[tuple[str, str]], told: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    with pytest.raises(TooLarge) as caught:
        read_document(stream.getvalue(), "bomb.docx")
    assert told in caught.value.message.zh
    assert told in caught.value.message.en
    assert caught.value.status == 413


def test_bytes_are_read_in_the_codings_of_the_trade() -> None:
    assert decoded("指引".encode("gb18030")) == "指引"
    assert decoded("指引".encode("utf-16")) == "指引"
    assert decoded(b"\xef\xbb\xbf" + "指引".encode()) == "指引"
    with pytest.raises(BadRequest):
        decoded(b"\x00\x01\x02")


def test_a_text_without_ends_is_read_all_the_same(check: Check) -> None:
    checked = check("指引4.2.1.5条录像至少保存60天，" * 400)
    assert len(checked.statements) >= 400
    assert all(s.ruling is Ruling.FIGURE_DIFFERS for s in checked.statements[5:-5:40])
    assert len(check("指引4.2.1.5条" + " " * 50_000 + "录像至少保存60天").statements) == 1
