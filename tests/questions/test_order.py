"""The same rows in the same order on any engine: the keys of every ORDER BY tell every two rows apart."""

from __future__ import annotations

import re

import pytest

from zhiyin import composition
from zhiyin.composition import BuiltGraph
from zhiyin.questions.answer import read_answer
from zhiyin.sparql.structure import structure

LIBRARY = composition.question_library()
TABLES = sorted(name for name, question in LIBRARY.items() if not question.is_graph)


@pytest.mark.parametrize("name", TABLES)
def test_the_order_is_total(built: BuiltGraph, name: str) -> None:
    _, query = composition.question_query(built.catalogue, name, LIBRARY[name].example)
    found = structure(query).select
    keys = list(dict.fromkeys(use.name for expression in found.order for use in expression.uses))
    assert keys, f"{name} has no ORDER BY"
    shown = {variable for variable, _ in found.plain} | {variable for _, variable, _ in found.named}
    missing = [key for key in keys if key not in shown]
    if missing:
        # A key that is not shown is added to what the query gives; where there are groups it is one of them.
        start = next(m for m in re.finditer(r"\bSELECT\b", query) if m.start() >= found.start)
        query = query[: start.end()] + "".join(f" ?{key}" for key in missing) + query[start.end() :]
        query = re.sub(r"SELECT((?: \?\w+)+) (DISTINCT|REDUCED)", r"SELECT \2\1", query)
    answer = read_answer(composition.ask(built, query))
    places = [answer.variables.index(key) for key in keys]
    sorted_by = [tuple(str(row[place]) for place in places) for row in answer.rows]
    assert len(set(sorted_by)) == len(sorted_by), f"{name}: {keys} do not tell the rows apart"


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_what_is_joined_has_no_language(name: str) -> None:
    """Engines differ in what becomes of tags in GROUP_CONCAT: it joins strings."""
    text = LIBRARY[name].query
    for joined in re.findall(r"GROUP_CONCAT\(\s*(?:DISTINCT\s+)?([^;)]+\)?)", text):
        variable = joined.strip()
        if variable.startswith("?"):
            assert re.search(
                rf"(?:BIND\((?:CONCAT|STR|IF|SUBSTR|REPLACE)\(.*AS \{variable}|number \{variable}|Number \{variable})",
                text,
            ), f"{name} joins {variable}, which may have a tag"
