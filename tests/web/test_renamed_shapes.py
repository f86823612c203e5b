"""Names of shapes and thresholds hold no figure of the law; the names of before still lead to what took their place."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from werkzeug.test import Client

from zhiyin import resources
from zhiyin.composition import BuiltGraph
from zhiyin.composition.judging import rules
from zhiyin.namespaces import SHAPE, THRESHOLD, ZY
from zhiyin.standards import DCTERMS, OWL, TYPE

_WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "twelve",
    "half",
    "twice",
    "dozen",
    "hundred",
]
_FIGURE = re.compile(rf"\d|(?:^|-)(?:{'|'.join(_WORDS)})(?:-|$)")
NAMES = sorted(iri.removeprefix(str(SHAPE)) for iri in rules().shapes.shapes)


def renamed() -> dict[str, str]:
    """Each old name of a shape with the one that it has now."""
    quads = ox.parse(resources.path("ontology/renamed-shapes.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    return {
        str(getattr(q.subject, "value", "")).removeprefix(str(SHAPE)): str(getattr(q.object, "value", "")).removeprefix(
            str(SHAPE)
        )
        for q in quads
        if q.predicate.value == DCTERMS + "isReplacedBy"
    }


def test_no_shape_has_a_figure_in_its_name() -> None:
    assert NAMES
    assert [name for name in NAMES if _FIGURE.search(name)] == []
    assert _FIGURE.search("floor-load-500")
    assert _FIGURE.search("ups-four-hours")


def test_a_threshold_is_named_by_its_duty_and_a_count(store: ox.Store) -> None:
    found = [
        str(getattr(quad.subject, "value", "")).removeprefix(str(THRESHOLD))
        for quad in store.quads_for_pattern(None, ox.NamedNode(TYPE), ox.NamedNode(str(ZY.Threshold)), None)
    ]
    assert found
    assert [name for name in found if not re.fullmatch(r"f\d{3}-\d+", name)] == []


def test_an_old_name_is_deprecated_and_leads_to_a_shape_that_is_there(store: ox.Store) -> None:
    assert renamed()
    assert set(renamed().values()) <= set(NAMES)
    assert not set(renamed()) & set(NAMES)
    for old in renamed():
        (value,) = {
            q.object
            for q in store.quads_for_pattern(ox.NamedNode(SHAPE[old]), ox.NamedNode(OWL + "deprecated"), None, None)
        }
        assert getattr(value, "value", "") == "true"


@pytest.mark.parametrize("old", sorted(renamed()))
def test_both_names_are_resolved(client: Client, old: str) -> None:
    new = renamed()[old]
    pages = [client.get(f"/id/shape/{name}", headers={"Accept": "text/html"}).location for name in (old, new)]
    assert pages[0] == pages[1]
    assert re.fullmatch(r"/clauses/[2-5][.\d]+", pages[0] or "")
    said = client.get(client.get(f"/id/shape/{old}", headers={"Accept": "text/turtle"}).location or "")
    assert f"dcterms:isReplacedBy shape:{new}" in said.get_data(as_text=True)


def test_the_data_of_a_shape_is_the_file_that_holds_it(client: Client, built: BuiltGraph) -> None:
    location = client.get("/id/shape/floor-load-upper-tiers", headers={"Accept": "text/turtle"}).location
    assert location == "/api/shapes?tier=3"
    assert "floor-load-upper-tiers" in client.get(location).get_data(as_text=True)
    assert client.get("/id/shape/no-such-shape").status_code == 404
    assert built.names.clause
