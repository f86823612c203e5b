"""A workbook and its rewriting in, the rewriting with the sender's pictures, charts and text boxes out.

The library that writes the findings in knows cells and comments; what it does not know it would leave out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from zhiyin.intake.workbook_archive import opened
from zhiyin.intake.workbook_cells import WorkbookCells
from zhiyin.intake.workbook_parts import relations_beside

_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing"
_TYPES = "[Content_Types].xml"
_ALONE = frozenset({"ctrlProp", "oleObject", "package", "slicer", "timeline"})
"""What stands in a drawing and in the sheet both: without its part there the drawing would be broken."""
_SHEET_RELS = re.compile(r"/_rels/[^/]*\.xml\.rels$", re.IGNORECASE)
_SHOWN = re.compile(rb'<(?:\w+:)?Relationship [^>]*relationships/drawing"[^>]*/>')
_BEHIND = re.compile(r"<(?:\w+:)?(?:legacyDrawing|tableParts|extLst)\b|</(?:\w+:)?worksheet>")
"""What stands behind the drawing in the XML of a sheet."""
_DEFAULT = re.compile(r'<Default [^>]*Extension="([^"]*)"[^>]*/>')
_OVERRIDE = re.compile(r'<Override [^>]*PartName="/?([^"]*)"[^>]*/>')


def without_drawings(data: bytes) -> bytes:
    """Return a workbook whose sheets show none of their drawings: the library fails on some that it would not keep anyway."""
    with ZipFile(io.BytesIO(data)) as source:
        shown = {n: source.read(n) for n in source.namelist() if _SHEET_RELS.search(n.replace("\\", "/"))}
        cut = {name: _SHOWN.sub(b"", text) for name, text in shown.items()}
        if cut == shown:
            return data
        out = io.BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            for name in source.namelist():
                archive.writestr(name, cut[name] if name in cut else source.read(name))
    return out.getvalue()


def with_drawings(before: bytes, after: bytes) -> bytes:
    """Return ``after``, a rewriting of the workbook ``before`` without drawings, with those of ``before``."""
    was, now = WorkbookCells(opened(before, ""), ""), WorkbookCells(opened(after, ""), "")
    with ZipFile(io.BytesIO(before)) as source, ZipFile(io.BytesIO(after)) as written:
        names = {name.lstrip("/"): name for name in source.namelist()}
        parts = {name: written.read(name) for name in written.namelist()}
        kept: set[str] = set()
        for title in was.titles:
            related = relations_beside(was.archive, was.part(title), "")
            drawings = [path for path, kind in related if kind == "drawing"]
            if title not in now.titles or not drawings or _ALONE & {kind for _, kind in related}:
                continue
            copied = dict(_closure(source, names, drawings[0]))
            if drawings[0] not in copied or not copied.keys().isdisjoint(parts):
                continue
            parts |= copied
            kept |= copied.keys()
            _relate(parts, now.part(title), drawings[0])
        if not kept:
            return after
        _declare(parts, source.read(names[_TYPES]).decode(), kept)
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def _closure(source: ZipFile, names: Mapping[str, str], first: str) -> Iterator[tuple[str, bytes]]:
    """Yield a part and all that it relates to, with the parts that say so."""
    waiting, seen = [first], set[str]()
    while waiting:
        path = waiting.pop()
        if path in seen or path not in names:
            continue
        seen.add(path)
        yield path, source.read(names[path])
        folder, _, name = path.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels"
        if rels in names:
            data = source.read(names[rels])
            yield rels, data
            for target in re.findall(r'Target="([^"]*)"', data.decode("utf-8", "replace")):
                waiting.append(_resolved(folder, target))


def _resolved(folder: str, target: str) -> str:
    parts = [] if target.startswith("/") else folder.split("/")
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _relate(parts: dict[str, bytes], sheet: str, drawing: str) -> None:
    """Let the part of a sheet show a drawing."""
    folder, _, name = sheet.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels"
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    row = f'<Relationship Id="keptDrawing" Type="{_KIND}" Target={quoteattr(f"/{drawing}")}/></Relationships>'
    said = parts.get(rels, empty).decode()
    parts[rels] = re.sub(r"</Relationships>|(?<=>)$", lambda _: row, said, count=1).encode()
    shown = (
        '<drawing xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="keptDrawing"/>'
    )
    text = parts[sheet].decode()
    last = [match.start() for match in _BEHIND.finditer(text)]
    parts[sheet] = (text[: last[0]] + shown + text[last[0] :]).encode()


def _declare(parts: dict[str, bytes], before: str, kept: set[str]) -> None:
    """Name the kinds of the parts that were kept as the workbook before did."""
    said = parts[_TYPES].decode()
    known = set(_DEFAULT.findall(said))
    more = [m[0] for m in _OVERRIDE.finditer(before) if m[1] in kept]
    used = {name.rpartition(".")[2] for name in kept}
    more += [m[0] for m in _DEFAULT.finditer(before) if m[1] in used and m[1] not in known]
    parts[_TYPES] = said.replace("</Types>", "".join(more) + "</Types>").encode()
