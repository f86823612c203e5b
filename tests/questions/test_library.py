"""The question files: their headers, their SPARQL, and the answer of each to its example, kept as a golden file.

``ZHIYIN_WRITE_GOLDEN=1`` rewrites the golden files; read the difference before committing it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pyoxigraph
import pytest

from zhiyin import composition, resources
from zhiyin.composition import BuiltGraph
from zhiyin.errors import OntologyError
from zhiyin.namespaces import PREFIXES
from zhiyin.questions import Kind, bind
from zhiyin.questions.answer import read_answer
from zhiyin.questions.binding import row_pattern
from zhiyin.questions.question import NEED_LABELS, Need, read_question

LIBRARY = composition.question_library()
NAMES = sorted(LIBRARY)
GOLDEN = Path(__file__).parent / "golden"


def golden_file(name: str) -> Path:
    return GOLDEN / f"{name}.{'ttl' if LIBRARY[name].is_graph else 'csv'}"


def answer_to_example(built: BuiltGraph, name: str) -> bytes:
    question, query = composition.question_query(built.catalogue, name, LIBRARY[name].example)
    return composition.ask(built, query, "ttl" if question.is_graph else "csv").replace(b"\r\n", b"\n")


def test_there_are_at_least_24_questions() -> None:
    assert len(NAMES) >= 24
    assert [file.stem for file in resources.query_files()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_golden_answer(built: BuiltGraph, name: str) -> None:
    found = answer_to_example(built, name)
    if os.environ.get("ZHIYIN_WRITE_GOLDEN"):
        golden_file(name).write_bytes(found)
    assert found == golden_file(name).read_bytes()


def test_every_golden_file_has_its_question() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(golden_file(name).name for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_example_has_an_answer(built: BuiltGraph, name: str) -> None:
    question = LIBRARY[name]
    assert set(question.example) <= {parameter.name for parameter in question.parameters}
    assert len(answer_to_example(built, name).splitlines()) > 1


@pytest.mark.parametrize("name", NAMES)
def test_file_is_plain_sparql_with_all_its_prefixes_and_the_defaults_bound(name: str) -> None:
    question = LIBRARY[name]
    # No prefix is lent: the file must paste into any endpoint.
    pyoxigraph.Store().query(question.query)
    assert bind(question, {}) == question.query
    if question.parameters:
        assert row_pattern(question.parameters).search(question.query)


@pytest.mark.parametrize("name", NAMES)
def test_order_is_stated(name: str) -> None:
    assert re.search(r"^ORDER BY ", LIBRARY[name].query, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_only_prefixes_used_are_declared_as_everywhere(name: str) -> None:
    query = LIBRARY[name].query
    declared = dict(re.findall(r"^PREFIX ([a-z]+): <([^>]+)>$", query, re.MULTILINE))
    body = re.sub(r'^(?:#|PREFIX).*$|<[^>]*>|"[^"]*"', "", query, flags=re.MULTILINE)
    assert list(declared) == sorted(declared)
    assert set(declared) == set(re.findall(r"(?<![\w?])([a-z]+):", body))
    assert all(PREFIXES[prefix] == namespace for prefix, namespace in declared.items())


@pytest.mark.parametrize("name", [name for name in NAMES if not LIBRARY[name].is_graph])
def test_columns_are_named_in_both_languages(built: BuiltGraph, name: str) -> None:
    question, query = composition.question_query(built.catalogue, name, {})
    variables = read_answer(composition.ask(built, query)).variables
    assert variables == tuple(question.columns)
    assert all(label.zh and label.en for label in question.columns.values())


@pytest.mark.parametrize("name", NAMES)
def test_defaults_and_allowed_values_are_possible_ones(built: BuiltGraph, name: str) -> None:
    choices = composition.question_choices(built.catalogue)
    for parameter in LIBRARY[name].parameters:
        possible = choices.get(parameter.kind)
        for value in (*parameter.allowed, *filter(None, [parameter.default])):
            assert possible is None or value in possible
        if parameter.kind in (Kind.TIER, Kind.CONCEPT, Kind.CLAUSE):
            assert possible


# --- what some answers must be, whatever the golden files say ---------------------------------------------------------


def table(built: BuiltGraph, name: str, **values: str) -> list[dict[str, object]]:
    _, query = composition.question_query(built.catalogue, name, values)
    answer = read_answer(composition.ask(built, query))
    return [dict(zip(answer.variables, row, strict=True)) for row in answer.cells()]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("new_marks_with_ancestor", 14),
        ("continued_marks_with_growth", 1),
        ("optional_duties", 11),
        ("shifted_numbers", 21),
        ("reused_numbers", 25),
        ("definitions", 6),
        ("growth_by_subsection", 34),
        ("counts_by_tier", 4),
    ],
)
def test_rows_of_an_answer(built: BuiltGraph, name: str, count: int) -> None:
    assert len(table(built, name)) == count


@pytest.mark.parametrize(("tier", "count"), [("2", 10), ("3", 30), ("4", 17)])
def test_additions_are_the_changes_that_bind(built: BuiltGraph, tier: str, count: int) -> None:
    """Introduced, strengthened and promoted of the table of changes: 6+4+0, 19+7+4, 7+4+6."""
    assert len(table(built, "tier_additions", tier=tier)) == count


@pytest.mark.parametrize("tier", ["1", "2", "3", "4"])
def test_counts_by_section_sum_to_the_tier(built: BuiltGraph, tier: str) -> None:
    total = {"1": 177, "2": 183, "3": 202, "4": 209}[tier]
    rows = table(built, "counts_by_section", tier=tier)
    assert len(rows) == 34
    for columns in (("clauses",), ("mandatory", "optional"), ("new", "continued")):
        assert sum(int(str(row[column])) for row in rows for column in columns) == total


def test_transition_names_the_strongest_change_on_the_way(built: BuiltGraph) -> None:
    rows = {str(row["number"]): row for row in table(built, "transition_duties", **{"from": "2", "to": "4"})}
    statuses = [row["status"] for row in rows.values()]
    # 26 introduced from 2 to 4 of which one stays optional, 8 strengthened, 4 promoted.
    assert (statuses.count("新出现"), statuses.count("加强"), statuses.count("可选变必须")) == (25, 8, 4)
    assert rows["5.3.3.1"]["status"] == "加强"
    assert rows["5.3.3.1"]["before"] == "3.3.3.1"


def test_transition_downwards_demands_nothing(built: BuiltGraph) -> None:
    assert table(built, "transition_duties", **{"from": "3", "to": "2"}) == []


def test_first_tier_mentions_no_concept_for_the_first_time_above_it(built: BuiltGraph) -> None:
    new = {str(row["concept"]) for row in table(built, "concepts_new_in_tier", tier="3")}
    labels = {view.label.zh: view for view in built.catalogue.concepts.values()}
    assert new
    assert all(min(labels[name].tiers) == 3 for name in new)


# --- headers that are wrong -------------------------------------------------------------------------------------------

HEADER = """\
#+ title = { zh = "甲", en = "A" }
#+ description = { zh = "乙", en = "B" }
#+ example = {}
#+ [[parameter]]
#+ name = "tier"
#+ type = "tier"
#+ label = { zh = "类别", en = "tier" }
#+ default = "3"
SELECT ?x WHERE { ?x ?y ?z }
"""


def test_small_header_is_read() -> None:
    question = read_question("small", HEADER)
    assert (question.title.zh, question.parameters[0].kind, question.is_graph) == ("甲", Kind.TIER, False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#+ title", "#+ heading"),
        ('en = "A"', 'fr = "A"'),
        ('type = "tier"', 'type = "colour"'),
        ('#+ default = "3"\n', ""),
        ("#+ example = {}", "#+ example = {"),
    ],
)
def test_faulty_header_is_refused_naming_the_file(old: str, new: str) -> None:
    assert old in HEADER
    with pytest.raises(OntologyError) as caught:
        read_question("small", HEADER.replace(old, new, 1))
    assert caught.value.place.source == "small.rq"


def test_name_must_be_snake_case() -> None:
    with pytest.raises(OntologyError, match="snake_case"):
        read_question("Small-Query", HEADER)


def test_query_without_its_parameter_row_is_refused() -> None:
    with pytest.raises(OntologyError, match="no row for its parameters"):
        bind(read_question("small", HEADER), {})


def test_questions_are_grouped_by_need_the_most_asked_first() -> None:
    for need in Need:
        ranks = sorted(question.rank for question in LIBRARY.values() if question.need is need)
        assert ranks == list(range(1, len(ranks) + 1)), f"{need}: ranks {ranks}"
        assert ranks, f"no question for {need}"
    assert LIBRARY["tier_additions"].as_json()["need"] == {"id": "tiers", "label": NEED_LABELS[Need.TIERS].as_json()}
