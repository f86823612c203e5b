"""All firms side by side: the heat map, the clauses, the spread of each figure; a firm sees its own place alone."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from zhiyin.desk import sector, verdicts
from zhiyin.desk.sector import Spread
from zhiyin.law.outcome import Outcome
from zhiyin.web.catalogue_api import catalogue, services, tiers_of_any
from zhiyin.web.desk.doors import EVERYBODY, OVERSEERS, desk_api, desk_pages, door
from zhiyin.web.desk.editions import asked_edition
from zhiyin.web.desk.files import table_answer, wanted_format
from zhiyin.web.desk.gate import desk, note, person
from zhiyin.web.desk.words import shown
from zhiyin.web.parameters import one_of

_OUTCOMES = {str(o): o for o in Outcome}


def _heat() -> tuple[sector.HeatMap, str]:
    outcome = one_of(request.args, "outcome", _OUTCOMES) or Outcome.VIOLATED
    with desk().database.read() as connection:
        heat = sector.heat_map(
            connection,
            person(),
            tier=one_of(request.args, "tier", tiers_of_any()),
            clauses=asked_edition(),
            section=one_of(request.args, "section", {n: n for n in catalogue().main_topics}) or "",
            outcome=outcome,
            order=request.args.get("sort", ""),
        )
    note("sector.read", "heat-map")
    return heat, str(outcome)


@door(desk_pages, "GET", "/sector", OVERSEERS, whole=True)
def heat_page() -> str | Response:
    """Show firms by subsections."""
    form = wanted_format()
    heat, outcome = _heat()
    if form:
        return table_answer(sector.heat_table(heat, outcome), form)
    most = max((row.count(s, outcome) for row in heat.rows for s in heat.subsections), default=0)
    return shown(
        "sector.html",
        heat=heat,
        outcome=outcome,
        most=most,
        tier=request.args.get("tier", ""),
        section=request.args.get("section", ""),
        sort=request.args.get("sort", ""),
    )


@door(desk_api, "GET", "/sector", OVERSEERS, whole=True)
def api_heat() -> Response:
    """Tell firms by subsections."""
    heat, outcome = _heat()
    return table_answer(sector.heat_table(heat, outcome), wanted_format() or "json")


def _clauses() -> list[sector.ClauseCount]:
    with desk().database.read() as connection:
        latest = verdicts.latest_of_firms(connection, person().firm)
    note("sector.read", "clauses")
    return sector.clause_counts(latest.values(), one_of(request.args, "tier", tiers_of_any()), asked_edition())


@door(desk_pages, "GET", "/sector/clauses", OVERSEERS, whole=True)
def clause_page() -> str | Response:
    """Show for each clause how many firms violate, lack and satisfy it."""
    form, counted = wanted_format(), _clauses()
    if form:
        return table_answer(sector.clause_table(counted), form)
    telling = [c for c in counted if c.counts[Outcome.SATISFIED] + c.counts[Outcome.NOT_APPLICABLE] < c.firms]
    return shown("clauses.html", counted=telling, tier=request.args.get("tier", ""))


@door(desk_api, "GET", "/sector/clauses", OVERSEERS, whole=True)
def api_clauses() -> Response:
    """Tell for each clause how many firms violate, lack and satisfy it."""
    return table_answer(sector.clause_table(_clauses()), wanted_format() or "json")


def _spreads() -> list[Spread]:
    with desk().database.read() as connection:
        figures = sector.figures_of(connection)
    note("sector.read", "figures")
    return sector.spreads(figures, person(), services().rules)


@door(desk_pages, "GET", "/sector/figures", EVERYBODY)
def figure_page() -> str | Response:
    """Show the spread of each figure; a firm sees its own place and never another's name."""
    form, found = wanted_format(), _spreads()
    if form:
        return table_answer(sector.spread_table(found), form)
    return shown("figures.html", found=found)


@door(desk_api, "GET", "/sector/figures", EVERYBODY)
def api_figures() -> Response:
    """Tell the spread of each figure."""
    return table_answer(sector.spread_table(_spreads()), wanted_format() or "json")
