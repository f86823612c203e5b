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
    "kept_files",
    "settings",
    "model",
    "edition",
    "catalogue",
    "difference",
    "turtle",
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
        assert not ours & {"web", "cli", "mcp", "server"}
    elif own == "mcp":
        assert not ours & {"web", "cli", "server"}
    elif own == "server":
        assert ours <= BOTTOM | {"sparql"}, "what stands before pages and store knows neither law nor pages"
    elif own == "web":
        assert "cli" not in ours
    elif own != "cli":
        assert own in {"services", "__init__", "__main__"}, f"{own} stands in no layer: name its place here"


MODULES = {
    ".".join(("zhiyin", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): file
    for file in FILES
}


def _only_for_types(tree: ast.Module) -> set[ast.AST]:
    """What stands under ``if TYPE_CHECKING``: no import when it runs."""
    return {
        below
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for below in ast.walk(node)
    }


def _leads_to(name: str) -> set[str]:
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    idle = _only_for_types(tree)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node not in idle and (node.module or "").startswith("zhiyin"):
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {other if other in MODULES else node.module or "" for other in whole}
    return (found & MODULES.keys()) - {name}


def test_no_module_leads_back_to_itself() -> None:
    """Neither on top nor in a function: what is in a circle can only be understood, and changed, together."""
    leads = {name: _leads_to(name) for name in MODULES}
    while ends := {name for name, to in leads.items() if not to & leads.keys()}:
        leads = {name: to for name, to in leads.items() if name not in ends}
    assert sorted(leads) == []


MAKERS = {"read_vocabulary", "load_shapes", "shape_files", "shipped_duties", "read_duties", "load_rules"}
"""What reads the law from its files: law and composition alone, which makes the one value of it and hands it on."""


def _names(file: Path) -> set[str]:
    return {
        alias.name
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_the_law_is_read_by_law_and_composition_alone() -> None:
    assert all(any(maker in _names(file) for file in FILES) for maker in ("load_shapes", "load_rules"))
    assert {name_of(file) for file in FILES if _names(file) & MAKERS} <= {"law", "composition"}


KEPT = {
    "resources.root": "where the files are",
    "edition.shipped_edition": "the description of the text that ships, by which others are told from it",
    "namespaces._iri": "IRIs by their names",
    "graph.nodes._node": "nodes by their names",
    "cli.language.language": "the language of the person",
    "desk.extraction._runs_out": "calendar arithmetic",
    "form.workbook_style.font": "looks",
    "form.workbook_style.fill": "looks",
    "form.workbook_style.wrapped": "looks",
    "form.workbook_style._border": "looks",
    "form.workbook_style._open": "looks",
    "intake.cell_values.plain": "a text as it is compared",
    "intake.lexical.day_meant": "a literal as a day",
    "report.outputs._template": "the page's template",
    "validation.engine.fallback": "whether the compiled engine is there",
    "validation.reference._prepared_query": "by the text of the query",
    "web.api_reference.operations": "the service's own addresses",
    "web.compression._kept": "by the bytes",
    "web.openapi.openapi": "the service's own addresses",
    "web.resource._dumped": "by the hash of the graph",
    "web.terms_api._items": "by the hash of the graph",
}
"""What a process keeps outside law and composition, and why none of it is the law in use."""


def test_nothing_else_keeps_the_law_in_use() -> None:
    """An edition is a value: what is kept of it is kept with its Rules or its shapes (``law.kept.once``), never once for all."""
    found = set()
    for file in FILES:
        if name_of(file) in {"law", "composition", "sparql", "search", "asking", "citing"}:
            continue
        module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                made = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
                if {ast.unparse(each).rpartition(".")[2] for each in made} & {"cache", "lru_cache"}:
                    found.add(f"{module}.{node.name}")
    assert found == KEPT.keys()


READ_IN = {
    "turtle.py": "our own files",
    "intake/rdf_text.py": "what is sent",
    "sparql/remote.py": "what a store answers",
}


def test_turtle_is_read_in_one_place() -> None:
    """Our files by ``zhiyin.turtle`` (the graph that the reasoner wants, by ``graph.handwritten``)."""
    found = {
        file.relative_to(PACKAGE).as_posix()
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "ox.parse" and "TURTLE" in ast.unparse(node)
    }
    assert "turtle.py" in found
    assert found <= READ_IN.keys()


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
