"""Takes the bytes of the guideline's text and gives its characters, once encoding and checksum are right."""

from __future__ import annotations

import hashlib
from typing import Final

from zhiyin.errors import Place, SourceTextError

_BOM: Final = b"\xef\xbb\xbf"
_ALLOWED_CONTROLS: Final = frozenset("\t\n\r")


def read_text(data: bytes, *, name: str = "") -> str:
    """Decode ``data`` as UTF-8; a byte-order mark is dropped.

    Raises SourceTextError with line and byte offset at the first byte that is not UTF-8, at a control character
    and for an empty text.
    """
    body = data.removeprefix(_BOM)
    dropped = len(data) - len(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise SourceTextError(
            f"第 {fault.start + dropped} 字节起不是 UTF-8 编码",
            f"not UTF-8 from byte offset {fault.start + dropped} on",
            place=Place(source=name or None, line=body.count(b"\n", 0, fault.start) + 1),
            details={"byteOffset": fault.start + dropped},
        ) from fault
    for offset, character in enumerate(text):
        if character < " " and character not in _ALLOWED_CONTROLS:
            raise SourceTextError(
                f"含有控制字符 U+{ord(character):04X}",
                f"control character U+{ord(character):04X}",
                place=Place(source=name or None, line=text.count("\n", 0, offset) + 1),
            )
    if not text.strip():
        raise SourceTextError("文本是空的", "the text is empty", place=Place(source=name or None, line=1))
    return text


def check_sum(data: bytes, sums: str, name: str) -> str:
    """Return the SHA-256 of ``data`` in hex; SourceTextError unless ``sums`` (sha256sum's format) says the same."""
    found = hashlib.sha256(data).hexdigest()
    expected = {
        file.strip().lstrip("*"): digest for digest, _, file in (row.partition(" ") for row in sums.splitlines())
    }
    if name not in expected:
        raise SourceTextError(
            f"校验和清单里没有“{name}”", f"no checksum is given for {name}", place=Place(source="SHA256SUMS")
        )
    if expected[name] != found:
        raise SourceTextError(
            f"校验和不符：应为 {expected[name]}，实为 {found}",
            f"wrong checksum: expected {expected[name]}, found {found}",
            place=Place(source=name),
        )
    return found
