"""Comparing: two submissions in words, firms side by side, and text that stays text in whatever it is written."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from itertools import groupby

import openpyxl
import pytest
from docx import Document
from tests.desk.conftest import Office, judge_remembered, sample
from tests.desk.generator import submission
from tests.desk.site import PAGE, Site

from zhiyin.composition.desk import _judgement, _retried
from zhiyin.composition.judging import rules
from zhiyin.desk import comparing, sector, submissions, trials, verdicts
from zhiyin.desk.changes import ADDED, CLAUSE, FIGURE, OBLIGATION, apart, changes
from zhiyin.desk.judged import Case, Figure, Limit, rules_text
from zhiyin.desk.overlay import as_turtle, laid_over
from zhiyin.desk.people import Person, Role
from zhiyin.desk.rule_figures import changed_figures, figures
from zhiyin.desk.tables import Table, column
from zhiyin.errors import BadRequest, Message
from zhiyin.intake.submission import Submission
from zhiyin.law.rules import Rules
from zhiyin.model import Obligation
from zhiyin.validation.judgement import Judgement

OWN = sample("tier-1-complete.ttl")
CHANGED = (
    OWN.replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")
    .replace(b"zy:headquartersStaffCount 100", b"zy:headquartersStaffCount 90")
    .replace(b"    zy:opensAccountsByFile true ;\n", b"")
    .replace(b'zy:asOf "2026-06-30"', b'zy:asOf "2026-07-01"')
)
HOSTILE = '=HYPERLINK("http://evil.example")<script>alert(1)</script>&{{7*7}}'


def both(office: Office) -> tuple[str, str]:
    first = office.judged(office.own, OWN)
    return first, office.judged(office.own, CHANGED)


def test_what_differs_is_told_in_words_with_the_clause_it_moved(office: Office) -> None:
    names = both(office)
    with office.desk.database.read() as connection:
        kept = [submissions.find(connection, office.own, n) for n in names]
        made = [verdicts.find(connection, k.verdict) for k in kept]
        texts = [verdicts.document_of(office.desk, connection, v) for v in made if v is not None]
        stated = [submissions.read_facts(office.desk, connection, k) for k in kept]
    company = verdicts.company_in(texts[0])
    facts = comparing.compare_facts(stated[0], stated[1], (company, company), rules().vocabulary)
    told = {(f.kind, f.thing.zh, f.what.zh, f.before.zh, f.after.zh) for f in facts}
    assert ("changed", "公司", "公司总部人数（人）", "100", "90") in told
    assert any(kind == "changed" and (before, after) == ("是", "否") for kind, _, _, before, after in told)
    assert any(kind == "removed" and before == "是" for kind, _, _, before, _ in told)
    assert len(facts) == 4
    clauses = comparing.compare_clauses(texts[0], texts[1], facts, rules().vocabulary)
    moved = {c.number: c for c in clauses}
    assert (moved["2.1.1.1"].before, moved["2.1.1.1"].after) == ("satisfied", "violated")
    assert [f.path.rpartition("#")[2] for f in moved["2.1.1.1"].facts] == ["hasTechnologyDepartment"]
    # By section, by property and by where outcomes went: what the page folds.
    sections = comparing.by_section(clauses)
    assert [c.number for s in sections for c in s.clauses] == [c.number for c in clauses]
    assert all(c.number.startswith(s.number + ".") for s in sections for c in s.clauses)
    assert next(s for s in sections if s.number == "2.1").worse >= 1
    assert sum(len(p.facts) for p in comparing.by_property(facts)) == len(facts)
    assert all({f.path for f in p.facts} == {p.facts[0].path} for p in comparing.by_property(facts))
    assert sum(m.count for m in comparing.moves(clauses)) == len(clauses)


def test_a_document_of_a_later_date_is_the_same_document_changed(small_office: Office) -> None:
    later = OWN.replace(b'dcterms:issued "2026-01-15"', b'dcterms:issued "2026-02-16"')
    assert later != OWN
    names = [small_office.judged(small_office.own, data) for data in (OWN, later)]
    with small_office.desk.database.read() as connection:
        kept = [submissions.find(connection, small_office.own, n) for n in names]
        stated = [submissions.read_facts(small_office.desk, connection, k) for k in kept]
        verdict = verdicts.find(connection, kept[0].verdict)
        assert verdict is not None
        company = verdicts.company_in(verdicts.document_of(small_office.desk, connection, verdict))
    facts = comparing.compare_facts(stated[0], stated[1], (company, company), small_office.desk.law().vocabulary)
    assert {(f.kind, f.what.zh, f.before.zh, f.after.zh) for f in facts} == {
        ("changed", "文件日期", "2026-01-15", "2026-02-16")
    }
    assert any("信息技术部职责分工规定" in f.thing.zh for f in facts)


def test_the_same_facts_under_other_blank_nodes_do_not_differ(small_office: Office) -> None:
    shuffled = b"\n".join(reversed(OWN.split(b"\n\n")))
    first = small_office.judged(small_office.own, OWN)
    prefixes = b"\n".join(line for line in OWN.splitlines() if line.startswith(b"@prefix"))
    second = small_office.judged(small_office.own, prefixes + b"\n" + shuffled.replace(prefixes, b""))
    with small_office.desk.database.read() as connection:
        kept = [submissions.find(connection, small_office.own, n) for n in (first, second)]
        stated = [submissions.read_facts(small_office.desk, connection, k) for k in kept]
        verdict = verdicts.find(connection, kept[0].verdict)
        assert verdict is not None
        company = verdicts.company_in(verdicts.document_of(small_office.desk, connection, verdict))
    assert comparing.compare_facts(stated[0], stated[1], (company, company), rules().vocabulary) == []


@pytest.fixture
def sector_site(small_site: Site) -> Site:
    """Six invented firms."""
    for firm in range(6):
        small_site.office.send(small_site.office.regulator, submission(firm, 0).data, f"{firm}.ttl")
    small_site.office.work()
    return small_site


def test_the_sector_side_by_side(sector_site: Site) -> None:
    office = sector_site.office
    with office.desk.database.read() as connection:
        heat = sector.heat_map(connection, office.regulator)
        latest = verdicts.latest_of_firms(connection)
        assert len(heat.rows) == len(latest) == 6
        for row in heat.rows:
            assert row.total("violated") == row.verdict.counts().get("violated", 0)
            assert sum(sum(cell.values()) for cell in row.cells.values()) == len(row.verdict.outcomes)
        totals = [row.total("violated") for row in heat.rows]
        assert totals == sorted(totals, reverse=True)
        assert {r.verdict.tier for r in sector.heat_map(connection, office.regulator, tier=1).rows} == {1}
        only = sector.heat_map(connection, office.regulator, section="2")
        assert {s.split(".")[0] for s in only.subsections} == {"2"}
        counted = sector.clause_counts(latest.values())
        assert sum(c.counts["violated"] for c in counted) == sum(totals)
        own = sector.spreads(sector.figures_of(connection), office.regulator, rules())
    staff = next(s for s in own if s.name == "headquartersStaffCount")
    assert (staff.count, staff.least <= staff.lower <= staff.median <= staff.upper <= staff.greatest) == (6, True)
    for path in ("/desk/sector", "/desk/sector/clauses", "/desk/sector/figures", "/desk/firms"):
        for form in ("csv", "xlsx", "json"):
            answer = sector_site.ask(office.regulator, "GET", f"{path}?format={form}")
            assert answer.status_code == 200
    table = list(csv.reader(io.StringIO(sector_site.ask(office.regulator, "GET", "/desk/sector?format=csv").text)))
    assert len(table) == 1 + 6
    firms = sector_site.ask(office.regulator, "GET", "/desk/firms?format=json").json
    assert firms is not None
    # Two of the desk's firms have handed nothing in.
    assert {row["firm"]: row["violated"] for row in firms["items"] if row["status"]} == {
        row.firm.title: row.total("violated") for row in heat.rows
    }
    body = sector_site.ask(office.regulator, "GET", "/api/desk/sector").json
    assert body is not None
    assert body["total"] == 6


def test_a_firm_sees_its_own_place_and_nobodys_name_or_value(sector_site: Site) -> None:
    office = sector_site.office
    office.judged(office.own, OWN)
    for path in ("/desk/sector/figures", "/desk/sector/figures?format=csv", "/api/desk/sector/figures"):
        answer = sector_site.ask(office.own, "GET", path, PAGE)
        assert answer.status_code == 200
        assert "虚构期货" not in answer.text
    body = sector_site.ask(office.own, "GET", "/api/desk/sector/figures").json
    assert body is not None
    staff = next(item for item in body["items"] if item["property"] == "headquartersStaffCount")
    assert (staff["own"], staff["firms"]) == (100, 7)
    page = sector_site.ask(office.own, "GET", "/desk/sector/figures", PAGE).text
    assert "<circle" not in page
    assert 'class="own"' in page


def test_reports_are_documents_and_pages_to_print(sector_site: Site) -> None:
    office = sector_site.office
    data = sector_site.ask(office.regulator, "GET", "/desk/sector/report.docx").data
    document = Document(io.BytesIO(data))
    words = "\n".join(p.text for p in document.paragraphs)
    assert "行业信息技术合规情况报告" in words
    assert any("虚构期货 001 号有限公司" in c.text for t in document.tables for r in t.rows for c in r.cells)
    # The head of each table comes again on every page, and a clause's words have more room than its number.
    clauses = next(t for t in document.tables if t.rows[0].cells[0].text == "条款")
    assert "tblHeader" in clauses.rows[0]._tr.xml
    assert "tblHeader" not in clauses.rows[1]._tr.xml
    assert clauses.columns[2].width > 3 * clauses.columns[0].width
    page = sector_site.ask(office.regulator, "GET", "/desk/sector/report", PAGE)
    assert "不符合最多的条款" in page.text
    assert words.count("无。") == page.text.count("<p>无。</p>")
    assert "<script" not in page.text
    with office.desk.database.read() as connection:
        from zhiyin.desk import firms

        firm = firms.all_firms(connection, office.regulator)[-1].id
    assert sector_site.ask(office.regulator, "GET", f"/desk/firms/{firm}/report", PAGE).status_code == 200
    assert sector_site.ask(office.regulator, "GET", f"/desk/firms/{firm}/report.docx").data[:2] == b"PK"


def test_stored_text_stays_text(small_site: Site) -> None:
    office = small_site.office
    named = OWN.replace("示例期货（一类）有限公司".encode(), json.dumps(HOSTILE)[1:-1].encode())
    named = named.replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")
    name = office.send(office.regulator, named, "<img src=x>.ttl")
    office.work()
    with office.desk.database.read() as connection:
        kept = submissions.find(connection, office.regulator, name)
        assert (kept.state, kept.firm_name) == (submissions.JUDGED, HOSTILE)
    answer = small_site.ask(
        office.regulator,
        "POST",
        f"/api/desk/submissions/{name}/items",
        json={"clause": "2.1.1.1", "owner": HOSTILE, "due": "2026-12-01"},
    )
    assert answer.status_code == 201, answer.text
    item = answer.json
    assert item is not None
    small_site.ask(
        office.regulator, "POST", f"/api/desk/items/{item['id']}/answers", json={"version": 1, "words": HOSTILE}
    )
    pages = [
        "/desk",
        "/desk/submissions",
        f"/desk/submissions/{name}",
        "/desk/firms",
        f"/desk/firms/{kept.firm}",
        f"/desk/firms/{kept.firm}/report",
        "/desk/items",
        f"/desk/items/{item['id']}",
        "/desk/calendar",
        "/desk/sector",
        "/desk/sector/report",
        "/desk/log",
        "/desk/questions/status_by_tier",
        "/desk/questions/declared_too_high",
    ]
    for path in pages:
        page = small_site.ask(office.regulator, "GET", path, PAGE)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text
        assert "<img src=x>" not in page.text
        assert "49" not in page.text.partition("HYPERLINK")[2][:80]
    for path in ("/desk/items", "/desk/calendar", "/desk/sector", f"/desk/submissions/{name}/verdict"):
        rows = list(csv.reader(io.StringIO(small_site.ask(office.regulator, "GET", f"{path}?format=csv").text)))
        cells = [cell for row in rows for cell in row if "HYPERLINK" in cell]
        assert cells or "verdict" in path
        assert all(not cell.startswith("=") for cell in cells)
        book = openpyxl.load_workbook(io.BytesIO(small_site.ask(office.regulator, "GET", f"{path}?format=xlsx").data))
        kinds = {c.data_type for row in book.worksheets[0].iter_rows() for c in row if "HYPERLINK" in str(c.value)}
        assert kinds <= {"s", "inlineStr"}
    paper = small_site.ask(office.regulator, "GET", f"/desk/firms/{kept.firm}/report.docx").data
    xml = zipfile.ZipFile(io.BytesIO(paper)).read("word/document.xml").decode()
    assert "<script>" not in xml
    assert "&lt;script&gt;" in xml


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-x", "@x", "\tx", "\rx", HOSTILE, "a\x00b\x1f"])
def test_no_cell_of_a_table_is_ever_a_formula(cell: str) -> None:
    table = Table("t", Message("表", "table"), (column("a", "甲", "a"), column("b", "乙", "b")), [[cell, -1.5]])
    ((_, _), (first, number)) = csv.reader(io.StringIO(table.written("csv").decode("utf-8-sig"), newline=""))
    assert first[0] not in "=+-@\t\r"
    assert number == "-1.5"
    sheet = openpyxl.load_workbook(io.BytesIO(table.written("xlsx"))).worksheets[0]
    assert sheet["A2"].data_type != "f"
    assert sheet["B2"].value == -1.5
    assert json.loads(table.written("json"))["items"][0]["a"] == cell


def test_what_if_a_figure_were_another(small_office: Office) -> None:
    law = rules()
    listed = [f for f in figures(law.shapes) if "2.1.2.2" in f.clauses and f.value == "15"]
    assert listed
    overlay = as_turtle(changed_figures(law.shapes, [(listed[0].shape, listed[0].index, "90")]))
    assert laid_over(law, overlay).hashes["overlay"]
    assert law.hashes == rules().hashes
    name = small_office.judged(small_office.own, OWN)
    trial = trials.begin(small_office.desk, small_office.regulator, "t", "更久", overlay)
    small_office.work()
    with small_office.desk.database.read() as connection:
        found = trials.find(small_office.desk, connection, trial)
        untouched = submissions.find(connection, small_office.own, name)
        assert verdicts.of_submission(connection, name)[-1].id == untouched.verdict
    assert found.result is not None
    assert found.state == trials.DONE
    assert (found.result["firms"], found.result["moving"]) == (1, 1)
    assert [(c["kind"], c["before"], c["after"]) for c in json.loads(json.dumps(found.result["changes"]))] == [
        ("figure", "15", "90")
    ]


def test_a_draft_says_which_figure_is_another_and_how_far_a_firm_is_from_it() -> None:
    law = rules()
    feeds, supplies = (f for f in figures(law.shapes) if "5.2.2.2" in f.clauses)
    overlay = as_turtle(changed_figures(law.shapes, [(f.shape, f.index, "9") for f in (feeds, supplies)]))
    told = changes(law, laid_over(law, overlay))
    assert {(c.kind, c.shape, c.clauses, c.before, c.after) for c in told} == {
        (FIGURE, f.shape, ("4.2.2.2", "5.2.2.2"), "2", "9") for f in (feeds, supplies)
    }
    (moved,) = _retried(overlay, Case(sample("tier-4-complete.ttl"), "x.ttl", "", b"", "k")).moved
    assert (moved.clause, moved.found, moved.limits) == ("5.2.2.2", "2", (Limit("2", "9", "-7"),))
    assert moved.remedy is not None
    assert "还差 7 路" in moved.remedy.zh


def test_two_figures_of_one_text_change_together_and_one_figure_not_twice() -> None:
    law = rules()
    shape, listed = next(
        (shape, found)
        for shape, group in groupby(figures(law.shapes), key=lambda f: f.shape)
        if len(found := list(group)) > 1 and len({f.value for f in found}) > 1
    )
    wanted = [(shape, listed[0].index, "771"), (shape, listed[-1].index, "772.5")]
    draft = laid_over(law, as_turtle(changed_figures(law.shapes, wanted)))
    old, new = Counter(f.value for f in listed), Counter(f.value for f in figures(draft.shapes) if f.shape == shape)
    assert new - old == Counter(["771", "772.5"])
    assert old - new == Counter([listed[0].value, listed[-1].value])
    assert {c.kind for c in changes(law, draft)} == {FIGURE}
    with pytest.raises(BadRequest):
        changed_figures(law.shapes, [(shape, 0, "1"), (shape, 0, "2")])


@pytest.mark.parametrize(
    ("found", "limit", "told"),
    [
        ("8", "9", "-1"),
        ("9.50", "9", "+0.5"),
        ("9", "9", "+0"),
        ("120", "20", "+100"),
        ("", "9", ""),
        ("八", "9", ""),
        ("NaN", "9", ""),
    ],
)
def test_how_far_apart_is_told_exactly(found: str, limit: str, told: str) -> None:
    assert apart(found, limit) == told


DRAFT = """@prefix zy: <https://w3id.org/zhiyin/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix clause: <https://w3id.org/zhiyin/id/clause/> .
clause:2.1.1.99 a zy:Requirement ; zy:text "总部人数不少于 500 人。" ; zy:obligation zy:Mandatory .
clause:2.1.1.1 zy:obligation zy:Optional .
<https://w3id.org/zhiyin/id/shape/draft> a sh:PropertyShape ; sh:targetClass zy:Company ;
    sh:path zy:headquartersStaffCount ; sh:minInclusive 500 ;
    sh:name "人数"@zh , "staff"@en ; sh:message "总部人数不足。"@zh , "too few staff."@en ;
    zy:outcome zy:Violated ; zy:basis zy:Fact ; zy:enforces clause:2.1.1.99 .
"""


def test_a_verdict_made_by_the_rules_of_now_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    law = rules()
    listed = next(f for f in figures(law.shapes) if "2.1.2.2" in f.clauses and f.value == "15")
    overlay = as_turtle(changed_figures(law.shapes, [(listed.shape, listed.index, "90")]))
    data = OWN.replace(b"zy:hasDutyPhone true", b"zy:hasDutyPhone false")
    case = Case(data, "x.ttl", "", b"", "k")
    kept = judge_remembered(case)
    other = replace(case, known=b"not looked at", known_rules=rules_text({**kept.rules, "zhiyin": "0"}))
    twice = _retried(overlay, other)
    assert [(m.clause, m.before, m.after) for m in twice.moved] == [("2.1.2.2", "satisfied", "violated")]
    asked: list[Rules] = []

    def counted(case: Case, submission: Submission, law: Rules) -> Judgement:
        asked.append(law)
        return _judgement(case, submission, law)

    monkeypatch.setattr("zhiyin.composition.desk._judgement", counted)
    assert _retried(overlay, replace(case, known=kept.document, known_rules=rules_text(kept.rules))) == twice
    assert len(asked) == 1


def test_a_draft_clause_and_its_shape_are_judged_beside_the_law() -> None:
    retried = _retried(DRAFT.encode(), Case(OWN, "x.ttl", "", b"", "k"))
    assert [(m.clause, m.before, m.after, m.found) for m in retried.moved] == [("2.1.1.99", "", "violated", "100")]
    assert [m.limits for m in retried.moved] == [(Limit("", "500", "-400"),)]
    assert (retried.before, retried.after) == ("met", "not met")
    law = laid_over(rules(), DRAFT.encode())
    assert [(c.kind, c.clauses, c.before, c.after) for c in changes(rules(), law)] == [
        (OBLIGATION, ("2.1.1.1",), "必须", "可选"),
        (CLAUSE, ("2.1.1.99",), "", "必须：总部人数不少于 500 人。"),
        (ADDED, ("2.1.1.99",), "", "500"),
    ]
    assert next(r for r in law.requirements if r.number == "2.1.1.1").obligation is Obligation.OPTIONAL
    assert next(r for r in rules().requirements if r.number == "2.1.1.1").obligation is Obligation.MANDATORY


@pytest.mark.parametrize(
    "overlay",
    [
        "",
        "nonsense",
        DRAFT.replace("clause:2.1.1.99 a zy:Requirement ;", "clause:2.1.1.98 a zy:Requirement ;"),
        DRAFT.replace("zy:outcome zy:Violated ;", ""),
        DRAFT.replace("clause:2.1.1.99", "clause:9.9.9.9"),
        "@prefix zy: <https://w3id.org/zhiyin/ontology#> . <https://w3id.org/zhiyin/id/clause/2.1.1.1> zy:obligation 3 .",
    ],
    ids=["empty", "no turtle", "unknown clause", "no outcome", "no chapter", "no obligation"],
)
def test_an_overlay_that_says_nothing_sound_is_refused(overlay: str) -> None:
    with pytest.raises(BadRequest):
        laid_over(rules(), overlay.encode())


def test_of_several_values_the_least_favourable_counts() -> None:
    both = {"f1": {name: Figure(2, 9, 2) for name in ("recoveryTimeHours", "headquartersStaffCount", "year")}}
    found = {s.name: s for s in sector.spreads(both, Person("", "x", "x", Role.REGULATOR, None), rules())}
    assert {name: (s.least, s.greatest_counts) for name, s in found.items()} == {
        "recoveryTimeHours": (9, True),
        "headquartersStaffCount": (2, False),
    }


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0"), (190000000, "190,000,000"), (9.8, "9.8"), (100, "100"), (0.5, "0.5")]
)
def test_figures_are_written_as_people_read_them(number: float, told: str) -> None:
    assert sector.plainly(number) == told
