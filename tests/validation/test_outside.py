"""The two files that another engine needs, ``zhiyin shapes`` and ``zhiyin facts``, are enough for the same results."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import shacl
from flask.testing import FlaskClient
from tests.validation import samples

from zhiyin.composition import guideline_text
from zhiyin.composition.facts import normalised_facts
from zhiyin.composition.judging import Asked, rules
from zhiyin.composition.services import open_services
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadParameter, OntologyError
from zhiyin.law.outside import TRIED, Form
from zhiyin.law.portable import without_components
from zhiyin.law.portable_query import breaking, condition, ungrouped
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.settings import Settings
from zhiyin.validation.engine import Engine, prepared
from zhiyin.web import create_app

COMMAND = Path(sys.executable).with_name("zhiyin")
TIERS = (1, 2, 3, 4)
SH = "http://www.w3.org/ns/shacl#"


@pytest.fixture(scope="module")
def files() -> dict[tuple[int, bool], str]:
    requirements = guideline_text().requirements
    return {(t, p): shapes_turtle(t, requirements, rules().shapes, portable=p) for t in TIERS for p in (False, True)}


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    services = open_services(Settings())
    yield create_app(services).test_client()
    services.sparql.close()


def plain(term: str | None) -> str:
    return (term or "").removeprefix("<").removesuffix(">")


def said(shapes: str, facts: str) -> set[tuple[str, str, str]]:
    """Shape, focus node and severity of what an engine says that is given the two files and nothing else."""
    report = shacl.Shapes.from_text(shapes, "turtle").validate_text(facts, "ntriples")
    return {(plain(r.source_shape), plain(r.focus_node), plain(r.severity)) for r in report.results}


@pytest.mark.parametrize("portable", [False, True], ids=["components", "portable"])
@pytest.mark.parametrize("sample", samples.SAMPLES, ids=lambda s: s.slug)
def test_the_two_files_give_the_results_of_our_own_engine(
    files: dict[tuple[int, bool], str], sample: samples.Sample, portable: bool
) -> None:
    data = (samples.folder() / sample.file).read_bytes()
    found = normalised_facts(data, rules(), Asked(CHECK_DATE), source=sample.file)
    own = prepared(rules().shapes).run(found.text, Engine.COMPILED)
    known = rules().shapes.of_tier(found.tier)
    outside = said(files[found.tier, portable], found.text)
    assert {pair[:2] for pair in outside} == {(r.shape, r.focus) for r in own if r.shape in known}
    for shape, _, severity in outside:
        assert (severity == "Info") is (str(known[shape].outcome) != "violated"), shape


def test_what_is_written_is_the_same_in_every_process(files: dict[tuple[int, bool], str]) -> None:
    for seed in ("1", "2"):
        done = subprocess.run(
            [COMMAND, "shapes", "--tier", "2", "--portable"],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode() == files[2, True]


@pytest.mark.parametrize("tier", TIERS)
def test_the_file_is_what_the_shapes_say(files: dict[tuple[int, bool], str], tier: int) -> None:
    for portable in (False, True):
        triples = [q.triple for q in ox.parse(files[tier, portable], format=ox.RdfFormat.TURTLE)]
        node_shapes = {t.subject for t in triples if getattr(t.object, "value", "") == SH + "NodeShape"}
        assert len(node_shapes) > 300
        # The domain of sh:name is property shapes; RDF4J refuses a file that says it of another.
        assert not [t.subject for t in triples if t.predicate.value == SH + "name" and t.subject in node_shapes]
        # Comunica refuses a pre-bound variable in GROUP BY; the groups are made for all and chosen afterwards.
        assert "GROUP BY ?focus" in files[tier, portable]
        assert "GROUP BY $this" not in files[tier, portable]
    text = files[tier, True]
    assert "ConstraintComponent" not in text
    assert "sh:validator" not in text
    assert "sh:nodeValidator" not in text


def test_no_two_shapes_have_one_query(files: dict[tuple[int, bool], str]) -> None:
    """RDF4J takes two shapes of one target and one text for the same, and reports one of them alone."""
    for tier in TIERS:
        triples = [q.triple for q in ox.parse(files[tier, True], format=ox.RdfFormat.TURTLE)]
        texts = Counter(str(t.object) for t in triples if t.predicate.value == SH + "select")
        assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("portable", [False, True])
def test_the_head_names_the_engines(files: dict[tuple[int, bool], str], portable: bool) -> None:
    head = [line for line in files[4, portable].splitlines() if line.startswith("#")]
    for engine in TRIED:
        line = next(line for line in head if f"{engine.name} {engine.version}" in line)
        fit = (Form.PORTABLE if portable else Form.COMPONENTS) in engine.equal
        assert (engine.limit.en in line) is (not fit) if engine.limit.en else fit


def test_a_query_that_only_denies_is_asked_for_what_it_denies() -> None:
    assert breaking("ASK { FILTER NOT EXISTS { $this zy:a ?b } }") == "SELECT DISTINCT $this WHERE { $this zy:a ?b }"
    assert "FILTER (!(?a || ?b))" in breaking("ASK { FILTER (?a || ?b) }")
    assert condition("ASK { $this zy:a 1 . FILTER (1 = 1) }") == "EXISTS { $this zy:a 1 . FILTER (1 = 1) }"
    two = condition("ASK { FILTER NOT EXISTS { $this a 1 } FILTER NOT EXISTS { $this a 2 } }")
    assert two == "EXISTS { FILTER NOT EXISTS { $this a 1 } FILTER NOT EXISTS { $this a 2 } }"


def test_groups_are_chosen_after_they_are_made() -> None:
    query = ungrouped("SELECT $this ?x (SUM(?y) AS ?z) WHERE { $this a ?x ; b ?y } GROUP BY $this ?x")
    assert "GROUP BY ?focus ?x" in query
    assert query.startswith("SELECT $this ?x ?z WHERE")
    assert "(SUM(?y) AS ?z) ?focus ?x WHERE { ?focus a ?x" in query


@pytest.mark.parametrize("text", ["SELECT ?x WHERE { ?x a ?y }", "CONSTRUCT { } WHERE { }"])
def test_what_cannot_be_written_out_is_an_error(text: str) -> None:
    with pytest.raises(OntologyError):
        breaking(text)
    with pytest.raises(OntologyError):
        ungrouped(text)


def test_an_unknown_constraint_beside_a_component_is_an_error() -> None:
    text = """
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <urn:x:> .
        ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:p ] ; sh:validator [ sh:ask "ASK { $this ex:q $p }" ;
            sh:prefixes ex:prefixes ] .
        ex:s a sh:NodeShape ; sh:or ( [ ex:p 1 ] [ sh:path ex:q ; sh:maxCount 3 ] ) ."""
    with pytest.raises(OntologyError, match="maxCount"):
        without_components([q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)])


def test_shapes_have_a_tag_and_are_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/api/shapes?tier=1&portable=1")
    assert first.status_code == 200
    again = client.get("/api/shapes?tier=1&portable=1", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get("/api/shapes?tier=1", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert client.get("/api/shapes?tier=1&portable=2").status_code == 400


def test_the_service_gives_the_facts_of_the_command(client: FlaskClient) -> None:
    file = samples.folder() / "no-generator.ttl"
    command = [str(COMMAND), "facts", str(file), "--tier", "4", "--date", "2026-06-30"]
    written = subprocess.run(command, capture_output=True, check=True).stdout
    answer = client.post(
        "/api/facts?tier=4&date=2026-06-30", data=file.read_bytes(), headers={"Content-Type": "text/turtle"}
    )
    assert answer.status_code == 200
    assert answer.data == written
    assert answer.mimetype == "application/n-triples"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"2026-06-30T00:00:00+08:00" in written
    bad = client.post("/api/facts?tier=4", data=b"<a> <b>", headers={"Content-Type": "text/turtle"})
    assert (bad.status_code, bad.mimetype) == (400, "application/problem+json")


def test_of_several_companies_one_is_named() -> None:
    one = (samples.folder() / "tier-1-complete.ttl").read_text(encoding="utf-8")
    other = "https://example.org/futures/other"
    two = (
        one
        + f"\n<{other}/d> a zy:SelfDescription ; zy:describes <{other}> ; zy:claimedTier 2 .\n<{other}> a zy:Company .\n"
    )
    with pytest.raises(BadParameter) as fault:
        normalised_facts(two.encode(), rules(), Asked(CHECK_DATE), source="two.ttl")
    assert other in str(fault.value)
    found = normalised_facts(two.encode(), rules(), Asked(CHECK_DATE), company=other, source="two.ttl")
    assert (found.company, found.tier) == (other, 2)
    assert "futures/demo" not in found.text
