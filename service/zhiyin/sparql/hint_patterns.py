"""Patterns and conditions that find nothing together: properties that no subject has, values that nothing has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from zhiyin.sparql.hint import Hint
from zhiyin.sparql.hint_names import nearest, reached
from zhiyin.sparql.hint_query import SEARCH, ZY, Edit, Given, quoted, text_of, written
from zhiyin.sparql.hint_remedy import free
from zhiyin.sparql.hint_values import is_there, part
from zhiyin.sparql.structure import Group, Node, Triple
from zhiyin.standards import TYPE

_FOREIGN = re.compile(r"http://www\.w3\.org/(?:2002/07/owl|2000/01/rdf-schema|1999/02/22-rdf-syntax-ns)#")
_MOST_SHOWN = 160
_MOST_PATTERNS = 16


def carried_by_none(given: Given) -> Iterator[Hint]:
    """Yield a hint on each property that the things which the query asks it of do not have."""
    for subject in dict.fromkeys(t.subject.value for t in given.triples if t.subject.kind == "variable"):
        mine = [
            t
            for t in given.triples
            if t.subject.kind == "variable"
            and t.subject.value == subject
            and t.predicate.kind == "iri"
            and t.predicate.value in given.terms.kinds
            and t.predicate.value != TYPE
        ]
        names = {t.predicate.value for t in mine}
        typed = [
            t.object.value
            for t in given.triples
            if t.subject.value == subject and t.predicate.value == TYPE and t.object.value in given.terms.carried
        ]
        led = reached(given, subject)
        fitting = set(typed or given.terms.carriers(names))
        if not names or (fitting & led if led else not typed and fitting):
            continue
        among = led or given.terms.carried.keys()
        likely = typed[:1] or [max(among, key=lambda c: _likelihood(given, c, names))]
        used = given.terms.carried[likely[0]]
        for triple in mine:
            if triple.predicate.value not in used:
                yield _not_carried(given, triple, likely[0], used)


def _likelihood(given: Given, kind: str, names: set[str]) -> tuple[int, bool, bool]:
    used = given.terms.carried[kind]
    return len(names & used.keys()), kind == ZY + "Requirement", kind.startswith(ZY)


def _not_carried(given: Given, triple: Triple, kind: str, used: Mapping[str, int]) -> Hint:
    name = given.text[triple.predicate.start : triple.predicate.end]
    shown = given.spelt(kind)
    near = nearest(given, triple.predicate.value, used)
    common = "、".join(given.spelt(p) for p in sorted(used, key=lambda p: -used[p])[:8] if p != TYPE)
    if not near:
        return given.hint(
            f"{shown} 都没有 {name}；它们有：{common}",
            f"no {shown} has {name}; they have: {common.replace('、', ', ')}",
            triple.predicate.value,
            "",
            [Edit(triple.predicate.start, triple.predicate.end, free(given, "property"))],
        )
    meant = given.spelt(near)
    if given.ask(f"SELECT ?x {{ ?s <{near}>/<{triple.predicate.value}> ?x }} LIMIT 1"):
        # What is asked for is a property of the thing to which that one leads.
        meant = f"{meant}/{name}"
    return given.hint(
        f"{shown} 都没有 {name}；是否指 {meant}？",
        f"no {shown} has {name}; did you mean {meant}?",
        triple.predicate.value,
        near,
        [Edit(triple.predicate.start, triple.predicate.end, meant)],
    )


def having(given: Given) -> Iterator[Hint]:
    """Yield a hint on each variable of HAVING that never has a value."""
    select = given.found.select
    grouped = {name for name, _ in select.grouped} | {name for _, name, _ in select.named}
    for expression in select.having:
        for use in expression.uses:
            if not use.aggregated and use.name not in grouped:
                yield given.hint(
                    f"HAVING 中的 ?{use.name} 没有分组，总是没有值：请放进 GROUP BY 或聚合函数",
                    f"?{use.name} in HAVING is not grouped and never has a value: group by it or aggregate it",
                )


def no_such(given: Given, triple: Triple) -> Iterator[Hint]:
    """Yield a hint where a pattern of known terms alone finds nothing."""
    subject, predicate, value = triple.subject, triple.predicate, triple.object
    name = given.text[predicate.start : predicate.end]
    if subject.kind == "iri" and not given.ask(f"SELECT ?o {{ <{subject.value}> <{predicate.value}> ?o }} LIMIT 1"):
        has = given.ask(f"SELECT DISTINCT ?p {{ <{subject.value}> ?p ?o }} LIMIT 40")
        shown = given.text[subject.start : subject.end]
        near = nearest(given, predicate.value, has)
        edits = [Edit(predicate.start, predicate.end, given.spelt(near))] if near else []
        ask = f"；是否指 {given.spelt(near)}？" if near else ""
        english = f"; did you mean {given.spelt(near)}?" if near else ""
        yield given.hint(f"{shown} 没有 {name}{ask}", f"{shown} has no {name}{english}", predicate.value, near, edits)
    elif value.kind == "literal" and (tidy := _tidy(value)) and is_there(given, predicate.value, tidy):
        yield given.hint(
            f"图谱中没有哪个事物的 {name} 是 {given.said(value)}；请写 {tidy}",
            f"nothing in the graph has {given.said(value)} as its {name}; write {tidy}",
            predicate.value,
            "",
            [Edit(value.start, value.end, tidy)],
        )
    elif value.kind == "literal":
        if not is_there(given, predicate.value, written(value)):
            yield from part(given, triple, value, filtered=False)
    elif value.kind == "iri":
        put = written(value)
        if given.ask(f"SELECT ?s {{ ?s <{predicate.value}> {put} }} LIMIT 1"):
            return
        said = given.text[value.start : value.end]
        others = given.ask(f"SELECT DISTINCT ?p {{ ?s ?p {put} . ?s <{predicate.value}> ?x }} ORDER BY ?p LIMIT 5")
        near = next((p for p in others if p != predicate.value and not _FOREIGN.match(p)), "")
        edits = [Edit(predicate.start, predicate.end, given.spelt(near))] if near else []
        ask = f"；有 {given.spelt(near)} 指到它" if near else ""
        english = f"; {given.spelt(near)} leads to it" if near else ""
        yield given.hint(
            f"图谱中没有哪个事物的 {name} 是 {said}{ask}",
            f"nothing in the graph has {said} as its {name}{english}",
            predicate.value,
            near,
            edits,
        )


def _tidy(node: Node) -> str:
    """Return a text without blanks around it, with signs of half width and without 第…条, where it has any of them."""
    if node.note in {"number", "boolean"}:
        return ""
    text = text_of(node)
    tidied = unicodedata.normalize("NFKC", text).strip()
    tidied = re.sub(r"^第\s*([\d.]+)\s*[条款节]?$", r"\1", tidied).strip(" .。") or tidied
    if tidied == text:
        return ""
    return quoted(tidied) + (node.note if node.note.startswith("@") else f"^^<{node.note}>" if node.note else "")


def nothing_found(given: Given) -> Iterator[Hint]:
    """Yield a hint on a search that has no hit."""
    for triple in given.triples:
        if triple.predicate.value == SEARCH and triple.object.kind == "literal":
            put = written(triple.object)
            if not given.ask(f"SELECT ?c {{ ?c <{SEARCH}> {put} }} LIMIT 1"):
                yield given.hint(
                    f"检索 {put} 没有结果：请换个说法，或减少词数",
                    f"the search for {put} has no hit: put it in other words, or in fewer",
                    SEARCH,
                )


def emptying(given: Given) -> Iterator[Hint]:
    """Yield a hint on the condition, or else the statement, without which there would be a row."""
    where = given.found.select.where
    if where is None:
        return
    filters = [element for element in where.elements if element.kind == "filter"]
    for element in filters:
        if given.finds(_without(given, where, [(element.start, element.end)])):
            yield from _told_filter(given, element.start, element.end)
            return
    if len(filters) > 1 and given.finds(_without(given, where, [(e.start, e.end) for e in filters])):
        yield given.hint(
            "去掉所有 FILTER 就有结果：它们合起来没有一行满足",
            "there are rows without the FILTERs: none satisfies them together",
            edits=[Edit(element.start, element.end, " ") for element in filters],
        )
        return
    yield from _first_empty(given, where)


def _told_filter(given: Given, start: int, end: int) -> Iterator[Hint]:
    said = " ".join(given.text[start:end].split())
    said = said if len(said) <= _MOST_SHOWN else said[:_MOST_SHOWN] + "…"
    yield given.hint(
        f"没有一行满足 {said}；去掉它就有结果",
        f"no row satisfies {said}; without it there are some",
        edits=[Edit(start, end, " ")],
    )


def _without(given: Given, where: Group, spans: list[tuple[int, int]]) -> str:
    parts, at = [], where.start
    for start, end in sorted(spans):
        parts += [given.text[at:start], " "]
        at = end
    return "".join([*parts, given.text[at : where.end]])


def _first_empty(given: Given, where: Group) -> Iterator[Hint]:
    """Name the pattern at which a plain group runs empty: those before it find something together."""
    patterns = dict(_patterns(given, where))
    if len(patterns) > _MOST_PATTERNS:
        return
    before = ""
    for pattern, triple in patterns.items():
        if not given.finds(f"{{ {before} {pattern} }}"):
            edits = _loosened(given, before, triple)
            if before:
                shown = " ".join(pattern.split())[:_MOST_SHOWN]
                yield given.hint(
                    f"前面各句有结果，加上“{shown}”就没有了",
                    f"the patterns before find something; with '{shown}' there is nothing",
                    edits=edits,
                )
            elif edits and not given.edits:
                said = given.said(triple.object)
                yield given.hint(
                    f"没有以 {said} 结尾的；换成变量可看到有哪些",
                    f"nothing ends at {said}; put a variable to see what there is",
                    edits=edits,
                )
            return
        before += f"{pattern} . "


def _loosened(given: Given, before: str, triple: Triple) -> list[Edit]:
    """Return the change by which a statement finds something after those before it: a variable for what it ends at."""
    if triple.object.kind in {"iri", "literal"}:
        other = free(given)
        if given.finds(f"{{ {before} {given.said(triple.subject)} {given.said(triple.predicate)} {other} }}"):
            return [Edit(triple.object.start, triple.object.end, other)]
    if triple.predicate.kind != "variable" and before:
        other = free(given, "property")
        if given.finds(f"{{ {before} {given.said(triple.subject)} {other} {given.said(triple.object)} }}"):
            return [Edit(triple.predicate.start, triple.predicate.end, other)]
    return []


def _patterns(given: Given, where: Group) -> Iterator[tuple[str, Triple]]:
    """Yield the patterns of a group one by one, a sequence of steps as far as it goes, statements with brackets whole."""
    for triple in where.triples:
        if any(node.kind in {"blank", "list"} for node in (triple.subject, triple.object)):
            yield given.text[triple.start : triple.end], triple
            continue
        subject, value = given.said(triple.subject), given.said(triple.object)
        for count in range(1, len(triple.predicate.steps)):
            path = "/".join(map(given.said, triple.predicate.steps[:count]))
            yield f"{subject} {path} []", triple
        yield f"{subject} {given.said(triple.predicate)} {value}", triple
