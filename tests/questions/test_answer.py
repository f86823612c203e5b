from __future__ import annotations

import json

import pytest
from rdflib import RDF, Graph, Namespace

from zhiyin.questions.answer import Answer, Term, read_answer, write_turtle

RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
XSD = "http://www.w3.org/2001/XMLSchema#"

VARIABLES = ["clause", "count", "share", "implied", "text", "nothing"]
RESULTS = {
    "head": {"vars": VARIABLES},
    "results": {
        "bindings": [
            {
                "clause": {"type": "uri", "value": "https://w3id.org/zhiyin/id/clause/4.3.3.1"},
                "count": {"type": "literal", "value": "12", "datatype": XSD + "integer"},
                "share": {"type": "literal", "value": "0.5", "datatype": XSD + "decimal"},
                "implied": {"type": "literal", "value": "true", "datatype": XSD + "boolean"},
                "text": {"type": "literal", "value": '甲"乙\n', "xml:lang": "zh"},
            }
        ]
    },
}


@pytest.fixture
def answer() -> Answer:
    return read_answer(json.dumps(RESULTS).encode())


def test_cells_are_what_a_person_reads(answer: Answer) -> None:
    assert answer.cells() == [["clause:4.3.3.1", 12, 0.5, True, '甲"乙\n', None]]


def test_ask_becomes_one_cell() -> None:
    assert read_answer(b'{"head":{},"boolean":false}').cells() == [[False]]


def test_number_that_is_none_stays_text() -> None:
    assert Term("literal", "many", XSD + "integer").as_cell() == "many"


def test_result_set_is_rdf_with_every_binding(answer: Answer) -> None:
    graph = Graph().parse(data=write_turtle(answer), format="turtle")
    (result,) = graph.subjects(RDF.type, RS.ResultSet)
    assert {str(v) for v in graph.objects(result, RS.resultVariable)} == set(VARIABLES)
    (solution,) = graph.objects(result, RS.solution)
    bound = {str(graph.value(b, RS.variable)): graph.value(b, RS.value) for b in graph.objects(solution, RS.binding)}
    assert len(bound) == 5
    assert str(bound["text"]) == '甲"乙\n'
    assert str(bound["clause"]) == "https://w3id.org/zhiyin/id/clause/4.3.3.1"
