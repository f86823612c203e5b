"""Triples with blank nodes in, Turtle whose bytes depend on their order alone out: one statement a line, lists written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.namespaces import PREFIXES
from zhiyin.standards import RDF, XSD

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def turtle_text(triples: Iterable[ox.Triple], head: Sequence[str] = ()) -> str:
    """Return ``triples`` as Turtle after the comment lines ``head``.

    Named subjects come in the order in which they first stand; blank nodes are written where they are pointed to.
    """
    about: dict[Node, dict[str, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, (ox.NamedNode, ox.BlankNode)):
            values = about[triple.subject][triple.predicate.value]
            if triple.object not in values:
                values.append(triple.object)
    writer = _Writer(about)
    body = [writer.block(node) for node in about if isinstance(node, ox.NamedNode)]
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(writer.used)]
    return "\n".join([*(f"# {line}".rstrip() for line in head), *prefixes]) + "\n\n" + "\n\n".join(body) + "\n"


class _Writer:
    """Renders terms, and keeps which prefixes they used."""

    def __init__(self, about: Mapping[Node, Mapping[str, list[Value]]]) -> None:
        self._about = about
        self.used: set[str] = set()

    def block(self, node: ox.NamedNode) -> str:
        return f"{self._iri(node.value)}\n{self._statements(node, '    ')}\n."

    def _statements(self, node: Node, indent: str) -> str:
        lines = []
        for predicate, values in self._about[node].items():
            name = "a" if predicate == RDF + "type" else self._iri(predicate)
            lines += [f"{indent}{name} {self._term(value, indent)} ;" for value in values]
        return "\n".join(lines)

    def _term(self, value: Value, indent: str) -> str:
        if isinstance(value, ox.Literal):
            return self._literal(value)
        if isinstance(value, ox.NamedNode):
            return "()" if value.value == RDF + "nil" else self._iri(value.value)
        if not isinstance(value, ox.BlankNode):
            raise TypeError("quoted triples have no place in shapes")
        if RDF + "first" in self._about[value]:
            return "( " + " ".join(self._term(item, indent) for item in self._items(value)) + " )"
        return f"[\n{self._statements(value, indent + '    ')}\n{indent}]"

    def _items(self, node: Value) -> Iterable[Value]:
        while isinstance(node, ox.BlankNode):
            yield self._about[node][RDF + "first"][0]
            node = self._about[node][RDF + "rest"][0]

    def _iri(self, iri: str) -> str:
        for prefix, namespace in _LONGEST_FIRST:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri[len(namespace) :]):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _literal(self, literal: ox.Literal) -> str:
        text, kind = literal.value, literal.datatype.value
        if kind in _BARE and _BARE[kind].fullmatch(text):
            return text
        if "\n" in text:
            quoted = '"""' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r") + '"""'
        else:
            quoted = '"' + "".join(_ESCAPES.get(character, character) for character in text) + '"'
        if literal.language:
            return f"{quoted}@{literal.language}"
        return quoted if kind == XSD + "string" else f"{quoted}^^{self._iri(kind)}"
