"""A company's facts and the day in, what each clause comes to out, over every way in which the facts may be read.

Where facts contradict each other, or a later day is asked for, several readings are judged and composed: what every
reading gives stands; where they differ a person must say which fact counts. Nothing is satisfied by one reading alone,
nothing violated where one reading satisfies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from zhiyin.law.kept import once
from zhiyin.law.outcome import Basis, Outcome
from zhiyin.law.shapes import Shape, ShapeLibrary
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, SH, TYPE
from zhiyin.validation.contradiction import Contradiction, terms_touched
from zhiyin.validation.contradictions import contradictions, one_entry_a_year
from zhiyin.validation.counts import nobody_counted
from zhiyin.validation.day import Day, Untimely, lapsed, stated_until
from zhiyin.validation.engine import Engine, Result, prepared
from zhiyin.validation.facts import Facts
from zhiyin.validation.names import name_doubts
from zhiyin.validation.slips import slips
from zhiyin.validation.verdict import ClauseVerdict, clause_verdicts
from zhiyin.validation.worlds import Seen, World, Worlds

Numbers = Mapping[int, Sequence[str]]
_NAMES = re.compile(r"\b(zy|dcterms):(\w+)|<(https?://[^>\s]+)>")
_PREFIXES = {"zy": str(ZY), "dcterms": DCTERMS}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the clauses of each tier come to, over which facts, and what was stated of days that do not count."""

    facts: Facts
    clauses: Mapping[int, tuple[ClauseVerdict, ...]]
    untimely: tuple[Untimely, ...]
    results: tuple[Result, ...] = ()
    """What the shapes said on the day, where the facts have one reading."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What one reading of the facts comes to, and what the shapes said of it on the day."""

    clauses: Mapping[int, tuple[ClauseVerdict, ...]]
    results: tuple[Result, ...]


def outcomes(
    stated: Facts, day: Day, tier: int, numbers: Numbers, shapes: ShapeLibrary, engine: Engine, vocabulary: Vocabulary
) -> Outcomes:
    """Return what the clauses ``numbers`` (tier to clause numbers) come to for a company assessed at ``tier``.

    Raises BadSubmission where the facts contradict each other in more places than can be told apart.
    """
    facts, untimely = as_judged(stated, day)
    found = [*contradictions(facts, vocabulary), *name_doubts(facts), *slips(facts, vocabulary)]
    if not found:
        judged = _judged(facts, day, tier, numbers, shapes, engine)
        return Outcomes(facts, judged.clauses, untimely, judged.results)
    seen = _seen(found, facts, numbers, shapes)
    worlds = Worlds(found, seen.values())
    read = [_judged(_read(facts, found, world), day, tier, numbers, shapes, engine).clauses for world in worlds.all]
    composed = {
        each: tuple(
            _composed({at: read[at][each][index] for at in worlds.of(seen[number])}, seen[number], worlds)
            for index, number in enumerate(clauses)
        )
        for each, clauses in numbers.items()
    }
    return Outcomes(facts, composed, untimely)


def _seen(found: Sequence[Contradiction], facts: Facts, numbers: Numbers, shapes: ShapeLibrary) -> Mapping[str, Seen]:
    """Return for each clause which of the contradictions it sees, and of which the first way alone applies to it."""
    terms, asked = terms_of_clauses(shapes), terms_of_clauses(shapes, Outcome.UNDECLARED)
    touched = [terms_touched(contradiction, facts) for contradiction in found]
    of_clause = {}
    for number in (number for clauses in numbers.values() for number in clauses):
        own = terms.get(number, frozenset())
        denied = {i for i, c in enumerate(found) if c.settles and c.path in asked.get(number, frozenset())}
        denied |= {i for i, c in enumerate(found) if c.asked and c.asked.isdisjoint(own)}
        both = (i for i, changed in enumerate(touched) if i not in denied and not changed.isdisjoint(own))
        of_clause[number] = Seen(tuple(both), tuple(sorted(denied)))
    return of_clause


def as_judged(stated: Facts, day: Day) -> tuple[Facts, tuple[Untimely, ...]]:
    """Return the facts as the shapes get them: what is said of later days left out, each fiscal year one entry."""
    return stated_until(one_entry_a_year(stated), day.until)


def _judged(facts: Facts, day: Day, tier: int, numbers: Numbers, shapes: ShapeLibrary, engine: Engine) -> _Read:
    """Return the verdicts over consistent facts; what ran out only after the as-of date is undeclared."""
    ready = prepared(shapes)
    facts = nobody_counted(facts)
    seen = looked_at(shapes)
    results = said = ready.run(facts.text(day.check, tier, day.until, seen), engine)
    late: frozenset[Result] = frozenset()
    if day.lapsing is not None:
        before, after = day.lapsing
        if day.as_of is None:
            later = ready.run(facts.text(after, tier, day.until, seen), engine)
            known = {_what(result) for result in results}
            late = frozenset(result for result in later if _what(result) not in known)
            results = [*results, *late]
        else:
            known = {_what(result) for result in ready.run(facts.text(before, tier, day.until, seen), engine)}
            late = frozenset(result for result in results if _what(result) not in known)
    every, stated = [number for clauses in numbers.values() for number in clauses], shapes.shapes
    gone = {iri: lapsed(stated[iri], day) for iri in {r.shape for r in late} & stated.keys()}
    enforcing, looks = shapes.enforcing(), shapes.looks()
    found = iter(clause_verdicts(every, stated, results, facts, late, gone, enforcing=enforcing, looks=looks))
    return _Read({tier: tuple(islice(found, len(clauses))) for tier, clauses in numbers.items()}, tuple(said))


def _what(result: Result) -> tuple[str, str, str]:
    """Return of what a result speaks, leaving out the figures that change with the day."""
    return result.shape, result.focus, "" if result.value == result.focus else dict(result.bindings).get("value", "")


def _read(facts: Facts, found: Sequence[Contradiction], world: World) -> Facts:
    ways = [contradiction.ways[way] for contradiction, way in zip(found, world, strict=True)]
    dropped = frozenset().union(*(way.dropped for way in ways))
    added = [t for way in ways for t in way.added]
    return facts.changed(dropped, added)


def _composed(verdicts: Mapping[int, ClauseVerdict], seen: Seen, worlds: Worlds) -> ClauseVerdict:
    """Return what one clause comes to over all its readings, ``verdicts`` being by their place.

    One outcome in all of them stands. A fact that some reading lacks and that none breaks is still missing, unless by
    another the clause would not apply at all. Else the contradictions that decide make the clause one for a person, with
    the facts of both sides named; so do several of them whose joint ways were too many to judge.
    """
    first, unsure = verdicts[0], worlds.unsure(seen)
    by_outcome = {verdict.outcome: verdict for verdict in reversed(list(verdicts.values()))}
    if len(by_outcome) == 1 and not (unsure and first.outcome is not Outcome.UNDECLARED):
        return first
    if Outcome.UNDECLARED in by_outcome and by_outcome.keys().isdisjoint({Outcome.VIOLATED, Outcome.NOT_APPLICABLE}):
        return by_outcome[Outcome.UNDECLARED]
    deciding = worlds.deciding(seen, {at: verdict.outcome for at, verdict in verdicts.items()})
    if first.outcome is Outcome.VIOLATED and all(c.answers for c in (*deciding, *unsure)):
        return first
    manual = [(s, r) for verdict in verdicts.values() for s, r in verdict.results if s.outcome is Outcome.MANUAL]
    kept = tuple({(s.iri, r): (s, r) for s, r in manual}.values())
    named = tuple(dict.fromkeys([*deciding, *unsure]))
    return ClauseVerdict(first.number, Outcome.MANUAL, (Basis.FACT,), kept, named)


@once
def looked_at(shapes: ShapeLibrary) -> frozenset[str]:
    """Return the terms that any shape names: a statement of another predicate changes no result."""
    return frozenset({TYPE}).union(*(terms_seen_by(shape, shapes) for shape in shapes.shapes.values()))


@once
def terms_of_clauses(shapes: ShapeLibrary, outcome: Outcome | None = None) -> Mapping[str, frozenset[str]]:
    """Return each clause number to the terms by which its shapes, or those of one outcome, look at facts."""
    terms: dict[str, set[str]] = {}
    for shape in shapes.shapes.values():
        if outcome is not None and shape.outcome is not outcome:
            continue
        seen = terms_seen_by(shape, shapes)
        for number in shape.enforces:
            terms.setdefault(number, set()).update(seen)
    return {number: frozenset(seen) for number, seen in terms.items()}


def terms_seen_by(shape: Shape, shapes: ShapeLibrary) -> frozenset[str]:
    """Return the IRIs that the paths, values, parameters and queries of ``shape`` and its components name."""
    components = _components(shapes)
    used = [components[str(ZY[name])] for name in shape.parameters if str(ZY[name]) in components]
    own = _terms_below(ox.NamedNode(shape.iri), shapes)
    return frozenset(shape.parameters.values()).union(own, *(_terms_of_component(shapes, node) for node in used))


@once
def _terms_of_component(shapes: ShapeLibrary, node: ox.NamedNode) -> frozenset[str]:
    return _terms_below(node, shapes)


def _terms_below(root: ox.NamedNode, shapes: ShapeLibrary) -> frozenset[str]:
    seen: set[str] = set()
    stack: list[ox.NamedNode | ox.BlankNode] = [root]
    done: set[object] = set()
    while stack:
        node = stack.pop()
        if node in done:
            continue
        done.add(node)
        for predicate, value in shapes.statements.get(node, ()):
            if isinstance(value, ox.BlankNode):
                stack.append(value)
            elif isinstance(value, ox.NamedNode):
                seen.add(value.value)
            elif isinstance(value, ox.Literal) and predicate.endswith(("#select", "#ask")):
                seen |= {_PREFIXES[m[1]] + m[2] if m[1] else m[3] for m in _NAMES.finditer(value.value)}
    return frozenset(seen)


@once
def _components(shapes: ShapeLibrary) -> Mapping[str, ox.NamedNode]:
    """Return each parameter to the constraint component that takes it."""
    path, parameter = SH + "path", SH + "parameter"
    found: dict[str, ox.NamedNode] = {}
    for node, pairs in shapes.statements.items():
        for predicate, value in pairs:
            if predicate == parameter and isinstance(node, ox.NamedNode) and isinstance(value, ox.BlankNode):
                for inner, name in shapes.statements.get(value, ()):
                    if inner == path and isinstance(name, ox.NamedNode):
                        found.setdefault(name.value, node)
    return found


__all__ = ["Outcomes", "as_judged", "outcomes", "terms_of_clauses", "terms_seen_by"]
