"""The form as JSON says which things are listed by the thing that owns them: only those that have an owner of their own."""

from __future__ import annotations

from typing import Any, cast

import pytest

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form_json import form_json
from zhiyin.namespaces import ZY


def test_only_what_another_thing_owns_and_lists_is_listed_by_its_owner() -> None:
    things = cast("list[dict[str, Any]]", form_json(rules(), 4)["things"])
    assert len(things) > 10
    assert {thing["key"] for thing in things if thing["listedByOwner"]} == {"Component"}
    assert {thing["key"]: thing["owner"] for thing in things if thing["owner"]} == {
        "AssociationTraining": "Person",
        "Component": "CoreSystem",
    }


def test_what_may_have_several_values_says_so() -> None:
    body = cast("dict[str, list[dict[str, Any]]]", form_json(rules(), 4))
    of_things = {
        f"{thing['key']}.{field['key']}" for thing in body["things"] for field in thing["fields"] if field["many"]
    }
    assert {"ExchangeLink.toExchange", "Website.webServer", "NetworkIsolation.between"} <= of_things
    assert [field["key"] for field in body["company"] if field["many"]] == ["lacksNetwork"]


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("claimedTier", "整数，不小于 1，不大于 4"),
        ("periodMonths", "整数，不小于 0，不大于 1200"),
        ("classHours", "数字，不小于 0，不大于 1000"),
        ("itSpendYuan", "数字，不小于 0"),
    ],
)
def test_a_column_says_what_its_cells_may_hold(name: str, allowed: str) -> None:
    vocabulary = rules().vocabulary
    assert layout.allowed_text(vocabulary.terms[str(ZY[name])], None, vocabulary) == allowed
