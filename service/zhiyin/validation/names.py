"""Names that decide in: those written alike become one, those that differ and may yet be one are read both ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.intake.rows import Listed, Row, listed, once, triple_of
from zhiyin.law.operators import bank_of, may_be_one, plain_name
from zhiyin.namespaces import ZY
from zhiyin.validation.contradiction import Contradiction, Way
from zhiyin.validation.facts import Facts

_OPERATOR = str(ZY.operator)
_BANK, _QUOTES, _NAME = str(ZY.transferBank), str(ZY.quoteService), str(ZY.name)
_DECIDING = frozenset({_OPERATOR, str(ZY.webServer), str(ZY.databaseServer)})
"""Properties whose values a clause counts or holds against each other."""


def one_spelling(triples: Iterable[ox.Triple]) -> Listed:
    """Return the triples with names that differ by width, case and blanks alone written as they first stand."""
    statements = listed(triples)
    if _DECIDING.isdisjoint(statements.by_predicate):
        return statements
    first: dict[str, ox.Literal] = {}
    result: list[Row] = []
    respelt = False
    for row in statements.rows:
        subject, node, predicate, value, _ = row
        if predicate in _DECIDING and isinstance(value, ox.Literal):
            chosen = first.setdefault(plain_name(value.value), value)
            if chosen != value:
                respelt = True
                row = (subject, node, predicate, chosen, "")
        result.append(row)
    # Two names that became one may make two statements one.
    return Listed(once(result)) if respelt else statements


def name_doubts(facts: Facts) -> list[Contradiction]:
    """Return what may be one though it stands there twice, each with both readings: operators, banks, quote services."""
    banks = _things(facts, _BANK, bank_of, Message("家银行", "bank"))
    return [*_operators(facts), *banks, *_things(facts, _QUOTES, plain_name, Message("套行情服务", "quote service"))]


def _things(facts: Facts, listed_by: str, told_by: Callable[[str], str], kind: Message) -> Iterator[Contradiction]:
    """Yield the things of a list under names of one: a bank and a branch of it, one quote service listed twice."""
    of_one: dict[str, list[tuple[ox.NamedNode, str]]] = defaultdict(list)
    for predicate, thing in facts.outgoing.get(facts.company, ()):
        if predicate == listed_by and isinstance(thing, ox.NamedNode):
            name = next((getattr(o, "value", "") for p, o in facts.outgoing.get(thing.value, ()) if p == _NAME), "")
            if name:
                of_one[told_by(name)].append((thing, name))
    for first, second in (pair for things in of_one.values() for pair in combinations(things, 2)):
        one, other = first[1], second[1]
        if first[0] != second[0]:
            yield Contradiction(
                facts.company,
                listed_by,
                "",
                (
                    Way(f"“{one}”与“{other}”是两家", frozenset()),
                    Way(
                        f"“{one}”与“{other}”是同一家",
                        frozenset({ox.Triple(ox.NamedNode(facts.company), ox.NamedNode(listed_by), second[0])}),
                    ),
                ),
                doubt=Message(
                    f"“{one}”与“{other}”可能是同一{kind.zh}；结论取决于此，须人工核实",
                    f"'{one}' and '{other}' may be one {kind.en}; the outcome depends on it, so a person must tell",
                ),
            )


def _operators(facts: Facts) -> list[Contradiction]:
    stated: dict[str, list[ox.Triple]] = {}
    for row in facts.rows:
        if row[2] == _OPERATOR and isinstance(row[3], ox.Literal):
            stated.setdefault(row[3].value, []).append(triple_of(row))
    doubts = []
    for first, second in combinations(stated, 2):
        if may_be_one(first, second):
            doubts.append(_doubt(first, second, stated[first], stated[second], facts))
    return doubts


def _doubt(
    first: str, second: str, of_first: Sequence[ox.Triple], of_second: Sequence[ox.Triple], facts: Facts
) -> Contradiction:
    instead = tuple(ox.Triple(t.subject, t.predicate, of_first[0].object) for t in of_second)
    return Contradiction(
        facts.company,
        _OPERATOR,
        "",
        (
            Way(f"“{first}”与“{second}”是两家", frozenset()),
            Way(f"“{first}”与“{second}”是同一家", frozenset(of_second), instead),
        ),
        doubt=Message(
            f"“{first}”与“{second}”可能是同一家运营商，也可能是两家；结论取决于此，须人工核实",
            f"'{first}' and '{second}' may be one operator or two; the outcome depends on it, so a person must tell",
        ),
    )
