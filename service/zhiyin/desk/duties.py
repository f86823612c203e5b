"""A clause of one edition in, the clause that states the same duty in another out: numbers mean nothing across editions."""

from __future__ import annotations

from zhiyin.desk.desk import LawOf
from zhiyin.edition import shipped_edition
from zhiyin.errors import NotFound
from zhiyin.law.rules import Rules
from zhiyin.namespaces import CLAUSE, ID


def same_duty(law: LawOf, clauses: str, number: str, elsewhere: str, tier: int | None = None) -> str | None:
    """Return the IRI of the clause of the edition ``elsewhere`` that states the duty of ``number``, of ``tier`` or its own.

    ``clauses`` and ``elsewhere`` are the namespaces of the editions' clauses, empty for the shipped one's. Empty where
    that edition states the duty no more, ``None`` where one of the two is no longer there, so that nobody can tell.
    """
    try:
        duties, others = law(clauses).duties, law(elsewhere).duties
    except NotFound:
        return None
    family, own = duties.of_clause.get(number, ("", 0))
    found = others.members.get(family, {}).get(own if tier is None else tier)
    return f"{elsewhere or CLAUSE}{found}" if found else ""


def clauses_of(law: Rules) -> str:
    """Return the namespace of the clauses of a law as verdicts name it: empty for the shipped one."""
    return str(law.duties.names.clause) if law.edition.id else ""


def edition_name(clauses: str) -> str:
    """Return the name of the edition whose clauses stand in a namespace, as addresses write it; empty for the shipped."""
    own = f"{ID}{shipped_edition().guideline}/"
    return clauses.removeprefix(own).removeprefix(str(ID)).removesuffix("/clause/")


def law_left(law: LawOf, clauses: str) -> Rules:
    """Return the law whose clauses stand in a namespace, the shipped one where that edition is there no more."""
    try:
        return law(clauses)
    except NotFound:
        return law()
