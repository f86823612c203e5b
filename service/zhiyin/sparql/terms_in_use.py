"""What the graph itself speaks of, for hints: its properties, what they take, which classes carry them, its own names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiyin.sparql.terms import Table

OURS = "https://w3id.org/zhiyin/"
_OURS = f'STRSTARTS(STR(?t), "{OURS}")'
_KINDS = (
    'SELECT ?p ?k { { SELECT DISTINCT ?p ?k { ?s ?p ?o BIND(IF(isIRI(?o), "iri", IF(isBlank(?o), "blank", '
    'IF(LANG(?o) != "", CONCAT("@", LANG(?o)), STR(DATATYPE(?o))))) AS ?k) } } }'
)
_CARRIED = "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p"
_REACHED = "SELECT DISTINCT ?p ?c { ?s ?p ?o . ?o a ?c }"
_NAMES = (
    f"SELECT DISTINCT ?t {{ {{ ?t ?p ?o }} UNION {{ ?s ?t ?o }} UNION {{ ?s ?p ?t }} FILTER(isIRI(?t) && {_OURS}) }}"
)
_LABELS = (
    "SELECT ?t ?l { VALUES ?q { <http://www.w3.org/2000/01/rdf-schema#label> "
    "<http://www.w3.org/2004/02/skos/core#prefLabel> <http://www.w3.org/2004/02/skos/core#altLabel> } "
    "?t ?q ?l FILTER(isIRI(?t)) }"
)
_SIGNS = re.compile(r"[^\w.]+|_")


@dataclass(frozen=True, slots=True)
class TermsInUse:
    """``kinds`` tells what stands as a property's value: ``iri``, ``blank``, ``@zh`` or a datatype.

    ``carried`` counts the properties of each class's members, ``reached`` names the classes that a property leads to.
    """

    kinds: Mapping[str, frozenset[str]]
    carried: Mapping[str, Mapping[str, int]]
    reached: Mapping[str, frozenset[str]]
    names: frozenset[str]
    keys: Mapping[str, tuple[str, ...]]
    """Names and labels without case and signs, and what they may stand for: ``tier3`` and 三类 for ``id/tier/3``."""

    def takes_things(self, prop: str) -> bool:
        """Return whether the values of a property are things, never text or numbers."""
        return self.kinds.get(prop, frozenset()) <= {"iri", "blank"} and prop in self.kinds

    def carriers(self, props: Iterable[str]) -> list[str]:
        """Return the classes whose members carry all of ``props``, the largest first."""
        wanted = set(props)
        found = [name for name, used in self.carried.items() if wanted <= used.keys()]
        return sorted(found, key=lambda name: (-max(self.carried[name].values(), default=0), name))


def read_terms(select: Callable[[str], Table]) -> TermsInUse:
    """Ask the store what it speaks of."""
    kinds: dict[str, set[str]] = {}
    for row in select(_KINDS).records():
        kinds.setdefault(row["p"].value, set()).add(row["k"].value)
    carried: dict[str, dict[str, int]] = {}
    for row in select(_CARRIED).records():
        carried.setdefault(row["c"].value, {})[row["p"].value] = int(row["n"].value)
    reached: dict[str, set[str]] = {}
    for row in select(_REACHED).records():
        reached.setdefault(row["p"].value, set()).add(row["c"].value)
    names = frozenset(select(_NAMES).column("t"))
    keys: dict[str, dict[str, None]] = {}
    for name in (*sorted(names), *sorted(set(kinds) - names)):
        for key in (key_of(local(name)), key_of("".join(re.split(r"[/#]", name)[-2:]))):
            keys.setdefault(key, {})[name] = None
    for row in select(_LABELS).records():
        keys.setdefault(key_of(row["l"].value), {})[row["t"].value] = None
    return TermsInUse(
        {name: frozenset(found) for name, found in kinds.items()},
        carried,
        {name: frozenset(found) for name, found in reached.items()},
        names,
        {key: tuple(found) for key, found in keys.items()},
    )


def local(name: str) -> str:
    """Return the last part of an IRI."""
    return re.split(r"[/#]", name.rstrip("/#"))[-1]


def key_of(text: str) -> str:
    """Return ``text`` as it is compared: without case and signs."""
    return _SIGNS.sub("", text).casefold()
