"""A firm's facts in, those that are its own to state out: what it says of other firms or of the desk is not asked about.

Anybody may write any triple into a file. The dataset of those who see all firms joins the files of all of them: there
a firm must not put a verdict, a name or a room on another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import PREFIXES, ZY

_OURS, _TYPE, _LABEL = str(ZY), PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"
_RULED = frozenset(
    str(ZY[name])
    for name in ("Determination", "ofCompany", "ofClause", "ruling", "determinedBy", "determinedOn", "reason")
)
"""Terms of the determinations file, which is the regulator's."""
_NOT_A_FIRMS = (PREFIXES["prov"], PREFIXES["sh"], PREFIXES["dcterms"] + "received")
"""What the desk and the judgement say."""


def own_facts(
    triples: Iterable[ox.Triple], company: str, others: Collection[str], known: Vocabulary
) -> list[ox.Triple]:
    """Return the triples about what the description of ``company`` reaches, in words that are a firm's to use.

    ``others`` are the companies of other firms: neither they nor what is named below them is ``company``'s to describe,
    unless it is named below ``company`` too.
    """
    said: dict[object, list[ox.Triple]] = defaultdict(list)
    todo: list[object] = [ox.NamedNode(company)]
    for triple in triples:
        said[triple.subject].append(triple)
        if triple.predicate.value == str(ZY.describes) and triple.object == todo[0]:
            todo.append(triple.subject)
    seen: set[object] = set()
    found = []

    # Most objects are terms that come again and again.
    told: dict[object, bool] = {}

    def is_anothers(node: object) -> bool:
        if node not in told:
            told[node] = _is_anothers(node, company, others)
        return told[node]

    while todo:
        node = todo.pop()
        if node in seen or is_anothers(node):
            continue
        seen.add(node)
        for triple in said.get(node, ()):
            # Nor does it take another's thing for its own: that one's figures would be told of both.
            if _is_a_firms(triple, company, known) and not is_anothers(triple.object):
                found.append(triple)
                todo.append(triple.object)
    return found


def _is_anothers(node: object, company: str, others: Collection[str]) -> bool:
    if not isinstance(node, ox.NamedNode) or is_below(node.value, company):
        return False
    parts = node.value.replace("#", "/").split("/")
    return any("/".join(parts[:n]) in others for n in range(4, len(parts) + 1)) or node.value in others


def is_below(iri: str, company: str) -> bool:
    """Return whether an IRI names a company or something of it."""
    return iri == company or iri.startswith((company + "/", company + "#"))


def _is_a_firms(triple: ox.Triple, company: str, known: Vocabulary) -> bool:
    predicate = triple.predicate.value
    if predicate.startswith(_NOT_A_FIRMS) or (predicate == _LABEL and triple.subject == ox.NamedNode(company)):
        return False
    return not any(
        term.startswith(_OURS) and (term in _RULED or term not in known.terms)
        for term in (predicate, *([getattr(triple.object, "value", "")] if predicate == _TYPE else []))
    )
