"""The styles of a workbook in, how a cell of each looks out: struck out, or so that nobody sees what stands there.

What a sender has struck out or cannot see may not be meant to count: whether it does is asked, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from zhiyin.errors import Message
from zhiyin.intake.workbook_xml import Attributes, read_elements


class Look(StrEnum):
    """How a cell looks to a reader."""

    PLAIN = "plain"
    STRUCK = "struck"
    PALE = "pale"
    TINY = "tiny"
    UNSHOWN = "unshown"


WORDS = {
    Look.STRUCK: Message("划掉了（删除线）", "is struck out"),
    Look.PALE: Message("与底色同色，看不见", "has the colour of its background and cannot be seen"),
    Look.TINY: Message("字号太小，看不见", "is too small to be seen"),
    Look.UNSHOWN: Message("被单元格格式隐藏，看不见", "is hidden by the cell's format"),
}
_SMALLEST = 4.0
"""Points; Excel's own smallest is 1."""
_SAME = 1.15
"""Contrast (WCAG) below which a colour is that of its background: white on the form's pale yellow has 1.1."""
_THEME = {0: "FFFFFF", 1: "000000", 2: "E7E6E6", 3: "44546A"}
_INDEXED = {0: "000000", 1: "FFFFFF", 8: "000000", 9: "FFFFFF", 64: "000000", 65: "FFFFFF", 26: "FFFFCC", 43: "FFFF99"}


@dataclass(slots=True)
class _Font:
    struck: bool = False
    points: float = 11.0
    colour: float | None = 0.0


@dataclass(frozen=True, slots=True)
class _Style:
    font: int
    fill: int
    format: int


def looks_of(styles: bytes, *, source: str) -> tuple[Look, ...]:
    """Return the look of each cell style (``cellXfs``) in order."""
    fonts: list[_Font] = []
    fills: list[float | None] = []
    found: list[_Style] = []
    codes: dict[int, str] = {}
    inside: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        inside.append(name)
        within = inside[1] if len(inside) > 1 else ""
        if within == "fonts":
            if name == "font":
                fonts.append(_Font())
            elif not fonts:
                return
            elif name == "strike":
                fonts[-1].struck = is_on(attributes)
            elif name == "sz":
                fonts[-1].points = _decimal(attributes.get("val"), 11.0)
            elif name == "color":
                fonts[-1].colour = _luminance(attributes, 0.0)
        elif within == "fills":
            if name == "fill":
                fills.append(1.0)
            elif name == "gradientFill" or (
                name == "patternFill" and attributes.get("patternType", "none") not in ("none", "solid")
            ):
                fills[-1] = None
            elif name == "fgColor" and fills[-1] is not None:
                fills[-1] = _luminance(attributes, 1.0)
        elif within == "numFmts" and name == "numFmt":
            codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif within == "cellXfs" and name == "xf":
            found.append(_Style(*(_whole(attributes.get(key)) for key in ("fontId", "fillId", "numFmtId"))))

    def end(_: str) -> None:
        inside.pop()

    read_elements(styles, start, end, source=source, part="xl/styles.xml")
    return tuple(
        _look(
            fonts[each.font] if each.font < len(fonts) else _Font(),
            fills[each.fill] if each.fill < len(fills) else 1.0,
            codes.get(each.format, ""),
        )
        for each in found
    )


def is_on(attributes: Attributes) -> bool:
    """Return what a switch such as ``<strike/>`` says: on where it says nothing."""
    return attributes.get("val", "1") not in ("0", "false")


def _look(font: _Font, fill: float | None, code: str) -> Look:
    if font.struck:
        return Look.STRUCK
    if code and (not re.sub(r'""|;|\s', "", code) or re.search(r"\[(white|白色)\]", code, re.IGNORECASE)):
        return Look.UNSHOWN
    if font.points < _SMALLEST:
        return Look.TINY
    if font.colour is not None and fill is not None:
        dark, light = sorted((font.colour, fill))
        if (light + 0.05) / (dark + 0.05) < _SAME:
            return Look.PALE
    return Look.PLAIN


def _luminance(attributes: Attributes, automatic: float) -> float | None:
    """Return the relative luminance of a colour; None where only a theme of the file's own could tell."""
    if attributes.get("auto", "0") in ("1", "true") or not attributes:
        return automatic
    written = attributes.get("rgb", "")
    if not written:
        known = _THEME if "theme" in attributes else _INDEXED
        index = _whole(attributes.get("theme", attributes.get("indexed", "")), none=-1)
        if index in (64, 65) and known is _INDEXED:
            return automatic
        written = known.get(index, "")
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", written):
        return None
    tint = _decimal(attributes.get("tint"), 0.0)
    parts = [int(written[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4)]
    parts = [part * (1 + tint) if tint < 0 else part + (1 - part) * tint for part in parts]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _whole(text: str | None, none: int = 0) -> int:
    return int(text) if text and text.isdigit() and len(text) < 10 else none


def _decimal(text: str | None, none: float) -> float:
    try:
        return max(-1.0, min(float(text or ""), 1000.0))
    except ValueError:
        return none
