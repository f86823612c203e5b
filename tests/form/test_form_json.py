"""The form as JSON says which things are listed by the thing that owns them: only those that have an owner of their own."""

from __future__ import annotations

from typing import Any, cast

from zhiyin.composition.judging import rules
from zhiyin.form.form_json import form_json


def test_only_what_another_thing_owns_and_lists_is_listed_by_its_owner() -> None:
    things = cast("list[dict[str, Any]]", form_json(rules(), 4)["things"])
    assert len(things) > 10
    assert {thing["key"] for thing in things if thing["listedByOwner"]} == {"Component"}
    assert {thing["key"]: thing["owner"] for thing in things if thing["owner"]} == {
        "AssociationTraining": "Person",
        "Component": "CoreSystem",
    }
