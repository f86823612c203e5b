"""Wires cite-checking: the graph's read model read once for it, and search to find what other words mean."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from zhiyin import resources
from zhiyin.citing.checking import check_text
from zhiyin.citing.document import DocumentText, is_docx, read_document
from zhiyin.citing.english import read_glossary
from zhiyin.citing.law import Law, read_law
from zhiyin.citing.statement import Checked
from zhiyin.citing.words import read_lexicon
from zhiyin.composition.graph import BuiltGraph
from zhiyin.errors import BadRequest, Place

if TYPE_CHECKING:
    from zhiyin.search.index import SearchIndex

_WORDS = tuple(
    f"data/citing/{name}.txt" for name in ("same-meaning", "opposed", "whole-words", "mere-words", "general-words")
)
_MOST = 8


def check_citations(text: str, graph: BuiltGraph, search: Callable[[], SearchIndex]) -> Checked:
    """Return every statement that ``text`` makes about the guideline, with its judgement."""
    return check_text(text, citing_law(graph), lambda words, tiers: _found(search(), words, tiers))


def citing_law(graph: BuiltGraph) -> Law:
    """Return the guideline as cite-checking reads it, made once for each state of the graph."""
    return _law(_Key(graph))


class _Key:
    """A built graph, equal to another of the same bytes."""

    def __init__(self, graph: BuiltGraph) -> None:
        self.graph = graph

    def __hash__(self) -> int:
        return hash(self.graph.sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.graph.sha256 == self.graph.sha256


@lru_cache(maxsize=2)
def _law(key: _Key) -> Law:
    catalogue = key.graph.catalogue
    same, opposed, whole, mere, general = (resources.path(name).read_text(encoding="utf-8") for name in _WORDS)
    glossary = read_glossary(resources.path("data/citing/english.txt").read_text(encoding="utf-8"))
    return read_law(catalogue, read_lexicon(same, opposed, whole, mere, general), glossary)


def _found(index: SearchIndex, words: str, tiers: frozenset[int]) -> list[str]:
    from zhiyin.search.request import SearchRequest

    if not any(character.isalnum() for character in words):
        return []
    request = SearchRequest(words[:400], tier=tuple(sorted(tiers)), limit=_MOST, collapse="none" if tiers else "family")
    return [hit.number for hit in index.search(request).hits]


def check_bytes(
    data: bytes, source: str, graph: BuiltGraph, search: Callable[[], SearchIndex]
) -> tuple[Checked, DocumentText | None]:
    """Return the check of a file (text, Markdown or .docx), and the document it came from where it is one."""
    if is_docx(data):
        document = read_document(data, source)
        return check_citations(document.text, graph, search), document
    return check_citations(decoded(data, source), graph, search), None


def decoded(data: bytes, source: str = "") -> str:
    """Return the text of bytes in UTF-8, UTF-16 with a mark, or GB 18030; BadRequest for what is no text."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    codings = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for coding in codings:
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadRequest(
        "不是文本：可核验的有 UTF-8 或 GB 18030 的文本、Markdown 和 .docx",
        "this is no text: what can be checked is text in UTF-8 or GB 18030, Markdown and .docx",
        place=Place(source=source or None),
    )
