"""Components asked once for all shapes give what they give asked one by one."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import shacl
from tests.validation.random_companies import random_company

from zhiyin.composition.judging import rules
from zhiyin.errors import BadSubmission
from zhiyin.intake.submission import read_submission
from zhiyin.law.shapes import working_copy
from zhiyin.validation.companies import companies_of
from zhiyin.validation.engine import Engine, PreparedShapes, prepared
from zhiyin.validation.together import ASKED, Together, body_asked


@pytest.fixture(scope="module")
def written() -> shacl.Shapes:
    """The shapes as they are written, each asked for each of its nodes."""
    text = bytes(ox.serialize(working_copy(rules().shapes), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    return shacl.Shapes.from_text(text, "ntriples")


def said(report: shacl.Report) -> set[tuple[str, str, str, str]]:
    def plain(term: str | None) -> str:
        return (term or "").removeprefix("<").removesuffix(">")

    return {(plain(r.source_shape), plain(r.focus_node), r.value_plain or "", r.component_iri) for r in report.results}


@pytest.mark.parametrize("seed", range(14))
def test_the_results_are_those_of_the_shapes_as_written(seed: int, written: shacl.Shapes) -> None:
    company = random_company(seed)
    law = rules()
    try:
        submission = read_submission(company.turtle(), law.vocabulary, source="a.ttl")
        found = companies_of(submission, law, company.tier, company.day)
    except BadSubmission:
        return
    for name in found.described:
        text = found.facts(name).text(company.day, company.tier, found.days[name].until)
        results = prepared(law.shapes).run(text, Engine.COMPILED)
        assert {(r.shape, r.focus, r.value, r.component) for r in results} == said(
            written.validate_text(text, "ntriples")
        )
        assert results


def test_most_component_shapes_are_asked_together() -> None:
    triples = working_copy(rules().shapes)
    together = Together(triples)
    left = {t.subject for t in together.rest}
    shapes = {t.subject for t in triples if isinstance(t.subject, ox.NamedNode)}
    assert len(shapes - left) > 500
    assert {t.subject.value for t in together.questions() if isinstance(t.subject, ox.NamedNode)} >= {
        ASKED + "https://w3id.org/zhiyin/ontology#PracticeStatedComponent",
        ASKED + "https://w3id.org/zhiyin/ontology#IntervalKeptComponent",
    }


@pytest.mark.parametrize(
    "text",
    [
        "ASK { { $this zy:a $p } UNION { $this zy:b $p } }",
        "ASK { $this zy:a ?x . OPTIONAL { ?x zy:b $p } }",
        "ASK { $this zy:a ?x . FILTER EXISTS { ?x zy:b $p } }",
        "ASK { FILTER (EXISTS { $this zy:a $p }) }",
        "ASK { $this zy:a ?x . { ?x zy:b $p } }",
        'ASK { $this zy:a $p . FILTER (?x = "}") }',
        "SELECT $this WHERE { $this zy:a $p . { SELECT (COUNT(?x) AS ?n) WHERE { ?x zy:b ?y } } }",
        "SELECT $this WHERE { $this zy:a $p }",
    ],
)
def test_what_is_not_plain_is_asked_as_written(text: str) -> None:
    assert body_asked(text, ["p"]) is None


def test_a_plain_query_is_opened() -> None:
    assert body_asked("ASK { $this zy:a ?x . ?x zy:b $p }", ["p"]) == (" ?zyFocus zy:a ?x . ?x zy:b ?zy0 ", True, ())
    assert body_asked("ASK { FILTER NOT EXISTS { $this zy:a $p } }", ["p"]) == (" ?zyFocus zy:a ?zy0 ", False, ())
    assert body_asked("SELECT DISTINCT $this ?found WHERE { $this zy:a $p ; zy:b ?found }", ["p"]) == (
        " ?zyFocus zy:a ?zy0 ; zy:b ?found ",
        False,
        ("found",),
    )


def test_an_unanswered_question_is_a_fault_not_a_verdict() -> None:
    together = Together(working_copy(rules().shapes))
    with pytest.raises(RuntimeError):
        list(together.broken({}))


def test_shapes_without_components_ask_nothing() -> None:
    assert Together([]).questions() == []
    assert PreparedShapes([]).run("", Engine.COMPILED) == []
