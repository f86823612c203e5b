"""A regulator's rulings on clauses that need a person: RDF in, checked values out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.intake.empty_words import names_something
from zhiyin.intake.faults import Fault, Notice, refused
from zhiyin.intake.lexical import day_meant
from zhiyin.intake.rows import node_name
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import ID, ZY, compact
from zhiyin.standards import LABEL, RDFS, TYPE, XSD

_RULINGS = {
    str(ZY.Satisfied): Outcome.SATISFIED,
    str(ZY.Violated): Outcome.VIOLATED,
    str(ZY.NotApplicable): Outcome.NOT_APPLICABLE,
}
_PARTS = ("ofCompany", "ofClause", "ruling", "determinedBy", "determinedOn", "reason")
_REMARKS = (LABEL, RDFS + "comment")
_CLAUSE = re.compile(re.escape(str(ID)) + r"(?:[^/\s]+/[^/\s]+/)?clause/")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Determination:
    """One ruling: which clause of which company, what, by whom, when and why.

    ``clauses`` is the namespace of the edition whose clause it is; empty where only a number is given, which then is
    that of the text by which the company is judged. ``place`` is where it stands, which makes it no other ruling.
    """

    company: str
    clause: str
    outcome: Outcome
    by: str
    on: str
    reason: str
    clauses: str = ""
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Rulings:
    """The second input of a judgement: the rulings of one file and the hash of its bytes, which provenance names.

    ``notices`` tell what else stands in the file and is no ruling.
    """

    determinations: tuple[Determination, ...]
    sha256: str | None
    source: str = ""
    notices: tuple[Notice, ...] = ()


NO_RULINGS = Rulings((), None)


def determinations(
    triples: Sequence[ox.Triple],
    *,
    source: str = "",
    located: Callable[[Place], Place] = lambda place: place,
    known: Sequence[Fault] = (),
) -> list[Determination]:
    """Return the rulings in ``triples``, sorted; ``located`` completes a place, by its line for instance.

    ``known`` are the faults that reading found already: they are told with the others.

    Raises BadSubmission, with every fault, where a ruling lacks who, when, why, company, clause or ruling, says one of
    them twice, is dated by something that is no date, or is not said to be one.
    """
    faults = [*known]
    found = []
    for node, said in _nodes(triples).items():
        place = located(Place(source=source or None, node=node_name(node)))
        if str(ZY.Determination) in said.get(TYPE, []):
            found += _read(said, place, faults)
        elif parts := [f"zy:{name}" for name in _PARTS if str(ZY[name]) in said]:
            faults.append(
                Fault(
                    Message(
                        f"写有 {'、'.join(parts)}，却没有 a zy:Determination；是认定的请补上，不是的请删去",
                        f"has {', '.join(parts)} and no 'a zy:Determination'; add that, or delete what is no determination",
                    ),
                    place,
                )
            )
    if faults:
        raise refused(faults)
    if not found:
        raise BadSubmission(
            "认定文件中没有 zy:Determination", "no zy:Determination in the file", place=Place(source=source or None)
        )
    return sorted(found, key=lambda d: (d.company, d.clause, d.on, d.outcome))


def beside_rulings(
    triples: Sequence[ox.Triple], *, source: str = "", located: Callable[[Place], Place] = lambda place: place
) -> list[Notice]:
    """Return what a file of rulings says and nothing reads: nodes that are none, properties of rulings; each sort once.

    So too a reason or a name that says nothing: such rulings have been kept, and are judged with again.
    """
    read = {TYPE, *_REMARKS, *(str(ZY[name]) for name in _PARTS)}
    told = {str(ZY[name]) for name in ("determinedBy", "reason")}
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for node, said in _nodes(triples).items():
        if str(ZY.Determination) not in said.get(TYPE, []):
            path = next(iter(said))
            found["node", ""].append((node_name(node), said[path][0]))
            continue
        for path, values in said.items():
            if path not in read:
                found["unread", path].append((node_name(node), values[0]))
            elif path in told and not names_something(values[0].strip()):
                found["empty", path].append((node_name(node), values[0]))
    notices = []
    for (sort, path), places in found.items():
        name, many = compact(path), len(places)
        message = {
            "node": Message(f"{many} 个节点不是认定，没有读取", f"not read: {many} nodes that are no rulings"),
            "unread": Message(f"认定的 {name}（{many} 处）没有读取", f"not read: {name} of {many} rulings"),
            "empty": Message(f"认定的 {name}（{many} 处）没有写出内容", f"{name} of {many} rulings says nothing"),
        }[sort]
        first, value = places[0]
        place = located(Place(source=source or None, node=first, path=path or None))
        notices.append(Notice("ruling-not-read", message, place, value[:200]))
    return notices


def _nodes(triples: Sequence[ox.Triple]) -> dict[ox.NamedNode | ox.BlankNode | ox.Triple, dict[str, list[str]]]:
    """Return what is said of each node, by property."""
    facts: dict[ox.NamedNode | ox.BlankNode | ox.Triple, dict[str, list[str]]] = {}
    for triple in triples:
        said = facts.setdefault(triple.subject, {})
        said.setdefault(triple.predicate.value, []).append(getattr(triple.object, "value", ""))
    return facts


def _read(said: dict[str, list[str]], place: Place, faults: list[Fault]) -> list[Determination]:
    """Return what a node rules, one for each clause that it names; none, with the faults, where it is not whole."""
    before = len(faults)

    def fault(zh: str, en: str, value: str = "") -> None:
        faults.append(Fault(Message(zh, en), place, value[:200]))

    need = {f"zy:{name}": sorted({v.strip() for v in said.get(str(ZY[name]), ())} - {""}) for name in _PARTS}
    if missing := [name for name, values in need.items() if not values]:
        fault(f"认定缺少 {'、'.join(missing)}", f"the determination lacks {', '.join(missing)}")
    double = [name for name, values in need.items() if len(values) > 1 and name != "zy:ofClause"]
    if double:
        fault(
            f"认定的 {'、'.join(double)} 有几个值，只能有一个",
            f"the determination has several values of {', '.join(double)}; it takes one",
        )
    ruled, dated = need["zy:ruling"], need["zy:determinedOn"]
    ruling = _RULINGS.get(ruled[0]) if ruled else None
    if ruled and ruling is None:
        fault(
            "zy:ruling 须是 zy:Satisfied、zy:Violated 或 zy:NotApplicable",
            "zy:ruling must be zy:Satisfied, zy:Violated or zy:NotApplicable",
            ruled[0],
        )
    on = _day(dated[0]) if dated else None
    if dated and on is None:
        fault(
            f"zy:determinedOn 须是日期 YYYY-MM-DD，现为“{dated[0][:40]}”",
            f"zy:determinedOn must be a date YYYY-MM-DD, found '{dated[0][:40]}'",
            dated[0],
        )
    for name in ("determinedBy", "reason"):
        if any(not names_something(value) for value in need[f"zy:{name}"]):
            fault(
                f"zy:{name} 是“{need[f'zy:{name}'][0][:20]}”，等于没有写；请写明",
                f"zy:{name} is '{need[f'zy:{name}'][0][:20]}', which says nothing: write it out",
                need[f"zy:{name}"][0],
            )
    if len(faults) > before or ruling is None or on is None:
        return []
    company, by, reason = (need[f"zy:{name}"][0] for name in ("ofCompany", "determinedBy", "reason"))
    return [
        Determination(company, number, ruling, by, on.isoformat(), reason, clauses, place)
        for clauses, number in map(clause_named, need["zy:ofClause"])
    ]


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
            _where(each),
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
            notices.append(Notice("rulings-differ", message, _where(each), str(each.outcome)))
        elif latest is not None and each.on > latest.isoformat():
            message = Message(
                f"对 {each.clause} 的认定日期 {each.on} 晚于 {latest}，不采用",
                f"the ruling on {each.clause} is dated {each.on}, after {latest}: not used",
            )
            notices.append(Notice("ruling-from-the-future", message, _where(each), each.on))
        else:
            usable.append(each)
    return usable, notices


def _where(ruling: Determination) -> Place:
    """Return where a ruling stands, whose it is where that is not known."""
    return Place(node=ruling.company) if ruling.place == Place() else ruling.place


def _day(text: str) -> date | None:
    """Return the day in Asia/Shanghai that ``text`` names, ``None`` where it is not a date or date-time of XSD."""
    timed = "T" in text
    meant = day_meant(ox.Literal(text, datatype=ox.NamedNode(XSD + ("dateTime" if timed else "date"))))
    return meant[0] if meant is not None and meant[1] and _DATE.fullmatch(text) else None
