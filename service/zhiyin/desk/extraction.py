"""A judgement and its submission in, what the desk keeps of them out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from math import isfinite

import pyoxigraph as ox

from zhiyin.desk.duties import clauses_of
from zhiyin.desk.judged import Deadline, Figure, Judged
from zhiyin.errors import BadSubmission, Message
from zhiyin.intake.submission import Submission
from zhiyin.law.constraints import Constraint
from zhiyin.law.outcome import Basis, Outcome
from zhiyin.law.rules import Rules
from zhiyin.model import number_key
from zhiyin.namespaces import ZY
from zhiyin.report.outputs import OUTPUTS, render
from zhiyin.standards import XSD
from zhiyin.validation.assessment import CutOff, cut_offs
from zhiyin.validation.judgement import Judgement, Verdict
from zhiyin.validation.provenance import provenance

_NUMERIC = ("integer", "decimal", "double", "float", "nonNegativeInteger", "positiveInteger")
_BLANK = re.compile(rb"(?<![^\s])_:r(?=\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_BLANK_NODE = "\0"
"""What the name of a blank node starts with here."""
_NAMED = re.compile(r"\bzy:(\w+)")
_WHOLE = re.compile(r"<(https://[^>\s]+)>")
_EVERYWHERE = {
    str(ZY[name]) for name in ("name", "about", "listsAll", "Company", "attestation", "activity", "retention")
}
"""Terms that the shapes of every clause name, or that only hold others."""
_LONGEST_PERIOD = 3 * 366
_OURS = str(ZY)
_ABOUT, _LISTS_ALL, _ACTIVITY = str(ZY.about), str(ZY.listsAll), str(ZY.activity)
_DONE, _INTERVAL = str(ZY.lastConductedOn), str(ZY.statedIntervalDays)

Statements = Mapping[str, Sequence[tuple[str, str]]]


def judged(judgement: Judgement, submission: Submission, key: str) -> Judged:
    """Return what is kept, by the rules that the judgement was made by; BadSubmission where the file describes several companies, each of which has its own file."""
    if len(judgement.verdicts) != 1:
        raise BadSubmission(
            "监管台一次收一家公司的自述：请拆成每家公司一个文件",
            "the desk takes one company a file: send one file per company",
        )
    verdict, law = judgement.verdicts[0], judgement.rules
    triples = _renamed(submission.triples, key)
    said = _statements(triples)
    return Judged(
        company=verdict.company,
        code=verdict.credit_code,
        name=verdict.name,
        as_of=verdict.as_of,
        check_date=judgement.check_date.isoformat(),
        declared=verdict.declared_tier,
        tier=verdict.assessed_tier,
        status=str(verdict.status),
        achieved=verdict.achieved_tier,
        document=render(judgement, OUTPUTS["json"]),
        report=_BLANK.sub(f"_:{key}r".encode(), render(judgement, OUTPUTS["nt"])),
        facts=bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""),
        outcomes={clause.requirement.number: str(clause.outcome) for clause in verdict.clauses},
        bases=ruled_bases(verdict, said, law),
        rules=rules_of(judgement),
        figures=_figures(triples),
        deadlines=tuple(_deadlines(said, law, verdict)),
    )


def rules_of(judgement: Judgement) -> dict[str, object]:
    """Return everything that a judgement rests on beside its input."""
    told, law = provenance(judgement), judgement.rules
    # What the shipped text's clauses are called need not be said: those of another edition have names of their own.
    named = {"clauses": clauses} if (clauses := clauses_of(law)) else {}
    return {
        **{name: told[name] for name in ("engine", "zhiyin", "rules")},
        **named,
        "policy": judgement.verdicts[0].policy,
    }


def _renamed(triples: Iterable[ox.Triple], key: str) -> list[ox.Triple]:
    names: dict[str, ox.BlankNode] = {}

    def named(node: ox.BlankNode) -> ox.BlankNode:
        return names.setdefault(node.value, ox.BlankNode(f"{key}n{len(names) + 1}"))

    found = []
    for triple in triples:
        subject, value = triple.subject, triple.object
        found.append(
            ox.Triple(
                named(subject) if isinstance(subject, ox.BlankNode) else subject,
                triple.predicate,
                named(value) if isinstance(value, ox.BlankNode) else value,
            )
        )
    return list(dict.fromkeys(found))


def _statements(triples: Iterable[ox.Triple]) -> Statements:
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for triple in triples:
        said[_name(triple.subject)].append((triple.predicate.value, _name(triple.object)))
    return said


def _name(term: object) -> str:
    text = str(getattr(term, "value", term))
    return _BLANK_NODE + text if isinstance(term, ox.BlankNode) else text


def ruled_bases(verdict: Verdict, said: Statements, law: Rules) -> dict[str, str]:
    """Return clause to a hash of all facts that its shapes look at, for what a person rules on.

    Blank nodes count by what is said of them, not by their names: another order of the file is no change.
    """
    return {
        clause.requirement.number: _basis(clause.requirement.number, verdict.company, said, law)
        for clause in verdict.clauses
        if clause.outcome is Outcome.MANUAL or Basis.DETERMINATION in clause.basis
    }


def _basis(number: str, company: str, said: Statements, law: Rules) -> str:
    wanted = _terms_read(law, number)
    lines: set[str] = set()
    for node, pairs in said.items():
        name = node.removeprefix(company)
        if not set(wanted).isdisjoint(v for p, v in pairs if p == _ABOUT):
            lines.update(f"about {line}" for line in _content(node, said, 3))
        for predicate, value in pairs:
            if predicate in wanted:
                below = "|".join(_content(value, said, 3)) if value.startswith(_BLANK_NODE) else value
                lines.add(f"{'_' if node.startswith(_BLANK_NODE) else name} {predicate} {below}")
            elif predicate == _LISTS_ALL and value in wanted:
                lines.add(f"{name} {predicate} {value}")
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _terms_read(law: Rules, number: str) -> frozenset[str]:
    """Return the terms that the shapes of a clause name: properties of their paths and queries, practices, records."""
    found: set[str] = set()
    todo: list[object] = [ox.NamedNode(s.iri) for s in law.shapes.shapes.values() if number in s.enforces]
    seen: set[object] = set()
    while todo:
        node = todo.pop()
        if node in seen or not isinstance(node, (ox.NamedNode, ox.BlankNode)):
            continue
        seen.add(node)
        for _, value in law.shapes.statements.get(node, ()):
            if isinstance(value, ox.Literal):
                found.update(str(ZY[name]) for name in _NAMED.findall(value.value))
                found.update(_WHOLE.findall(value.value))
            elif isinstance(value, ox.NamedNode):
                found.add(value.value)
            else:
                todo.append(value)
    return frozenset(found & set(law.vocabulary.terms) - _EVERYWHERE)


def _content(node: str, said: Statements, depth: int) -> list[str]:
    """Return what is said of a node and of the nodes below it, without their names."""
    lines = []
    for predicate, value in said.get(node, ()):
        if value in said and depth:
            lines += [f"{predicate}/{line}" for line in _content(value, said, depth - 1)]
        else:
            lines.append(f"{predicate} {value}")
    return sorted(lines)


def _figures(triples: Iterable[ox.Triple]) -> dict[str, Figure]:
    values: dict[str, list[float]] = defaultdict(list)
    for triple in triples:
        value = triple.object
        if isinstance(value, ox.Literal) and value.datatype.value.removeprefix(XSD) in _NUMERIC:
            local = triple.predicate.value.removeprefix(_OURS)
            number = float(value.value)
            if isfinite(number):
                values[local].append(number)
    return {name: Figure(min(found), max(found), len(found)) for name, found in sorted(values.items())}


def _deadlines(said: Statements, law: Rules, verdict: Verdict) -> Iterable[Deadline]:
    """Yield when each periodic activity that a clause of the tier asks for runs out."""
    timely: dict[str, list[tuple[str, str]]] = defaultdict(list)
    own: dict[str, list[str]] = defaultdict(list)
    asked = {c.requirement.number for c in verdict.clauses if c.outcome is not Outcome.NOT_APPLICABLE}
    for shape in law.shapes.shapes.values():
        numbers = sorted(shape.enforces & asked)
        if practice := shape.parameters.get(Constraint.ACTIVITY_TIMELY):
            timely[practice] += [(n, shape.parameters["period"].removeprefix(str(ZY))) for n in numbers]
        if practice := shape.parameters.get(Constraint.INTERVAL_KEPT):
            own[practice] += numbers
    holders = {value: node for node, pairs in said.items() for p, value in pairs if p == _ACTIVITY}
    latest: dict[tuple[str, str], tuple[date, str]] = {}
    for node, pairs in said.items():
        facts = dict(pairs)
        about, done = facts.get(_ABOUT, ""), facts.get(_DONE, "")
        if about in timely or about in own:
            if not _DATE.match(done):
                continue
            thing = holders.get(node, verdict.company)
            day = date.fromisoformat(done[:10])
            if (thing, about) not in latest or latest[thing, about][0] < day:
                latest[thing, about] = (day, facts.get(_INTERVAL, ""))
    for (thing, about), (day, interval) in sorted(latest.items()):
        label = law.vocabulary.terms[about].label if about in law.vocabulary.terms else Message(about, about)
        shown = "" if thing == verdict.company else thing.rstrip("/").rpartition("/")[2]
        for period in sorted({p for _, p in timely[about]}):
            clauses = sorted({n for n, p in timely[about] if p == period}, key=number_key)
            rolling, by_calendar = _runs_out(day, period)
            yield Deadline(tuple(clauses), label, shown, day, min(rolling, by_calendar), max(rolling, by_calendar))
        if own[about] and interval.isdecimal():
            clauses = sorted(set(own[about]), key=number_key)
            yield Deadline(tuple(clauses), label, shown, day, day + timedelta(days=int(interval) + 1), None)


@lru_cache(maxsize=4096)
def _runs_out(done: date, period: str) -> tuple[date, date]:
    """Return the first days on which ``done`` lies before the rolling and before the calendar cut-off of a period."""

    def first(reading: str) -> date:
        low, high = 0, _LONGEST_PERIOD
        while low < high:
            middle = (low + high) // 2
            if done < getattr(_cut_off(done + timedelta(days=middle), period), reading):
                high = middle
            else:
                low = middle + 1
        return done + timedelta(days=low)

    return first("rolling"), first("calendar")


def _cut_off(day: date, period: str) -> CutOff:
    return next(cut for cut in cut_offs(day) if cut.period == period)
