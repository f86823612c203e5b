"""The bytes of a submission in, its triples out; nothing is fetched, opened or kept, and a fault names its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Place, TooLarge, UnsupportedMediaType
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.encodings import decoded
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.json_text import prepared_json
from zhiyin.intake.rdf_text import parsed
from zhiyin.intake.rdf_values import NOTHING, as_meant
from zhiyin.intake.rows import node_name as node_name
from zhiyin.law.vocabulary import Vocabulary

MAX_BYTES = 20_000_000

SYNTAXES: Mapping[str, tuple[str, ox.RdfFormat]] = {
    ".ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    ".jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    ".json": ("application/json", ox.RdfFormat.JSON_LD),
    ".rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ".xml": ("application/xml", ox.RdfFormat.RDF_XML),
    ".owl": ("text/xml", ox.RdfFormat.RDF_XML),
    ".nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    ".trig": ("application/trig", ox.RdfFormat.TRIG),
    ".nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
}
"""File suffix to media type and syntax."""
_BY_MEDIA_TYPE = dict(SYNTAXES.values()) | {
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/n3": ox.RdfFormat.TURTLE,
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What one file states: its triples in document order, and the hash of its bytes.

    ``faults`` are those that reading found: who judges it refuses it for them together with those found later.
    """

    source: str
    sha256: str
    triples: Sequence[ox.Triple]
    places: Mapping[tuple[str, str], Place]
    """Where a node's property stands in a spreadsheet; empty for RDF."""
    faults: tuple[Fault, ...] = ()
    notices: tuple[Notice, ...] = ()
    is_workbook: bool = False
    lines: Sequence[int] = ()
    """The line that each of ``triples`` ends on in an RDF file."""
    _index: dict[tuple[str, str], int] = field(default_factory=dict, repr=False, compare=False)

    def located(self, place: Place) -> Place:
        """Return ``place`` as its sender may look it up: by sheet and cell, or with its line."""
        node, path = place.node or "", place.path or ""
        if self.is_workbook:
            return self.places.get((node, path)) or self.places.get((node, "")) or place
        place = replace(place, source=place.source or self.source or None)
        if place.line is not None or not node:
            return place
        if not self._index:
            for triple, line in zip(self.triples, self.lines, strict=False):
                name = node_name(triple.subject)
                self._index.setdefault((name, triple.predicate.value), line)
                self._index.setdefault((name, ""), line)
        found = self._index.get((node, path)) or self._index.get((node, ""))
        return replace(place, line=found) if found else place


def read_submission(
    data: bytes, known: Vocabulary, *, source: str = "", media_type: str = "", context: object = None
) -> Submission:
    """Return what ``data`` states, with every fault that reading finds in its values.

    The syntax follows ``media_type`` where given, else the suffix of ``source``, else the first characters.
    ``context`` is the JSON-LD context for plain JSON. Raises BadSubmission with line and column, TooLarge, or
    UnsupportedMediaType.
    """
    place = Place(source=source or None)
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"文件有 {len(data):,} 字节，上限为 {MAX_BYTES:,} 字节；请拆成每家公司一个文件",
            f"the file has {len(data):,} bytes, the limit is {MAX_BYTES:,}; send one file per company",
            place=place,
        )
    syntax = syntax_of(data, source, media_type)
    text = decoded(data, source)
    if not text.strip():
        raise BadSubmission("文件是空的", "the file is empty", place=place)
    faults: list[Fault] = []
    if syntax == ox.RdfFormat.JSON_LD:
        try:
            prepared = prepared_json(text, context, source)
        except BadSubmission as error:
            raise _misnamed(error, syntax, data) from error
        text, faults = prepared.text, list(prepared.faults)
    try:
        found = as_meant(parsed(text, syntax, source), known, syntax, source)
    except BadSubmission as error:
        if not faults:
            raise _misnamed(error, syntax, data) from error
        found = NOTHING
    return Submission(
        source,
        sha256(data).hexdigest(),
        found.triples,
        {},
        (*faults, *found.faults),
        found.notices,
        lines=found.lines,
    )


def _misnamed(error: BadSubmission, syntax: ox.RdfFormat, data: bytes) -> BadSubmission:
    """Return ``error`` with what the file is where it begins like another syntax than the one its name says."""
    looks = _begins_like(data)
    suffix = next((suffix for suffix, (_, each) in SYNTAXES.items() if each == looks), "")
    alike = {ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG} if looks == ox.RdfFormat.TURTLE else {looks}
    if looks is None or syntax in alike or not suffix:
        return error
    return BadSubmission(
        f"{error.message.zh}；内容像是 {looks.name}，文件名请以 {suffix} 结尾",
        f"{error.message.en}; the file looks like {looks.name}: let its name end in {suffix}",
        place=error.place,
        details=error.details,
    )


def _begins_like(data: bytes) -> ox.RdfFormat | None:
    """Return the syntax that the first characters of a file show."""
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"{", b"[")):
        return ox.RdfFormat.JSON_LD
    if head.startswith((b"<?xml", b"<rdf", b"<!")):
        return ox.RdfFormat.RDF_XML
    if b"@prefix" in head or b"PREFIX" in head.upper() or head.startswith((b"<", b"#", b"_:")):
        return ox.RdfFormat.TURTLE
    return None


def syntax_of(data: bytes, source: str, media_type: str) -> ox.RdfFormat:
    """Return the RDF syntax of ``data``; UnsupportedMediaType where neither name nor content tells."""
    named = media_type.partition(";")[0].strip().lower()
    if named in _BY_MEDIA_TYPE:
        return _BY_MEDIA_TYPE[named]
    suffix = "." + source.lower().rpartition(".")[2]
    if suffix in SYNTAXES:
        return SYNTAXES[suffix][1]
    generic = {"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"}
    looks = _begins_like(data) if named in generic else None
    if looks is not None:
        return looks
    accepted = ", ".join(sorted({media for media, _ in SYNTAXES.values()} | {XLSX_MEDIA_TYPE}))
    raise UnsupportedMediaType(
        f"无法识别格式“{named or suffix}”；可用：{accepted}",
        f"cannot tell the format '{named or suffix}'; accepted: {accepted}",
        place=Place(source=source or None),
    )
