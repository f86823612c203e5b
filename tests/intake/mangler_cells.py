"""Ways in which a cell is written otherwise: the same in other words, or what nobody can read for certain."""
# ruff: noqa: ARG005 - every change takes the workbook, the sheet and the cell, and most need less

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from xml.etree import ElementTree as ET

from tests.intake.mangler_book import Book, Sheet
from tests.intake.mangler_ways import EITHER, SAME, TOLD, Spot, Way


def on_cell(spot: Spot, change: Callable[[Book, Sheet, str], None], book: Book) -> None:
    sheet = book.sheet(spot.sheet)
    change(book, sheet, spot.cell)
    sheet.save()


def _number(sheet: Sheet, cell: str) -> float:
    return float(sheet.text(cell))


def _short(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 and value != int(value) else str(int(value))


def _as_text(spell: Callable[[str], str]) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, spell(_short(_number(sheet, cell))))


def _formatted(code: str | int) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.cell(cell).set("s", str(book.style(code)))


def _percent(book: Book, sheet: Sheet, cell: str) -> None:
    sheet.put(cell, _number(sheet, cell) / 100, style=book.style(9))


def _formula(cached: bool) -> Callable[[Book, Sheet, str], None]:
    def change(book: Book, sheet: Sheet, cell: str) -> None:
        value = sheet.text(cell)
        sheet.raw(cell, "" if value.replace(".", "").isdigit() else "str", value if cached else "", formula="A1&B1")

    return change


def _raw(kind: str, value: str) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.raw(cell, kind, value)


def _put(value: str | float | bool) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, value)


def _spelt(spell: Callable[[str], str]) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, spell(sheet.text(cell)))


def wide(text: str) -> str:
    """Full-width forms, as a Chinese input method types them."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


_NUMBERS: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    ("as text", _as_text(str), SAME),
    ("as full-width text", _as_text(wide), SAME),
    ("with blanks around", _as_text(lambda t: f"  {t}　"), SAME),
    ("with a zero-width blank", _as_text(lambda t: f"\u200b{t}\ufeff"), SAME),
    ("with a plus sign", _as_text(lambda t: f"+{t}"), SAME),
    ("with a trailing point zero", _as_text(lambda t: t if "." in t else f"{t}.0"), SAME),
    ("about", _as_text(lambda t: f"约{t}"), TOLD),
    ("more than", _as_text(lambda t: f">{t}"), TOLD),
    ("or so", _as_text(lambda t: f"{t}左右"), TOLD),
    ("a range", _as_text(lambda t: f"{t}-{t}"), TOLD),
    ("a decimal comma", _as_text(lambda t: f"{t},5"), TOLD),
    ("in words", _put("若干"), TOLD),
    ("see annex", _put("详见附件"), TOLD),
    ("a dash", _put("-"), TOLD),
    ("not applicable", _put("N/A"), TOLD),
    ("a formula", _formula(True), TOLD),
    ("a formula without value", _formula(False), TOLD),
    ("an error value", _raw("e", "#DIV/0!"), TOLD),
    ("yes", _put(True), TOLD),
    ("text stored as a number", _raw("n", "很多"), TOLD),
    ("a number that is none", _raw("n", "NaN"), TOLD),
    ("without end", _raw("n", "1E999"), TOLD),
    ("with its binary tail", lambda b, s, c: s.raw(c, "", f"{_number(s, c):.17g}"), SAME),
    ("in powers of ten", lambda b, s, c: s.raw(c, "", f"{_number(s, c):E}"), SAME),
    ("with thousands format", _formatted(4), SAME),
    ("in accounting format", _formatted('_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '), SAME),
    ("in text format", _formatted(49), SAME),
    ("in a date format", _formatted(14), TOLD),
    ("in a Chinese date format", _formatted(31), TOLD),
    ("in a time format", _formatted(46), TOLD),
    ("in dollars", _formatted('"$"#,##0.00'), TOLD),
    ("shown in ten thousands", _formatted('0!.0,"万"'), TOLD),
    ("with 万元 beside it", _formatted('#,##0"万元"'), TOLD),
    ("in red when negative", _formatted("0.00;[Red]-0.00"), SAME),
)
_PERCENTS = (
    ("in a percent format", _percent, SAME),
    ("with a percent sign", _as_text(lambda t: f"{t}%"), SAME),
    ("with a full-width percent sign", _as_text(lambda t: f"{t}％"), SAME),
    ("with a percent sign apart", _as_text(lambda t: f"{t} %"), SAME),
    ("as a share without a sign", lambda b, s, c: s.put(c, _number(s, c) / 100), TOLD),
    ("as a share in text", lambda b, s, c: s.put(c, f"{_number(s, c) / 100:g}"), TOLD),
    ("with a percent sign by its format", _formatted('0"%"'), SAME),
    ("a hundredfold in a percent format", _formatted(9), TOLD),
)
_MONEY = (
    ("with a yuan sign", _as_text(lambda t: f"¥{t}"), SAME),
    ("with 元", _as_text(lambda t: f"{t}元"), SAME),
    ("with thousands commas", lambda b, s, c: s.put(c, f"{_number(s, c):,.0f}"), SAME),
    ("with full-width commas", lambda b, s, c: s.put(c, wide(f"{_number(s, c):,.0f}")), SAME),
    ("in 万元", lambda b, s, c: s.put(c, f"{_number(s, c) / 10_000:g}万元"), SAME),
    ("in 亿元", lambda b, s, c: s.put(c, f"{_number(s, c) / 100_000_000:.12g}亿元"), SAME),
    ("in dollars in words", _as_text(lambda t: f"{t}美元"), TOLD),
    ("with a comma out of place", _as_text(lambda t: f"{t[:1]},{t[1:]}"), EITHER),
    ("in a yuan format", _formatted('"¥"#,##0.00;"¥"\\-#,##0.00'), SAME),
    ("in an accounting yuan format", _formatted("[$¥-804]#,##0.00"), SAME),
    ("in a euro format", _formatted("[$€-407]#,##0.00"), TOLD),
    ("in a percent format", _formatted(10), TOLD),
)
_COUNTS = (
    ("with 人", _as_text(lambda t: f"{t}人"), SAME),
    ("in another unit", _as_text(lambda t: f"{t}小时"), TOLD),
    ("in a percent format", _formatted(9), TOLD),
)
_AMOUNTS = (
    ("in another unit", _as_text(lambda t: f"{t}光年"), TOLD),
    ("in a percent format", _formatted(9), TOLD),
)


def _day(text: str) -> tuple[int, int, int]:
    serial = int(float(text))
    from datetime import date, timedelta

    day = date(1899, 12, 30) + timedelta(days=serial)
    return day.year, day.month, day.day


def _dated(spell: Callable[[int, int, int], str]) -> Callable[[Book, Sheet, str], None]:
    return lambda book, sheet, cell: sheet.put(cell, spell(*_day(sheet.text(cell))))


_DATES: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    *((f"in built-in format {n}", _formatted(n), SAME) for n in (14, 15, 16, 17, 22, *range(27, 37), *range(50, 59))),
    ("in a Chinese format", _formatted('yyyy"年"m"月"d"日";@'), SAME),
    ("in a format of a place", _formatted("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy"), SAME),
    ("in an ISO format", _formatted("yyyy\\-mm\\-dd;@"), SAME),
    ("in a month format", _formatted("mmm-yy"), SAME),
    ("as text", _dated(lambda y, m, d: f"{y}-{m:02}-{d:02}"), SAME),
    ("as short text", _dated(lambda y, m, d: f"{y}-{m}-{d}"), SAME),
    ("with slashes", _dated(lambda y, m, d: f"{y}/{m}/{d}"), SAME),
    ("with dots", _dated(lambda y, m, d: f"{y}.{m}.{d}"), SAME),
    ("with full-width dots", _dated(lambda y, m, d: f"{y}．{m}．{d}"), SAME),
    ("in Chinese", _dated(lambda y, m, d: f"{y}年{m}月{d}日"), SAME),
    ("in Chinese with blanks", _dated(lambda y, m, d: f"{y} 年 {m} 月 {d} 日"), SAME),
    ("without separators", _dated(lambda y, m, d: f"{y}{m:02}{d:02}"), SAME),
    ("full-width", _dated(lambda y, m, d: wide(f"{y}-{m:02}-{d:02}")), SAME),
    ("with a time", _dated(lambda y, m, d: f"{y}-{m:02}-{d:02} 09:30:00"), SAME),
    ("as an ISO date-time", _dated(lambda y, m, d: f"{y}-{m:02}-{d:02}T09:30:00"), SAME),
    ("as a number without format", lambda b, s, c: s.put(c, int(float(s.text(c))), style=0), SAME),
    ("as a number without separators", lambda b, s, c: _compact(b, s, c), SAME),
    ("as a date cell", lambda b, s, c: s.raw(c, "d", "{}-{:02}-{:02}".format(*_day(s.text(c)))), SAME),
    ("with hours in it", lambda b, s, c: s.raw(c, "", f"{float(s.text(c)) + 0.75}"), SAME),
    ("a month typed", lambda b, s, c: _first_of_month(b, s, c), TOLD),
    ("month first", _dated(lambda y, m, d: f"{m}/{d}/{y}"), TOLD),
    ("without a day", _dated(lambda y, m, d: f"{y}年{m}月"), TOLD),
    ("a year alone", _dated(lambda y, m, d: f"{y}年"), TOLD),
    ("a day that is none", _put("2026-02-30"), TOLD),
    ("a formula", _formula(True), TOLD),
    ("planned", _put("计划下月"), TOLD),
    ("in a percent format", _formatted(9), TOLD),
)


def _first_of_month(book: Book, sheet: Sheet, cell: str) -> None:
    """Type 2026年6月: the program keeps the first of the month and shows the month."""
    serial, (_, _, day) = int(float(sheet.text(cell))), _day(sheet.text(cell))
    sheet.put(cell, serial - day + 1, style=book.style('yyyy"年"m"月"'))


def _compact(book: Book, sheet: Sheet, cell: str) -> None:
    year, month, day = _day(sheet.text(cell))
    sheet.put(cell, year * 10_000 + month * 100 + day, style=0)


_YES: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    *((f"as {word}", _put(word), SAME) for word in ("TRUE", "yes", "Y", "√", "有", "是 ", "　是", "１")),
    ("as a truth value", _put(True), SAME),
    ("as one", _put(1), SAME),
    ("as 不清楚", _put("不清楚"), TOLD),
    ("as 部分", _put("部分"), TOLD),
    ("as two", _put(2), TOLD),
    ("as 是否", _put("是/否"), TOLD),
)
_NO: tuple[tuple[str, Callable[[Book, Sheet, str], None], str], ...] = (
    *((f"as {word}", _put(word), SAME) for word in ("FALSE", "no", "N", "×", "无", "没有", "0")),
    ("as a truth value", _put(False), SAME),
)
_CHOICES = (
    ("with blanks", _spelt(lambda t: f" {t}　"), SAME),
    ("with a line break behind", _spelt(lambda t: f"{t}\n"), SAME),
    ("misspelt", _spelt(lambda t: t[:-1] + "某"), TOLD),
    ("as other", _put("其他"), TOLD),
    ("as a slash", _put("/"), TOLD),
    ("as yes", _put("是"), TOLD),
)
_TEXTS = (
    ("with blanks around", _spelt(lambda t: f"  {t} "), SAME),
    ("with no-break blanks", _spelt(lambda t: f"\u00a0{t}\u00a0"), SAME),
    ("in rich text", lambda b, s, c: _rich(s, c, phonetic=False), SAME),
    ("with a reading beside it", lambda b, s, c: _rich(s, c, phonetic=True), SAME),
    ("a formula", _formula(True), TOLD),
    ("an error value", _raw("e", "#REF!"), TOLD),
    ("as above", _put("同上"), TOLD),
    ("as a slash", _put("/"), TOLD),
)
_IDS = (
    ("with blanks", _spelt(lambda t: f" {t} "), SAME),
    ("full-width", _spelt(wide), SAME),
    ("misspelt", _spelt(lambda t: t + "甲"), TOLD),
    ("a separator alone", _put("；"), TOLD),
)


def _rich(sheet: Sheet, cell: str, *, phonetic: bool) -> None:
    text = sheet.text(cell)
    sheet.put(cell, text)
    inside = sheet.cell(cell)[0]
    inside.clear()
    main = inside.tag[: -len("is")]
    for part in (text[:1], text[1:]):
        run = ET.SubElement(inside, main + "r")
        ET.SubElement(ET.SubElement(run, main + "rPr"), main + "b")
        made = ET.SubElement(run, main + "t")
        made.text = part
        made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if phonetic:
        ET.SubElement(ET.SubElement(inside, main + "rPh", {"sb": "0", "eb": "1"}), main + "t").text = "dú yīn"


CELL_CHANGES = {
    "percent": (*_NUMBERS, *_PERCENTS),
    "money": (*_NUMBERS, *_MONEY),
    "count": (*_NUMBERS, *_COUNTS),
    "amount": (*_NUMBERS, *_AMOUNTS),
    "date": _DATES,
    "yes": _YES,
    "no": _NO,
    "choice": _CHOICES,
    "text": _TEXTS,
    "id": _IDS,
}


def cell_ways(spots: list[Spot]) -> Iterator[Way]:
    """Each change of each kind of cell; of the numbers, quick ones on one kind alone."""
    seen: set[str] = set()
    for spot in spots:
        common = spot.kind in ("money", "count", "amount")
        for rank, (name, change, may) in enumerate(CELL_CHANGES[spot.kind]):
            quick = not (common and (name, change, may) in _NUMBERS) and spot.kind not in seen
            quick = quick and (rank % 2 == 0 or spot.kind in ("choice", "id", "text") or change is _percent)
            yield Way(f"{spot.kind} in {spot.sheet} {spot.cell}: {name}", partial(on_cell, spot, change), may, quick)
        seen.add(spot.kind)
