"""Takes the description of an edition (``edition.toml``) and gives its values, once each is found to make sense."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from zhiyin import resources
from zhiyin.errors import Message, Place, SourceTextError
from zhiyin.model import Edition, tier_name

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


@cache
def shipped_edition() -> Edition:
    """Return the edition that ships with the project."""
    return read_description(resources.path("data/guideline/edition.toml").read_bytes())


def chapters_in_words(chapters: Sequence[int]) -> Message:
    """Return which tiers ``chapters`` set out, from the lowest up, as in 2 至 5 对应一类至四类."""
    first, last, most = chapters[0], chapters[-1], len(chapters)
    if list(chapters) != list(range(first, last + 1)) or most == 1:
        named = [(chapter, tier) for tier, chapter in enumerate(chapters, 1)]
        return Message(
            "、".join(f"{chapter} 对应{tier_name(tier)}" for chapter, tier in named),
            ", ".join(f"{chapter} is tier {tier}" for chapter, tier in named),
        )
    return Message(
        f"{first} 至 {last} 对应{tier_name(1)}至{tier_name(most)}", f"{first} to {last} are tiers 1 to {most}"
    )


def read_description(data: bytes, *, name: str = "edition.toml") -> Edition:
    """Return what ``data`` says of an edition.

    Raises SourceTextError where it is not TOML, a value is missing or of the wrong kind, or the chapters are not
    each named once from 1 on.
    """
    try:
        said = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _fault(name, f"不是有效的 TOML：{fault}", f"not valid TOML: {fault}") from fault

    def text(key: str) -> str:
        value = said.get(key)
        if not isinstance(value, str):
            raise _fault(name, f"缺少文字“{key}”", f"the text '{key}' is missing")
        return value

    def chapters(key: str) -> tuple[int, ...]:
        value: Any = said.get(key)
        if not isinstance(value, list) or not value or not all(type(number) is int for number in value):
            raise _fault(name, f"“{key}”应为章号的列表", f"'{key}' must list chapter numbers")
        return tuple(value)

    guideline, edition = text("guideline"), text("edition")
    for key, value in (("guideline", guideline), ("edition", edition)):
        if not _NAME.fullmatch(value) and not (key == "edition" and value == ""):
            raise _fault(
                name,
                f"“{key}”只能用小写字母、数字和连字符：{value}",
                f"'{key}' may hold lower-case letters, digits and hyphens: {value}",
            )
    general, tiers = chapters("general-chapters"), chapters("tier-chapters")
    if sorted((*general, *tiers)) != list(range(1, len(general) + len(tiers) + 1)):
        raise _fault(name, "各章应从 1 起各列一次", "the chapters must be named once each, from 1 on")
    return Edition(
        guideline, edition, text("title-zh"), text("title-en"), text("text"), text("vocabulary"), general, tiers
    )


def is_edition_name(name: str) -> bool:
    """Return whether an edition may be called so: its name stands in IRIs and names a folder."""
    return _NAME.fullmatch(name) is not None


def _fault(name: str, zh: str, en: str) -> SourceTextError:
    return SourceTextError(zh, en, place=Place(source=name))
