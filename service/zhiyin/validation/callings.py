"""What a company holds in, what people call each of its things out: its name, else its kind with what tells it apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import pyoxigraph as ox

from zhiyin.intake.rows import Value
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE
from zhiyin.validation.facts import Facts

_NAME, _COMPANY = str(ZY.name), str(ZY.Company)
_RANK = tuple(
    str(ZY[name])
    for name in ("between", "about", "year", "heldOn", "toExchange", "recipientKind", "componentKind", "coolingKind")
)
"""The facts that tell things of one kind apart, the most telling first."""


class Callings(Mapping[str, str]):
    """The Chinese name of each node, none of them an IRI or a part of one; two that would be alike are numbered.

    They are given when the first is asked for.
    """

    def __init__(self, facts: Facts, known: Vocabulary) -> None:
        self._facts, self._known = facts, known

    @cached_property
    def _found(self) -> Mapping[str, str]:
        return _callings(self._facts, self._known)

    def __getitem__(self, node: str) -> str:
        return self._found[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _callings(facts: Facts, known: Vocabulary) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for _, node, _, value, _ in facts.by_predicate.get(_NAME, ()):
        if isinstance(value, ox.Literal) and value.value:
            found.setdefault(node, value.value)
    classes: dict[str, list[str]] = {}
    for _, node, _, _, cls in facts.by_predicate.get(TYPE, ()):
        if cls:
            classes.setdefault(node, []).append(cls)
    telling: dict[str, list[Value]] = {}
    for predicate in _RANK:  # of each node the facts of the most telling kind it has
        here: dict[str, list[Value]] = {}
        for _, node, _, value, _ in facts.by_predicate.get(predicate, ()):
            if node not in telling:
                here.setdefault(node, []).append(value)
        telling |= here
    # The classes of hundreds of nodes are a few dozen.
    kinds: dict[tuple[str, ...], str] = {}
    bare: dict[str, str] = {}
    for node in facts.outgoing:
        if node not in found:
            of = tuple(classes.get(node, ()))
            if of not in kinds:
                kinds[of] = _kind(of, known)
            bare[node] = "公司" if node == facts.company else kinds[of]
    for node, kind in bare.items():
        about = "" if node == facts.company else "与".join(sorted(_told_apart(telling.get(node, ()), known, found)))
        found[node] = f"{kind}（{about}）" if about else kind
    alike = Counter(found[node] for node in bare)
    count: Counter[str] = Counter()
    for node in bare:
        word = found[node]
        if alike[word] > 1:
            count[word] += 1
            found[node] = f"{word} {count[word]}"
    return found


def _kind(classes: Sequence[str], known: Vocabulary) -> str:
    wider = {above for cls in classes for above in known.superclasses.get(cls, ())}
    own = [known.terms[cls].label.zh for cls in classes if cls in known.terms and cls not in wider]
    return own[0] if own else "此项"


def _told_apart(telling: Sequence[Value], known: Vocabulary, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of the fact that tells a node from others of its kind, as they are spoken."""
    for value in telling:
        if isinstance(value, ox.Literal):
            yield value.value[:10]
        elif isinstance(value, ox.NamedNode):
            term = known.terms.get(value.value)
            yield term.label.zh if term is not None else names.get(value.value, "")
