"""Every hand-written Turtle file is in the one form of the house: header, sorted prefixes, one statement a line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph
from rdflib.namespace import DCTERMS

from zhiyin import composition, resources

FILES = [*composition.hand_written_files(), *resources.turtle_files("shapes")]
PREFIX = re.compile(r"@prefix ([a-z]+): <([^<>]+)> \.")


def faults(text: str) -> list[str]:
    """What in ``text`` is not in the form; nothing where all is."""
    found = []
    lines = text.split("\n")
    prefixes = [match[1] for line in lines if (match := PREFIX.fullmatch(line))]
    if prefixes != sorted(set(prefixes)):
        found.append("prefixes are not sorted")
    # Embedded queries have prefixes of their own, by sh:prefixes.
    body = "\n".join(line for line in lines if not line.startswith(("@prefix", "#")))
    body = re.sub(r'"""(?:.*?)"""', "", body, flags=re.DOTALL)
    # What follows a family is its clauses' numbers, for those who look for a rule by its number.
    body = re.sub(r"(?m)^(    zy:enforces family:f\d{3} ;) # [\d. ]+$", r"\1", body)
    bare = re.sub(r'"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>', " ", body)
    used = set(re.findall(r"(?<![\w:/?$])([a-z]+):(?=[A-Za-z0-9])", bare))
    if set(prefixes) != used:
        found.append(f"prefixes declared and used differ: {sorted(set(prefixes) ^ used)}")
    if not text.endswith("\n") or text.endswith("\n\n"):
        found.append("the file does not end in one line feed")
    if "\t" in text or any(line != line.rstrip() for line in lines):
        found.append("tabs or white space at a line's end")
    for number, line in enumerate(bare.split("\n"), start=1):
        if re.search(r"[^\s\])]\s*\.$", line):
            found.append(f"the final dot does not stand alone: {line.strip()} (statement {number})")
        if re.search(r";\s*\S", line) and "[" not in line and line.startswith("    ") and "@" not in line:
            found.append(f"two statements on a line: {line.strip()}")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(resources.root()).as_posix())
def test_file_is_in_the_form(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(resources.root()).as_posix())
def test_file_has_its_header(file: Path) -> None:
    graph = Graph().parse(data=file.read_bytes(), format="turtle")
    (node,) = graph.subjects(RDF.type, OWL.Ontology)
    assert sorted(str(title.language) for title in graph.objects(node, DCTERMS.title)) == ["en", "zh"]  # type: ignore[attr-defined]
    for predicate in (OWL.versionIRI, DCTERMS.license, DCTERMS.source):
        assert graph.value(node, predicate) is not None, predicate


GOOD = """\
@prefix clause: <https://w3id.org/zhiyin/id/clause/> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .

clause:2.1.1.1
    zy:tier zy:x ;
.
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("@prefix clause", "@prefix zz: <urn:z> .\n@prefix clause", "not sorted"),
        ("@prefix zy", "@prefix xsd: <urn:x> .\n@prefix zy", "differ: \\['xsd'\\]"),
        ("zy:x ;\n.", "zy:x .", "does not stand alone"),
        ("zy:x ;", "zy:x ; zy:y zy:z ;", "two statements"),
        ("zy:x ;", "zy:x ; ", "white space"),
        ("zy:x ;\n.\n", "zy:x ;\n.", "line feed"),
    ],
)
def test_each_fault_of_form_is_caught(old: str, new: str, fault: str) -> None:
    assert faults(GOOD) == []
    assert re.search(fault, " ".join(faults(GOOD.replace(old, new, 1))))
