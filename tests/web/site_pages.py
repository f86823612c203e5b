"""Every page of the site by its address: what the tests visit, and what is not in the OpenAPI document."""

from __future__ import annotations

PAGES = (
    "/",
    "/browse?tier=3&section=2",
    "/browse?tier=4",
    "/clauses/4.3.3.1",
    "/clauses/2.1.1.1",
    "/clauses/5.2.2.4",
    "/clauses/1.4.1",
    "/compare?from=2&to=3",
    "/compare?from=1&to=4&change=promoted",
    "/concepts",
    "/concepts/effective-isolation",
    "/concepts/core-system",
    "/search",
    "/search?q=%E5%81%9C%E7%94%B5%E4%BA%86%E6%80%8E%E4%B9%88%E5%8A%9E",
    "/search?q=qqqqzzzz",
    "/questions",
    "/questions/tier_additions",
    "/questions/growth_by_subsection",
    "/questions/lineage_graph",
    "/sparql",
    "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%203",
    "/validate",
    "/declare?tier=2",
    "/docs",
    "/docs/vocabulary",
    "/docs/vocabulary/power",
    "/docs/vocabulary/submission",
    "/docs/reading",
    "/docs/ontology",
    "/docs/api",
    "/docs/service",
)
"""Addresses that answer 200 with a page."""

NOT_IN_OPENAPI = (
    "/",
    "/browse",
    "/clauses",
    "/clauses/{number}",
    "/compare",
    "/concepts",
    "/concepts/{concept_id}",
    "/families/{family_id}",
    "/search",
    "/questions",
    "/questions/{name}",
    "/validate",
    "/declare",
    "/cite-check",
    "/docs",
    "/docs/vocabulary",
    "/docs/vocabulary/{topic}",
    "/docs/vocabulary/{topic}.{suffix}",
    "/docs/reading",
    "/docs/ontology",
    "/docs/api",
    "/docs/service",
    "/docs/{page}.{suffix}",
    "/concepts.{suffix}",
    "/ontology",
    "/robots.txt",
    "/sitemap.xml",
    "/static/{filename}",
    "/data/id/{file}",
)
"""Routes of people and crawlers: pages, files and the data behind a 303."""

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What a browser says it accepts."""
