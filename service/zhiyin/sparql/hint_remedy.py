"""What would find something in the place of what does not: a value written otherwise or nearest, the other direction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from zhiyin.sparql.hint import Hint
from zhiyin.sparql.hint_query import Edit, Given, quoted, text_of
from zhiyin.sparql.structure import Node, Triple

_SIGNS = re.compile(r"[\s._/·-]+")
_LIKE = 0.55
_MOST = 4000
_LONGEST = 60


def free(given: Given, *names: str) -> str:
    """Return a variable that the query does not have."""
    return next(f"?{n}" for n in (*names, "value", "found", "part", "whole", "zy") if f"?{n}" not in given.text)


def otherwise(given: Given, prop: str, node: Node) -> str:
    """Return the value of a property that differs from a literal in case and signs alone, as the graph has it."""
    key = _SIGNS.sub("", text_of(node)).lower()
    if not key:
        return ""
    rows = given.rows(
        f"SELECT DISTINCT ?o (LANG(?o) AS ?l) {{ ?s <{prop}> ?o FILTER(isLiteral(?o) && "
        f'LCASE(REPLACE(STR(?o), "[\\\\s._/·-]+", "")) = {quoted(key)}) }} ORDER BY ?o LIMIT 1'
    )
    return _put(rows[0]) if rows else ""


def likest(given: Given, prop: str, node: Node) -> str:
    """Return the value of a property that is likest to a literal, where one is like it."""
    text = text_of(node)
    if node.note in {"number", "boolean"} or not 1 < len(text) <= _LONGEST:
        return ""
    rows = given.rows(
        f"SELECT DISTINCT ?o (LANG(?o) AS ?l) {{ ?s <{prop}> ?o FILTER(isLiteral(?o) && !isNumeric(?o) && "
        f"STRLEN(STR(?o)) <= {_LONGEST}) }} LIMIT {_MOST}"
    )
    values = {row[0]: row for row in rows}
    near = get_close_matches(text, values, 1, _LIKE)
    return _put(values[near[0]]) if near else ""


def thing_like(given: Given, prop: str, node: Node) -> str:
    """Return the thing that a property leads to and that is called most like a literal."""
    text = text_of(node)
    if node.note in {"number", "boolean"} or not 1 < len(text) <= _LONGEST:
        return ""
    rows = given.rows(
        f"SELECT DISTINCT ?l ?o {{ ?s <{prop}> ?o . ?o ?q ?l FILTER(isIRI(?o) && isLiteral(?l) && "
        f"STRLEN(STR(?l)) <= {_LONGEST}) }} LIMIT {_MOST}"
    )
    things = {row[0]: row[1] for row in rows}
    near = get_close_matches(text, things, 1, _LIKE)
    return things[near[0]] if near else ""


def _put(row: list[str]) -> str:
    return quoted(row[0]) + (f"@{row[1]}" if row[1] else "")


def absent(given: Given, triple: Triple, node: Node, *, filtered: bool) -> Iterator[Hint]:
    """Say that no value of a property is a literal, with the one meant, or with the way to see which there are."""
    name, said, prop = given.said(triple.predicate), given.said(node), triple.predicate.value
    near = otherwise(given, prop, node) or likest(given, prop, node)
    if near:
        yield given.hint(
            f"图谱中没有哪个事物的 {name} 是 {said}；最接近的是 {near}",
            f"nothing in the graph has {said} as its {name}; the nearest is {near}",
            prop,
            "",
            [Edit(node.start, node.end, near)],
        )
        return
    edits = [] if filtered else [Edit(node.start, node.end, free(given))]
    yield given.hint(
        f"图谱中没有哪个事物的 {name} 是 {said}{'；换成变量可看到有哪些' if edits else ''}",
        f"nothing in the graph has {said} as its {name}{'; put a variable to see which there are' if edits else ''}",
        prop,
        "",
        edits,
    )


def turned(given: Given) -> Iterator[Hint]:
    """Yield a hint on each statement with a thing at one end that finds something the other way round."""
    for triple in given.triples:
        ends = {triple.subject.kind, triple.object.kind}
        if ends != {"iri", "variable"} or triple.object.value[:1] == " " or triple.subject.value[:1] == " ":
            continue
        subject, predicate, value = (given.said(node) for node in (triple.subject, triple.predicate, triple.object))
        if given.finds(f"{{ {subject} {predicate} {value} }}") or not given.finds(
            f"{{ {value} {predicate} {subject} }}"
        ):
            continue
        yield given.hint(
            f"没有 {subject} {predicate} {value}，反过来有：{value} {predicate} {subject}",
            f"there is no {subject} {predicate} {value}, but the other way round there is: {value} {predicate} {subject}",
            triple.predicate.value,
            "",
            [
                Edit(triple.subject.start, triple.subject.end, value),
                Edit(triple.object.start, triple.object.end, subject),
            ],
        )


def literal_subjects(given: Given) -> Iterator[Hint]:
    """Yield a hint on each text or number in the place of a subject, which only a thing can be."""
    for triple in given.triples:
        node = triple.subject
        if node.kind != "literal":
            continue
        text, said = text_of(node), given.said(node)
        spelt = [quoted(text), f"{quoted(text)}@zh", f"{quoted(text)}@en"]
        spelt += [text] if re.fullmatch(r"\d{1,9}", text) else []
        things = [name for name in given.terms.keys.get(text.casefold(), ()) if name not in given.terms.kinds]
        things = things or given.ask(
            f"SELECT DISTINCT ?s {{ VALUES ?l {{ {' '.join(spelt)} }} ?s ?p ?l }} ORDER BY ?s LIMIT 1"
        )
        if not things:
            yield given.hint(
                f"主语须是事物（IRI）或变量，文字和数字 {said} 不能作主语",
                f"a subject is a thing (IRI) or a variable: the text or number {said} cannot be one",
            )
            continue
        meant = given.spelt(things[0])
        yield given.hint(
            f"主语须是事物（IRI），不能是文字或数字 {said}；是否指 {meant}？",
            f"a subject is a thing (IRI), never the text or number {said}; did you mean {meant}?",
            "",
            things[0],
            [Edit(node.start, node.end, meant)],
        )
