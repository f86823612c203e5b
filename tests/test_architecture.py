"""Data flows one way: the bottom imports nothing of ours, steps import the bottom, composition wires, edges are on top."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "service" / "zhiyin"
BOTTOM = {"errors", "namespaces", "resources", "settings", "model", "catalogue", "difference"}
STEPS = {"guideline", "graph", "sparql", "questions", "search", "validation"}
EDGES = {"web", "cli", "server"}
HOMES = {"jieba": "search", "owlrl": "graph", "pyshacl": "validation", "shacl": "validation", "openpyxl": None}


def modules() -> list[Path]:
    """Return every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names that a module imports, those for type checking alone left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(path: Path) -> str:
    """Return the first part of a module's path within the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def ours(path: Path) -> set[str]:
    """Return the layers of our own that a module imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("zhiyin.")}


def test_there_is_something_to_look_at() -> None:
    found = {layer(path) for path in modules()}
    assert found >= BOTTOM | STEPS | EDGES | {"composition", "services"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_each_layer_imports_only_what_lies_below(path: Path) -> None:
    own = layer(path)
    used = ours(path) - {own, "__version__"}
    if own in BOTTOM or own in STEPS:
        assert used <= BOTTOM
    elif own == "composition":
        assert not used & EDGES


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_steps_know_neither_flask_nor_the_command_line(path: Path) -> None:
    roots = {name.split(".")[0] for name in imports(path)}
    if layer(path) in BOTTOM | STEPS | {"composition"}:
        assert not roots & {"flask", "click", "granian", "werkzeug"}


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_heavy_libraries_have_one_home_and_load_late(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_top = {
        name.split(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert not at_top & set(HOMES)
    roots = {name.split(".")[0] for name in imports(path)}
    for library, home in HOMES.items():
        if library in roots and home is not None:
            assert layer(path) == home
