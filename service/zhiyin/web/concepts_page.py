"""``/concepts``: the scheme as a tree, and one concept with its neighbourhood; each also as data."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.catalogue import Catalogue, ConceptView
from zhiyin.errors import NotFound
from zhiyin.namespaces import CONCEPT, SCHEME
from zhiyin.web.answers import file_answer
from zhiyin.web.catalogue_api import catalogue
from zhiyin.web.crawlers import concept_json_ld
from zhiyin.web.inference import inferences
from zhiyin.web.kept import kept_page
from zhiyin.web.neighbourhood import NARROW, neighbourhood
from zhiyin.web.resource import SYNTAXES, descriptions, elsewhere, negotiated

concepts_page = Blueprint("concepts_page", __name__)
_COLUMNS = ("概念", "名称", "英文", "同义词", "上位概念", "定义", "提到的条款数")


@concepts_page.get("/concepts")
def concepts() -> BaseResponse:
    """Show the scheme from its top concepts down."""
    offered = {"application/json": "/api/concepts?limit=1000", "text/csv": "/concepts.csv"}
    offered.update({media: f"/concepts.{suffix}" for suffix, (media, _) in SYNTAXES.items()})
    if (data := elsewhere(offered)) is not None:
        return data
    return kept_page(
        "concepts.html",
        lambda: {"tops": [c for c in catalogue().concepts.values() if not c.broader], "catalogue": catalogue()},
    )


@concepts_page.get("/concepts.<suffix>")
def scheme(suffix: str) -> BaseResponse:
    """Give the whole scheme: SKOS in the syntax of the suffix, or a table."""
    if suffix == "json":
        return redirect("/api/concepts?limit=1000", 303)
    if suffix == "csv":
        data = concepts_csv(catalogue().concepts.values())
        return file_answer(data, "text/csv; charset=utf-8", "zhiyin-concepts.csv")
    return descriptions([str(SCHEME), *(str(CONCEPT[c]) for c in catalogue().concepts)], suffix)


@concepts_page.get("/concepts/<concept_id>")
def concept(concept_id: str) -> BaseResponse | str:
    """Show one concept: definition, names, neighbours and where it is demanded."""
    data = negotiated("concept", concept_id)
    if data is not None:
        return data
    view = catalogue().concepts.get(concept_id)
    if view is None:
        raise NotFound(f"没有概念 {concept_id}", f"there is no concept {concept_id}")
    own = [catalogue().clauses[n] for n in view.clauses]
    return render_template(
        "concept.html",
        concept=view,
        path=path_to(catalogue(), view),
        clauses=own,
        table=Counter((c.tier, str(c.obligation)) for c in own),
        catalogue=catalogue(),
        tiers=tuple(catalogue().tiers),
        neighbourhood=neighbourhood,
        narrow=NARROW,
        inferences=inferences("concept", concept_id),
        json_ld=concept_json_ld(view),
    )


def path_to(found: Catalogue, view: ConceptView) -> list[ConceptView]:
    """Return the broader concepts from the top down, by the first of each."""
    path: list[ConceptView] = []
    at = view
    while at.broader and len(path) < 8:
        at = found.concepts[at.broader[0]]
        path.insert(0, at)
    return path


def concepts_csv(views: Iterable[ConceptView]) -> bytes:
    """Return the concepts as CSV that Excel opens rightly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for c in views:
        definition = c.definition.zh if c.definition else ""
        names = "；".join(c.alternatives)
        writer.writerow([c.id, c.label.zh, c.label.en, names, "；".join(c.broader), definition, len(c.clauses)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
