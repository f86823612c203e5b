"""A clause of one edition in, the clause that states the same duty in another out: numbers mean nothing across editions."""

from __future__ import annotations

from zhiyin.desk.desk import LawOf
from zhiyin.errors import NotFound
from zhiyin.namespaces import CLAUSE


def same_duty(law: LawOf, clauses: str, number: str, elsewhere: str, tier: int | None = None) -> str:
    """Return the IRI of the clause of the edition ``elsewhere`` that states the duty of ``number``, of ``tier`` or its own.

    ``clauses`` and ``elsewhere`` are the namespaces of the editions' clauses, empty for the shipped one's. Empty where
    that edition states the duty no more, or where one of the two is no longer there.
    """
    try:
        duties, others = law(clauses).duties, law(elsewhere).duties
    except NotFound:
        return ""
    family, own = duties.of_clause.get(number, ("", 0))
    found = others.members.get(family, {}).get(own if tier is None else tier)
    return f"{elsewhere or CLAUSE}{found}" if found else ""
