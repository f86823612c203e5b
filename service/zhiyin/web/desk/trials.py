"""What if: a draft of other rules given as figures, obligations or a file; all latest submissions are judged by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from zhiyin.desk import jobs, overlay, rule_figures, trials
from zhiyin.desk.duties import clauses_of
from zhiyin.desk.tables import Cell, Table, column
from zhiyin.errors import BadParameter, BadRequest, Message
from zhiyin.law.rules import Rules
from zhiyin.model import Obligation
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import OVERSEERS, REGULATORS, desk_api, desk_pages, door
from zhiyin.web.desk.editions import asked_edition
from zhiyin.web.desk.files import download, table_answer, wanted_format
from zhiyin.web.desk.gate import desk, form_text, note, person, source, the_trial
from zhiyin.web.desk.words import shown
from zhiyin.web.parameters import OBLIGATIONS

_LONGEST_FIGURE = 400
_COLUMNS = (
    column("firm", "公司", "firm"),
    column("tier", "类别", "tier"),
    column("statusBefore", "现结论", "status now"),
    column("statusAfter", "试算结论", "status then"),
    column("clause", "条款", "clause"),
    column("before", "现", "now"),
    column("after", "试算", "then"),
    column("found", "公司现值", "value found"),
    column("limitBefore", "规则现数值", "rule's figure now"),
    column("limitAfter", "试算数值", "figure then"),
    column("apart", "与试算数值之差", "value above or below it"),
    column("why", "说明（规则原文的措辞）", "why (in the words of the rule as it is)"),
    column("remedy", "试算下如何符合", "cure under the draft"),
)


@door(desk_pages, "GET", "/what-if", OVERSEERS, whole=True)
def trial_list() -> str:
    """Show the trials and the form for another."""
    with desk().database.read() as connection:
        found = trials.listed(connection)
    law = _law_asked()
    return shown(
        "trials.html",
        found=found,
        clauses=clauses_of(law),
        figures=rule_figures.figures(law.shapes),
        requirements=law.requirements,
    )


def _law_asked() -> Rules:
    """Return the law of the edition that the address or the form names, the shipped one where it names none."""
    return desk().law(asked_edition() or "")


def _overlay() -> bytes:
    upload = request.files.get("overlay")
    if upload is not None and upload.filename:
        data = upload.stream.read(overlay.MAX_OVERLAY + 1)
    elif request.mimetype == "text/turtle":
        data = request.get_data(cache=False)
    else:
        data = _from_form()
    overlay.laid_over(overlay.base_of(desk().law, data), data)
    return data


def _from_form() -> bytes:
    law = _law_asked()
    triples = rule_figures.changed_figures(law.shapes, _figures_wanted())
    clause = form_text("clause", most=20)
    if clause:
        obligation = OBLIGATIONS.get(form_text("obligation", most=20))
        if clause not in {r.number for r in law.requirements} or not isinstance(obligation, Obligation):
            raise BadParameter("clause", clause, zh="请选择条款和约束力", en="choose a clause and an obligation")
        triples += overlay.changed_obligation(law, clause, obligation)
    if not triples:
        raise BadRequest(
            "请改动一个数字或约束力，或上传试算文件", "change a figure or an obligation, or upload an overlay"
        )
    return overlay.as_turtle(triples, law)


def _figures_wanted() -> Iterator[tuple[str, int, str]]:
    """Yield the figures of the form's rows that are to be others: shape, index and new value."""
    for figure, value in zip(request.form.getlist("figure"), request.form.getlist("value"), strict=False):
        if not (figure and value.strip()):
            continue
        shape, _, index = figure.rpartition("|")
        if not (index.isascii() and index.isdigit() and len(index) < 6 and len(figure) <= _LONGEST_FIGURE):
            raise BadParameter("figure", figure[:_LONGEST_FIGURE])
        yield shape, int(index), value.strip()


@door(desk_pages, "POST", "/what-if", REGULATORS, whole=True)
def trial_begin() -> Response:
    """Queue a trial."""
    name = trials.begin(desk(), person(), source(), form_text("title", most=200), _overlay())
    return redirect(f"/desk/what-if/{name}", 303)


@door(desk_api, "POST", "/what-if", REGULATORS, whole=True)
def api_trial_begin() -> Response:
    """Queue a trial of the overlay in the body."""
    name = trials.begin(desk(), person(), source(), request.args.get("title", "")[:200], _overlay())
    response = json_answer({"id": name, "href": f"/api/desk/what-if/{name}"}, 202, cacheable=False)
    response.headers["Location"] = f"/api/desk/what-if/{name}"
    return response


def _table(trial: trials.Trial) -> Table:
    rows: list[list[Cell]] = []
    listed = (trial.result or {}).get("rows", [])
    for row in listed if isinstance(listed, list) else []:
        head: list[Cell] = [row["name"], row["tier"], row["before"], row["after"]]
        moved = row["moved"] or [{}]
        rows += [[*head, *_moved(one)] for one in moved]
    return Table("what-if", Message(f"试算：{trial.title}", f"what if: {trial.title}"), _COLUMNS, rows)


def _moved(told: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of one clause that moved; a trial made by an earlier version tells no limits."""
    limits = told.get("limits") or []
    return [
        *(told.get(name, "") for name in ("clause", "before", "after", "found")),
        *("；".join(m[name] for m in limits) for name in ("before", "after", "apart")),
        *((told.get(name) or {}).get("zh", "") for name in ("why", "remedy")),
    ]


@door(desk_pages, "GET", "/what-if/<trial>", OVERSEERS, whole=True)
def trial_page() -> str | Response:
    """Show who moves, on which clause, by how much."""
    trial, form = the_trial(), wanted_format()
    note("trial.read", trial.id)
    if form:
        return table_answer(_table(trial), form)
    with desk().database.read() as connection:
        progress = jobs.progress(connection, trial.id)
        turtle = trials.overlay_of(desk(), connection, trial.id).decode()
    return shown("trial.html", trial=trial, progress=progress, turtle=turtle)


@door(desk_api, "GET", "/what-if/<trial>", OVERSEERS, whole=True)
def api_trial() -> Response:
    """Tell who moves, on which clause, by how much."""
    trial = the_trial()
    with desk().database.read() as connection:
        progress = jobs.progress(connection, trial.id)
    if trial.result is not None:
        note("trial.read", trial.id)
    told: dict[str, object] = {"id": trial.id, "title": trial.title, "state": trial.state, "result": trial.result}
    if progress is not None:
        told["progress"] = {"done": progress.done, "total": progress.total}
    return json_answer(told, cacheable=False)


@door(desk_pages, "GET", "/what-if/<trial>/overlay", OVERSEERS, whole=True)
def trial_overlay() -> Response:
    """Give the overlay as a file."""
    with desk().database.read() as connection:
        data = trials.overlay_of(desk(), connection, the_trial().id)
    note("overlay.read", the_trial().id)
    return download(data, "text/turtle; charset=utf-8", f"{the_trial().id}.ttl")
