"""A company's counts of people in, those that cannot be true together out: more in the department than in the firm, fewer listed than counted.

Which of them is wrong nobody can tell from here: the whole may be as large as the part says or larger, the part as small
as the whole says or smaller. Each clause grows or shrinks with a count, so the ends of what a count may be are enough.

How many people the department has is what the head count asks, and the number stated answers it: a longer list or a
larger part of it is for the clauses about those people (reading:contradictions).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.law.operators import plain_name
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, named, shown
from zhiyin.validation.facts import Facts

_INTEGER = ox.NamedNode(XSD + "integer")
_STAFF, _PEOPLE = str(ZY.headquartersStaffCount), str(ZY.headquartersTechnicianCount)
_LIST, _LISTS_ALL = str(ZY.technician), str(ZY.listsAll)
_MOST = 100_000
"""So many people no futures company has: the other end of a count that is only known to be at least so much."""

_NAME = str(ZY.name)
HELD_AGAINST = {_PEOPLE: frozenset({_STAFF, _LIST})}
"""A count and what it is held against: a clause that rests on it rests on these too."""

Own = Mapping[str, Sequence[ox.Triple]]


def count_contradictions(company: str, by: Mapping[str, Own]) -> Iterator[Contradiction]:
    """Yield the counts of one company, ``by`` being what is said of each node, that cannot be true together.

    Of a count with two values either is read by itself; only single values are held against each other.
    """
    own = by.get(company, {})
    stated = {p: own[p][0] for p in (_STAFF, _PEOPLE) if len(own.get(p, ())) == 1}
    if _PEOPLE not in stated:
        return
    people = int(shown(stated[_PEOPLE]))
    listed = _persons({named(t.object) for t in own.get(_LIST, ())}, by)
    complete = any(named(t.object) == _LIST for t in own.get(_LISTS_ALL, ()))
    if _STAFF in stated and people > (staff := int(shown(stated[_STAFF]))):
        ways = [Way(str(people), frozenset())]
        ways += [_instead(str(people), stated[_STAFF], count) for count in (people, _MOST)]
        if not (complete and listed == people):  # a count that a complete list bears out stands
            ways += [_instead(str(staff), stated[_PEOPLE], count) for count in (staff, min(listed, staff))]
        doubt = Message(
            f"总部技术部门人数 {people} 多于总部人数 {staff}，不能同时成立。以何者为准结论不同，须人工核实",
            f"{people} headquarters technical staff are more than the {staff} of the headquarters: they cannot be true "
            "together. The outcome depends on which one counts, so a person must tell",
        )
        yield Contradiction(company, _STAFF, "", tuple(ways), answers=True, doubt=doubt)
    elif complete and listed < people:
        ways = [Way(str(people), frozenset()), _instead(str(listed), stated[_PEOPLE], listed)]
        doubt = Message(
            f"总部技术部门人数写 {people}，称已列全的清单却只有 {listed} 人。以何者为准结论不同，须人工核实",
            f"{people} headquarters technical staff are counted, {listed} stand in the list said to be complete. The "
            "outcome depends on which one counts, so a person must tell",
        )
        yield Contradiction(company, _PEOPLE, "", tuple(ways), answers=True, doubt=doubt)


def _persons(nodes: Iterable[str], by: Mapping[str, Own]) -> int:
    """Return how many people stand in a list: one who stands there twice under one name is one."""
    names = [(node, by.get(node, {}).get(_NAME, ())) for node in nodes]
    return len({plain_name(shown(stated[0])) if stated else node for node, stated in names})


def nobody_counted(facts: Facts) -> Facts:
    """Return the facts with nobody in the department counted as 0, where the list of its people is complete and empty."""
    said = facts.outgoing.get(facts.company, ())
    none = any(p == _LISTS_ALL and named(o) == _LIST for p, o in said)
    if not none or not {p for p, _ in said}.isdisjoint({_LIST, _PEOPLE}):
        return facts
    nobody = ox.Literal("0", datatype=_INTEGER)
    return facts.changed((), [ox.Triple(ox.NamedNode(facts.company), ox.NamedNode(_PEOPLE), nobody)])


def _instead(words: str, stated: ox.Triple, count: int) -> Way:
    """Return the way in which ``stated`` has ``count`` in place of its value."""
    counted = ox.Triple(stated.subject, stated.predicate, ox.Literal(str(count), datatype=_INTEGER))
    return Way(words, frozenset({stated}), (counted,))
