from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SKOS, Graph

from zhiyin.errors import OntologyError
from zhiyin.graph.families import read_families
from zhiyin.graph.handwritten import read_turtle
from zhiyin.graph.nodes import CONCEPT
from zhiyin.graph.relations import relation_blocks
from zhiyin.model import Family

PREFIXES = """\
@prefix clause: <https://w3id.org/zhiyin/id/clause/> .
@prefix concept: <https://w3id.org/zhiyin/id/concept/> .
@prefix family: <https://w3id.org/zhiyin/id/family/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .
"""


def graph(turtle: str) -> Graph:
    return Graph().parse(data=PREFIXES + turtle, format="turtle")


def test_files_are_read_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.ttl").write_text(f"<urn:{name}> <urn:p> <urn:o> .\n", encoding="utf-8")
    assert len(read_turtle(sorted(tmp_path.glob("*.ttl")))) == 2


def test_bad_turtle_is_refused_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_text("<urn:a> <urn:p> <urn:o> .\n\n<urn:a> <urn:p> .\n", encoding="utf-8")
    with pytest.raises(OntologyError) as caught:
        read_turtle([file])
    assert (caught.value.place.source, caught.value.place.line) == ("bad.ttl", 3)


def test_other_encoding_is_refused_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.ttl"
    file.write_bytes('<urn:a> <urn:p> <urn:o> .\n<urn:a> <urn:p> "甲" .\n'.encode("gb18030"))
    with pytest.raises(OntologyError, match="UTF-8") as caught:
        read_turtle([file])
    assert caught.value.place.line == 2


def test_families_are_sorted_and_their_members_in_tier_order() -> None:
    found = read_families(
        graph(
            "family:f002 a zy:RequirementFamily ; zy:member clause:5.1.1.10, clause:5.1.1.9 .\n"
            "family:f001 a zy:RequirementFamily ; zy:member clause:3.1.1.1, clause:2.1.1.1 ; zy:rewordedIn clause:3.1.1.1 .\n"
        )
    )
    assert found == [
        Family("f001", ("2.1.1.1", "3.1.1.1"), frozenset({"3.1.1.1"})),
        Family("f002", ("5.1.1.9", "5.1.1.10"), frozenset()),
    ]


def test_relations_are_completed_by_what_is_not_written() -> None:
    found = relation_blocks(
        graph(
            "concept:a skos:broader concept:b ; skos:related concept:c . concept:b skos:related concept:c . concept:c skos:related concept:b ."
        )
    )
    assert [(block.subject, block.statements) for block in found] == [
        (CONCEPT.b, ((SKOS.narrower, CONCEPT.a),)),
        (CONCEPT.c, ((SKOS.related, CONCEPT.a),)),
    ]
