"""Finds short words with one character misprinted by its sound or its shape, where the word as typed is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from zhiyin.search.normalisation import is_han
from zhiyin.search.tokenisation import Run

LENGTHS: Final = (4, 3, 2)

# Characters that input methods by shape, handwriting and scanning take for one another.
_LOOK_ALIKE: Final = (
    "人入八 己已巳 末未 土士 日曰目 贝见 侯候 拔拨 折拆析 徒徙 辨辩辫 戊戌戍 网冈 间问闻闲 免兔 令今 历厉 治冶 密蜜 员圆 全金 任仕 "
    "验检险 练炼 供洪拱 隔融 防访仿妨 灾炎 急忽 端瑞湍 户尸 火灭 线钱浅 报服 警馨 漏露 录绿 审宙 忘志态 侍待持恃 官宫管 宣宜 级极吸 "
    "板版扳 载栽裁 重里 电申甲由 源原 池弛 风凤 空穴 湿温 千干于 毒每 补朴 归扫 描猫 复夏 名各备 份扮 柜拒 介价 质贡"
)


class Misprints:
    """Looks up words by what is left of them when one character is taken out.

    ``sounds`` gives a character its syllables; ``real`` holds words of the language that are one such character away
    from a known word, and so are not misprints of it.
    """

    def __init__(self, words: Sequence[str], sounds: dict[str, frozenset[str]], real: Iterable[str] = ()) -> None:
        self.words = tuple(words)
        self.sounds = sounds
        self.real = frozenset(real)
        self._patterns: dict[str, list[str]] = {}
        for word in self.words:
            for index in range(len(word)):
                self._patterns.setdefault(_without(word, index), []).append(word)
        shapes: dict[str, str] = {}
        for group in _LOOK_ALIKE.split():
            for character in group:
                shapes[character] = shapes.get(character, "") + group
        self._shapes = shapes

    def candidates(self, typed: str) -> list[str]:
        """Return the known words one like-sounding or like-looking character away from ``typed``."""
        found: dict[str, None] = {}
        for index, character in enumerate(typed):
            for word in self._patterns.get(_without(typed, index), ()):
                if word[index] != character and self._alike(character, word[index]):
                    found[word] = None
        return list(found)

    def find(self, run: Run, is_known: Callable[[str], bool]) -> list[tuple[str, int, int]]:
        """Return (word, start, end) for what is misprinted in a Han run, the longest first, none overlapping.

        ``is_known`` says whether a pair of characters stands anywhere in the index: a word that is known is no misprint.
        """
        found: list[tuple[str, int, int]] = []
        taken: set[int] = set()
        for length in LENGTHS:
            for offset in range(len(run.text) - length + 1):
                window = run.text[offset : offset + length]
                if window in self.real or not taken.isdisjoint(range(offset, offset + length)):
                    continue
                if all(is_known(window[i : i + 2]) for i in range(length - 1)):
                    continue
                words = self.candidates(window)
                if words:
                    taken.update(range(offset, offset + length))
                    start = run.start + offset
                    found.extend((word, start, start + length) for word in words)
        return found

    def _alike(self, typed: str, meant: str) -> bool:
        if meant in self._shapes.get(typed, ""):
            return True
        return not self.sounds.get(typed, frozenset()).isdisjoint(self.sounds.get(meant, frozenset()))


def make_sounds() -> dict[str, frozenset[str]]:
    """Return the syllables of the common simplified characters, as careless typing takes them (zh is z, ing is in)."""
    from pypinyin import Style, pinyin

    rows = ((first, second) for first in range(0xB0, 0xF8) for second in range(0xA1, 0xFF))
    characters = "".join(bytes(row).decode("gb2312", "ignore") for row in rows)
    sounds = {}
    for character in characters:
        readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
        sounds[character] = frozenset(_careless(reading) for reading in readings)
    return sounds


def make_misprints(words: Iterable[str], language: dict[str, int]) -> Misprints:
    """Return the look-up over ``words``; ``language`` holds the words of a large dictionary with their frequencies."""
    short = sorted({word for word in words if len(word) in LENGTHS and all(map(is_han, word))})
    misprints = Misprints(short, make_sounds())
    known = set(short)
    real = (
        word
        for word, frequency in language.items()
        if frequency > _RARE and len(word) in LENGTHS and word not in known and misprints.candidates(word)
    )
    return Misprints(short, misprints.sounds, sorted(real))


# What a large dictionary counted no oftener is mostly a misprint itself.
_RARE: Final = 3


def _careless(syllable: str) -> str:
    for careful, careless in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(careful):
            syllable = careless + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


def _without(word: str, index: int) -> str:
    return f"{word[:index]}?{word[index + 1 :]}"
