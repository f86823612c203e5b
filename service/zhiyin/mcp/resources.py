"""The guideline as resources: ``clause://4.3.3.1``, ``section://4.3.3``, ``tier://3`` and the contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhiyin.errors import NotFound
from zhiyin.mcp.answers import clause_text
from zhiyin.mcp.budget import within
from zhiyin.model import tier_name

if TYPE_CHECKING:
    from zhiyin.services import Services


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of resource: its address with a place to fill in, and what it is."""

    uri: str
    name: str
    description: str


TEMPLATES: Final = (
    Template(
        "clause://{number}", "clause", "一条条款，如 clause://4.3.3.1；clause://1.4.4 为释义 · one clause or item"
    ),
    Template("section://{number}", "section", "一节的条款，如 section://4.3.3 · the clauses of a section"),
    Template("tier://{level}", "tier", "一类的目录，如 tier://3 · the contents of a tier"),
)
CONTENTS: Final = "guideline://contents"


def read_resource(services: Services, uri: str) -> str:
    """Return the text of the resource at ``uri``; NotFound with the addresses there are."""
    catalogue = services.catalogue
    scheme, _, name = uri.partition("://")
    name = name.strip("/")
    if uri.rstrip("/") == CONTENTS:
        return within(
            services.graph.edition.title_zh,
            [f"tier://{n} {tier_name(n)}要求 {catalogue.tiers[n].clauses} 条" for n in catalogue.tiers]
            + [f"clause://{item.number} {item.text}" for item in catalogue.items.values()],
            "",
        )
    if scheme == "clause" and (name in catalogue.clauses or name in catalogue.items):
        return clause_text(catalogue, name)
    if scheme == "section" and name in catalogue.sections:
        return clause_text(catalogue, name)
    if scheme == "tier" and name in map(str, catalogue.tiers):
        return clause_text(catalogue, catalogue.tiers[int(name)].chapter)
    addresses = "、".join(template.uri for template in TEMPLATES)
    raise NotFound(f"没有资源 {uri[:80]}；有：{addresses}", f"no resource {uri[:80]}; there are: {addresses}")
