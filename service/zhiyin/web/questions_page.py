"""``/questions``: the library as forms with menus filled from the graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.catalogue import Catalogue, Label
from zhiyin.composition import question_choices, question_library, question_query
from zhiyin.errors import ZhiyinError
from zhiyin.questions import Kind, Question
from zhiyin.questions.answer import Answer, read_answer
from zhiyin.questions.question import NEED_LABELS, Need
from zhiyin.web.catalogue_api import catalogue, services
from zhiyin.web.kept import kept_page
from zhiyin.web.language import told
from zhiyin.web.presentation import change_word, tier_word
from zhiyin.web.questions_api import GRAPHS, TABLES
from zhiyin.web.resource import elsewhere

questions_page = Blueprint("questions_page", __name__)
_MOST_BARS = 24


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of a table's first text column and last number column."""

    rows: Sequence[tuple[str, float]]
    most: float


@questions_page.get("/questions")
def questions() -> BaseResponse:
    """List the questions."""
    if (data := elsewhere({"application/json": "/api/queries"})) is not None:
        return data
    return kept_page("questions.html", lambda: {"groups": grouped()})


def grouped() -> list[tuple[Label, list[Question]]]:
    """Return the questions by what someone wants who asks, the most asked first."""
    by_rank = sorted(question_library().values(), key=lambda question: (question.rank, question.name))
    groups = [(NEED_LABELS[need], [q for q in by_rank if q.need is need]) for need in Need]
    return [(label, members) for label, members in groups if members]


@questions_page.get("/questions/<name>")
def question(name: str) -> BaseResponse:
    """Show one question with its form and answer."""
    values = {k: v for k, v in request.args.items() if k not in ("lang", "format") and v != ""}
    if request.args.get("format"):
        return redirect(f"/api/queries/{name}?{request.query_string.decode()}", 303)
    offered = ("application/json", *TABLES.values(), *GRAPHS.values())
    asked_for = f"/api/queries/{name}?{urlencode(values)}"
    if name in question_library() and (data := elsewhere(dict.fromkeys(offered, asked_for))) is not None:
        return data
    answer, graph, status, text = None, None, 200, ""
    problem: ZhiyinError | None = None
    try:
        asked, text = question_query(catalogue(), name, values, services().graph.names)
        if asked.is_graph:
            graph = without_idle_prefixes(services().questions.answer(text, format_name="turtle").read().decode())
        else:
            answer = read_answer(services().questions.answer(text, format_name="json").read())
    except ZhiyinError as error:
        if name not in question_library():
            raise
        asked = question_library()[name]
        problem, status = error, error.status
    query = urlencode(values)

    def download(form: str) -> str:
        return f"/api/queries/{name}?{urlencode([*values.items(), ('format', form)])}"

    page = render_template(
        "question.html",
        question=asked,
        parameters=[(p, options(catalogue(), p.kind, p.allowed)) for p in asked.parameters],
        values=values,
        answer=answer,
        graph=graph,
        problem=problem,
        bars=_bars(answer) if answer else None,
        sparql=text,
        download=download,
        formats=[f for f in (GRAPHS if asked.is_graph else TABLES) if f not in ("xlsx", "ttl")],
        api=f"/api/queries/{name}" + (f"?{query}" if query else ""),
        catalogue=catalogue(),
    )
    return make_response(page, status)


def options(found: Catalogue, kind: Kind, allowed: Sequence[str]) -> list[tuple[str, str]]:
    """Return the values that a parameter's menu offers, with their labels in the page's language."""
    values = list(allowed) or question_choices(found).get(kind, [])
    labels: dict[Kind, Callable[[str], str]] = {
        Kind.TIER: lambda v: tier_word(int(v)),
        Kind.CHANGE: lambda v: change_word(v),
        Kind.CONCEPT: lambda v: told(found.concepts[v].label),
        Kind.FAMILY: lambda v: told(found.families[v].label),
        Kind.SECTION: lambda v: f"{v} {told(found.sections[v].title)}",
        Kind.TOPIC: lambda v: f"{v} {told(found.topics[v].title)}",
        Kind.CLAUSE: lambda v: f"{v} {found.clauses[v].text[:24]}",
    }
    label = labels.get(kind, str)
    shown = []
    for value in values:
        try:
            shown.append((value, label(value)))
        except (KeyError, ValueError):
            shown.append((value, value))
    return shown


def _bars(answer: Answer) -> Bars | None:
    cells = answer.cells()
    if not 2 <= len(cells) <= _MOST_BARS:
        return None
    numeric = [
        i
        for i in range(len(answer.variables))
        if all(isinstance(r[i], int | float) and not isinstance(r[i], bool) for r in cells)
    ]
    texts = [i for i in range(len(answer.variables)) if all(isinstance(r[i], str) for r in cells)]
    if len(numeric) != 1 or not texts:
        return None
    rows = [(" ".join(str(r[i]) for i in texts[:2]), float(str(r[numeric[0]]))) for r in cells]
    return Bars(rows, max(value for _, value in rows) or 1)


def without_idle_prefixes(turtle: str) -> str:
    """Return Turtle without the prefix lines that nothing uses, for people to read."""
    body = [line for line in turtle.splitlines() if not line.startswith("@prefix ")]
    used = set(re.findall(r"([a-z][\w-]*):", "\n".join(body)))
    heads = [line for line in turtle.splitlines() if line.startswith("@prefix ") and line.split()[1][:-1] in used]
    return "\n".join([*heads, "", *body]) + "\n"
