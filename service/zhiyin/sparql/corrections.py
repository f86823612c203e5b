"""Rewrites what the engine is known to answer wrongly, or refuses it with the reason: pyoxigraph 0.5.

``docs/sparql.md`` lists each with what is done about it; a test of each tells when a newer engine ends it.

* Within ``GRAPH ?g`` the engine joins the graph's name to triple patterns one by one, so that what holds no triple
  pattern of its own (a sub-select, VALUES) or compares two sides (MINUS) does not see one graph after another (18.6).
* A path of length zero from a term that the graph does not hold gives no row, where the term itself is due (18.4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import BadQuery
from zhiyin.sparql.scan import place_of
from zhiyin.sparql.structure import Element, Expression, Group, Node, Select, StructureError, Triple, structure, within
from zhiyin.standards import XSD

_GRAPH = re.compile(r"\bGRAPH\b", re.IGNORECASE)
_STAR = re.compile(r"(?<![\w>)])([\w>)]++)\s*+[*?](?!\w)")
_NO_PATH = frozenset({"SELECT", "DISTINCT", "REDUCED", "DESCRIBE"})
_MOST_GRAPHS = 100
_LONGEST = 2_000_000
Edits = list[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query sees: the graphs merged as its default graph (``None`` is all of them) and the named ones."""

    default: tuple[str, ...] | None
    named: Callable[[], Sequence[str]]
    holds: Callable[[Node, tuple[str, ...] | None], bool]
    """Tells whether a term is a subject or an object in any of these graphs."""


def corrected(
    text: str, store: ox.Store, defaults: Sequence[str] | None, named: Sequence[str] | None, base: str = ""
) -> str:
    """Return ``text`` so that the engine answers what SPARQL 1.1 says; raises BadQuery where that cannot be."""
    if not _suspicious(text):
        return text
    try:
        found = structure(text, base)
    except StructureError:
        return text
    if defaults is None and named is None and found.has_dataset:
        defaults = [node.value for node in found.default_graphs]
        named = [node.value for node in found.named_graphs]
    chosen = None if named is None else tuple(named)

    def graphs() -> Sequence[str]:
        there = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
        return there if chosen is None else [graph for graph in there if graph in chosen]

    def holds(node: Node, where: tuple[str, ...] | None) -> bool:
        return _holds(store, node, where)

    dataset = Dataset(None if defaults is None else tuple(defaults), graphs, holds)
    rewriting = _Rewriting(text, dataset)
    edits: Edits = []
    rewriting.select(found.select, dataset.default, "", edits)
    return _applied(text, 0, len(text), edits) if edits else text


def _suspicious(text: str) -> bool:
    return _GRAPH.search(text) is not None or any(word.upper() not in _NO_PATH for word in _STAR.findall(text))


class _Rewriting:
    """Collects the changes to one query."""

    def __init__(self, text: str, dataset: Dataset) -> None:
        self._text = text
        self._dataset = dataset
        self._size = len(text)

    def select(self, select: Select, active: tuple[str, ...] | None, suffix: str, edits: Edits) -> None:
        if select.where is not None:
            self.group(select.where, active, suffix, edits)
        for expression in (*(e for e, _, _ in select.named), *select.having, *select.order):
            self.expression(expression, active, suffix, edits)

    def expression(self, expression: Expression, active: tuple[str, ...] | None, suffix: str, edits: Edits) -> None:
        for group in expression.groups:
            self.group(group, active, suffix, edits)

    def group(self, group: Group, active: tuple[str, ...] | None, suffix: str, edits: Edits) -> None:
        rewritten = self._zero_lengths(group, active, suffix, edits)
        if suffix:
            # The same label in two copies would be one label in two groups, which SPARQL forbids.
            for label, start, _ in group.blanks:
                if not any(low <= start < high for low, high in rewritten):
                    edits.append((start, start + 2 + len(label), f"_:{label}{suffix}"))
        for element in group.elements:
            self._element(element, active, suffix, edits)

    def _element(self, element: Element, active: tuple[str, ...] | None, suffix: str, edits: Edits) -> None:
        if element.kind == "graph" and element.name is not None:
            if element.name.kind == "variable":
                if any(map(_depends_on_graph, within(element.groups[0]))):
                    edits.append((element.start, element.end, self._one_after_another(element, suffix)))
                    return
            elif element.name.value not in self._dataset.named():
                # A graph that is not there gives no row, whatever is asked of it.
                return
            else:
                active = (element.name.value,)
        if element.kind == "service":
            return
        for inner in element.groups:
            self.group(inner, active, suffix, edits)
        if element.select is not None:
            self.select(element.select, active, suffix, edits)
        if element.expression is not None:
            self.expression(element.expression, active, suffix, edits)

    def _one_after_another(self, element: Element, suffix: str) -> str:
        """Return GRAPH with a variable as the union over the graphs by name."""
        if element.name is None:
            return ""
        name, inner = element.name.value, element.groups[0]
        graphs = self._dataset.named()
        if len(graphs) > _MOST_GRAPHS:
            raise self._refused(
                element,
                f"存储有 {len(graphs)} 个命名图，GRAPH ?{name} 中的子查询、VALUES、MINUS 至多能逐一用于 {_MOST_GRAPHS} 个："
                "请用 FROM NAMED 指明图",
                f"the store has {len(graphs)} named graphs; a sub-select, VALUES or MINUS within GRAPH ?{name} can be "
                f"put to {_MOST_GRAPHS} at most: name them by FROM NAMED",
            )
        parts = []
        for number, graph in enumerate(graphs):
            edits: Edits = []
            self.group(inner, (graph,), f"{suffix}_{number}", edits)
            body = _applied(self._text, inner.start, inner.end, edits)
            self._size += len(body)
            if self._size > _LONGEST:
                raise self._refused(
                    element,
                    f"GRAPH ?{name} 嵌套过多，无法逐图展开：请写明图的名字",
                    f"GRAPH ?{name} is nested too often to be put to each graph: name the graphs",
                )
            parts.append(f"{{ VALUES ?{name} {{ <{graph}> }} GRAPH <{graph}> {body} }}")
        return f"{{ {' UNION '.join(parts)} }}" if parts else f"{{ VALUES ?{name} {{ }} }}"

    def _zero_lengths(
        self, group: Group, active: tuple[str, ...] | None, suffix: str, edits: Edits
    ) -> list[tuple[int, int]]:
        """Write the statements anew that hold a path of length zero from a term unknown to the graph."""
        statements: dict[tuple[int, int], list[Triple]] = {}
        for triple in group.triples:
            statements.setdefault((triple.start, triple.end), []).append(triple)
        rewritten = []
        for (start, end), triples in statements.items():
            if not any(self._stands_alone(triple, active) for triple in triples):
                continue
            if any(node.kind == "blank" for triple in triples for node in (triple.subject, triple.object)):
                raise BadQuery(
                    "从图中没有的词项出发的零长度路径，不能与空白节点写在同一句：请用变量代替空白节点",
                    "a path of length zero from a term that the graph does not hold cannot stand in one statement with "
                    "a blank node: use a variable",
                    place=place_of(self._text, start),
                )
            edits.append((start, end, " ".join(self._written(triple, active) for triple in triples)))
            rewritten.append((start, end))
        return rewritten

    def _stands_alone(self, triple: Triple, active: tuple[str, ...] | None) -> bool:
        """Return whether a zero-length path gives its own term alone, because the graph does not hold it."""
        if not triple.predicate.zero:
            return False
        ends = (triple.subject, triple.object)
        constants = [node for node in ends if node.kind in {"iri", "literal"}]
        if not constants or (len(constants) == 2 and not _same(*ends)):
            return False
        return not self._dataset.holds(constants[0], active)

    def _written(self, triple: Triple, active: tuple[str, ...] | None) -> str:
        subject, predicate, value = (
            self._text[node.start : node.end] for node in (triple.subject, triple.predicate, triple.object)
        )
        if not self._stands_alone(triple, active):
            return f"{subject} {predicate} {value} ."
        if triple.subject.kind == "variable":
            return f"VALUES {subject} {{ {value} }}"
        if triple.object.kind == "variable":
            return f"VALUES {value} {{ {subject} }}"
        return ""

    def _refused(self, element: Element, zh: str, en: str) -> BadQuery:
        return BadQuery(zh, en, place=place_of(self._text, element.start))


def _depends_on_graph(group: Group) -> bool:
    """Return whether the engine would not see one graph after another in ``group``."""
    if any(element.kind in {"select", "values", "minus"} for element in group.elements):
        return True
    return any(
        triple.predicate.zero and {triple.subject.kind, triple.object.kind} & {"iri", "literal"}
        for triple in group.triples
    )


def _same(first: Node, second: Node) -> bool:
    return (first.kind, first.value, first.note) == (second.kind, second.value, second.note)


def _holds(store: ox.Store, node: Node, graphs: tuple[str, ...] | None) -> bool:
    term = _term(node)
    if term is None:
        return True
    places: list[ox.NamedNode | None] = [None] if graphs is None else [ox.NamedNode(graph) for graph in graphs]
    for graph in places:
        if next(store.quads_for_pattern(None, None, term, graph), None) is not None:
            return True
        if isinstance(term, ox.NamedNode) and next(store.quads_for_pattern(term, None, None, graph), None) is not None:
            return True
    return False


def _term(node: Node) -> ox.NamedNode | ox.Literal | None:
    try:
        if node.kind == "iri":
            return ox.NamedNode(node.value)
        text = node.value
        if node.note == "number":
            kind = "double" if "e" in text.lower() else "decimal" if "." in text else "integer"
            return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))
        if node.note == "boolean":
            return ox.Literal(text, datatype=ox.NamedNode(XSD + "boolean"))
        if "\\" in text:
            from zhiyin.sparql.searching import unescaped

            text = unescaped(text)
        if node.note.startswith("@"):
            return ox.Literal(text, language=node.note[1:])
        return ox.Literal(text, datatype=ox.NamedNode(node.note)) if node.note else ox.Literal(text)
    except ValueError:
        return None


def _applied(text: str, start: int, end: int, edits: Edits) -> str:
    parts = []
    at = start
    for low, high, new in sorted(edits):
        parts += [text[at:low], new]
        at = high
    return "".join([*parts, text[at:end]])
