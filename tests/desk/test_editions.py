"""A desk over two editions: each submission by its own law, and nothing of one edition's clauses taken for the other's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.composition.test_editions import DECISIONS, NEXT, following, revised
from tests.desk.conftest import HERE, Office, sample
from tests.guideline.invented_revision import revised_text

from zhiyin.composition import BuiltGraph
from zhiyin.composition.drafting import write_edition
from zhiyin.composition.judging import rules
from zhiyin.desk import remedies, ruling_changes, rulings, submissions, verdicts
from zhiyin.desk.audit import verify
from zhiyin.desk.faults import Conflict
from zhiyin.desk.remedies import Item
from zhiyin.desk.ruling_changes import Wanted
from zhiyin.desk.rulings import Ruling
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE, names_of

OWN = str(names_of("futures-it", "next").clause)
HALF = sample("rooms-hosted-in-part.ttl")
ISOLATION = sample("equivalent-isolation.ttl")
SAME = "5.1.1.3"
"""The clause of ``HALF`` that only a person can tell; its number is the same in both editions."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, source_text: str, built: BuiltGraph) -> Path:
    """The draft of the plainly invented edition."""
    root = tmp_path_factory.mktemp("editions")
    write_edition(revised(revised_text(source_text), built, DECISIONS), root / "futures-it" / "next")
    return root


@pytest.fixture(autouse=True)
def known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both editions are there."""
    monkeypatch.setenv("ZHIYIN_EDITIONS", str(folder))
    yield
    rules.cache_clear()


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


def opened(office: Office, name: str, clause: str) -> Item:
    with office.desk.database.write() as connection:
        kept = submissions.find(connection, office.regulator, name)
        verdict = verdicts.find(connection, kept.verdict)
        assert verdict is not None
        return remedies.begin(
            connection,
            office.regulator,
            HERE,
            firm=kept.firm or "",
            submission=name,
            clause=clause,
            clauses=verdict.clauses,
            outcome=verdict.outcomes[clause],
            owner="张三",
            due="2026-08-01",
        )


def state_of(office: Office, item: Item) -> str:
    with office.desk.database.read() as connection:
        return remedies.find(connection, office.regulator, item.id).state


def test_an_item_is_closed_by_the_clause_of_its_duty_whatever_its_number_is_now(small_office: Office) -> None:
    office = small_office
    good = sample("tier-4-complete.ttl")
    wet = good.replace(b"zy:leakDetectionAlarms true", b"zy:leakDetectionAlarms false")
    leak, leak_now = "5.2.1.7", "5.2.1.6"
    item = opened(office, office.judged(office.regulator, wet), leak)
    still = office.judged(office.regulator, later(wet))
    assert (outcomes(office, still, leak), outcomes(office, still, leak_now)) == (["satisfied"], ["violated"])
    assert state_of(office, item) == remedies.OPEN, "5.2.1.7 is another duty there"
    mine = opened(office, still, leak_now)
    assert (item.about, mine.about) == (CLAUSE[leak], OWN + leak_now)
    with pytest.raises(Conflict):
        opened(office, still, leak_now)
    office.judged(office.regulator, later(good, "2026-07-20"))
    assert (state_of(office, item), state_of(office, mine)) == (remedies.CLOSED, remedies.CLOSED)
    with office.desk.database.read() as connection:
        assert remedies.said(connection, item.id)[-1].words.startswith(f"{leak_now}: ")


def test_an_edition_that_is_gone_closes_nothing_and_its_verdicts_stay(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = small_office
    wet = sample("tier-4-complete.ttl").replace(b"zy:leakDetectionAlarms true", b"zy:leakDetectionAlarms false")
    item = opened(office, office.judged(office.regulator, later(wet)), "5.2.1.6")
    monkeypatch.delenv("ZHIYIN_EDITIONS")
    rules.cache_clear()
    office.judged(office.regulator, sample("tier-4-complete.ttl").replace(b'"2026-06-30"', b'"2026-07-25"'))
    assert state_of(office, item) == remedies.OPEN
    assert outcomes(office, item.submission, "5.2.1.6") == ["violated"]
