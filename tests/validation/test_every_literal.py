"""Every datatype and lexical oddity on every property: what passes intake compares with itself in both engines.

An evaluation error inside a shape gives no result, which would read as satisfied; so nothing that can err may pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pyoxigraph as ox
import pytest

from zhiyin.composition.judging import rules
from zhiyin.intake.lexical import DATES, day_meant
from zhiyin.intake.literals import in_range_of
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import RDF, SH, XSD
from zhiyin.validation.engine import Engine, PreparedShapes
from zhiyin.validation.facts import normalised

_NUMBERS = (
    "0 -0 +0 00 1 -1 +1 01 1.0 1. .5 1e0 1E2 1e-18 1e18 1e24 1e-24 1e400 NaN INF -INF +INF Infinity 0x10 ١٢ １２ 1_000 1,000 "
    "999999999999999999999999 -999999999999999999999999 0.0000000000000000001 0.0000000000000001 0.000000000000000001 9.9999999999999999 "
    "99999999999.999999999999 8.000000000000000001 100000000000000000000 2025 2.50 -0.0 1000000000000 -1000000000000 36525 50%"
)
_TRUTHS = "true false TRUE True 是 yes true\u200b"
_DAYS = (
    "2026-06-30 2026-06-30Z 2026-06-30+08:00 2026-06-30-12:00 2026-06-30T24:00:00 2026-06-30T23:59:60 2026-06-30T00:00:00Z "
    "2024-02-29 2025-02-29 1900-02-29 0000-01-01 0001-01-01 -0044-03-15 9999-12-31 10000-01-01 9999-12-31T23:00:00-14:00 "
    "0001-01-01T00:00:00+14:00 20260630 2026-6-30 ２０２６-06-30 2026-06-30T12:00 2026-06-30T12:00:00.999999999999 "
    "2026-06-30T12:00:00+15:00 20100101T000000 2010-W01-1 2026-181 --06-30 2026-06 2026 2026年6月30日 2026-13-01 2026-00-10"
)
_TEXTS = (
    "",
    " ",
    "a",
    "x\u0001y",
    "{?found}",
    "value=1",
    "e\u0301",
    "\ufeffa",
    "\u202eabc",
    "a\nb",
    '"',
    "\\",
    "\u3164",
    "\u2800",
)
_TYPES = (
    "string boolean integer int long short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte decimal double float date dateTime dateTimeStamp time gYear "
    "gYearMonth duration dayTimeDuration anyURI token hexBinary anySimpleType"
)
_FORMS = {
    "integer": re.compile(r"0|-?[1-9]\d*", re.ASCII),
    "decimal": re.compile(r"-?(0|[1-9]\d*)\.\d{1,16}", re.ASCII),
    "boolean": re.compile("true|false"),
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    "string": re.compile(r"[^\x00-\x1f]*[^\W_][^\x00-\x1f]*"),
}
_VALIDATORS_OWN = {str(ZY.Assessment), str(ZY.CutOff)}


def literals() -> Iterator[ox.Literal]:
    for text in dict.fromkeys([*_NUMBERS.split(), *_TRUTHS.split(" "), *_DAYS.split(), *_TEXTS]):
        for kind in [*(XSD + name for name in _TYPES.split()), "urn:mine", RDF + "HTML"]:
            yield ox.Literal(text, datatype=ox.NamedNode(kind))
        yield ox.Literal(text, language="zh")


@cache
def passing() -> dict[str, set[ox.Literal]]:
    """Property to what intake makes of all these where it takes them; properties of one kind and bounds are tried once."""
    tried: dict[object, set[ox.Literal]] = {}
    found = {}
    for term in rules().vocabulary.properties():
        if term.kind == "datatype" and _VALIDATORS_OWN.isdisjoint(term.domains):
            kind = (term.range, term.minimum, term.maximum)
            if kind not in tried:
                tried[kind] = {taken for literal in literals() if (taken := _taken(literal, term)) is not None}
            found[term.iri] = tried[kind]
    return found


def _taken(literal: ox.Literal, term: Term) -> ox.Literal | None:
    if literal.datatype.value in DATES and term.range == XSD + "date":
        day = day_meant(literal)
        if day is None:
            return None
        literal = ox.Literal(day[0].isoformat(), datatype=ox.NamedNode(XSD + "date"))
    taken = in_range_of(term, literal)
    return taken if isinstance(taken, ox.Literal) else None


def test_what_passes_is_of_the_property_and_in_one_spelling() -> None:
    assert len(passing()) > 200
    for iri, values in passing().items():
        wanted = rules().vocabulary.terms[iri].range
        assert values, iri
        for value in values:
            assert value.datatype.value == wanted, (iri, value)
            assert value.language is None, (iri, value)
            assert _FORMS[wanted.removeprefix(XSD)].fullmatch(value.value), (iri, value)


_PROBE = """SELECT $this (?p AS ?path) (?v AS ?value) WHERE {
    $this ?p ?v . FILTER (ISLITERAL(?v))
    FILTER (COALESCE(%s, true))
}"""
ERRS = {
    "integer": "!(?v <= ?v && ?v >= ?v && ?v * 100 >= ?v * 100 && ?v * 12 <= ?v * 12 && ?v - 2 < ?v && ?v / 2 <= ?v / 2)",
    "decimal": "!(?v <= ?v && ?v >= ?v && ?v * 100 >= ?v * 100 && ?v + ?v + ?v <= 3 * ?v && 6 * (?v + ?v + ?v) / 100 >= 18 * ?v / 100)",
    "boolean": "!(?v = true || ?v = false)",
    "dateTime": "!(?v <= ?v && ?v >= ?v && YEAR(?v) > 0 && MONTH(?v) > 0 && DAY(?v) > 0 && (?v < ?day || ?v >= ?day))",
    "string": "!(?v = ?v)",
}
"""What the shapes do with a value of each datatype: true, or an error, where it does not go."""


def erring(engine: Engine, values: set[ox.Literal]) -> set[str]:
    """Return the values that ``engine`` cannot compare or reckon with as the shapes do."""
    node, predicate = ox.NamedNode("urn:a"), ox.NamedNode("urn:p")
    data = normalised(ox.Triple(node, predicate, value) for value in sorted(values, key=str))
    text = bytes(ox.serialize(data, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    found: set[str] = set()
    for kind, condition in ERRS.items():
        condition = condition.replace("?day", f'"2026-06-30T00:00:00+08:00"^^<{XSD}dateTime>')
        query = _PROBE.replace("ISLITERAL(?v)", f"ISLITERAL(?v) && DATATYPE(?v) = <{XSD}{kind}>") % condition
        shape, constraint = ox.NamedNode("urn:s"), ox.BlankNode()
        triples = [
            ox.Triple(shape, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "NodeShape")),
            ox.Triple(shape, ox.NamedNode(SH + "targetNode"), node),
            ox.Triple(shape, ox.NamedNode(SH + "sparql"), constraint),
            ox.Triple(constraint, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "SPARQLConstraint")),
            ox.Triple(constraint, ox.NamedNode(SH + "select"), ox.Literal(query)),
        ]
        found |= {result.value for result in PreparedShapes(triples).run(text, engine)}
    return found


@pytest.mark.parametrize("engine", list(Engine))
def test_no_value_that_passes_makes_an_engine_err(engine: Engine) -> None:
    assert erring(engine, set().union(*passing().values())) == set()


def test_a_value_that_errs_is_noticed() -> None:
    endless = ox.Literal("0.0000000000000000001", datatype=ox.NamedNode(XSD + "decimal"))
    assert erring(Engine.COMPILED, {endless}) == {endless.value}
