"""Takes the clauses and the families they belong to and gives how each duty changes from tier to tier."""

from __future__ import annotations

from collections.abc import Iterable

from zhiyin.errors import OntologyError, Place
from zhiyin.model import Change, Family, Obligation, Requirement, Step, number_key


def lineage(requirements: Iterable[Requirement], families: Iterable[Family]) -> list[Step]:
    """Return one step per clause, in document order.

    Raises OntologyError where the families do not divide the clauses: a clause in no family or in two, a family with
    two clauses of one tier or without one in the highest, or a member or a reworded clause that does not exist.
    """
    clauses = {r.number: r for r in requirements}
    highest = max(r.tier for r in clauses.values())
    steps: dict[str, Step] = {}
    for family in families:
        _check_family(family, clauses, steps, highest)
        below: Requirement | None = None
        for number in family.members:
            clause = clauses[number]
            if below is not None and below.tier != clause.tier - 1:
                below = None
            steps[number] = Step(
                number, family.id, _change(family, below, clause), below.number if below else None, clause.tier
            )
            below = clause
    orphans = sorted(clauses.keys() - steps.keys(), key=number_key)
    if orphans:
        raise _fault(orphans[0], f"条款 {orphans[0]} 不属于任何要求族", f"clause {orphans[0]} is in no family")
    return [steps[number] for number in clauses]


def _change(family: Family, below: Requirement | None, clause: Requirement) -> Change | None:
    if clause.tier == 1:
        return None
    if below is None:
        return Change.INTRODUCED
    same_text = "".join(below.text.split()) == "".join(clause.text.split())
    if below.obligation is Obligation.MANDATORY and clause.obligation is Obligation.OPTIONAL:
        raise _fault(
            clause.number, f"{clause.number} 由必须变为可选", f"{clause.number} is optional, its ancestor mandatory"
        )
    if same_text:
        if clause.number in family.reworded_in:
            raise _fault(
                clause.number,
                f"{clause.number} 文字未变，却记为文字调整",
                f"{clause.number} is called reworded but is not",
            )
        return Change.SAME if below.obligation is clause.obligation else Change.PROMOTED
    return Change.REWORDED if clause.number in family.reworded_in else Change.STRENGTHENED


def _check_family(family: Family, clauses: dict[str, Requirement], steps: dict[str, Step], highest: int) -> None:
    for number in (*family.members, *family.reworded_in):
        if number not in clauses:
            raise _fault(family.id, f"要求族的成员 {number} 不存在", f"member {number} does not exist")
    for number in family.members:
        if number in steps:
            raise _fault(
                family.id,
                f"条款 {number} 同属要求族 {steps[number].family} 和 {family.id}",
                f"clause {number} is in two families, {steps[number].family} and {family.id}",
            )
    tiers = [clauses[number].tier for number in family.members]
    if len(set(tiers)) != len(tiers):
        raise _fault(family.id, "要求族在同一类别有两条条款", "two clauses of one tier in a family")
    if highest not in tiers:
        raise _fault(family.id, "要求族没有最高类别的条款", "the family has no clause of the highest tier")
    if tiers != sorted(tiers):
        raise _fault(family.id, "要求族的成员未按类别排列", "the members are not in tier order")
    if not family.reworded_in <= set(family.members):
        raise _fault(family.id, "文字调整的条款不是该族的成员", "a reworded clause is not a member")


def _fault(node: str, zh: str, en: str) -> OntologyError:
    return OntologyError(zh, en, place=Place(node=node))
