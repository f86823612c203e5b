"""Reads the questions that asking is measured on and judges a reply to each: right, wrong with confidence, or declined."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from zhiyin import resources
from zhiyin.catalogue import Catalogue

QUESTIONS: Final = "data/asking/questions.tsv"
SETS: Final = (
    "given",
    "dev",
    "test",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "exam",
)
VERDICTS: Final = ("right", "wrong", "declined")
Reply = Mapping[str, Any]

_ENOUGH: Final = Fraction(9, 10)
_UNITS: Final[dict[str, tuple[str, Fraction]]] = {
    **dict.fromkeys(("秒", "秒钟"), ("time", Fraction(1))),
    **dict.fromkeys(("分", "分钟"), ("time", Fraction(60))),
    **dict.fromkeys(("小时", "个小时"), ("time", Fraction(3600))),
    **dict.fromkeys(("天", "日"), ("time", Fraction(86400))),
    **dict.fromkeys(("周", "星期"), ("time", Fraction(604800))),
    **dict.fromkeys(("月", "个月"), ("months", Fraction(1))),
    **dict.fromkeys(("季", "季度"), ("months", Fraction(3))),
    **dict.fromkeys(("年",), ("months", Fraction(12))),
    **dict.fromkeys(("%", "％"), ("ratio", Fraction(1, 100))),
    **dict.fromkeys(("倍",), ("ratio", Fraction(1))),
    **dict.fromkeys(("公斤每平方米", "公斤/平方米", "kg/m²"), ("load", Fraction(1))),
    **dict.fromkeys(("公里", "千米", "km"), ("length", Fraction(1000))),
    **dict.fromkeys(("学时", "课时"), ("class-hour", Fraction(1))),
    **dict.fromkeys(("人", "名", "个", "家", "套", "条", "路", "种", "台", ""), ("count", Fraction(1))),
}
_CONDITIONS: Final = {
    "连续交易": re.compile(r"连续交易|夜盘"),
    "托管": re.compile(r"托管|核减"),
    "交易功能": re.compile(r"交易功能"),
    "单路": re.compile(r"单路"),
    "无应急供电": re.compile(r"没有|无"),
    "有应急供电": re.compile(r"^(?!没有|无).*(?:发电机|协议)"),
}
_DENIED: Final = re.compile(r"未开展|不开展|没有开展|非连续|不具备|未托管|非单路")
_FIGURE: Final = re.compile(
    r"^(?P<clause>~?[\d.]+) (?P<comparator>>=|<=|>|<|=|≈) (?P<value>[\d.]+) (?P<unit>\S+)(?: \[(?P<condition>\S+)\])?$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure wanted: any of ``clauses`` may show it; ``comparators`` are those accepted, empty for any."""

    clauses: tuple[str, ...]
    comparators: tuple[str, ...]
    value: Fraction
    unit: str
    condition: str | None

    @property
    def amount(self) -> tuple[str, Fraction]:
        """The dimension and the value in its base unit."""
        return amount(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a right reply holds; ``form`` is figure, count, yes, no, tier, definition, list, diff or none.

    ``sets`` holds alternatives in groups: of each group one clause is enough (a duty may be cited in any tier).
    """

    form: str
    figures: tuple[Figure, ...] = ()
    number: int | None = None
    groups: tuple[tuple[str, ...], ...] = ()
    allowed: frozenset[str] = frozenset()
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question with the set it belongs to, its kind, how hard it is put, and what is wanted."""

    id: str
    set: str
    kind: str
    difficulty: str
    text: str
    wanted: Wanted = field(repr=False)


def read_questions(catalogue: Catalogue, chosen: str | None = None) -> list[Question]:
    """Return the questions of the set ``chosen``, or all; ``~5.1.2.2`` in an answer stands for the duty in any tier."""
    with resources.path(QUESTIONS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Question(
            row["id"], row["set"], row["kind"], row["difficulty"], row["question"], _wanted(row["answer"], catalogue)
        )
        for row in rows
        if chosen in (None, row["set"])
    ]


def _wanted(answer: str, catalogue: Catalogue) -> Wanted:
    form, _, rest = answer.partition(" ")
    if form == "none":
        return Wanted("none")
    if form == "count":
        return Wanted("count", number=int(rest))
    body, _, extra = rest.partition(" + ")
    says = tuple(re.findall(r'"([^"]+)"', body))
    body = re.sub(r'\s*"[^"]+"', "", body)
    if form == "figure":
        figures = tuple(_figure(item.strip(), catalogue) for item in body.split(";"))
        allowed = {number for figure in figures for number in figure.clauses} | _members(extra, catalogue)
        return Wanted("figure", figures=figures, allowed=frozenset(allowed))
    words = body.split()
    number = None
    if form in ("tier", "diff"):
        number, words = int(words[0][0]), words[1:]
    groups = tuple(_alternatives(word, catalogue) for word in words)
    known = {number for group in groups for number in group}
    allowed = _members(extra, catalogue)
    if form == "diff":
        allowed |= {found for clause in known for found in _ancestors(clause, catalogue)}
    return Wanted(form, number=number, groups=groups, allowed=frozenset(allowed), says=says)


def _figure(item: str, catalogue: Catalogue) -> Figure:
    match = _FIGURE.match(item)
    if match is None:
        raise ValueError(f"not a figure: {item!r}")
    comparator = match["comparator"]
    return Figure(
        _alternatives(match["clause"], catalogue),
        () if comparator == "≈" else (">=", "=") if comparator == "=" else (comparator,),
        Fraction(match["value"]),
        match["unit"],
        match["condition"],
    )


def _alternatives(word: str, catalogue: Catalogue) -> tuple[str, ...]:
    if not word.startswith("~"):
        return (word,)
    return catalogue.families[catalogue.clauses[word[1:]].family].members


def _members(words: str, catalogue: Catalogue) -> set[str]:
    return {number for word in words.split() for number in _alternatives(word, catalogue)}


def _ancestors(number: str, catalogue: Catalogue) -> Iterable[str]:
    at = catalogue.clauses[number].ancestor if number in catalogue.clauses else None
    while at is not None:
        yield at
        at = catalogue.clauses[at].ancestor


def amount(value: object, unit: str) -> tuple[str, Fraction]:
    """Return the dimension and the value in the dimension's base unit; an unknown unit is a dimension of its own."""
    dimension, factor = _UNITS.get(unit, (unit, Fraction(1)))
    return dimension, Fraction(str(value)) * factor


def judge(question: Question, reply: Reply) -> tuple[str, str]:
    """Return the verdict on ``reply`` and why it is not right."""
    wanted = question.wanted
    if wanted.form == "none":
        return ("wrong", "answered what the text does not say") if reply["answered"] else ("right", "")
    if not reply["answered"]:
        return "declined", str(reply.get("reason") or "")
    why = _faults(wanted, reply)
    return ("wrong", why) if why else ("right", "")


def _faults(wanted: Wanted, reply: Reply) -> str:
    cited = list(dict.fromkeys(reply["clauses"]))
    if wanted.form == "figure":
        return _figure_faults(wanted, reply)
    if wanted.form == "count":
        return "" if reply.get("count") == wanted.number else f"{reply.get('count')}, not {wanted.number}"
    shown = {number for group in wanted.groups for number in group}
    if wanted.form in ("yes", "no", "tier"):
        right = wanted.number if wanted.form == "tier" else wanted.form == "yes"
        if reply.get("value") is not right and reply.get("value") != right:
            return f"{reply.get('value')}, not {right}"
        return "" if shown & set(cited) else f"cites {cited[:5]}, none of {sorted(shown)}"
    if wanted.form == "definition":
        right_first = bool(cited) and cited[0] in shown
        return "" if right_first and shown <= set(cited) else f"cites {cited[:5]}, not {sorted(shown)} first"
    lost = [group for group in wanted.groups if not set(group) & set(cited)]
    extra = [number for number in cited if number not in shown and number not in wanted.allowed]
    kept = [number for number in cited if number in shown or wanted.form == "list" or number in extra]
    precision = Fraction(len(kept) - len(extra), len(kept)) if kept else Fraction(0)
    recall = Fraction(len(wanted.groups) - len(lost), len(wanted.groups))
    if precision < _ENOUGH or recall < _ENOUGH:
        return f"missing {[group[-1] for group in lost]}, extra {extra[:8]}"
    unsaid = [word for word in wanted.says if word not in reply["text"]]
    return f"the text lacks {unsaid}" if unsaid else ""


def _figure_faults(wanted: Wanted, reply: Reply) -> str:
    shown = list(reply["figures"])
    for figure in wanted.figures:
        if not any(_meets(figure, item) for item in shown):
            return f"no {figure.clauses[-1]} {figure.comparators} {figure.value} {figure.unit} {figure.condition or ''}"
    tiers = {clause[0] for figure in wanted.figures for clause in figure.clauses}
    dimensions = {figure.amount[0] for figure in wanted.figures}
    for item in shown:
        if item["clause"][0] not in tiers:
            continue
        if item["clause"] not in wanted.allowed:
            return f"foreign figure {item['clause']} {item['value']} {item['unit']}"
        if amount(item["value"], item["unit"])[0] not in dimensions:
            continue
        mine = [figure for figure in wanted.figures if item["clause"] in figure.clauses]
        if mine and item.get("condition") is None and not any(_equal(figure, item) for figure in mine):
            return f"wrong figure {item['clause']} {item['comparator']} {item['value']} {item['unit']}"
    return ""


def _equal(figure: Figure, item: Reply) -> bool:
    return amount(item["value"], item["unit"]) == figure.amount and (
        not figure.comparators or item["comparator"] in figure.comparators
    )


def _meets(figure: Figure, item: Reply) -> bool:
    if item["clause"] not in figure.clauses or not _equal(figure, item):
        return False
    said = item.get("condition") or ""
    if figure.condition is None:
        return True
    return bool(_CONDITIONS[figure.condition].search(said)) and not _DENIED.search(said)


def table(rows: Sequence[tuple[Question, str]], by: Callable[[Question], str]) -> list[str]:
    """Return the lines of a table: how many replies of each group were right, wrong and declined."""
    lines = ["| | questions | right | wrong with confidence | declined |", "|---|---|---|---|---|"]
    groups = dict.fromkeys([*(by(question) for question, _ in rows), "all"])
    for group in groups:
        counts = Counter(verdict for question, verdict in rows if group in ("all", by(question)))
        lines.append(f"| {group} | {counts.total()} | " + " | ".join(str(counts[v]) for v in VERDICTS) + " |")
    return lines
