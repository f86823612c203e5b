"""Linked data: every IRI under ``/id/`` answers 303 to its page or its RDF; pages give RDF by suffix or Accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import pyoxigraph as ox
from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.composition.resource import describe, dump, statements
from zhiyin.errors import NotFound
from zhiyin.model import number_key
from zhiyin.namespaces import BASE, ID, PREFIXES, READING, local_name
from zhiyin.services import Services
from zhiyin.standards import DCTERMS
from zhiyin.web.catalogue_api import services
from zhiyin.web.editions import by_name, first
from zhiyin.web.slow_readers import in_slices

resource = Blueprint("resource", __name__)

SYNTAXES: dict[str, tuple[str, ox.RdfFormat]] = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
}
_PAGES = {"clause": "/clauses/{}", "concept": "/concepts/{}", "tier": "/browse?tier={}", "family": "/families/{}"}


@resource.get("/id/<path:name>")
def identify(name: str) -> BaseResponse:
    """Send a thing's IRI to its page or to its RDF, by Accept."""
    iri = str(ID[name])
    suffix = _preferred()
    if name.startswith("shape/"):
        shape = first().rules.shapes.shapes.get(_name_of_now(iri))
        if shape is not None and suffix is None:
            # In words, a shape stands on the page of a clause that it enforces.
            return _sent(f"/clauses/{min(shape.enforces, key=number_key)}")
        if shape is not None and shape.iri == iri:
            tier = number_key(min(shape.enforces, key=number_key))[0] - 1
            return _sent(f"/api/shapes?tier={tier}")
    found = _knows(iri)
    kind, _, local = name.removeprefix(found.graph.names.base.removeprefix(str(ID))).partition("/")
    page = _PAGES.get(kind)
    if suffix is None and page is not None:
        target = page.format(local)
    elif suffix is None and kind == "section":
        target = f"/browse?tier={int(local[0]) - 1}" if local[0] in "2345" else "/clauses/1.1"
    elif suffix is None and kind == "reading":
        target = f"/docs/reading#{local_name(_name_of_now(iri), str(READING))}"
    else:
        target = f"/data/id/{name}.{suffix or 'ttl'}"
    if found is not services() and suffix is None:
        g.zhiyin_edition = found
    response = _sent(target)
    response.headers["Link"] = ", ".join(
        f'</data/id/{name}.{extension}>; rel="alternate"; type="{media}"' for extension, (media, _) in SYNTAXES.items()
    )
    return response


def _sent(target: str) -> BaseResponse:
    response = redirect(target, 303)
    response.headers["Vary"] = "Accept"
    return response


def _name_of_now(iri: str) -> str:
    """Return the IRI that took the place of a deprecated one, or ``iri`` itself."""
    replaced = (t.object for t in describe(first().graph, iri) if t.predicate.value == DCTERMS + "isReplacedBy")
    return next((str(getattr(now, "value", now)) for now in replaced), iri)


@resource.get("/data/id/<path:file>")
def data(file: str) -> BaseResponse:
    """Give what the graph says of a thing, in the syntax of the suffix."""
    # A clause number holds dots itself: the suffix is what follows the last one.
    name, _, suffix = file.rpartition(".")
    if suffix not in SYNTAXES:
        raise NotFound(f"没有格式 .{suffix}", f"there is no format .{suffix}; there are {', '.join(SYNTAXES)}")
    return _description(str(ID[name]), suffix)


@resource.get("/data/zhiyin.<suffix>")
def whole(suffix: str) -> BaseResponse:
    """Give the whole graph: N-Quads and TriG with the named graphs, Turtle and N-Triples their union."""
    if suffix not in ("nq", "trig", "ttl", "nt"):
        raise NotFound(f"没有格式 .{suffix}", f"there is no format .{suffix}; there are nq, trig, ttl, nt")
    media, syntax = SYNTAXES[suffix]
    graph = services().graph
    response = Response(_dumped(graph.sha256, syntax), content_type=_typed(media))
    # Weak: the graph is the same, but each process names its blank nodes anew.
    response.set_etag(f"{graph.sha256[:32]}-{suffix}", weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return in_slices(response).make_conditional(request)


@cache
def _dumped(_: str, syntax: ox.RdfFormat) -> bytes:
    return dump(services().graph, syntax)


def elsewhere(data: Mapping[str, str]) -> BaseResponse | None:
    """Return a 303 to the data that Accept prefers over the page; ``data`` maps media types to addresses."""
    best = request.accept_mimetypes.best_match(["text/html", "application/xhtml+xml", *data], default="text/html")
    if best not in data:
        return None
    response = redirect(data[best], 303)
    response.headers["Vary"] = "Accept"
    return response


def data_of(page: str, *others: str) -> BaseResponse | None:
    """Return a 303 to the data of a page where Accept prefers it."""
    offered = {media: f"/docs/{page}.{suffix}" for suffix, (media, _) in SYNTAXES.items()}
    media_types = {"json": "application/json", "csv": "text/csv"}
    offered.update({media_types[suffix]: f"/docs/{page}.{suffix}" for suffix in others})
    return elsewhere(offered)


def negotiated(kind: str, name: str) -> BaseResponse | None:
    """Return the RDF or JSON of a thing where the page's address ends in a suffix or Accept prefers data."""
    local, dot, suffix = name.rpartition(".")
    if dot and suffix in SYNTAXES:
        return _description(str(services().graph.names.of(kind, local)), suffix)
    if dot and suffix == "json":
        return redirect(f"/api/{kind}s/{local}", 303)
    preferred = _preferred(json=True)
    if preferred == "json":
        return redirect(f"/api/{kind}s/{name}", 303)
    if preferred is not None:
        return _description(str(services().graph.names.of(kind, name)), preferred)
    return None


def _preferred(*, json: bool = False) -> str | None:
    """Return the suffix of the syntax that Accept prefers over a page, ``None`` for the page."""
    offered: dict[str, str | None] = {"text/html": None, "application/xhtml+xml": None}
    offered.update({media: suffix for suffix, (media, _) in SYNTAXES.items()})
    if json:
        offered["application/json"] = "json"
    best = request.accept_mimetypes.best_match(list(offered), default="text/html")
    return offered[best]


def descriptions(iris: Sequence[str], suffix: str) -> BaseResponse:
    """Return what the graph states of several things, each as subject, in the syntax of ``suffix``."""
    if suffix not in SYNTAXES:
        raise NotFound(f"没有格式 .{suffix}", f"there is no format .{suffix}; there are {', '.join(SYNTAXES)}")
    return _rdf(statements(services().graph, iris), suffix)


def _knows(iri: str) -> Services:
    """Return the services of the edition asked of, or of the first other whose graph speaks of ``iri``; NotFound."""
    for known in (services(), *by_name().values()):
        if describe(known.graph, iri):
            return known
    raise NotFound(f"没有 {iri}", f"there is nothing called {iri}")


def _description(iri: str, suffix: str) -> BaseResponse:
    triples = describe(_knows(iri).graph, iri)
    response = _rdf(triples, suffix)
    response.headers["Link"] = f'<{iri}>; rel="describes"'
    return response


def _rdf(triples: Sequence[ox.Triple], suffix: str) -> BaseResponse:
    media, syntax = SYNTAXES[suffix]
    body = bytes(ox.serialize(triples, format=syntax, prefixes=_prefixes(syntax, triples)) or b"")
    response = Response(body, content_type=_typed(media))
    response.headers["Vary"] = "Accept"
    return response


def _prefixes(syntax: ox.RdfFormat, triples: Sequence[ox.Triple]) -> dict[str, str] | None:
    """Return the prefixes that the triples use, where the syntax has any."""
    if syntax not in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML):
        return None
    iris = {
        iri
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object, getattr(triple.object, "datatype", None))
        if (iri := getattr(term, "value", "")).startswith("http")
    }
    return {prefix: space for prefix, space in PREFIXES.items() if any(iri.startswith(space) for iri in iris)}


def _typed(media: str) -> str:
    return media + "; charset=utf-8" if media.startswith("text/") else media


__all__ = ["BASE", "SYNTAXES", "descriptions", "elsewhere", "negotiated", "resource"]
