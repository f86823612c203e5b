"""Reads which obligation, mark and changes a question names, by the everyday wordings that the graph has for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from zhiyin.catalogue import KindView

# What no single wording says: 二类有而一类没有, 由可选自动变成必须, 没有任何的变动.
_FORMS: Final = {
    "Introduced": r"(?:有|要求)(?!没有)(?:的)?(?:而|但是|但|可是|可|却|，|,|、|\|)*(?:前面|下面|\|)*(?:公司|的|要求|里|却|还|完全|根本|压根|并|从来|都|则)*(?:没有|没|不要求|无|未要求)|\|(?:,|，)?(?:而|但是|但|却)\|[^|]{0,3}(?:不要求|没要求|未要求|没有)|没有(?:的)?(?:，|,|、|而|但|可|却|[|])+(?:公司)?(?:里)?(?:才|新|中)?(?:出现|要求|增加|有)",
    "Promoted": r"(?:由|从)?可选(?:项|要求)?(?:、|，|,|\||的|，)*(?:自动)?(?:变|升|转|改)(?:成|为)?(?:了)?(?:必须|强制)",
    "Same": r"(?<![有变])(?:没有?|未|无)(?:任何)?(?:变化|改变|变|变动|改动)",
}
# 有没有变化 asks whether, and does not say that nothing changed.
_NOT_AFTER: Final = {"Same": "有变"}


@dataclass(frozen=True, slots=True)
class KindsRead:
    """The obligation and the mark named (empty where none is, or both are), and the changes by their ids in lower case."""

    obligation: str
    mark: str
    changes: frozenset[str]


class KindReader:
    """Finds the kinds in a folded question; made once from the graph's labels and everyday wordings."""

    def __init__(self, kinds: Mapping[str, KindView], fold: Callable[[str], str]) -> None:
        self._labels = {kind: view.label.zh for kind, view in kinds.items()}
        self._patterns = {
            kind: _pattern([fold(word) for word in (view.label.zh, *view.everyday)], kind)
            for kind, view in kinds.items()
        }

    def read(self, text: str) -> KindsRead:
        """Return the kinds that ``text`` names; what says that one obligation became the other names neither."""
        changes = {kind for kind in ("Promoted", "Strengthened", "Introduced", "Same") if self._in(kind, text)}
        bare = self._without("Promoted", text)
        optional = self._in("Optional", bare)
        mandatory = self._in("Mandatory", self._without("Optional", bare))
        new, continued = self._in("New", bare), self._in("Continued", bare)
        return KindsRead(
            self._one({"Optional": optional, "Mandatory": mandatory}),
            self._one({"New": new, "Continued": continued}),
            frozenset(kind.lower() for kind in changes),
        )

    def _in(self, kind: str, text: str) -> bool:
        return self._patterns[kind].search(text) is not None

    def _without(self, kind: str, text: str) -> str:
        return self._patterns[kind].sub("|", text)

    def _one(self, named: Mapping[str, bool]) -> str:
        found = [kind for kind, there in named.items() if there]
        return self._labels[found[0]] if len(found) == 1 else ""


def _pattern(words: Collection[str], kind: str) -> re.Pattern[str]:
    """Return what finds the words, the longest first, and the forms that no word says."""
    listed = "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))
    guard = f"(?<![{_NOT_AFTER[kind]}])" if kind in _NOT_AFTER else ""
    forms = f"|{_FORMS[kind]}" if kind in _FORMS else ""
    return re.compile(f"{guard}(?:{listed}){forms}")
