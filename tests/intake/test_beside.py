"""What a sender puts beside the cells is told with its place: comments, conversations, drawings, controls, page heads.

What came with the form, or with our answer to it, is not.
"""

from __future__ import annotations

import io
import re
import warnings
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from tests.intake.mangled import right_form
from tests.intake.mangler_book import Book

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadSubmission
from zhiyin.form import workbook_layout as layout
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.workbook_reader import read_workbook
from zhiyin.report.outputs import returned

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.drawing+xml"
TITLE = "机房"


@pytest.fixture(scope="module")
def form() -> bytes:
    return right_form()


def told(data: bytes) -> list[tuple[str | None, str | None, str]]:
    submission = read_workbook(data, rules())
    assert submission.faults == ()
    assert {n.kind for n in submission.notices} <= {"not-read"}
    return [(n.place.sheet, n.place.cell, n.found) for n in submission.notices]


def commented(form: bytes, change: Any) -> bytes:  # noqa: ANN401
    book = load_workbook(io.BytesIO(form))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def related(form: bytes, path: str, kind: str, content: str, *, shown: bool = False) -> bytes:
    """Give the sheet a part of its own."""
    book = Book(form)
    sheet = book.sheets()[TITLE]
    book.parts[path] = content.encode()
    rels = sheet.replace("worksheets/", "worksheets/_rels/") + ".rels"
    book.change(
        rels, "</Relationships>", f'<Relationship Id="own" Type="{kind}" Target="/{path}"/></Relationships>', count=1
    )
    if shown:
        book.change(sheet, "<legacyDrawing", f'<drawing xmlns:r="{OFFICE}" r:id="own"/><legacyDrawing', count=1)
        override = f'<Override PartName="/{path}" ContentType="{TYPES}"/></Types>'
        book.change("[Content_Types].xml", "</Types>", override, count=1)
    return book.packed()


def drawing(*inside: str) -> str:
    corner = "<xdr:from><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row></xdr:from>"
    anchors = "".join(f"<xdr:oneCellAnchor>{corner}{each}<xdr:clientData/></xdr:oneCellAnchor>" for each in inside)
    spaces = "http://schemas.openxmlformats.org/drawingml/2006"
    return f'<xdr:wsDr xmlns:xdr="{spaces}/spreadsheetDrawing" xmlns:a="{spaces}/main">{anchors}</xdr:wsDr>'


def shape(text: str, *, box: bool = False) -> str:
    paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    kind = ' txBox="1"' if box else ""
    head = f'<xdr:nvSpPr><xdr:cNvPr id="2" name="形状 1"/><xdr:cNvSpPr{kind}/></xdr:nvSpPr>'
    return f"<xdr:sp>{head}<xdr:txBody>{paragraphs}</xdr:txBody></xdr:sp>"


def test_the_forms_own_comments_are_not_told(form: bytes) -> None:
    assert told(form) == []
    assert read_workbook(form_workbook(rules(), 4), rules()).notices == ()


def test_a_comment_is_told_at_its_cell(form: bytes) -> None:
    def change(book: Any) -> None:  # noqa: ANN401
        book[TITLE]["C5"].comment = Comment("张三:\n该机房 2025 年已停用", "张三")
        book[layout.CLAUSES]["A9"].comment = Comment("本条不适用", "李四")

    assert sorted(told(commented(form, change))) == [
        (TITLE, "C5", "该机房 2025 年已停用"),
        (layout.CLAUSES, "A9", "本条不适用"),
    ]


def test_a_line_added_to_a_comment_of_the_form_is_told_alone(form: bytes) -> None:
    def change(book: Any) -> None:  # noqa: ANN401
        cell = next(c for row in book[TITLE].iter_rows() for c in row if c.comment is not None)
        cell.comment = Comment(cell.comment.text + "\n我司按 95% 填", "zhiyin")

    assert [found for _, _, found in told(commented(form, change))] == ["我司按 95% 填"]


def test_a_comment_that_the_form_has_worded_anew_since_is_still_the_forms() -> None:
    from tests.validation import samples

    data = (samples.folder() / "half-filled-form.xlsx").read_bytes()
    assert told(data) == []

    def change(book: Any) -> None:  # noqa: ANN401
        cell = book["核心系统"]["M3"]
        words = cell.comment.text.splitlines()
        assert len(words[0]) > 20
        cell.comment = Comment("\n".join([words[0].replace("是否", "是不是"), *words[1:], "我司另有说明"]), "zhiyin")

    assert [found for _, _, found in told(commented(data, change))] == ["我司另有说明"]


def test_a_conversation_is_told_once_with_its_answers(form: bytes) -> None:
    def change(book: Any) -> None:  # noqa: ANN401
        stand_in = "[Threaded comment]\n\nYour version …: https://go.microsoft.com/fwlink/?linkid=870924\n\nComment:\n…"
        book[TITLE]["D6"].comment = Comment(stand_in, "tc={1}")

    space = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    rows = "".join(
        f'<threadedComment ref="D6" personId="{{2}}" id="{{{n}}}"><text>{text}</text></threadedComment>'
        for n, text in enumerate(("面积待核实", "已核实，为 300 平方米"))
    )
    content = f'<ThreadedComments xmlns="{space}">{rows}</ThreadedComments>'
    kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    data = related(commented(form, change), "xl/threadedComments/threadedComment1.xml", kind, content)
    assert told(data) == [(TITLE, "D6", "面积待核实\n已核实，为 300 平方米")]


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (shape("本行作废"), "本行作废"),
        (shape("以下各行\n为估算值", box=True), "以下各行\n为估算值"),
        (f"<xdr:grpSp>{shape('甲')}{shape('乙')}</xdr:grpSp>", "甲\n乙"),
        ('<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="图片 2" descr="盖章页"/></xdr:nvPicPr></xdr:pic>', "盖章页"),
        ('<xdr:cxnSp><xdr:nvCxnSpPr><xdr:cNvPr id="4" name="线"/></xdr:nvCxnSpPr></xdr:cxnSp>', ""),
    ],
)
def test_what_is_drawn_is_told_where_it_stands_and_comes_back(form: bytes, inside: str, found: str) -> None:
    data = related(form, "xl/drawings/drawing77.xml", f"{OFFICE}/drawing", drawing(inside), shown=True)
    assert told(data) == [(TITLE, "C5", found)]


def test_drawings_come_back_with_the_findings_and_are_told_once_again(form: bytes) -> None:
    data = related(form, "xl/drawings/drawing77.xml", f"{OFFICE}/drawing", drawing(shape("本行作废")), shown=True)
    back = returned(judge_bytes(data, rules(), Asked(CHECK_DATE), source="a.xlsx"), data)
    assert told(back) == told(data) == [(TITLE, "C5", "本行作废")]
    parts = Book(back).parts
    assert parts["xl/drawings/drawing77.xml"] == drawing(shape("本行作废")).encode()
    assert b'PartName="/xl/drawings/drawing77.xml"' in parts["[Content_Types].xml"]


def test_a_chart_that_nobody_can_draw_does_not_keep_the_answer_back(form: bytes) -> None:
    chart = '<xdr:graphicFrame><a:graphic><a:graphicData uri="…"/></a:graphic></xdr:graphicFrame>'
    data = related(form, "xl/drawings/drawing77.xml", f"{OFFICE}/drawing", drawing(chart), shown=True)
    assert told(returned(judge_bytes(data, rules(), Asked(CHECK_DATE), source="a.xlsx"), data)) == [(TITLE, "C5", "")]


def test_what_the_library_cannot_write_back_is_a_sentence(form: bytes) -> None:
    book = Book(form)
    book.change("xl/styles.xml", "<fonts", '<fonts wrong="1"><font><sz val="nothing"/></font', count=1)
    broken = book.packed()
    judgement = judge_bytes(form, rules(), Asked(CHECK_DATE), source="a.xlsx")
    with pytest.raises(BadSubmission, match="另存为"):
        returned(judgement, broken)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            '<xml><v:shape id="1"><v:textbox><div>已落实<br></div></v:textbox><x:ClientData ObjectType="Checkbox">'
            "<x:Anchor>2, 0, 4, 0, 3, 0, 5, 0</x:Anchor></x:ClientData></v:shape></xml>",
            ("C5", "已落实"),
        ),
        ('<xml><v:shape id="CH"><v:imagedata o:relid="rId1"/></v:shape></xml>', (None, "")),
    ],
)
def test_controls_are_told(form: bytes, content: str, found: tuple[str | None, str]) -> None:
    data = related(form, "xl/drawings/vmlDrawing77.vml", f"{OFFICE}/vmlDrawing", content)
    assert told(data) == [(TITLE, *found)]


@pytest.mark.parametrize(("kind", "what"), [("oleObject", "嵌入的文件"), ("image", "背景图片")])
def test_embedded_files_and_backgrounds_are_told(form: bytes, kind: str, what: str) -> None:
    data = related(form, "xl/embeddings/oleObject1.bin", f"{OFFICE}/{kind}", "…")
    notices = read_workbook(data, rules()).notices
    assert [n.message.zh for n in notices] == [f"{what}没有参与评定"]
    assert notices[0].place.sheet == TITLE


def test_a_damaged_drawing_is_told_and_stops_nothing(form: bytes) -> None:
    data = related(form, "xl/drawings/drawing77.xml", f"{OFFICE}/drawing", "<xdr:wsDr")
    notices = read_workbook(data, rules()).notices
    assert [n.message.zh for n in notices] == ["批注或图形（已损坏或过大，未能查看）没有参与评定"]


def test_a_page_head_that_someone_wrote_is_told(form: bytes) -> None:
    book = Book(form)
    path = book.sheets()[TITLE]
    assert b"oddFooter" in book.parts[path]
    text = book.parts[path].decode()
    head = '<oddHeader>&amp;C&amp;"宋体,常规"&amp;12草稿，未经审核</oddHeader><oddFooter>'
    book.parts[path] = text.replace("<oddFooter>", head, 1).encode()
    assert told(book.packed()) == [(TITLE, None, "草稿，未经审核")]


def test_of_many_comments_each_place_is_told(form: bytes) -> None:
    def change(book: Any) -> None:  # noqa: ANN401
        for row in range(1, 61):
            book[layout.CLAUSES].cell(row, 2).comment = Comment(f"第 {row} 条已落实", "张三")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notices = read_workbook(commented(form, change), rules()).notices
    told_cells = {cell for n in notices for cell in (n.place.cell, *re.findall(r"B\d+", n.message.zh))}
    assert told_cells >= {f"B{row}" for row in range(1, 61)}
    assert len(notices) < 40


def test_a_returned_workbook_sent_in_again_is_told_of_nothing_but_a_ruling_typed_in_it() -> None:
    from tests.validation import samples
    from tests.validation.samples import SAMPLES

    facts = samples.facts(next(s for s in SAMPLES if s.slug == "equivalent-isolation"))
    data = form_workbook(rules(), 4, facts)
    back = returned(judge_bytes(data, rules(), Asked(CHECK_DATE), source="a.xlsx"), data)
    book = load_workbook(io.BytesIO(back))
    assert book[layout.DETERMINATIONS]["H2"].value  # the firm's cell: written by us, no ruling
    assert any(c.comment and layout.MARK in c.comment.text for s in book for row in s.iter_rows() for c in row)
    assert told(back) == []
    for cell, written in (("C2", "符合"), ("I3", "另见说明")):

        def change(book: Any, cell: str = cell, written: str = written) -> None:  # noqa: ANN401
            book[layout.DETERMINATIONS][cell] = written

        assert told(commented(back, change)) == [(layout.DETERMINATIONS, cell, written)]
