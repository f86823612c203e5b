from __future__ import annotations

from collections import Counter

import pytest

from zhiyin.composition import Assembly
from zhiyin.errors import OntologyError
from zhiyin.guideline import composed, lineage
from zhiyin.model import Change, Family, Mark, Obligation, Requirement, Step

# Design, section 1: same, reworded, promoted, strengthened, introduced.
CHANGES = {
    (1, 2): (171, 2, 0, 4, 6),
    (2, 3): (172, 0, 4, 7, 19),
    (3, 4): (192, 0, 6, 4, 7),
    (1, 3): (168, 2, 0, 7, 25),
    (1, 4): (167, 2, 0, 8, 32),
    (2, 4): (171, 0, 4, 8, 26),
}
ORDER = (Change.SAME, Change.REWORDED, Change.PROMOTED, Change.STRENGTHENED, Change.INTRODUCED)


@pytest.mark.parametrize(("lower", "higher"), CHANGES)
def test_counts_of_the_changes(assembly: Assembly, lower: int, higher: int) -> None:
    found = Counter(change for change, _ in composed(assembly.steps, lower, higher).values())
    assert tuple(found[change] for change in ORDER) == CHANGES[lower, higher]


@pytest.mark.parametrize("tier", [2, 3, 4])
def test_one_tier_composed_is_the_step_itself(assembly: Assembly, tier: int) -> None:
    steps = {step.number: (step.change, step.ancestor) for step in assembly.steps if step.number[0] == str(tier + 1)}
    assert composed(assembly.steps, tier - 1, tier) == steps


def test_every_clause_has_one_step_in_document_order(assembly: Assembly) -> None:
    assert [step.number for step in assembly.steps] == [clause.number for clause in assembly.text.requirements]


def test_first_tier_has_no_change(assembly: Assembly) -> None:
    first = [step for step in assembly.steps if step.number[0] == "2"]
    assert len(first) == 177
    assert all(step.change is None and step.ancestor is None for step in first)


def test_marks_and_changes_disagree_in_two_known_ways(assembly: Assembly) -> None:
    marks = {clause.number: clause.mark for clause in assembly.text.requirements}
    strengthened = [step.number for step in assembly.steps if step.change is Change.STRENGTHENED]
    assert [number for number in strengthened if marks[number] is Mark.CONTINUED] == ["4.3.3.1"]
    assert sum(marks[number] is Mark.NEW for number in strengthened) == 14
    introduced = [step.number for step in assembly.steps if step.change is Change.INTRODUCED]
    assert all(marks[number] is Mark.NEW for number in introduced)


# --- the rules on a small case ---------------------------------------------------------------------------------------


def clause(number: str, text: str, obligation: Obligation = Obligation.MANDATORY) -> Requirement:
    mark = Mark.NEW if number[0] == "2" else Mark.CONTINUED
    return Requirement(number, obligation, mark, text, line=1)


def change_of(lower: Requirement | None, higher: Requirement, reworded: frozenset[str] = frozenset()) -> Step:
    members = [c for c in (lower, higher) if c]
    return lineage(members, [Family("f1", tuple(c.number for c in members), reworded)])[-1]


def test_white_space_does_not_make_a_change() -> None:
    step = change_of(clause("2.1.1.1", "应有 2 人。"), clause("3.1.1.1", "应有2人。"))
    assert step == Step("3.1.1.1", "f1", Change.SAME, "2.1.1.1")


def test_same_text_made_mandatory_is_promoted() -> None:
    step = change_of(clause("2.1.1.1", "甲", Obligation.OPTIONAL), clause("3.1.1.1", "甲"))
    assert step.change is Change.PROMOTED


def test_other_text_is_strengthened_unless_declared_reworded() -> None:
    lower, higher = clause("2.1.1.1", "甲，乙"), clause("3.1.1.1", "甲。乙")
    assert change_of(lower, higher).change is Change.STRENGTHENED
    assert change_of(lower, higher, frozenset({"3.1.1.1"})).change is Change.REWORDED


def test_no_member_just_below_is_introduced_even_after_a_gap() -> None:
    members = [clause("2.1.1.1", "甲"), clause("4.1.1.1", "甲")]
    steps = lineage(members, [Family("f1", ("2.1.1.1", "4.1.1.1"), frozenset())])
    assert (steps[-1].change, steps[-1].ancestor) == (Change.INTRODUCED, None)


def test_strongest_change_wins_over_several_tiers() -> None:
    members = [
        clause("2.1.1.1", "甲", Obligation.OPTIONAL),
        clause("3.1.1.1", "甲乙", Obligation.OPTIONAL),
        clause("4.1.1.1", "甲乙"),
    ]
    steps = lineage(members, [Family("f1", tuple(c.number for c in members), frozenset())])
    assert composed(steps, 1, 3) == {"4.1.1.1": (Change.STRENGTHENED, "2.1.1.1")}
    assert composed(steps, 2, 3) == {"4.1.1.1": (Change.PROMOTED, "3.1.1.1")}


FAULTS = {
    "in no family": [Family("f1", ("3.1.1.1",), frozenset())],
    "in two families": [
        Family("f1", ("2.1.1.1", "3.1.1.1"), frozenset()),
        Family("f2", ("3.1.1.1",), frozenset()),
    ],
    "does not exist": [Family("f1", ("2.1.1.1", "3.1.1.1", "3.9.9.9"), frozenset())],
    "no clause of the highest tier": [Family("f1", ("2.1.1.1",), frozenset())],
    "not in tier order": [Family("f1", ("3.1.1.1", "2.1.1.1"), frozenset())],
    "a reworded clause is not a member": [Family("f1", ("3.1.1.1",), frozenset({"2.1.1.1"}))],
    "is called reworded but is not": [Family("f1", ("2.1.1.1", "3.1.1.1"), frozenset({"3.1.1.1"}))],
}


@pytest.mark.parametrize("reason", FAULTS)
def test_families_that_do_not_divide_the_clauses_are_refused(reason: str) -> None:
    clauses = [clause("2.1.1.1", "甲"), clause("3.1.1.1", "甲")]
    with pytest.raises(OntologyError, match=reason):
        lineage(clauses, FAULTS[reason])


def test_two_clauses_of_one_tier_in_a_family_are_refused() -> None:
    clauses = [clause("2.1.1.1", "甲"), clause("2.1.1.2", "乙")]
    with pytest.raises(OntologyError, match="two clauses of one tier"):
        lineage(clauses, [Family("f1", ("2.1.1.1", "2.1.1.2"), frozenset())])


def test_a_duty_that_becomes_optional_is_refused() -> None:
    with pytest.raises(OntologyError, match="is optional, its ancestor mandatory"):
        change_of(clause("2.1.1.1", "甲"), clause("3.1.1.1", "甲", Obligation.OPTIONAL))
