"""The shapes of one tier as a self-contained Turtle file, severities written, the engines it was tried on at its head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from zhiyin.law.outcome import Outcome
from zhiyin.law.outside import TRIED, Form
from zhiyin.law.portable import without_components, without_groups
from zhiyin.law.shapes import Shape, ShapeLibrary, assembled
from zhiyin.law.turtle_text import turtle_text
from zhiyin.model import Obligation, Requirement, tier_name
from zhiyin.namespaces import BASE, PREFIXES
from zhiyin.standards import OWL, SH, TYPE

_OWL_ONTOLOGY = ox.NamedNode(OWL + "Ontology")
_TYPE = ox.NamedNode(TYPE)
_TITLE = ox.NamedNode(PREFIXES["dcterms"] + "title")


def severity(shape: Shape, obligations: Mapping[str, Obligation]) -> str:
    """Return the IRI of the severity of a shape's results in a tier whose clauses have ``obligations``.

    Violated gives sh:Violation for 必须 and sh:Warning for 可选 alone; every other outcome gives sh:Info.
    """
    if shape.outcome is not Outcome.VIOLATED:
        return SH + "Info"
    mandatory = any(obligations.get(number) is Obligation.MANDATORY for number in shape.enforces)
    return SH + ("Violation" if mandatory else "Warning")


def severities(shapes: ShapeLibrary, tier: int, requirements: Sequence[Requirement]) -> dict[str, str]:
    """Return shape IRI to severity IRI for the shapes of ``tier``."""
    obligations = {r.number: r.obligation for r in requirements if r.tier == tier}
    return {iri: severity(shape, obligations) for iri, shape in shapes.of_tier(tier).items()}


def shapes_turtle(
    tier: int, requirements: Sequence[Requirement], shapes: ShapeLibrary, *, portable: bool = False
) -> str:
    """Return the shapes of ``tier`` as Turtle for any SHACL processor; the same bytes each time.

    ``portable`` writes the constraint components out, for engines that pass over them in silence. The data must be
    that of ``zhiyin facts``: dates as instants, every class stated, the zy:Assessment node.
    """
    triples = assembled(shapes, tier, severities(shapes, tier, requirements))
    form = Form.PORTABLE if portable else Form.COMPONENTS
    triples = without_components(triples) if portable else without_groups(triples)
    ontology = ox.NamedNode(f"{BASE}shapes/tier-{tier}{'-portable' if portable else ''}")
    titles = (
        ox.Literal(f"《期货公司信息技术管理指引》{tier_name(tier)}要求的 SHACL 形状", language="zh"),
        ox.Literal(f"SHACL shapes of the requirements of tier {tier}", language="en"),
    )
    header = [ox.Triple(ontology, _TYPE, _OWL_ONTOLOGY), *(ox.Triple(ontology, _TITLE, title) for title in titles)]
    return turtle_text([*header, *triples], _head(tier, form))


def _head(tier: int, form: Form) -> list[str]:
    portable = form is Form.PORTABLE
    lines = [
        f"第 {tier} 类的 SHACL 形状，由 zhiyin shapes --tier {tier}{' --portable' if portable else ''} 写成，勿手工修改。",
        f"The SHACL shapes of tier {tier}, written by zhiyin shapes --tier {tier}"
        f"{' --portable' if portable else ''}; not to be edited.",
        f"数据：zhiyin facts 文件 --tier {tier} --date 日期。",
        f"The data: zhiyin facts FILE --tier {tier} --date DAY.",
        "试过，结果与 zhiyin validate 相同 · tried with the results of zhiyin validate:",
        *(f"  {engine.name} {engine.version}" for engine in TRIED if form in engine.equal),
    ]
    others = [engine for engine in TRIED if form not in engine.equal]
    if others:
        lines.append("不可用 · not to be used with:")
        lines += [f"  {engine.name} {engine.version}: {engine.limit.zh} · {engine.limit.en}" for engine in others]
    return lines
