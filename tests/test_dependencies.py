"""What the package imports is what pyproject.toml declares, and the other way round."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import zhiyin

PACKAGE = Path(zhiyin.__file__).parent
PROJECT = PACKAGE.parents[1] / "pyproject.toml"
WITHOUT_IMPORT = {
    "defusedxml": "openpyxl reads its XML through it where it is installed",
    "psycopg": "SQLAlchemy loads it by the address of the database",
}
"""Declared and imported by no line of ours."""


def normal(name: str) -> str:
    """``python_docx`` → ``python-docx`` (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def distributions() -> Mapping[str, list[str]]:
    """Top-level module → what installs it."""
    return packages_distributions()


@cache
def declared() -> dict[str, set[str]]:
    """``""`` → the names that the package needs, an extra → those that it adds."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: {normal(re.split(r"[\[<>=;! ]", line)[0]) for line in lines} for extra, lines in groups.items()}


@cache
def imported() -> dict[str, set[str]]:
    """Distribution → the modules of ours that import it."""
    known = distributions()
    found: dict[str, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in (
                {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - {"zhiyin", "_typeshed", ""}
            ):
                for distribution in known.get(name, [name]):
                    found.setdefault(normal(distribution), set()).add(file.relative_to(PACKAGE).as_posix())
    return found


def test_there_are_imports_and_declarations() -> None:
    assert len(imported()) > 10
    assert len(declared()[""]) > 10


def test_every_import_is_declared() -> None:
    assert {name: files for name, files in imported().items() if name not in set().union(*declared().values())} == {}


@pytest.mark.parametrize("extra", sorted(declared()))
def test_everything_declared_is_imported(extra: str) -> None:
    assert declared()[extra] - set(imported()) - set(WITHOUT_IMPORT) == set()


def test_what_an_extra_brings_is_not_needed_without_it() -> None:
    """A module that imports an extra's library at its top would break the package without the extra."""
    only = set().union(*(names for extra, names in declared().items() if extra)) - declared()[""]
    for file in sorted(PACKAGE.rglob("*.py")):
        folder = file.relative_to(PACKAGE).parts[0]
        if folder in {"desk", "mcp"} or "desk" in file.relative_to(PACKAGE).parts:
            continue
        top = ast.parse(file.read_text(encoding="utf-8")).body
        names = {a.name.partition(".")[0] for n in top if isinstance(n, ast.Import) for a in n.names}
        names |= {(n.module or "").partition(".")[0] for n in top if isinstance(n, ast.ImportFrom)}
        brought = {normal(d) for name in names for d in distributions().get(name, [])}
        assert not brought & only, file
