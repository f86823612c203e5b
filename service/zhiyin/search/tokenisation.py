"""Cuts folded text into the units that are indexed: words, character pairs, single characters, Latin runs, quantities."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Final

from zhiyin.search.normalisation import is_han
from zhiyin.search.numerals import read_comparators, read_quantities

if TYPE_CHECKING:
    from pathlib import Path

# The first letter of a unit tells its kind.
WORD: Final = "w"
PAIR: Final = "b"
SINGLE: Final = "u"
LATIN: Final = "a"
QUANTITY: Final = "q"
COMPARATOR: Final = "c"

_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN: Final = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<digits>\d+)|(?P<letters>[^\W\d_{_HAN}]+)")
_COURTESY: Final = re.compile(
    "|".join(
        sorted(
            (
                "怎么办", "怎么样", "怎么做", "怎么", "怎样", "如何", "能不能", "可不可以", "可以吗", "行不行", "行吗", "好不好",
                "要不要", "需不需要", "是不是", "有没有", "会不会", "应不应该", "该不该", "什么", "哪些", "哪里", "哪个", "为什么",
                "是否", "请问", "吗", "呢", "吧", "啊", "嘛", "谁来", "我们", "他们", "咱们", "你们", "的话", "的", "了",
                "有何", "有啥", "什么样", "多少", "规定", "可以", "需要", "应该", "应当", "一下", "的时候", "这个", "那个", "谁",
                "不能", "不可以", "还能", "能够", "必须", "一定", "都要", "都", "要注意",
            ),
            key=len,
            reverse=True,
        )
    )
)  # fmt: skip


_AMERICAN: Final = {
    "centre": "center", "centres": "center", "defence": "defense", "licence": "license", "programme": "program",
    "behaviour": "behavior", "metre": "meter", "authorise": "authorize", "organise": "organize", "colour": "color",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A maximal stretch of one script in folded text."""

    text: str
    start: int
    is_han: bool


def runs(folded: str) -> list[Run]:
    """Return the Han, letter and digit runs of ``folded``; everything else only parts them."""
    return [Run(match[0], match.start(), match["han"] is not None) for match in _RUN.finditer(folded)]


def without_courtesy(folded: str) -> str:
    """Return ``folded`` with question words blanked out, or unchanged where nothing else would be left."""
    stripped = _COURTESY.sub(lambda match: " " * len(match[0]), folded)
    return stripped if any(c.isalnum() for c in stripped) else folded


def stem(word: str) -> str:
    """Return an English word in the singular and in American spelling; anything else unchanged."""
    word = _AMERICAN.get(word, word).replace("isation", "ization")
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


class Tokeniser:
    """Cuts by a small dictionary of our own; jieba's default dictionary is read at build time only."""

    def __init__(self, frequencies: dict[str, int]) -> None:
        self.frequencies = frequencies
        self._jieba = _import_jieba().Tokenizer(dictionary=None)
        # Set up by hand: jieba's own set-up reads its large dictionary and caches in a temporary folder others can write.
        self._jieba.FREQ = dict(frequencies)
        self._jieba.total = max(1, sum(frequencies.values()))
        self._jieba.initialized = True
        self.units = lru_cache(maxsize=4096)(self._units)

    def is_word(self, text: str) -> bool:
        """Say whether folded ``text`` is a word of the dictionary."""
        return self.frequencies.get(text, 0) > 0

    def cut(self, folded: str) -> list[str]:
        """Return a Han run cut into its likeliest words; what is no word comes out character by character."""
        return list(self._jieba.cut(folded, HMM=False))

    def all_words(self, folded: str) -> list[str]:
        """Return every dictionary word of two characters or more, whatever the segmentation."""
        return [word for word in self._jieba.cut(folded, cut_all=True) if len(word) > 1 and is_han(word[0])]

    def _units(self, folded: str) -> Counter[str]:
        counts: Counter[str] = Counter()
        for run in runs(folded):
            if run.is_han:
                counts.update(SINGLE + character for character in run.text)
                counts.update(PAIR + run.text[i : i + 2] for i in range(len(run.text) - 1))
                counts.update(WORD + word for word in self.all_words(run.text))
            else:
                counts[LATIN + run.text] += 1
                if (stemmed := stem(run.text)) != run.text:
                    counts[LATIN + stemmed] += 1
        counts.update(QUANTITY + quantity.token for quantity in read_quantities(folded))
        counts.update(COMPARATOR + comparator.token for comparator in read_comparators(folded))
        return counts


def _import_jieba() -> ModuleType:
    """Return jieba; what its old code makes Python warn of when it is first compiled is not our users' concern."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    module: ModuleType = jieba
    return module


def learn_words(texts: Iterable[str], labels: Iterable[str], folder: Path) -> dict[str, int]:
    """Return the small dictionary: the words jieba's own dictionary finds in folded ``texts``, and all ``labels``.

    ``folder`` is ours; jieba keeps its cache there while it reads its dictionary.
    """
    jieba = _import_jieba()
    jieba.setLogLevel("ERROR")
    large = jieba.Tokenizer()
    large.tmp_dir = str(folder)
    large.cache_file = "jieba.default.cache"
    words: Counter[str] = Counter()
    for text in texts:
        for run in runs(text):
            if run.is_han:
                words.update(word for word in large.cut_for_search(run.text, HMM=False) if len(word) > 1)
    for label in labels:
        for run in runs(label):
            if run.is_han and 2 <= len(run.text) <= 12:
                words[run.text] += 3
    frequencies = dict(words)
    for word in words:
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
    return frequencies
