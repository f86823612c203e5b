"""What a contradiction is: facts of one node that cannot be true together, and the ways in which they may be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.namespaces import ZY
from zhiyin.validation.facts import Facts

_ABOUT, _LISTS_ALL = str(ZY.about), str(ZY.listsAll)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of reading a contradiction: how it reads, which statements it drops and which it puts in their place."""

    shown: str
    dropped: frozenset[ox.Triple]
    added: tuple[ox.Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts of one node that cannot be true together; ``about`` is the practice, task, record or year they speak of.

    ``settles``: a clause that asks for the fact of ``path`` itself is judged by the first way alone, the denial of the
    very thing; the others, which the denial only touches, by all ways.
    """

    node: str
    path: str
    about: str
    ways: tuple[Way, ...]
    settles: bool = False
    asked: frozenset[str] = frozenset()
    """Where not empty: only the clauses that ask for one of these are judged by the other ways; to all others the first
    way, a general denial, applies."""
    answers: bool = False
    """The first way answers what clauses ask: one that is violated by it is violated, whatever the others say."""
    doubt: Message | None = None
    """What a person is told where the facts do not contradict each other but may mean two things."""


def terms_touched(contradiction: Contradiction, facts: Facts) -> frozenset[str]:
    """Return the terms under which shapes see what the ways of ``contradiction`` change.

    Of a statement that is what it speaks of, of a list said to be complete the list.
    """
    found: set[str] = set()
    for triple in {t for way in contradiction.ways for t in (*way.dropped, *way.added)}:
        about = {named(o) for p, o in facts.outgoing.get(named(triple.subject), ()) if p == _ABOUT}
        if triple.predicate.value == _LISTS_ALL:
            about = {named(triple.object)}
        found |= about or {triple.predicate.value}
    return frozenset(found)


def shown(triple: ox.Triple) -> str:
    """Return the value of ``triple`` as text."""
    return str(getattr(triple.object, "value", ""))


def all_shown(triples: Iterable[ox.Triple]) -> str:
    """Return the values of ``triples`` in order, joined."""
    return "、".join(sorted(shown(t) for t in triples))


def named(node: object) -> str:
    """Return the IRI of a node, or the text of a literal."""
    return node.value if isinstance(node, ox.NamedNode) else str(getattr(node, "value", node))
