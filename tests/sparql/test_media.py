"""Which format a client gets: q-values, wildcards, ``format=``, and 406."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.errors import BadParameter, NotAcceptable
from zhiyin.sparql import media
from zhiyin.sparql.media import Kind, choose

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("kind", "accept", "expected"),
    [
        (Kind.TABLE, None, media.JSON),
        (Kind.TABLE, "", media.JSON),
        (Kind.TABLE, "*/*", media.JSON),
        (Kind.TABLE, "application/*", media.JSON),
        (Kind.TABLE, "text/*", media.CSV),
        (Kind.TABLE, "text/csv", media.CSV),
        (Kind.TABLE, "Text/CSV", media.CSV),
        (Kind.TABLE, "text/csv;q=0.5, application/sparql-results+xml", media.XML),
        (Kind.TABLE, "application/sparql-results+json;q=0.1, */*;q=0.5", media.XML),
        (Kind.TABLE, "application/sparql-results+json;q=0, */*", media.XML),
        (Kind.TABLE, "text/csv;q=0, text/*", media.TSV),
        (Kind.TABLE, "text/turtle, text/csv;q=0.1", media.CSV),
        (Kind.TABLE, "application/json", media.JSON),
        (Kind.TABLE, "application/xml", media.XML),
        (Kind.TABLE, media.XLSX_TYPE, media.XLSX),
        (Kind.TABLE, BROWSER, media.HTML),
        (Kind.BOOLEAN, "text/csv, application/sparql-results+xml;q=0.5", media.CSV),
        (Kind.GRAPH, None, media.TURTLE),
        (Kind.GRAPH, "*/*", media.TURTLE),
        (Kind.GRAPH, "application/rdf+xml, text/turtle;q=0.9", media.RDF_XML),
        (Kind.GRAPH, "application/rdf+xml;q=0.9, text/turtle", media.TURTLE),
        (Kind.GRAPH, "application/ld+json", media.JSON_LD),
        (Kind.GRAPH, "application/trig", media.TRIG),
        (Kind.GRAPH, "application/n-quads", media.N_QUADS),
        (Kind.GRAPH, "application/n-triples;charset=utf-8", media.N_TRIPLES),
        (Kind.GRAPH, BROWSER, media.HTML),
        (Kind.TABLE, "nonsense, text/csv", media.CSV),
        (Kind.TABLE, "text/csv;q=nonsense, text/tab-separated-values;q=0.2", media.TSV),
    ],
)
def test_accept_chooses(kind: Kind, accept: str | None, expected: media.Format) -> None:
    assert choose(kind, accept) is expected


@pytest.mark.parametrize(
    ("kind", "accept"),
    [
        (Kind.TABLE, "text/turtle"),
        (Kind.TABLE, "image/png"),
        (Kind.TABLE, "*/*;q=0"),
        (Kind.GRAPH, "text/csv"),
        (Kind.GRAPH, "application/sparql-results+json"),
        (Kind.BOOLEAN, "text/turtle"),
        (Kind.TABLE, "nonsense"),
    ],
)
def test_nothing_acceptable_is_said_so(kind: Kind, accept: str) -> None:
    with pytest.raises(NotAcceptable) as caught:
        choose(kind, accept)
    assert caught.value.details["available"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        (Kind.TABLE, "json", media.JSON),
        (Kind.GRAPH, "json", media.JSON_LD),
        (Kind.GRAPH, "xml", media.RDF_XML),
        (Kind.TABLE, "XLSX", media.XLSX),
        (Kind.TABLE, "csv-excel", media.EXCEL_CSV),
        (Kind.TABLE, "text/csv", media.CSV),
        (Kind.GRAPH, "application/rdf xml", media.RDF_XML),
        (Kind.GRAPH, "ttl", media.TURTLE),
    ],
)
def test_a_name_wins_over_accept(kind: Kind, name: str, expected: media.Format) -> None:
    assert choose(kind, "image/png", name) is expected


def test_a_name_of_the_other_kind_is_not_acceptable_and_an_unknown_one_is_bad() -> None:
    with pytest.raises(NotAcceptable):
        choose(Kind.TABLE, None, "turtle")
    with pytest.raises(NotAcceptable):
        choose(Kind.BOOLEAN, None, "xlsx")
    with pytest.raises(BadParameter):
        choose(Kind.TABLE, None, "docx")


types = st.sampled_from(sorted({name for item in media.FORMATS for name in item.media_types} | {"image/png", "*/*"}))
qualities = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@given(st.sampled_from(Kind), st.dictionaries(types, qualities, min_size=1, max_size=6))
def test_no_acceptable_format_is_wanted_more_than_the_chosen_one(kind: Kind, wanted: dict[str, float]) -> None:
    accept = ", ".join(f"{name};q={quality}" for name, quality in wanted.items())

    def quality(item: media.Format) -> float:
        return max(
            (wanted.get(name, 0.0 if place else wanted.get("*/*", 0.0)) for place, name in enumerate(item.media_types)),
            default=0.0,
        )

    offered = media.formats_for(kind)
    try:
        chosen = choose(kind, accept)
    except NotAcceptable:
        assert all(quality(item) == 0 for item in offered)
    else:
        assert kind in chosen.kinds
        assert quality(chosen) == max(map(quality, offered)) > 0
