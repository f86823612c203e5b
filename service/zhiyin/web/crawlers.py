"""What pages tell crawlers: robots.txt, the sitemap, and JSON-LD of a clause, a concept and the site."""

from __future__ import annotations

from flask import Blueprint, Response, request

from zhiyin.catalogue import Catalogue, ClauseView, ConceptView
from zhiyin.composition import question_library
from zhiyin.namespaces import CONCEPT, GUIDELINE, SCHEME
from zhiyin.web.catalogue_api import catalogue, services
from zhiyin.web.vocabulary_page import topics

crawlers = Blueprint("crawlers", __name__)
_CONTEXT = "https://schema.org/"
_FIXED = (
    *("/", "/browse", "/compare", "/concepts", "/questions", "/sparql", "/validate"),
    *("/search", "/declare", "/cite-check"),
    *("/docs", "/docs/vocabulary", "/docs/reading", "/docs/ontology", "/docs/api", "/docs/service"),
)


@crawlers.get("/robots.txt")
def robots() -> Response:
    """Let crawlers read the pages but not ask queries."""
    root = request.script_root
    text = f"User-agent: *\nDisallow: {root}/sparql?\nDisallow: {root}/api/\nSitemap: {request.url_root}sitemap.xml\n"
    return Response(text, content_type="text/plain; charset=utf-8")


@crawlers.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page: tiers, pairs of tiers, clauses, concepts, questions and documentation."""
    found = catalogue()
    base = request.url_root.rstrip("/")
    paths = [*_FIXED, *(f"/browse?tier={level}" for level in found.tiers)]
    paths += [f"/compare?from={low}&amp;to={high}" for high in found.tiers for low in found.tiers if low < high]
    paths += [f"/clauses/{n}" for n in (*found.clauses, *found.items)]
    paths += [f"/concepts/{c}" for c in found.concepts]
    paths += [f"/docs/vocabulary/{topic}" for topic in topics(services().rules)]
    paths += [f"/questions/{name}" for name in question_library()]
    lines = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>'
    return Response(body, content_type="application/xml; charset=utf-8")


def clause_json_ld(clause: ClauseView, title: str) -> dict[str, object]:
    """Return a clause in the words of schema.org."""
    return {
        "@context": _CONTEXT,
        "@type": "Legislation",
        "@id": str(services().graph.names.clause[clause.number]),
        "legislationIdentifier": clause.number,
        "name": title,
        "text": clause.text,
        "inLanguage": "zh-CN",
        "isPartOf": {
            "@type": "Legislation",
            "@id": str(services().graph.names.guideline),
            "name": "期货公司信息技术管理指引",
        },
        "about": [{"@type": "DefinedTerm", "@id": str(CONCEPT[c.id]), "name": c.label.zh} for c in clause.concepts],
        "url": f"{request.url_root}clauses/{clause.number}",
    }


def concept_json_ld(concept: ConceptView) -> dict[str, object]:
    """Return a concept in the words of schema.org."""
    found: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "DefinedTerm",
        "@id": str(CONCEPT[concept.id]),
        "name": concept.label.zh,
        "alternateName": [*concept.alternatives, *([concept.label.en] if concept.label.en else [])],
        "inLanguage": "zh-CN",
        "inDefinedTermSet": str(SCHEME),
        "url": f"{request.url_root}concepts/{concept.id}",
    }
    if concept.definition is not None:
        found["description"] = concept.definition.zh
    return found


def site_json_ld(found: Catalogue) -> dict[str, object]:
    """Return the site as a data set with its downloads."""
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": str(GUIDELINE),
        "name": "《期货公司信息技术管理指引》知识图谱",
        "alternateName": "zhiyin",
        "description": f"四个类别 {len(found.clauses)} 条要求、{len(found.families)} 项义务、{len(found.concepts)} 个概念。",
        "inLanguage": "zh-CN",
        "url": request.url_root,
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": media,
                "contentUrl": f"{request.url_root}data/zhiyin.{suffix}",
            }
            for suffix, media in (("ttl", "text/turtle"), ("trig", "application/trig"), ("nq", "application/n-quads"))
        ],
    }
