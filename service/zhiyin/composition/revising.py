"""A new text of the guideline in; what became of each clause, what that touches, and the draft of an edition out."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from zhiyin import resources
from zhiyin.composition.editions import edition_text, shipped
from zhiyin.composition.figure_places import taken
from zhiyin.composition.judging import rules
from zhiyin.edition import is_edition_name, read_description
from zhiyin.errors import BadParameter, BadRequest, Message, Place
from zhiyin.graph.nodes import THRESHOLD
from zhiyin.law.duties import shipped_duties
from zhiyin.law.shapes import copied
from zhiyin.model import Edition, Family, GuidelineText

if TYPE_CHECKING:
    from zhiyin.catalogue import Catalogue, ThresholdView
    from zhiyin.guideline.revision import Decision, Match

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ASIDE = ("标题", "总则")
"""What the list tells beside the clauses: headings and general provisions, which nobody decides on there."""
_NO_THRESHOLD = Message(
    "数字变化，而没有可改的阈值：须由人写形状", "a figure changed that no threshold takes: a person writes the shape"
)


@dataclass(frozen=True, slots=True)
class Touched:
    """What hangs on a clause that changed: the ids of shapes, thresholds and readings, and the names of cases."""

    shapes: tuple[str, ...]
    thresholds: tuple[str, ...]
    readings: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure of the law that differs in the new text: the clause that states it, and what the threshold becomes."""

    clause: str
    threshold: ThresholdView
    phrase: str
    value: Decimal
    figures: tuple[str, str]
    """The figure as the old and the new text print it."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Two texts compared; ``matches`` in the order of the new text, what was withdrawn at the end."""

    old: GuidelineText
    new: GuidelineText
    data: bytes
    matches: tuple[Match, ...]
    touched: Mapping[str, Touched]
    figures: tuple[ChangedFigure, ...]
    undecided: tuple[Match, ...]
    headings: tuple[tuple[str, str, str], ...]
    """Number, title before and after of each heading that differs."""
    provisions: tuple[tuple[str, str, str], ...] = ()
    """Number, text before and after of each item of the general chapters (scope, definitions) that differs."""
    by_hand: tuple[tuple[str, str, str], ...] = ()
    """Clause, and before and after of each figure that changed and that no draft takes: a person writes its shape.

    Before is what a threshold is bound to in the old text, where there is one; after is empty then.
    """


def revise(
    data: bytes, catalogue: Catalogue, *, name: str, edition: Edition, decisions: Sequence[Decision] = ()
) -> Revision:
    """Compare the text ``data`` with the shipped one; SourceTextError with its line where it cannot be parsed.

    ``edition`` describes the new text. A decision on a clause that neither text has is a BadRequest.
    """
    from zhiyin.guideline import parse_guideline, read_text
    from zhiyin.guideline.revision import Kind, revision, undecided

    old = edition_text(shipped())
    new = parse_guideline(read_text(data, name=name), edition, name=name)
    _check_decisions(decisions, old, new)
    families = [Family(family, tuple(by.values()), frozenset()) for family, by in shipped_duties().members.items()]
    figures: list[ChangedFigure] = []
    by_hand: list[tuple[str, str, str]] = []
    found = []
    decided = {d.new for d in decisions}
    for match in revision(old, families, new, decisions):
        own = _drafted(match, _changed_figures(match, catalogue), catalogue)
        left = _left(match, own, catalogue)
        figures += own
        by_hand += [(match.new.number, *pair) for pair in left if match.new is not None]
        if left and match.kind is Kind.FIGURE_CHANGED and match.new is not None and match.new.number not in decided:
            match = replace(match, kind=Kind.UNSURE, why=_NO_THRESHOLD)
        found.append(match)
    matches = tuple(found)
    touched = {m.old.number: _touched(m, catalogue) for m in matches if m.old is not None and _differs(m)}
    before = {h.number: h.title for h in old.headings}
    after = {h.number: h.title for h in new.headings}
    headings = _different(before, after)
    asked = tuple(undecided(matches, decisions))
    said = _different({i.number: i.text for i in old.items}, {i.number: i.text for i in new.items})
    return Revision(old, new, data, matches, touched, tuple(figures), asked, headings, said, tuple(by_hand))


def _different(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return number, what was said and what is said where the two differ, white space aside."""
    return tuple(
        (number, before.get(number, ""), after.get(number, ""))
        for number in dict.fromkeys([*before, *after])
        if "".join(before.get(number, "").split()) != "".join(after.get(number, "").split())
    )


def _left(match: Match, taken: Sequence[ChangedFigure], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Return the words of each threshold that the new text states no more and no draft takes, else the figures that differ."""
    if match.old is None or match.new is None:
        return []
    text, drafted = match.new.text, {figure.threshold.id for figure in taken}
    stated = catalogue.clauses[match.old.number].thresholds
    gone = [(t.phrase, "") for t in stated if t.id not in drafted and not _stands(t.phrase, text)]
    return gone or [pair for pair in match.figures if pair not in {figure.figures for figure in taken}]


def read_decisions(data: bytes, *, name: str = "") -> list[Decision]:
    """Read the decisions of a person from the list that ``zhiyin revise --format csv`` writes, filled in.

    A row counts where its column 结论 is filled: with a kind in either language. BadRequest names the row.
    """
    import csv
    import io

    from zhiyin.guideline.revision import KIND_LABELS, Decision, Kind

    words = {str(kind): kind for kind in Kind} | {label: kind for kind, label in KIND_LABELS.items()}
    found = []
    try:
        table = csv.DictReader(io.StringIO(_decoded(data, name)))
        columns, rows = table.fieldnames or (), list(table)
    except csv.Error as error:
        raise BadRequest(
            f"清单不是 CSV：{error}", f"the list is not CSV: {error}", place=Place(name or None)
        ) from error
    lacking = [column for column in ("结论", "新条款", "旧条款") if column not in columns]
    if lacking:
        raise BadRequest(
            f"清单缺少列：{'、'.join(lacking)}",
            f"the list lacks the columns {', '.join(lacking)}",
            place=Place(name or None),
        )
    for line, row in enumerate(rows, 2):
        word = (row.get("结论") or "").strip()
        new = (row.get("新条款") or "").strip() or None
        old = (row.get("旧条款") or "").strip() or None
        if not word or (row.get("建议") or "") in _ASIDE:
            continue
        kind = words.get(word)
        fits = (kind is Kind.WITHDRAWN, kind is not Kind.NEW) == (new is None, old is not None)
        if kind in (None, Kind.UNSURE) or not fits:
            raise BadRequest(
                f"结论“{word}”与所填条款不符：“新出现”不填旧条款，“删除”不填新条款，其余两者都填",
                f"the decision '{word}' does not fit its clauses: a new duty names no old clause, a withdrawn one no new "
                "clause, all others name both",
                place=Place(source=name or None, line=line),
            )
        assert kind is not None  # noqa: S101 - told above
        found.append(Decision(new, old, kind))
    return found


def _decoded(data: bytes, name: str) -> str:
    """Return the list as text: UTF-8, or GB 18030, in which spreadsheets of a Chinese Windows save CSV."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadRequest("清单不是 UTF-8 或 GBK 文本", "the list is neither UTF-8 nor GBK text", place=Place(name or None))


def _check_decisions(decisions: Sequence[Decision], old: GuidelineText, new: GuidelineText) -> None:
    tier_old = {r.number: r.tier for r in old.requirements}
    tier_new = {r.number: r.tier for r in new.requirements}
    for side in ("new", "old"):
        named = [getattr(decision, side) for decision in decisions if getattr(decision, side) is not None]
        twice = sorted({number for number in named if named.count(number) > 1})
        if twice:
            raise BadRequest(
                f"同一条款有几个结论：{'、'.join(twice)}；一条旧条款只由一条新条款承续，拆出的其余各条为“新出现”",
                f"several decisions on one clause: {', '.join(twice)}; one new clause continues an old one, what else "
                "was split off is new",
            )
    for decision in decisions:
        tiers = {tiers.get(number) for number, tiers in ((decision.new, tier_new), (decision.old, tier_old)) if number}
        if None in tiers or len(tiers) != 1:
            raise BadRequest(
                f"认定的条款不存在或不在同一类别：{decision.new or '—'}，{decision.old or '—'}",
                f"a decision names clauses that do not exist or are of two tiers: {decision.new or '-'}, {decision.old or '-'}",
            )


def _differs(match: Match) -> bool:
    from zhiyin.guideline.revision import Kind

    return match.kind is not Kind.SAME


def _touched(match: Match, catalogue: Catalogue) -> Touched:
    if match.old is None:
        return Touched((), (), (), ())
    number = match.old.number
    view = catalogue.clauses[number]
    shapes = sorted(iri.rpartition("/")[2] for iri, s in rules().shapes.shapes.items() if number in s.enforces)
    gone = [t.id for t in view.thresholds if match.new is None or not _stands(t.phrase, match.new.text)]
    return Touched(tuple(shapes), tuple(gone), view.readings, tuple(_cases().get(number, ())))


def _cases() -> Mapping[str, list[str]]:
    """Return clause number to the cases that expect something of it; none where the package is installed alone."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(resources.path("tests/cases").rglob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8")).get("case", ()):
            for number in case.get("expect", ()):
                found[number].append(f"{file.stem}: {case['name']}")
    return found


def _stands(phrase: str, text: str) -> bool:
    from zhiyin.guideline.revision import packed

    return packed(phrase) in packed(text)


def _changed_figures(match: Match, catalogue: Catalogue) -> list[ChangedFigure]:
    """Return the thresholds of the old clause that the new one states with another figure in the same words."""
    from zhiyin.guideline.revision import packed

    if match.old is None or match.new is None or not match.figures:
        return []
    found = []
    text = packed(match.new.text)
    for threshold in catalogue.clauses[match.old.number].thresholds:
        phrase = packed(threshold.phrase)
        if phrase in text:
            continue
        numbers = _NUMBER.findall(phrase)
        pattern = r"(\d+(?:\.\d+)?)".join(re.escape(part) for part in _NUMBER.split(phrase))
        stated = re.search(pattern, text)
        if stated is None or len(numbers) != len(stated.groups()):
            continue
        changed = {(a, b) for a, b in zip(numbers, stated.groups(), strict=True) if a != b}
        if len(changed) != 1:
            continue
        before, after = next(iter(changed))
        found.append(
            ChangedFigure(
                match.new.number,
                threshold,
                stated[0],
                threshold.value * Decimal(after) / Decimal(before),
                (before, after),
            )
        )
    return found


def _drafted(match: Match, changed: Sequence[ChangedFigure], catalogue: Catalogue) -> list[ChangedFigure]:
    """Return those of ``changed`` that every shape stating them for the clause can take; a person writes the others."""
    if match.old is None or not changed:
        return []
    number, shapes = match.old.number, rules().shapes
    stated = {str(THRESHOLD[t.id]): t for t in catalogue.clauses[number].thresholds}
    becomes = {figure.threshold.id: figure.value for figure in changed}
    citing = {
        iri: [stated[f] for f in shape.figures if f in stated]
        for iri, shape in shapes.shapes.items()
        if number in shape.enforces and shape.figures
    }
    return [
        figure
        for figure in changed
        if all(
            taken(
                copied(shapes, iri), figure.threshold, figure.value, [t for t in own if t != figure.threshold], becomes
            )
            for iri, own in citing.items()
            if figure.threshold in own
        )
    ]


def described(data: bytes, *, edition: str, vocabulary: str, text: str) -> Edition:
    """Return the description of the next edition: ``data`` (its own edition.toml) or the shipped one under a new name.

    BadParameter where its name or its vocabulary cannot stand in an IRI.
    """
    if not is_edition_name(edition):
        raise BadParameter(
            "edition", edition, zh="用小写字母、数字和连字符", en="lower-case letters, digits and hyphens"
        )
    if not _IRI.fullmatch(vocabulary):
        raise BadParameter("vocabulary", vocabulary, zh="须是绝对的 IRI", en="an absolute IRI")
    like = read_description(data) if data else shipped().edition
    return replace(like, id=edition, vocabulary=vocabulary, text=text)
