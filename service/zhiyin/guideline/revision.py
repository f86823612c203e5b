"""Takes two texts of one guideline and the families of the first; gives what became of each clause, and how sure that is.

Every pair but an unchanged one is a proposal for a person: a program can tell that words differ, not what they mean.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio

from zhiyin.errors import Message
from zhiyin.model import Family, GuidelineText, Obligation, Requirement, number_key


class Kind(StrEnum):
    """What became of a clause from one edition to the next."""

    SAME = "same"
    REWORDED = "reworded"
    FIGURE_CHANGED = "figure changed"
    STRENGTHENED = "strengthened"
    NEW = "new"
    WITHDRAWN = "withdrawn"
    UNSURE = "unsure"


KIND_LABELS: Final = {
    Kind.SAME: "未变",
    Kind.REWORDED: "文字调整",
    Kind.FIGURE_CHANGED: "数字变化",
    Kind.STRENGTHENED: "加强",
    Kind.NEW: "新出现",
    Kind.WITHDRAWN: "删除",
    Kind.UNSURE: "待定",
}

SURE: Final = 0.72
"""A pair that is this alike, section included, may be one duty; a lesser one is not proposed."""
MARGIN: Final = 0.08
"""By so much the best partner must be ahead of the next, on either side, for a pair to be taken."""
LISTED: Final = 0.45
"""Partners that are this alike are named to the person who decides; one with no rival is shown as a doubtful pair."""
CLEAR: Final = 0.2
"""By so much a doubtful partner must be ahead of the next."""

_FIGURE: Final = re.compile(
    r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千万]+(?=(?:个)?(?:年|月|日|天|周|季|人|名|次|小时|分钟|秒|倍|份|台|路|套|类|种|家|条))"
)
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_FUNCTION: Final = frozenset("的了地得应当须需要将对与和及其该所被由于在为并且而以")
"""Characters whose coming and going alone does not change a duty."""
_LOOSENING: Final = frozenset("可或等")
"""Characters by whose coming or going a duty may be another: what was added with them may loosen it."""
CONTAINED: Final = 80.0
"""From this share on the words of a clause stand within another one, which may have been merged or split."""


_NO_MORE: Final = Message("新文本中没有与之相当的条款", "no clause of the new text corresponds to it")
_DECIDED: Final = Message("由人判断", "decided by a person")
_MERGED: Final = Message(
    "它的文字见于新条款，或已并入：须由人判断", "its words stand in a new clause, it may be merged: for a person"
)
_SPLIT: Final = Message(
    "它的文字见于旧条款，或由其拆出：须由人判断", "its words stand in an old clause, it may be split off: for a person"
)
_PERHAPS: Final = Message(
    "是否由某条待定的新条款承续，须由人判断", "an undecided new clause may carry it on: for a person"
)


@dataclass(frozen=True, slots=True)
class Match:
    """One clause of the new text, of the old, or a pair of them.

    ``family`` is the duty where it is known; ``figures`` the figures that differ, old and new; ``others`` the
    partners that came near, with their likeness from 0 to 1.
    """

    kind: Kind
    old: Requirement | None
    new: Requirement | None
    family: str | None
    likeness: float
    why: Message
    figures: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says of a clause of the new text: the old clause that it continues (none: a new duty) and how.

    ``new`` is None where an old clause is said to be withdrawn.
    """

    new: str | None
    old: str | None
    kind: Kind


def revision(
    old: GuidelineText, families: Iterable[Family], new: GuidelineText, decisions: Sequence[Decision] = ()
) -> list[Match]:
    """Return a match for each clause of ``new`` in document order, then for each clause of ``old`` that has none.

    Clauses are compared within their tier; ``decisions`` go before what the texts suggest. A clause that no old one
    of its tier resembles, but that stands word for word in another tier, takes the family of that one.
    """
    family_of = {number: family.id for family in families for number in family.members}
    titles_old, titles_new = _titles(old), _titles(new)
    matches: list[Match] = []
    for tier in new.edition.tiers:
        before = {r.number: r for r in old.requirements if r.tier == tier}
        after = {r.number: r for r in new.requirements if r.tier == tier}
        pairing = _Pairing(before, after, titles_old, titles_new)
        pairing.decide(decisions)
        pairing.pair_equal()
        pairing.pair_alike()
        matches += pairing.matches(family_of)
    decided = {d.new for d in decisions}
    matches = [m if m.new is None or m.new.number in decided else _perhaps_split(m, matches, old) for m in matches]
    matches = _with_families_of_other_tiers(matches)
    gone = set(before_of(matches))
    near = {number for match in matches if match.kind is Kind.UNSURE for number, _ in match.others}
    said_gone = {d.old for d in decisions if d.new is None}
    for clause in old.requirements:
        if clause.number in gone:
            continue
        kind, why, within = Kind.WITHDRAWN, _NO_MORE, _within(clause, matches)
        if clause.number in said_gone:
            why = _DECIDED
        elif within:
            kind, why = Kind.UNSURE, _MERGED
        elif clause.number in near:
            kind, why = Kind.UNSURE, _PERHAPS
        matches.append(Match(kind, clause, None, family_of.get(clause.number), 0.0, why, others=within))
    return matches


def _within(clause: Requirement, matches: Iterable[Match]) -> tuple[tuple[str, float], ...]:
    """Return the clauses of the new text, other than unchanged ones, in which the words of an old clause stand."""
    found = []
    for match in matches:
        new = match.new
        if new is not None and new.tier == clause.tier and match.kind is not Kind.SAME:
            share = _contained(clause.text, new.text)
            if share >= CONTAINED:
                found.append((new.number, round(share / 100, 2)))
    return tuple(sorted(found, key=lambda pair: -pair[1])[:3])


def _perhaps_split(match: Match, matches: Iterable[Match], old: GuidelineText) -> Match:
    """Return the match of a clause that nothing is near, as a doubt where its words stand in an old clause that changed."""
    new = match.new
    if match.kind is not Kind.NEW or new is None:
        return match
    unchanged = {m.old.number for m in matches if m.kind is Kind.SAME and m.old is not None}
    shares = [
        (clause.number, round(_contained(new.text, clause.text) / 100, 2))
        for clause in old.requirements
        if clause.tier == new.tier and clause.number not in unchanged
    ]
    within = tuple(sorted((s for s in shares if s[1] * 100 >= CONTAINED), key=lambda pair: -pair[1])[:3])
    return Match(Kind.UNSURE, None, new, None, within[0][1], _SPLIT, others=within) if within else match


def _contained(part: str, whole: str) -> float:
    """Return, of 100, how far the words of ``part`` stand together in ``whole``, which is the longer one."""
    a, b = _PUNCTUATION.sub("", packed(part)), _PUNCTUATION.sub("", packed(whole))
    return float(partial_ratio(a, b)) if len(a) < len(b) else 0.0


def before_of(matches: Iterable[Match]) -> list[str]:
    """Return the numbers of the old clauses that a new clause is paired with."""
    return [match.old.number for match in matches if match.old is not None and match.new is not None]


def undecided(matches: Iterable[Match], decisions: Sequence[Decision]) -> list[Match]:
    """Return the matches that a person has not decided and must: the unsure, and those where the duty itself changed."""
    decided = {decision.new for decision in decisions if decision.new is not None}
    settled = {Kind.SAME, Kind.REWORDED, Kind.FIGURE_CHANGED, Kind.WITHDRAWN}
    return [m for m in matches if m.kind not in settled and (m.new is None or m.new.number not in decided)]


def figures_in(text: str) -> list[str]:
    """Return the figures of a text in order, Chinese numerals only where they count something."""
    return _FIGURE.findall(packed(text))


def packed(text: str) -> str:
    """Return ``text`` under NFKC without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _titles(text: GuidelineText) -> Mapping[str, str]:
    return {heading.number: heading.title for heading in text.headings}


class _Pairing:
    """The clauses of one tier in two editions, and the pairs found so far (new number to old number)."""

    def __init__(
        self,
        before: Mapping[str, Requirement],
        after: Mapping[str, Requirement],
        titles_old: Mapping[str, str],
        titles_new: Mapping[str, str],
    ) -> None:
        self._before, self._after = before, after
        self._titles_old, self._titles_new = titles_old, titles_new
        self._pairs: dict[str, str] = {}
        self._decided: dict[str, Decision] = {}
        self._doubtful: set[str] = set()
        self._near: dict[str, tuple[tuple[str, float], ...]] = {}

    def decide(self, decisions: Sequence[Decision]) -> None:
        for decision in decisions:
            if decision.new is not None and decision.new in self._after:
                self._decided[decision.new] = decision
                if decision.old is not None and decision.old in self._before:
                    self._pairs[decision.new] = decision.old

    def pair_equal(self) -> None:
        """Pair clauses whose texts are equal, white space aside: by section first, then in order."""
        by_text: dict[str, list[str]] = defaultdict(list)
        for number, clause in self._before.items():
            if number not in self._pairs.values():
                by_text[packed(clause.text)].append(number)
        for same_section in (True, False):
            for number, clause in self._after.items():
                if number in self._pairs or number in self._decided:
                    continue
                left = [n for n in by_text.get(packed(clause.text), ()) if n not in self._pairs.values()]
                if same_section:
                    left = [n for n in left if self._same_section(n, number)]
                if left:
                    self._pairs[number] = left[0]

    def pair_alike(self) -> None:
        """Pair the rest by likeness, the surest first, as long as no rival on either side is close."""
        old = [n for n in self._before if n not in self._pairs.values()]
        new = [n for n in self._after if n not in self._pairs and n not in self._decided]
        scores = {(o, n): self._likeness(o, n) for o in old for n in new}
        for n in new:
            near = sorted(((o, scores[o, n]) for o in old), key=lambda pair: -pair[1])[:3]
            self._near[n] = tuple((o, round(score, 2)) for o, score in near if score >= LISTED)
        for least, margin, doubtful in ((SURE, MARGIN, False), (LISTED, CLEAR, True)):
            for (o, n), score in sorted(scores.items(), key=lambda item: -item[1]):
                if score < least:
                    break
                if n in self._pairs or o in self._pairs.values():
                    continue
                rivals = [scores[x, n] for x in old if x != o and x not in self._pairs.values()]
                rivals += [scores[o, x] for x in new if x != n and x not in self._pairs]
                if score - max(rivals, default=0.0) >= margin:
                    self._pairs[n] = o
                    if doubtful:
                        self._doubtful.add(n)

    def matches(self, family_of: Mapping[str, str]) -> list[Match]:
        return [self._match(clause, family_of) for clause in self._after.values()]

    def _match(self, clause: Requirement, family_of: Mapping[str, str]) -> Match:
        others = self._near.get(clause.number, ())
        decision = self._decided.get(clause.number)
        old = self._before.get(self._pairs.get(clause.number, ""))
        if old is None and others and decision is None:
            why = Message("与几条旧条款相近，须由人判断", "near to old clauses: for a person to judge")
            return Match(Kind.UNSURE, None, clause, None, others[0][1], why, others=others)
        if old is None:
            why = Message("旧文本中没有相近的条款", "no clause of the old text is near")
            return Match(Kind.NEW, None, clause, None, 0.0, why)
        kind, why, figures = what_changed(old, clause)
        if clause.number in self._doubtful:
            kind, why = Kind.UNSURE, Message("文字相差较大，须由人判断", "the words differ much: for a person to judge")
        if decision is not None:
            kind, why = decision.kind, _DECIDED
        elif kind is Kind.SAME and self._moved(old.number, clause.number):
            why = Message("文字未变，移到另一小节", "the same text, in another subsection")
        likeness = self._likeness(old.number, clause.number)
        return Match(kind, old, clause, family_of.get(old.number), round(likeness, 2), why, figures, others)

    def _likeness(self, old: str, new: str) -> float:
        text = Indel.normalized_similarity(_masked(self._before[old].text), _masked(self._after[new].text))
        return 0.9 * text + 0.1 * self._same_section(old, new)

    def _moved(self, old: str, new: str) -> bool:
        """Return whether a clause stands under another heading: neither its number nor its title is the same."""
        return not self._same_section(old, new) and self._before[old].subsection != self._after[new].subsection

    def _same_section(self, old: str, new: str) -> bool:
        title_old = self._titles_old.get(self._before[old].subsection)
        return title_old is not None and title_old == self._titles_new.get(self._after[new].subsection)


def _masked(text: str) -> str:
    return _FIGURE.sub("#", packed(text))


class Stated(Protocol):
    """A clause as far as its words and its obligation go."""

    @property
    def text(self) -> str:
        """The words, as printed."""

    @property
    def obligation(self) -> Obligation:
        """必须 or 可选."""


def what_changed(old: Stated, new: Stated) -> tuple[Kind, Message, tuple[tuple[str, str], ...]]:
    """Return how the words of a pair differ, why it is called so, and the figures that differ."""
    a, b = packed(old.text), packed(new.text)
    figures_old, figures_new = figures_in(old.text), figures_in(new.text)
    figures = (
        tuple((x, y) for x, y in zip(figures_old, figures_new, strict=True) if x != y)
        if len(figures_old) == len(figures_new)
        else ((" ".join(figures_old), " ".join(figures_new)),)
    )
    if old.obligation is Obligation.MANDATORY and new.obligation is Obligation.OPTIONAL:
        return Kind.UNSURE, Message("由必须变为可选", "mandatory before, optional now"), figures
    if old.obligation is not new.obligation:
        if a != b:
            why = Message("由可选变为必须，文字也有改动", "optional before, mandatory now, and the words differ")
            return Kind.STRENGTHENED, why, figures
        return Kind.STRENGTHENED, Message("由可选变为必须", "optional before, mandatory now"), figures
    if a == b:
        return Kind.SAME, Message("文字未变", "the same text"), ()
    if _masked(old.text) == _masked(new.text):
        return Kind.FIGURE_CHANGED, Message("只有数字不同", "only figures differ"), figures
    if _PUNCTUATION.sub("", a) == _PUNCTUATION.sub("", b):
        return Kind.REWORDED, Message("只有标点不同", "only punctuation differs"), ()
    removed, added = _edits(a, b)
    if not figures and not removed - _FUNCTION and not added - _FUNCTION:
        return Kind.REWORDED, Message("只有虚词和标点不同", "only function words and punctuation differ"), ()
    if (removed | added) & _LOOSENING and not removed - _FUNCTION - _LOOSENING:
        return Kind.UNSURE, Message("“可”“或”“等”有增减，须由人判断", "may, or, and so on: for a person"), figures
    if not removed - _FUNCTION and len(figures_old) <= len(figures_new):
        why = (
            Message("有增补，另改虚词", "additions, and function words replaced")
            if removed
            else Message("只有增补", "only additions")
        )
        return Kind.STRENGTHENED, why, figures if figures_old != figures_new else ()
    return Kind.UNSURE, Message("实词有删改，须由人判断", "words were removed or replaced: for a person"), figures


def _edits(a: str, b: str) -> tuple[set[str], set[str]]:
    """Return the characters taken away and put in, punctuation aside."""
    removed: set[str] = set()
    added: set[str] = set()
    for code in Indel.opcodes(a, b):
        if code.tag == "delete":
            removed |= set(a[code.src_start : code.src_end])
        elif code.tag == "insert":
            added |= set(b[code.dest_start : code.dest_end])
    return _words(removed), _words(added)


def _words(characters: set[str]) -> set[str]:
    return {c for c in characters if not _PUNCTUATION.fullmatch(c)}


def _with_families_of_other_tiers(matches: Sequence[Match]) -> list[Match]:
    """Give a clause without a partner the family of the clause that says the same in another tier."""
    known: dict[str, set[str]] = defaultdict(set)
    taken: set[tuple[str, int]] = set()
    for match in matches:
        if match.new is not None and match.family is not None:
            known[packed(match.new.text)].add(match.family)
            taken.add((match.family, match.new.tier))
    result = []
    for match in matches:
        families = known.get(packed(match.new.text), set()) if match.new is not None else set()
        # A duty stands once in a tier.
        families = {f for f in families if match.new is not None and (f, match.new.tier) not in taken}
        if match.family is None and match.new is not None and len(families) == 1:
            why = Message("同一要求已见于另一类别", "the same duty stands in another tier")
            match = Match(Kind.NEW, None, match.new, next(iter(families)), 0.0, why, others=match.others)
        result.append(match)
    return sorted(result, key=lambda m: number_key(m.new.number) if m.new is not None else (99,))
