from __future__ import annotations

import pytest

from zhiyin.composition import Assembly
from zhiyin.errors import OntologyError
from zhiyin.guideline import lineage
from zhiyin.model import Change, Family, Mark, Obligation, Requirement, Step


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
    return Requirement(number, obligation, mark, text, 1, int(number[0]) - 1)


def change_of(lower: Requirement | None, higher: Requirement, reworded: frozenset[str] = frozenset()) -> Step:
    members = [c for c in (lower, higher) if c]
    return lineage(members, [Family("f1", tuple(c.number for c in members), reworded)])[-1]


def test_white_space_does_not_make_a_change() -> None:
    step = change_of(clause("2.1.1.1", "应有 2 人。"), clause("3.1.1.1", "应有2人。"))
    assert step == Step("3.1.1.1", "f1", Change.SAME, "2.1.1.1", 2)


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
