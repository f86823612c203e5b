"""An answer as a plain page for a browser, for a service that no page renderer was given to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from zhiyin.errors import Problem
from zhiyin.sparql.hint import Hint
from zhiyin.sparql.job import Answer, Cut
from zhiyin.sparql.media import Kind, formats_for
from zhiyin.sparql.service import Plan
from zhiyin.sparql.terms import Table, parse_boolean, parse_table


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows: the query and its table, boolean or graph (as Turtle), or the problem; all may be absent."""

    query: str = ""
    kind: Kind | None = None
    table: Table | None = None
    boolean: bool | None = None
    graph: str | None = None
    problem: Problem | None = None
    cut: bool = False
    seconds: float = 0.0
    language: str = "zh"
    hints: tuple[Hint, ...] = ()


Renderer = Callable[[Page], bytes]


def page_of(plan: Plan, answer: Answer, hints: tuple[Hint, ...] = ()) -> Page:
    """Return the page of an answer that was asked for as one: what the engine wrote for it is read here alone."""
    body, kind = answer.read(), plan.outline.kind
    return Page(
        query=plan.request.text,
        kind=kind,
        table=parse_table(body) if kind is Kind.TABLE else None,
        boolean=parse_boolean(body) if kind is Kind.BOOLEAN else None,
        graph=body.decode() if kind is Kind.GRAPH else None,
        # Whether it was cut is known once the whole was read.
        cut=answer.cut is not Cut.NOT,
        seconds=answer.seconds,
        hints=hints,
    )


_SHOWN = 1000
_STYLE = (
    "body{font:15px/1.5 sans-serif;margin:1rem auto;max-width:72rem;padding:0 1rem}"
    "textarea{width:100%;font:13px/1.4 monospace}table{border-collapse:collapse}"
    "td,th{border:1px solid #bbb;padding:.2rem .5rem;text-align:left;vertical-align:top}pre{overflow:auto}"
)


def plain_page(page: Page) -> bytes:
    """Return a page that works without scripts and without anything from another host."""
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>SPARQL · zhiyin</title>',
        f"<style>{_STYLE}</style></head><body><h1>SPARQL</h1>",
        '<form method="get"><label>查询 / query<br><textarea name="query" rows="10">',
        escape(page.query),
        '</textarea></label><p><button>执行 / run</button> <label>格式 / format <select name="format">',
        '<option value="html">html</option>',
        *(
            f'<option value="{item.name}">{item.name}</option>'
            for item in formats_for(page.kind or Kind.TABLE)
            if item.name != "html"
        ),
        "</select></label></p></form>",
    ]
    if page.problem is not None:
        parts.append(f"<p role=alert>{escape(page.problem.detail.zh)}<br>{escape(page.problem.detail.en)}</p>")
        place = page.problem.place
        if place.line is not None:
            parts.append(f"<p>第 {place.line} 行第 {place.column} 列 / line {place.line}, column {place.column}</p>")
    if page.cut:
        parts.append("<p role=status>结果已截断 / result truncated</p>")
    if page.boolean is not None:
        parts.append(f"<p><strong>{'true' if page.boolean else 'false'}</strong></p>")
    if page.graph is not None:
        parts.append(f"<pre>{escape(page.graph)}</pre>")
    if page.table is not None:
        parts += _table(page.table)
    for hint in page.hints:
        corrected = (
            f' <a href="?{urlencode({"query": hint.query})}">改用更正后的查询 / corrected query</a>'
            if hint.query
            else ""
        )
        parts.append(f"<p role=status>{escape(hint.said.zh)}<br>{escape(hint.said.en)}{corrected}</p>")
    parts.append("</body></html>")
    return "".join(parts).encode()


def _table(table: Table) -> list[str]:
    count = len(table)
    shown = f"（显示前 {_SHOWN} 行 / the first {_SHOWN}）" if count > _SHOWN else ""
    rows = [f"<p>{count} 行 / rows{shown}</p><table><thead><tr>"]
    rows += [f"<th>{escape(name)}</th>" for name in table.variables]
    rows.append("</tr></thead><tbody>")
    for row in table.rows[:_SHOWN]:
        cells = "".join(f"<td>{'' if term is None else escape(term.value)}</td>" for term in row)
        rows.append(f"<tr>{cells}</tr>")
    rows.append("</tbody></table>")
    return rows
