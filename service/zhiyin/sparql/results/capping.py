"""Ends an answer at its limit of rows, bytes or time, with a mark that a reader can see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from zhiyin.sparql import media
from zhiyin.sparql.job import Cut
from zhiyin.sparql.results.sinks import Sink, xml_safe

_BLOCK = 1 << 18
_MARK_ZH = "结果已截断"
_MARK_EN = "result truncated"


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells an answer that is being sent when to end, so that its last bytes can say so; ``seconds`` is the limit."""

    is_late: Callable[[], bool]
    seconds: float


ENDLESS: Final = Clock(lambda: False, 0.0)


class FullError(Exception):
    """The cap is reached: tells the serialiser to stop."""


class Capped(Sink):
    """Counts rows and bytes in the serialised text and ends it at the cap.

    Counting in the text keeps the serialiser native: a row never becomes a Python object. A row starts where
    ``rows(text)`` says; the text before the first omitted row is closed by ``closing``.
    """

    def __init__(
        self,
        write: Callable[[bytes], None],
        kind: str,
        max_rows: int,
        max_bytes: int,
        clock: Clock,
        closing: Callable[[Cut], bytes],
    ) -> None:
        super().__init__(write)
        self._clock = clock
        self._rows = _ROWS[kind]
        self._kind = kind
        self._left = max_rows + _UNSEEN[kind]
        self._max_bytes = max_bytes
        self._closing = closing
        self._parts: list[bytes] = []
        self._gathered = 0
        self._pending = b""
        self._quoted = False
        self.cut = Cut.NOT

    def write(self, data: bytes) -> int:
        """Gather ``data``, and pass on what is counted; raises FullError at the cap."""
        self._parts.append(data)
        self._gathered += len(data)
        if self._gathered >= _BLOCK:
            self._pass_on(final=False)
        return len(data)

    def finish(self) -> None:
        """Pass on what is left, once the serialiser has returned."""
        if self.cut is Cut.NOT:
            self._pass_on(final=True)

    def _pass_on(self, *, final: bool) -> None:
        text = b"".join([self._pending, *self._parts])
        self._parts.clear()
        self._gathered = 0
        if self._kind == "xml":
            text = xml_safe(text)
        # A row's start may straddle two blocks; the last bytes wait for the next.
        end = len(text) if final else len(text) - 16
        if not final and self._clock.is_late():
            for start in self._rows(text, self._quoted):
                self._stop(text[:start], Cut.TIME)
        cheap = self._kind != "csv" and text.count(_QUICK[self._kind]) < self._left
        if cheap and self.size + end <= self._max_bytes:
            self._left -= text.count(_QUICK[self._kind], 0, end + len(_QUICK[self._kind]) - 1)
            super().write(text if final else text[:end])
            self._pending = b"" if final else text[end:]
            return
        for start in self._rows(text, self._quoted):
            if start - _LAG[self._kind] >= end:
                break
            if self._left == 0:
                self._stop(text[:start], Cut.ROWS)
            if self.size + start > self._max_bytes:
                self._stop(text[:start], Cut.BYTES)
            self._left -= 1
        if self._kind == "csv":
            self._quoted ^= text.count(b'"', 0, end) % 2 == 1
        super().write(text[:end])
        self._pending = text[end:]

    def _stop(self, text: bytes, cut: Cut) -> None:
        self.cut = cut
        super().write(text + self._closing(cut))
        self._pending = b""
        raise FullError


# Inside a literal a quote is escaped, so that "},{" followed by a bare quote and a letter can only stand between rows.
# A row without any binding, "{}", could be part of a literal: it is a row for certain only where no literal is.
_JSON_ROW = re.compile(rb'\},(?=\{"\w)')
_JSON_EMPTY_ROW = re.compile(rb"\},(?=\{\})")


def _json_rows(text: bytes, _: bool) -> Iterator[int]:
    pattern = _JSON_ROW if b'"type"' in text else _JSON_EMPTY_ROW
    # The row's closing brace belongs to the text that is kept.
    return (match.start() + 1 for match in pattern.finditer(text))


def _xml_rows(text: bytes, _: bool) -> Iterator[int]:
    return (match.start() for match in re.finditer(rb"<result>", text))


def _tsv_rows(text: bytes, _: bool) -> Iterator[int]:
    return (match.end() for match in re.finditer(rb"\n(?=.)", text, re.DOTALL))


def _csv_rows(text: bytes, quoted: bool) -> Iterator[int]:
    offset = 0
    for part in text.split(b'"'):
        if not quoted:
            for match in re.finditer(rb"\r\n", part):
                if offset + match.end() < len(text):
                    yield offset + match.end()
        offset += len(part) + 1
        quoted = not quoted


_ROWS: dict[str, Callable[[bytes, bool], Iterator[int]]] = {
    "json": _json_rows,
    "xml": _xml_rows,
    "csv": _csv_rows,
    "tsv": _tsv_rows,
}
_QUICK = {"json": b"},{", "xml": b"<result>", "tsv": b"\n", "csv": b"\r\n"}
# How far into its separator a row starts: a separator belongs to the block in which it begins.
_LAG = {"json": 1, "xml": 0, "tsv": 1, "csv": 2}
# The first row of JSON has no separator before it; in the others every row has its start.
_UNSEEN = {"json": -1, "xml": 0, "tsv": 0, "csv": 0}


_UNITS = {Cut.ROWS: ("行", "rows"), Cut.BYTES: ("字节", "bytes"), Cut.TIME: ("秒", "seconds")}


def mark(cut: Cut, limit: float) -> str:
    """Return the sentence that marks an answer cut at ``limit``."""
    unit_zh, unit_en = _UNITS[cut]
    shown = f"{limit:g}" if cut is Cut.TIME else str(limit)
    return f"{_MARK_ZH}：上限 {shown} {unit_zh} / {_MARK_EN} at {shown} {unit_en}"


def broken_mark(form: media.Format) -> bytes:
    """Return what ends an answer whose rest was lost: read by a person, refused by a parser wherever the format has one."""
    said = f"{_MARK_ZH}：执行被终止 / {_MARK_EN}: the query was ended"
    if form.name in {"turtle", "trig", "ntriples", "nquads"}:
        return f"\n# {said}\n@truncated\n".encode()
    return f"\r\n{said}\r\n".encode()


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of an answer is written, and until when."""

    rows: int
    size: int
    clock: Clock = ENDLESS


def closing_of(kind: str, note: str, width: int) -> bytes:
    """Return what closes a table of ``width`` columns that is cut, with the mark in it."""
    if kind == "json":
        return f']}},"truncated":"{note}"}}'.encode()
    if kind == "xml":
        return f"</results><!-- {note} --></sparql>".encode()
    if kind == "tsv":
        return ("\t".join([f'"{note}"', *[""] * (width - 1)]) + "\n").encode()
    return (",".join([note, *[""] * (width - 1)]) + "\r\n").encode()
