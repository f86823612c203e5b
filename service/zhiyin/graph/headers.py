"""The ontology headers of the generated files, and the master file that imports every other."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import DCTERMS, OWL, RDF, Literal, URIRef
from rdflib.term import Identifier

from zhiyin import __version__
from zhiyin.graph.blocks import Block
from zhiyin.graph.nodes import GUIDELINE, VANN, ZY
from zhiyin.model import tier_name
from zhiyin.namespaces import ONTOLOGY

_DESCRIPTION_ZH = "指引的条款、要求族、概念、指标与读法，以及期货公司自述所用的词汇。"
_DESCRIPTION_EN = (
    "The guideline's clauses, families of requirements, concepts, figures and readings, and the vocabulary in which a "
    "futures company describes itself."
)
_LICENCE = URIRef("https://www.apache.org/licenses/LICENSE-2.0")


def chapter_header(chapter: int, tier: int | None) -> Block:
    """Return the header of the file with the clauses of ``chapter``, which sets out ``tier`` if any."""
    zh = f"第{chapter}章：{tier_name(tier)}的章节与条款" if tier else f"第{chapter}章：总则"
    en = f"Chapter {chapter}: sections and clauses of tier {tier}" if tier else f"Chapter {chapter}: general provisions"
    return _header(f"{ONTOLOGY}/generated/chapter-{chapter}", zh, en)


def relations_header() -> Block:
    """Return the header of the file that completes the concepts' relations."""
    return _header(f"{ONTOLOGY}/generated/concept-relations", "概念关系的补全", "The concepts' relations completed")


def master_header(parts: Iterable[URIRef]) -> Block:
    """Return the one node of the master file: the whole ontology, importing ``parts``."""
    about: list[tuple[URIRef, Identifier]] = [
        (DCTERMS.description, Literal(_DESCRIPTION_ZH, lang="zh")),
        (DCTERMS.description, Literal(_DESCRIPTION_EN, lang="en")),
        (OWL.versionInfo, Literal(__version__)),
        (VANN.preferredNamespacePrefix, Literal("zy")),
        (VANN.preferredNamespaceUri, Literal(str(ZY))),
        *((OWL.imports, part) for part in sorted(parts)),
    ]
    return _header(ONTOLOGY, "知引：期货公司信息技术管理指引的本体", "zhiyin: the ontology of the guideline", about)


def threshold_header() -> Block:
    """Return the header of the file that names the thresholds and states them in QUDT's terms."""
    return _header(f"{ONTOLOGY}/generated/thresholds", "指标要求的名称与数值", "The thresholds' names and quantities")


def _header(iri: str, zh: str, en: str, more: Iterable[tuple[URIRef, Identifier]] = ()) -> Block:
    return Block(
        URIRef(iri),
        (
            (RDF.type, OWL.Ontology),
            (OWL.versionIRI, URIRef(f"{iri}/{__version__}")),
            (DCTERMS.title, Literal(zh, lang="zh")),
            (DCTERMS.title, Literal(en, lang="en")),
            (DCTERMS.license, _LICENCE),
            (DCTERMS.source, GUIDELINE),
            *more,
        ),
    )
