"""The XML parts of a workbook in, their elements out in one pass; what is no plain XML is refused as damage."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from zhiyin.errors import BadSubmission, Place
from zhiyin.intake.workbook_archive import damaged

Attributes = Mapping[str, str]
_STRICT = "http://purl.oclc.org/ooxml/"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MAX_DEPTH = 64


class _Doctype(Exception):
    """A part declares a document type: entities could be hidden in it."""


def read_elements(
    data: bytes,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
    *,
    source: str,
    sheet: str | None = None,
    part: str = "",
) -> None:
    """Call back for each element by its local name; BadSubmission for XML that is broken, deep or declares a DTD.

    The namespace is looked at once, on the root: the strict variant of the format is refused.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    local: dict[str, str] = {}
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise _Doctype
        known = local.get(name)
        if known is None:
            known = local.setdefault(name, name.rpartition(":")[2])
        if depth == 1 and any(value.startswith(_STRICT) for key, value in attributes.items() if key[:5] == "xmlns"):
            raise BadSubmission(
                "工作簿是“严格 Open XML”格式，不能读取；请另存为普通的 .xlsx（Excel 工作簿）",
                "the workbook is in the strict Open XML format; save it as an ordinary .xlsx (Excel Workbook)",
                place=Place(source=source or None),
            )
        start(known, attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(local[name])

    def doctype(*_: object) -> None:
        raise _Doctype

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = doctype
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(data, True)
    except _Doctype as error:
        raise damaged(source, sheet, f"{part} 的 XML 不是工作簿的", f"{part} is no XML of a workbook") from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(source, sheet, f"{part} 的 XML 不完整", f"the XML of {part} is broken") from error


def unescaped(text: str) -> str:
    """Return a string of a workbook with its ``_x000D_`` escapes resolved."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: _character(int(match[1], 16), match[0]), text)


def _character(code: int, written: str) -> str:
    return written if 0xD800 <= code <= 0xDFFF else chr(code)
