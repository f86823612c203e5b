"""One SHACL result in, what a person reads out: the fact, what is demanded, and the cure with its amount."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from zhiyin.errors import Message
from zhiyin.namespaces import ZY
from zhiyin.validation.assessment import MIDNIGHT
from zhiyin.validation.engine import Result
from zhiyin.validation.facts import NAMED_BLANK
from zhiyin.validation.outcome import Outcome
from zhiyin.validation.shapes import Shape
from zhiyin.validation.vocabulary import Vocabulary

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")
_ABOUT = (
    "practiceStated",
    "softPracticeStated",
    "practiceNotDenied",
    "practiceWithoutException",
    "prohibitionStated",
    "prohibitionKept",
    "softProhibitionKept",
)
_TASKS = (
    "activityStated",
    "activityNotDenied",
    "activityTimely",
    "activityUndisputed",
    "intervalStated",
    "intervalKept",
)
_RECORDS = ("retentionStated", "retentionSufficient", "retentionCertain")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that decides a clause, as the report prints it.

    ``node`` is the IRI or a blank node's number, ``label`` what people call it: its name, else the end of its IRI.
    """

    outcome: Outcome
    node: str
    label: str
    path: str
    value: str
    message: Message
    remedy: Message | None
    shape: str
    component: str
    readings: tuple[str, ...]


def finding(shape: Shape, result: Result, vocabulary: Vocabulary, names: Mapping[str, str]) -> Finding:
    """Return what ``result`` says to people; ``names`` maps a node to its zy:name."""
    known = dict(result.bindings)
    value = known.get("found") or ("" if result.value == result.focus else result.value)
    binding = {**shape.parameters, **known, "value": value, "found": value}
    short = _shortfall(shape, value)
    if short is not None:
        binding.setdefault("shortfall", short)
    message = _filled(shape.message, binding, vocabulary)
    remedy = _filled(shape.remedy, binding, vocabulary) if shape.remedy else _usual_remedy(shape, result, vocabulary)
    return Finding(
        shape.outcome,
        display(result.focus),
        names.get(result.focus) or _ending(result.focus),
        _path(shape, result),
        _plain(display(value)),
        message,
        remedy,
        shape.iri,
        result.component,
        shape.readings,
    )


def display(node: str) -> str:
    """Return a node as people see it: a named blank node by its number in the document."""
    return "_:b" + node.removeprefix(NAMED_BLANK) if node.startswith(NAMED_BLANK) else node


def _path(shape: Shape, result: Result) -> str:
    if result.path:
        return result.path
    if shape.path:
        return shape.path
    for name in ("listComplete", "listNotEmpty"):
        if name in shape.parameters:
            return shape.parameters[name]
    for names, predicate in ((_ABOUT, ZY.attestation), (_TASKS, ZY.activity), (_RECORDS, ZY.retention)):
        if any(name in shape.parameters for name in names):
            return str(predicate)
    return ""


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


def _ending(node: str) -> str:
    """Return the last two parts of a node's path: enough to tell rooms and systems apart."""
    return "/".join(display(node).rstrip("/").split("/")[-2:])


def _plain(text: str) -> str:
    """Return an instant at midnight as the date that was stated, and a number without idle zeros."""
    return text.removesuffix(MIDNIGHT) if text.endswith(MIDNIGHT) else _plain_number(text)


def _plain_number(text: str) -> str:
    if not re.fullmatch(r"-?\d+\.\d*", text):
        return text
    return text.rstrip("0").rstrip(".")


def _filled(template: Message, binding: Mapping[str, str], vocabulary: Vocabulary) -> Message:
    def fill(text: str, english: bool) -> str:
        def one(match: re.Match[str]) -> str:
            raw = binding.get(match[1], "")
            term = vocabulary.terms.get(raw)
            if term is not None:
                return term.label.en if english else term.label.zh
            return _plain(display(raw)) or "?"

        return _PLACEHOLDER.sub(one, text)

    return Message(fill(template.zh, False), fill(template.en, True))


def _usual_remedy(shape: Shape, result: Result, vocabulary: Vocabulary) -> Message | None:
    """Return the cure that follows from the form of the fact, where the shape writes none of its own."""

    def label(names: tuple[str, ...]) -> Message | None:
        for name in names:
            iri = shape.parameters.get(name, "")
            if iri in vocabulary.terms:
                return vocabulary.terms[iri].label
        return None

    if shape.outcome is Outcome.UNDECLARED:
        practice, task, record = label(_ABOUT), label(_TASKS), label(_RECORDS)
        listed, stated = label(("listComplete",)), vocabulary.terms.get(result.path or shape.path or "")
        if practice:
            return Message(
                f"请声明“{practice.zh}”是否落实；已落实的附文件名称、不晚于核查日的日期和责任岗位",
                f"state whether '{practice.en}' is in place, with a document, its date (not after the check date) and role",
            )
        if task:
            return Message(
                f"请写明“{task.zh}”最近一次进行的日期（“定期”的另写自定周期的天数）",
                f"state when '{task.en}' was last performed (and your own interval in days where the text says 定期)",
            )
        if record:
            return Message(f"请写明“{record.zh}”的保存期限", f"state how long '{record.en}' is kept")
        if listed:
            return Message(
                f"请列出每一项“{listed.zh}”，并声明清单已列全（zy:listsAll）",
                f"list each '{listed.en}' and state that the list is complete (zy:listsAll)",
            )
        if stated:
            return Message(f"请写明“{stated.label.zh}”", f"state '{stated.label.en}'")
    if shape.outcome is Outcome.VIOLATED:
        subject = label((*_ABOUT, *_TASKS, *_RECORDS)) or (
            vocabulary.terms[path].label if (path := result.path or shape.path or "") in vocabulary.terms else None
        )
        if subject:
            return Message(f"请整改：{subject.zh}", f"put right: {subject.en}")
    if shape.outcome is Outcome.MANUAL:
        return Message("需监管人员认定", "a regulator's determination is needed")
    return None
