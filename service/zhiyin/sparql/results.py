"""Writes what a query came to in any format, stopping at the row or byte cap with a mark that a reader can see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Final, cast

import pyoxigraph as ox

from zhiyin.sparql import media
from zhiyin.sparql.hint import Hint
from zhiyin.sparql.job import Cut
from zhiyin.sparql.xlsx import write_workbook
from zhiyin.standards import XSD

_BLOCK = 1 << 18
_MARK_ZH = "结果已截断"
_MARK_EN = "result truncated"
BOM = b"\xef\xbb\xbf"


def _table_format(form: media.Format) -> ox.QueryResultsFormat:
    found: ox.QueryResultsFormat = getattr(ox.QueryResultsFormat, form.native)
    return found


def _graph_format(form: media.Format) -> ox.RdfFormat:
    found: ox.RdfFormat = getattr(ox.RdfFormat, form.native)
    return found


# XML 1.0 has no way to write these, not even escaped; a bare carriage return is read back as a line feed.
_NOT_XML = bytes({*range(0x20)} - {0x09, 0x0A})
_NOT_XML_TEXT = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACEMENT = "\ufffd".encode()


def xml_safe(data: bytes) -> bytes:
    """Return XML that a parser takes: carriage returns escaped, characters that XML cannot hold as U+FFFD."""
    if len(data.translate(None, _NOT_XML)) == len(data) and b"\xef\xbf\xbe" not in data and b"\xef\xbf\xbf" not in data:
        return data
    return _NOT_XML_TEXT.sub(lambda found: b"&#xD;" if found.group() == b"\r" else _REPLACEMENT, data)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells an answer that is being sent when to end, so that its last bytes can say so; ``seconds`` is the limit."""

    is_late: Callable[[], bool]
    seconds: float


ENDLESS: Final = Clock(lambda: False, 0.0)
_GLANCE = 256
"""Rows between two looks at the clock."""


class _FullError(Exception):
    """The cap is reached: tells the serialiser to stop."""


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


class _XmlSink(Sink):
    """Mends what the engine writes as it is, though XML cannot hold it."""

    def write(self, data: bytes) -> int:
        """Pass ``data`` on, mended."""
        super().write(xml_safe(data))
        return len(data)


class _ArraySink(Sink):
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


class _Capped(Sink):
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
        raise _FullError


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


def write_answer(
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples,
    form: media.Format,
    write: Callable[[bytes], None],
    caps: Caps,
    prefixes: dict[str, str],
    *,
    whole: bool = False,
) -> Cut:
    """Write what a query came to, by whichever way it was computed; returns whether and why it was cut.

    ``whole`` is for an answer known to be small: the same bytes, in one piece where the engine alone writes the format,
    since each piece handed to a writer takes the interpreter's lock once.
    """
    if isinstance(results, ox.QueryBoolean):
        write_boolean(results, form, write)
        return Cut.NOT
    if whole and not form.download and not form.prefixed:
        native = _graph_format(form) if isinstance(results, ox.QueryTriples) else _table_format(form)
        body = results.serialize(format=native)  # type: ignore[arg-type]
        if body is not None:
            write(xml_safe(body) if form in (media.XML, media.RDF_XML) else body)
            return Cut.NOT
    if isinstance(results, ox.QuerySolutions):
        return write_table(results, form, write, caps.rows, caps.size, caps.clock)
    return write_graph(results, form, write, caps.rows, caps.size, prefixes, caps.clock)


def write_table(
    solutions: ox.QuerySolutions,
    form: media.Format,
    write: Callable[[bytes], None],
    max_rows: int,
    max_bytes: int,
    clock: Clock = ENDLESS,
) -> Cut:
    """Write the rows of a SELECT; returns whether and why they were cut."""
    limits: dict[Cut, float] = {Cut.ROWS: max_rows, Cut.BYTES: max_bytes, Cut.TIME: clock.seconds}
    if form is media.XLSX:
        return _write_xlsx(solutions, write, limits, clock)
    kind = "csv" if form is media.EXCEL_CSV else form.name
    width = len(solutions.variables)

    def closing(cut: Cut) -> bytes:
        return _closing(kind, mark(cut, limits[cut]), width)

    sink = _Capped(write, kind, max_rows, max_bytes, clock, closing)
    if form is media.EXCEL_CSV:
        write(BOM)
    try:
        solutions.serialize(cast(IO[bytes], sink), _table_format(form))
        sink.finish()
    except _FullError:
        pass
    return sink.cut


def _closing(kind: str, note: str, width: int) -> bytes:
    if kind == "json":
        return f']}},"truncated":"{note}"}}'.encode()
    if kind == "xml":
        return f"</results><!-- {note} --></sparql>".encode()
    if kind == "tsv":
        return ("\t".join([f'"{note}"', *[""] * (width - 1)]) + "\n").encode()
    return (",".join([note, *[""] * (width - 1)]) + "\r\n").encode()


_NOTHING = (b'"bindings":[]}}', b"<results></results></sparql>", b"<results/></sparql>")
_LONGEST_ROW = 1024
_ZERO = b'"value":"0"'
_ALL_ZERO = re.compile(rb'"bindings":\[\{(?:"[^"]{1,100}":\{"type":"literal","value":"0"[^{}]{0,200}\},?)+\}\]')


def is_empty(body: bytes, form: media.Format, kind: media.Kind) -> bool:
    """Return whether a whole answer says nothing: no row, no triple, a false, or counts of nothing alone."""
    if len(body) > 4096:
        return False
    if kind is media.Kind.BOOLEAN:
        return b"false" in body
    if kind is media.Kind.GRAPH:
        if form is media.JSON_LD:
            return body.strip() == b"[]"
        if form is media.RDF_XML:
            return b"rdf:about" not in body and b"rdf:nodeID" not in body
        return not any(line.strip() and not line.startswith((b"@prefix", b"#")) for line in body.splitlines())
    if form in (media.JSON, media.XML):
        # An expression tried at every byte of an answer costs more than many a query.
        if body.rstrip().endswith(_NOTHING):
            return True
        return len(body) <= _LONGEST_ROW and _ZERO in body and _ALL_ZERO.search(body) is not None
    lines = body.removeprefix(BOM).splitlines()
    if form is media.XLSX or len(lines) > 2:
        return False
    zero = {b"0", b'"0"', b"0.0"}
    return len(lines) == 1 or set(re.split(rb"[,\t]", lines[1])) <= zero


def with_hints(body: bytes, hints: Sequence[Hint]) -> bytes:
    """Return SPARQL 1.1 JSON results with ``hints`` as a further member, which readers of the standard leave alone."""
    told = json.dumps([hint.as_json() for hint in hints], ensure_ascii=False, separators=(",", ":"))
    return body.rstrip()[:-1] + b',"hints":' + told.encode() + b"}"


def write_boolean(answer: ox.QueryBoolean, form: media.Format, write: Callable[[bytes], None]) -> None:
    """Write the answer of an ASK; in CSV and TSV, whose standard has no form for it, the bare word."""
    answer.serialize(cast(IO[bytes], Sink(write)), _table_format(form))


def write_graph(
    triples: Iterable[ox.Triple],
    form: media.Format,
    write: Callable[[bytes], None],
    max_rows: int,
    max_bytes: int,
    prefixes: dict[str, str],
    clock: Clock = ENDLESS,
) -> Cut:
    """Write the triples of a CONSTRUCT or DESCRIBE; ``prefixes`` shorten what has prefixes."""
    source = iter(triples)
    sink = {media.RDF_XML: _XmlSink, media.JSON_LD: _ArraySink}.get(form, Sink)(write)
    cut = Cut.NOT

    def within() -> Iterator[ox.Triple]:
        nonlocal cut
        for number, triple in enumerate(islice(source, max_rows)):
            if sink.size > max_bytes:
                cut = Cut.BYTES
                return
            if number % _GLANCE == 0 and clock.is_late():
                cut = Cut.TIME
                return
            yield triple
        if next(source, None) is not None:
            cut = Cut.ROWS

    syntax = _graph_format(form)
    limits: dict[Cut, float] = {Cut.ROWS: max_rows, Cut.BYTES: max_bytes, Cut.TIME: clock.seconds}
    ox.serialize(within(), cast(IO[bytes], sink), syntax, prefixes=None if not form.prefixed else prefixes)
    if isinstance(sink, _ArraySink):
        sink.finish("" if cut is Cut.NOT else mark(cut, limits[cut]))
    elif cut is not Cut.NOT and form.name in {"turtle", "trig", "ntriples", "nquads"}:
        sink.write(f"# {mark(cut, limits[cut])}\n".encode())
    elif cut is not Cut.NOT and form is media.RDF_XML:
        sink.write(f"<!-- {mark(cut, limits[cut])} -->\n".encode())
    return cut


def _write_xlsx(
    solutions: ox.QuerySolutions, write: Callable[[bytes], None], limits: dict[Cut, float], clock: Clock
) -> Cut:
    sink = Sink(write)
    cut = Cut.NOT
    names = [variable.value for variable in solutions.variables]

    def rows() -> Iterator[list[str | int | float | None]]:
        nonlocal cut
        for number, row in enumerate(islice(solutions, min(int(limits[Cut.ROWS]), 1_048_574))):
            if sink.size > limits[Cut.BYTES]:
                cut = Cut.BYTES
                break
            if number % _GLANCE == 0 and clock.is_late():
                cut = Cut.TIME
                break
            yield [_cell(row[name]) for name in names]
        else:
            cut = Cut.ROWS if next(solutions, None) is not None else Cut.NOT
        if cut is not Cut.NOT:
            yield [mark(cut, limits[cut])]

    write_workbook(cast(IO[bytes], sink), names, rows())
    return cut


_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")}


def _cell(term: object) -> str | int | float | None:
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        if term.datatype.value in _NUMBERS:
            try:
                number = float(term.value)
            except ValueError:
                return term.value
            # A spreadsheet keeps 15 digits; longer numbers stay text.
            if abs(number) < 1e15:
                return int(number) if number.is_integer() and "." not in term.value else number
        return term.value
    if isinstance(term, ox.NamedNode):
        return term.value
    return str(term)
