"""The triples of a submission in, as what its nodes are held and what does not fit that out.

A company holds what the vocabulary's properties lead to from it. A thing is judged as what it is held as; a class of
its own, or a place in the file, that would keep it from the shapes of its kind is a fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Fault
from zhiyin.intake.rows import rows_of
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import OWL, TYPE

_DESCRIPTION, _COMPANY, _DESCRIBES = str(ZY.SelfDescription), str(ZY.Company), str(ZY.describes)
_BETWEEN = str(ZY.between)
_NAME = str(ZY.name)
_SAME_AS = OWL + "sameAs"
_STATEMENTS = frozenset({str(ZY.Attestation), str(ZY.Activity), str(ZY.Retention), str(ZY.Evidence)})
"""Classes whose properties stand on things of many classes."""

Node = ox.NamedNode | ox.BlankNode


def holding_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Fault]:
    """Return what would keep a thing from being judged as what it is.

    A node that a company's node points to must be held by a property of its class that stands where it belongs; a
    company or a self-description is held as nothing else. What nothing points to is told, not refused: nobody holds it.
    """
    stated: dict[Node, set[str]] = defaultdict(set)
    held: dict[Node, set[str]] = defaultdict(set)
    holds: dict[Node, list[ox.Triple]] = defaultdict(list)
    points: dict[Node, list[ox.Triple]] = defaultdict(list)
    networks: dict[Node, set[object]] = defaultdict(set)
    facts: dict[Node, set[str]] = defaultdict(set)
    same: list[tuple[Node, Node]] = []
    companies: dict[Node, None] = {}
    for subject, _, predicate, value, triple in rows_of(triples):
        if isinstance(subject, ox.Triple):
            continue
        if predicate != TYPE and predicate in vocabulary.terms:
            facts[subject].add(predicate)
        if isinstance(value, (ox.Literal, ox.Triple)):
            continue
        if predicate == _SAME_AS:
            same.append((subject, value))
        if predicate == TYPE:
            if isinstance(value, ox.NamedNode) and _is_thing(value.value, vocabulary):
                stated[subject].add(value.value)
            continue
        points[subject].append(triple)
        if predicate in vocabulary.holding:
            held[value].add(vocabulary.terms[predicate].range)
            holds[subject].append(triple)
            if predicate == _DESCRIBES:
                companies[value] = None
        if predicate == _BETWEEN:
            networks[subject].add(value)
    own = _reached(companies, holds)
    faults = [f for triple in chain.from_iterable(holds[n] for n in own) if (f := _misplaced(triple, held, vocabulary))]
    beyond = _reached(companies, points)
    for node, pointed in beyond.items():
        said = stated[node] - {_COMPANY, _DESCRIPTION}
        if node not in own and not said | held[node]:
            said = _implied(facts[node], vocabulary)
        misfit = said - held[node] if node in own else said | held[node] - {_COMPANY, _DESCRIPTION}
        faults += [
            _misfit(node, cls, held[node] if node in own else set(), pointed, vocabulary) for cls in sorted(misfit)
        ]
    for node in dict.fromkeys([*held, *stated]):
        classes = held[node] | stated[node]
        if classes & {_COMPANY, _DESCRIPTION} and len(classes) > 1:
            faults.append(_misfit(node, min(classes & {_COMPANY, _DESCRIPTION}), classes, None, vocabulary))
    faults += [
        Fault(_TWO_NETWORKS, Place(node=_name(node), path=_BETWEEN)) for node, ends in networks.items() if len(ends) > 2
    ]
    faults += [
        Fault(_NOT_ONE, Place(node=_name(one), path=_SAME_AS), _name(other))
        for one, other in same
        if one != other and facts[one] and facts[other]
    ]
    return faults


def _reached(roots: Iterable[Node], links: Mapping[Node, Sequence[ox.Triple]]) -> dict[Node, ox.Triple | None]:
    """Return the nodes that ``links`` lead to from ``roots``, each with the triple by which it was reached."""
    reached: dict[Node, ox.Triple | None] = dict.fromkeys(roots)
    stack = list(reached)
    while stack:
        for triple in links.get(stack.pop(), ()):
            value = triple.object
            if isinstance(value, (ox.NamedNode, ox.BlankNode)) and value not in reached:
                reached[value] = triple
                stack.append(value)
    return reached


def _misplaced(triple: ox.Triple, held: Mapping[Node, set[str]], vocabulary: Vocabulary) -> Fault | None:
    """Return the fault of a list that stands on a thing which has no such list, as branches on a machine room."""
    term = vocabulary.terms[triple.predicate.value]
    subject = triple.subject
    if term.range in _STATEMENTS or not isinstance(subject, (ox.NamedNode, ox.BlankNode)):
        return None
    classes = set(held[subject])
    classes |= set().union(*(vocabulary.superclasses.get(cls, frozenset()) for cls in classes))
    if classes & set(term.domains):
        return None
    owners = [vocabulary.terms[d].label for d in term.domains if d in vocabulary.terms]
    message = Message(
        f"“{term.label.zh}”应写在{'、'.join(m.zh for m in owners)}上",
        f"'{term.label.en}' belongs on {', '.join(m.en for m in owners)}",
    )
    return Fault(message, Place(node=_name(subject), path=term.iri), _name(triple.object))


def _implied(properties: Iterable[str], vocabulary: Vocabulary) -> set[str]:
    """Return the class of a node of which ``properties`` are stated and no class: the one that most of them stand on.

    A name tells of no class, nor does what others define, such as a title.
    """
    standing: Counter[str] = Counter()
    for name in properties:
        if name == _NAME or not name.startswith(str(ZY)):
            continue
        standing.update(d for d in vocabulary.terms[name].domains if _is_thing(d, vocabulary))
    return {max(sorted(standing), key=lambda cls: standing[cls])} - {_COMPANY, _DESCRIPTION} if standing else set()


def _is_thing(cls: str, vocabulary: Vocabulary) -> bool:
    term = vocabulary.terms.get(cls)
    return term is not None and term.kind == "class" and not vocabulary.is_enumeration(cls)


def _misfit(node: Node, cls: str, classes: Iterable[str], pointed: ox.Triple | None, vocabulary: Vocabulary) -> Fault:
    said = vocabulary.terms[cls].label
    held = [vocabulary.terms[c].label for c in sorted(set(classes) - {cls})]
    as_zh = f"被列为{'、'.join(m.zh for m in held)}" if held else "没有由相应的属性列入"
    as_en = f"it is held as {', '.join(m.en for m in held)}" if held else "no property of that class holds it"
    message = Message(
        f"该节点是{said.zh}，却{as_zh}；事物按其被列入的身份评定，请改正类型或列入它的属性",
        f"the node is a {said.en}, yet {as_en}; a thing is judged as what it is held as: correct its class or the "
        "property that holds it",
    )
    path = TYPE if pointed is None else pointed.predicate.value
    return Fault(message, Place(node=_name(node), path=path), cls)


def _name(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


_NOT_ONE = Message(
    "不跟随 owl:sameAs：这两个节点各有事实，评定时仍是两个事物；请把事实写在同一个节点上",
    "owl:sameAs is not followed: facts are stated of both nodes, which are judged as two things; state them of one",
)
_TWO_NETWORKS = Message(
    "一处网络隔离的边界两侧恰好是两个网络；请把其他边界各列一项",
    "a boundary lies between exactly two networks; list each further boundary as one of its own",
)
