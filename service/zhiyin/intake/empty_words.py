"""A text in, what a reader sees of it and whether it says something out: people fill in 无, a dash or 同上 where they have nothing to say or say it elsewhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Notice
from zhiyin.intake.rows import listed
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.standards import XSD

_FOR_NOTHING = frozenset(
    [
        "无",
        "没有",
        "暂无",
        "空",
        "空白",
        "待定",
        "待补",
        "待补充",
        "未定",
        "未知",
        "不详",
        "不适用",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "tbd",
        "todo",
        "unknown",
    ]
)
"""What people fill in where they have nothing to say: a document so called is none."""
_ELSEWHERE = frozenset(
    [
        *("同上", "同前", "同左", "同右", "同下", "同上一行", "同上行", "如上", "见上", "见上文", "见前"),
        *("见附件", "详见附件", "另附", "另见附件", "附后", "见附表", "详见附表", "见备注", "详见备注"),
        *("ditto", "do.", "same", "sameasabove", "asabove", "seeabove", "seeattachment", "seeannex", "attached"),
    ]
)
"""Words that point to what stands elsewhere: nobody can tell of a program what they say."""
_DITTO = frozenset("〃々″")
_UNSEEN = {
    **dict.fromkeys([0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0]),
    **dict.fromkeys([*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]),
}
"""Letters, marks and symbols that no reader sees although Unicode counts them as such: fillers, selectors, an empty pattern."""
_FIRST = frozenset(word[0] for word in _FOR_NOTHING | _ELSEWHERE)


def visible(text: str) -> str:
    """Return ``text`` in its composed form, without the characters that no reader sees, its blanks single."""
    text = text.translate(_UNSEEN)
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return " ".join(text.split())  # the usual case
    seen = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in ("Cc", "Cf") or c in "\n\t"
    )
    return " ".join(seen.split())


def names_something(text: str) -> bool:
    """Return whether ``text`` says more than a dash, a row of dots, a word for nothing or one that points elsewhere."""
    first = text[:1]
    # Most texts begin as none of the words do, and every text of a submission is asked for.
    if ("\u4e00" <= first <= "\u9fff" or (first.isascii() and first.isalnum())) and first.lower() not in _FIRST:
        return True
    return any(map(str.isalnum, text)) and _narrow(text) not in _FOR_NOTHING and not points_elsewhere(text)


def points_elsewhere(text: str) -> bool:
    """Return whether ``text`` says but that it stands elsewhere, as 同上 does."""
    narrow = _narrow(text)
    return narrow in _ELSEWHERE or (narrow[:1] in _DITTO and set(narrow) <= _DITTO)


def _narrow(text: str) -> str:
    """Return a text as words are compared: without width, case, blanks and the marks around it."""
    narrow = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return narrow.strip("()[]“”\"'。.,，;；") or narrow


def empty_notices(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Notice]:
    """Return the texts that say nothing, which are judged as if they had not been stated."""
    statements = listed(triples)
    said = []
    for predicate in sorted(vocabulary.of_range(XSD + "string") & statements.by_predicate.keys()):
        for _, node, _, value, _ in statements.by_predicate[predicate]:
            if not isinstance(value, ox.Literal) or not value.value.strip():
                continue
            text = visible(value.value)
            if not names_something(text):
                said.append((predicate, node, text))
    return [
        Notice(
            "says-nothing",
            Message(
                f"“{vocabulary.terms[predicate].label.zh}”填的是“{text[:40]}”，按没有填写处理",
                f"'{vocabulary.terms[predicate].label.en}' holds '{text[:40]}' and is taken for not stated",
            ),
            Place(node=node, path=predicate),
            text,
            remedy=Message("有内容的请写出，没有的请留空", "write what it is, or leave it empty"),
        )
        for predicate, node, text in said
    ]
