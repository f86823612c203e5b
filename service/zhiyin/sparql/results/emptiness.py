"""Tells whether an answer says nothing, and puts hints into one that does."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from zhiyin.sparql import media
from zhiyin.sparql.hint import Hint
from zhiyin.sparql.results.writing import BOM

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
