"""The triples of a submission in, what makes it unfit to be judged out: every fault with node, property and value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence, Set
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.credit_code import is_credit_code
from zhiyin.intake.faults import Fault
from zhiyin.intake.holdings import holding_faults
from zhiyin.intake.literals import in_range_of, kind_of
from zhiyin.intake.rows import Listed, Row, listed, once, rows_of
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import BASE, ZY
from zhiyin.standards import LABEL, OWL, RDFS, SH, TYPE

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_FORBIDDEN_CLASSES = {
    str(ZY.Assessment): Message("评定参数由验证器加入，自述中不得出现", "zy:Assessment is added by the validator"),
    str(ZY.CutOff): Message("起算日由验证器加入，自述中不得出现", "zy:CutOff is added by the validator"),
    str(ZY.Determination): Message(
        "认定是监管人员的另一份输入，不得写在自述里", "determinations are a separate input of the regulator"
    ),
}
_ADDED = frozenset({str(ZY.Assessment), str(ZY.CutOff)})
_CREDIT_CODE = str(ZY.unifiedSocialCreditCode)
_NAMED_VALUES = (str(ZY), BASE + "id/practice/")
_IMPORTS = OWL + "imports"
RESERVED = "urn:x-zhiyin:"
"""Names that the validator itself gives, to blank nodes for instance."""
_OURS = (str(ZY), BASE + "id/")
_NOT_THEIRS = (*_OURS, RESERVED)
_FIXED = frozenset(
    str(ZY[name])
    for name in ("describes", "asOf", "claimedTier", "submitterRole", "unifiedSocialCreditCode", "about", "year")
)
"""Single-valued properties whose second value is no contradiction to be judged but a submission that cannot be read."""


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """A term the vocabulary does not know, where it stands and the nearest known one."""

    term: str
    node: str
    nearest: str | None
    label: str | None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Canonical:
    """Triples with every literal in the datatype of its property; those that were left out, and the faults.

    ``silent`` say nothing, or stand beside the same text in another language; ``faults`` are of what cannot be read so.
    """

    triples: Listed
    silent: Listed
    faults: tuple[Fault, ...]


def canonical(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> Canonical:
    """Return the triples as they are compared.

    A thing whose own class or place would keep it from the shapes of its kind is a fault too.
    """
    result: list[Row] = []
    faults: list[Fault] = []
    silent: list[Row] = []
    read: dict[tuple[str, Value], ox.Literal | Message | None] = {}
    allowed: dict[str, Set[str] | None] = {}
    terms = vocabulary.terms
    for row in _one_language(rows_of(triples), vocabulary, silent):
        subject, name, predicate, value, target = row
        term = terms.get(predicate)
        if term is not None and term.kind == "datatype":
            # Dates, roles and truths recur by the hundred.
            key = (predicate, value)
            if key in read:
                converted = read[key]
            else:
                converted = read[key] = _literal(value, term)
            if isinstance(converted, Message):
                faults.append(Fault(converted, _place(row), _shown(value)))
                continue
            if converted is None:
                silent.append(row)
                continue
            if converted is not value:
                row = (subject, name, predicate, converted, "")
        elif term is not None and term.kind == "object":
            if predicate not in allowed:
                allowed[predicate] = _allowed(term, vocabulary)
            values = allowed[predicate]
            # So with nearly every statement: one of the values, or a thing of the sender's.
            fits = target in values if values is not None else target and not target.startswith(_OURS)
            wrong = None if fits else _object_fault(value, target, term, vocabulary)
            if wrong is not None:
                faults.append(Fault(wrong, _place(row), _shown(value)))
                continue
        result.append(row)
    unique = Listed(once(result))
    faults += holding_faults(unique, vocabulary)
    faults += _several_values(unique, vocabulary)
    return Canonical(unique, Listed(silent), tuple(faults))


def _one_language(rows: Sequence[Row], vocabulary: Vocabulary, aside: list[Row]) -> Sequence[Row]:
    """Return the rows without translations, which go to ``aside``: of a single-valued text in several languages one remains."""
    spoken = {row[2] for row in rows if not row[4] and isinstance(row[3], ox.Literal) and row[3].language}
    functional = {predicate for predicate in spoken if (term := vocabulary.terms.get(predicate)) and term.functional}
    if not functional:
        return rows
    tongues: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, node, predicate, value, _ in rows:
        if predicate in functional and isinstance(value, ox.Literal):
            tongues[node, predicate].add(value.language or "")
    kept = {
        key: min(languages, key=lambda tag: (tag != "", not tag.startswith("zh"), tag))
        for key, languages in tongues.items()
        if len(languages) > 1
    }
    spoken_once: list[Row] = []
    for row in rows:
        value = row[3]
        chosen = kept.get((row[1], row[2]))
        own = chosen is None or (isinstance(value, ox.Literal) and (value.language or "") == chosen)
        (spoken_once if own else aside).append(row)
    return spoken_once


def _several_values(triples: Listed, vocabulary: Vocabulary) -> list[Fault]:
    """Return the properties that make a submission unreadable by a second value; other contradictions are judged."""
    fixed = [triples.by_predicate[predicate] for predicate in _FIXED & triples.by_predicate.keys()]
    if all(len({row[1] for row in rows}) == len(rows) for rows in fixed):
        return []
    values: dict[tuple[str, str], set[Value]] = defaultdict(set)
    for _, node, predicate, value, _ in triples.rows:
        if predicate in _FIXED:
            values[node, predicate].add(value)
    faults = []
    for (node, predicate), stated in values.items():
        if len(stated) > 1:
            term = vocabulary.terms[predicate]
            shown = "、".join(sorted(_shown(v) for v in stated))
            message = Message(
                f"“{term.label.zh}”只能有一个值，却有 {shown}", f"'{term.label.en}' takes one value, has {shown}"
            )
            faults.append(Fault(message, Place(node=node, path=predicate), shown))
    return faults


def structural_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Fault]:
    """Return what must not stand in a self-description at all."""
    statements = listed(triples)
    added = {iri for iri, term in vocabulary.terms.items() if not _ADDED.isdisjoint(term.domains)}
    suspect = {predicate for predicate in statements.by_predicate if predicate.startswith(SH)} | {_IMPORTS} | added
    names = {row[1] for row in statements.rows}
    targets = {row[4] for row in statements.rows}
    kinds = {row[4] for row in statements.by_predicate.get(TYPE, ())}
    if (
        suspect.isdisjoint(statements.by_predicate)
        and not any(name.startswith(_NOT_THEIRS) for name in names)
        and not any(name.startswith(RESERVED) for name in targets)
        and not any(kind in _FORBIDDEN_CLASSES or kind.startswith(SH) for kind in kinds)
    ):
        return []
    return [fault for row in statements.rows for fault in _structural(row, added)]


def _structural(row: Row, added: Container[str]) -> Iterator[Fault]:
    _, name, predicate, value, target = row
    if predicate == TYPE:
        if target in _FORBIDDEN_CLASSES:
            yield Fault(_FORBIDDEN_CLASSES[target], _place(row))
        elif target.startswith(SH):
            yield Fault(_SHAPES, _place(row), target)
    elif predicate.startswith(SH):
        yield Fault(_SHAPES, _place(row), predicate)
    elif predicate == _IMPORTS:
        yield Fault(_NO_IMPORTS, _place(row), _shown(value))
    if name.startswith(_OURS):
        yield Fault(_OWN_TERMS, _place(row), name)
    if predicate in added:
        yield Fault(_FORBIDDEN_CLASSES[str(ZY.Assessment)], _place(row))
    if name.startswith(RESERVED):
        yield Fault(_RESERVED_NAME, _place(row), name)
    if target.startswith(RESERVED):
        yield Fault(_RESERVED_NAME, _place(row), target)


def credit_code_faults(triples: Sequence[ox.Triple]) -> list[Fault]:
    """Return the unified social credit codes whose form or check character is wrong (GB 32100-2015)."""
    return [
        Fault(
            Message(
                f"统一社会信用代码“{row[3].value[:40]}”有误：须 18 位且校验码正确（GB 32100-2015）",
                f"the unified social credit code '{row[3].value[:40]}' is wrong: 18 characters with a right check "
                "character",
            ),
            _place(row),
            row[3].value[:40],
        )
        for row in listed(triples).by_predicate.get(_CREDIT_CODE, ())
        if isinstance(row[3], ox.Literal) and not is_credit_code(row[3].value)
    ]


def unknown_terms(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[UnknownTerm]:
    """Return the properties, classes and named values that the vocabulary does not know, each once, sorted."""
    statements = listed(triples)
    allowed = {TYPE, LABEL, RDFS + "comment"}
    found: dict[str, str] = {}
    for predicate, rows in statements.by_predicate.items():
        if predicate not in vocabulary.terms and predicate not in allowed:
            found[predicate] = rows[0][1]
    for predicate, node, target in ((row[2], row[1], row[4]) for row in statements.rows if row[4]):
        ours = predicate == TYPE or target.startswith(_NAMED_VALUES)
        if ours and target not in vocabulary.terms and not target.startswith("_:"):
            found.setdefault(target, node)
    result = []
    for iri, node in sorted(found.items()):
        near = vocabulary.nearest(iri)
        result.append(UnknownTerm(iri, node, near.iri if near else None, near.label.zh if near else None))
    return result


_SHAPES = Message("自述中不得含 SHACL 形状", "a self-description must not carry SHACL shapes")
_NO_IMPORTS = Message("不跟随 owl:imports，请删去并把内容写在同一文件", "owl:imports is not followed; remove it")
_RESERVED_NAME = Message(
    f"以 {RESERVED} 开头的名称由验证器自用，请换一个",
    f"names that begin with {RESERVED} are the validator's own; choose another",
)
_OWN_TERMS = Message(
    "不得对指引或词汇自身的词条作陈述",
    "statements about the guideline's or the vocabulary's own terms are not accepted",
)


def _literal(value: Value, term: Term) -> ox.Literal | Message | None:
    if isinstance(value, ox.Literal):
        return in_range_of(term, value)
    wanted = kind_of(term.range)
    return Message(f"“{term.label.zh}”须是{wanted.zh}，不是节点", f"'{term.label.en}' must be {wanted.en}, not a node")


def _allowed(term: Term, vocabulary: Vocabulary) -> Set[str] | None:
    """Return the values of an enumeration; ``None`` where a thing is to be named."""
    enumerated = term.range in vocabulary.terms and vocabulary.is_enumeration(term.range)
    return vocabulary.values_of(term.range) if enumerated else None


def _object_fault(value: Value, target: str, term: Term, vocabulary: Vocabulary) -> Message | None:
    if isinstance(value, ox.Literal):
        return Message(
            f"“{term.label.zh}”须指向一个节点，现为“{value.value[:60]}”",
            f"'{term.label.en}' must point to a node, found '{value.value[:60]}'",
        )
    allowed = _allowed(term, vocabulary)
    if allowed is not None:
        if isinstance(value, ox.BlankNode):
            return Message(
                f"“{term.label.zh}”须是词汇中的一个值，不能是空白节点",
                f"'{term.label.en}' must be a value of the vocabulary, not a blank node",
            )
        if target not in allowed:
            names = sorted(iri.replace("#", "/").rpartition("/")[2] for iri in allowed)
            shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
            near = vocabulary.nearest(target)
            maybe_zh = f"；是否指 {near.local}？" if near and near.iri in allowed else ""
            maybe_en = f"; did you mean {near.local}?" if near and near.iri in allowed else ""
            return Message(
                f"“{term.label.zh}”的值“{target[-60:]}”不在可选值中（{shown}）{maybe_zh}",
                f"'{term.label.en}' has '{target[-60:]}', which is not one of its values ({shown}){maybe_en}",
            )
    elif target.startswith(_OURS) and term.range in vocabulary.terms:
        return Message(
            f"“{term.label.zh}”须指向公司自己的事物，不能是指引或词汇的词条“{target[-60:]}”",
            f"'{term.label.en}' must point to a thing of the company's, not to the term '{target[-60:]}'",
        )
    return None


def _place(row: Row) -> Place:
    return Place(node=row[1], path=row[2])


def _shown(value: Value) -> str:
    return value.value[:200] if isinstance(value, (ox.Literal, ox.NamedNode)) else str(value)[:200]
