"""The formats of answers and which of them a client wants: Accept with q-values and wildcards, and ``format=``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from zhiyin.errors import BadParameter, NotAcceptable


class Kind(StrEnum):
    """What a query answers with."""

    TABLE = "table"
    BOOLEAN = "boolean"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write an answer: all that is known of it stands here, and every other place reads it from here.

    ``name`` is its short name, ``media_types`` what it answers to, ``kinds`` what it can hold, ``names`` what
    ``format=`` calls it, ``native`` what the engine calls it (empty where we write it ourselves), ``w3c`` what the
    service description calls it, ``prefixed`` whether it shortens names.
    """

    name: str
    content_type: str
    media_types: tuple[str, ...]
    kinds: frozenset[Kind]
    extension: str
    names: tuple[str, ...]
    native: str = ""
    w3c: str = ""
    prefixed: bool = False
    download: bool = False


_TABLES = frozenset({Kind.TABLE, Kind.BOOLEAN})
_TABLE = frozenset({Kind.TABLE})
_GRAPH = frozenset({Kind.GRAPH})
_ANY = frozenset(Kind)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

JSON = Format(
    "json",
    "application/sparql-results+json",
    ("application/sparql-results+json", "application/json"),
    _TABLES,
    "srj",
    ("json", "srj"),
    "JSON",
    "SPARQL_Results_JSON",
)
XML = Format(
    "xml",
    "application/sparql-results+xml",
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    _TABLES,
    "srx",
    ("xml", "srx"),
    "XML",
    "SPARQL_Results_XML",
)
CSV = Format("csv", "text/csv; charset=utf-8", ("text/csv",), _TABLES, "csv", ("csv",), "CSV", "SPARQL_Results_CSV")
TSV = Format(
    "tsv",
    "text/tab-separated-values; charset=utf-8",
    ("text/tab-separated-values",),
    _TABLES,
    "tsv",
    ("tsv",),
    "TSV",
    "SPARQL_Results_TSV",
)
EXCEL_CSV = Format(
    "csv-excel", "text/csv; charset=utf-8", (), _TABLE, "csv", ("csv-excel", "excel-csv"), "CSV", download=True
)
XLSX = Format("xlsx", XLSX_TYPE, (XLSX_TYPE,), _TABLE, "xlsx", ("xlsx", "excel"), download=True)
TURTLE = Format(
    "turtle",
    "text/turtle; charset=utf-8",
    # Turtle is a part of N3: who asks for that can read it.
    ("text/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
    _GRAPH,
    "ttl",
    ("turtle", "ttl", "n3"),
    "TURTLE",
    "Turtle",
    prefixed=True,
)
N_TRIPLES = Format(
    "ntriples",
    "application/n-triples; charset=utf-8",
    ("application/n-triples", "text/plain"),
    _GRAPH,
    "nt",
    ("ntriples", "n-triples", "nt"),
    "N_TRIPLES",
    "N-Triples",
)
RDF_XML = Format(
    "rdfxml",
    "application/rdf+xml",
    ("application/rdf+xml", "application/xml", "text/xml"),
    _GRAPH,
    "rdf",
    ("rdfxml", "rdf", "rdf+xml", "xml"),
    "RDF_XML",
    "RDF_XML",
    prefixed=True,
)
JSON_LD = Format(
    "jsonld",
    "application/ld+json",
    ("application/ld+json", "application/json"),
    _GRAPH,
    "jsonld",
    ("jsonld", "json-ld", "json"),
    "JSON_LD",
    "JSON-LD",
)
TRIG = Format(
    "trig",
    "application/trig; charset=utf-8",
    ("application/trig",),
    _GRAPH,
    "trig",
    ("trig",),
    "TRIG",
    "TriG",
    prefixed=True,
)
N_QUADS = Format(
    "nquads",
    "application/n-quads; charset=utf-8",
    ("application/n-quads",),
    _GRAPH,
    "nq",
    ("nquads", "n-quads", "nq"),
    "N_QUADS",
    "N-Quads",
)
HTML = Format("html", "text/html; charset=utf-8", ("text/html", "application/xhtml+xml"), _ANY, "html", ("html",))

FORMATS: tuple[Format, ...] = (
    JSON,
    XML,
    CSV,
    TSV,
    EXCEL_CSV,
    XLSX,
    TURTLE,
    N_TRIPLES,
    RDF_XML,
    JSON_LD,
    TRIG,
    N_QUADS,
    HTML,
)
"""In order of the service's own preference; the first that fits wins among equals."""

_NAMES: dict[str, tuple[Format, ...]] = {
    name: tuple(item for item in FORMATS if name in item.names) for item in FORMATS for name in item.names
}


@dataclass(frozen=True, slots=True)
class _Range:
    main: str
    sub: str
    parameters: int
    quality: float


def formats_for(kind: Kind) -> tuple[Format, ...]:
    """Return the formats that can hold an answer of ``kind``, the preferred one first."""
    return tuple(item for item in FORMATS if kind in item.kinds)


def choose(kind: Kind, accept: str | None, name: str | None = None) -> Format:
    """Return the format for an answer of ``kind``: ``name`` (of ``format=``) wins over the Accept header.

    Raises BadParameter for a name that no format has and NotAcceptable where nothing fits (RFC 9110, 12.5.1).
    """
    offered = formats_for(kind)
    if name:
        return _named(kind, name, offered)
    if accept is None or not accept.strip():
        return offered[0]
    ranges = _ranges(accept)
    best: Format | None = None
    best_rank = (0.0, 0)
    for item in offered:
        # A wildcard means the type that would be sent; the other names of a format count only where spelt out.
        rank = max(
            (_quality(ranges, media_type, wild=not place) for place, media_type in enumerate(item.media_types)),
            default=(0.0, 0),
        )
        if rank[0] > 0 and rank > best_rank:
            best, best_rank = item, rank
    if best is None:
        raise NotAcceptable(
            f"无法以所要的格式给出这个结果：{accept}；可用：{_types(offered)}",
            f"this answer cannot be given as {accept}; available: {_types(offered)}",
            details={"available": [item.media_types[0] for item in offered if item.media_types]},
        )
    return best


def _named(kind: Kind, name: str, offered: Sequence[Format]) -> Format:
    # A "+" in a query string that was not encoded arrives as a blank: "application/rdf xml".
    wanted = name.strip().lower().replace(" ", "+")
    candidates = _NAMES.get(wanted) or tuple(item for item in FORMATS if wanted in item.media_types)
    if not candidates:
        raise BadParameter("format", name, sorted(_NAMES))
    for item in candidates:
        if kind in item.kinds:
            return item
    raise NotAcceptable(
        f"这种查询的结果不能写成 {name}；可用：{'、'.join(item.name for item in offered)}",
        f"the answer of this kind of query cannot be written as {name}; "
        f"available: {', '.join(item.name for item in offered)}",
        details={"available": [item.name for item in offered]},
    )


def _types(offered: Sequence[Format]) -> str:
    return ", ".join(item.media_types[0] for item in offered if item.media_types)


def _ranges(accept: str) -> tuple[_Range, ...]:
    ranges = []
    for part in accept.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        main, slash, sub = media.lower().partition("/")
        if media == "*":
            # Some old clients send a bare star; it means anything.
            main, slash, sub = "*", "/", "*"
        if not slash or not main or not sub:
            continue
        quality, extra = 1.0, 0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = _q(value.strip())
            elif key.strip().lower() != "charset":
                extra += 1
        ranges.append(_Range(main, sub, extra, quality))
    return tuple(ranges)


def _q(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(ranges: Sequence[_Range], media_type: str, *, wild: bool) -> tuple[float, int]:
    """Return the quality that the most specific matching range gives to ``media_type``, and how specific it is."""
    main, _, sub = media_type.partition("/")
    found = (0.0, 0)
    for item in ranges:
        if item.main == main and item.sub == sub:
            specific = 3
        elif wild and item.main == main and item.sub == "*":
            specific = 2
        elif wild and item.main == "*" and item.sub == "*":
            specific = 1
        else:
            continue
        if specific > found[1]:
            found = (item.quality, specific)
        elif specific == found[1]:
            found = (max(item.quality, found[0]), specific)
    return found
