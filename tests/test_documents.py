"""What the documents say: paths that exist, commands that there are, counts as they are, claims of a test that is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from zhiyin import resources
from zhiyin.catalogue import Catalogue
from zhiyin.cli import COMMANDS
from zhiyin.composition import BuiltGraph

ROOT = resources.root()
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "data").rglob("README.md"), ROOT / "bench/README.md"]
)
FOLDERS = (
    "data",
    "ontology",
    "shapes",
    "queries",
    "service",
    "tests",
    "bench",
    "docs",
    "notebooks",
    "frontend",
    "deploy",
)
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"```(?:sh|console|shell)\n(.*?)```", re.DOTALL)
MADE = ("service/zhiyin/web/static/vendor", "dist/", "editions/")
"""What a build leaves, or a user makes."""


def named_paths(document: Path) -> Iterator[str]:
    """Yield what a document names as a file or folder of the project: by its first folder, or by a link."""
    text = document.read_text(encoding="utf-8")
    for code in CODE.findall(text):
        word = code.split()[0].partition("::")[0].rstrip(",;:，。；：")
        if word.split("/")[0] in FOLDERS and "/" in word and not re.search(r"[<>{}…]", word):
            yield word
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target and not target.startswith("/"):
            yield (document.parent / target).resolve().relative_to(ROOT).as_posix()


@cache
def commands_of(document: Path) -> tuple[str, ...]:
    """Return the lines of a document's shell blocks and the commands that it names in code."""
    text = document.read_text(encoding="utf-8")
    lines = [line.removeprefix("$ ").strip() for block in FENCE.findall(text) for line in block.splitlines()]
    return (*lines, *CODE.findall(text))


def test_there_are_documents_that_name_paths_and_commands() -> None:
    assert sum(len(list(named_paths(document))) for document in DOCUMENTS) > 40
    assert any("make test" in command for document in DOCUMENTS for command in commands_of(document))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    absent = [
        name
        for name in named_paths(document)
        if not name.startswith(MADE) and not (list(ROOT.glob(name.rstrip("/"))) or (ROOT / name).exists())
    ]
    assert absent == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    wrong = []
    for line in commands_of(document):
        for target in re.findall(r"(?:^|[\s(&;])make ([a-z][a-z-]*)", line):
            wrong += [] if target in targets else [f"make {target}"]
        for command in re.findall(r"(?:^|[\s/(])zhiyin ([a-z][a-z-]*)", line):
            wrong += [] if command in COMMANDS else [f"zhiyin {command}"]
    assert wrong == []


def test_the_readmes_name_every_command() -> None:
    """A command that no document names is found by nobody."""
    named = " ".join(command for document in DOCUMENTS for command in commands_of(document))
    assert [name for name in COMMANDS if f"zhiyin {name}" not in named] == []


def rows(name: str) -> int:
    return len((ROOT / name).read_text(encoding="utf-8").splitlines()) - 1


def test_the_counts_of_the_documents_are_the_counts_of_the_project(built: BuiltGraph) -> None:
    catalogue: Catalogue = built.catalogue
    questions = rows("data/search/questions.tsv")
    assert len(catalogue.clauses) == 771
    claims = {
        "docs/search.md": (rf"{questions} 个带分级判断的问题", rf"{questions} judged questions"),
        "data/search/README.md": (rf"{questions} questions over the {len(catalogue.families)} requirement families",),
        "README.md": (rf"\b{len(catalogue.clauses)}\b", "four tiers"),
        "README.zh-CN.md": (rf"{len(catalogue.clauses)} 条",),
    }
    for name, patterns in claims.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        assert [pattern for pattern in patterns if not re.search(pattern, text)] == [], name


def test_the_difference_that_the_readme_shows_is_the_one_printed(built: BuiltGraph) -> None:
    from zhiyin.difference import tier_difference

    summary = tier_difference(built.catalogue, 2, 3).summary
    stated = "，".join(
        f"{word} {summary[change]}"
        for word, change in zip(("未变", "文字调整", "可选变必须", "加强", "新出现"), summary, strict=True)
    )
    assert stated in (ROOT / "README.md").read_text(encoding="utf-8")


TEST_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_contributing_names_is_there() -> None:
    named = TEST_NAMED.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(named) >= 12
    missing = [
        f"{file}::{name}" for file, name in named if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


CLAIMS = {
    "CONTRIBUTING.md": {
        "`tests/test_layers.py` holds each of these sentences.": "tests/test_layers.py",
        "name it by `zy:figure`, and a test compares the two.": "tests/validation/test_shapes.py",
    },
    "docs/search.md": {"A test holds the floor of the test half.": "tests/search/test_judgements.py"},
}
"""A document's claim that a test holds something, and where that test stands."""


def test_each_claim_of_a_test_is_known() -> None:
    for name, claims in CLAIMS.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        for sentence, where in claims.items():
            assert sentence in text, f"{name} no longer says: {sentence}"
            assert (ROOT / where).is_file()
