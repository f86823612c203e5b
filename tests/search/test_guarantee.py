"""Every part of a clause finds the clause: proved over all parts of two to eight characters, and over single characters."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

import pytest

from zhiyin.search import SearchRequest
from zhiyin.search.index import SearchIndex
from zhiyin.search.normalisation import is_han

LENGTHS = range(2, 9)


@pytest.fixture(scope="module")
def parts(index: SearchIndex) -> dict[str, set[str]]:
    """Every distinct part of any clause that holds a letter, digit or Han character, to the clauses it stands in."""
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for document in index.documents:
        numbers[document.text].append(document.number)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text, holders in numbers.items():
        for length in LENGTHS:
            for start in range(len(text) - length + 1):
                part = text[start : start + length]
                if any(character.isalnum() for character in part):
                    found[part].update(holders)
    return dict(found)


def test_every_part_of_every_clause_finds_it(index: SearchIndex, parts: dict[str, set[str]]) -> None:
    assert len(parts) > 30_000
    missed = {part: lost for part, holders in parts.items() if (lost := holders - index.holding(part))}
    assert missed == {}


def test_what_surely_answers_is_in_the_answer(index: SearchIndex, parts: dict[str, set[str]]) -> None:
    # The step from holding() to search(): a spread of parts, among them those read as structure.
    spread = list(islice(sorted(parts), 0, None, 500)) + [part for part in parts if "类" in part or "可选" in part]
    for part in spread:
        result = index.search(SearchRequest(part, limit=1000, collapse="none"))
        assert parts[part] <= {hit.number for hit in result.hits}, part
        assert result.total == len(result.hits)


def test_every_single_han_character_finds_its_clauses(index: SearchIndex) -> None:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for document in index.documents:
        for character in document.text:
            if is_han(character):
                holders[character].add(document.number)
    assert len(holders) > 500
    for character, numbers in holders.items():
        assert numbers <= index.holding(character), character
    for character in islice(sorted(holders), 0, None, 40):
        result = index.search(SearchRequest(character, limit=1000, collapse="none"))
        assert holders[character] <= {hit.number for hit in result.hits}, character


def test_the_guarantee_can_fail(index: SearchIndex) -> None:
    assert index.holding("门禁") < {document.number for document in index.documents}
    assert index.holding("鲸鱼") == set()
