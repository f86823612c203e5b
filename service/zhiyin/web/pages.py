"""Home, clause and compare pages: the read model rendered, each page also data by suffix or Accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.catalogue import Catalogue, ClauseView, Label
from zhiyin.composition.judging import Asked, judge_bytes
from zhiyin.difference import Alteration, TierDifference, tier_difference
from zhiyin.errors import NotFound
from zhiyin.law.outcome import Outcome
from zhiyin.model import Change
from zhiyin.search.request import SearchRequest
from zhiyin.validation.judgement import Verdict
from zhiyin.web.answers import file_answer
from zhiyin.web.browse_page import topic
from zhiyin.web.catalogue_api import catalogue, clause_or_404, services, tiers_of_edition
from zhiyin.web.comparison_file import comparison_csv, comparison_workbook
from zhiyin.web.crawlers import clause_json_ld, site_json_ld
from zhiyin.web.editions import counterparts, first
from zhiyin.web.evidence import evidence_for, shapes_for
from zhiyin.web.figures import ladders
from zhiyin.web.form_cells import cells_of
from zhiyin.web.inference import inferences
from zhiyin.web.kept import kept_page
from zhiyin.web.parameters import CHANGES, one_of
from zhiyin.web.resource import elsewhere, negotiated
from zhiyin.web.samples import SUBMISSION
from zhiyin.web.snippets import CHECK_DATE
from zhiyin.web.verdict_view import ORDER

pages = Blueprint("pages", __name__)


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
def home() -> BaseResponse:
    """Show what this is, the ways in, and the heat map of section by tier."""
    return kept_page("home.html", _home)


def _home() -> dict[str, object]:
    own = catalogue().clauses.values()
    changed = Counter((topic(c), c.tier) for c in own if c.change not in (None, Change.SAME, Change.REWORDED))
    return {
        "catalogue": catalogue(),
        "counts": Counter((topic(c), c.tier) for c in own),
        "changed": changed,
        "most": max(changed.values(), default=0),
        "titles": _titles(),
        "sections": catalogue().main_topics,
        "tiers": tuple(catalogue().tiers),
        "example": _example(),
        "order": ORDER,
        "json_ld": site_json_ld(catalogue()),
    }


def _titles() -> dict[str, Label]:
    return {number: catalogue().topics[number].title for number in catalogue().main_topics}


@dataclass(frozen=True, slots=True)
class Example:
    """What the first page shows of each way in, taken from the graph as it stands."""

    submission: str
    outcomes: Counter[Outcome]
    strengthened: Sequence[Alteration]
    hits: Sequence[ClauseView]


def _example() -> Example:
    found: Example | None = current_app.extensions.get("zhiyin.example")
    if found is None:
        grown = [a for a in tier_difference(catalogue(), 2, 3).changed if a.change is Change.STRENGTHENED]
        shortest = sorted(grown, key=lambda a: len(a.after.text))[:2]
        hits = services().search().search(SearchRequest(query="停电了怎么办", limit=3)).hits
        outcomes = Counter(c.outcome for c in _sample_verdict().clauses)
        found = Example(SUBMISSION, outcomes, shortest, [catalogue().clauses[h.number] for h in hits])
        current_app.extensions["zhiyin.example"] = found
    return found


def _sample_verdict() -> Verdict:
    asked = Asked(date.fromisoformat(CHECK_DATE), tier=1)
    return judge_bytes(SUBMISSION.encode(), services().rules, asked, source="sample.ttl").verdicts[0]


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
        ladders=ladders(members, tuple(catalogue().tiers)),
        evidence=evidence_for(services().rules.vocabulary, first().catalogue.families.get(family.id)),
        cells_of=partial(cells_of, services().rules),
        shapes=shapes_for(services().rules, number),
        readings=[r for r in catalogue().readings.values() if number in r.touches],
        inferences=inferences("clause", number),
        counterparts=counterparts(view),
        iri=services().graph.names.clause[number],
        json_ld=clause_json_ld(view, family.label.zh),
    )


@pages.get("/clauses")
def clauses() -> BaseResponse:
    """Send the list of clauses to the browse page."""
    return redirect("/browse", 303)


@pages.get("/compare")
def compare() -> BaseResponse:
    """Compare two tiers by section and kind of change."""
    lower = one_of(request.args, "from", tiers_of_edition()) or 2
    higher = one_of(request.args, "to", tiers_of_edition()) or min(lower + 1, max(catalogue().tiers))
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
        data_file = comparison_workbook(found, _titles(), services().graph.sha256)
        return file_answer(data_file, workbook, name + ".xlsx")
    if form == "json":
        return redirect(f"/api/tiers/diff?from={lower}&to={higher}", 303)
    return kept_page("compare.html", lambda: _compared(found, kind))


def _compared(found: TierDifference, kind: Change | None) -> dict[str, object]:
    by_section: dict[str, list[Alteration]] = {}
    for alteration in found.changed:
        if kind is None or alteration.change is kind:
            by_section.setdefault(topic(alteration.after), []).append(alteration)
    return {
        "found": found,
        "by_section": by_section,
        "per_section": Counter((topic(a.after), a.change) for a in found.changed),
        "most_changes": max(Counter(topic(a.after) for a in found.changed).values(), default=1),
        "kind": kind,
        "tiers": tuple(catalogue().tiers),
        "sections": catalogue().main_topics,
        "titles": _titles(),
        "catalogue": catalogue(),
        "changes": [Change.INTRODUCED, Change.STRENGTHENED, Change.PROMOTED, Change.REWORDED],
    }


@pages.get("/families/<family_id>")
def family(family_id: str) -> BaseResponse:
    """Send a family to the page of its tier-4 clause, which shows it whole."""
    view = catalogue().families.get(family_id)
    if view is None:
        raise NotFound(f"没有要求族 {family_id}", f"there is no requirement family {family_id}")
    return redirect(f"/clauses/{view.members[-1]}", 303)
