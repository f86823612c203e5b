"""A workbook in, the cells of its sheets that hold something out: never by a stated dimension, one sheet at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zhiyin.errors import BadSubmission, Place, TooLarge
from zhiyin.intake.cell_formats import GENERAL, Format, formats_of
from zhiyin.intake.workbook_archive import Archive, damaged
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
class SheetCells:
    """The filled cells of one sheet by row and column, both counted from 1, and its merged ranges."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()

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
        root = _root_of(archive, source)
        self._sheets, self.from_1904 = _sheets(archive, root, source)
        related = dict(_relations(archive, root, source))
        paths = {kind: path for path, kind in related.values()}
        strings, styles = paths.get("sharedStrings"), paths.get("styles")
        self._strings = _shared_strings(archive, strings, source) if strings and strings in archive else []
        self._formats = formats_of(archive.part(styles), source=source) if styles and styles in archive else ()
        self._parts = {title: related.get(relation, ("", "")) for title, relation in self._sheets}

    @property
    def titles(self) -> list[str]:
        """The titles of the sheets in their order."""
        return [title for title, _ in self._sheets]

    def sheet(self, title: str) -> SheetCells:
        """Return the filled cells of a sheet; BadSubmission where it is damaged, TooLarge where it holds too many."""
        path, kind = self._parts[title]
        if kind != "worksheet":
            if kind in ("chartsheet", "dialogsheet"):
                return SheetCells(title)
            raise damaged(self._source, title, "内容缺失", "its content is missing")
        reading = _SheetReading(title, self._strings, self._formats, self._source)
        read_elements(
            self._archive.part(path, sheet=title),
            reading.start,
            reading.end,
            reading.characters,
            source=self._source,
            sheet=title,
            part=path,
        )
        return SheetCells(title, reading.rows, tuple(reading.merged))


class _SheetReading:
    """Collects the filled cells while the XML of a sheet passes by."""

    def __init__(self, title: str, strings: list[str], formats: tuple[Format, ...], source: str) -> None:
        self.rows: dict[int, dict[int, Cell]] = {}
        self.merged: list[Range] = []
        self._title, self._strings, self._formats, self._source = title, strings, formats, source
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
            self._value = None
        elif name in ("v", "t"):
            if not self._phonetic:
                self._text = []
        elif name == "row":
            stated = attributes.get("r")
            self._row = int(stated) if stated and stated.isdigit() and len(stated) < 9 else self._row + 1
            self._column = 0
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

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
        row[self._column] = Cell(self._row, self._column, kind, raw, style, self._formula)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        (top, left), (bottom, right) = self._position(first), self._position(last or first)
        self.merged.append(Range(top, left, bottom, right))

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


def _root_of(archive: Archive, source: str) -> str:
    """Return the path of the workbook's own part, ``xl/workbook.xml`` by nearly all programs."""
    if "_rels/.rels" in archive:
        for path, kind in dict(_relation_rows(archive.part("_rels/.rels"), "", source)).values():
            if kind == "officeDocument" and path in archive:
                return path
    return "xl/workbook.xml"


def _sheets(archive: Archive, root: str, source: str) -> tuple[list[tuple[str, str]], bool]:
    found: list[tuple[str, str]] = []
    epochs: list[bool] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            found.append((attributes.get("name", ""), relation))
        elif name == "workbookPr":
            epochs.append(attributes.get("date1904", "0") in ("1", "true"))

    read_elements(archive.part(root), start, lambda _: None, source=source, part=root)
    if not found:
        raise damaged(source, None, "没有工作表", "it has no sheets")
    titles = [title for title, _ in found]
    if len(set(titles)) < len(titles):
        twice = next(title for title in titles if titles.count(title) > 1)
        raise BadSubmission(
            f"有两个工作表都叫“{twice}”；请删去或改名",
            f"two sheets are called '{twice}'; delete or rename one",
            place=Place(source=source or None, sheet=twice),
        )
    return found, any(epochs)


def _relations(archive: Archive, root: str, source: str) -> list[tuple[str, tuple[str, str]]]:
    folder, _, name = root.rpartition("/")
    path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    return _relation_rows(archive.part(path), folder, source)


def _relation_rows(data: bytes, folder: str, source: str) -> list[tuple[str, tuple[str, str]]]:
    rows: list[tuple[str, tuple[str, str]]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            rows.append((attributes.get("Id", ""), (_resolved(folder, attributes.get("Target", "")), kind)))

    read_elements(data, start, lambda _: None, source=source, part="rels")
    return rows


def _resolved(folder: str, target: str) -> str:
    target = target.replace("\\", "/")
    parts = [] if target.startswith("/") else [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _shared_strings(archive: Archive, path: str, source: str) -> list[str]:
    strings: list[str] = []
    current: list[str] = []
    state = {"reading": False, "phonetic": False}

    def start(name: str, _: Attributes) -> None:
        if name == "t":
            state["reading"] = not state["phonetic"]
        elif name == "rPh":
            state["phonetic"] = True

    def end(name: str) -> None:
        if name == "t":
            state["reading"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(unescaped("".join(current)))
            current.clear()

    def characters(text: str) -> None:
        if state["reading"]:
            current.append(text)

    read_elements(archive.part(path), start, end, characters, source=source, part=path)
    return strings
