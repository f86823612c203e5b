"""A desk over two editions: each submission by its own law, and nothing of one edition's clauses taken for the other's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk.conftest import HERE, Office, sample
from tests.desk.site import Site
from tests.guideline.invented_revision import WITHDRAWN
from tests.invented_edition import NEXT, following

from zhiyin.composition.judging import law_of, rules
from zhiyin.desk import packages, remedies, ruling_changes, rulings, schema, submissions, verdicts
from zhiyin.desk.audit import verify
from zhiyin.desk.duties import same_duty
from zhiyin.desk.faults import Conflict
from zhiyin.desk.remedies import Item
from zhiyin.desk.ruling_changes import Wanted
from zhiyin.desk.rulings import Ruling
from zhiyin.desk.signatures import read_private
from zhiyin.namespaces import CLAUSE, names_of

OWN = str(names_of("futures-it", "next").clause)
HALF = sample("rooms-hosted-in-part.ttl")
ISOLATION = sample("equivalent-isolation.ttl")
SAME = "5.1.1.3"
"""The clause of ``HALF`` that only a person can tell; its number is the same in both editions."""


@pytest.fixture(autouse=True)
def known(next_edition: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both editions are there."""
    monkeypatch.setenv("ZHIYIN_EDITIONS", str(next_edition))
    yield
    rules.cache_clear()
    law_of.cache_clear()


def later(data: bytes, day: str = "2026-07-15") -> bytes:
    """The same facts, as of a later day, under the next edition."""
    changed, count = re.subn(rb'zy:asOf "[0-9-]+"', b'zy:asOf "' + day.encode() + b'"', data)
    assert count == 1
    return following(changed, NEXT)


def ruled(office: Office, name: str, clause: str = SAME, **changes: str) -> Ruling:
    wanted = {"clause": clause, "outcome": "satisfied", "reason": "看过合同", "day": "2026-07-20", **changes}
    return ruling_changes.rule(office.desk, office.regulator, HERE, name, Wanted(**wanted))  # type: ignore[arg-type]


def outcomes(office: Office, name: str, clause: str = SAME) -> list[str]:
    with office.desk.database.read() as connection:
        return [v.outcomes[clause] for v in verdicts.of_submission(connection, name)]


def test_a_submission_of_each_edition_is_judged_by_its_own_law(small_office: Office) -> None:
    old = small_office.judged(small_office.regulator, sample("tier-4-complete.ttl"))
    new = small_office.judged(small_office.regulator, later(sample("tier-4-complete.ttl")))
    with small_office.desk.database.read() as connection:
        (first,), (second,) = (verdicts.of_submission(connection, name) for name in (old, new))
    assert (first.clauses, second.clauses) == ("", OWN)
    assert (len(first.outcomes), len(second.outcomes)) == (209, 210)
    assert "5.2.1.9" in first.outcomes
    assert second.outcomes["5.3.2.5"] == "undeclared", "the new duty has no shape yet"
    assert verify(small_office.desk).faults == []


def test_a_submission_of_an_edition_that_nobody_knows_is_refused_with_its_line(small_office: Office) -> None:
    name = small_office.judged(small_office.regulator, following(ISOLATION, f"{NEXT}-unknown"))
    line = 1 + ISOLATION[: ISOLATION.index(b"conformsTo")].count(b"\n")
    with small_office.desk.database.read() as connection:
        kept = submissions.find(connection, small_office.regulator, name)
    assert (kept.state, kept.verdict) == (submissions.REFUSED, None)
    assert f"{NEXT}-unknown" in str(kept.faults)
    assert f"'line': {line}" in str(kept.faults)


def test_a_ruling_is_on_a_clause_of_the_edition_that_its_submission_follows(small_office: Office) -> None:
    office = small_office
    old = office.judged(office.regulator, HALF)
    first = ruled(office, old)
    new = office.judged(office.regulator, later(HALF))
    assert outcomes(office, new) == ["manual"], "a ruling on last year's clause is not applied to this year's"
    with office.desk.database.read() as connection:
        (due,) = rulings.due_for_review(connection, office.regulator)
    assert (due.id, due.due, due.about) == (first.id, new, CLAUSE[SAME])

    second = ruled(office, new, outcome="violated")
    assert (outcomes(office, old)[-1], outcomes(office, new)[-1]) == ("satisfied", "violated")
    with office.desk.database.read() as connection:
        assert {r.about: r.id for r in rulings.in_force(connection, first.firm).values()} == {
            CLAUSE[SAME]: first.id,
            OWN + SAME: second.id,
        }
        assert rulings.due_for_review(connection, office.regulator) == [], "the duty is ruled on where it stands now"
        files = [
            verdicts.determinations_of(office.desk, connection, verdicts.of_submission(connection, name)[-1]).decode()
            for name in (old, new)
        ]
    assert "clause:5.1.1.3" in files[0]
    assert OWN not in files[0]
    assert f"<{OWN}{SAME}>" in files[1]

    ruling_changes.withdraw(office.desk, office.regulator, HERE, first.id)
    assert (outcomes(office, old)[-1], outcomes(office, new)[-1]) == ("manual", "violated")
    audit = verify(office.desk)
    assert (audit.faults, audit.changed) == ([], [])


def test_a_ruling_on_a_duty_that_the_next_edition_has_no_more_waits_for_nobody(small_office: Office) -> None:
    office, law = small_office, small_office.desk.law
    (gone,) = (number for number in WITHDRAWN if number.startswith("5."))
    assert (same_duty(law, "", gone, OWN), same_duty(law, "", gone, CLAUSE + "no/")) == ("", None)
    first = ruled(office, office.judged(office.regulator, HALF))
    with office.desk.database.write() as connection:
        connection.execute(schema.rulings.update().values(clause=gone))
    office.judged(office.regulator, later(HALF))
    with office.desk.database.read() as connection:
        assert rulings.find(connection, office.regulator, first.id).clause == gone
        assert rulings.due_for_review(connection, office.regulator) == []


def test_a_number_that_means_another_duty_now_is_not_ruled_on_by_it(small_office: Office) -> None:
    """5.2.1.8 of the first text stands as 5.2.1.7 in the next one, where 5.2.1.8 is the duty of 5.2.1.9."""
    duties = rules().duties, rules(NEXT).duties
    assert duties[0].of_clause["5.2.1.8"] == duties[1].of_clause["5.2.1.7"] != duties[1].of_clause["5.2.1.8"]
    new = small_office.judged(small_office.regulator, later(HALF))
    with pytest.raises(Conflict):
        ruled(small_office, new, "5.2.1.9")
    with small_office.desk.database.read() as connection:
        verdict = verdicts.of_submission(connection, new)[-1]
    assert "5.2.1.9" not in verdict.outcomes, "the first text has such a clause, the next has not"


def state_of(office: Office, item: Item) -> str:
    with office.desk.database.read() as connection:
        return remedies.find(connection, office.regulator, item.id).state


def test_an_item_is_closed_by_the_clause_of_its_duty_whatever_its_number_is_now(small_office: Office) -> None:
    office = small_office
    good = sample("tier-4-complete.ttl")
    wet = good.replace(b"zy:leakDetectionAlarms true", b"zy:leakDetectionAlarms false")
    leak, leak_now = "5.2.1.7", "5.2.1.6"
    item = office.item(office.judged(office.regulator, wet), leak)
    still = office.judged(office.regulator, later(wet))
    assert (outcomes(office, still, leak), outcomes(office, still, leak_now)) == (["satisfied"], ["violated"])
    assert state_of(office, item) == remedies.OPEN, "5.2.1.7 is another duty there"
    mine = office.item(still, leak_now)
    assert (item.about, mine.about) == (CLAUSE[leak], OWN + leak_now)
    with pytest.raises(Conflict):
        office.item(still, leak_now)
    office.judged(office.regulator, later(good, "2026-07-20"))
    assert (state_of(office, item), state_of(office, mine)) == (remedies.CLOSED, remedies.CLOSED)
    with office.desk.database.read() as connection:
        assert remedies.said(connection, item.id)[-1].words.startswith(f"{leak_now}: ")


def test_an_edition_that_is_gone_closes_nothing_and_its_verdicts_stay(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = small_office
    wet = sample("tier-4-complete.ttl").replace(b"zy:leakDetectionAlarms true", b"zy:leakDetectionAlarms false")
    item = office.item(office.judged(office.regulator, later(wet)), "5.2.1.6")
    monkeypatch.delenv("ZHIYIN_EDITIONS")
    rules.cache_clear()
    law_of.cache_clear()
    office.judged(office.regulator, sample("tier-4-complete.ttl").replace(b'"2026-06-30"', b'"2026-07-25"'))
    assert state_of(office, item) == remedies.OPEN
    assert outcomes(office, item.submission, "5.2.1.6") == ["violated"]


def facts_of(page: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))


def test_the_pages_of_a_desk_say_which_edition_a_clause_is_of(small_site: Site) -> None:
    office, browser = small_site.office, small_site.browser(small_site.office.regulator)
    old = office.judged(office.regulator, HALF)
    first = ruled(office, old)
    new = office.judged(office.regulator, later(HALF))
    page = browser.get(f"/desk/submissions/{new}").text
    assert "按next 版评定" in facts_of(page)
    assert f'href="/clauses/{SAME}?edition=next"' in page
    assert f'href="/clauses/{SAME}"' not in page
    assert "不用于本版本的条款" in facts_of(page), "last year's ruling is shown, and said not to count"
    assert 'name="insteadOf" value=""' in page
    rulable = set(re.findall(r'name="clause" value="([\d.]+)"', page))
    with office.desk.database.read() as connection:
        assert SAME in rulable <= set(verdicts.of_submission(connection, new)[-1].outcomes)

    form = {"clause": SAME, "outcome": "violated", "reason": "看过合同", "day": "2026-07-20", "insteadOf": ""}
    assert browser.post(f"/desk/submissions/{new}/rulings", form).status_code == 303
    for clause in ("5.2.1.9", f"{CLAUSE}{SAME}", OWN + SAME):
        answer = browser.post(f"/desk/submissions/{new}/rulings", {**form, "clause": clause})
        assert answer.status_code in (400, 409), "no clause of this edition, or none that a person rules on"
    assert "next 版" in facts_of(browser.get(f"/desk/firms/{first.firm}/rulings").text)
    assert f'/clauses/{SAME}"' in browser.get(f"/desk/submissions/{old}").text
    told = small_site.ask(office.regulator, "GET", f"/api/desk/firms/{first.firm}/rulings").get_json()["items"]
    assert {r.get("clauseIri") for r in told} == {None, OWN + SAME}


def test_two_submissions_of_two_editions_are_compared_by_duty(small_site: Site) -> None:
    office, browser = small_site.office, small_site.browser(small_site.office.regulator)
    good = sample("tier-4-complete.ttl")
    wet = good.replace(b"zy:leakDetectionAlarms true", b"zy:leakDetectionAlarms false")
    old, new = office.judged(office.regulator, good), office.judged(office.regulator, later(wet))
    told = small_site.ask(office.regulator, "GET", f"/api/desk/submissions/{old}/against/{new}").get_json()
    moved = {c["clause"]: c for c in told["clauses"]}
    assert moved["5.2.1.6"]["clauseBefore"] == "5.2.1.7"
    assert (moved["5.2.1.6"]["before"], moved["5.2.1.6"]["after"]) == ("satisfied", "violated")
    assert "5.2.1.7" not in moved, "another duty now, which stands as it stood under 5.2.1.8"
    assert told["editions"]["new"] == ["5.3.2.5", "5.7.4.4"]
    assert told["editions"]["withdrawn"] == ["5.2.1.6"]
    page = browser.get(f"/desk/submissions/{old}/against/{new}").text
    assert "不按号码" in facts_of(page)
    assert "原 5.2.1.7" in facts_of(page)
    assert "5.2.1.7 → 5.2.1.6" in browser.get(f"/desk/submissions/{old}/against/{new}?format=csv").text


def test_the_sector_counts_a_clause_of_each_edition_apart(small_site: Site) -> None:
    office, browser = small_site.office, small_site.browser(small_site.office.regulator)
    office.judged(office.regulator, sample("tier-4-complete.ttl"))
    office.judged(office.regulator, later(HALF))
    every = small_site.ask(office.regulator, "GET", "/api/desk/sector/clauses?tier=4").get_json()["items"]
    assert {(row["clause"], row["edition"]) for row in every} >= {("5.2.1.1", ""), ("5.2.1.1", "next")}
    assert {row["firms"] for row in every} == {1}
    one = small_site.ask(office.regulator, "GET", "/api/desk/sector/clauses?tier=4&edition=next").get_json()["items"]
    assert {row["edition"] for row in one} == {"next"}
    assert small_site.ask(office.regulator, "GET", "/api/desk/sector?edition=2099").status_code == 400
    heat = small_site.ask(office.regulator, "GET", "/api/desk/sector").get_json()["items"]
    assert sorted(row["edition"] for row in heat) == ["", "next"]
    for address in ("/desk/sector", "/desk/sector/clauses", "/desk/sector/report", "/desk/firms", "/desk"):
        assert browser.get(address).status_code == 200
    assert 'name="edition"' in browser.get("/desk/sector").text


def test_the_calendar_leads_to_the_clause_of_the_edition(small_site: Site) -> None:
    office, browser = small_site.office, small_site.browser(small_site.office.regulator)
    new = office.judged(office.regulator, later(HALF))
    with office.desk.database.read() as connection:
        firm = submissions.find(connection, office.regulator, new).firm
    page = browser.get(f"/desk/calendar?firm={firm}").text
    assert "?edition=next" in page
    assert re.search(r'href="/clauses/[\d.]+"', page) is None
    told = small_site.ask(office.regulator, "GET", f"/api/desk/calendar?firm={firm}").get_json()["items"]
    assert all(iri.startswith(OWN) for item in told for iri in item["clauseIris"])


def test_what_if_changes_one_edition_and_says_who_follows_another(small_site: Site) -> None:
    office, browser = small_site.office, small_site.browser(small_site.office.regulator)
    office.judged(office.regulator, sample("tier-4-complete.ttl"))
    new = office.judged(office.regulator, later(HALF))
    page = browser.get("/desk/what-if?edition=next").text
    assert 'name="edition" value="next"' in page
    (figure,) = set(re.findall(r'<option value="([^"]+\|\d+)">5\.2\.1\.2 [^<]* 600</option>', page))
    answer = browser.post("/desk/what-if", {"edition": "next", "figure": figure, "value": "9999", "title": "t"})
    assert answer.status_code == 303
    trial = answer.headers["Location"].rpartition("/")[2]
    office.work()
    result = small_site.ask(office.regulator, "GET", f"/api/desk/what-if/{trial}").get_json()["result"]
    assert (result["clauses"], result["elsewhere"]) == (OWN, {"": 1})
    (row,) = result["rows"]
    assert row["submission"] == new
    assert {m["clause"]: m["after"] for m in row["moved"]} == {"5.2.1.2": "violated"}
    text = facts_of(browser.get(f"/desk/what-if/{trial}").text)
    assert "1 家没有重新评定" in text


def test_an_overlay_names_an_edition_that_there_is(small_site: Site) -> None:
    office = small_site.office
    for named, status in ((NEXT, 202), ("https://w3id.org/zhiyin/ontology/company/7", 400)):
        body = (
            "@prefix zy: <https://w3id.org/zhiyin/ontology#> .\n"
            f"<urn:x> <http://purl.org/dc/terms/conformsTo> <{named}> .\n"
            f"<{OWN}5.3.2.9> zy:obligation zy:Optional .\n"
        )
        address, kind = "/api/desk/what-if?title=t", {"Content-Type": "text/turtle"}
        assert small_site.ask(office.regulator, "POST", address, kind, data=body.encode()).status_code == status


def test_a_package_of_another_edition_is_checked_with_its_input_alone(small_office: Office) -> None:
    office, data = small_office, later(HALF)
    name = office.judged(office.regulator, data)
    with office.desk.database.read() as connection:
        sealed = packages.package(office.desk, connection, submissions.find(connection, office.regulator, name))
    key = office.desk.options.signing
    assert key is not None
    content = packages.opened(sealed, read_private(key).public).content
    versions = content["versions"]
    assert isinstance(versions, dict)
    assert versions["clauses"] == OWN
    assert packages.matches(content, data + b"\n# other bytes\n", "x.ttl", office.desk.law)


def test_a_question_about_a_clause_asks_of_the_clause_of_the_edition(small_site: Site) -> None:
    office, browser = small_site.office, small_site.browser(small_site.office.regulator)
    wet = sample("tier-4-complete.ttl").replace(b"zy:leakDetectionAlarms true", b"zy:leakDetectionAlarms false")
    office.judged(office.regulator, later(wet))
    asked = "/api/desk/queries/who_violates?clause="

    def rows(address: str) -> list[object]:
        found: list[object] = small_site.ask(office.regulator, "GET", address).get_json()["results"]["bindings"]
        return found

    assert len(rows(f"{asked}5.2.1.6&edition=next")) == 1
    assert not rows(f"{asked}5.2.1.7&edition=next"), "the next edition's 5.2.1.7 is another duty"
    assert not rows(f"{asked}5.2.1.7"), "the firm follows the next edition"
    assert small_site.ask(office.regulator, "GET", f"{asked}5.2.1.7&edition=2099").status_code == 400
    page = browser.get("/desk/questions/who_violates?clause=5.2.1.6&edition=next").text
    assert OWN + "5.2.1.6" in page
    assert '<option value="next" selected>' in page
