"""Triples in, their canonical N-Quads out: RDF Dataset Canonicalization (W3C RDFC-1.0) with SHA-256, for one graph.

Two documents that state the same facts come to the same bytes, whatever their syntax, order and blank node labels.
Section numbers in the comments are those of the recommendation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import permutations

import pyoxigraph as ox

from zhiyin.errors import BadSubmission
from zhiyin.standards import XSD

MOST_CALLS = 20_000
"""Calls of Hash N-Degree Quads after which a graph counts as poisoned (7.1)."""
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(slots=True)
class _Issuer:
    """Issues identifiers in the order in which they are asked for (4.5)."""

    prefix: str
    issued: dict[str, str] = field(default_factory=dict)

    def issue(self, label: str) -> str:
        if label not in self.issued:
            self.issued[label] = f"{self.prefix}{len(self.issued)}"
        return self.issued[label]

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


def canonical(triples: Iterable[ox.Triple]) -> bytes:
    """Return the canonical N-Quads; BadSubmission where blank nodes are so alike that it would take too long."""
    return _Canonicalisation(list(dict.fromkeys(triples))).run()


def rdfc_hash(triples: Iterable[ox.Triple]) -> str:
    """Return the SHA-256 of the canonical N-Quads."""
    return sha256(canonical(triples)).hexdigest()


class _Canonicalisation:
    """The state of one run (4.2)."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self._triples = triples
        self._quads: dict[str, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            for label in dict.fromkeys(_blanks(triple)):
                self._quads[label].append(triple)
        self._first: dict[str, str] = {}
        self._issuer = _Issuer("c14n")
        self._calls = 0

    def run(self) -> bytes:
        """Run the algorithm (4.4.3)."""
        by_hash: dict[str, list[str]] = defaultdict(list)
        for label in self._quads:
            by_hash[self._first_degree(label)].append(label)
        for digest in sorted(by_hash):
            if len(by_hash[digest]) == 1:
                self._issuer.issue(by_hash[digest][0])
        for digest in sorted(by_hash):
            labels = by_hash[digest]
            if len(labels) == 1:
                continue
            paths: list[tuple[str, _Issuer]] = []
            for label in labels:
                if label in self._issuer.issued:
                    continue
                temporary = _Issuer("b")
                temporary.issue(label)
                paths.append(self._n_degree(label, temporary))
            for _, found in sorted(paths, key=lambda path: path[0]):
                for label in found.issued:
                    self._issuer.issue(label)
        lines = {_line(triple, self._issuer.issued) for triple in self._triples}
        return "".join(sorted(lines)).encode()

    def _first_degree(self, label: str) -> str:
        """Hash First Degree Quads (4.6)."""
        if label not in self._first:
            lines = []
            for triple in self._quads[label]:
                names = {other: "a" if other == label else "z" for other in _blanks(triple)}
                lines.append(_line(triple, names))
            self._first[label] = _sha("".join(sorted(lines)))
        return self._first[label]

    def _related(self, label: str, triple: ox.Triple, issuer: _Issuer, position: str) -> str:
        """Hash Related Blank Node (4.7)."""
        text = f"{position}<{triple.predicate.value}>"
        if label in self._issuer.issued:
            text += f"_:{self._issuer.issued[label]}"
        elif label in issuer.issued:
            text += f"_:{issuer.issued[label]}"
        else:
            text += self._first_degree(label)
        return _sha(text)

    def _n_degree(self, label: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash N-Degree Quads (4.8)."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            raise BadSubmission(
                "空白节点过于相似，无法在合理时间内规范化：请为它们命名",
                "the blank nodes are too much alike to be canonicalised in reasonable time: name them",
            )
        related: dict[str, list[str]] = defaultdict(list)
        for triple in self._quads[label]:
            for position, term in (("s", triple.subject), ("o", triple.object)):
                if isinstance(term, ox.BlankNode) and term.value != label:
                    related[self._related(term.value, triple, issuer, position)].append(term.value)
        data = ""
        for digest in sorted(related):
            data += digest
            chosen, chosen_issuer = "", issuer
            for order in permutations(related[digest]):
                path, used = self._path(order, issuer.copy(), chosen)
                if used is not None and (not chosen or path < chosen):
                    chosen, chosen_issuer = path, used
            data += chosen
            issuer = chosen_issuer
        return _sha(data), issuer

    def _path(self, order: tuple[str, ...], issuer: _Issuer, chosen: str) -> tuple[str, _Issuer | None]:
        """Return the path of one permutation; without an issuer where it cannot be the least (4.8.3, 5.4)."""
        path, todo = "", []
        for label in order:
            if label in self._issuer.issued:
                path += f"_:{self._issuer.issued[label]}"
            else:
                if label not in issuer.issued:
                    todo.append(label)
                path += f"_:{issuer.issue(label)}"
            if chosen and len(path) >= len(chosen) and path > chosen:
                return path, None
        for label in todo:
            digest, found = self._n_degree(label, issuer)
            path += f"_:{issuer.issue(label)}<{digest}>"
            issuer = found
            if chosen and len(path) >= len(chosen) and path > chosen:
                return path, None
        return path, issuer


def _blanks(triple: ox.Triple) -> Iterator[str]:
    for term in (triple.subject, triple.object):
        if isinstance(term, ox.BlankNode):
            yield term.value


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _line(triple: ox.Triple, names: dict[str, str]) -> str:
    """Return one line of canonical N-Quads (the default graph)."""
    return f"{_term(triple.subject, names)} <{triple.predicate.value}> {_term(triple.object, names)} .\n"


def _term(term: Term, names: dict[str, str]) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:{names[term.value]}"
    if isinstance(term, ox.NamedNode):
        return f"<{term.value}>"
    if isinstance(term, ox.Literal):
        text = f'"{_escaped(term.value)}"'
        if term.language:
            return f"{text}@{term.language}"
        kind = term.datatype.value
        return text if kind == XSD + "string" else f"{text}^^<{kind}>"
    raise TypeError("RDFC-1.0 knows no quoted triples")


_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _escaped(text: str) -> str:
    """Return a literal's text as canonical N-Quads write it: control characters and DEL by number, the rest as it is."""
    return "".join(_NAMED.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 0x20 or ord(c) == 0x7F else c) for c in text)
