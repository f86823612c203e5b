"""整改 items: opened on what is violated, answered with evidence, closed by the submission that satisfies the clause."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.desk.conftest import HERE, Office, sample

from zhiyin.desk import deadlines, firms, moments, remedies, reports, sector
from zhiyin.desk.deadlines import Due
from zhiyin.desk.faults import Conflict
from zhiyin.desk.remedies import Evidence, Item
from zhiyin.errors import BadParameter, Message
from zhiyin.web.desk.calendar import groups, month_from

GOOD = sample("tier-1-complete.ttl")
BAD = GOOD.replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")
CLAUSE = "2.1.1.1"
PAPER = Evidence("成立部门的决定", "ZD-9", "2026-07-02", "", "综合岗")


def opened(office: Office, outcome: str | None = None, **changes: str) -> Item:
    return office.item(office.judged(office.own, BAD), CLAUSE, outcome=outcome, **changes)


def test_an_item_is_answered_and_closed_by_a_later_submission(office: Office) -> None:
    item = opened(office)
    with office.desk.database.write() as connection:
        item = remedies.answer(connection, office.own, HERE, item, item.version, "已设部门", [PAPER])
        assert item.state == remedies.ANSWERED
        item = remedies.change(connection, office.regulator, HERE, item, item.version, due="2026-09-01")
    later = office.judged(office.own, GOOD)
    with office.desk.database.read() as connection:
        closed = remedies.find(connection, office.own, item.id)
        assert (closed.state, closed.closed_by, closed.due) == (remedies.CLOSED, later, "2026-09-01")
        assert [e.kind for e in remedies.said(connection, item.id)] == ["answer", "change", "closed"]
        assert remedies.said(connection, item.id)[0].evidence == (PAPER,)
        assert remedies.listed(connection, office.own, alive=True) == []


def test_the_same_faulty_facts_again_close_nothing(office: Office) -> None:
    item = opened(office)
    office.judged(office.own, BAD + b"# again\n")
    with office.desk.database.read() as connection:
        assert remedies.find(connection, office.own, item.id).state == remedies.OPEN


def test_open_items_stand_in_the_report_and_the_line_falls_in_their_section_alone(small_office: Office) -> None:
    item = opened(small_office)
    desk, regulator = small_office.desk, small_office.regulator
    with desk.database.read() as connection:
        report = reports.sector_report(desk, connection, regulator)
        point = sector.line_of_firm(connection, small_office.own.firm or "")[-1]
    rows = next(part.table for part in report.parts if part.heading == "整改")
    assert rows[0] == ("公司", "条款", "责任人", "期限", "状态")
    assert (item.owner, "2026-08-01", "待整改") in {row[2:] for row in rows[1:]}
    assert sorted(point.shares) == list("12345678")
    assert {section for section, share in point.shares.items() if share < 1} == {"1"}


def test_figures_are_those_of_the_submission_that_stands(small_office: Office) -> None:
    for count in (b"101", b"102"):
        small_office.judged(
            small_office.own, GOOD.replace(b"zy:headquartersStaffCount 100", b"zy:headquartersStaffCount " + count)
        )
    with small_office.desk.database.read() as connection:
        figures = sector.figures_of(connection, small_office.own)
    assert list(figures) == [small_office.own.firm]
    staff = figures[str(small_office.own.firm)]["headquartersStaffCount"]
    assert (staff.least, staff.greatest, staff.count) == (102, 102, 1)


def test_nobody_overwrites_what_they_have_not_seen(small_office: Office) -> None:
    item = opened(small_office)
    with small_office.desk.database.write() as connection:
        remedies.change(connection, small_office.regulator, HERE, item, item.version, owner="李四")
    with small_office.desk.database.write() as connection, pytest.raises(Conflict):
        remedies.change(connection, small_office.second, HERE, item, item.version, owner="王五")
    with small_office.desk.database.read() as connection:
        assert remedies.find(connection, small_office.own, item.id).owner == "李四"


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"outcome": "satisfied"}, Conflict), ({"due": "soon"}, BadParameter), ({"owner": " "}, BadParameter)],
)
def test_what_is_no_item_is_refused(small_office: Office, changes: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        opened(small_office, **changes)


def test_there_is_one_open_item_a_clause(small_office: Office) -> None:
    item = opened(small_office)
    with pytest.raises(Conflict):
        small_office.item(item.submission, CLAUSE)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("", "", "2026-01-01", "", "岗"),
        Evidence("x", "", "soon", "", "岗"),
        Evidence("x", "", "2026-01-01", "XYZ", "岗"),
    ],
)
def test_evidence_has_title_date_role_and_a_true_fingerprint(small_office: Office, evidence: Evidence) -> None:
    item = opened(small_office)
    with small_office.desk.database.write() as connection, pytest.raises(BadParameter):
        remedies.answer(connection, small_office.own, HERE, item, item.version, "x", [evidence])


def test_the_calendar_tells_when_facts_run_out_and_items_are_due(office: Office) -> None:
    item = opened(office)
    with office.desk.database.read() as connection:
        found = deadlines.calendar(connection, office.own)
        assert {d.firm for d in found} == {item.firm}
        assert deadlines.calendar(connection, office.other) == []
        assert firms.firm_by_id(connection, office.own, item.firm).id == item.firm
    yearly = next(d for d in found if d.clauses == ("2.1.2.4",))
    # Last done on 2026-01-08: a rolling year ends before 2027-01-09, the calendar year after with 2027.
    assert (yearly.done, yearly.day, yearly.late) == ("2026-01-08", "2027-01-09", "2028-01-01")
    own = next(d for d in found if d.clauses == ("2.4.2.2",))
    # Every so many days by the firm's own word: overrun is for a person to judge, hence never late by itself.
    stated = re.search(
        rb"antivirus-full-scan ;\s+zy:lastConductedOn \"([0-9-]+)\"\S+ ;\s+zy:statedIntervalDays (\d+)", GOOD
    )
    assert stated is not None
    last_day = date.fromisoformat(stated[1].decode()) + timedelta(days=int(stated[2]))
    assert (own.day, own.late) == ((last_day + timedelta(days=1)).isoformat(), None)
    assert any(d.kind == "item" and d.day == "2026-08-01" for d in found)


def test_the_calendar_file_is_one_that_programs_read(small_office: Office) -> None:
    opened(small_office, owner="张三;,\\\n假=换行")
    with small_office.desk.database.read() as connection:
        found = deadlines.calendar(connection, small_office.own)
    lines = deadlines.ics(found).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = "\r\n".join(lines).replace("\r\n ", "").split("\r\n")
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == len(found)
    assert len({line for line in unfolded if line.startswith("UID:")}) == len(found)
    assert any("张三\\;\\,\\\\" in line for line in unfolded)
    assert all(":" in line for line in unfolded if line)


def test_a_long_calendar_is_folded_but_for_what_comes_next() -> None:
    today = moments.today()
    days = [(today + timedelta(days=40 * n)).isoformat() for n in (-2, -1, 1, 2)]
    found = [Due(day, f"f{n % 3}", "x", "fact", Message("", ""), "", (), "", None) for day in days for n in range(10)]
    folded = groups(found, 7)
    assert [(g.title, len(g.found), g.firms, g.past, g.is_open) for g in folded] == [
        (days[0][:7], 10, 3, 10, False),
        (days[1][:7], 10, 3, 10, False),
        (days[2][:7], 10, 3, 0, True),
        (days[3][:7], 10, 3, 0, False),
    ]
    assert all(g.is_open for g in groups(found[:30], 7))
    assert [g.title for g in groups(found, 10)] == days


@pytest.mark.parametrize(
    ("day", "months", "told"),
    [("2026-01-01", -1, "2025-12"), ("2026-12-01", 1, "2027-01"), ("2026-06-01", 1, "2026-07"), ("", 1, "")],
)
def test_the_months_beside_one(day: str, months: int, told: str) -> None:
    assert month_from(day, months) == told
