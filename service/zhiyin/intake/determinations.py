"""A regulator's rulings on clauses that need a person: RDF in, checked values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.intake.faults import Notice
from zhiyin.intake.lexical import day_meant
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import ID, ZY
from zhiyin.standards import TYPE, XSD

_RULINGS = {
    str(ZY.Satisfied): Outcome.SATISFIED,
    str(ZY.Violated): Outcome.VIOLATED,
    str(ZY.NotApplicable): Outcome.NOT_APPLICABLE,
}
_PARTS = ("ofCompany", "ofClause", "ruling", "determinedBy", "determinedOn", "reason")
_CLAUSE = re.compile(re.escape(str(ID)) + r"(?:[^/\s]+/[^/\s]+/)?clause/")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Determination:
    """One ruling: which clause of which company, what, by whom, when and why.

    ``clauses`` is the namespace of the edition whose clause it is; empty where only a number is given, which then is
    that of the text by which the company is judged.
    """

    company: str
    clause: str
    outcome: Outcome
    by: str
    on: str
    reason: str
    clauses: str = ""


@dataclass(frozen=True, slots=True)
class Rulings:
    """The second input of a judgement: the rulings of one file and the hash of its bytes, which provenance names."""

    determinations: tuple[Determination, ...]
    sha256: str | None
    source: str = ""


NO_RULINGS = Rulings((), None)


def determinations(triples: Sequence[ox.Triple], *, source: str = "") -> list[Determination]:
    """Return the rulings in ``triples``, sorted.

    Raises BadSubmission where one lacks who, when, why, company, clause or ruling, says one of them twice, or is dated
    by something that is no date.
    """
    facts: dict[object, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        facts[triple.subject][triple.predicate.value].append(getattr(triple.object, "value", ""))
    found = []
    for node, said in facts.items():
        if str(ZY.Determination) not in said.get(TYPE, []):
            continue
        place = Place(source=source or None, node=str(node))
        need = {f"zy:{name}": sorted({v.strip() for v in said.get(str(ZY[name]), ())} - {""}) for name in _PARTS}
        missing = [name for name, values in need.items() if not values]
        if missing:
            raise BadSubmission(
                f"认定缺少 {'、'.join(missing)}", f"the determination lacks {', '.join(missing)}", place=place
            )
        double = [name for name, values in need.items() if len(values) > 1 and name != "zy:ofClause"]
        if double:
            raise BadSubmission(
                f"认定的 {'、'.join(double)} 有几个值，只能有一个",
                f"the determination has several values of {', '.join(double)}; it takes one",
                place=place,
            )
        ruling = _RULINGS.get(need["zy:ruling"][0])
        if ruling is None:
            raise BadSubmission(
                "zy:ruling 须是 zy:Satisfied、zy:Violated 或 zy:NotApplicable",
                "zy:ruling must be zy:Satisfied, zy:Violated or zy:NotApplicable",
                place=place,
            )
        on = _day(need["zy:determinedOn"][0])
        if on is None:
            raise BadSubmission(
                f"zy:determinedOn 须是日期 YYYY-MM-DD，现为“{need['zy:determinedOn'][0][:40]}”",
                f"zy:determinedOn must be a date YYYY-MM-DD, found '{need['zy:determinedOn'][0][:40]}'",
                place=place,
            )
        for clause in need["zy:ofClause"]:
            clauses, number = clause_named(clause)
            found.append(
                Determination(
                    need["zy:ofCompany"][0],
                    number,
                    ruling,
                    need["zy:determinedBy"][0],
                    on.isoformat(),
                    need["zy:reason"][0],
                    clauses,
                )
            )
    if not found:
        raise BadSubmission(
            "认定文件中没有 zy:Determination", "no zy:Determination in the file", place=Place(source=source or None)
        )
    return sorted(found, key=lambda d: (d.company, d.clause, d.on, d.outcome))


def clause_named(text: str) -> tuple[str, str]:
    """Return the namespace and the number of a clause that is named by its IRI in any edition, or by its number alone."""
    match = _CLAUSE.match(text)
    return (match[0], text[match.end() :]) if match else ("", text)


def settling(
    given: Sequence[Determination], latest: date | None, clauses: str
) -> tuple[list[Determination], list[Notice]]:
    """Return the rulings that may settle a clause, and why the others do not.

    Two rulings on one clause that differ settle nothing, nor does one dated after ``latest`` or on a clause of another
    text than the one judged by, whose clauses are in the namespace ``clauses``.
    """
    elsewhere = [each for each in given if each.clauses not in ("", clauses)]
    given = [each for each in given if each.clauses in ("", clauses)]
    rulings: dict[tuple[str, str], set[Outcome]] = defaultdict(set)
    for each in given:
        rulings[each.company, each.clause].add(each.outcome)
    usable: list[Determination] = []
    notices = [
        Notice(
            "ruling-of-another-edition",
            Message(
                f"认定说的是另一版本的条款 {each.clauses}{each.clause}，自述按 {clauses} 的条款评定：不采用",
                f"the ruling is on a clause of another edition, {each.clauses}{each.clause}; the company is judged by "
                f"those of {clauses}: not used",
            ),
            Place(node=each.company),
            str(each.outcome),
        )
        for each in elsewhere
    ]
    for each in given:
        # A ruling that names no company speaks of each, beside those that name theirs.
        said = set().union(
            *(
                r
                for (c, n), r in rulings.items()
                if n == each.clause and (not c or not each.company or c == each.company)
            )
        )
        if len(said) > 1:
            message = Message(
                f"对 {each.clause} 有互相矛盾的认定，均不采用",
                f"rulings on {each.clause} contradict each other: none is used",
            )
            notices.append(Notice("rulings-differ", message, Place(node=each.company), str(each.outcome)))
        elif latest is not None and each.on > latest.isoformat():
            message = Message(
                f"对 {each.clause} 的认定日期 {each.on} 晚于 {latest}，不采用",
                f"the ruling on {each.clause} is dated {each.on}, after {latest}: not used",
            )
            notices.append(Notice("ruling-from-the-future", message, Place(node=each.company), each.on))
        else:
            usable.append(each)
    return usable, notices


def _day(text: str) -> date | None:
    """Return the day in Asia/Shanghai that ``text`` names, ``None`` where it is not a date or date-time of XSD."""
    timed = "T" in text
    meant = day_meant(ox.Literal(text, datatype=ox.NamedNode(XSD + ("dateTime" if timed else "date"))))
    return meant[0] if meant is not None and meant[1] and _DATE.fullmatch(text) else None
