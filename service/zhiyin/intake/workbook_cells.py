"""A workbook in, the cells of its sheets that hold something out: never by a stated dimension, one sheet at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhiyin.errors import Place, TooLarge
from zhiyin.intake.cell_formats import GENERAL, Format, formats_of
from zhiyin.intake.cell_looks import Look, is_on, looks_of
from zhiyin.intake.workbook_archive import Archive, damaged
from zhiyin.intake.workbook_parts import relations_of, root_of, shared_strings, sheets_of
from zhiyin.intake.workbook_xml import Attributes, read_elements, unescaped

MAX_CELLS = 1_000_000
"""So many filled cells a sheet may have."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell: ``kind`` is ``n`` (number), ``s`` (text), ``b`` (yes or no), ``d`` (ISO date) or ``e`` (error).

    ``raw`` is the text as stored; ``formula`` says that it was computed, and then ``raw`` is what it came to.
    """

    row: int
    column: int
    kind: str
    raw: str
    format: Format = GENERAL
    formula: bool = False
    look: Look = Look.PLAIN

    @property
    def text(self) -> str:
        """What stands there, as text without blanks around it."""
        return stripped(self.raw)

    @property
    def name(self) -> str:
        """The cell's name: ``B3``."""
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Range:
    """Cells that are merged into one."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


@dataclass(frozen=True, slots=True)
class Hidden:
    """What of a sheet is out of sight: the whole of it, rows, columns; ``filtered`` are the rows of a filter that is set."""

    whole: bool = False
    rows: frozenset[int] = frozenset()
    columns: tuple[range, ...] = ()
    filtered: Range | None = None

    def column(self, number: int) -> bool:
        """Return whether a column is hidden."""
        return any(number in each for each in self.columns)

    def by_filter(self, row: int) -> bool:
        """Return whether a hidden row is one that a filter leaves out."""
        return self.filtered is not None and self.filtered.top <= row <= self.filtered.bottom


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The filled cells of one sheet by row and column, both counted from 1, its merged ranges and what it hides."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()
    hidden: Hidden = Hidden()

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell, where it holds something."""
        return self.rows.get(row, {}).get(column)

    def text(self, row: int, column: int) -> str:
        """Return the text of the cell, empty where it holds nothing."""
        found = self.cell(row, column)
        return "" if found is None else found.text


class WorkbookCells:
    """A workbook whose sheets are read when they are asked for."""

    def __init__(self, archive: Archive, source: str) -> None:
        self._archive = archive
        self._source = source
        root = root_of(archive, source)
        self._sheets, self._out_of_sight, self.from_1904 = sheets_of(archive, root, source)
        related = dict(relations_of(archive, root, source))
        paths = {kind: path for path, kind in related.values()}
        strings, styles = paths.get("sharedStrings"), paths.get("styles")
        self._strings, self._struck = (
            shared_strings(archive, strings, source) if strings and strings in archive else ([], set())
        )
        styled = archive.part(styles) if styles and styles in archive else None
        self._formats = formats_of(styled, source=source) if styled is not None else ()
        self._looks = looks_of(styled, source=source) if styled is not None else ()
        self._parts = {title: related.get(relation, ("", "")) for title, relation in self._sheets}
        self.page_texts: dict[str, list[str]] = {}
        """What the heads and feet of the printed pages say, of the sheets that have been read."""

    @property
    def titles(self) -> list[str]:
        """The titles of the sheets in their order."""
        return [title for title, _ in self._sheets]

    @property
    def archive(self) -> Archive:
        """The parts of the workbook."""
        return self._archive

    def part(self, title: str) -> str:
        """Return the path of the part of a sheet."""
        return self._parts[title][0]

    def sheet(self, title: str) -> SheetCells:
        """Return the filled cells of a sheet; BadSubmission where it is damaged, TooLarge where it holds too many."""
        path, kind = self._parts[title]
        if kind != "worksheet":
            if kind in ("chartsheet", "dialogsheet"):
                return SheetCells(title)
            raise damaged(self._source, title, "内容缺失", "its content is missing")
        reading = _SheetReading(title, self._strings, self._struck, self._formats, self._looks, self._source)
        read_elements(
            self._archive.part(path, sheet=title),
            reading.start,
            reading.end,
            reading.characters,
            source=self._source,
            sheet=title,
            part=path,
        )
        hidden = Hidden(
            title in self._out_of_sight,
            frozenset(reading.hidden_rows),
            tuple(reading.hidden_columns),
            reading.filter if reading.is_filtered else None,
        )
        self.page_texts[title] = reading.page_texts
        return SheetCells(title, reading.rows, tuple(reading.merged), hidden)


class _SheetReading:
    """Collects the filled cells while the XML of a sheet passes by."""

    def __init__(
        self,
        title: str,
        strings: list[str],
        struck: set[int],
        formats: tuple[Format, ...],
        looks: tuple[Look, ...],
        source: str,
    ) -> None:
        self.rows: dict[int, dict[int, Cell]] = {}
        self.merged: list[Range] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[range] = []
        self.filter: Range | None = None
        self.is_filtered = False
        self.page_texts: list[str] = []
        self._title, self._strings, self._formats, self._source = title, strings, formats, source
        self._struck, self._looks = struck, looks
        self._is_struck = False
        self._row = self._column = self._count = 0
        self._type = "n"
        self._style = 0
        self._formula = False
        self._text: list[str] | None = None
        self._value: str | None = None
        self._phonetic = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self._column += 1
            else:
                self._row, self._column = self._position(reference)
            self._type = attributes.get("t", "n")
            style = attributes.get("s", "0")
            self._style = int(style) if style.isdigit() and len(style) < 8 else 0
            self._formula = False
            self._is_struck = False
            self._value = None
        elif name in ("v", "t"):
            if not self._phonetic:
                self._text = []
        elif name == "row":
            stated = attributes.get("r")
            self._row = int(stated) if stated and stated.isdigit() and len(stated) < 9 else self._row + 1
            self._column = 0
            if attributes.get("hidden") in _ON or attributes.get("ht") in _NONE:
                self.hidden_rows.add(self._row)
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic += 1
        elif name == "strike":
            self._is_struck = self._is_struck or is_on(attributes)
        elif name == "mergeCell":
            self.merged.append(self._range(attributes.get("ref", "")))
        elif name == "col":
            self._hide(attributes)
        elif name == "autoFilter":
            self.filter = self._range(attributes.get("ref", "A1"))
        elif name == "filterColumn":
            self.is_filtered = True
        elif name in _PAGE_TEXTS:
            self._text = []

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            if self._text is not None:
                self._value = (self._value or "") + "".join(self._text)
                self._text = None
        elif name == "c":
            if self._value is not None or self._formula:
                self._keep()
        elif name == "rPh":
            self._phonetic -= 1
        elif name in _PAGE_TEXTS and self._text is not None:
            self.page_texts.append("".join(self._text))
            self._text = None

    def characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _keep(self) -> None:
        raw, kind = self._value or "", self._type
        if kind == "s":
            index = raw.strip()
            if not index.isdigit() or len(index) > 9 or int(index) >= len(self._strings):
                raise damaged(
                    self._source,
                    self._title,
                    f"单元格 {column_letters(self._column)}{self._row} 的文字缺失",
                    f"the text of cell {column_letters(self._column)}{self._row} is missing",
                )
            raw = self._strings[int(index)]
            self._is_struck = int(index) in self._struck
        elif kind in ("str", "inlineStr"):
            raw = unescaped(raw)
            kind = "s"
        elif kind not in ("b", "e", "d"):
            kind = "n"
        if not stripped(raw) and not self._formula:
            return
        self._count += 1
        if self._count > MAX_CELLS:
            raise TooLarge(
                f"工作表“{self._title}”填写的单元格超过 {MAX_CELLS:,} 个",
                f"the sheet '{self._title}' has over {MAX_CELLS:,} filled cells",
                place=Place(source=self._source or None, sheet=self._title),
            )
        row = self.rows.setdefault(self._row, {})
        if self._column in row:
            raise damaged(
                self._source,
                self._title,
                f"单元格 {row[self._column].name} 出现两次",
                f"cell {row[self._column].name} stands twice",
            )
        style = self._formats[self._style] if self._style < len(self._formats) else GENERAL
        look = self._looks[self._style] if self._style < len(self._looks) else Look.PLAIN
        if self._is_struck:
            look = Look.STRUCK
        row[self._column] = Cell(self._row, self._column, kind, raw, style, self._formula, look)

    def _hide(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if not (first.isdigit() and last.isdigit() and len(first) < 7 and len(last) < 7):
            return
        if attributes.get("hidden") in _ON or attributes.get("width") in _NONE:
            self.hidden_columns.append(range(int(first), int(last) + 1))

    def _range(self, reference: str) -> Range:
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = self._position(first), self._position(last or first)
        return Range(top, left, bottom, right)

    def _position(self, reference: str) -> tuple[int, int]:
        letters = reference.rstrip("0123456789")
        digits = reference[len(letters) :]
        column = _COLUMNS.get(letters) or _column_number(letters)
        if not column or not digits or len(digits) > 8:
            raise damaged(
                self._source, self._title, f"单元格位置“{reference[:20]}”", f"the cell reference '{reference[:20]}'"
            )
        return int(digits), column


def stripped(text: str) -> str:
    """Return text without blanks around it, the zero-width ones included."""
    return text.strip().strip("\u200b\u200c\u200d\u2060\ufeff").strip()


_ON = ("1", "true")
_NONE = ("0", "0.0")
_PAGE_TEXTS = frozenset(f"{which}{part}" for which in ("odd", "even", "first") for part in ("Header", "Footer"))
_COLUMNS: dict[str, int] = {}
_LETTERS: dict[int, str] = {}


def column_letters(column: int) -> str:
    """Return the letters of a column that is counted from 1: 28 is ``AB``."""
    known = _LETTERS.get(column)
    if known is None:
        rest, letters = column, ""
        while rest > 0:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        known = letters or "A"
        _LETTERS[column] = known
    return known


def _column_number(letters: str) -> int:
    upper = letters.replace("$", "").upper()
    if not 0 < len(upper) <= 3 or not upper.isascii() or not upper.isalpha():
        return 0
    number = 0
    for letter in upper:
        number = number * 26 + ord(letter) - 64
    _COLUMNS[letters] = number
    return number
