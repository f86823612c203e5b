"""What the desk's pages show is said as people say it."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from tests.desk.conftest import sample
from tests.desk.site import Site

from zhiyin.desk import firms, journal
from zhiyin.desk.tables import Table, column
from zhiyin.errors import BadParameter, Message
from zhiyin.web.desk.trials import _figures_wanted
from zhiyin.web.desk.verdict_table import verdict_table


@pytest.mark.parametrize(("language", "said"), [("zh", "：<q>否</q>"), ("en", ": <q>no</q>")])
def test_the_page_of_a_submission_says_values_as_people_do(small_site: Site, language: str, said: str) -> None:
    office = small_site.office
    told = sample("tier-1-complete.ttl").replace(b"zy:hasDutyPhone true", b"zy:hasDutyPhone false")
    name = office.judged(office.regulator, told)
    page = small_site.browser(office.regulator).get(f"/desk/submissions/{name}?lang={language}").text
    assert said in page
    assert "<code>false</code>" not in page
    assert "<code>http" not in page


def test_the_calendar_leads_to_the_months_beside_its_own(small_site: Site) -> None:
    page = small_site.browser(small_site.office.regulator).get("/desk/calendar?month=2026-01").text
    assert sorted(set(re.findall(r"month=(\d{4}-\d{2})", page))) == ["2025-12", "2026-01", "2026-02"]


def test_whose_items_were_listed_is_in_the_log(small_site: Site) -> None:
    office = small_site.office
    for person, query, thing in (
        (office.regulator, "", "all"),
        (office.regulator, f"?firm={office.own.firm}", office.own.firm),
        (office.own, "", office.own.firm),
    ):
        with office.desk.database.read() as connection:
            before, _ = journal.head(connection)
        assert small_site.ask(person, "GET", f"/api/desk/items{query}").status_code == 200
        with office.desk.database.read() as connection:
            told = [(line.what, line.thing) for line in journal.lines(connection, after=before)]
        assert told[-1] == ("items.listed", thing)


@pytest.mark.parametrize(
    ("index", "taken"), [("0", True), ("99999", True), ("100000", False), ("x", False), ("", False)]
)
def test_a_figure_is_named_by_its_shape_and_a_small_number(small_site: Site, index: str, taken: bool) -> None:
    with small_site.app.test_request_context(method="POST", data={"figure": f"shape|{index}", "value": " 5 "}):
        if taken:
            assert list(_figures_wanted()) == [("shape", int(index), "5")]
        else:
            with pytest.raises(BadParameter):
                list(_figures_wanted())


def test_each_finding_of_a_verdict_is_a_row_with_its_own_cure() -> None:
    found = {"message": {"zh": "没有发电机"}, "focusNode": "urn:room", "path": "", "value": None}
    clause = {
        "number": "4.2.2.5",
        "obligation": "必须",
        "outcomeLabel": "不符合",
        "text": "…",
        "remedy": {"zh": "总的办法"},
    }
    several = {**clause, "findings": [{**found, "remedy": {"zh": "配备发电机"}}, {**found, "remedy": None}]}
    document = {
        "verdicts": [{"name": "示例期货", "company": "urn:a", "clauses": [several, {**clause, "findings": []}]}]
    }
    assert [row[-1] for row in verdict_table(document).rows] == ["配备发电机", "", "总的办法"]
    assert {row[0] for row in verdict_table(document).rows} == {"示例期货"}


def test_the_widths_of_a_workbook_follow_its_cells() -> None:
    title = Message("表", "table")
    table = Table("a", title, (column("a", "甲", "a"), column("b", "乙", "b")), [["x" * 30, "y"], ["z", 5]])
    sheet = load_workbook(io.BytesIO(table.written("xlsx", "zh"))).active
    assert sheet is not None
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [32, 10]


def test_a_name_is_kept_as_long_as_a_line_of_the_books_is() -> None:
    assert firms.written("甲" * 450) == "甲" * 400
    assert firms.written(" 示例\n期货 ") == "示例 期货"
