"""Writes what a query came to in any format, stopping at the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Final, cast

import pyoxigraph as ox

from zhiyin.sparql import media
from zhiyin.sparql.job import Cut
from zhiyin.sparql.results.capping import ENDLESS, Capped, Caps, Clock, FullError, closing_of, mark
from zhiyin.sparql.results.sinks import ArraySink, Sink, XmlSink, xml_safe
from zhiyin.sparql.xlsx import write_workbook
from zhiyin.standards import XSD

BOM: Final = b"\xef\xbb\xbf"
_GLANCE = 256
"""Rows between two looks at the clock."""


def _table_format(form: media.Format) -> ox.QueryResultsFormat:
    found: ox.QueryResultsFormat = getattr(ox.QueryResultsFormat, form.native)
    return found


def _graph_format(form: media.Format) -> ox.RdfFormat:
    found: ox.RdfFormat = getattr(ox.RdfFormat, form.native)
    return found


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
        return closing_of(kind, mark(cut, limits[cut]), width)

    sink = Capped(write, kind, max_rows, max_bytes, clock, closing)
    if form is media.EXCEL_CSV:
        write(BOM)
    try:
        solutions.serialize(cast(IO[bytes], sink), _table_format(form))
        sink.finish()
    except FullError:
        pass
    return sink.cut


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
    sink = {media.RDF_XML: XmlSink, media.JSON_LD: ArraySink}.get(form, Sink)(write)
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
    if isinstance(sink, ArraySink):
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
