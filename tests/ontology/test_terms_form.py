"""The files of the concept scheme: header, prefixes, one predicate a line, in one order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ontology" / "terms"
FILES = {file.stem: file for file in sorted(FOLDER.glob("*.ttl"))}
ONTOLOGY = "https://w3id.org/zhiyin/ontology/terms/"
GUIDELINE = URIRef("https://w3id.org/zhiyin/id/guideline/futures-it")
MOST_LINES = 300
PREFIX = re.compile(r"@prefix ([a-z]+): <([^<>]+)> \.")
LINE = re.compile(r"    (?:a|[a-z]+:[A-Za-z]+) (?:\"(?:[^\"\\]|\\.)+\"@(?:zh|en)|<[^<>]+>|[a-z]+:[A-Za-z0-9.-]+) ;")
ORDER = (
    "a",
    "owl:versionIRI",
    "dcterms:title",
    "dcterms:license",
    "rdfs:label",
    "skos:prefLabel",
    "skos:altLabel",
    "skos:hiddenLabel",
    "zy:everydayLabel",
    "rdfs:comment",
    "skos:definition",
    "skos:scopeNote",
    "dcterms:source",
    "skos:inScheme",
    "skos:topConceptOf",
    "skos:broader",
    "skos:related",
    "zy:definedBy",
)


def malformed(name: str, text: str) -> list[str]:
    """Return what in ``text`` is not in the house's form of Turtle, none where all is."""
    faults = []
    lines = text.splitlines()
    prefixes = [m[1] for line in lines if (m := PREFIX.fullmatch(line))]
    body = re.sub(r'"(?:[^"\\]|\\.)*"', "", "\n".join(lines[len(prefixes) :]))
    used = {m[1] for m in re.finditer(r"(?<![\w/:])([a-z]+):(?=[A-Za-z0-9])", re.sub(r"<[^<>]*>", "", body))}
    if prefixes != sorted(used):
        faults.append(f"prefixes {prefixes}, used {sorted(used)}")
    if len(lines) > MOST_LINES or not text.endswith(".\n"):
        faults.append(f"{len(lines)} lines, or no last line break")
    last = -1
    for number, line in enumerate(lines, 1):
        if line.startswith("    "):
            at = ORDER.index(line.split()[0]) if line.split()[0] in ORDER else -1
            if not LINE.fullmatch(line) or at < last:
                faults.append(f"line {number}: {line}")
            last = at
        else:
            last = -1
            if not re.fullmatch(r"\.||# .+|@prefix .+|<[^<>]+>|concept:[a-z0-9-]+", line):
                faults.append(f"line {number}: {line}")
    graph = Graph().parse(data=text, format="turtle")
    head = URIRef(ONTOLOGY + name)
    titles = sorted(str(o.language) for o in graph.objects(head, DCTERMS.title) if isinstance(o, Literal))
    versions = [str(o).rpartition("/")[0] for o in graph.objects(head, OWL.versionIRI)]
    if (
        set(graph.subjects(RDF.type, OWL.Ontology)) != {head}
        or titles != ["en", "zh"]
        or versions != [str(head)]
        or set(graph.objects(head, DCTERMS.source)) != {GUIDELINE}
        or (head, DCTERMS.license, None) not in graph
    ):
        faults.append("the header is not whole")
    return faults


def test_there_are_files() -> None:
    """The glob found the scheme."""
    assert {"scheme", "defined-terms"} < FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_in_form(name: str) -> None:
    """Each file is UTF-8 Turtle in the house's form."""
    assert malformed(name, FILES[name].read_bytes().decode("utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@prefix clause:", "@prefix clause: <https://w3id.org/zhiyin/id/clause/> .\n@prefix other:"),
        ("    a zy:Concept ;\n", "    a zy:Concept ; a skos:Concept ;\n"),
        ("    a zy:Concept ;\n    skos:prefLabel", "    skos:inScheme concept:x ;\n    skos:prefLabel"),
        ("@en ;\n    dcterms:license", "@zh ;\n    dcterms:license"),
        (" ;\n.\n", " .\n"),
        ("ontology/terms/defined-terms>", "ontology/terms/other>"),
        ("    dcterms:license <https://www.apache.org/licenses/LICENSE-2.0> ;\n", ""),
        ("concept:machine-room\n", "\n" * MOST_LINES + "concept:machine-room\n"),
    ],
)
def test_a_break_of_form_is_found(old: str, new: str) -> None:
    """Each rule of form bites."""
    text = FILES["defined-terms"].read_text(encoding="utf-8")
    assert old in text
    assert malformed("defined-terms", text.replace(old, new, 1)) != []
