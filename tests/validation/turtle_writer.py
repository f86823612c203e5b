"""Triples in, Turtle that people read out: one node a block, one predicate a line, blank nodes nested, order kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from zhiyin.namespaces import PREFIXES

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_USED = ("dcterms", "practice", "xsd", "zy")


def turtle(triples: Sequence[ox.Triple], header: Sequence[str], *, company: str) -> str:
    """Return the triples under the comment lines of ``header``; things of ``company`` are written ``co:room/1``."""
    about: dict[object, list[tuple[str, object]]] = defaultdict(list)
    used: Counter[object] = Counter()
    for triple in triples:
        about[triple.subject].append((triple.predicate.value, triple.object))
        if isinstance(triple.object, ox.BlankNode):
            used[triple.object] += 1
    lines = [f"# {line}" if line else "#" for line in header]
    lines += [""] + [f"@prefix {p}: <{PREFIXES[p]}> ." for p in _USED]
    for node in list(about):
        if isinstance(node, ox.BlankNode) and used[node] == 1:
            continue
        lines += ["", _term(node), *_block(about[node], about, "    "), "."]
    return "\n".join(lines) + "\n"


def _block(
    pairs: Sequence[tuple[str, object]], about: dict[object, list[tuple[str, object]]], indent: str
) -> Iterator[str]:
    ordered = sorted(pairs, key=lambda pair: (pair[0] != _TYPE, isinstance(pair[1], ox.BlankNode)))
    for predicate, value in ordered:
        word = "a" if predicate == _TYPE else _name(predicate)
        if isinstance(value, ox.BlankNode):
            yield f"{indent}{word} ["
            yield from _block(about[value], about, indent + "    ")
            yield f"{indent}] ;"
        else:
            yield f"{indent}{word} {_term(value)} ;"


def _term(value: object) -> str:
    if isinstance(value, ox.NamedNode):
        return _name(value.value)
    if isinstance(value, ox.Literal):
        kind = value.datatype.value.removeprefix(_XSD)
        if kind in ("integer", "boolean", "decimal"):
            return value.value
        text = str(ox.Literal(value.value))
        return text if kind == "string" else f"{text}^^xsd:{kind}"
    return str(value)


def _name(iri: str) -> str:
    for prefix in _USED:
        local = iri.removeprefix(PREFIXES[prefix])
        if local != iri and local.replace("-", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"
