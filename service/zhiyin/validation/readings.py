"""A company's facts and the day in, what each clause comes to out, over every way in which the facts may be read.

Where facts contradict each other, or a later day is asked for, several readings are judged and composed: what every
reading gives stands; where they differ a person must say which fact counts. Nothing is satisfied by one reading alone,
nothing violated where one reading satisfies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import pyoxigraph as ox

from zhiyin.errors import BadSubmission
from zhiyin.law.kept import once
from zhiyin.law.outcome import Basis, Outcome
from zhiyin.law.shapes import Shape, ShapeLibrary
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, SH
from zhiyin.validation.contradiction import Contradiction
from zhiyin.validation.contradictions import contradictions, one_entry_a_year
from zhiyin.validation.day import Day, Untimely, lapsed, stated_until
from zhiyin.validation.engine import Engine, Result, prepared
from zhiyin.validation.facts import Facts
from zhiyin.validation.names import name_doubts
from zhiyin.validation.slips import slips
from zhiyin.validation.verdict import ClauseVerdict, clause_verdicts

Numbers = Mapping[int, Sequence[str]]
_EVERY_WAY = 16
"""So many readings are judged in full; of more, each contradiction is varied by itself."""
_MOST = 40
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
    worlds = _worlds(found)
    judged = [_judged(_read(facts, found, world), day, tier, numbers, shapes, engine) for world in worlds]
    if len(worlds) == 1:
        return Outcomes(facts, judged[0].clauses, untimely, judged[0].results)
    in_full = len(worlds) == _ways(found)
    seen, asked = terms_of_clauses(shapes), terms_of_clauses(shapes, Outcome.UNDECLARED)
    composed: dict[int, tuple[ClauseVerdict, ...]] = {}
    for each, clauses in numbers.items():
        verdicts = []
        for index, number in enumerate(clauses):
            denied = [i for i, c in enumerate(found) if c.settles and c.path in asked.get(number, frozenset())]
            denied += [i for i, c in enumerate(found) if c.asked and c.asked.isdisjoint(seen.get(number, frozenset()))]
            both = [c for i, c in enumerate(found) if i not in denied]
            touching = [c for c in both if c.terms & seen.get(number, frozenset())]
            unsure = touching if not in_full and len(touching) > 1 else []
            chosen = [i for i, world in enumerate(worlds) if not any(world[at] for at in denied)]
            verdicts.append(
                _composed([judged[i].clauses[each][index] for i in chosen], [worlds[i] for i in chosen], found, unsure)
            )
        composed[each] = tuple(verdicts)
    return Outcomes(facts, composed, untimely)


def as_judged(stated: Facts, day: Day) -> tuple[Facts, tuple[Untimely, ...]]:
    """Return the facts as the shapes get them: what is said of later days left out, each fiscal year one entry."""
    return stated_until(one_entry_a_year(stated), day.until)


def _judged(facts: Facts, day: Day, tier: int, numbers: Numbers, shapes: ShapeLibrary, engine: Engine) -> _Read:
    """Return the verdicts over consistent facts; what ran out only after the as-of date is undeclared."""
    ready = prepared(shapes)
    results = said = ready.run(facts.text(day.check, tier, day.until), engine)
    late: frozenset[Result] = frozenset()
    if day.lapsing is not None:
        before, after = day.lapsing
        if day.as_of is None:
            later = ready.run(facts.text(after, tier, day.until), engine)
            known = {_what(result) for result in results}
            late = frozenset(result for result in later if _what(result) not in known)
            results = [*results, *late]
        else:
            known = {_what(result) for result in ready.run(facts.text(before, tier, day.until), engine)}
            late = frozenset(result for result in results if _what(result) not in known)
    verdicts = {}
    for each, clauses in numbers.items():
        of_tier = shapes.of_tier(each)
        gone = {iri: lapsed(of_tier[iri], day) for iri in {r.shape for r in late} & set(of_tier)}
        verdicts[each] = tuple(
            clause_verdicts(
                clauses, of_tier, results, facts, late, gone, enforcing=shapes.enforcing(each), looks=shapes.looks(each)
            )
        )
    return _Read(verdicts, tuple(said))


def _what(result: Result) -> tuple[str, str, str]:
    """Return of what a result speaks, leaving out the figures that change with the day."""
    return result.shape, result.focus, "" if result.value == result.focus else dict(result.bindings).get("value", "")


def _ways(found: Sequence[Contradiction]) -> int:
    total = 1
    for contradiction in found:
        total *= len(contradiction.ways)
    return total


def _worlds(found: Sequence[Contradiction]) -> list[tuple[int, ...]]:
    """Return which way of each contradiction each reading takes."""
    if _ways(found) <= _EVERY_WAY:
        return list(product(*(range(len(c.ways)) for c in found)))
    if len(found) > _MOST:
        first = found[0]
        raise BadSubmission(
            f"自述有 {len(found)} 处互相矛盾，请先更正；第一处在 {first.node}",
            f"the self-description contradicts itself in {len(found)} places; put them right first: {first.node}",
        )
    base = (0,) * len(found)
    single = [(*base[:i], way, *base[i + 1 :]) for i, c in enumerate(found) for way in range(1, len(c.ways))]
    return [base, *single]


def _read(facts: Facts, found: Sequence[Contradiction], world: Sequence[int]) -> Facts:
    if not found:
        return facts
    ways = [contradiction.ways[way] for contradiction, way in zip(found, world, strict=True)]
    dropped = frozenset().union(*(way.dropped for way in ways))
    added = [t for way in ways for t in way.added]
    return facts.changed(dropped, added)


def _composed(
    verdicts: Sequence[ClauseVerdict],
    worlds: Sequence[tuple[int, ...]],
    found: Sequence[Contradiction],
    unsure: Sequence[Contradiction],
) -> ClauseVerdict:
    """Return what one clause comes to over all readings.

    One outcome in all of them stands. A fact that some reading lacks and that none breaks is still missing, unless by
    another the clause would not apply at all. Else the contradictions that decide make the clause one for a person, with the facts of both sides named; so do several of
    them, ``unsure``, whose joint ways were too many to judge.
    """
    by_outcome = {verdict.outcome: verdict for verdict in reversed(verdicts)}
    if len(by_outcome) == 1 and not (unsure and verdicts[0].outcome is not Outcome.UNDECLARED):
        return verdicts[0]
    if Outcome.UNDECLARED in by_outcome and by_outcome.keys().isdisjoint({Outcome.VIOLATED, Outcome.NOT_APPLICABLE}):
        return by_outcome[Outcome.UNDECLARED]
    outcome_in = {world: verdict.outcome for world, verdict in zip(worlds, verdicts, strict=True)}
    deciding = [c for i, c in enumerate(found) if any(_differs(world, i, outcome_in) for world in worlds)]
    if verdicts[0].outcome is Outcome.VIOLATED and all(c.answers for c in (*deciding, *unsure)):
        return verdicts[0]
    kept = tuple({(s.iri, r): (s, r) for v in verdicts for s, r in v.results if s.outcome is Outcome.MANUAL}.values())
    return ClauseVerdict(
        verdicts[0].number, Outcome.MANUAL, (Basis.FACT,), kept, tuple(dict.fromkeys([*deciding, *unsure]))
    )


def _differs(world: tuple[int, ...], index: int, outcome_in: Mapping[tuple[int, ...], Outcome]) -> bool:
    return any(
        outcome is not outcome_in[world]
        for other, outcome in outcome_in.items()
        if all(a == b for i, (a, b) in enumerate(zip(world, other, strict=True)) if i != index)
    )


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
