"""One SHACL result in, what a person reads out: the fact, what is demanded, and the cure with its amount."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from zhiyin.errors import Message
from zhiyin.law.constraints import OF_PRACTICES, OF_RECORDS, OF_TASKS, Constraint
from zhiyin.law.outcome import Outcome
from zhiyin.law.shapes import Shape
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import READING, ZY
from zhiyin.validation.assessment import MIDNIGHT
from zhiyin.validation.contradiction import Contradiction
from zhiyin.validation.engine import Result
from zhiyin.validation.facts import NAMED_BLANK, Facts
from zhiyin.validation.particulars import Particulars, particulars

CONTRADICTION_RULE = str(READING["contradictions"])
_SOMETHING = "此项"
_PARTS = 8
"""So many facts of one way are named; of more, their number is said."""
_SPOKEN = {"true": Message("是", "yes"), "false": Message("否", "no")}
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that decides a clause, as the report prints it.

    ``node`` is the IRI or a blank node's number, ``label`` what people call it; ``value_label`` is what they call the
    value, where that is a thing of the company's.
    ``about`` is the practice, task or record kind whose statement is judged, where ``path`` only says that it is one.
    """

    outcome: Outcome
    node: str
    label: str
    path: str
    about: str
    value: str
    message: Message
    remedy: Message | None
    shape: str
    component: str
    readings: tuple[str, ...]
    value_label: str = ""
    cause: Message | None = None
    """The matter as a whole, where ``message`` names only those facts of it that its clause asks for."""


def finding(
    shape: Shape, result: Result, vocabulary: Vocabulary, names: Mapping[str, str], facts: Facts, check_date: date
) -> Finding:
    """Return what ``result`` says to people; ``names`` says what a node is called."""
    seen = particulars(shape, result.focus, facts, check_date)
    known = dict(result.bindings)
    value = seen.found or known.get("found") or ("" if result.value == result.focus else result.value)
    binding: dict[str, str | Message] = {
        **shape.parameters,
        **known,
        **(seen.more or {}),
        "value": value,
        "found": value,
    }
    short = _shortfall(shape, value)
    if short is not None:
        binding.setdefault("shortfall", short)
    message = _filled(shape.message, binding, vocabulary, names)
    remedy = shape.remedy or _usual_remedy(shape, result, vocabulary, value)
    return Finding(
        shape.outcome,
        display(result.focus),
        names.get(result.focus, _SOMETHING),
        _path(shape, result, seen),
        _about(shape, (*OF_PRACTICES, *OF_TASKS, *OF_RECORDS)),
        _plain(display(value)),
        message,
        None if remedy is None else _filled(remedy, binding, vocabulary, names),
        shape.iri,
        result.component,
        shape.readings,
        names.get(value, ""),
    )


def contradiction_finding(
    contradiction: Contradiction, names: Mapping[str, str], vocabulary: Vocabulary, asked: Container[str]
) -> Finding:
    """Return what a contradiction says to people: both facts, and that a person must tell which one counts.

    Of facts under many properties, those are named that the clause asks for by the terms ``asked``; all are its cause.
    """
    term = vocabulary.terms.get(contradiction.about) or vocabulary.terms.get(contradiction.path)
    label = term.label if term is not None else Message("此项", "this")
    if contradiction.about and contradiction.about not in vocabulary.terms:
        label = Message(f"{label.zh} {contradiction.about}", f"{label.en} {contradiction.about}")
    shown = [_as_shown(_of_clause(way.shown, vocabulary, asked), vocabulary, names) for way in contradiction.ways]
    message, whole = _contradicting(label, shown), contradiction.doubt
    if whole is None:
        whole = _contradicting(label, [_as_shown(way.shown, vocabulary, names) for way in contradiction.ways])
    else:
        message = whole
    return Finding(
        Outcome.MANUAL,
        display(contradiction.node),
        names.get(contradiction.node, _SOMETHING),
        contradiction.path,
        contradiction.about if contradiction.about in vocabulary.terms else "",
        "；".join(m.zh for m in shown),
        message,
        Message(
            "更正其中不实的一个，或由监管人员认定", "correct the one that is not true, or a regulator determines it"
        ),
        "",
        "",
        (CONTRADICTION_RULE,),
        cause=whole if whole != message else None,
    )


def _contradicting(label: Message, shown: Sequence[Message]) -> Message:
    return Message(
        f"“{label.zh}”有互相矛盾的陈述：{'；'.join(m.zh for m in shown)}。以何者为准结论不同，须人工核实",
        f"'{label.en}' is stated in ways that contradict each other: {'; '.join(m.en for m in shown)}. The outcome "
        "depends on which one counts, so a person must tell",
    )


def _of_clause(text: str, vocabulary: Vocabulary, asked: Container[str]) -> str:
    """Return of the values of one way those that stand under a term of ``asked``; all where none does."""
    parts = text.split("、")
    terms = {part: part.partition("=")[0] for part in parts}
    own = [part for part in parts if terms[part] in asked and terms[part] in vocabulary.terms]
    return "、".join(own) or text


def _as_shown(text: str, vocabulary: Vocabulary, names: Mapping[str, str]) -> Message:
    """Return the values of one way as people read them: things and terms by name, 是 and 否, dates without a time."""
    parts = []
    for part in dict.fromkeys(text.split("、")):
        name, _, value = part.partition("=")
        if value in names:
            parts.append(Message(names[value], names[value]))
            continue
        term = vocabulary.terms.get(name)
        called = names.get(part) or _plain(value if term is not None else part)
        said = _SPOKEN.get(called) or Message(called, called)
        if term is not None:
            said = Message(f"{term.label.zh}：{said.zh}", f"{term.label.en}: {said.en}") if value else term.label
        parts.append(said)
    zh, en = "、".join(m.zh for m in parts[:_PARTS]), ", ".join(m.en for m in parts[:_PARTS])
    if len(parts) > _PARTS:
        return Message(f"{zh}等 {len(parts)} 项", f"{en} and {len(parts) - _PARTS} more")
    return Message(zh, en)


def display(node: str) -> str:
    """Return a node as people see it: a named blank node by its label, or its number in the document."""
    if not node.startswith(NAMED_BLANK):
        return node
    name = node.removeprefix(NAMED_BLANK)
    return f"_:b{name}" if name.isdecimal() else f"_:{name}"


def _path(shape: Shape, result: Result, seen: Particulars) -> str:
    stated = result.path or shape.path or seen.path
    if stated:
        return stated
    if listed := _about(shape, (Constraint.LIST_COMPLETE, Constraint.LIST_NOT_EMPTY)):
        return listed
    for names, predicate in ((OF_PRACTICES, ZY.attestation), (OF_TASKS, ZY.activity), (OF_RECORDS, ZY.retention)):
        if _about(shape, names):
            return str(predicate)
    return shape.looks_at


def _about(shape: Shape, names: tuple[str, ...]) -> str:
    """Return the practice, task, record or list that a shared component is told to look at."""
    return next((shape.parameters[name] for name in names if name in shape.parameters), "")


def _shortfall(shape: Shape, value: str) -> str | None:
    limit = shape.parameters.get("minInclusive") or shape.parameters.get("minExclusive")
    over = shape.parameters.get("maxInclusive") or shape.parameters.get("maxExclusive")
    try:
        if limit is not None:
            return _plain_number(str(Decimal(limit) - Decimal(value)))
        if over is not None:
            return _plain_number(str(Decimal(value) - Decimal(over)))
    except InvalidOperation:
        return None
    return None


def _plain(text: str) -> str:
    """Return an instant at midnight as the date that was stated, and a number without idle zeros."""
    return text.removesuffix(MIDNIGHT) if text.endswith(MIDNIGHT) else _plain_number(text)


def _plain_number(text: str) -> str:
    if not re.fullmatch(r"-?\d+\.\d*", text):
        return text
    return text.rstrip("0").rstrip(".")


def _filled(
    template: Message, binding: Mapping[str, str | Message], vocabulary: Vocabulary, names: Mapping[str, str]
) -> Message:
    def fill(text: str, english: bool) -> str:
        def one(match: re.Match[str]) -> str:
            raw = binding.get(match[1], "")
            if isinstance(raw, Message):
                return raw.en if english else raw.zh
            term = vocabulary.terms.get(raw)
            if term is not None:
                return term.label.en if english else term.label.zh
            if raw in names:
                return names[raw]
            if raw in _SPOKEN:
                return _SPOKEN[raw].en if english else _SPOKEN[raw].zh
            return _plain(display(raw)) or "?"

        return _PLACEHOLDER.sub(one, text)

    return Message(fill(template.zh, False), fill(template.en, True))


_DONE_AGAIN = {
    Constraint.ACTIVITY_TIMELY: Message(
        "最近一次为 {?found}，距核查日已 {?elapsed} 天；请立即进行“{label}”，并写明日期",
        "last performed on {?found}, {?elapsed} days before the check date: perform '{label}' now and state the date",
    ),
    Constraint.ACTIVITY_UNDISPUTED: Message(
        "最近一次为 {?found}；由监管人员认定，或再进行一次“{label}”即无争议",
        "last performed on {?found}: a regulator determines it, or perform '{label}' once more",
    ),
    Constraint.INTERVAL_KEPT: Message(
        "最近一次为 {?found}，距核查日 {?elapsed} 天，超过自定周期 {?interval} 天达 {?overrun} 天；"
        "请尽快进行“{label}”，或由监管人员认定",
        "last performed on {?found}, {?elapsed} days before the check date, {?overrun} more than the interval of "
        "{?interval} days: perform '{label}' soon, or a regulator determines it",
    ),
    Constraint.RETENTION_CERTAIN: Message(
        "现保存 {?held}，是否足够由监管人员认定；或延长“{label}”的保存期限",
        "kept for {?held}: a regulator determines whether that is enough, or keep '{label}' longer",
    ),
    Constraint.PRACTICE_WITHOUT_EXCEPTION: Message(
        "所述例外为“{?found}”，由监管人员认定；或落实“{label}”",
        "the exception stated is '{?found}': a regulator determines it, or put '{label}' in place",
    ),
}
"""Cures by the component that spoke."""
_STATE = {
    OF_PRACTICES: Message(
        "请声明“{label}”是否落实；已落实的附文件名称、不晚于核查日的日期和责任岗位",
        "state whether '{label}' is in place, with a document, its date (not after the check date) and role",
    ),
    OF_TASKS: Message(
        "请写明“{label}”最近一次进行的日期（“定期”的另写自定周期的天数）",
        "state when '{label}' was last performed (and your own interval in days where the text says 定期)",
    ),
    OF_RECORDS: Message("请写明“{label}”的保存期限", "state how long '{label}' is kept"),
    (Constraint.LIST_COMPLETE,): Message(
        "请列出每一项“{label}”，并声明清单已列全（zy:listsAll）",
        "list each '{label}' and state that the list is complete (zy:listsAll)",
    ),
}
_PUT_RIGHT = {
    (Constraint.PROHIBITION_KEPT, Constraint.SOFT_PROHIBITION_KEPT): Message(
        "停止“{label}”，确已没有的，改为声明没有", "stop '{label}', and once there is none, say so"
    ),
    OF_PRACTICES: Message(
        "落实“{label}”，并附文件名称、日期和责任岗位", "put '{label}' in place, with a document, its date and role"
    ),
    OF_TASKS: Message("进行“{label}”，并写明日期", "perform '{label}' and state the date"),
    OF_RECORDS: Message("现保存 {?held}；延长“{label}”的保存期限", "kept for {?held}: keep '{label}' longer"),
    (Constraint.LIST_NOT_EMPTY,): Message(
        "至少须有一项“{label}”，请逐项列出", "there must be at least one '{label}': list each"
    ),
}


def _usual_remedy(shape: Shape, result: Result, vocabulary: Vocabulary, value: str) -> Message | None:
    """Return the cure that follows from the form of the fact, where the shape writes none of its own."""
    for component, cure in _DONE_AGAIN.items():
        if component in shape.parameters:
            return _labelled(cure, shape.parameters[component], vocabulary)
    if shape.outcome is Outcome.MANUAL:
        return Message("由监管人员核实并认定", "a regulator verifies and determines it")
    by_form = {Outcome.UNDECLARED: _STATE, Outcome.VIOLATED: _PUT_RIGHT}.get(shape.outcome, {})
    for names, cure in by_form.items():
        if about := _about(shape, names):
            return _labelled(cure, about, vocabulary)
    subject = result.path or shape.path or shape.looks_at
    if subject not in vocabulary.terms:
        return None
    if shape.outcome is Outcome.UNDECLARED:
        return _labelled(Message("请写明“{label}”", "state '{label}'"), subject, vocabulary)
    if shape.outcome is not Outcome.VIOLATED:
        return None
    boolean = vocabulary.terms[subject].range.endswith("#boolean")
    if value == "true":
        cure = Message("须消除“{label}”，现声明为“是”", "'{label}' must not hold; it is stated to")
    elif boolean:
        cure = Message("须做到“{label}”，现声明为“否”", "'{label}' must hold; it is stated not to")
    elif value:
        cure = Message("“{label}”现为“{?value}”，须改正", "'{label}' is '{?value}': put it right")
    else:
        cure = Message("请补充“{label}”", "add the '{label}' that is lacking")
    return _labelled(cure, subject, vocabulary)


def _labelled(cure: Message, iri: str, vocabulary: Vocabulary) -> Message | None:
    term = vocabulary.terms.get(iri)
    if term is None:
        return None
    return Message(cure.zh.replace("{label}", term.label.zh), cure.en.replace("{label}", term.label.en))
