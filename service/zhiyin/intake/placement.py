"""The triples of a submission in, the facts that stand where no judgement looks for them out.

A known property on a node of the wrong kind, a practice stated of the wrong thing, dated work given as an attestation:
each is a fact that someone stated and that no shape would see, so the submission is refused with the node to put it on.
What nobody asks for is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.form.form import listing_of_any_tier
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.rows import Row, listed, node_name
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE

_COMPANY, _DESCRIBES, _ABOUT = str(ZY.Company), str(ZY.describes), str(ZY.about)
_LISTS_ALL, _CODE = str(ZY.listsAll), str(ZY.unifiedSocialCreditCode)
_STATEMENTS: Mapping[str, tuple[frozenset[str], Message]] = {
    str(ZY.attestation): (
        frozenset({str(ZY.Practice), str(ZY.ProhibitedPractice)}),
        Message("做法（zy:attestation）", "a practice (zy:attestation)"),
    ),
    str(ZY.activity): (
        frozenset({str(ZY.RecurringTask)}),
        Message("定期工作（zy:activity）", "recurring work (zy:activity)"),
    ),
    str(ZY.retention): (
        frozenset({str(ZY.RecordKind)}),
        Message("记录的保存（zy:retention）", "the retention of records (zy:retention)"),
    ),
}


Kinds = Mapping[str, frozenset[str]]


def placement_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary, kinds: Kinds | None = None) -> list[Fault]:
    """Return the facts that stand on a node of a kind of which nothing asks for them."""
    statements = listed(triples)
    kinds = kinds_of(triples, vocabulary) if kinds is None else kinds
    abouts: dict[str, list[str]] = defaultdict(list)
    for row in statements.by_predicate.get(_ABOUT, ()):
        if isinstance(row[3], ox.NamedNode):
            abouts[row[1]].append(row[4])
    faults = []
    # Of the kinds of a node it is found out once what belongs on it: a property, or a statement about a practice.
    belong: dict[frozenset[str], set[str]] = defaultdict(set)
    for row in statements.rows:
        _, node, predicate, _, target = row
        classes = kinds.get(node)
        if not classes:
            continue
        fitting = belong[classes]
        if predicate in fitting:
            continue
        for about in abouts.get(target, ()) if predicate in _STATEMENTS else _OF_ITSELF:
            key = f"{predicate} {about}" if about else predicate
            if key in fitting:
                continue
            fault = _fault(row, about, classes, vocabulary)
            if fault is None:
                fitting.add(key)
            else:
                faults.append(fault)
    return faults


_OF_ITSELF = ("",)
"""What a property is about that states no practice."""


def _fault(row: Row, about: str, classes: frozenset[str], vocabulary: Vocabulary) -> Fault | None:
    """Return what is wrong with a fact, or with a statement ``about`` a practice, on a node of ``classes``."""
    predicate = row[2]
    term = vocabulary.terms.get(predicate)
    if predicate in _STATEMENTS:
        return _statement_fault(row, vocabulary.terms.get(about), classes, vocabulary)
    if term is None or not term.domains or predicate in vocabulary.holding or predicate == _LISTS_ALL:
        return None
    return _misplaced(row, term, classes, vocabulary) if classes.isdisjoint(term.domains) else None


def placement_notices(triples: Sequence[ox.Triple], rules: Rules, kinds: Kinds | None = None) -> list[Notice]:
    """Return the lists said complete that nothing asks for, and the firms that share one credit code."""
    vocabulary, asked = rules.vocabulary, listing_of_any_tier(rules)
    kinds = kinds_of(triples, vocabulary) if kinds is None else kinds
    notices: list[Notice] = []
    statements = listed(triples)
    codes: dict[str, list[str]] = defaultdict(list)
    for _, node, _, value, _ in statements.by_predicate.get(_CODE, ()):
        if isinstance(value, ox.Literal) and node not in codes[value.value]:
            codes[value.value].append(node)
    speakers = set(vocabulary.terms[_LISTS_ALL].domains)
    for _, node, _, value, target in statements.by_predicate.get(_LISTS_ALL, ()):
        if not isinstance(value, ox.NamedNode) or node not in kinds:
            continue
        term = vocabulary.terms.get(target)
        if term is None or target not in asked or not kinds[node] & (speakers & set(term.domains) or {_COMPANY}):
            label = term.label if term is not None else Message(target, target)
            notices.append(
                Notice(
                    "not-asked",
                    Message(f"没有条款要求列全“{label.zh}”", f"no clause asks for all of '{label.en}' to be listed"),
                    Place(node=node, path=_LISTS_ALL),
                    target,
                    remedy=Message("不影响评定，可删去", "it has no effect and may go"),
                )
            )
    for code, nodes in codes.items():
        if len(nodes) > 1:
            notices.append(
                Notice(
                    "one-code",
                    Message(
                        f"统一社会信用代码 {code} 写在 {len(nodes)} 家上",
                        f"{len(nodes)} firms share the credit code {code}",
                    ),
                    Place(node=nodes[1], path=_CODE),
                    code,
                    Message(
                        "可能是同一家写了两次，或抄错了代码", "one firm may be stated twice, or a code be miscopied"
                    ),
                    Message("请核对每家的代码", "check the code of each"),
                )
            )
    return notices


def shared_code_faults(companies: Sequence[str], triples: Sequence[ox.Triple]) -> list[Fault]:
    """Return the described companies that bear the credit code of another one, so that none knows whose verdict it is."""
    first: dict[str, str] = {}
    faults = []
    for _, node, _, value, _ in listed(triples).by_predicate.get(_CODE, ()):
        if node not in companies or not isinstance(value, ox.Literal):
            continue
        other = first.setdefault(value.value, node)
        if other != node:
            faults.append(
                Fault(
                    Message(
                        f"两家公司用了同一个统一社会信用代码 {value.value}（另一家：{other}）；请改正其一，或合并为一家",
                        f"two companies bear the credit code {value.value} (the other: {other}); correct one or merge them",
                    ),
                    Place(node=node, path=_CODE),
                    value.value,
                )
            )
    return faults


def kinds_of(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """Return node to its classes with their super-classes: as it is stated and as it is held."""
    found: dict[str, set[str]] = defaultdict(set)
    by_predicate = listed(triples).by_predicate
    for row in by_predicate.get(TYPE, ()):
        if row[4] in vocabulary.terms:
            found[row[1]].add(row[4])
    for row in by_predicate.get(_DESCRIBES, ()):
        found[row[4] or node_name(row[3])].add(_COMPANY)
        found[row[1]].add(str(ZY.SelfDescription))
    for predicate in vocabulary.holding & by_predicate.keys() - {_DESCRIBES}:
        range_ = vocabulary.terms[predicate].range
        for row in by_predicate[predicate]:
            if row[4]:
                found[row[4]].add(range_)
    # The classes of hundreds of nodes are a few dozen sets.
    closed: dict[frozenset[str], frozenset[str]] = {}
    kinds: dict[str, frozenset[str]] = {}
    for node, classes in found.items():
        own = frozenset(classes)
        if own not in closed:
            closed[own] = own.union(*(vocabulary.superclasses.get(cls, frozenset()) for cls in own))
        kinds[node] = closed[own]
    return kinds


def _misplaced(row: Row, term: Term, classes: Set[str], vocabulary: Vocabulary) -> Fault:
    here = _labels(classes, vocabulary)
    there = _labels(term.domains, vocabulary)
    return Fault(
        Message(
            f"“{term.label.zh}”写在{here.zh}上，没有条款会在那里看它；它应写在{there.zh}上",
            f"'{term.label.en}' stands on {here.en}, where no clause looks for it; it belongs on {there.en}",
        ),
        Place(node=row[1], path=term.iri),
        getattr(row[3], "value", "")[:200],
    )


def _statement_fault(row: Row, subject: Term | None, classes: Set[str], vocabulary: Vocabulary) -> Fault | None:
    """Return what is wrong with a statement about ``subject`` on a node of ``classes``, if anything."""
    if subject is None:
        return None
    allowed, words = _STATEMENTS[row[2]]
    place = Place(node=row[1], path=row[2])
    own = set(subject.types).union(*(vocabulary.superclasses.get(cls, frozenset()) for cls in subject.types))
    if not own & allowed:
        right = next((words for kinds, words in _STATEMENTS.values() if own & kinds), None)
        if right is None:
            return None
        return Fault(
            Message(
                f"“{subject.label.zh}”写成了{words.zh}，它是{right.zh}，请改写",
                f"'{subject.label.en}' is stated as {words.en}, but it is {right.en}; state it so",
            ),
            place,
            subject.iri,
        )
    if subject.practice_of and not classes & set(subject.practice_of):
        here, there = _labels(classes, vocabulary), _labels(subject.practice_of, vocabulary)
        return Fault(
            Message(
                f"“{subject.label.zh}”说的是{there.zh}，却写在{here.zh}上；请写在相应的{there.zh}上",
                f"'{subject.label.en}' speaks of {there.en} but stands on {here.en}; state it of the {there.en}",
            ),
            place,
            subject.iri,
        )
    return None


def _labels(classes: Sequence[str] | Set[str], vocabulary: Vocabulary) -> Message:
    found = [vocabulary.terms[cls].label for cls in sorted(classes) if cls in vocabulary.terms]
    return Message("、".join(f"“{m.zh}”" for m in found), ", ".join(m.en for m in found))
