"""Wires the steps together: the text and the hand-written files in, the built graph and everything made of it out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zhiyin import resources
from zhiyin.catalogue import Catalogue
from zhiyin.errors import Message
from zhiyin.graph import cache as graph_cache
from zhiyin.graph.quads import Index
from zhiyin.graph.view import read_catalogue

if TYPE_CHECKING:
    from rdflib import Graph

    from zhiyin.model import GuidelineText, Step

Progress = Callable[[Message], None]

VOCABULARY: Final = ("core", "structure", "lineage", "thresholds", "judgement")
"""The ontology files whose axioms the closure applies; the company vocabulary is not among them."""

_GENERATED: Final = "ontology/generated"
_CODE: Final = ("guideline", "graph", "namespaces.py", "model.py", "composition.py")


@dataclass(frozen=True, slots=True)
class BuiltGraph:
    """The reasoned graph: an N-Quads file with the asserted and the inferred named graph, and the read model of it.

    ``sha256`` is of the file and names the graph's state wherever an answer is stamped with it.
    """

    path: Path
    sha256: str
    asserted: int
    inferred: int
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Assembly:
    """What stands before the reasoner: the text, its steps, the asserted triples and the files generated from them."""

    text: GuidelineText
    steps: list[Step]
    asserted: Graph
    generated: dict[str, str]


def load_graph(progress: Progress | None = None) -> BuiltGraph:
    """Return the built graph from the wheel or the cache; build it first where neither has it as the files now are."""
    return open_graph(find_graph() or build_graph(progress))


def find_graph() -> Path | None:
    """Return the N-Quads file already built from the files as they now are, in the wheel or in the cache."""
    key = content_key()
    return graph_cache.fetch(resources.path("built"), key) or graph_cache.fetch(_cache_folder(), key)


def build_graph(progress: Progress | None = None, folder: Path | None = None) -> Path:
    """Parse, reason and write the N-Quads file into ``folder`` (default: our cache); return its path."""
    from zhiyin.graph.closure import close_graph
    from zhiyin.graph.handwritten import read_turtle
    from zhiyin.graph.nquads import write_nquads

    say = progress or _silent
    key = content_key()
    assembly = assemble(progress)
    vocabulary = read_turtle(resources.path(f"ontology/{name}.ttl") for name in VOCABULARY)
    say(
        Message(
            f"推理：{len(assembly.asserted)} 条断言三元组", f"reasoning over {len(assembly.asserted)} asserted triples"
        )
    )
    inferred = close_graph(
        assembly.asserted,
        vocabulary,
        lambda known: say(Message(f"推理中：已知 {known} 条", f"reasoning: {known} triples known")),
    )
    say(Message(f"写出：推出 {len(inferred)} 条三元组", f"writing: {len(inferred)} triples inferred"))
    data = write_nquads(assembly.asserted, inferred).encode("utf-8")
    return graph_cache.keep(folder or _cache_folder(), key, data)


def open_graph(path: Path) -> BuiltGraph:
    """Read the N-Quads file at ``path`` into the read model."""
    data = path.read_bytes()
    index = Index(data)
    return BuiltGraph(path, hashlib.sha256(data).hexdigest(), index.asserted, index.inferred, read_catalogue(index))


def assemble(progress: Progress | None = None) -> Assembly:
    """Parse the text and the hand-written files and make the clauses' triples; nothing is written."""
    from zhiyin.graph.clauses import clause_blocks
    from zhiyin.graph.families import read_families
    from zhiyin.graph.handwritten import read_turtle
    from zhiyin.graph.turtle import write_turtle
    from zhiyin.graph.wording import read_wording
    from zhiyin.guideline import lineage

    say = progress or _silent
    say(Message("解析指引文本", "parsing the guideline's text"))
    text = guideline_text()
    say(Message("读取本体文件", "reading the ontology files"))
    graph = read_turtle(hand_written_files())
    steps = lineage(text.requirements, read_families(graph))
    say(Message(f"生成 {len(steps)} 条条款的三元组", f"making the triples of {len(steps)} clauses"))
    chapters = clause_blocks(text, steps, read_wording(graph), graph)
    generated = {
        f"{_GENERATED}/chapter-{chapter}.ttl": write_turtle(
            blocks, "Generated from the guideline's text by 'zhiyin build --write-generated': do not edit."
        )
        for chapter, blocks in sorted(chapters.items())
    }
    for blocks in chapters.values():
        for block in blocks:
            for predicate, value in block.statements:
                graph.add((block.subject, predicate, value))
    return Assembly(text, steps, graph, generated)


def write_generated() -> list[str]:
    """Rewrite the generated Turtle in the checkout; return the names of the files that changed."""
    changed = []
    generated = assemble().generated
    for name, text in generated.items():
        file = resources.path(name)
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
            changed.append(name)
    for stale in resources.path(_GENERATED).glob("*.ttl"):
        name = f"{_GENERATED}/{stale.name}"
        if name not in generated:
            stale.unlink()
            changed.append(name)
    return changed


def guideline_text() -> GuidelineText:
    """Return the parsed text of the guideline once its checksum is found to be right."""
    from zhiyin.guideline import check_sum, parse_guideline, read_text

    source = resources.path(resources.GUIDELINE_TEXT)
    data = source.read_bytes()
    check_sum(data, resources.path(resources.GUIDELINE_SUMS).read_text(encoding="utf-8"), source.name)
    return parse_guideline(read_text(data, name=source.name), name=source.name)


def hand_written_files() -> list[Path]:
    """Return the ontology files that people write, in one order."""
    generated = resources.path(_GENERATED)
    return [file for file in resources.turtle_files("ontology") if not file.is_relative_to(generated)]


@cache
def content_key() -> str:
    """Return the hash of everything that the built graph depends on: text, ontology and the code that builds it."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parent
    code = [
        file
        for name in _CODE
        for file in ([package / name] if name.endswith(".py") else (package / name).rglob("*.py"))
    ]
    inputs = [resources.path(resources.GUIDELINE_TEXT), *hand_written_files()]
    for base, files in ((package, code), (resources.root(), inputs)):
        for name, file in sorted((file.relative_to(base).as_posix(), file) for file in files):
            digest.update(f"{name}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:32]


def _cache_folder() -> Path:
    return resources.cache_folder() / "graph"


def _silent(message: Message) -> None:
    """Say nothing of ``message``."""
