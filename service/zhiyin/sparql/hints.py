"""Says why a query found nothing: its structure and the terms in use in, sentences with a corrected query out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from urllib.parse import quote

from zhiyin.errors import Message
from zhiyin.sparql.scan import Token, tokens
from zhiyin.sparql.searching import unescaped
from zhiyin.sparql.structure import RDF_TYPE, Group, Node, Select, Structure, StructureError, Triple, structure
from zhiyin.sparql.terms import Table
from zhiyin.sparql.terms_in_use import OURS, TermsInUse, key_of, local

LONGEST = 16_384
"""Texts beyond this get no hint: nobody typed them."""
_MOST = 5
_NEAR = 0.66
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_ZY = OURS + "ontology#"
_STRING = _XSD + "string"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float")}
_FOREIGN = re.compile(r"http://www\.w3\.org/(?:2002/07/owl|2000/01/rdf-schema|1999/02/22-rdf-syntax-ns)#")
_GUESSES: Mapping[str, tuple[str, ...]] = {
    word: tuple({"label": _RDFS + name, "prefLabel": _SKOS + name}.get(name, _ZY + name) for name in names.split())
    for words, names in (
        ("title name label caption heading 标题 名称", "label prefLabel text"),
        ("content body wording description comment clausetext value 内容 正文 文本 原文", "text"),
        ("no num code identifier id clausenumber 编号 条款号 序号", "number"),
        ("category class level grade rank type 类别 级别", "tier"),
        ("chapter subsection heading parent part belongsto ispartof 章节 小节", "section partOf"),
        ("mandatory required strength kind modality optional duty 约束力 必须 可选", "obligation"),
        ("new status state flag tag continued 标识 新增 延续", "mark"),
        ("keyword topic subject about concept term hasconcept 概念 主题", "mentions"),
        ("limit metric figure threshold minimum maximum 指标 数字", "hasThreshold"),
        ("previous predecessor before ancestorof from basedon 前身", "derivedFrom"),
        ("next successor after 后续", "leadsTo"),
        ("group obligationfamily 义务", "family"),
        ("position sort index sequence 次序", "order"),
        ("difference changed change变化 变化", "change"),
    )
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Hint:
    """Why there is no row; ``nearest`` is the term meant and ``query`` the corrected text, where they are known."""

    said: Message
    term: str = ""
    nearest: str = ""
    query: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the members as the JSON of an answer carries them."""
        body = {"zh": self.said.zh, "en": self.said.en, "term": self.term, "nearest": self.nearest, "query": self.query}
        return {key: value for key, value in body.items() if value}


def header(hints: Sequence[Hint]) -> str:
    """Return the hints as a header's value, which takes ASCII alone: other signs are percent-encoded."""
    said = "; ".join(hint.said.en for hint in hints).replace("\r", " ").replace("\n", " ")
    return "".join(sign if " " <= sign <= "~" else quote(sign) for sign in said)[:2000]


def hints_for(text: str, base: str, terms: TermsInUse, select: Callable[[str], Table]) -> tuple[Hint, ...]:
    """Return at most a few hints on a query that found nothing; ``select`` asks the store, seldom and cheaply."""
    if len(text) > LONGEST:
        return ()
    try:
        found = structure(text, base)
    except StructureError:
        return ()
    given = _Query(text, found, terms, select)
    hints: dict[str, Hint] = {}
    for hint in given.hints():
        hints.setdefault(hint.said.en, hint)
        if len(hints) == _MOST:
            break
    return tuple(given.together(list(hints.values())))


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    new: str


class _Query:
    """One query that found nothing."""

    def __init__(self, text: str, found: Structure, terms: TermsInUse, select: Callable[[str], Table]) -> None:
        self._text = text
        self._found = found
        self._terms = terms
        self._select = select
        self._edits: dict[str, tuple[_Edit, ...]] = {}
        self._asked = 0
        self._prefixes = {space: prefix for prefix, space in found.prefixes.items()}
        where = found.select.where
        self._triples = list(_steps(_required(where))) if where is not None else []

    def hints(self) -> Iterator[Hint]:
        """Yield what may be the reason, the surest first."""
        unknown = list(self._unknown_names())
        yield from unknown
        known = [t for t in self._triples if t.predicate.kind == "iri" and t.predicate.value in self._terms.kinds]
        for triple in known:
            yield from self._value(triple, triple.object, filtered=False)
        yield from self._filters(known)
        yield from self._carried_by_none()
        yield from self._having()
        if not unknown and not self._edits:
            for triple in known:
                yield from self._no_such(triple)

    def together(self, hints: list[Hint]) -> Iterator[Hint]:
        """Yield the hints, each with the query that all of them correct: one click mends all."""
        edits = [edit for hint in hints for edit in self._edits.get(hint.said.en, ())]
        corrected = _applied(self._text, edits) if edits else ""
        for hint in hints:
            yield replace(hint, query=corrected) if self._edits.get(hint.said.en) else hint

    def _hint(self, zh: str, en: str, term: str = "", nearest: str = "", edits: Iterable[_Edit] = ()) -> Hint:
        self._edits[en] = tuple(edits)
        return Hint(Message(zh, en), term, nearest)

    # Names that nothing has

    def _unknown_names(self) -> Iterator[Hint]:
        classes = {t.object.start for t in self._triples if t.predicate.value == RDF_TYPE}
        for node, is_predicate in self._found.iris:
            name = node.value
            if is_predicate:
                if name in self._terms.kinds or name == _ZY + "search" or name == RDF_TYPE:
                    continue
                yield self._unused_property(node)
            elif node.start in classes:
                continue
            elif name.startswith(OURS) and name not in self._terms.names and not self._is_graph(name):
                nearest = self._nearest(name, self._things())
                yield self._unknown(node, nearest)
        for triple in self._triples:
            kind = triple.object
            if triple.predicate.value == RDF_TYPE and kind.kind == "iri" and kind.value not in self._terms.carried:
                nearest = self._nearest(kind.value, self._terms.carried)
                yield self._unknown(
                    kind, nearest, zh="图谱中没有这一类的东西", en="nothing in the graph is of this class"
                )

    def _is_graph(self, name: str) -> bool:
        return name.startswith(OURS + "id/graph/")

    def _things(self) -> Iterable[str]:
        return (name for name in self._terms.names if name not in self._terms.kinds)

    def _unused_property(self, node: Node) -> Hint:
        name = node.value
        subject = next((t.subject.value for t in self._triples if t.predicate.start == node.start), "")
        usable = {p for c in self._classes(subject) for p in self._terms.carried[c]}
        nearest = self._nearest(name, usable) or self._nearest(name, self._terms.kinds)
        if name in self._terms.names:
            return self._unknown(
                node,
                nearest if nearest != name else "",
                zh="是公司自述用的词汇，图谱中没有一条陈述用它",
                en="is a word for what companies state: no statement of the graph uses it",
            )
        return self._unknown(
            node, nearest, zh="图谱中没有一条陈述用这个属性", en="no statement of the graph uses this property"
        )

    def _unknown(
        self, node: Node, nearest: str, zh: str = "词汇表中没有它", en: str = "the vocabulary has no such term"
    ) -> Hint:
        said = self._text[node.start : node.end]
        if not nearest:
            return self._hint(f"{said}：{zh}", f"{said}: {en}", node.value)
        meant = self._spelt(nearest)
        return self._hint(
            f"{said}：{zh}；是否指 {meant}？",
            f"{said}: {en}; did you mean {meant}?",
            node.value,
            nearest,
            [_Edit(node.start, node.end, meant)],
        )

    def _nearest(self, name: str, among: Iterable[str]) -> str:
        """Return the term that a name was meant to be: by its letters, by its label, by what people call it, by likeness."""
        candidates = set(among)
        wanted = local(name)
        if name.startswith(OURS + "id/"):
            # A number alone means nothing: tier/5 is no chapter 5.
            folder = name[: name.rfind("/") + 1]
            candidates = {candidate for candidate in candidates if candidate.startswith(folder)}
        for key in (key_of(wanted), key_of("".join(re.split(r"[/#]", name)[-2:]))):
            for found in self._terms.keys.get(key, ()):
                if found in candidates and found != name:
                    return found
        for guess in _GUESSES.get(key_of(wanted), ()):
            if guess in candidates:
                return guess
        best, score = "", _NEAR
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(wanted.casefold())
        for candidate in sorted(candidates, key=lambda c: (not c.startswith(_ZY), c)):
            given = local(candidate).casefold()
            if len(wanted) > 3 and wanted.casefold() in given and score < 0.8:
                best, score = candidate, 0.8
            matcher.set_seq1(given)
            if matcher.real_quick_ratio() > score and matcher.quick_ratio() > score and matcher.ratio() > score:
                best, score = candidate, matcher.ratio()
        return best

    # Values of another kind than the graph holds

    def _filters(self, known: list[Triple]) -> Iterator[Hint]:
        """Take ``FILTER(?x = literal)`` for what it means: the literal as the value of what binds ?x."""
        for group in self._found.groups():
            for element in group.elements:
                if element.kind != "filter" or element.expression is None:
                    continue
                start, end = element.expression.start, element.expression.end
                for name, node in _comparisons(self._text, start, end):
                    for triple in known:
                        if triple.object.kind == "variable" and triple.object.value == name:
                            yield from self._value(triple, node, filtered=True)

    def _value(self, triple: Triple, node: Node, *, filtered: bool) -> Iterator[Hint]:
        prop = triple.predicate.value
        kinds = self._terms.kinds[prop]
        said = self._text[node.start : node.end]
        name = self._text[triple.predicate.start : triple.predicate.end]
        if node.kind == "literal" and self._terms.takes_things(prop):
            yield self._thing(triple, node, name, said, filtered=filtered)
        elif node.kind == "literal":
            stored = _datatype(node)
            if stored in kinds or (filtered and stored in _NUMBERS and kinds & _NUMBERS):
                return
            new = _respelt(node, kinds)
            shown = "、".join(sorted(map(_shown, kinds - {"iri", "blank"})))
            if new is not None and not self._there(prop, new):
                yield from self._part(triple, node, filtered=filtered)
            elif new is not None:
                yield self._hint(
                    f"{name} 的值写作{shown}，而不是 {said}；请写 {new}",
                    f"{name} takes {_english(kinds)}, not {said}; write {new}",
                    prop,
                    "",
                    [_Edit(node.start, node.end, new)],
                )
        elif node.kind == "iri" and not kinds & {"iri", "blank"}:
            yield self._hint(
                f"{name} 的值是文字或数字，不是事物 {said}", f"{name} takes text or numbers, not the thing {said}", prop
            )

    def _thing(self, triple: Triple, node: Node, name: str, said: str, *, filtered: bool) -> Hint:
        prop = triple.predicate.value
        value = unescaped(node.value) if "\\" in node.value else node.value
        meant = f"VALUES ?l {{ {_spellings(value)} }} ?o ?any ?l ."
        things = self._ask(f"SELECT DISTINCT ?o {{ {meant} FILTER EXISTS {{ ?s <{prop}> ?o }} }} LIMIT 2")
        other = prop
        if not things and not filtered:
            rows = self._rows(f"SELECT DISTINCT ?q ?o {{ {meant} ?s ?q ?o . ?s <{prop}> ?x }} ORDER BY ?q ?o LIMIT 5")
            if rows:
                other, things = rows[0][0], [rows[0][1]]
        if not things:
            return self._hint(
                f"{name} 的值是事物（IRI），不是文字或数字 {said}",
                f"the values of {name} are things (IRIs), not the text or number {said}",
                prop,
            )
        thing = self._spelt(things[0])
        edits = [_Edit(node.start, node.end, thing)]
        if other == prop:
            return self._hint(
                f"{name} 的值是事物，不是 {said}；请写 {thing}",
                f"the values of {name} are things, not {said}; write {thing}",
                prop,
                things[0],
                edits,
            )
        shown = self._spelt(other)
        edits.append(_Edit(triple.predicate.start, triple.predicate.end, shown))
        return self._hint(
            f"没有 {name} 指到 {said}；请写 {shown} {thing}",
            f"no {name} leads to {said}; write {shown} {thing}",
            prop,
            things[0],
            edits,
        )

    # Properties that no subject has together

    def _classes(self, subject: str) -> list[str]:
        """Return the classes that a subject can be of, as its other properties tell, the likeliest first."""
        mine = [t for t in self._triples if t.subject.value == subject and t.predicate.kind == "iri"]
        typed = [
            t.object.value for t in mine if t.predicate.value == RDF_TYPE and t.object.value in self._terms.carried
        ]
        names = {t.predicate.value for t in mine if t.predicate.value in self._terms.kinds} - {RDF_TYPE}
        return typed or sorted(self._reached(subject)) or (self._terms.carriers(names)[:1] if names else [])

    def _carried_by_none(self) -> Iterator[Hint]:
        for subject in dict.fromkeys(t.subject.value for t in self._triples if t.subject.kind == "variable"):
            mine = [
                t
                for t in self._triples
                if t.subject.kind == "variable"
                and t.subject.value == subject
                and t.predicate.kind == "iri"
                and t.predicate.value in self._terms.kinds
                and t.predicate.value != RDF_TYPE
            ]
            names = {t.predicate.value for t in mine}
            typed = [
                t.object.value
                for t in self._triples
                if t.subject.value == subject
                and t.predicate.value == RDF_TYPE
                and t.object.value in self._terms.carried
            ]
            reached = self._reached(subject)
            fitting = set(typed or self._terms.carriers(names))
            if not names or (fitting & reached if reached else not typed and fitting):
                continue
            among = reached or self._terms.carried.keys()
            likely = typed[:1] or [max(among, key=lambda c: self._likelihood(c, names))]
            used = self._terms.carried[likely[0]]
            for triple in mine:
                if triple.predicate.value not in used:
                    yield self._not_carried(triple, likely[0], used)

    def _likelihood(self, kind: str, names: set[str]) -> tuple[int, bool, bool]:
        used = self._terms.carried[kind]
        return len(names & used.keys()), kind == _ZY + "Requirement", kind.startswith(_ZY)

    def _reached(self, name: str) -> set[str]:
        """Return the classes of what a variable is as the value of some property; empty where none says."""
        found: set[str] = set()
        for triple in self._triples:
            if triple.object.kind == "variable" and triple.object.value == name and triple.predicate.kind == "iri":
                reached = self._terms.reached.get(triple.predicate.value, frozenset()) & self._terms.carried.keys()
                found = found & reached if found else set(reached)
        return found

    def _not_carried(self, triple: Triple, kind: str, used: Mapping[str, int]) -> Hint:
        name = self._text[triple.predicate.start : triple.predicate.end]
        shown = self._spelt(kind)
        nearest = self._nearest(triple.predicate.value, used)
        common = "、".join(self._spelt(p) for p in sorted(used, key=lambda p: -used[p])[:8] if p != RDF_TYPE)
        if not nearest:
            return self._hint(
                f"{shown} 都没有 {name}；它们有：{common}",
                f"no {shown} has {name}; they have: {common.replace('、', ', ')}",
                triple.predicate.value,
            )
        meant = self._spelt(nearest)
        return self._hint(
            f"{shown} 都没有 {name}；是否指 {meant}？",
            f"no {shown} has {name}; did you mean {meant}?",
            triple.predicate.value,
            nearest,
            [_Edit(triple.predicate.start, triple.predicate.end, meant)],
        )

    def _having(self) -> Iterator[Hint]:
        select = self._found.select
        grouped = {name for name, _ in select.grouped} | {name for _, name, _ in select.named}
        for expression in select.having:
            for use in expression.uses:
                if not use.aggregated and use.name not in grouped:
                    yield self._hint(
                        f"HAVING 中的 ?{use.name} 没有分组，总是没有值：请放进 GROUP BY 或聚合函数",
                        f"?{use.name} in HAVING is not grouped and never has a value: group by it or aggregate it",
                    )

    # Patterns that alone find nothing

    def _no_such(self, triple: Triple) -> Iterator[Hint]:
        subject, predicate, value = triple.subject, triple.predicate, triple.object
        name = self._text[predicate.start : predicate.end]
        if subject.kind == "iri" and not self._ask(f"SELECT ?o {{ <{subject.value}> <{predicate.value}> ?o }} LIMIT 1"):
            has = self._ask(f"SELECT DISTINCT ?p {{ <{subject.value}> ?p ?o }} LIMIT 40")
            shown = self._text[subject.start : subject.end]
            nearest = self._nearest(predicate.value, has)
            edits = [_Edit(predicate.start, predicate.end, self._spelt(nearest))] if nearest else []
            ask = f"；是否指 {self._spelt(nearest)}？" if nearest else ""
            english = f"; did you mean {self._spelt(nearest)}?" if nearest else ""
            yield self._hint(
                f"{shown} 没有 {name}{ask}", f"{shown} has no {name}{english}", predicate.value, nearest, edits
            )
        elif value.kind == "literal" and self._part_of(predicate.value, value):
            yield from self._part(triple, value, filtered=False)
        elif value.kind in {"iri", "literal"}:
            written = f"<{value.value}>" if value.kind == "iri" else self._literal(value)
            if not written or self._ask(f"SELECT ?s {{ ?s <{predicate.value}> {written} }} LIMIT 1"):
                return
            said = self._text[value.start : value.end]
            others = (
                self._ask(f"SELECT DISTINCT ?p {{ ?s ?p {written} . ?s <{predicate.value}> ?x }} ORDER BY ?p LIMIT 5")
                if value.kind == "iri"
                else []
            )
            nearest = next((p for p in others if p != predicate.value and not _FOREIGN.match(p)), "")
            edits = [_Edit(predicate.start, predicate.end, self._spelt(nearest))] if nearest else []
            ask = f"；有 {self._spelt(nearest)} 指到它" if nearest else ""
            english = f"; {self._spelt(nearest)} leads to it" if nearest else ""
            yield self._hint(
                f"图谱中没有哪个事物的 {name} 是 {said}{ask}",
                f"nothing in the graph has {said} as its {name}{english}",
                predicate.value,
                nearest,
                edits,
            )

    def _there(self, prop: str, written: str) -> bool:
        return bool(self._ask(f"SELECT ?s {{ ?s <{prop}> {written} }} LIMIT 1"))

    def _part_of(self, prop: str, node: Node) -> bool:
        """Return whether a literal is a part of some value of a property, and none as a whole."""
        if node.note in {"number", "boolean"} or self._there(prop, self._literal(node)):
            return False
        text = _quoted(unescaped(node.value) if "\\" in node.value else node.value)
        return bool(self._ask(f"SELECT ?s {{ ?s <{prop}> ?o FILTER(CONTAINS(STR(?o), {text})) }} LIMIT 1"))

    def _part(self, triple: Triple, node: Node, *, filtered: bool) -> Iterator[Hint]:
        """Say that a value is compared as a whole, and put a condition on a part of it in the place."""
        name = self._text[triple.predicate.start : triple.predicate.end]
        said = self._text[node.start : node.end]
        prop = triple.predicate.value
        if not self._part_of(prop, node):
            yield self._hint(
                f"图谱中没有哪个事物的 {name} 是 {said}", f"nothing in the graph has {said} as its {name}", prop
            )
            return
        text = said.removesuffix(node.note) if node.note.startswith("@") else said
        edits: list[_Edit] = []
        compared = _comparison_at(self._text, node) if filtered else None
        if compared is not None:
            start, end, variable = compared
            edits = [_Edit(start, end, f"CONTAINS(STR({variable}), {text})")]
        elif not filtered:
            free = next(f"?{n}" for n in ("value", "found", "part", "whole", "zy") if f"?{n}" not in self._text)
            condition = f" . FILTER(CONTAINS(STR({free}), {text}))"
            edits = [_Edit(node.start, node.end, free), _Edit(triple.end, triple.end, condition)]
        yield self._hint(
            f"没有 {name} 整个等于 {said}，而有的包含它：请用 CONTAINS，或用 zy:search 检索",
            f"no {name} equals {said} as a whole, though some contain it: use CONTAINS, or zy:search",
            prop,
            "",
            edits,
        )

    def _literal(self, node: Node) -> str:
        """Return a literal as it can be put into another query, or nothing where that would take more care."""
        if node.note in {"number", "boolean"}:
            return node.value
        text = _quoted(unescaped(node.value) if "\\" in node.value else node.value)
        return text + (node.note if node.note.startswith("@") else f"^^<{node.note}>" if node.note else "")

    # The store and the text

    def _ask(self, query: str) -> list[str]:
        return [row[0] for row in self._rows(query)]

    def _rows(self, query: str) -> list[list[str]]:
        self._asked += 1
        if self._asked > 2 * _MOST:
            return []
        return [[term.value for term in row if term is not None] for row in self._select(query).rows]

    def _spelt(self, iri: str) -> str:
        """Return an IRI as this query can write it."""
        for space, prefix in sorted(self._prefixes.items(), key=lambda pair: -len(pair[0])):
            rest = iri[len(space) :]
            if space and iri.startswith(space) and re.fullmatch(r"\w[\w-]*(?:\.[\w-]+)*", rest):
                return f"{prefix}:{rest}"
        return f"<{iri}>"


def _required(group: Group) -> Iterator[Triple]:
    """Yield the patterns without which there is no row."""
    yield from group.triples
    for element in group.elements:
        if element.kind in {"graph", "union"}:
            for inner in element.groups:
                yield from _required(inner)
        elif isinstance(element.select, Select) and element.select.where is not None:
            yield from _required(element.select.where)


def _steps(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the patterns, each plain sequence of properties as the patterns that it stands for."""
    for number, triple in enumerate(triples):
        steps = triple.predicate.steps
        if not steps:
            yield triple
            continue
        at = triple.subject
        for place, step in enumerate(steps):
            last = place == len(steps) - 1
            to = triple.object if last else Node("variable", f" {number}/{place}", step.end, step.end)
            yield Triple(at, step, to, triple.start, triple.end)
            at = to


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
        quoted = _quoted(text)
        found += [quoted, f"{quoted}@zh", f"{quoted}@en"]
    if re.fullmatch(r"[+-]?\d{1,18}", value):
        found.append(value)
    return " ".join(found)


def _comparisons(text: str, start: int, end: int) -> Iterator[tuple[str, Node]]:
    items = list(tokens(text[start:end]))
    for first, sign, second in zip(items, items[1:], items[2:], strict=False):
        if sign.text != "=":
            continue
        for variable, value in ((first, second), (second, first)):
            if variable.kind == "variable" and value.kind in {"string", "number"}:
                after = items.index(value) + 1
                if after < len(items) and items[after].kind == "language":
                    continue
                yield variable.text[1:], _node(value, start)


def _node(token: Token, offset: int) -> Node:
    start = offset + token.start
    if token.kind == "number":
        return Node("literal", token.text, start, start + len(token.text), "number")
    quotes = 3 if token.text[:3] in {'"""', "'''"} else 1
    return Node("literal", token.text[quotes:-quotes], start, start + len(token.text))


def _datatype(node: Node) -> str:
    if node.note == "number":
        return _XSD + ("double" if "e" in node.value.lower() else "decimal" if "." in node.value else "integer")
    if node.note == "boolean":
        return _XSD + "boolean"
    return node.note or _STRING


def _respelt(node: Node, kinds: frozenset[str]) -> str | None:
    """Return a literal as a property with values of ``kinds`` would hold it."""
    text = node.value
    if _STRING in kinds and (node.note in {"number", "boolean"} or node.note.startswith("@")):
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
    return {"@zh": "带 @zh 的文字", "@en": "带 @en 的文字", _STRING: "不带语言的文字", _XSD + "integer": "整数"}.get(
        kind, kind.removeprefix(_XSD)
    )


def _english(kinds: frozenset[str]) -> str:
    return " or ".join(
        sorted(
            {"@zh": "text with @zh", "@en": "text with @en", _STRING: "plain text", _XSD + "integer": "integers"}.get(
                kind, kind.removeprefix(_XSD)
            )
            for kind in kinds - {"iri", "blank"}
        )
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


def _applied(text: str, edits: list[_Edit]) -> str:
    parts, at = [], 0
    for edit in sorted({(e.start, e.end, e.new) for e in edits}):
        if edit[0] < at:
            continue
        parts += [text[at : edit[0]], edit[2]]
        at = edit[1]
    return "".join([*parts, text[at:]])
