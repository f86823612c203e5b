"""Each term of rdf, rdfs, owl, sh, skos, dcterms and prov that our Turtle and queries use exists; so does each of zy.

A misspelt term (``sh:dataType``) makes a shape accept everything without a word.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SH, SKOS, XSD

from zhiyin import resources

VOCABULARIES = {
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "sh": SH,
    "skos": SKOS,
    "dcterms": DCTERMS,
    "prov": PROV,
    "xsd": XSD,
}
TURTLE = sorted([*resources.turtle_files("ontology", "shapes")])
QUERIES = [*resources.query_files(), *resources.query_files("queries/checks")]
# Not vocabulary: names of single things in RDF lists and of the property that a query alone uses.
_NAME = re.compile(r"(?<![\w?:/#-])(rdf|rdfs|owl|sh|skos|dcterms|prov|xsd|zy):([A-Za-z_][\w-]*)")


def names(text: str) -> set[tuple[str, str]]:
    """Prefixed names in ``text``, strings, IRIs and comments aside; names inside embedded SPARQL count."""
    embedded = " ".join(re.findall(r'"""(.*?)"""', text, re.DOTALL))
    bare = re.sub(r'"""(?:.*?)"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>', " ", text, flags=re.DOTALL)
    bare = re.sub(r"#.*", "", bare)
    inner = re.sub(r'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>', " ", embedded)
    return set(_NAME.findall(bare)) | set(_NAME.findall(inner))


def unknown(text: str, own: set[str]) -> list[str]:
    found = []
    for prefix, local in sorted(names(text)):
        known = local in own if prefix == "zy" else local in VOCABULARIES[prefix]
        if not known:
            found.append(f"{prefix}:{local}")
    return found


@pytest.fixture(scope="module")
def own_terms() -> set[str]:
    """What the ontology and the shapes' own constraint components declare: a zy node with a type and a label."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in TURTLE)
    nodes = re.findall(r"^(zy:\w+\n    a [^\n]+;\n.*?^\.)$", text, re.MULTILINE | re.DOTALL)
    declared = [node for node in nodes if "    rdfs:label " in node]
    components = [node for node in declared if "a sh:ConstraintComponent ;" in node]
    # A component's parameters are declared by it.
    parameters = {
        name for node in components for name in re.findall(r"sh:path zy:(\w+)", node.split("sh:validator")[0])
    }
    return {node.split("\n", 1)[0].removeprefix("zy:") for node in declared} | parameters


@pytest.mark.parametrize("file", [*TURTLE, *QUERIES], ids=lambda file: file.relative_to(resources.root()).as_posix())
def test_every_term_used_exists(file: Path, own_terms: set[str]) -> None:
    assert unknown(file.read_text(encoding="utf-8"), own_terms) == []


@pytest.mark.parametrize(
    "fake",
    [
        "shape:x sh:dataType xsd:string .",
        "zy:x rdfs:lable 'x' .",
        "zy:x a owl:Klass .",
        "concept:x skos:broder concept:y .",
        "clause:x zy:menshuns concept:y .",
        "clause:x dcterms:sauce clause:y .",
        "x xsd:dateTme y .",
        'shape:x sh:select """SELECT ?x WHERE { ?x zy:obligashun ?y }""" .',
    ],
)
def test_a_fake_term_is_caught(fake: str, own_terms: set[str]) -> None:
    assert unknown(fake, own_terms | {"x"})


def test_what_stands_in_a_string_is_no_term() -> None:
    assert names('x rdfs:label "sh:dataType", <https://example.org/sh:dataType> . # sh:dataType') == {("rdfs", "label")}
