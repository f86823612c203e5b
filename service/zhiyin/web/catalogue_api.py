"""``/api/clauses tiers sections families concepts readings``: the read model as JSON (read-only)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request

from zhiyin.catalogue import Catalogue, ClauseView
from zhiyin.difference import tier_difference
from zhiyin.edition import chapters_in_words
from zhiyin.errors import BadParameter, NotFound
from zhiyin.services import Services
from zhiyin.web.answers import json_answer
from zhiyin.web.editions import by_name, chosen
from zhiyin.web.parameters import (
    CHANGES,
    MARKS,
    OBLIGATIONS,
    one_of,
    page,
    refuse_unknown,
    required_one_of,
)

catalogue_api = Blueprint("catalogue_api", __name__, url_prefix="/api")


def services() -> Services:
    """Return the services of the running app, over the edition that the request asks of."""
    return chosen()


def catalogue() -> Catalogue:
    """Return the read model of the running app."""
    return services().catalogue


def tiers_of_edition() -> Mapping[str, int]:
    """Return the tiers of the edition asked of, as a parameter writes them."""
    return {str(level): level for level in catalogue().tiers}


def tiers_of_any() -> Mapping[str, int]:
    """Return the tiers of every edition: a submission names its own, which is not read yet."""
    return {str(level): level for each in by_name().values() for level in each.catalogue.tiers}


def clause_or_404(number: str) -> ClauseView:
    """Return the requirement ``number``; NotFound with a hint where there is none."""
    found = catalogue().clauses.get(number)
    if found is None:
        chapters = chapters_in_words(services().graph.edition.tier_chapters)
        raise NotFound(
            f"没有条款 {number}；条款号形如 4.3.3.1，第一位是章号（{chapters.zh}）",
            f"there is no clause {number}; numbers look like 4.3.3.1, the first digit being the chapter "
            f"({chapters.en})",
        )
    return found


@catalogue_api.get("/clauses")
def clauses() -> Response:
    """List the requirements, filtered and paged."""
    args = request.args
    refuse_unknown(args, {"tier", "section", "obligation", "mark", "change", "concept", "offset", "limit"})
    found = list(catalogue().clauses.values())
    tier = one_of(args, "tier", tiers_of_edition())
    obligation = one_of(args, "obligation", OBLIGATIONS)
    mark = one_of(args, "mark", MARKS)
    change = one_of(args, "change", CHANGES)
    section, concept = args.get("section") or None, args.get("concept") or None
    if section is not None and section not in catalogue().sections:
        raise BadParameter("section", section, ["4", "4.3", "4.3.3", "…"])
    if concept is not None and concept not in catalogue().concepts:
        raise BadParameter(
            "concept",
            concept,
            zh=f"没有概念 {concept}，见 /api/concepts",
            en=f"there is no concept {concept}, see /api/concepts",
        )
    found = [
        c
        for c in found
        if (tier is None or c.tier == tier)
        and (obligation is None or c.obligation is obligation)
        and (mark is None or c.mark is mark)
        and (change is None or c.change is change)
        and (section is None or c.section == section or c.section.startswith(section + "."))
        and (concept is None or any(ref.id == concept for ref in c.concepts))
    ]
    return json_answer({"total": len(found), "items": [c.as_json() for c in page(found, args)]})


@catalogue_api.get("/clauses/<number>")
def clause(number: str) -> Response:
    """Show one requirement, or one item of chapter 1."""
    refuse_unknown(request.args, set())
    item = catalogue().items.get(number)
    if item is not None:
        return json_answer(
            {
                "number": item.number,
                "tier": None,
                "section": item.section,
                "text": item.text,
                "defines": list(item.defines),
                "concepts": [ref.as_json() for ref in item.concepts],
            }
        )
    return json_answer(clause_or_404(number).as_json())


@catalogue_api.get("/tiers")
def tiers() -> Response:
    """List the four tiers with their counts."""
    refuse_unknown(request.args, set())
    return json_answer({"total": len(catalogue().tiers), "items": [_tier(level) for level in catalogue().tiers]})


@catalogue_api.get("/tiers/<int:level>")
def tier(level: int) -> Response:
    """Show one tier."""
    refuse_unknown(request.args, set())
    if level not in catalogue().tiers:
        raise NotFound(f"没有第 {level} 类，只有 1 至 4", f"there is no tier {level}, only 1 to 4")
    return json_answer(_tier(level))


def _tier(level: int) -> dict[str, object]:
    view = catalogue().tiers[level]
    return {
        "tier": view.level,
        "label": view.label.as_json(),
        "chapter": view.chapter,
        "total": view.clauses,
        "obligation": view.by_obligation,
        "mark": view.by_mark,
        "change": view.by_change,
        "clauses": f"/api/clauses?tier={level}",
    }


@catalogue_api.get("/tiers/diff")
def tiers_diff() -> Response:
    """Compare two tiers: every duty that is not the same, with the clause before and after."""
    args = request.args
    refuse_unknown(args, {"from", "to"})
    lower, higher = required_one_of(args, "from", tiers_of_edition()), required_one_of(args, "to", tiers_of_edition())
    return json_answer(tier_difference(catalogue(), lower, higher).as_json())


@catalogue_api.get("/sections")
def sections() -> Response:
    """List the headings with their counts."""
    args = request.args
    refuse_unknown(args, {"tier", "offset", "limit"})
    level = one_of(args, "tier", tiers_of_edition())
    found = [s for s in catalogue().sections.values() if level is None or s.tier == level]
    return json_answer({"total": len(found), "items": [_section(s.number) for s in page(found, args, default=1000)]})


@catalogue_api.get("/sections/<number>")
def section(number: str) -> Response:
    """Show one heading with the numbers of its clauses."""
    refuse_unknown(request.args, set())
    view = catalogue().sections.get(number)
    if view is None:
        raise NotFound(f"没有章节 {number}", f"there is no section {number}")
    return json_answer({**_section(number), "children": list(view.children), "clauses": list(view.clauses)})


def _section(number: str) -> dict[str, object]:
    view = catalogue().sections[number]
    return {
        "number": view.number,
        "title": view.title.zh,
        "tier": view.tier,
        "parent": view.parent,
        "total": len(view.clauses),
    }


@catalogue_api.get("/families")
def families() -> Response:
    """List the requirement families."""
    args = request.args
    refuse_unknown(args, {"offset", "limit"})
    found = list(catalogue().families)
    return json_answer({"total": len(found), "items": [_family(f) for f in page(found, args)]})


@catalogue_api.get("/families/<family_id>")
def family(family_id: str) -> Response:
    """Show one duty through the tiers."""
    refuse_unknown(request.args, set())
    view = catalogue().families.get(family_id)
    if view is None:
        raise NotFound(f"没有要求族 {family_id}", f"there is no requirement family {family_id}")
    return json_answer({**_family(family_id), "clauses": [catalogue().clauses[n].as_json() for n in view.members]})


def _family(family_id: str) -> dict[str, object]:
    view = catalogue().families[family_id]
    return {
        "id": view.id,
        "label": view.label.as_json(),
        "members": list(view.members),
        "checkKinds": [kind.as_json() for kind in view.check_kinds],
    }


@catalogue_api.get("/concepts")
def concepts() -> Response:
    """List the concepts with how many clauses mention each."""
    args = request.args
    refuse_unknown(args, {"offset", "limit"})
    found = list(catalogue().concepts)
    return json_answer({"total": len(found), "items": [_concept(c) for c in page(found, args)]})


@catalogue_api.get("/concepts/<concept_id>")
def concept(concept_id: str) -> Response:
    """Show one concept with its labels, relations and the clauses that mention it."""
    refuse_unknown(request.args, set())
    view = catalogue().concepts.get(concept_id)
    if view is None:
        raise NotFound(f"没有概念 {concept_id}", f"there is no concept {concept_id}")
    return json_answer(
        {
            **_concept(concept_id),
            "altLabel": list(view.alternatives),
            "hiddenLabel": list(view.hidden),
            "everydayLabel": list(view.everyday),
            "altLabelEn": list(view.english),
            "definition": view.definition.zh if view.definition else None,
            "definedBy": view.defined_by,
            "broader": [_reference(c) for c in view.broader],
            "narrower": [_reference(c) for c in view.narrower],
            "related": [_reference(c) for c in view.related],
            "clauses": list(view.clauses),
        }
    )


def _concept(concept_id: str) -> dict[str, object]:
    view = catalogue().concepts[concept_id]
    return {
        "id": view.id,
        "label": view.label.as_json(),
        "total": len(view.clauses),
        "tiers": list(view.tiers),
        "defined": view.definition is not None,
    }


def _reference(concept_id: str) -> dict[str, str]:
    return {"id": concept_id, "label": catalogue().concepts[concept_id].label.zh}


@catalogue_api.get("/readings")
def readings() -> Response:
    """List the rules by which the law is read."""
    refuse_unknown(request.args, set())
    items = [
        {
            "id": r.id,
            "label": r.label.as_json(),
            "text": r.text.as_json(),
            "otherReading": r.other.as_json() if r.other else None,
            "touches": list(r.touches),
        }
        for r in catalogue().readings.values()
    ]
    return json_answer({"total": len(items), "items": items})
