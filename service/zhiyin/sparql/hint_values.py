"""Values of another kind than the graph holds: where it has things, or text of another language, or whole texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from zhiyin.sparql.hint import Hint
from zhiyin.sparql.hint_names import values_of
from zhiyin.sparql.hint_query import Edit, Given, literal_at, quoted, text_of, written
from zhiyin.sparql.hint_remedy import absent, free, otherwise, thing_like
from zhiyin.sparql.scan import Token, tokens
from zhiyin.sparql.searching import unescaped
from zhiyin.sparql.structure import Element, Node, Triple
from zhiyin.standards import RDF, XSD

_STRING = XSD + "string"
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
_FEW = 8
_OF_TEXT = frozenset({"CONTAINS", "STRSTARTS", "STRENDS", "REGEX", "STRLEN", "LCASE", "UCASE", "SUBSTR", "REPLACE"})
_ORDERS = frozenset({"<", ">"})


def conditions(given: Given, known: list[Triple]) -> Iterator[Hint]:
    """Take what FILTER, VALUES and BIND say of a variable for what they mean: values of what binds it."""
    for group in given.found.groups():
        for element in group.elements:
            for name, node in _said_of_variables(given, element):
                for triple in known:
                    if triple.object.kind == "variable" and triple.object.value == name:
                        yield from value(given, triple, node, filtered=True)
            if element.kind == "filter" and element.expression is not None:
                yield from _functions(given, element, known)


def _said_of_variables(given: Given, element: Element) -> Iterator[tuple[str, Node]]:
    if element.kind == "values":
        yield from element.constants
    elif element.expression is not None and element.kind in {"filter", "bind"}:
        start, end = element.expression.start, element.expression.end
        items = list(tokens(given.text[start:end]))
        if element.kind == "filter":
            yield from _comparisons(items, start)
        elif len(items) in {5, 6} and items[1].kind in {"string", "number"}:
            # BIND("a text" AS ?x)
            yield element.variables[0][0], literal_at(items[1], start)


def _comparisons(items: list[Token], start: int) -> Iterator[tuple[str, Node]]:
    """Yield the variables that are compared with a literal for equality, each with it."""
    plain = {"string", "number"}
    for place, (first, sign) in enumerate(itertools.pairwise(items)):
        second = items[place + 2] if place + 2 < len(items) else None
        if sign.text == "=" and second is not None:
            for variable, literal, after in ((first, second, place + 3), (second, first, place + 1)):
                tagged = after < len(items) and items[after].kind == "language"
                if variable.kind == "variable" and literal.kind in plain and not tagged:
                    yield variable.text[1:], literal_at(literal, start)
        elif first.kind == "variable" and sign.text.upper() == "IN" and second is not None and second.text == "(":
            for number in range(place + 3, len(items)):
                item = items[number]
                if item.text == ")":
                    break
                tagged = number + 1 < len(items) and items[number + 1].kind == "language"
                if item.kind in plain and not tagged:
                    yield first.text[1:], literal_at(item, start)


def _functions(given: Given, element: Element, known: list[Triple]) -> Iterator[Hint]:
    """Tell of functions of text and of comparisons by size that are given a thing."""
    expression = element.expression
    if expression is None:
        return
    things = {
        t.object.value: t
        for t in known
        if t.object.kind == "variable" and given.terms.takes_things(t.predicate.value) and t.object.value[:1] != " "
    }
    texts = {t.object.value: t for t in known if t.object.kind == "variable" and t.object.value not in things}
    start = expression.start
    items = list(tokens(given.text[start : expression.end]))
    for place, item in enumerate(items):
        if item.kind == "variable" and item.text[1:] in texts:
            yield from _kind_asked(given, texts[item.text[1:]], items, place, start)
        if item.kind != "variable" or item.text[1:] not in things:
            continue
        triple = things[item.text[1:]]
        before = [other.text.upper() for other in items[max(place - 2, 0) : place]]
        after = [other.text for other in items[place + 1 : place + 4]]
        if before[-1:] == ["("] and before[:1] and before[0] in _OF_TEXT:
            yield given.hint(
                f"{item.text} 是事物（IRI），{before[0]} 只用于文字：请写 STR({item.text})，或用它的标签",
                f"{item.text} is a thing (IRI), {before[0]} is for text: write STR({item.text}), or take its label",
                triple.predicate.value,
                "",
                [Edit(start + item.start, start + item.end, f"STR({item.text})")],
            )
        elif before == ["STR", "("] and after[:2] == [")", "="] and items[place + 3 : place + 4]:
            yield from _compared_as_text(given, triple, items, place, start)
        elif (after[:1] and after[0][:1] in _ORDERS) or (before and before[-1][:1] in _ORDERS | {"="}):
            yield from _by_size(given, triple, item)


def _kind_asked(given: Given, triple: Triple, items: list[Token], place: int, start: int) -> Iterator[Hint]:
    """Tell of a language or a datatype asked for that no value has, and of a text compared with a number by size."""
    kinds = given.terms.kinds[triple.predicate.value] - {"iri", "blank"}
    name, prop = given.said(triple.predicate), triple.predicate.value
    before = [other.text.upper() for other in items[max(place - 2, 0) : place]]
    after = items[place + 1 : place + 4]
    shown, english = "、".join(sorted(map(_shown, kinds))), _english(frozenset(kinds))
    new = ""
    if before in (["LANG", "("], ["DATATYPE", "("]) and len(after) == 3 and after[0].text == ")":
        token = after[2]
        tags = sorted((kind[1:] for kind in kinds if kind.startswith("@")), key=lambda tag: (tag != "zh", tag))
        if before[0] == "LANG" and after[1].text in {"=", ","} and token.kind == "string":
            new = "" if token.text[1:-1].lower() in tags else f'"{tags[0] if tags else ""}"'
        elif before[0] == "DATATYPE" and after[1].text == "=" and token.kind in {"iri", "prefixed"}:
            there = [RDF + "langString"] if tags else sorted(kinds)
            asked = next((node.value for node, _ in given.found.iris if node.start == start + token.start), "")
            new = "" if not there or asked in there or asked in kinds else given.spelt(there[0])
    elif after[:1] and after[0].text in _ORDERS | {"<=", ">="} and kinds == {_STRING}:
        token = after[2] if len(after) > 2 and after[1].text == "=" else after[1] if len(after) > 1 else after[0]
        new = f'"{token.text}"' if token.kind == "number" else ""
    else:
        return
    if new:
        yield given.hint(
            f"{name} 的值写作{shown}；请写 {new}",
            f"{name} takes {english}; write {new}",
            prop,
            "",
            [Edit(start + token.start, start + token.end, new)],
        )


def _compared_as_text(given: Given, triple: Triple, items: list[Token], place: int, start: int) -> Iterator[Hint]:
    """Take ``STR(?x) = "a label"`` for what it means."""
    token = items[place + 3]
    if token.kind != "string" or "://" in token.text:
        return
    found = _meant(given, triple.predicate.value, literal_at(token, start))
    if found:
        thing = given.spelt(found)
        variable = items[place].text
        yield given.hint(
            f"STR({variable}) 是整个 IRI，不是标签；请写 {variable} = {thing}",
            f"STR({variable}) is the whole IRI, not a label; write {variable} = {thing}",
            triple.predicate.value,
            found,
            [Edit(start + items[place - 2].start, start + token.end, f"{variable} = {thing}")],
        )


def _by_size(given: Given, triple: Triple, item: Token) -> Iterator[Hint]:
    """Take ``?t > 2`` for a comparison of a number that the thing has."""
    prop = triple.predicate.value
    numbers = given.ask(f"SELECT DISTINCT ?q {{ ?s <{prop}> ?o . ?o ?q ?n FILTER(isNumeric(?n)) }} ORDER BY ?q LIMIT 2")
    name = given.said(triple.predicate)
    if len(numbers) != 1:
        return
    path = f"{name}/{given.spelt(numbers[0])}"
    yield given.hint(
        f"{item.text} 是事物（IRI），没有大小；它的数字在 {path}",
        f"{item.text} is a thing (IRI) and has no size; its number is at {path}",
        prop,
        numbers[0],
        [Edit(triple.predicate.start, triple.predicate.end, path)],
    )


def value(given: Given, triple: Triple, node: Node, *, filtered: bool) -> Iterator[Hint]:
    """Yield a hint where a property takes values of another kind than ``node``."""
    prop = triple.predicate.value
    kinds = given.terms.kinds[prop]
    said = given.text[node.start : node.end]
    name = given.text[triple.predicate.start : triple.predicate.end]
    if node.kind == "literal" and given.terms.takes_things(prop):
        yield _thing(given, triple, node, name, said, filtered=filtered)
    elif node.kind == "literal":
        stored = _datatype(node)
        if stored in kinds or (filtered and stored in _NUMBERS and kinds & _NUMBERS):
            return
        new = _respelt(node, kinds)
        shown = "、".join(sorted(map(_shown, kinds - {"iri", "blank"})))
        if new is not None and not is_there(given, prop, new):
            yield from part(given, triple, node, filtered=filtered)
        elif new is not None:
            yield given.hint(
                f"{name} 的值写作{shown}，而不是 {said}；请写 {new}",
                f"{name} takes {_english(kinds)}, not {said}; write {new}",
                prop,
                "",
                [Edit(node.start, node.end, new)],
            )
    elif node.kind == "iri" and not kinds & {"iri", "blank"}:
        yield given.hint(
            f"{name} 的值是文字或数字，不是事物 {said}", f"{name} takes text or numbers, not the thing {said}", prop
        )


def _meant(given: Given, prop: str, node: Node) -> str:
    """Return the one thing that a property leads to and that a literal may stand for, by any of its texts."""
    things = given.ask(
        f"SELECT DISTINCT ?o {{ VALUES ?l {{ {_spellings(text_of(node))} }} ?o ?any ?l ."
        f" FILTER EXISTS {{ ?s <{prop}> ?o }} }} LIMIT 2"
    )
    return things[0] if things else ""


def _thing(given: Given, triple: Triple, node: Node, name: str, said: str, *, filtered: bool) -> Hint:
    prop = triple.predicate.value
    thing_meant = _meant(given, prop, node)
    other = prop
    if not thing_meant and not filtered and node.note not in {"number", "boolean"}:
        rows = given.rows(
            f"SELECT DISTINCT ?q ?o {{ VALUES ?l {{ {_spellings(text_of(node))} }} ?o ?any ?l ."
            f" ?s ?q ?o . ?s <{prop}> ?x }} ORDER BY ?q ?o LIMIT 5"
        )
        if rows:
            other, thing_meant = rows[0]
    if not thing_meant:
        other, thing_meant = prop, thing_like(given, prop, node)
    if not thing_meant:
        among = values_of(given, triple)
        few = "、".join(map(given.spelt, among)) if 0 < len(among) <= _FEW else ""
        # One of a few stands for all of them; of many a variable shows which there are.
        new = given.spelt(among[0]) if few else free(given)
        return given.hint(
            f"{name} 的值是事物（IRI），不是文字或数字 {said}；{f'有：{few}' if few else '换成变量可看到有哪些'}",
            f"the values of {name} are things (IRIs), not the text or number {said}; "
            f"{'there are ' + few.replace('、', ', ') if few else 'put a variable to see which there are'}",
            prop,
            "",
            [Edit(node.start, node.end, new)] if few or not filtered else [],
        )
    thing = given.spelt(thing_meant)
    edits = [Edit(node.start, node.end, thing)]
    if other == prop:
        return given.hint(
            f"{name} 的值是事物，不是 {said}；请写 {thing}",
            f"the values of {name} are things, not {said}; write {thing}",
            prop,
            thing_meant,
            edits,
        )
    shown = given.spelt(other)
    edits.append(Edit(triple.predicate.start, triple.predicate.end, shown))
    return given.hint(
        f"没有 {name} 指到 {said}；请写 {shown} {thing}",
        f"no {name} leads to {said}; write {shown} {thing}",
        prop,
        thing_meant,
        edits,
    )


def is_there(given: Given, prop: str, literal: str) -> bool:
    """Return whether anything has a literal as the value of a property."""
    return bool(given.ask(f"SELECT ?s {{ ?s <{prop}> {literal} }} LIMIT 1"))


def part_of(given: Given, prop: str, node: Node) -> bool:
    """Return whether a literal is a part of some value of a property, and none as a whole."""
    if node.note in {"number", "boolean"} or is_there(given, prop, written(node)):
        return False
    text = quoted(unescaped(node.value) if "\\" in node.value else node.value)
    return bool(given.ask(f"SELECT ?s {{ ?s <{prop}> ?o FILTER(CONTAINS(STR(?o), {text})) }} LIMIT 1"))


def part(given: Given, triple: Triple, node: Node, *, filtered: bool) -> Iterator[Hint]:
    """Say that a value is compared as a whole, and put a condition on a part of it in the place."""
    name = given.text[triple.predicate.start : triple.predicate.end]
    said = given.text[node.start : node.end]
    prop = triple.predicate.value
    if otherwise(given, prop, node) or not part_of(given, prop, node):
        yield from absent(given, triple, node, filtered=filtered)
        return
    typed = node.note and not node.note.startswith("@")
    text = quoted(text_of(node)) if typed else said.removesuffix(node.note)
    edits: list[Edit] = []
    compared = _comparison_at(given.text, node) if filtered else None
    if compared is not None:
        start, end, variable = compared
        edits = [Edit(start, end, f"CONTAINS(STR({variable}), {text})")]
    elif not filtered:
        other = free(given)
        condition = f" . FILTER(CONTAINS(STR({other}), {text}))"
        edits = [Edit(node.start, node.end, other), Edit(triple.end, triple.end, condition)]
    yield given.hint(
        f"没有 {name} 整个等于 {said}，而有的包含它：请用 CONTAINS，或用 zy:search 检索",
        f"no {name} equals {said} as a whole, though some contain it: use CONTAINS, or zy:search",
        prop,
        "",
        edits,
    )


def _comparison_at(text: str, node: Node) -> tuple[int, int, str] | None:
    """Return start, end and variable of the comparison with the literal at ``node``."""
    items = list(tokens(text))
    for first, sign, second in zip(items, items[1:], items[2:], strict=False):
        if sign.text == "=" and node.start in (first.start, second.start):
            variable = second if first.start == node.start else first
            return first.start, max(second.end, node.end), variable.text
    return None


def _spellings(value: str) -> str:
    """Return a value as the literals that it may stand for."""
    found = []
    for text in dict.fromkeys((value, value.lower(), value.capitalize(), value.title(), value.upper())):
        put = quoted(text)
        found += [put, f"{put}@zh", f"{put}@en"]
    if re.fullmatch(r"[+-]?\d{1,18}", value):
        found.append(value)
    return " ".join(found)


def _datatype(node: Node) -> str:
    if node.note == "number":
        return XSD + ("double" if "e" in node.value.lower() else "decimal" if "." in node.value else "integer")
    if node.note == "boolean":
        return XSD + "boolean"
    return node.note or _STRING


def _respelt(node: Node, kinds: frozenset[str]) -> str | None:
    """Return a literal as a property with values of ``kinds`` would hold it."""
    text = node.value
    if _STRING in kinds and node.note:
        return f'"{text}"'
    languages = sorted((kind for kind in kinds if kind.startswith("@")), key=lambda kind: (kind != "@zh", kind))
    if languages:
        chinese = any("\u4e00" <= sign <= "\u9fff" for sign in unescaped(text) if sign)
        chosen = "@en" if "@en" in languages and not chinese else languages[0]
        return f'"{text}"{chosen}'
    if kinds & _NUMBERS and re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        return text
    typed = sorted(kinds - {"iri", "blank", _STRING})
    return f'"{text}"^^<{typed[0]}>' if typed and not kinds & _NUMBERS else None


def _shown(kind: str) -> str:
    return {"@zh": "带 @zh 的文字", "@en": "带 @en 的文字", _STRING: "不带语言的文字", XSD + "integer": "整数"}.get(
        kind, kind.removeprefix(XSD)
    )


def _english(kinds: frozenset[str]) -> str:
    return " or ".join(
        sorted(
            {"@zh": "text with @zh", "@en": "text with @en", _STRING: "plain text", XSD + "integer": "integers"}.get(
                kind, kind.removeprefix(XSD)
            )
            for kind in kinds - {"iri", "blank"}
        )
    )
