"""The namespaces of the standards, as plain text: a module that needs one of their IRIs loads no RDF library for it."""

from __future__ import annotations

from typing import Final

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROV: Final = "http://www.w3.org/ns/prov#"
DCTERMS: Final = "http://purl.org/dc/terms/"
SD: Final = "http://www.w3.org/ns/sparql-service-description#"
ENTAILMENT: Final = "http://www.w3.org/ns/entailment/"
FORMATS: Final = "http://www.w3.org/ns/formats/"
RESULT_SET: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"

TYPE: Final = RDF + "type"
LABEL: Final = RDFS + "label"
