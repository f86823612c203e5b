"""The house's order: the bottom imports nothing of ours, steps import the bottom only, edges sit on composition."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import zhiyin

PACKAGE = Path(zhiyin.__file__).parent
BOTTOM = {
    "caller",
    "collector",
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


CALLED_FROM_OUTSIDE = {
    "cli.desk.group.Group.command_class": "click",
    "cli.group.LazyGroup.list_commands": "click",
    "cli.group.LazyGroup.get_command": "click",
    "cli.group.LazyGroup.format_commands": "click",
    "cli.serve.ServeCommand.format_epilog": "click",
    "composition.submitted._Packer.persistent_id": "pickle",
    "composition.submitted._Unpacker.persistent_load": "pickle",
    "desk.migrations.versions.first_tables.down_revision": "alembic",
    "desk.migrations.versions.rows_in_the_log.down_revision": "alembic",
    "server.running._Server._reload": "granian",
    "server.whole._Announced.readlines": "WSGI",
    "sparql.pool.Figures.running_long": "metrics, by the fields",
    "sparql.pool.Figures.crashes": "metrics, by the fields",
    "sparql.pool.Figures.abandoned": "metrics, by the fields",
    "sparql.pool.Figures.forks": "metrics, by the fields",
    "web.ZhiyinApp.request_class": "flask",
    "web.forms.InMemoryRequest.form_data_parser_class": "werkzeug",
    "web.forms.InMemoryRequest._get_file_stream": "werkzeug",
    "form.self_check.OWN_WORDS": "form.own_words, under another name",
    "validation.presuppositions.AGREES": "the reasons for what the table beside it leaves out, held by a test",
}
"""What no line of ours names, and who calls it."""
REGISTERED = re.compile(
    r"route|\.(?:get|post|before_request|errorhandler|listens_for)\b|door\(|command|group|handler|overload"
)


def _documented(tree: ast.Module) -> set[int]:
    """Return the strings that only describe, by identity; and the names that only ``__all__`` repeats."""
    idle = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            idle |= {id(each.value) for each in node.body if isinstance(each, ast.Expr)}
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            idle |= {id(below) for below in ast.walk(node)}
    return idle


def _used() -> set[str]:
    """Return every name that our code reads, a template or the project's own description writes."""
    found: set[str] = set()
    top = PACKAGE.parents[1]
    texts = [*PACKAGE.rglob("*.html"), top / "pyproject.toml", top / "hatch_build.py"]
    for file in texts:
        found |= set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
    for file in FILES:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        idle = _documented(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                found.add(node.id if isinstance(node, ast.Name) else node.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in idle:
                found |= set(re.findall(r"\w+", node.value))
    return found


def _defined(body: list[ast.stmt], within: str) -> Iterator[tuple[str, str]]:
    """Give each name of a module and of its classes, and where it stands; not what a library is told to call."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if not any(REGISTERED.search(ast.unparse(each)) for each in node.decorator_list):
                yield node.name, f"{within}.{node.name}"
            if isinstance(node, ast.ClassDef):
                yield from _defined(node.body, f"{within}.{node.name}")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, f"{within}.{target.id}"


def test_nothing_stands_there_that_no_code_uses() -> None:
    """A name that tests alone use, or nothing at all, is dead: it is to be used or to go."""
    used = _used()
    dead = {
        where.removeprefix("zhiyin.")
        for module, file in MODULES.items()
        for name, where in _defined(ast.parse(file.read_text(encoding="utf-8")).body, module)
        if name not in used and not name.startswith("__")
    }
    assert dead == CALLED_FROM_OUTSIDE.keys()


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
