"""SHACL results of one company in, the outcome of every clause of its tier out, by three-valued composition."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from zhiyin.law.outcome import Basis, Outcome, Role, applicability, conjunction
from zhiyin.law.shapes import Looks, Shape
from zhiyin.validation.contradiction import Contradiction
from zhiyin.validation.engine import Result
from zhiyin.validation.facts import Facts

Targets = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClauseVerdict:
    """What one clause comes to and the results it rests on."""

    number: str
    outcome: Outcome
    basis: tuple[Basis, ...]
    results: tuple[tuple[Shape, Result], ...]
    contradictions: tuple[Contradiction, ...] = ()
    """The facts between which a person must decide before the clause has another outcome than manual."""


def targeted(targets: Targets, facts: Facts) -> frozenset[str]:
    """Return the nodes of ``facts`` that the targets of a shape name (SHACL 2.1.3)."""
    nodes: set[str] = set()
    for kind, value in targets:
        if kind == "targetClass":
            nodes |= facts.instances.get(value, set())
        elif kind == "targetNode":
            nodes.add(value)
        elif kind == "targetSubjectsOf":
            nodes |= {row[1] for row in facts.by_predicate.get(value, ())}
        elif kind == "targetObjectsOf":
            nodes |= {row[4] or getattr(row[3], "value", "") for row in facts.by_predicate.get(value, ())}
    return frozenset(nodes)


def clause_verdicts(
    clauses: Sequence[str],
    shapes: Mapping[str, Shape],
    results: Sequence[Result],
    facts: Facts,
    late: Container[Result] = (),
    lapsed: Mapping[str, Shape] | None = None,
    *,
    enforcing: Mapping[str, Sequence[Shape]] | None = None,
    looks: Mapping[str, Looks] | None = None,
) -> list[ClauseVerdict]:
    """Return a verdict for each number in ``clauses``, in that order.

    A result in ``late`` speaks with the shape that ``lapsed`` has in its place: of what ran out after the as-of date.
    ``enforcing`` are the shapes by clause and ``looks`` what their duties look at, where the caller has them at hand.
    """
    lapsed = lapsed or {}
    by_targets = _Targeted(facts)
    if enforcing is None:
        enforcing = _enforcing(clauses, shapes)
    spoken: dict[str, list[tuple[Shape, Result]]] = defaultdict(list)
    for result in results:
        if result.shape in shapes:
            shape = lapsed[result.shape] if result in late else shapes[result.shape]
            spoken[result.shape].append((shape, result))
    touched = {number for iri in spoken for number in shapes[iri].enforces}
    verdicts = []
    # What hundreds of clauses look at is a few dozen tuples, each one object: hashing it would look at all that is in it.
    # So with the shapes of a duty, which are the same in each tier that has it.
    silent: dict[int, tuple[Outcome, tuple[Basis, ...]]] = {}
    like: dict[int, ClauseVerdict] = {}
    for number in clauses:
        if looks is None or number in touched:
            enforced = enforcing.get(number, ())
            one = like.get(id(enforced))
            if one is None:
                one = like[id(enforced)] = _clause(number, enforced, spoken, by_targets, facts.company)
            verdicts.append(ClauseVerdict(number, one.outcome, one.basis, one.results))
            continue
        looked = looks.get(number, ())
        said = silent.get(id(looked))
        if said is None:
            said = silent[id(looked)] = _silence(looked, by_targets)
        verdicts.append(ClauseVerdict(number, *said, ()))
    return verdicts


def _silence(looks: Looks, by_targets: Mapping[Targets, frozenset[str]]) -> tuple[Outcome, tuple[Basis, ...]]:
    """Return what a clause comes to of which no shape says anything, by what its duties look at."""
    looking = {basis for basis, targets in looks if by_targets[targets]}
    return Outcome.SATISFIED if looking else Outcome.UNDECLARED, tuple(sorted(looking))


class _Targeted(dict[Targets, frozenset[str]]):
    """The nodes of some facts by the targets of a shape: a few dozen kinds are shared by all shapes of all tiers."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self._facts = facts

    def __missing__(self, targets: Targets) -> frozenset[str]:
        found = self[targets] = targeted(targets, self._facts)
        return found


def _enforcing(clauses: Sequence[str], shapes: Mapping[str, Shape]) -> Mapping[str, Sequence[Shape]]:
    wanted = set(clauses)
    found: dict[str, list[Shape]] = defaultdict(list)
    for shape in shapes.values():
        for number in wanted & shape.enforces:
            found[number].append(shape)
    return found


def _clause(
    number: str,
    shapes: Sequence[Shape],
    spoken: Mapping[str, list[tuple[Shape, Result]]],
    by_targets: Mapping[Targets, frozenset[str]],
    company: str,
) -> ClauseVerdict:
    found = [pair for shape in shapes for pair in spoken.get(shape.iri, ())]
    if not found:
        looks = tuple((shape.basis, shape.targets) for shape in shapes if shape.role is Role.DUTY)
        return ClauseVerdict(number, *_silence(looks, by_targets), ())
    visited = {shape.iri: by_targets[shape.targets] for shape in shapes}
    conditions = [(s, r) for s, r in found if s.role is Role.CONDITION]
    overall = applicability(s.outcome for s, r in conditions if r.focus == company)
    if overall is not None:
        return _verdict(number, overall, [(s, r) for s, r in conditions if r.focus == company])
    at_node: dict[str, list[tuple[Shape, Result]]] = defaultdict(list)
    for shape, result in found:
        at_node[result.focus].append((shape, result))
    duties = [shape for shape in shapes if shape.role is Role.DUTY]
    nodes = set(at_node).union(*(visited[shape.iri] for shape in duties))
    outcomes: dict[str, Outcome] = {}
    open_nodes: dict[str, Outcome] = {}
    kept: dict[str, list[tuple[Shape, Result]]] = {}
    for node in nodes:
        here = at_node.get(node, [])
        gates = [(s, r) for s, r in here if s.role is Role.CONDITION]
        gate = applicability(s.outcome for s, _ in gates)
        kept[node] = gates if gate is not None else here
        own = conjunction(s.outcome for s, _ in here if s.role is not Role.CONDITION) or Outcome.SATISFIED
        outcomes[node] = gate or own
        if gate in (Outcome.UNDECLARED, Outcome.MANUAL):
            open_nodes[node] = own
    peers: set[str] = set().union(*(visited[s.iri] for s in duties if visited[s.iri] & set(open_nodes)))
    outcome = _whatever_is_missing(outcomes, open_nodes, peers) or conjunction(outcomes.values())
    if outcome is None or (outcome is Outcome.SATISFIED and not any(visited[s.iri] for s in duties)):
        return ClauseVerdict(number, Outcome.UNDECLARED, (), ())
    if outcome is Outcome.SATISFIED:
        bases = sorted({s.basis for s in duties if visited[s.iri]})
        return ClauseVerdict(number, outcome, tuple(bases), ())
    telling = [(s, r) for node in sorted(nodes) for s, r in kept[node] if s.outcome is not Outcome.NOT_APPLICABLE]
    if outcome is Outcome.NOT_APPLICABLE:
        telling = [pair for node in sorted(nodes) for pair in kept[node]]
    return _verdict(number, outcome, telling)


def _whatever_is_missing(
    outcomes: Mapping[str, Outcome], open_nodes: Mapping[str, Outcome], peers: set[str]
) -> Outcome | None:
    """Return the outcome that holds whether the duty binds the nodes in doubt or not; ``None`` where it matters.

    A node whose condition is not stated either drops out or counts with its own outcome. Where another node that the
    same duties look at is bound for certain, and the nodes come to the same in both cases, the missing fact changes
    nothing; without such a peer the clause might not apply at all.
    """
    closed = {node: outcome for node, outcome in outcomes.items() if node not in open_nodes}
    if not any(outcome is not Outcome.NOT_APPLICABLE for node, outcome in closed.items() if node in peers):
        return None
    settled = conjunction(closed.values())
    return settled if settled is not None and conjunction([settled, *open_nodes.values()]) is settled else None


def _verdict(number: str, outcome: Outcome, found: Sequence[tuple[Shape, Result]]) -> ClauseVerdict:
    ordered = sorted(found, key=lambda pair: (pair[0].outcome is not outcome, pair[0].iri, pair[1]))
    bases = sorted({shape.basis for shape, _ in found if shape.outcome is outcome})
    return ClauseVerdict(number, outcome, tuple(bases), tuple(ordered))
