"""Home, browse, clause, compare and concept pages: the read model rendered, each page also data by suffix or Accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.catalogue import Catalogue, ClauseView
from zhiyin.difference import Alteration, tier_difference
from zhiyin.errors import NotFound
from zhiyin.model import TIERS, Change
from zhiyin.search.request import SearchRequest
from zhiyin.web.answers import file_answer
from zhiyin.web.catalogue_api import catalogue, clause_or_404, services
from zhiyin.web.comparison_file import comparison_csv, comparison_workbook
from zhiyin.web.evidence import evidence_for, shapes_for
from zhiyin.web.parameters import CHANGES, MARKS, OBLIGATIONS, one_of
from zhiyin.web.parameters import TIERS as TIER_VALUES
from zhiyin.web.resource import elsewhere, negotiated
from zhiyin.web.samples import SUBMISSION

pages = Blueprint("pages", __name__)
SECTIONS = tuple(str(n) for n in range(1, 9))


def clauses_near(found: Catalogue, number: str) -> list[str]:
    """Return clauses whose numbers begin as ``number`` does, for a page that is not there; at most twelve."""
    parts = number.split(".")
    if not all(part.isascii() and part.isdigit() for part in parts):
        return []
    for size in range(len(parts) - 1, 1, -1):
        near = [n for n in found.clauses if n.startswith(".".join(parts[:size]) + ".")]
        if near:
            return near[:12]
    return []


@pages.get("/")
def home() -> str:
    """Show what this is, the heat map of section by tier, and the ways in."""
    counts = Counter((c.section.split(".")[1], c.tier) for c in catalogue().clauses.values())
    changed = Counter(
        (c.section.split(".")[1], c.tier)
        for c in catalogue().clauses.values()
        if c.change not in (None, Change.SAME, Change.REWORDED)
    )
    titles = {s: catalogue().sections[f"5.{s}"].title for s in SECTIONS}
    return render_template(
        "home.html",
        catalogue=catalogue(),
        counts=counts,
        changed=changed,
        most=max(changed.values(), default=0),
        titles=titles,
        sections=SECTIONS,
        tiers=TIERS,
        graph=services().graph,
        example=_example(),
    )


@dataclass(frozen=True, slots=True)
class Example:
    """What the first page shows of each way in, taken from the graph as it stands."""

    submission: str
    strengthened: Sequence[Alteration]
    hits: Sequence[ClauseView]


def _example() -> Example:
    found: Example | None = current_app.extensions.get("zhiyin.example")
    if found is None:
        grown = [a for a in tier_difference(catalogue(), 2, 3).changed if a.change is Change.STRENGTHENED]
        shortest = sorted(grown, key=lambda a: len(a.after.text))[:2]
        hits = services().search().search(SearchRequest(query="停电了怎么办", limit=3)).hits
        found = Example(SUBMISSION, shortest, [catalogue().clauses[h.number] for h in hits])
        current_app.extensions["zhiyin.example"] = found
    return found


@pages.get("/browse")
def browse() -> BaseResponse | str:
    """Show the tree of tiers, sections and clauses, filtered by the facets of the address."""
    args = request.args
    tier = one_of(args, "tier", TIER_VALUES)
    obligation = one_of(args, "obligation", OBLIGATIONS)
    mark = one_of(args, "mark", MARKS)
    change = one_of(args, "change", CHANGES)
    section = args.get("section") or None
    level = tier or 4
    asked: dict[str, object] = {"tier": level, "obligation": obligation, "mark": mark, "change": change}
    asked["section"] = f"{level + 1}.{section}" if section else None
    query = urlencode({**{k: v for k, v in asked.items() if v is not None}, "limit": 1000})
    if (data := elsewhere({"application/json": f"/api/clauses?{query}"})) is not None:
        return data
    own = [c for c in catalogue().clauses.values() if c.tier == level]

    def fits(clause: ClauseView, *, but: str = "") -> bool:
        return (
            (but == "obligation" or obligation is None or clause.obligation is obligation)
            and (but == "mark" or mark is None or clause.mark is mark)
            and (but == "change" or change is None or clause.change is change)
            and (but == "section" or section is None or clause.section.split(".", 1)[1].split(".")[0] == section)
        )

    facets = {
        "section": Counter(c.section.split(".")[1] for c in own if fits(c, but="section")),
        "obligation": Counter(str(c.obligation) for c in own if fits(c, but="obligation")),
        "mark": Counter(str(c.mark) for c in own if fits(c, but="mark")),
        "change": Counter(str(c.change) for c in own if c.change and fits(c, but="change")),
    }
    chosen = [c for c in own if fits(c)]
    return render_template(
        "browse.html",
        catalogue=catalogue(),
        level=level,
        clauses=chosen,
        total=len(own),
        facets=facets,
        tiers=TIERS,
        sections=SECTIONS,
        chosen={"obligation": obligation, "mark": mark, "change": change, "section": section},
    )


@pages.get("/clauses/<number>")
def clause(number: str) -> BaseResponse | str:
    """Show one clause: its text, its family across the tiers, figures, evidence, shapes and citation."""
    data = negotiated("clause", number)
    if data is not None:
        return data
    item = catalogue().items.get(number)
    if item is not None:
        return render_template("item.html", item=item, catalogue=catalogue())
    view = clause_or_404(number)
    family = catalogue().families[view.family]
    members = [catalogue().clauses[n] for n in family.members]
    order = list(catalogue().clauses)
    at = order.index(number)
    return render_template(
        "clause.html",
        clause=view,
        family=family,
        members=members,
        catalogue=catalogue(),
        previous=order[at - 1] if at else None,
        following=order[at + 1] if at + 1 < len(order) else None,
        evidence=evidence_for(view, family),
        shapes=shapes_for(number),
        readings=[r for r in catalogue().readings.values() if number in r.touches],
    )


@pages.get("/clauses")
def clauses() -> BaseResponse:
    """Send the list of clauses to the browse page."""
    return redirect("/browse", 303)


@pages.get("/compare")
def compare() -> BaseResponse | str:
    """Compare two tiers by section and kind of change."""
    lower = one_of(request.args, "from", TIER_VALUES) or 2
    higher = one_of(request.args, "to", TIER_VALUES) or (lower + 1 if lower < 4 else 4)
    kind = one_of(request.args, "change", CHANGES)
    found = tier_difference(catalogue(), lower, higher)
    here = f"/compare?from={lower}&to={higher}&format="
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    form = request.args.get("format")
    offered = {"application/json": here + "json", "text/csv": here + "csv", workbook: here + "xlsx"}
    if form is None and (data := elsewhere(offered)) is not None:
        return data
    name = f"zhiyin-tier-{lower}-to-{higher}"
    if form == "csv":
        return file_answer(comparison_csv(found), "text/csv; charset=utf-8", name + ".csv")
    if form == "xlsx":
        return file_answer(comparison_workbook(found), workbook, name + ".xlsx")
    if form == "json":
        return redirect(f"/api/tiers/diff?from={lower}&to={higher}", 303)
    shown = [a for a in found.changed if kind is None or a.change is kind]
    by_section: dict[str, list[object]] = {}
    for alteration in shown:
        by_section.setdefault(alteration.after.section.split(".")[1], []).append(alteration)
    per_section = Counter((a.after.section.split(".")[1], a.change) for a in found.changed)
    return render_template(
        "compare.html",
        found=found,
        by_section=by_section,
        per_section=per_section,
        most_changes=max(Counter(a.after.section.split(".")[1] for a in found.changed).values(), default=1),
        kind=kind,
        tiers=TIERS,
        sections=SECTIONS,
        titles={s: catalogue().sections[f"5.{s}"].title for s in SECTIONS},
        catalogue=catalogue(),
        changes=[Change.INTRODUCED, Change.STRENGTHENED, Change.PROMOTED, Change.REWORDED],
    )


@pages.get("/concepts")
def concepts() -> BaseResponse | str:
    """Show the scheme from its top concepts down."""
    if (data := elsewhere({"application/json": "/api/concepts?limit=1000"})) is not None:
        return data
    found = catalogue().concepts
    tops = [c for c in found.values() if not c.broader]
    return render_template("concepts.html", tops=tops, catalogue=catalogue())


@pages.get("/concepts/<concept_id>")
def concept(concept_id: str) -> BaseResponse | str:
    """Show one concept: definition, names, neighbours and where it is demanded."""
    data = negotiated("concept", concept_id)
    if data is not None:
        return data
    view = catalogue().concepts.get(concept_id)
    if view is None:
        raise NotFound(f"没有概念 {concept_id}", f"there is no concept {concept_id}")
    own = [catalogue().clauses[n] for n in view.clauses]
    table = Counter((c.tier, str(c.obligation)) for c in own)
    return render_template("concept.html", concept=view, clauses=own, table=table, catalogue=catalogue(), tiers=TIERS)


@pages.get("/families/<family_id>")
def family(family_id: str) -> BaseResponse:
    """Send a family to the page of its tier-4 clause, which shows it whole."""
    view = catalogue().families.get(family_id)
    if view is None:
        raise NotFound(f"没有要求族 {family_id}", f"there is no requirement family {family_id}")
    return redirect(f"/clauses/{view.members[-1]}", 303)


@pages.get("/robots.txt")
def robots() -> Response:
    """Let crawlers read the pages but not ask queries."""
    text = f"User-agent: *\nDisallow: /sparql\nDisallow: /api/\nSitemap: {request.url_root}sitemap.xml\n"
    return Response(text, content_type="text/plain; charset=utf-8")


@pages.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page of clauses and concepts for crawlers."""
    base = request.url_root.rstrip("/")
    paths = ["/", "/browse", "/compare", "/concepts", "/questions", "/validate", "/docs"]
    paths += [f"/clauses/{n}" for n in (*catalogue().clauses, *catalogue().items)]
    paths += [f"/concepts/{c}" for c in catalogue().concepts]
    lines = "".join(f"<url><loc>{base}{path}</loc></url>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</urlset>'
    return Response(body, content_type="application/xml; charset=utf-8")
