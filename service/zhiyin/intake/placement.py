"""The triples of a submission in, the facts that stand where no judgement looks for them out.

A known property on a node of the wrong kind, a practice stated of the wrong thing, dated work given as an attestation:
each is a fact that someone stated and that no shape would see, so the submission is refused with the node to put it on.
What nobody asks for is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.form.form import listing_of_any_tier
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.rows import node_name, rows_of
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


Kinds = Mapping[str, set[str]]


def placement_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary, kinds: Kinds | None = None) -> list[Fault]:
    """Return the facts that stand on a node of a kind of which nothing asks for them."""
    kinds = kinds_of(triples, vocabulary) if kinds is None else kinds
    abouts: dict[str, list[ox.NamedNode]] = defaultdict(list)
    rows = rows_of(triples)
    for _, node, predicate, value, _ in rows:
        if predicate == _ABOUT and isinstance(value, ox.NamedNode):
            abouts[node].append(value)
    faults = []
    for _, node, predicate, value, triple in rows:
        term = vocabulary.terms.get(predicate)
        if term is None:
            continue
        classes = kinds.get(node)
        if not classes:
            continue
        if predicate in _STATEMENTS:
            for subject in abouts.get(node_name(value), ()):
                fault = _statement_fault(triple, vocabulary.terms.get(subject.value), classes, vocabulary)
                if fault is not None:
                    faults.append(fault)
        elif (
            term.domains
            and predicate not in vocabulary.holding
            and predicate != _LISTS_ALL
            and classes.isdisjoint(term.domains)
        ):
            faults.append(_misplaced(triple, term, classes, vocabulary))
    return faults


def placement_notices(triples: Sequence[ox.Triple], rules: Rules, kinds: Kinds | None = None) -> list[Notice]:
    """Return the lists said complete that nothing asks for, and the firms that share one credit code."""
    vocabulary, asked = rules.vocabulary, listing_of_any_tier(rules)
    kinds = kinds_of(triples, vocabulary) if kinds is None else kinds
    notices: list[Notice] = []
    codes: dict[str, list[str]] = defaultdict(list)
    for _, node, predicate, value, _ in rows_of(triples):
        if predicate not in (_CODE, _LISTS_ALL):
            continue
        if predicate == _CODE and isinstance(value, ox.Literal) and node not in codes[value.value]:
            codes[value.value].append(node)
        if predicate != _LISTS_ALL or not isinstance(value, ox.NamedNode) or node not in kinds:
            continue
        listed = vocabulary.terms.get(value.value)
        speakers = set(vocabulary.terms[_LISTS_ALL].domains)
        if (
            listed is None
            or value.value not in asked
            or not kinds[node] & (speakers & set(listed.domains) or {_COMPANY})
        ):
            label = listed.label if listed is not None else Message(value.value, value.value)
            notices.append(
                Notice(
                    "not-asked",
                    Message(f"没有条款要求列全“{label.zh}”", f"no clause asks for all of '{label.en}' to be listed"),
                    Place(node=node, path=_LISTS_ALL),
                    value.value,
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
    for _, node, predicate, value, _ in rows_of(triples):
        if predicate != _CODE:
            continue
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


def kinds_of(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> dict[str, set[str]]:
    """Return node to its classes with their super-classes: as it is stated and as it is held."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, node, predicate, value, _ in rows_of(triples):
        if predicate == TYPE and isinstance(value, ox.NamedNode) and value.value in vocabulary.terms:
            found[node].add(value.value)
        elif predicate == _DESCRIBES:
            found[node_name(value)].add(_COMPANY)
            found[node].add(str(ZY.SelfDescription))
        elif predicate in vocabulary.holding and not isinstance(value, ox.Literal):
            found[node_name(value)].add(vocabulary.terms[predicate].range)
    for classes in found.values():
        classes |= set().union(*(vocabulary.superclasses.get(cls, frozenset()) for cls in classes))
    return found


def _misplaced(triple: ox.Triple, term: Term, classes: set[str], vocabulary: Vocabulary) -> Fault:
    here = _labels(classes, vocabulary)
    there = _labels(term.domains, vocabulary)
    return Fault(
        Message(
            f"“{term.label.zh}”写在{here.zh}上，没有条款会在那里看它；它应写在{there.zh}上",
            f"'{term.label.en}' stands on {here.en}, where no clause looks for it; it belongs on {there.en}",
        ),
        Place(node=node_name(triple.subject), path=term.iri),
        getattr(triple.object, "value", "")[:200],
    )


def _statement_fault(
    triple: ox.Triple, subject: Term | None, classes: set[str], vocabulary: Vocabulary
) -> Fault | None:
    """Return what is wrong with a statement about ``subject`` on a node of ``classes``, if anything."""
    if subject is None:
        return None
    allowed, words = _STATEMENTS[triple.predicate.value]
    place = Place(node=node_name(triple.subject), path=triple.predicate.value)
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


def _labels(classes: Sequence[str] | set[str], vocabulary: Vocabulary) -> Message:
    found = [vocabulary.terms[cls].label for cls in sorted(classes) if cls in vocabulary.terms]
    return Message("、".join(f"“{m.zh}”" for m in found), ", ".join(m.en for m in found))
