"""The answer that goes back: the sender's workbook marked and unchanged, causes once, documents named, rulings told."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pyoxigraph as ox
import pytest
from openpyxl import load_workbook
from tests.validation import samples
from tests.validation.samples import SAMPLES

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadParameter, BadSubmission
from zhiyin.form import workbook_layout as layout
from zhiyin.form.workbook_layout import MARK
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.determinations import Determination, Rulings
from zhiyin.intake.reading import read_any
from zhiyin.intake.rulings import read_rulings
from zhiyin.law.outcome import Outcome
from zhiyin.report.causes import ORDER, causes
from zhiyin.report.determination_file import determinations_turtle
from zhiyin.report.outputs import OUTPUTS, render, returned
from zhiyin.report.returned_workbook import _size
from zhiyin.report.words import file_name
from zhiyin.validation.judgement import Judgement


def sample(slug: str) -> bytes:
    file = next(s for s in SAMPLES if s.slug == slug).file
    return (samples.folder() / file).read_bytes()


def judged(data: bytes, source: str = "form.xlsx", **asked: Any) -> Judgement:  # noqa: ANN401
    return judge_bytes(data, rules(), Asked(CHECK_DATE, **asked), source=source)


@pytest.fixture(scope="module")
def sent() -> bytes:
    return sample("half-filled-form")


@pytest.fixture(scope="module")
def back(sent: bytes) -> bytes:
    return returned(judged(sent), sent)


def test_what_comes_back_says_what_was_sent(sent: bytes, back: bytes) -> None:
    assert sorted(map(str, read_any(back, rules(), source="a.xlsx").triples)) == sorted(
        map(str, read_any(sent, rules(), source="a.xlsx").triples)
    )
    before, after = load_workbook(io.BytesIO(sent)), load_workbook(io.BytesIO(back))
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                assert after[sheet.title][cell.coordinate].value == cell.value


def test_the_cells_are_marked_commented_and_linked(back: bytes) -> None:
    book = load_workbook(io.BytesIO(back))
    assert book.sheetnames[0] == layout.RESULTS
    links = [
        cell.hyperlink.location for row in book[layout.RESULTS].iter_rows(min_row=6) for cell in row if cell.hyperlink
    ]
    assert len(links) > 50
    for location in links:
        assert location is not None
        title, _, name = location.partition("!")
        cell = book[title.strip("'")][name]
        assert MARK in cell.comment.text
        assert str(cell.fill.fgColor.rgb)[-6:] in {"FCE8B2", "F6C9C5", "DCD6F0"}


def test_a_further_place_of_a_cause_is_no_empty_row_and_its_link_stands_at_the_top(back: bytes) -> None:
    sheet = load_workbook(io.BytesIO(back))[layout.RESULTS]
    rows = [[cell.value for cell in row[:8]] for row in sheet.iter_rows(min_row=6)]
    further = [row for before, row in pairwise(rows) if before[0] == row[0]]
    assert len(further) > 5
    assert all(row[1:5] == [row[1], "同上", "同上", "同上"] and row[7] for row in further)
    assert {sheet.cell(row, 8).alignment.vertical for row in range(6, 6 + len(rows))} == {"top"}


def test_sending_it_in_again_takes_the_old_marks_away(back: bytes) -> None:
    again = load_workbook(io.BytesIO(returned(judged(back), back)))
    assert again.sheetnames.count(layout.RESULTS) == 1
    texts = [c.comment.text for s in again for row in s.iter_rows() for c in row if c.comment]
    assert all(text.count(MARK) <= 1 for text in texts)


def test_only_a_workbook_can_be_sent_back() -> None:
    data = sample("tier-2-complete")
    with pytest.raises(BadParameter):
        returned(judged(data, "a.ttl"), data)


def test_one_unticked_list_is_one_cause_with_every_clause() -> None:
    base = form_workbook(rules(), 2, samples.facts(next(s for s in SAMPLES if s.slug == "tier-2-complete")))
    book = load_workbook(io.BytesIO(base))
    book["网站"][layout.COMPLETE_CELL] = None
    out = io.BytesIO()
    book.save(out)
    judgement = judged(out.getvalue())
    undeclared = [c for c in judgement.verdicts[0].clauses if c.outcome is Outcome.UNDECLARED]
    found = causes(judgement.verdicts[0], judgement)
    assert len(undeclared) >= 9
    assert len(found) == 1
    assert len(found[0].clauses) == len(undeclared)
    assert [(s.place.sheet, s.place.cell) for s in found[0].spots if s.place] == [("网站", layout.COMPLETE_CELL)]


def test_what_is_to_be_filled_in_next_comes_first() -> None:
    judgement = judged(sample("half-filled-form"))
    found = causes(judgement.verdicts[0], judgement)
    ranks = [(ORDER.index(c.outcome), -c.mandatory) for c in found]
    assert ranks == sorted(ranks)
    told = {clause.requirement.number for cause in found for clause in cause.clauses}
    assert told == {c.requirement.number for c in judgement.verdicts[0].clauses if c.outcome in ORDER}


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [("D4", layout.NONE, "没有日期"), ("E4", layout.NONE, "没有责任岗位"), ("D4", date(2026, 7, 1), "晚于核查日")],
)
def test_the_missing_part_of_an_attestation_is_named(cell: str, value: str | date, said: str) -> None:
    book = load_workbook(
        io.BytesIO(form_workbook(rules(), 2, samples.facts(next(s for s in SAMPLES if s.slug == "tier-2-complete"))))
    )
    book[layout.DOCUMENTS][cell] = value
    out = io.BytesIO()
    book.save(out)
    verdict = judged(out.getvalue()).verdicts[0]
    messages = [f.message.zh for c in verdict.clauses for f in c.findings if f.outcome is Outcome.UNDECLARED]
    assert any(said in message for message in messages), messages


def test_satisfied_clauses_name_the_documents_they_rest_on() -> None:
    judgement = judged(sample("tier-4-complete"), "a.ttl")
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == "5.1.1.4")
    assert [str(d) for d in clause.documents] == ["内部审计岗位设置文件（ZD-1-03），2026-01-15"]
    assert "ZD-1-03" in render(judgement, OUTPUTS["csv"]).decode()


def seen(judgement: Judgement, name: str) -> Iterator[str]:
    """Every text that a reader of an answer sees."""
    import docx

    data = render(judgement, OUTPUTS[name])
    if name == "csv":
        yield from (cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row)
    elif name == "html":
        shown = re.sub(r"<style.*?</style>|<script.*?</script>", "", data.decode(), flags=re.DOTALL)
        yield from (html.unescape(text) for text in re.split(r"<[^>]*>", shown.partition("出处</h2>")[0]))
    elif name == "docx":
        body = docx.Document(io.BytesIO(data)).element.body
        yield from (text.text or "" for text in body.iter("{*}t"))
    else:
        for sheet in load_workbook(io.BytesIO(data)):
            for row in sheet.iter_rows():
                values = [cell.value for cell in row if cell.value is not None]
                assert not [value for value in values if isinstance(value, bool)], sheet.title
                yield from () if sheet.title == "出处" else map(str, values)


_WORD = re.compile(r"[A-Za-z_][A-Za-z_/.:#-]*")
_CELL = re.compile(r"(?:(?<=[ ”])|^)[A-Z]{1,2}[0-9]+\b")
"""The name of a cell, as in “机房”表 B1, or alone in the column of cells."""


@pytest.mark.parametrize("slug", [s.slug for s in SAMPLES])
def test_people_read_no_iris_slugs_english_or_program_words(slug: str) -> None:
    """Every word in Latin letters comes from the guideline, from the labels or from what the company itself wrote."""
    chosen = next(s for s in SAMPLES if s.slug == slug)
    judgement = judged(sample(slug), chosen.file)
    facts = read_any(sample(slug), rules(), source=chosen.file).triples
    own = {o.value for o in (t.object for t in facts) if isinstance(o, ox.Literal)}
    texts = [r.text for r in rules().requirements] + [t.label.zh for t in rules().vocabulary.terms.values()]
    known = {word for text in (*own, *texts) for word in _WORD.findall(text)} | {"JSON"}
    for name in ("csv", "html", "xlsx", "docx"):
        found = {word for text in seen(judgement, name) for word in _WORD.findall(_CELL.sub("", text))}
        assert found - known == set(), name


def test_a_thing_without_a_name_is_called_by_its_kind_and_what_tells_it_apart() -> None:
    judgement = judged(sample("equivalent-isolation"), "a.ttl")
    labels = {f.label for c in judgement.verdicts[0].clauses for f in c.findings}
    assert "网络隔离（办公网与生产网）" in labels


def test_satisfied_clauses_name_the_figures_they_rest_on() -> None:
    clauses = {c.requirement.number: c for c in judged(sample("tier-4-complete"), "a.ttl").verdicts[0].clauses}
    assert clauses["5.1.1.1"].grounds[0] == "专职技术人员（人）：22"
    assert "安全教育和培训：2026-04-16" in clauses["5.1.2.5"].grounds
    assert "交易系统日志：2 项均为 3 年" in clauses["5.3.1.3"].grounds
    assert clauses["5.4.6.4"].grounds == ("明文存放数据库用户口令：否",)
    bare = [n for n, c in clauses.items() if c.outcome is Outcome.SATISFIED and not (c.documents or c.grounds)]
    assert bare == []
    for name in ("csv", "html", "xlsx", "docx"):
        assert any("专职技术人员（人）：22" in text for text in seen(judged(sample("tier-4-complete"), "a.ttl"), name))


def test_the_front_of_the_print_is_signed_and_numbered() -> None:
    text = render(judged(sample("half-filled-form")), OUTPUTS["html"]).decode()
    assert text.index("签署") < text.index("附件：逐条结论")
    assert "counter(page)" in text


def test_the_word_document_holds_every_clause_and_page_numbers() -> None:
    import docx

    judgement = judged(sample("half-filled-form"))
    document = docx.Document(io.BytesIO(render(judgement, OUTPUTS["docx"])))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {c.requirement.number for c in judgement.verdicts[0].clauses} <= cells
    footer = document.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer


def test_file_names_carry_company_tier_and_date() -> None:
    name = file_name(judged(sample("tier-2-complete"), "a.ttl"), "评定报告.docx")
    assert name == "示例期货（二类）有限公司-二类-2026-06-30-评定报告.docx"


def test_a_file_about_several_companies_says_how_many() -> None:
    judgement = judged(sample("tier-2-complete"), "a.ttl")
    both = replace(judgement, verdicts=(*judgement.verdicts, *judgement.verdicts))
    assert file_name(both, ".csv") == "示例期货（二类）有限公司等2家-二类-2026-06-30-.csv"
    assert "等" not in file_name(both, ".csv", both.verdicts[0])


def test_a_comment_is_as_high_as_its_lines() -> None:
    assert _size("一行") == (360, 58)
    assert _size("一行\n两行") == (360, 76)
    assert _size("长" * 26) == (360, 76)
    assert _size("长\n" * 40) == (360, 400)


# Rulings ------------------------------------------------------------------------------------------------------------

FIRM = "https://example.org/futures/equivalent-isolation"


def ruling(**changed: str) -> Determination:
    said = {"company": FIRM, "clause": "5.4.1.3", "by": "示例监管局（检查岗）", "on": "2026-06-30", "reason": "已测评"}
    said |= changed
    return Determination(said["company"], said["clause"], Outcome.SATISFIED, said["by"], said["on"], said["reason"])


@pytest.mark.parametrize(
    ("changed", "applied", "reason"),
    [
        ({}, True, ""),
        ({"on": "2026-07-01"}, False, "晚于"),
        ({"on": "2026-01-01"}, True, "早于事实截止日"),
        ({"clause": "4.4.1.3"}, False, "不是所评类别"),
        ({"clause": "9.9.9"}, False, "没有这一条款"),
        ({"clause": "5.4.1.99"}, False, "没有这一条款"),
        ({"clause": "1.4.1"}, False, "没有这一条款"),
        ({"clause": "5.1.1.1"}, False, "不需人工认定"),
        ({"company": "https://example.org/other"}, False, "没有这家公司"),
    ],
)
def test_a_ruling_is_applied_or_told_with_the_reason(changed: dict[str, str], applied: bool, reason: str) -> None:
    data = determinations_turtle([ruling(**changed)])
    judgement = judged(
        sample("equivalent-isolation"), "a.ttl", rulings=read_rulings(data, rules().vocabulary, source="r.ttl")
    )
    clause = next(c for c in judgement.verdicts[0].clauses if c.requirement.number == "5.4.1.3")
    assert (clause.outcome is Outcome.SATISFIED) is applied
    told = [n.message.zh for n in judgement.notices if n.kind.startswith("ruling")]
    assert bool(told) is bool(reason)
    assert all(reason in text for text in told)


def test_the_sheet_of_rulings_is_read_and_applied() -> None:
    triples = samples.facts(next(s for s in SAMPLES if s.slug == "equivalent-isolation"))
    data = form_workbook(rules(), 4, triples)
    book = load_workbook(io.BytesIO(returned(judged(data), data)))
    sheet = book[layout.DETERMINATIONS]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["5.4.1.3"]
    for name, value in {"C2": "符合", "D2": "已测评", "E2": "示例", "F2": "检查岗"}.items():
        sheet[name] = value
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(BadSubmission) as caught:
        read_rulings(out.getvalue(), rules().vocabulary, source="r.xlsx")
    assert caught.value.place.cell == "G2"
    sheet["G2"] = date(2026, 6, 30)
    book.save(out := io.BytesIO())
    ruled: Rulings = read_rulings(out.getvalue(), rules().vocabulary, source="r.xlsx")
    verdict = judged(data, rulings=ruled).verdicts[0]
    clause = next(c for c in verdict.clauses if c.requirement.number == "5.4.1.3")
    assert clause.outcome is Outcome.SATISFIED
    assert clause.determination is not None
    # The sheet says whose it is: for another firm it is told, not applied.
    sheet["H2"] = "https://example.org/futures/another"
    book.save(out := io.BytesIO())
    other = judged(data, rulings=read_rulings(out.getvalue(), rules().vocabulary, source="r.xlsx"))
    clause = next(c for c in other.verdicts[0].clauses if c.requirement.number == "5.4.1.3")
    assert clause.outcome is Outcome.MANUAL
    assert any("没有这家公司" in n.message.zh for n in other.notices)
