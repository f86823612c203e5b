"""Ways in which the file is written otherwise by other programs, is damaged, or is no workbook at all."""
# ruff: noqa: ARG005 - every change takes the workbook, the sheet and the cell, and most need less

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import partial
from xml.etree import ElementTree as ET

from tests.intake.mangler_book import Book, Sheet, empty_sheet, text_of
from tests.intake.mangler_sheets import dimension
from tests.intake.mangler_ways import EITHER, SAME, TOLD, Change, Way, typed


def _all_sheets(book: Book, change: Callable[[Sheet], None]) -> None:
    for title in book.sheets():
        sheet = book.sheet(title)
        change(sheet)
        sheet.save()


def _every_dimension(reference: str, book: Book) -> None:
    _all_sheets(book, lambda sheet: dimension(reference)(book, sheet))


def _shared(book: Book) -> None:
    """Move the texts into one shared table, as Excel does."""
    strings: dict[str, int] = {}

    def move(sheet: Sheet) -> None:
        for cell in sheet.cells():
            if cell.get("t") == "inlineStr":
                text = text_of(cell)
                main = cell.tag[:-1]
                for child in list(cell):
                    cell.remove(child)
                cell.set("t", "s")
                ET.SubElement(cell, main + "v").text = str(strings.setdefault(text, len(strings)))

    _all_sheets(book, move)
    items = "".join(f"<si><t>{_escaped(text)}</t></si>" for text in strings)
    _with_strings(book, f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{items}</sst>')


def _with_strings(book: Book, xml: str) -> None:
    book.parts["xl/sharedStrings.xml"] = xml.encode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    if b"sharedStrings" not in book.parts["xl/_rels/workbook.xml.rels"]:
        book.parts["xl/_rels/workbook.xml.rels"] = re.sub(
            rb"(</(?:\w+:)?Relationships>)",
            rf'<Relationship xmlns="http://schemas.openxmlformats.org/package/2006/relationships" Id="rIdS" '
            rf'Type="{kind}" Target="sharedStrings.xml"/>\1'.encode(),
            book.parts["xl/_rels/workbook.xml.rels"],
        )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _inline(book: Book) -> None:
    """Move the texts into the cells, as some programs do."""
    if "xl/sharedStrings.xml" not in book.parts:
        return
    root = ET.fromstring(book.parts["xl/sharedStrings.xml"])  # noqa: S314
    strings = ["".join(t.text or "" for t in item.iter() if t.tag.endswith("}t")) for item in root]

    def move(sheet: Sheet) -> None:
        for cell in list(sheet.cells()):
            if cell.get("t") == "s":
                sheet.put(cell.get("r", ""), strings[int(text_of(cell))])

    _all_sheets(book, move)


def _prefixed(book: Book) -> None:
    """Write the main namespace with a prefix, as Microsoft's own library does."""
    for path in [*book.sheets().values(), "xl/styles.xml"]:
        text = book.parts[path].decode()
        text = re.sub(r"<(/?)(?![?!/])(?!\w+:)(\w)", r"<\1x:\2", text)
        book.parts[path] = text.replace("xmlns=", "xmlns:x=", 1).encode()


def _utf16(book: Book) -> None:
    for path in book.sheets().values():
        text = re.sub(r"<\?xml[^>]*\?>", "", book.parts[path].decode())
        book.parts[path] = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")


def _with_mark(book: Book) -> None:
    for path in book.sheets().values():
        book.parts[path] = b"\xef\xbb\xbf" + book.parts[path]


def _from_1904(book: Book) -> None:
    """Count days from 1904, as old Macs did: every date moves along."""
    styles = ET.fromstring(book.parts["xl/styles.xml"])  # noqa: S314
    formats = {
        int(f.get("numFmtId", "0"))
        for f in styles.iter()
        if f.tag.endswith("}numFmt") and "yy" in f.get("formatCode", "")
    }
    dated = [
        int(x.get("numFmtId", "0")) in formats | {14, 22} for xfs in styles if xfs.tag.endswith("}cellXfs") for x in xfs
    ]

    def move(sheet: Sheet) -> None:
        for cell in sheet.cells():
            number = next((c for c in cell if c.tag.endswith("}v")), None)
            style = int(cell.get("s", "0"))
            shown = number is not None and cell.get("t", "n") == "n" and style < len(dated) and dated[style]
            if number is not None and shown and typed(cell) and float(number.text or 0) > 10_000:
                number.text = str(int(float(number.text or 0)) - 1462)

    _all_sheets(book, move)
    if b"<workbookPr" in book.parts["xl/workbook.xml"]:
        book.change("xl/workbook.xml", r"<workbookPr ?", '<workbookPr date1904="1" ', count=1)
    else:
        book.change("xl/workbook.xml", r"(<workbook[^>]*>)", r'\1<workbookPr date1904="1"/>', count=1)


def _relative_targets(book: Book) -> None:
    book.parts["xl/_rels/workbook.xml.rels"] = book.parts["xl/_rels/workbook.xml.rels"].replace(
        b'Target="/xl/', b'Target="./'
    )


def _backslashes(book: Book) -> None:
    book.parts = {name.replace("/", "\\"): data for name, data in book.parts.items()}


def _small_letters(book: Book) -> None:
    book.parts = {name.lower(): data for name, data in book.parts.items()}


def _reverse_order(book: Book) -> None:
    book.parts = dict(reversed(book.parts.items()))


def _plus(name: str, data: bytes) -> Change:
    def change(book: Book) -> None:
        book.parts[name] = data

    return change


def _less(name: str) -> Change:
    def change(book: Book) -> None:
        book.parts.pop(name, None)

    return change


def _defined_names(book: Book) -> None:
    names = '<definedName name="_xlnm._FilterDatabase" localSheetId="2" hidden="1">公司!$A$1:$G$9</definedName>'
    if b"<definedNames>" in book.parts["xl/workbook.xml"]:
        book.change("xl/workbook.xml", "<definedNames>", f"<definedNames>{names}", count=1)
    else:
        book.change("xl/workbook.xml", "</sheets>", f"</sheets><definedNames>{names}</definedNames>", count=1)


def _ignorable(book: Book) -> None:
    for path in book.sheets().values():
        book.parts[path] = re.sub(
            rb"<worksheet ",
            b'<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" '
            b'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" ',
            book.parts[path],
            count=1,
        )


def _extended(book: Book) -> None:
    for path in book.sheets().values():
        book.parts[path] = book.parts[path].replace(
            b"</worksheet>",
            b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><v>9</v></ext></extLst></worksheet>',
        )


def _sheet_added(content: bool) -> Change:
    def change(book: Book) -> None:
        cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>草稿</t></is></c></row>' if content else ""
        book.add_sheet("Sheet1", empty_sheet(cells))

    return change


def _sheets_reversed(book: Book) -> None:
    text = book.parts["xl/workbook.xml"].decode()
    sheets = re.findall(r"<sheet [^>]*/>", text)
    inner = "".join(reversed(sheets))
    book.parts["xl/workbook.xml"] = re.sub(
        r"<sheets>.*</sheets>", f"<sheets>{inner}</sheets>", text, flags=re.S
    ).encode()


def _bytes(made: Callable[[bytes], bytes]) -> Change:
    return lambda book: made(book.packed())


def _strict(book: Book) -> None:
    for name in list(book.parts):
        if name.endswith((".xml", ".rels")):
            book.parts[name] = (
                book.parts[name]
                .replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                )
                .replace(
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                )
            )


FILE_WAYS: tuple[Way, ...] = (
    Way("file: packed without compression", lambda book: book.packed(compression=zipfile.ZIP_STORED), SAME),
    Way("file: packed with bzip2", lambda book: book.packed(compression=zipfile.ZIP_BZIP2), EITHER),
    Way("file: its parts in reverse", _reverse_order, SAME),
    Way("file: its parts in small letters", _small_letters, SAME),
    Way("file: its parts with backslashes", _backslashes, SAME),
    Way("file: relative targets", _relative_targets, SAME),
    Way("file: texts in a shared table", _shared, SAME),
    Way("file: texts in the cells", _inline, SAME),
    Way("file: a prefix for the namespace", _prefixed, SAME),
    Way("file: sheets in UTF-16", _utf16, SAME),
    Way("file: sheets with a byte order mark", _with_mark, SAME),
    Way("file: days counted from 1904", _from_1904, SAME),
    Way("file: every dimension one cell, as WPS writes it", partial(_every_dimension, "A1"), SAME),
    Way("file: every dimension too short", partial(_every_dimension, "A1:C4"), SAME),
    Way("file: names that web Excel defines", _defined_names, SAME),
    Way("file: extensions to be ignored", _ignorable, SAME),
    Way("file: extensions with values", _extended, SAME),
    Way("file: without properties", _less("docProps/core.xml"), SAME),
    Way("file: WPS's own properties", _plus("docProps/custom.xml", b"<Properties/>"), SAME),
    Way("file: a picture", _plus("xl/media/image1.png", b"\x89PNG"), SAME),
    Way("file: a calculation chain", _plus("xl/calcChain.xml", b"<calcChain/>"), SAME),
    Way("file: printer settings", _plus("xl/printerSettings/printerSettings1.bin", b"\0" * 99), SAME),
    Way("file: without styles", _less("xl/styles.xml"), SAME),
    Way("file: without content types", _less("[Content_Types].xml"), EITHER),
    Way("file: an empty sheet added", _sheet_added(False), SAME),
    Way("file: a sheet with content added", _sheet_added(True), TOLD),
    Way("file: its sheets in reverse", _sheets_reversed, SAME),
    Way("file: macros", _plus("xl/vbaProject.bin", b"\0"), TOLD),
    Way("file: old macros", _plus("xl/macrosheets/sheet1.xml", b"<x/>"), TOLD),
    Way("file: links to other files", _plus("xl/externalLinks/externalLink1.xml", b"<x/>"), TOLD),
    Way("file: strict Open XML", _strict, TOLD),
    Way("file: cut short", _bytes(lambda data: data[: len(data) // 2]), TOLD),
    Way("file: its end missing", _bytes(lambda data: data[:-40]), TOLD),
    Way("file: bytes before it", _bytes(lambda data: b"\0\0\0\0" + data), EITHER),
    Way("file: bytes behind it", _bytes(lambda data: data + b"\r\n"), EITHER),
    Way(
        "file: a document type in a part", _plus("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>'), TOLD
    ),
    Way("file: without its table of sheets", _less("xl/workbook.xml"), TOLD),
    Way("file: without relations", _less("xl/_rels/workbook.xml.rels"), TOLD),
    Way(
        "file: encrypted",
        lambda book: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        TOLD,
    ),
    Way("file: an old .xls", lambda book: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), TOLD),
    Way("file: a PDF", lambda book: b"%PDF-1.7\n", TOLD),
    Way("file: a web page", lambda book: b"<html><table><tr><td>1</td></tr></table></html>", TOLD),
    Way("file: CSV", lambda book: "项目,填写\n公司,1\n".encode("gbk"), TOLD),
    Way("file: empty", lambda book: b"", TOLD),
    Way("file: an archive of the workbook", lambda book: _wrapped(book.packed()), TOLD),
)


def _wrapped(data: bytes) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("自述表.xlsx", data)
    return out.getvalue()
