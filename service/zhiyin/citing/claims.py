"""Cuts a text into claims: what is said, of which clause or tier, and which part of it is a company's own fact."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, TypeVar

from zhiyin.citing.folding import Sentence, sentences
from zhiyin.citing.own import heads_table, opens_with_company, own_cells
from zhiyin.citing.parts import ADVISES, RULE_WORDS, Part, Piece, content_length, part_of
from zhiyin.citing.quantity import read_quantities
from zhiyin.citing.references import Reference, Title, read_references, read_titles
from zhiyin.citing.tiers import TierMention, read_tiers


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said of the guideline in ``[start, end)`` of the folded text.

    ``references`` are what it cites by number (none: it names the guideline or a tier only); ``tiers`` those it speaks
    of; ``guideline`` says that it names the guideline itself; ``follows`` are numbers cited just before, ``beside``
    those that other claims of the sentence cite; ``english`` that it was read out of an English sentence.
    """

    start: int
    end: int
    pieces: tuple[Piece, ...]
    references: tuple[Reference, ...]
    mentions: tuple[TierMention, ...]
    tiers: frozenset[int]
    guideline: bool
    attributed: bool
    company: bool
    house: bool
    follows: tuple[str, ...]
    sentence: int
    beside: tuple[str, ...] = ()
    english: bool = False

    def text(self, folded: str, *parts: Part) -> str:
        """Return what the pieces of these kinds say, citations blanked out."""
        return self.masked(folded, *parts).strip()

    def masked(self, folded: str, *parts: Part) -> str:
        """Return the claim's range with everything but pieces of these kinds blanked, place for place."""
        out = [" "] * (self.end - self.start)
        for piece in self.pieces:
            if piece.part in parts:
                out[piece.start - self.start : piece.end - self.start] = folded[piece.start : piece.end]
        for at in range(self.start, self.end):
            if folded[at] in ",;。:":
                out[at - self.start] = folded[at]
        for reference in self.references:
            for at in range(max(reference.start, self.start), min(reference.end, self.end)):
                out[at - self.start] = " "
        return "".join(out)


_ASKING: Final = re.compile(r"[?？]\s*$|是否|什么|哪些|哪几|多少|几个")
_GUIDELINE_SAYS: Final = re.compile(
    r"(?:根据|按照|依据|依照|按|依|遵照|参照)[^,。;]{0,24}指引|指引[》\s]*(?:\([^)]*\))?(?:[^,。;]{0,16}?)(?:要求|规定|明确|指出|提出|强调|将|对|把|允许|禁止|建议|鼓励|共|分|所称|称|中|里|没有|不要求|并未|的|仅|只|还|也|第)|指引(?:》)?\s*[:)]|满足[^,。;]{0,10}指引|符合[^,。;]{0,10}指引"
)
COMPANY: Final = re.compile(
    r"我司|我公司|我们|本公司|贵司|贵公司|该公司|被检查公司|(?:^|[,;。:(、\s])公司(?!人数|总部|应|须|必须|不得|要求)"
)
_HOUSE: Final = re.compile(
    r"本(?:制度|办法|规定|细则|规范|政策|手册|程序|方案)|为(?:落实|贯彻|规范|加强|满足|做好|保障|进一步)|特制定|结合公司实际"
)
_HEADING: Final = re.compile(
    r"\s*#{1,6}\s|\s*\*\*[^*\n]{1,40}\*\*\s*$|\s*[一二三四五六七八九十]+、|\s*[((][一二三四五六七八九十]+[))]"
)
_JOIN: Final = re.compile(r"[\s、,和与及以第条款/&]*$")


def read_claims(
    folded: str, known: Container[str], headings: Container[str], highest: int, printed: Callable[[str, str], bool]
) -> list[Claim]:
    """Return what folded text says of the guideline, in order.

    ``printed`` says whether a word of a part is one of the clause that the part repeats: 整改 is advice but there.
    """
    return _Reader(folded, known, headings, highest, printed).claims()


class _Reader:
    def __init__(
        self,
        folded: str,
        known: Container[str],
        headings: Container[str],
        highest: int,
        printed: Callable[[str, str], bool],
    ) -> None:
        self._printed = printed
        self._folded = folded
        self._known = known
        self._headings = headings
        self._titles = read_titles(folded)
        self._references = read_references(folded, known, headings, self._titles)
        self._mentions = read_tiers(folded, highest)
        self._own_cells = own_cells(folded)
        self._paragraph = -1
        self._tiers: frozenset[int] = frozenset()
        self._heading_tiers: frozenset[int] = frozenset()
        self._named = False
        self._heading_named = False
        self._last: tuple[str, ...] = ()
        self._other: bool = False

    def claims(self) -> list[Claim]:
        found: list[Claim] = []
        for index, sentence in enumerate(sentences(self._folded)):
            found += self._sentence(sentence, index)
        return found

    def _sentence(self, sentence: Sentence, index: int) -> list[Claim]:
        text = self._folded[sentence.start : sentence.end]
        listed = bool(re.match(r"\s*(?:[-*+]|\d+[.)、]|[((]?\d+[))]|\|)", text))
        if sentence.paragraph != self._paragraph:
            if not listed:
                self._tiers, self._named, self._last = self._heading_tiers, self._heading_named, ()
                self._other = False
            self._paragraph = sentence.paragraph
        titles = _between(self._titles, sentence.start, sentence.end)
        references = _between(self._references, sentence.start, sentence.end)
        mentions = _between(self._mentions, sentence.start, sentence.end)
        own = any(t.own for t in titles)
        foreign = [t for t in titles if not t.own and not t.house]
        opens = bool(re.search(r"[:]\s*$", text)) or bool(re.search(r"(?:如下|以下要求|下列要求)\W*$", text))
        if _HEADING.match(text) and not references:
            tiers = frozenset().union(*(m.tiers for m in mentions)) if mentions else frozenset()
            if re.match(r"\s*#", text) or tiers:
                self._heading_tiers, self._heading_named = tiers, own or bool(tiers and re.search(r"要求|公司", text))
                self._tiers, self._named = tiers, self._heading_named
        claims: list[Claim] = []
        if references:
            claims = self._cited(sentence, index, text, references, mentions, own)
        elif not _ASKING.search(text) and not ("|" in text and heads_table(self._folded, sentence.start)):
            claim = self._uncited(sentence, index, text, titles, mentions, own, bool(foreign))
            if claim is not None:
                claims = [claim]
        plain = [m for m in mentions if not m.beside]
        if plain and (own or opens or self._named or references or re.search(r"类(?:期货)?公司", text)):
            self._tiers = plain[-1].tiers
        if own or any(r.document is None and not r.heads_line for r in references):
            self._named = True
        if foreign and not own:
            self._named = False
        numbers = tuple(n for r in references if r.document is None for n in r.numbers if n in self._known)
        if numbers:
            self._last = numbers
        return claims

    def _cited(
        self,
        sentence: Sentence,
        index: int,
        text: str,
        references: list[Reference],
        mentions: list[TierMention],
        own: bool,
    ) -> list[Claim]:
        groups = self._groups(references)
        bounds = self._bounds(sentence, groups)
        shared = [m for m in mentions if m.start < bounds[0][1]]
        found = []
        for group, (start, end) in zip(groups, bounds, strict=True):
            within = [m for m in mentions if start <= m.start < end]
            plain = [m for m in (within or shared) if not m.beside]
            tiers = frozenset().union(*(m.tiers for m in plain)) if plain else frozenset()
            if not plain and len(groups) == 1 and self._heading_tiers and not _named_by(group):
                tiers = frozenset()
            beside = tuple(n for other in groups if other is not group for r in other for n in r.numbers)
            claim = self._claim(start, end, tuple(group), tuple(within), tiers, own or self._named, True, index)
            found.append(replace(claim, beside=beside))
        return found

    def _groups(self, references: list[Reference]) -> list[list[Reference]]:
        groups = [[references[0]]]
        for before, after in pairwise(references):
            between = self._folded[before.end : after.start]
            joined = _JOIN.fullmatch(between) is not None or bool(
                re.fullmatch(r"[条款\s]*[、,和与及以]+[指引《》第\s]*", between)
            )
            if joined and before.document == after.document:
                groups[-1].append(after)
            else:
                groups.append([after])
        return groups

    def _bounds(self, sentence: Sentence, groups: list[list[Reference]]) -> list[tuple[int, int]]:
        """Return the range of the sentence that each group of citations governs."""
        spans = [self._span(group) for group in groups]
        trailing = [
            self._trails(
                sentence.start if i == 0 else spans[i - 1][1],
                spans[i],
                spans[i + 1][0] if i + 1 < len(spans) else sentence.end,
            )
            for i in range(len(spans))
        ]
        cuts = [sentence.start]
        for i, (left, right) in enumerate(pairwise(spans)):
            if trailing[i]:
                cuts.append(left[1])
            else:
                between = self._folded[left[1] : right[0]]
                at = max(between.rfind(mark) for mark in ",;、|")
                if trailing[i + 1] and at < 0:
                    at = -1
                cuts.append(
                    left[1] + at + 1 if at >= 0 else (left[1] if trailing[i + 1] and not between.strip() else right[0])
                )
        cuts.append(sentence.end)
        return list(pairwise(cuts))

    def _span(self, group: list[Reference]) -> tuple[int, int]:
        """Return the group's range, with the brackets that hold it and the words of a clause after it."""
        start, end = group[0].start, group[-1].end
        tail = re.compile(r"[\s]*(?:条|款|项)?(?:之|的|中)?(?:相关|有关|上述|明确)?(?:规定|要求)?").match(
            self._folded, end
        )
        end = tail.end() if tail else end
        opening = self._folded.rfind("(", max(0, start - 40), start)
        if opening >= 0 and ")" not in self._folded[opening:start]:
            closing = self._folded.find(")", end, end + 30)
            if closing >= 0 and "。" not in self._folded[end:closing]:
                return opening, closing + 1
        return start, end

    def _trails(self, after: int, span: tuple[int, int], until: int) -> bool:
        """Say whether what a citation is about stands before it: 热备份（4.3.3.1）, …，见指引4.3.3.1条."""
        before = self._folded[after : span[0]]
        rest = self._folded[span[1] : until]
        bracketed = self._folded[span[0] : span[0] + 1] == "("
        said = content_length(before)
        following = content_length(re.split(r"[,;。]", rest)[0]) if bracketed else content_length(rest)
        if bracketed:
            if said >= 1 and re.match(r"\s*(?:[、,;。和及与以]|$)", rest):
                # 报告制度（2.7.5.1）、记录（2.7.5.2）和改进措施（2.7.5.3）
                return True
            return said >= 3 and (following < 3 or not re.match(r"\s*(?:规定|要求|明确|:|中)", rest))
        return said >= 4 and following < 3

    def _uncited(
        self,
        sentence: Sentence,
        index: int,
        text: str,
        titles: list[Title],
        mentions: list[TierMention],
        own: bool,
        foreign: bool,
    ) -> Claim | None:
        plain = [m for m in mentions if not m.beside]
        says = bool(_GUIDELINE_SAYS.search(text)) and own
        tiered = bool(plain) and (
            own
            or self._named
            or bool(re.search(r"类(?:别)?(?:期货)?(?:公司|要求|标准)|类(?:的)?(?:应|须|必须|不得|要求|为|起)", text))
            or bool(RULE_WORDS.search(text) or read_quantities(text))
        )
        tells = bool(RULE_WORDS.search(text)) or bool(self._last and read_quantities(text))
        inherited = (self._named or bool(self._tiers) or bool(self._last)) and not foreign and tells
        if not (says or own or tiered or inherited):
            return None
        if foreign and not own and not tiered:
            return None
        tiers = frozenset().union(*(m.tiers for m in plain)) if plain else self._tiers
        follows = self._last if not (own or plain) else ()
        return self._claim(
            sentence.start, sentence.end, (), tuple(mentions), tiers, own, says or tiered, index, follows
        )

    def _claim(
        self,
        start: int,
        end: int,
        references: tuple[Reference, ...],
        mentions: tuple[TierMention, ...],
        tiers: frozenset[int],
        guideline: bool,
        attributed: bool,
        index: int,
        follows: tuple[str, ...] = (),
    ) -> Claim:
        text = self._folded[start:end]
        lead = len(text) - len(text.lstrip(" ,;、|。\n-*#"))
        start += lead
        end -= len(text.rstrip(" \n|")) and len(text) - len(text.rstrip(" \n|"))
        end = max(end, start)
        text = self._folded[start:end]
        return Claim(
            start, end, tuple(self._pieces(start, end)), references, mentions, tiers, guideline, attributed,
            bool(COMPANY.search(text)), bool(_HOUSE.search(text)), follows, index,
        )  # fmt: skip

    def _goes_on(self, before: list[Piece], start: int, text: str) -> bool:
        """Say whether a part without a word of duty goes on with a company's own facts."""
        if before and before[-1].part is Part.FACT:
            return True
        if opens_with_company(text) and any(piece.part is Part.RULE for piece in before):
            # 至少与两家银行…（2.3.5.1），我司已接入五家; one that cites is a statement of its own.
            return re.search(r"\d\.\d", text) is None
        own = re.match(r"\W*(?:我司|我公司|本公司|贵司|贵公司|该公司|公司)", self._folded[start : start + 12])
        return own is not None and bool(read_quantities(text))

    def _in_own_cell(self, start: int, end: int) -> bool:
        """Say whether ``[start, end)`` stands in a cell that tells of a company."""
        low = bisect_left(self._own_cells, start, key=lambda cell: cell[1])
        return low < len(self._own_cells) and self._own_cells[low][0] < end

    def _pieces(self, start: int, end: int) -> list[Piece]:
        found: list[Piece] = []
        at = start
        depth = 0
        for index in range(start, end + 1):
            character = self._folded[index] if index < end else ","
            if character in "“「『":
                depth += 1
            elif character in "”」』":
                depth = max(0, depth - 1)
            cut = character in ",;。:|\n" and (not depth or index == end)
            if character == "." or not cut:
                continue
            if index > at:
                text = self._folded[at:index]
                part = part_of(text, self._printed)
                if found and found[-1].part is Part.ADVICE and self._folded[found[-1].end : found[-1].end + 1] == ":":
                    part = Part.ADVICE
                if part is Part.RULE and ADVISES.match(text) and any(piece.part is Part.RULE for piece in found):
                    part = Part.ADVICE
                on = part is Part.RULE and not RULE_WORDS.search(text) and self._goes_on(found, start, text)
                if on or self._in_own_cell(at, index):
                    part = Part.FACT
                found.append(Piece(at, index, part))
            at = index + 1
        return found


_Found = TypeVar("_Found", Title, Reference, TierMention)


def _between(found: list[_Found], start: int, end: int) -> list[_Found]:
    """Return those of ``found``, in order of their places, that begin in ``[start, end)``."""
    low = bisect_left(found, start, key=lambda each: each.start)
    return found[low : bisect_left(found, end, key=lambda each: each.start)]


def _named_by(group: list[Reference]) -> bool:
    return any(reference.sure for reference in group)
