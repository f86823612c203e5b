"""The rules of now and those of a draft in, what the draft changes out: figures old and new, obligations, duties."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from zhiyin.desk.rule_figures import spots
from zhiyin.errors import Message
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Shape, ShapeLibrary
from zhiyin.model import number_key

FIGURE, OBLIGATION, CLAUSE, ADDED, REWRITTEN = "figure", "obligation", "clause", "shape", "rewritten"
_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a draft says otherwise; ``shape`` is empty where it is a clause that changes.

    ``before`` and ``after`` are what a rule, an obligation or a clause says; the numbers of a new shape stand in
    ``after``. ``bound`` says whether what was found is held against the numbers as they stand.
    """

    kind: str
    what: Message
    clauses: tuple[str, ...]
    shape: str
    before: str
    after: str
    bound: bool = False

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        return {
            "kind": self.kind,
            "what": {"zh": self.what.zh, "en": self.what.en},
            "clauses": list(self.clauses),
            "before": self.before,
            "after": self.after,
        }


def changes(law: Rules, draft: Rules) -> list[Change]:
    """Return all that ``draft`` says otherwise than ``law``, by clause."""
    found = [*_of_clauses(law, draft), *_of_shapes(law.shapes, draft.shapes)]
    return sorted(found, key=lambda c: (number_key(c.clauses[-1]) if c.clauses else (), c.shape, c.kind))


def apart(found: str, limit: str) -> str:
    """Return by how much what was found is above (+) or below (-) a limit; empty where one of them is no number."""
    try:
        difference = Decimal(found) - Decimal(limit)
    except InvalidOperation:
        return ""
    if not difference.is_finite():
        return ""
    text = f"{difference:+f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _of_clauses(law: Rules, draft: Rules) -> Iterator[Change]:
    known = {r.number: r for r in law.requirements}
    for drafted in draft.requirements:
        stated = known.get(drafted.number)
        what = Message(f"条款 {drafted.number}", f"clause {drafted.number}")
        if stated is None:
            obliges = str(drafted.obligation)
            yield Change(CLAUSE, what, (drafted.number,), "", "", f"{obliges}：{drafted.text}")
        elif stated.obligation is not drafted.obligation:
            before, after = str(stated.obligation), str(drafted.obligation)
            yield Change(OBLIGATION, what, (drafted.number,), "", before, after)


def _of_shapes(law: ShapeLibrary, draft: ShapeLibrary) -> Iterator[Change]:
    for iri, shape in draft.shapes.items():
        clauses = tuple(sorted(shape.enforces, key=number_key))
        stated = law.shapes.get(iri)
        now = _numbers(draft, shape)
        if stated is None:
            told = [value for places in now.values() for value in places]
            bound = len(now) == 1 and next(iter(now))[2]
            yield Change(ADDED, shape.name, clauses, iri, "", "、".join(told), bound)
            continue
        was = _numbers(law, stated)
        for place in dict.fromkeys((*was, *now)):
            before, after = list(was.get(place, _NONE)), list(now.get(place, _NONE))
            gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
            if gone or come:
                both = ("、".join(gone.elements()), "、".join(come.elements()))
                yield Change(FIGURE, shape.name, clauses, iri, *both, place[2])
        if _words(law, stated) != _words(draft, shape):
            yield Change(REWRITTEN, shape.name, clauses, iri, "", "")


_Where = tuple[str, str, bool]


def _numbers(shapes: ShapeLibrary, shape: Shape) -> dict[_Where, list[str]]:
    """Return the numbers of a shape by the predicates that lead to them and by whether they are bounds."""
    found: dict[_Where, list[str]] = defaultdict(list)
    for spot in spots(shapes, shape):
        stated = shapes.statements[spot.node][spot.position][0]
        found[spot.root, stated, spot.bound].append(spot.value)
    return found


def _words(shapes: ShapeLibrary, shape: Shape) -> Counter[tuple[str, str]]:
    """Return what a shape says beside its numbers, in no order and without the names of its blank nodes."""
    numbers = defaultdict(list)
    for spot in spots(shapes, shape):
        numbers[spot.node, spot.position].append(spot)
    said: Counter[tuple[str, str]] = Counter()
    todo: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(shape.iri)]
    while todo:
        node = todo.pop()
        for position, (predicate, value) in enumerate(shapes.statements.get(node, ())):
            if isinstance(value, ox.BlankNode):
                todo.append(value)
                said[predicate, ""] += 1
                continue
            text = getattr(value, "value", "")
            for spot in sorted(numbers[node, position], key=lambda s: -s.start):
                text = f"{text[: spot.start]}#{text[spot.end :]}"
            said[predicate, text] += 1
    return said
