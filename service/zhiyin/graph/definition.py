"""The whole ontology in, for each of its terms the statement of where it is defined out (rdfs:isDefinedBy)."""

from __future__ import annotations

from collections.abc import Iterator

from rdflib import RDF, RDFS, Graph, URIRef

from zhiyin.graph.nodes import ZY
from zhiyin.namespaces import ONTOLOGY

_WHOLE = URIRef(ONTOLOGY)


def definitions(ontology: Graph) -> Iterator[tuple[URIRef, URIRef, URIRef]]:
    """Yield one statement for each term of our namespace that ``ontology`` declares.

    It is made and not written into the files: a forgotten line would leave a term out, and all lines say the same.
    """
    for term in sorted({s for s in ontology.subjects(RDF.type) if isinstance(s, URIRef) and s.startswith(ZY)}):
        yield term, RDFS.isDefinedBy, _WHOLE
