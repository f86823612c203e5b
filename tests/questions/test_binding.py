from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

import zhiyin
from zhiyin import composition
from zhiyin.catalogue import Label
from zhiyin.composition import BuiltGraph
from zhiyin.errors import BadParameter, NotFound
from zhiyin.questions import Kind, Parameter, Question, bind
from zhiyin.questions.binding import term, values_row

ID = "https://w3id.org/zhiyin/id/"
ZY = "https://w3id.org/zhiyin/ontology#"


def parameter(kind: Kind, default: str = "", allowed: tuple[str, ...] = ()) -> Parameter:
    return Parameter("x", kind, Label("甲", "a"), default, not default, allowed)


def question(*parameters: Parameter) -> Question:
    names = " ".join(f"?{p.name}" for p in parameters)
    query = f"SELECT * WHERE {{ VALUES ({names}) {{ (UNDEF) }} }}"
    return Question("q", Label("甲", "a"), Label("甲", "a"), parameters, {}, {}, query)


def bound_value(query: str) -> object:
    solutions = pyoxigraph.Store().query(query)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    (row,) = list(solutions)
    return row["x"]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Kind.TIER, "3", f"<{ID}tier/3>"),
        (Kind.CLAUSE, "4.3.3.1", f"<{ID}clause/4.3.3.1>"),
        (Kind.SECTION, "4.3", f"<{ID}section/4.3>"),
        (Kind.TOPIC, "3.3", f"<{ID}topic/3.3>"),
        (Kind.CONCEPT, "core-system", f"<{ID}concept/core-system>"),
        (Kind.FAMILY, "f074", f"<{ID}family/f074>"),
        (Kind.OBLIGATION, "必须", f"<{ZY}Mandatory>"),
        (Kind.OBLIGATION, "optional", f"<{ZY}Optional>"),
        (Kind.MARK, "延续", f"<{ZY}Continued>"),
        (Kind.CHANGE, "strengthened", f"<{ZY}Strengthened>"),
        (Kind.INTEGER, "-12", "-12"),
        (Kind.QUANTITY, "head-count", '"head-count"'),
        (Kind.TEXT, '不得"\\\n乙', '"不得\\"\\\\\\n乙"'),
    ],
)
def test_each_kind_has_its_term(kind: Kind, value: str, expected: str) -> None:
    assert term(parameter(kind), value, {}) == expected


def test_nothing_given_and_no_default_leaves_the_variable_unbound() -> None:
    assert term(parameter(Kind.TIER), None, {}) == "UNDEF"
    assert term(parameter(Kind.TIER), " ", {}) == "UNDEF"
    assert term(parameter(Kind.TIER, "3"), None, {}) == f"<{ID}tier/3>"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TIER, "3> } DROP ALL #"),
        (Kind.CLAUSE, "4.3.3.1>"),
        (Kind.CONCEPT, "a b"),
        (Kind.CONCEPT, "../tier/3"),
        (Kind.CONCEPT, "甲"),
        (Kind.SECTION, "4."),
        (Kind.OBLIGATION, "Mandatory"),
        (Kind.MARK, "new> }"),
        (Kind.INTEGER, "1e3"),
        (Kind.INTEGER, "１２"),
        (Kind.INTEGER, "99999999999"),
    ],
)
def test_value_outside_its_kind_is_refused(kind: Kind, value: str) -> None:
    with pytest.raises(BadParameter) as caught:
        term(parameter(kind), value, {})
    assert caught.value.details["parameter"] == "x"


def test_value_that_the_graph_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(BadParameter) as caught:
        bind(question(parameter(Kind.TIER)), {"x": "5"}, {Kind.TIER: ["1", "2"]})
    assert caught.value.details["allowed"] == ["1", "2"]


def test_value_outside_the_question_is_refused_although_the_graph_has_it() -> None:
    with pytest.raises(BadParameter):
        bind(question(parameter(Kind.TIER, "2", ("2", "3"))), {"x": "1"}, {Kind.TIER: ["1", "2", "3"]})


def test_unknown_parameter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadParameter) as caught:
        bind(question(parameter(Kind.TIER)), {"y": "5"})
    assert caught.value.details["allowed"] == ["x"]


def test_unknown_question_is_refused_with_the_known_ones(built: BuiltGraph) -> None:
    with pytest.raises(NotFound, match="tier_additions"):
        composition.question_query(built.catalogue, "nonsense", {})


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(str.strip))
def test_any_text_becomes_that_literal_and_nothing_else(text: str) -> None:
    value = bound_value(bind(question(parameter(Kind.TEXT)), {"x": text}))
    assert value == pyoxigraph.Literal(text.strip())


@given(st.text())
def test_a_local_name_never_leaves_its_iri(text: str) -> None:
    try:
        query = bind(question(parameter(Kind.CONCEPT)), {"x": text})
    except BadParameter:
        return
    value = bound_value(query)
    assert value is None or value == pyoxigraph.NamedNode(f"{ID}concept/{text.strip()}")


def test_row_holds_all_parameters_in_order() -> None:
    assert values_row(["a", "b"], ["1", "UNDEF"]) == "VALUES (?a ?b) { (1 UNDEF) }"


def test_no_other_module_writes_a_values_row() -> None:
    """But what rewrites a reader's own query or names graphs of ours: such rows hold no parameter of a question."""
    package = Path(zhiyin.__file__).parent
    writers = [
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if re.search(r'f"[^"]*VALUES[^"]*\{\{', file.read_text(encoding="utf-8"))
    ]
    rewriting = [
        "sparql/corrections.py",
        "sparql/hint_remedy.py",
        "sparql/hint_values.py",
        "sparql/remote.py",
        "sparql/searching.py",
    ]
    assert sorted(writers) == ["questions/binding.py", *rewriting]
