"""The triples of a submission in, as what its nodes are held and what does not fit that out.

A company holds what the vocabulary's properties lead to from it. A thing is judged as what it is held as; a class of
its own, or a place in the file, that would keep it from the shapes of its kind is a fault.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Fault
from zhiyin.intake.rows import Listed, Row, listed
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import OWL, TYPE

_DESCRIPTION, _COMPANY, _DESCRIBES = str(ZY.SelfDescription), str(ZY.Company), str(ZY.describes)
_BETWEEN = str(ZY.between)
_NAME = str(ZY.name)
_SAME_AS = OWL + "sameAs"
_STATEMENTS = frozenset({str(ZY.Attestation), str(ZY.Activity), str(ZY.Retention), str(ZY.Evidence)})
"""Classes whose properties stand on things of many classes; what may stand where is told of each statement by its subject."""
_OF_MANY = _STATEMENTS - {str(ZY.Evidence)}


def holding_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Fault]:
    """Return what would keep a thing from being judged as what it is.

    A node that a company's node points to must be held by a property of its class that stands where it belongs; a
    company or a self-description is held as nothing else. What nothing points to is told, not refused: nobody holds it.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    held: dict[str, set[str]] = defaultdict(set)
    holds: dict[str, list[Row]] = defaultdict(list)
    points: dict[str, list[Row]] = defaultdict(list)
    statements = listed(triples)
    for row in statements.by_predicate.get(TYPE, ()):
        if _is_thing(row[4], vocabulary):
            stated[row[1]].add(row[4])
    holding = vocabulary.holding
    for row in statements.rows:
        _, subject, predicate, _, target = row
        if target and predicate != TYPE:
            points[subject].append(row)
            if predicate in holding:
                held[target].add(vocabulary.terms[predicate].range)
                holds[subject].append(row)
    companies = [row[4] for row in statements.by_predicate.get(_DESCRIBES, ()) if row[4]]
    own = _reached(companies, holds)
    of_many = {predicate for predicate in holding if vocabulary.terms[predicate].range in _OF_MANY}
    lists = (row for row in chain.from_iterable(holds[node] for node in own) if row[2] not in of_many)
    faults = [fault for row in lists if (fault := _misplaced(row, held, vocabulary))]
    beyond = _reached(companies, points)
    same = [row for row in statements.by_predicate.get(_SAME_AS, ()) if row[4] and row[1] != row[4]]
    speaking = beyond.keys() & {row[1] for row in statements.rows} - own.keys()
    untold = {node for node in speaking if not stated[node] - _UNHELD and not held[node]}
    facts = _properties(statements, untold.union(*((row[1], row[4]) for row in same)), vocabulary)
    for node, pointed in beyond.items():
        if node in own and node not in stated:
            continue
        said = stated[node] - _UNHELD
        if node not in own and not said | held[node]:
            said = _implied(facts.get(node, ()), vocabulary)
        for cls in sorted(said - held[node] if node in own else said | held[node] - _UNHELD):
            faults.append(_misfit(node, cls, held[node] if node in own else set(), pointed, vocabulary))
    for node in dict.fromkeys([*held, *stated]):
        if held[node].isdisjoint(_UNHELD) and stated[node].isdisjoint(_UNHELD):
            continue
        classes = held[node] | stated[node]
        if len(classes) > 1:
            faults.append(_misfit(node, min(classes & _UNHELD), classes, None, vocabulary))
    networks: dict[str, set[object]] = defaultdict(set)
    for row in statements.by_predicate.get(_BETWEEN, ()):
        if row[4]:
            networks[row[1]].add(row[4])
    faults += [
        Fault(_TWO_NETWORKS, Place(node=node, path=_BETWEEN)) for node, ends in networks.items() if len(ends) > 2
    ]
    faults += [
        Fault(_NOT_ONE, Place(node=row[1], path=_SAME_AS), row[4]) for row in same if facts[row[1]] and facts[row[4]]
    ]
    return faults


_UNHELD = frozenset({_COMPANY, _DESCRIPTION})
"""What no property of a company holds: those that hold."""


def _properties(statements: Listed, nodes: Set[str], vocabulary: Vocabulary) -> Mapping[str, set[str]]:
    """Return the known properties that are stated of each of ``nodes``."""
    found: dict[str, set[str]] = {node: set() for node in nodes}
    for _, node, predicate, _, _ in statements.rows if nodes else ():
        if node in found and predicate != TYPE and predicate in vocabulary.terms:
            found[node].add(predicate)
    return found


def _reached(roots: Iterable[str], links: Mapping[str, Sequence[Row]]) -> dict[str, Row | None]:
    """Return the nodes that ``links`` lead to from ``roots``, each with the statement by which it was reached."""
    reached: dict[str, Row | None] = dict.fromkeys(roots)
    stack = list(reached)
    while stack:
        for row in links.get(stack.pop(), ()):
            target = row[4]
            if target not in reached:
                reached[target] = row
                stack.append(target)
    return reached


def _misplaced(row: Row, held: Mapping[str, set[str]], vocabulary: Vocabulary) -> Fault | None:
    """Return the fault of a list that stands on a thing which has no such list, as branches on a machine room."""
    _, subject, predicate, _, target = row
    term = vocabulary.terms[predicate]
    classes = set(held[subject])
    classes |= set().union(*(vocabulary.superclasses.get(cls, frozenset()) for cls in classes))
    if classes & set(term.domains):
        return None
    owners = [vocabulary.terms[d].label for d in term.domains if d in vocabulary.terms]
    message = Message(
        f"“{term.label.zh}”应写在{'、'.join(m.zh for m in owners)}上",
        f"'{term.label.en}' belongs on {', '.join(m.en for m in owners)}",
    )
    return Fault(message, Place(node=subject, path=term.iri), target)


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


def _misfit(node: str, cls: str, classes: Iterable[str], pointed: Row | None, vocabulary: Vocabulary) -> Fault:
    said = vocabulary.terms[cls].label
    held = [vocabulary.terms[c].label for c in sorted(set(classes) - {cls})]
    as_zh = f"被列为{'、'.join(m.zh for m in held)}" if held else "没有由相应的属性列入"
    as_en = f"it is held as {', '.join(m.en for m in held)}" if held else "no property of that class holds it"
    message = Message(
        f"该节点是{said.zh}，却{as_zh}；事物按其被列入的身份评定，请改正类型或列入它的属性",
        f"the node is a {said.en}, yet {as_en}; a thing is judged as what it is held as: correct its class or the "
        "property that holds it",
    )
    path = TYPE if pointed is None else pointed[2]
    return Fault(message, Place(node=node, path=path), cls)


_NOT_ONE = Message(
    "不跟随 owl:sameAs：这两个节点各有事实，评定时仍是两个事物；请把事实写在同一个节点上",
    "owl:sameAs is not followed: facts are stated of both nodes, which are judged as two things; state them of one",
)
_TWO_NETWORKS = Message(
    "一处网络隔离的边界两侧恰好是两个网络；请把其他边界各列一项",
    "a boundary lies between exactly two networks; list each further boundary as one of its own",
)
