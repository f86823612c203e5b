"""What a company holds in, what people call each of its things out: its name, else its kind with what tells it apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

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
    kinds: dict[tuple[str, ...], str] = {}
    telling: dict[str, dict[str, list[Value]]] = {}
    for node, said in facts.outgoing.items():
        classes: list[str] = []
        telling[node] = {}
        for predicate, value in said:
            if predicate == TYPE:
                if isinstance(value, ox.NamedNode):
                    classes.append(value.value)
            elif predicate in _RANK:
                telling[node].setdefault(predicate, []).append(value)
            elif predicate == _NAME and isinstance(value, ox.Literal) and value.value:
                found[node] = value.value
                break
        else:
            # The classes of hundreds of nodes are a few dozen.
            of = tuple(classes)
            if of not in kinds:
                kinds[of] = _kind(of, known)
            bare[node] = "公司" if node == facts.company else kinds[of]
    for node, kind in bare.items():
        about = "" if node == facts.company else "与".join(sorted(_told_apart(telling[node], known, found)))
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


def _told_apart(telling: Mapping[str, Sequence[Value]], known: Vocabulary, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of the first fact that tells a node from others of its kind."""
    if not telling:
        return
    for value in telling[min(telling, key=_RANK.__getitem__)]:
        if isinstance(value, ox.Literal):
            yield value.value[:10]
        elif isinstance(value, ox.NamedNode):
            term = known.terms.get(value.value)
            yield term.label.zh if term is not None else names.get(value.value, "")
