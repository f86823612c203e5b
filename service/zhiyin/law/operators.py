"""The known telecom operators and banks and their usual names (data/operators) as values; whether two names may be one's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.errors import Message
from zhiyin.standards import SKOS
from zhiyin.turtle import statements

_LEGAL = re.compile(
    r"(股份|集团|控股|有限责任|有限|总|分|子)?公司|集团|股份|分部|营业部|\b(co|ltd|limited|corporation|corp|inc|group)\b\.?",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_REGION = re.compile(
    "北京|上海|天津|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|四川|贵州|云南"
    "|西藏|陕西|甘肃|青海|宁夏|新疆|深圳|广州|杭州|南京|苏州|大连|郑州|武汉|成都|西安|青岛|济南|长沙|合肥|福州|厦门|沈阳|哈尔滨|长春"
)
_OPERATORS = "data/operators/operators.ttl"
_BANK, _CHINA = "银行", "中国"
_BRANCHES = ("分行", "支行", "营业部")
_SHORTEST, _LONG = 2, 4
"""A name within another says something from two characters on; a label may be followed by more from four on."""


@cache
def known_operators() -> Mapping[str, Message]:
    """Return the IRI of each known operator to its name, in the order of the file."""
    names: dict[str, dict[str, str]] = {}
    for iri, predicate, value in _labels(_OPERATORS):
        if predicate == "prefLabel":
            names.setdefault(iri, {})[value.language or ""] = value.value
    return {iri: Message(by["zh"], by["en"]) for iri, by in names.items()}


def plain_name(name: str) -> str:
    """Return a name as it is compared: full-width forms narrow, case and blanks gone."""
    return re.sub(r"[\s\u200b-\u200d\u2060\ufeff]+", "", unicodedata.normalize("NFKC", name)).casefold()


def operator_of(name: str) -> str | None:
    """Return the IRI of the known operator that ``name`` is a usual name of, be it of a branch or with more behind it."""
    core = _core(name)
    for label, iri in _by_core().items():
        if core == label or (len(label) >= _LONG and core.startswith(label)):
            return iri
    return None


def may_be_one(first: str, second: str) -> bool:
    """Return whether two names that differ may be one operator's: both of a known one, or one within the other."""
    if plain_name(first) == plain_name(second):
        return True
    known = operator_of(first), operator_of(second)
    if known[0] is not None and known[1] is not None:
        return known[0] == known[1]
    short = sorted((_core(first), _core(second)), key=len)
    return len(short[0]) >= _SHORTEST and short[0] in short[1]


def bank_of(name: str) -> str:
    """Return what a bank is told by: the IRI of a known one, else its name without 中国 and without branch or legal form."""
    core = _bank_core(name)
    known = _banks()
    if core in known:
        return known[core]
    if _BANK not in core and core.endswith(_BRANCHES):  # 工行上海分行
        return next((iri for label, iri in known.items() if _BANK not in label and core.startswith(label)), core)
    return core


def _bank_core(name: str) -> str:
    plain = plain_name(_BRACKETS.sub("", unicodedata.normalize("NFKC", name)))
    before, bank, behind = plain.partition(_BANK)
    form = re.sub("股份|有限责任|有限|公司", "", behind)
    if not bank or not (form in ("", "总行") or behind.endswith(_BRANCHES)):
        return plain
    # 中国银行 itself is told by both words.
    return (before if before == _CHINA else before.removeprefix(_CHINA)) + bank


@cache
def _banks() -> Mapping[str, str]:
    return {_bank_core(value.value): iri for iri, _, value in _labels("data/operators/banks.ttl")}


@cache
def _by_core() -> Mapping[str, str]:
    return {_core(value.value): iri for iri, _, value in _labels(_OPERATORS)}


@cache
def _labels(file: str) -> tuple[tuple[str, str, ox.Literal], ...]:
    found = []
    for quad in statements(resources.path(file)):
        name = quad.predicate.value.removeprefix(SKOS)
        if name in ("prefLabel", "altLabel") and isinstance(quad.object, ox.Literal):
            found.append((getattr(quad.subject, "value", ""), name, quad.object))
    return tuple(found)


def _core(name: str) -> str:
    """Return a name without what only says what kind of firm it is, or which branch of it."""
    narrow = unicodedata.normalize("NFKC", name)
    bare = plain_name(_LEGAL.sub("", _BRACKETS.sub("", narrow)))
    placeless = re.sub("[省市]", "", _REGION.sub("", bare))
    return placeless or bare or plain_name(narrow)
