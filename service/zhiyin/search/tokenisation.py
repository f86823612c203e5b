"""Cuts folded text into the units that are indexed: words, character pairs, single characters, Latin runs, quantities."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Final, Protocol, cast

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


# Words that carry a sentence and name nothing: they count for little, in a question and beside other words.
LIGHT: Final = frozenset(
    "谁没有不要会能还再就才又也把被给让在是到从对和与跟个里上下去来出过着得地用想说看做干搞弄点多少好很太更最几这那我你他她它人自"
    "已什么怎样嘛哪儿啥咋呀啊吧吗呢了的之其为以而且或并只都后时行该应些种每"
) | frozenset(
    (
        "没有", "东西", "知道", "到底", "究竟", "早就", "已经", "还是", "或者", "如果", "要是", "有人", "这样", "那样", "事情",
        "出来", "进去", "上来", "起来", "下来", "过来", "回来", "过去", "一直", "一下", "一个", "几个", "说了算", "干嘛", "时候",
        "以后", "之前", "之后", "里面", "自己", "别人", "大家", "照着", "直接", "还有", "会不会", "敢不敢", "用不用", "算不算",
        "说清楚", "清楚", "的人", "不能", "不会", "不要", "不让", "不许", "不行", "不好", "不到", "得到", "看看", "弄好", "搞定",
        "几名", "几个", "几家", "几次", "几条", "几台", "几套", "至少", "最少", "算是", "就是", "还没", "从来", "平时", "总是", "老是", "经常", "有时", "突然", "居然", "竟然", "真的", "其实", "反正",
        "开始", "结果", "情况", "办法", "方法", "方面", "相关", "有关", "关于", "进行", "使用", "做好", "保证", "确保", "一样",
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


class LargeDictionary(Protocol):
    """What building an index reads of jieba's own dictionary of the language."""

    FREQ: dict[str, int]

    def cut_for_search(self, sentence: str, HMM: bool = True) -> Iterable[str]:  # noqa: N803
        """Yield the words of ``sentence`` and the words within them."""


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


def large_dictionary(folder: Path) -> LargeDictionary:
    """Return jieba's own large dictionary as a tokeniser: its cache goes into ``folder``, which is ours."""
    jieba = _import_jieba()
    jieba.setLogLevel("ERROR")
    large = jieba.Tokenizer()
    large.tmp_dir = str(folder)
    large.cache_file = "jieba.default.cache"
    large.initialize()
    return cast("LargeDictionary", large)


def learn_words(texts: Iterable[str], labels: Iterable[str], large: LargeDictionary) -> dict[str, int]:
    """Return the small dictionary: the words the ``large`` one finds in folded ``texts``, and all ``labels``."""
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
