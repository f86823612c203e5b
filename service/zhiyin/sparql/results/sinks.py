"""Where the bytes of an answer go: passed on as they come, mended where their format could not hold them."""

from __future__ import annotations

import re
from collections.abc import Callable

# XML 1.0 has no way to write these, not even escaped; a bare carriage return is read back as a line feed.
_NOT_XML = bytes({*range(0x20)} - {0x09, 0x0A})
_NOT_XML_TEXT = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\ufffd".encode()


def xml_safe(data: bytes) -> bytes:
    """Return XML that a parser takes: carriage returns escaped, characters that XML cannot hold as U+FFFD."""
    if len(data.translate(None, _NOT_XML)) == len(data) and b"\xef\xbf\xbe" not in data and b"\xef\xbf\xbf" not in data:
        return data
    return _NOT_XML_TEXT.sub(lambda found: b"&#xD;" if found.group() == b"\r" else _REPLACEMENT, data)


class Sink:
    """Takes the bytes of an answer; ``write`` is called in order and may block."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.size = 0

    def write(self, data: bytes) -> int:
        """Pass ``data`` on."""
        self.size += len(data)
        self._write(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever reads decides when to pass bytes on."""


class XmlSink(Sink):
    """Mends what the engine writes as it is, though XML cannot hold it."""

    def write(self, data: bytes) -> int:
        """Pass ``data`` on, mended."""
        super().write(xml_safe(data))
        return len(data)


class ArraySink(Sink):
    """Holds the last byte of JSON-LD back, so that a mark can stand before the bracket that ends the array."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        super().__init__(write)
        self._held = b""

    def write(self, data: bytes) -> int:
        """Pass on all but the last byte."""
        text = self._held + data
        self._held = text[-1:]
        super().write(text[:-1])
        return len(data)

    def finish(self, note: str) -> None:
        """End the array; a key that no context knows adds no triple."""
        super().write(f',{{"truncated":"{note}"}}]'.encode() if note else self._held)
