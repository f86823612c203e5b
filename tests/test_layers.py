"""The house's order: the bottom imports nothing of ours, steps import the bottom only, edges sit on composition."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import zhiyin

PACKAGE = Path(zhiyin.__file__).parent
BOTTOM = {
    "caller",
    "places",
    "errors",
    "namespaces",
    "standards",
    "resources",
    "settings",
    "model",
    "edition",
    "catalogue",
    "difference",
}
STEPS = {"guideline", "graph", "sparql", "questions", "search", "citing", "asking"}
CHAIN = ("law", "form", "intake", "validation", "report")
"""What becomes of a submission, in order: each may import those before it."""
OVER_THE_CHAIN = {"desk"}
"""Steps that keep or compare what the chain makes: each may import all of it, and none of these another."""
HOMES = {
    "jieba": {"search"},
    "owlrl": {"graph"},
    "pyshacl": {"validation"},
    "shacl": {"validation"},
    "SPARQLWrapper": {"sparql"},
    "flask": {"web"},
    "sqlalchemy": {"desk"},
    "alembic": {"desk"},
    "argon2": {"desk"},
    "authlib": {"desk"},
    "gmssl": {"desk"},
    "click": {"cli"},
    "docx": {"citing", "desk", "report"},
    "mcp": {"mcp"},
    "mcp_types": {"mcp"},
}


@cache
def imports(file: Path) -> set[str]:
    """Every module that ``file`` imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            module = node.module or ""
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "zhiyin" else {module}
    return found


def part(name: str) -> str:
    """``zhiyin.graph.view`` → ``graph``."""
    return name.split(".")[1] if "." in name else ""


FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_there_are_files() -> None:
    assert {name_of(file) for file in FILES} >= BOTTOM | STEPS | set(CHAIN) | OVER_THE_CHAIN | {
        "composition",
        "web",
        "cli",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_layers(file: Path) -> None:
    own = name_of(file)
    ours = {part(name) for name in imports(file) if name.startswith("zhiyin.")} - {own, "__version__"}
    if own in BOTTOM or own in STEPS:
        assert ours <= BOTTOM
    elif own in CHAIN:
        assert ours <= BOTTOM | set(CHAIN[: CHAIN.index(own)])
    elif own in OVER_THE_CHAIN:
        assert ours <= BOTTOM | set(CHAIN)
    elif own == "composition":
        assert not ours & {"web", "cli"}
    elif own == "mcp":
        assert not ours & {"web", "cli", "server"}
    elif own == "web":
        assert "cli" not in ours


STANDARD = re.compile(r"http://(?:www\.w3\.org/(?:1999|2000|2001|2002|2004|ns)/|purl\.org/dc/)[^\s<>]*")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(PACKAGE).as_posix())
def test_an_iri_of_a_standard_is_written_out_in_one_place(file: Path) -> None:
    """Texts of queries may hold them; a constant that is nothing but one comes from ``zhiyin.standards``."""
    if name_of(file) in {"namespaces", "standards"}:
        return
    strings = [
        node.value for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
    ]
    assert [text for text in strings if isinstance(text, str) and STANDARD.fullmatch(text)] == []


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_has_one_home(library: str) -> None:
    users = {
        name_of(file)
        for file in FILES
        if any(name == library or name.startswith(f"{library}.") for name in imports(file))
    }
    assert users == HOMES[library]
