"""The triples of a submission in, what makes it unfit to be judged out: every fault with node, property and value."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.credit_code import is_credit_code
from zhiyin.intake.faults import Fault
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import BASE, ZY

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = {
    _XSD + name
    for name in [
        "integer",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "nonPositiveInteger",
        "negativeInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
    ]
}
_NUMBERS = _INTEGERS | {_XSD + "decimal", _XSD + "double", _XSD + "float"}
_STRINGS = {_XSD + "string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}
_FORBIDDEN_CLASSES = {
    str(ZY.Assessment): Message("评定参数由验证器加入，自述中不得出现", "zy:Assessment is added by the validator"),
    str(ZY.CutOff): Message("起算日由验证器加入，自述中不得出现", "zy:CutOff is added by the validator"),
    str(ZY.Determination): Message(
        "认定是监管人员的另一份输入，不得写在自述里", "determinations are a separate input of the regulator"
    ),
}
_ADDED = frozenset({str(ZY.Assessment), str(ZY.CutOff)})
_CREDIT_CODE = str(ZY.unifiedSocialCreditCode)
_SH = "http://www.w3.org/ns/shacl#"
_NAMED_VALUES = (str(ZY), BASE + "id/practice/")
_IMPORTS = "http://www.w3.org/2002/07/owl#imports"
_KINDS: Mapping[str, Message] = {
    _XSD + "integer": Message("整数", "an integer"),
    _XSD + "decimal": Message("数字", "a number"),
    _XSD + "boolean": Message("true 或 false", "true or false"),
    _XSD + "date": Message("日期（YYYY-MM-DD）", "a date (YYYY-MM-DD)"),
    _XSD + "string": Message("文字", "text"),
}
_MAX_DIGITS = 24
_PLAIN_NUMBER = re.compile(r"[+-]?\d+")


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """A term the vocabulary does not know, where it stands and the nearest known one."""

    term: str
    node: str
    nearest: str | None
    label: str | None


def canonical(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> tuple[list[ox.Triple], list[Fault]]:
    """Return the triples with literals in the datatype of their property, and the faults of those that cannot be.

    A node that stands where a property asks for a class is given that class, so that no shape passes it by for want
    of a type.
    """
    result: list[ox.Triple] = []
    faults: list[Fault] = []
    typed = {t.subject for t in triples if t.predicate.value == _TYPE}
    given: dict[object, str] = {}
    for triple in triples:
        term = vocabulary.terms.get(triple.predicate.value)
        value = triple.object
        if term is not None and term.kind == "datatype":
            converted = _literal(value, term)
            if isinstance(converted, Message):
                faults.append(Fault(converted, _place(triple), _shown(value)))
                continue
            value = converted
        elif term is not None and term.kind == "object":
            wrong = _object_fault(value, term, vocabulary)
            if wrong is not None:
                faults.append(Fault(wrong, _place(triple), _shown(value)))
                continue
            needs_type = isinstance(value, (ox.NamedNode, ox.BlankNode)) and value not in typed
            if needs_type and term.range in vocabulary.terms and not vocabulary.is_enumeration(term.range):
                given.setdefault(value, term.range)
        result.append(ox.Triple(triple.subject, triple.predicate, value))
    subjects = {t.subject for t in triples}
    for node, cls in given.items():
        declared = isinstance(node, ox.NamedNode) and node.value in vocabulary.terms
        if not declared and (node in subjects or isinstance(node, ox.NamedNode)):
            result.append(ox.Triple(node, ox.NamedNode(_TYPE), ox.NamedNode(cls)))  # type: ignore[arg-type]
    return result, faults


def structural_faults(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Fault]:
    """Return what must not stand in a self-description at all, and contradictions between single-valued facts."""
    faults: list[Fault] = []
    values: dict[tuple[object, str], set[Value]] = defaultdict(set)
    for triple in triples:
        predicate = triple.predicate.value
        if predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
            kind = triple.object.value
            if kind in _FORBIDDEN_CLASSES:
                faults.append(Fault(_FORBIDDEN_CLASSES[kind], _place(triple)))
            elif kind.startswith(_SH):
                faults.append(Fault(_SHAPES, _place(triple), kind))
        elif predicate.startswith(_SH):
            faults.append(Fault(_SHAPES, _place(triple), predicate))
        elif predicate == _IMPORTS:
            faults.append(Fault(_NO_IMPORTS, _place(triple), _shown(triple.object)))
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith((str(ZY), BASE + "id/")):
            faults.append(Fault(_OWN_TERMS, _place(triple), triple.subject.value))
        term = vocabulary.terms.get(predicate)
        if term is not None and not _ADDED.isdisjoint(term.domains):
            faults.append(Fault(_FORBIDDEN_CLASSES[str(ZY.Assessment)], _place(triple)))
        if term is not None and term.functional:
            values[(triple.subject, predicate)].add(triple.object)
    for (node, predicate), stated in values.items():
        if len(stated) > 1:
            term = vocabulary.terms[predicate]
            shown = "、".join(sorted(_shown(v) for v in stated))
            faults.append(
                Fault(
                    Message(
                        f"“{term.label.zh}”只能有一个值，却有 {shown}",
                        f"'{term.label.en}' takes one value, has {shown}",
                    ),
                    Place(node=_shown_node(node), path=predicate),
                    shown,
                )
            )
    return faults


def credit_code_faults(triples: Iterable[ox.Triple]) -> list[Fault]:
    """Return the unified social credit codes whose form or check character is wrong (GB 32100-2015)."""
    return [
        Fault(
            Message(
                f"统一社会信用代码“{t.object.value[:40]}”有误：须 18 位且校验码正确（GB 32100-2015）",
                f"the unified social credit code '{t.object.value[:40]}' is wrong: 18 characters with a right check character",
            ),
            _place(t),
            t.object.value[:40],
        )
        for t in triples
        if t.predicate.value == _CREDIT_CODE and isinstance(t.object, ox.Literal) and not is_credit_code(t.object.value)
    ]


def unknown_terms(triples: Iterable[ox.Triple], vocabulary: Vocabulary) -> list[UnknownTerm]:
    """Return the properties, classes and named values that the vocabulary does not know, each once, sorted."""
    allowed = {_TYPE, "http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2000/01/rdf-schema#comment"}
    found: dict[str, str] = {}
    for triple in triples:
        predicate = triple.predicate.value
        node = _shown_node(triple.subject)
        if predicate not in vocabulary.terms and predicate not in allowed:
            found.setdefault(predicate, node)
        value = triple.object
        ours = predicate == _TYPE or (isinstance(value, ox.NamedNode) and value.value.startswith(_NAMED_VALUES))
        if ours and isinstance(value, ox.NamedNode) and value.value not in vocabulary.terms:
            found.setdefault(value.value, node)
    result = []
    for iri, node in sorted(found.items()):
        near = vocabulary.nearest(iri)
        result.append(UnknownTerm(iri, node, near.iri if near else None, near.label.zh if near else None))
    return result


_SHAPES = Message("自述中不得含 SHACL 形状", "a self-description must not carry SHACL shapes")
_NO_IMPORTS = Message("不跟随 owl:imports，请删去并把内容写在同一文件", "owl:imports is not followed; remove it")
_OWN_TERMS = Message(
    "不得对指引或词汇自身的词条作陈述",
    "statements about the guideline's or the vocabulary's own terms are not accepted",
)


def _literal(value: Value, term: Term) -> ox.Literal | Message:
    wanted = term.range
    if not isinstance(value, ox.Literal):
        return Message(
            f"“{term.label.zh}”须是{_kind(wanted).zh}，不是节点",
            f"'{term.label.en}' must be {_kind(wanted).en}, not a node",
        )
    lexical, kind = value.value.strip(), value.datatype.value
    kind_wanted = _kind(wanted)
    wrong = Message(
        f"“{term.label.zh}”须是{kind_wanted.zh}，现为“{lexical[:60]}”",
        f"'{term.label.en}' must be {kind_wanted.en}, found '{lexical[:60]}'",
    )
    if wanted == _XSD + "string":
        return value if kind in _STRINGS else wrong
    if wanted == _XSD + "boolean":
        ok = kind == _XSD + "boolean" and lexical in ("true", "false", "1", "0")
        return ox.Literal("true" if lexical in ("true", "1") else "false", datatype=value.datatype) if ok else wrong
    if wanted in (_XSD + "integer", _XSD + "decimal"):
        return _number(lexical, kind, term, wrong)
    if wanted == _XSD + "date":
        return _date(lexical, kind, value, wrong)
    return value


def _number(lexical: str, kind: str, term: Term, wrong: Message) -> ox.Literal | Message:
    if (
        kind not in _NUMBERS
        or len(lexical) > _MAX_DIGITS
        or (kind in _INTEGERS and not _PLAIN_NUMBER.fullmatch(lexical))
    ):
        return wrong
    try:
        number = Decimal(lexical)
    except InvalidOperation:
        return wrong
    if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
        return wrong
    if term.range == _XSD + "integer" and number != number.to_integral_value():
        return wrong
    if (term.minimum is not None and number < term.minimum) or (term.maximum is not None and number > term.maximum):
        low = "" if term.minimum is None else f"{term.minimum}"
        high = "" if term.maximum is None else f"{term.maximum}"
        return Message(
            f"“{term.label.zh}”的值 {lexical} 不合理，应在 {low} 至 {high} 之间",
            f"'{term.label.en}' has the implausible value {lexical}; it must lie between {low} and {high}",
        )
    if term.range == _XSD + "integer":
        return ox.Literal(str(int(number)), datatype=ox.NamedNode(_XSD + "integer"))
    text = format(number.normalize(), "f")
    return ox.Literal(text if "." in text else text + ".0", datatype=ox.NamedNode(_XSD + "decimal"))


def _date(lexical: str, kind: str, value: ox.Literal, wrong: Message) -> ox.Literal | Message:
    try:
        if kind == _XSD + "date":
            date.fromisoformat(lexical[:10])
            return value if len(lexical) == 10 or lexical[10:] in ("+08:00",) else wrong
        if kind == _XSD + "dateTime":
            datetime.fromisoformat(lexical.replace("Z", "+00:00"))
            return value
    except ValueError:
        return wrong
    return wrong


def _object_fault(value: Value, term: Term, vocabulary: Vocabulary) -> Message | None:
    if isinstance(value, ox.Literal):
        return Message(
            f"“{term.label.zh}”须指向一个节点，现为“{value.value[:60]}”",
            f"'{term.label.en}' must point to a node, found '{value.value[:60]}'",
        )
    if term.range in vocabulary.terms and vocabulary.is_enumeration(term.range):
        allowed = vocabulary.values_of(term.range)
        if isinstance(value, ox.NamedNode) and value.value not in allowed:
            names = sorted(iri.replace("#", "/").rpartition("/")[2] for iri in allowed)
            shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
            near = vocabulary.nearest(value.value)
            maybe_zh = f"；是否指 {near.local}？" if near and near.iri in allowed else ""
            maybe_en = f"; did you mean {near.local}?" if near and near.iri in allowed else ""
            return Message(
                f"“{term.label.zh}”的值“{value.value[-60:]}”不在可选值中（{shown}）{maybe_zh}",
                f"'{term.label.en}' has '{value.value[-60:]}', which is not one of its values ({shown}){maybe_en}",
            )
    return None


def _kind(datatype: str) -> Message:
    return _KINDS.get(datatype, Message("值", "a value"))


def _place(triple: ox.Triple) -> Place:
    return Place(node=_shown_node(triple.subject), path=triple.predicate.value)


def _shown(value: Value) -> str:
    return value.value[:200] if isinstance(value, (ox.Literal, ox.NamedNode)) else str(value)[:200]


def _shown_node(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)
