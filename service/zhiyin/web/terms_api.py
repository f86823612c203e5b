"""``/api/terms``: what the graph itself speaks of, for completion: prefixes, classes, properties and named terms."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Response, request

from zhiyin.namespaces import PREFIXES, compact
from zhiyin.services import Services
from zhiyin.web.answers import json_answer
from zhiyin.web.catalogue_api import services
from zhiyin.web.parameters import refuse_unknown

terms_api = Blueprint("terms_api", __name__, url_prefix="/api")
_ASKED = {
    "property": "SELECT ?term (COUNT(*) AS ?uses) { ?s ?term ?o } GROUP BY ?term",
    "class": "SELECT ?term (COUNT(*) AS ?uses) { ?s a ?term } GROUP BY ?term",
    "term": "PREFIX zy: <https://w3id.org/zhiyin/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?term (0 AS ?uses) { VALUES ?class { skos:Concept zy:Family zy:Tier } ?term a ?class }",
}
_CARRIED = (
    "PREFIX zy: <https://w3id.org/zhiyin/ontology#> "
    "SELECT ?term (COUNT(?c) AS ?uses) { ?c a zy:Requirement ; ?term ?o } GROUP BY ?term"
)
_LABELS = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "SELECT ?term ?label { ?term rdfs:label|skos:prefLabel ?label FILTER(isIRI(?term)) }"
)


@terms_api.get("/terms")
def terms() -> Response:
    """List the prefixes and the terms in use, with their labels and how often each is used."""
    refuse_unknown(request.args, set())
    found = _items(_Key(services()))
    return json_answer({"total": len(found), "prefixes": PREFIXES, "items": found})


def uses_of_terms(found: Services) -> dict[str, int]:
    """Return how often each class has an instance and each property a triple, by prefixed name."""
    return {str(item["name"]): int(str(item["uses"])) for item in _items(_Key(found))}


class _Key:
    """Services as the key of a cache: one answer for one graph."""

    def __init__(self, found: Services) -> None:
        self.services = found

    def __hash__(self) -> int:
        return hash(self.services.graph.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.services.graph.sha256 == self.services.graph.sha256


@cache
def _items(key: _Key) -> list[dict[str, object]]:
    sparql = key.services.sparql
    labels: dict[str, dict[str, str]] = {}
    for term, label in sparql.select(_LABELS).rows:
        if term is not None and label is not None:
            labels.setdefault(term.value, {})["en" if label.language == "en" else "zh"] = label.value
    found: dict[str, dict[str, object]] = {}
    for kind, query in _ASKED.items():
        for term, uses in sparql.select(query).rows:
            if term is None or term.kind != "uri" or (name := compact(term.value)) == term.value:
                continue
            own = labels.get(term.value, {})
            found.setdefault(
                name,
                {
                    "name": name,
                    "iri": term.value,
                    "kind": kind,
                    "label": {"zh": own.get("zh", ""), "en": own.get("en", "")},
                    "uses": int(uses.value) if uses else 0,
                },
            )
    # What requirements carry comes first: it is what most queries are about.
    carried = {
        compact(term.value): int(uses.value) for term, uses in sparql.select(_CARRIED).rows if term and uses is not None
    }
    return sorted(
        found.values(),
        key=lambda item: (-carried.get(str(item["name"]), 0), -int(str(item["uses"])), str(item["name"])),
    )
