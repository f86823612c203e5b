"""What one asks of search: the question, the filters, the page; refused with help where it cannot be served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zhiyin.errors import BadParameter

MAX_QUERY_CHARACTERS: Final = 1_000
MAX_LIMIT: Final = 1_000
DEFAULT_LIMIT: Final = 20
COLLAPSES: Final = ("family", "none")

_OBLIGATIONS: Final = {"必须": "必须", "可选": "可选", "mandatory": "必须", "optional": "可选"}
_MARKS: Final = {"新增": "新增", "延续": "延续", "new": "新增", "continued": "延续"}
_CHANGES: Final = ("same", "reworded", "promoted", "strengthened", "introduced")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question with its filters; several values of one filter are alternatives, several filters all bind.

    ``section`` values are number prefixes (``4.3``, ``4.3.3``) or titles (供电); ``concept`` values are concept ids.
    ``collapse`` is ``family`` (one row a duty) or ``none`` (every clause).
    """

    query: str
    tier: tuple[int, ...] = ()
    section: tuple[str, ...] = ()
    obligation: tuple[str, ...] = ()
    mark: tuple[str, ...] = ()
    change: tuple[str, ...] = ()
    concept: tuple[str, ...] = ()
    offset: int = 0
    limit: int = DEFAULT_LIMIT
    collapse: str = "family"

    def validated(self, tiers: Sequence[int]) -> SearchRequest:
        """Return the request with its filter words in the guideline's own; BadParameter says what is allowed.

        ``tiers`` are those that there are.
        """
        check_query(self.query)
        for tier in self.tier:
            if tier not in tiers:
                raise BadParameter("tier", tier, list(map(str, tiers)))
        for change in self.change:
            if change.lower() not in _CHANGES:
                raise BadParameter("change", change, list(_CHANGES))
        if self.collapse not in COLLAPSES:
            raise BadParameter("collapse", self.collapse, list(COLLAPSES))
        if self.offset < 0:
            raise BadParameter("offset", self.offset, ["0…"])
        if not 0 <= self.limit <= MAX_LIMIT:
            raise BadParameter("limit", self.limit, [f"0…{MAX_LIMIT}"])
        return SearchRequest(
            query=self.query,
            tier=self.tier,
            section=self.section,
            obligation=tuple(_word("obligation", value, _OBLIGATIONS) for value in self.obligation),
            mark=tuple(_word("mark", value, _MARKS) for value in self.mark),
            change=tuple(change.lower() for change in self.change),
            concept=self.concept,
            offset=self.offset,
            limit=self.limit,
            collapse=self.collapse,
        )


def check_query(query: str, parameter: str = "q") -> None:
    """Refuse a question that is too long or holds no letter, digit or Han character (BadParameter)."""
    if len(query) > MAX_QUERY_CHARACTERS:
        raise BadParameter(
            parameter,
            f"{query[:40]}… ({len(query)})",
            zh=f"问题过长：{len(query)} 个字符，最多 {MAX_QUERY_CHARACTERS} 个。请只写要找的事，例如“机房门禁”",
            en=f"the question is too long: {len(query)} characters, at most {MAX_QUERY_CHARACTERS}."
            " Name what you look for, such as 机房门禁",
        )
    if not any(character.isalnum() for character in query):
        raise BadParameter(
            parameter,
            query,
            zh="请输入要找的内容：一个词（门禁卡）、一句话（停电了怎么办）、条款号（5.6.2.1）或组合（三类 必须 供电）",
            en="say what you look for: a word (门禁卡), a sentence (停电了怎么办), a clause number (5.6.2.1)"
            " or a combination (三类 必须 供电)",
        )


def _word(name: str, value: str, words: dict[str, str]) -> str:
    try:
        return words[value.lower()]
    except KeyError:
        raise BadParameter(name, value, list(words)) from None
