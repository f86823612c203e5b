"""Rulings: kept with their history, followed by the verdict at once, due for review when their facts change."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from hashlib import sha256

import pytest
from tests.desk.conftest import HERE, Office, sample

from zhiyin.composition.judging import rules
from zhiyin.desk import ruling_changes, rulings, submissions, verdicts, work
from zhiyin.desk.audit import verify
from zhiyin.desk.faults import Conflict
from zhiyin.desk.judged import Case, Judged
from zhiyin.desk.ruling_changes import Wanted
from zhiyin.desk.rulings import Ruling
from zhiyin.errors import BadParameter, NotFound
from zhiyin.intake.rulings import read_rulings

HALF = sample("rooms-hosted-in-part.ttl")
CLAUSE = "5.1.1.3"
"""The one clause of the sample that only a person can tell."""


def ruled(office: Office, name: str, **changes: object) -> Ruling:
    wanted = {"clause": CLAUSE, "outcome": "satisfied", "reason": "看过合同", "day": "2026-07-01", **changes}
    return ruling_changes.rule(office.desk, office.regulator, HERE, name, Wanted(**wanted))  # type: ignore[arg-type]


def test_the_verdict_follows_at_once_and_the_file_says_so(office: Office) -> None:
    name = office.judged(office.regulator, HALF)
    made = ruled(office, name)
    with office.desk.database.read() as connection:
        kept = submissions.find(connection, office.regulator, name)
        first, second = verdicts.of_submission(connection, name)
        assert kept.verdict == second.id
        assert (first.outcomes[CLAUSE], second.outcomes[CLAUSE]) == ("manual", "satisfied")
        assert (first.status, second.status) == ("undetermined", "met")
        file = verdicts.determinations_of(office.desk, connection, second)
        (stated,) = read_rulings(file, rules().vocabulary).determinations
        assert (stated.clause, str(stated.outcome), stated.by) == (CLAUSE, "satisfied", made.by_name)
        document = verdicts.document_of(office.desk, connection, second)
        assert sha256(file).hexdigest().encode() in document
    ruling_changes.withdraw(office.desk, office.regulator, HERE, made.id)
    with office.desk.database.read() as connection:
        third = verdicts.of_submission(connection, name)[-1]
        assert (third.number, third.outcomes[CLAUSE]) == (3, "manual")
        assert verdicts.document_of(office.desk, connection, third) == verdicts.document_of(
            office.desk, connection, first
        )


def test_a_second_ruling_replaces_the_first_which_stays_in_sight(office: Office) -> None:
    name = office.judged(office.regulator, HALF)
    first = ruled(office, name)
    with pytest.raises(Conflict):
        ruled(office, name, outcome="violated")
    second = ruled(office, name, outcome="violated", instead_of=first.id)
    with office.desk.database.read() as connection:
        kept = {r.id: r for r in rulings.of_firm(connection, second.firm)}
        assert (kept[first.id].state, kept[first.id].replaced_by) == (rulings.REPLACED, second.id)
        assert kept[second.id].state == rulings.IN_FORCE
        assert verdicts.of_submission(connection, name)[-1].status == "not met"


def test_a_second_pair_of_eyes_is_another_pair(office: Office) -> None:
    name = office.judged(office.regulator, HALF)
    made = ruled(office, name, second=True)
    assert made.state == rulings.PROPOSED
    with office.desk.database.read() as connection:
        assert len(verdicts.of_submission(connection, name)) == 1
    with pytest.raises(Conflict):
        ruling_changes.confirm(office.desk, office.regulator, HERE, made.id)
    ruling_changes.confirm(office.desk, office.second, HERE, made.id)
    with office.desk.database.read() as connection:
        assert verdicts.of_submission(connection, name)[-1].status == "met"
        assert rulings.of_firm(connection, made.firm)[0].second_name == office.second.display
    with pytest.raises(Conflict):
        ruling_changes.confirm(office.desk, office.second, HERE, made.id)


def test_a_ruling_is_heard_by_the_next_submission_as_long_as_its_facts_stand(office: Office) -> None:
    name = office.judged(office.regulator, HALF)
    made = ruled(office, name)
    same = office.judged(office.regulator, HALF + b"\n# another file, the same facts\n")
    changed = re.sub(rb"(zy:headquartersTechnicianCount \d+)\d", rb"\g<1>8", HALF)
    assert changed != HALF
    other = office.judged(office.regulator, changed)
    with office.desk.database.read() as connection:
        assert verdicts.of_submission(connection, same)[-1].outcomes[CLAUSE] == "satisfied"
        assert verdicts.of_submission(connection, other)[-1].outcomes[CLAUSE] == "manual"
        (due,) = rulings.due_for_review(connection, office.regulator)
        assert (due.id, due.due) == (made.id, other)
        assert rulings.due_for_review(connection, office.other) == []


def test_what_stands_for_the_firm_follows_a_change_of_a_ruling_that_an_earlier_one_bore(office: Office) -> None:
    first = office.judged(office.regulator, HALF)
    made = ruled(office, first)
    later = office.judged(office.regulator, HALF + b"\n# another file, the same facts\n")

    def outcomes() -> list[str]:
        with office.desk.database.read() as connection:
            return [verdicts.of_submission(connection, name)[-1].outcomes[CLAUSE] for name in (first, later)]

    assert outcomes() == ["satisfied", "satisfied"]
    second = ruled(office, first, outcome="violated", instead_of=made.id)
    assert outcomes() == ["violated", "violated"]
    ruling_changes.withdraw(office.desk, office.regulator, HERE, second.id)
    assert outcomes() == ["manual", "manual"]
    proposed = ruled(office, first, second=True)
    assert outcomes() == ["manual", "manual"]
    ruling_changes.confirm(office.desk, office.second, HERE, proposed.id)
    assert outcomes() == ["satisfied", "satisfied"]
    assert verify(office.desk, judging=False).faults == []


def test_a_ruling_taken_back_while_a_submission_is_judged_leaves_nothing_in_its_verdict(small_office: Office) -> None:
    made = ruled(small_office, small_office.judged(small_office.regulator, HALF))
    taken_back: list[str] = []

    def meanwhile(case: Case) -> Judged:
        judged = small_office.desk.judge(case)
        if case.rulings and not taken_back:
            taken_back.append(ruling_changes.withdraw(small_office.desk, small_office.regulator, HERE, made.id).id)
        return judged

    later = small_office.send(small_office.regulator, HALF + b"\n# another file, the same facts\n")
    assert work.work_once(replace(small_office.desk, judge=meanwhile), "test")
    assert taken_back
    with small_office.desk.database.read() as connection:
        verdict = verdicts.of_submission(connection, later)[-1]
    assert (verdict.outcomes[CLAUSE], verdict.determinations) == ("manual", None)
    audit = verify(small_office.desk)
    assert (audit.faults, audit.changed) == ([], [])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"clause": "5.1.1.1"}, Conflict),
        ({"clause": "no clause"}, Conflict),
        ({"outcome": "undeclared"}, BadParameter),
        ({"reason": "  "}, BadParameter),
        ({"day": "2999-01-01"}, BadParameter),
        ({"day": "yesterday"}, BadParameter),
    ],
)
def test_what_is_no_ruling_is_refused(small_office: Office, changes: dict[str, str], error: type[Exception]) -> None:
    name = small_office.judged(small_office.regulator, HALF)
    with pytest.raises(error):
        ruled(small_office, name, **changes)
    with small_office.desk.database.read() as connection:
        assert len(verdicts.of_submission(connection, name)) == 1


def test_a_firm_does_not_find_anothers_ruling(small_office: Office) -> None:
    made = ruled(small_office, small_office.judged(small_office.regulator, HALF))
    with small_office.desk.database.read() as connection, pytest.raises(NotFound):
        rulings.find(connection, small_office.own, made.id)


def test_of_many_who_rule_at_once_one_wins_and_the_rest_are_told(office: Office) -> None:
    name = office.judged(office.regulator, HALF)
    told: list[str] = []

    def try_to() -> None:
        try:
            told.append(ruled(office, name).id)
        except Conflict:
            told.append("conflict")

    threads = [threading.Thread(target=try_to) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(t == "conflict" for t in told) == [False, *[True] * 5]
    with office.desk.database.read() as connection:
        assert [v.number for v in verdicts.of_submission(connection, name)] == [1, 2]
