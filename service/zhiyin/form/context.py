"""The JSON-LD context that ships with the project: every term of the company vocabulary by its local name."""

from __future__ import annotations

from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import BASE
from zhiyin.standards import OWL, XSD

CONTEXT_IRI = BASE + "context.jsonld"
"""The IRI of the project's own JSON-LD context; the one context that may be named, and it is never fetched."""


def json_context(known: Vocabulary) -> dict[str, object]:
    """Return the context: ``id`` and ``type`` for nodes, keys for properties, plain words for classes and values.

    Local names are unique over the vocabulary, so that plain JSON needs no prefix (a test holds it).
    """
    context: dict[str, object] = {"id": "@id", "type": "@type"}
    for term in known.terms.values():
        if term.kind in ("class", "individual"):
            context[term.local] = term.iri
        elif term.kind == "object":
            context[term.local] = {"@id": term.iri, "@type": "@vocab" if _is_named(term.range, known) else "@id"}
        elif term.range in (XSD + "date", XSD + "decimal"):
            context[term.local] = {"@id": term.iri, "@type": term.range}
        else:
            context[term.local] = {"@id": term.iri}
    return context


def _is_named(cls: str, known: Vocabulary) -> bool:
    resource = OWL + "Thing"
    return cls == resource or bool(known.individuals_of(cls)) or (cls in known.terms and not known.properties_of(cls))
