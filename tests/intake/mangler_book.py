"""A workbook as its XML parts, with the changes that people and programs make to cells, rows, columns and sheets."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
ET.register_namespace("", _MAIN)
ET.register_namespace("r", _RELATION)
Value = str | int | float | bool | None


def _tag(name: str) -> str:
    return f"{{{_MAIN}}}{name}"


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters_of(column: int) -> str:
    letters = ""
    while column > 0:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def split(reference: str) -> tuple[str, int]:
    letters = reference.rstrip("0123456789")
    return letters, int(reference[len(letters) :])


class Sheet:
    """One sheet whose cells are changed in place."""

    def __init__(self, book: Book, path: str) -> None:
        self.book, self.path = book, path
        self.root = ET.fromstring(book.parts[path])  # noqa: S314 - our own workbook

    @property
    def data(self) -> ET.Element:
        found = self.root.find(_tag("sheetData"))
        assert found is not None
        return found

    def save(self) -> None:
        self.book.parts[self.path] = ET.tostring(self.root, encoding="UTF-8", xml_declaration=True)

    def rows(self) -> list[ET.Element]:
        return list(self.data)

    def row(self, number: int) -> ET.Element:
        for row in self.data:
            if int(row.get("r", "0")) == number:
                return row
        made = ET.Element(_tag("row"), {"r": str(number)})
        at = next((i for i, row in enumerate(self.data) if int(row.get("r", "0")) > number), len(self.data))
        self.data.insert(at, made)
        return made

    def cells(self) -> Iterator[ET.Element]:
        for row in self.data:
            yield from row

    def cell(self, reference: str) -> ET.Element:
        letters, number = split(reference)
        row = self.row(number)
        for cell in row:
            if cell.get("r") == reference:
                return cell
        made = ET.Element(_tag("c"), {"r": reference})
        own = column_number(letters)
        at = next((i for i, c in enumerate(row) if column_number(split(c.get("r", "A1"))[0]) > own), len(row))
        row.insert(at, made)
        return made

    def text(self, reference: str) -> str:
        return text_of(self.cell(reference))

    def put(self, reference: str, value: Value, *, style: int | None = None) -> None:
        """Write a value as a program writes it: text inline, numbers bare."""
        cell = self.cell(reference)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if style is not None:
            cell.set("s", str(style))
        if value is None:
            return
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = ET.SubElement(ET.SubElement(cell, _tag("is")), _tag("t"))
            text.text = value
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return
        if isinstance(value, bool):
            cell.set("t", "b")
        ET.SubElement(cell, _tag("v")).text = str(int(value)) if isinstance(value, bool) else repr(value)

    def raw(self, reference: str, kind: str, value: str, *, formula: str | None = None) -> None:
        """Write a cell of type ``kind`` as it would stand in the file."""
        self.put(reference, None)
        cell = self.cell(reference)
        if kind:
            cell.set("t", kind)
        if formula is not None:
            ET.SubElement(cell, _tag("f")).text = formula
        ET.SubElement(cell, _tag("v")).text = value

    def insert_rows(self, before: int, count: int = 1) -> None:
        for row in self.data:
            number = int(row.get("r", "0"))
            if number >= before:
                row.set("r", str(number + count))
                for cell in row:
                    letters, _ = split(cell.get("r", "A1"))
                    cell.set("r", f"{letters}{number + count}")

    def delete_row(self, number: int) -> None:
        for row in self.rows():
            if int(row.get("r", "0")) == number:
                self.data.remove(row)
        self.insert_rows(number, -1)

    def insert_column(self, before: int) -> None:
        for cell in self.cells():
            letters, number = split(cell.get("r", "A1"))
            if column_number(letters) >= before:
                cell.set("r", f"{letters_of(column_number(letters) + 1)}{number}")

    def delete_column(self, column: int) -> None:
        for row in self.data:
            for cell in list(row):
                letters, number = split(cell.get("r", "A1"))
                if column_number(letters) == column:
                    row.remove(cell)
                elif column_number(letters) > column:
                    cell.set("r", f"{letters_of(column_number(letters) - 1)}{number}")

    def reorder(self, first: int, order: Callable[[list[ET.Element]], list[ET.Element]]) -> None:
        """Put the rows from ``first`` on into another order, as sorting does."""
        moved = [row for row in self.data if int(row.get("r", "0")) >= first]
        numbers = [int(row.get("r", "0")) for row in moved]
        for row in moved:
            self.data.remove(row)
        for number, row in zip(numbers, order(moved), strict=True):
            row.set("r", str(number))
            for cell in row:
                cell.set("r", f"{split(cell.get('r', 'A1'))[0]}{number}")
            self.data.append(row)

    def merge(self, reference: str, *, keep: bool = False) -> None:
        """Merge a range; the values under it go, as in Excel, unless they are kept."""
        first, _, last = reference.partition(":")
        (left, top), (right, bottom) = split(first), split(last)
        if not keep:
            for row in range(top, bottom + 1):
                for column in range(column_number(left), column_number(right) + 1):
                    name = f"{letters_of(column)}{row}"
                    if name != first:
                        self.put(name, None)
        merges = self.root.find(_tag("mergeCells"))
        if merges is None:
            merges = ET.Element(_tag("mergeCells"))
            self.root.insert(list(self.root).index(self.data) + 1, merges)
        ET.SubElement(merges, _tag("mergeCell"), {"ref": reference})

    def last_row(self) -> int:
        """The last row that holds something."""
        filled = [int(r.get("r", "0")) for r in self.data if any(text_of(c) and c.find(_tag("f")) is None for c in r)]
        return max(filled)


def text_of(cell: ET.Element) -> str:
    """The text of a cell, inline or as a value."""
    return "".join(part.text or "" for part in cell.iter() if part.tag in (_tag("t"), _tag("v")))


class Book:
    """A workbook whose parts are changed in place."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}

    def packed(self, *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", compression, compresslevel=1) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return out.getvalue()

    def change(self, part: str, old: str, new: str, *, count: int = 0) -> None:
        """Change the text of a part; it must hold what is changed."""
        text = self.parts[part].decode()
        changed, done = re.subn(old, new, text, count=count, flags=re.DOTALL)
        assert done, (part, old)
        self.parts[part] = changed.encode()

    def sheets(self) -> dict[str, str]:
        """Title to path."""
        root = ET.fromstring(self.parts["xl/workbook.xml"])  # noqa: S314
        relations = ET.fromstring(self.parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
        targets = {r.get("Id"): r.get("Target", "") for r in relations}
        found = {}
        for sheet in root.iter(_tag("sheet")):
            target = targets[sheet.get(f"{{{_RELATION}}}id")]
            found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return found

    def sheet(self, title: str) -> Sheet:
        return Sheet(self, self.sheets()[title])

    def style(self, code: str | int) -> int:
        """A cell style with the number format of that code, or built-in number."""
        root = ET.fromstring(self.parts["xl/styles.xml"])  # noqa: S314
        identifier = code
        if isinstance(code, str):
            formats = root.find(_tag("numFmts"))
            if formats is None:
                formats = ET.Element(_tag("numFmts"))
                root.insert(0, formats)
            identifier = 900 + len(formats)
            ET.SubElement(formats, _tag("numFmt"), {"numFmtId": str(identifier), "formatCode": code})
            formats.set("count", str(len(formats)))
        styles = root.find(_tag("cellXfs"))
        assert styles is not None
        ET.SubElement(
            styles,
            _tag("xf"),
            {"numFmtId": str(identifier), "fontId": "0", "fillId": "0", "borderId": "0", "applyNumberFormat": "1"},
        )
        styles.set("count", str(len(styles)))
        self.parts["xl/styles.xml"] = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
        return len(styles) - 1

    def rename(self, title: str, new: str) -> None:
        self.change("xl/workbook.xml", f'name="{re.escape(title)}"', f'name="{new}"', count=1)

    def drop(self, title: str) -> None:
        path = self.sheets()[title]
        self.change("xl/workbook.xml", rf'<sheet [^>]*name="{re.escape(title)}"[^>]*/>', "", count=1)
        del self.parts[path]

    def add_sheet(self, title: str, data: bytes) -> None:
        """Add a sheet at the end."""
        number = 900 + len(self.parts)
        path = f"xl/worksheets/sheet{number}.xml"
        self.parts[path] = data
        relations = ET.fromstring(self.parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
        kind = f"{_RELATION}/worksheet"
        ET.SubElement(
            relations, f"{{{_PACKAGE}}}Relationship", {"Id": f"rId{number}", "Type": kind, "Target": f"/{path}"}
        )
        self.parts["xl/_rels/workbook.xml.rels"] = ET.tostring(relations, encoding="UTF-8", xml_declaration=True)
        types = ET.fromstring(self.parts["[Content_Types].xml"])  # noqa: S314
        content = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        ET.SubElement(types, f"{{{_TYPES}}}Override", {"PartName": f"/{path}", "ContentType": content})
        self.parts["[Content_Types].xml"] = ET.tostring(types, encoding="UTF-8", xml_declaration=True)
        self.change(
            "xl/workbook.xml",
            "</sheets>",
            f'<sheet name="{title}" sheetId="{number}" r:id="rId{number}" xmlns:r="{_RELATION}"/></sheets>',
        )

    def copied(self, title: str) -> bytes:
        """The content of a sheet, for a copy of it."""
        return copy.copy(self.parts[self.sheets()[title]])


def empty_sheet(cells: str = "") -> bytes:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'.encode()
