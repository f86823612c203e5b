"""A .docx file in, its text out line by line with the way back to the paragraphs; what was not read is told."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhiyin.errors import BadRequest, Message, Place, TooLarge

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

DOCX_MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_BYTES: Final = 20_000_000
MAX_UNPACKED: Final = 80_000_000
MAX_PARTS: Final = 5000
_BROKEN: Final = (KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, OSError, SyntaxError)


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as it stands in the text: its range there."""

    paragraph: Paragraph
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document, a paragraph a line and a row of a table a line, and what of it was not read."""

    document: Document
    text: str
    lines: tuple[Line, ...]
    warnings: tuple[Message, ...]


def is_docx(data: bytes) -> bool:
    """Say whether ``data`` begins as a zip archive does."""
    return data.startswith(b"PK\x03\x04")


def read_document(data: bytes, source: str = "") -> DocumentText:
    """Return the text of a .docx; TooLarge or BadRequest for what is huge, broken or none."""
    import docx

    _check(data, source)
    try:
        document = docx.Document(io.BytesIO(data))
        lines: list[Line] = []
        pieces: list[str] = []
        at = 0
        for row in _rows(document):
            opens = "| " if len(row) > 1 else ""
            pieces.append(opens)
            at += len(opens)
            for index, paragraph in enumerate(row):
                if index:
                    pieces.append(" | ")
                    at += 3
                text = paragraph.text.replace("\n", " ")
                lines.append(Line(paragraph, at, at + len(text)))
                pieces.append(text)
                at += len(text)
            pieces.append(" |\n" if opens else "\n")
            at += 3 if opens else 1
    except _BROKEN as error:
        raise BadRequest(
            "无法读取此 .docx 文件，可能已损坏；请用 Word 另存后再试",
            "this .docx cannot be read, it may be damaged; save it anew and try again",
            place=Place(source=source or None),
        ) from error
    return DocumentText(document, "".join(pieces), tuple(lines), _unread(data))


def _check(data: bytes, source: str) -> None:
    place = Place(source=source or None)
    if len(data) > MAX_BYTES:
        raise TooLarge(f"文件超过 {MAX_BYTES:,} 字节", f"the file exceeds {MAX_BYTES:,} bytes", place=place)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                raise TooLarge(
                    f"文件由超过 {MAX_PARTS:,} 个部分组成", f"the file has over {MAX_PARTS:,} parts", place=place
                )
            if sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise TooLarge(
                    f"文件解压后超过 {MAX_UNPACKED:,} 字节",
                    f"the file unpacks to over {MAX_UNPACKED:,} bytes",
                    place=place,
                )
            names = {part.filename for part in parts}
            markup = [name for name in names if name.endswith((".xml", ".rels"))]
            declared = any(b"<!DOCTYPE" in archive.read(name) for name in markup)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError) as error:
        raise BadRequest("不是有效的 .docx 文件", "not a valid .docx file", place=place) from error
    if "word/document.xml" not in names:
        raise BadRequest(
            "压缩包不是 .docx 文件；可核验的有：文本、Markdown、.docx",
            "the archive is not a .docx; what can be checked: text, Markdown, .docx",
            place=place,
        )
    if declared:
        raise BadRequest("文件含 DOCTYPE，不予读取", "the file holds a DOCTYPE and is not read", place=place)


def _rows(document: Document) -> Iterator[list[Paragraph]]:
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _table_rows(block)
        else:
            yield [block]


def _table_rows(table: Table) -> Iterator[list[Paragraph]]:
    for row in table.rows:
        seen: list[object] = []
        paragraphs: list[Paragraph] = []
        nested: list[Table] = []
        for cell in row.cells:
            if any(cell._tc is other for other in seen):
                continue
            seen.append(cell._tc)
            paragraphs += _paragraphs(cell, nested)
        if paragraphs:
            yield paragraphs
        for inner in nested:
            yield from _table_rows(inner)


def _paragraphs(cell: _Cell, nested: list[Table]) -> list[Paragraph]:
    nested += cell.tables
    return [paragraph for paragraph in cell.paragraphs if paragraph.text.strip()]


def _unread(data: bytes) -> tuple[Message, ...]:
    """Return what the document holds beside its paragraphs and tables."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        body = archive.read("word/document.xml")
    if any(name.startswith(("word/footnotes", "word/endnotes")) for name in names) and (
        b"footnoteReference" in body or b"endnoteReference" in body
    ):
        found.append(Message("脚注和尾注没有核验", "footnotes and endnotes were not checked"))
    if b"txbxContent" in body:
        found.append(Message("文本框中的文字没有核验", "the words in text boxes were not checked"))
    if b"<w:del " in body:
        found.append(Message("修订中删除的文字没有核验", "words deleted by a tracked change were not checked"))
    if any(name.startswith("word/media/") for name in names):
        found.append(Message("图片中的文字没有核验", "the words in pictures were not checked"))
    return tuple(found)
