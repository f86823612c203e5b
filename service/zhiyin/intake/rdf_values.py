"""Parsed triples in, the same with their dates as meant out; relative IRIs and dates that are none become faults."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.lexical import DATES, day_meant, told_as
from zhiyin.intake.rdf_text import RELATIVE, Parsed
from zhiyin.intake.rows import Listed, Row
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.standards import XSD

_DATE = XSD + "date"
_BASE = {
    ox.RdfFormat.TURTLE: Message(
        "在文件开头加一行 @base <https://你的域名/> .", "put @base <https://your.domain/> . on top"
    ),
    ox.RdfFormat.TRIG: Message(
        "在文件开头加一行 @base <https://你的域名/> .", "put @base <https://your.domain/> . on top"
    ),
    ox.RdfFormat.RDF_XML: Message(
        '在 rdf:RDF 上加 xml:base="https://你的域名/"', 'put xml:base="https://your.domain/" on rdf:RDF'
    ),
    ox.RdfFormat.JSON_LD: Message(
        '在 @context 里加 "@base": "https://你的域名/"', 'put "@base": "https://your.domain/" into @context'
    ),
}


@dataclass(frozen=True, slots=True)
class Meant:
    """Triples with the lines they end on, and what reading their values found."""

    triples: Listed
    lines: Sequence[int]
    faults: tuple[Fault, ...]
    notices: tuple[Notice, ...]


NOTHING = Meant(Listed(()), (), (), ())


def as_meant(found: Parsed, known: Vocabulary, syntax: ox.RdfFormat, source: str) -> Meant:
    """Return the triples with each date as the day in Asia/Shanghai that it means."""
    dated = known.of_range(_DATE)
    by_predicate = found.triples.by_predicate
    if not found.relative and all(
        _is_plain(row[3]) for iri in dated & by_predicate.keys() for row in by_predicate[iri]
    ):
        return Meant(found.triples, found.lines, (), ())
    rows: list[Row] = []
    kept = array("I")
    faults: dict[str, Fault] = {}
    notices: list[Notice] = []
    for at, row in enumerate(found.triples.rows):
        subject, name, predicate, value, target = row
        relative = _relative(row) if found.relative else None
        if relative is not None:
            if relative not in faults:
                faults[relative] = _without_base(relative, predicate, found.lines[at], syntax, source)
            continue
        if predicate in dated and isinstance(value, ox.Literal) and value.datatype.value in DATES:
            day = day_meant(value)
            if day is None or not day[1]:
                place = Place(source or None, found.lines[at] or None, None, name, predicate)
                if day is None:
                    faults[f"{len(faults)}"] = Fault(
                        _no_day(value, known.terms[predicate].label), place, value.value[:200]
                    )
                    continue
                message, meant = told_as(value, day[0])
                notices.append(Notice("read-as-meant", message, place, value.value[:200], meant, _REWRITE))
            if value.value != day[0].isoformat() or value.datatype.value != _DATE:
                row = (subject, name, predicate, ox.Literal(day[0].isoformat(), datatype=ox.NamedNode(_DATE)), target)
        rows.append(row)
        kept.append(at)
    lines = found.lines if len(kept) == len(found.triples) else found.lines.of(kept)
    return Meant(Listed(rows), lines, tuple(faults.values()), tuple(notices))


_REWRITE = Message("若不是这个意思，请按 YYYY-MM-DD 改写", "write it as YYYY-MM-DD where that is not meant")


def _is_plain(value: object) -> bool:
    """Return whether the value of a dated property stays as it is written."""
    if not isinstance(value, ox.Literal) or (kind := value.datatype.value) not in DATES:
        return True
    day = day_meant(value)
    return day is not None and day[1] and kind == _DATE and value.value == day[0].isoformat()


def _no_day(value: ox.Literal, label: Message) -> Message:
    return Message(
        f"“{label.zh}”须是日期（YYYY-MM-DD），现为“{value.value[:60]}”",
        f"'{label.en}' must be a date (YYYY-MM-DD), found '{value.value[:60]}'",
    )


def _relative(row: Row) -> str | None:
    """Return the relative IRI that a statement holds, as it was written, where it holds one."""
    for name in (row[1], row[2], row[4]):
        if name.startswith(RELATIVE):
            return name.removeprefix(RELATIVE)
    return None


def _without_base(relative: str, predicate: str, line: int, syntax: ox.RdfFormat, source: str) -> Fault:
    cure = _BASE.get(syntax, Message("写成完整的 IRI", "write the IRI in full"))
    return Fault(
        Message(
            f"相对 IRI“{relative[:80]}”没有基准：请{cure.zh}，或写成完整的 IRI",
            f"the relative IRI '{relative[:80]}' has no base: {cure.en}, or write it in full",
        ),
        Place(source or None, line or None, None, relative[:200] or None, predicate.removeprefix(RELATIVE)),
        relative[:200],
    )
