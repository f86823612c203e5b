"""What a company holds in, what people call each of its things out: its name, else its kind with what tells it apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from zhiyin.intake.rows import Value
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE
from zhiyin.validation.facts import Facts

_NAME, _COMPANY = str(ZY.name), str(ZY.Company)
_RANK = {
    str(ZY[name]): rank
    for rank, name in enumerate(
        ("between", "about", "year", "heldOn", "toExchange", "recipientKind", "componentKind", "coolingKind")
    )
}
"""The facts that tell things of one kind apart, the most telling first."""


def callings(facts: Facts, known: Vocabulary) -> Mapping[str, str]:
    """Return the Chinese name of each node, none of them an IRI or a part of one; two that would be alike are numbered."""
    found: dict[str, str] = {}
    bare: dict[str, str] = {}
    for node, said in facts.outgoing.items():
        name = next((o.value for p, o in said if p == _NAME and isinstance(o, ox.Literal) and o.value), "")
        if name:
            found[node] = name
        else:
            bare[node] = "公司" if node == facts.company else _kind(node, facts, known)
    for node, kind in bare.items():
        about = "" if node == facts.company else "与".join(sorted(_told_apart(node, facts, known, found)))
        found[node] = f"{kind}（{about}）" if about else kind
    alike = Counter(found[node] for node in bare)
    count: Counter[str] = Counter()
    for node in bare:
        word = found[node]
        if alike[word] > 1:
            count[word] += 1
            found[node] = f"{word} {count[word]}"
    return found


def _kind(node: str, facts: Facts, known: Vocabulary) -> str:
    classes = [o.value for p, o in facts.outgoing[node] if p == TYPE and isinstance(o, ox.NamedNode)]
    wider = {above for cls in classes for above in known.superclasses.get(cls, ())}
    own = [known.terms[cls].label.zh for cls in classes if cls in known.terms and cls not in wider]
    return own[0] if own else "此项"


def _told_apart(node: str, facts: Facts, known: Vocabulary, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of the first fact that tells the node from others of its kind."""
    telling: dict[str, list[Value]] = {}
    for predicate, value in facts.outgoing[node]:
        if predicate in _RANK:
            telling.setdefault(predicate, []).append(value)
    if not telling:
        return
    for value in telling[min(telling, key=_RANK.__getitem__)]:
        if isinstance(value, ox.Literal):
            yield value.value[:10]
        elif isinstance(value, ox.NamedNode):
            term = known.terms.get(value.value)
            yield term.label.zh if term is not None else names.get(value.value, "")
