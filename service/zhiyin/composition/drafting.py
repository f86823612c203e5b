"""Writes the draft of an edition from two texts compared: its description, the members of its families, its figures.

What is written is a beginning: a person reads it, names the new duties and writes their shapes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
from rdflib import OWL, RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from zhiyin import resources
from zhiyin.composition.editions import DESCRIPTION, SUMS, shipped
from zhiyin.composition.figure_places import plain, put_right
from zhiyin.composition.judging import rules
from zhiyin.composition.revising import ChangedFigure, Revision
from zhiyin.errors import BadRequest
from zhiyin.graph.nodes import CLAUSE, SHAPE, THRESHOLD, UNIT, ZY
from zhiyin.guideline.revision import Kind, packed
from zhiyin.law.shapes import copied
from zhiyin.model import Edition, tier_name
from zhiyin.namespaces import PREFIXES, names_of
from zhiyin.turtle import statements


def write_edition(revised: Revision, folder: Path) -> list[str]:
    """Write the draft of the new edition into ``folder`` and return the names of the files, those to be read first.

    BadRequest where clauses are still undecided or the folder holds something: nothing is written over.
    """
    if revised.undecided:
        numbers = "、".join(c.number for m in revised.undecided if (c := m.new or m.old) is not None)
        raise BadRequest(f"还有条款没有认定：{numbers}", f"clauses are still undecided: {numbers}")
    if folder.exists() and any(folder.iterdir()):
        raise BadRequest(f"文件夹“{folder}”不是空的", f"the folder '{folder}' is not empty")
    edition = revised.new.edition
    texts = {
        DESCRIPTION: _description(edition),
        SUMS: f"{sha256(revised.data).hexdigest()}  {edition.text}\n",
        "ontology/guideline.ttl": _guideline_turtle(edition),
        "ontology/families.ttl": _families_turtle(revised),
        "ontology/thresholds.ttl": _thresholds_turtle(revised),
        "shapes/changed-figures.ttl": _shapes_turtle(revised),
    }
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    (folder / edition.text).write_bytes(revised.data)
    return [*texts, edition.text]


def _description(edition: Edition) -> str:
    return (
        "# The draft of an edition, made by 'zhiyin revise' from its text; a person has yet to read it.\n"
        f'guideline = "{edition.guideline}"\nedition = "{edition.id}"\n'
        f'title-zh = "{edition.title_zh}"\ntitle-en = "{edition.title_en}"\n'
        f'text = "{edition.text}"\nvocabulary = "{edition.vocabulary}"\n'
        f"general-chapters = {list(edition.general_chapters)}\ntier-chapters = {list(edition.tier_chapters)}\n"
    )


def _head(edition: Edition, part: str, zh: str, en: str, **more: str) -> list[str]:
    names = names_of(edition.guideline, edition.id)
    own = {"clause": str(names.clause), "section": str(names.section), "tier": str(names.tier)} | more
    base = f"{PREFIXES['zy'].removesuffix('#')}/{edition.guideline}/{edition.id}/{part}"
    prefixes = PREFIXES | own
    used = ("clause", "dcterms", "family", "metric", "owl", "rdfs", "section", "threshold", "tier", "unit", "zy")
    return [
        *(f"@prefix {prefix}: <{prefixes[prefix]}> ." for prefix in used),
        "",
        f"<{base}>",
        "    a owl:Ontology ;",
        f'    dcterms:title "{zh}"@zh ;',
        f'    dcterms:title "{en}"@en ;',
        f"    dcterms:source <{names.guideline}> ;",
        ".",
        "",
    ]


def _guideline_turtle(edition: Edition) -> str:
    names = names_of(edition.guideline, edition.id)
    lines = _head(edition, "guideline", "指引与各类别", "The guideline and its tiers")
    lines += [
        f"<{names.guideline}>",
        "    a zy:Guideline ;",
        f'    rdfs:label "{edition.title_zh}"@zh ;',
        f'    rdfs:label "{edition.title_en}"@en ;',
        f"    dcterms:replaces <{names_of(shipped().edition.guideline, shipped().edition.id).guideline}> ;",
        ".",
    ]
    for tier in edition.tiers:
        lines += [
            "",
            f"tier:{tier}",
            "    a zy:Tier ;",
            f'    rdfs:label "{tier_name(tier)}"@zh ;',
            f'    rdfs:label "Tier {tier}"@en ;',
            f"    zy:chapter section:{edition.chapter_of(tier)} ;",
            f"    zy:level {tier} ;",
            *([f"    zy:nextAbove tier:{tier + 1} ;"] if tier + 1 in edition.tiers else []),
            ".",
        ]
    for chapter in edition.chapters:
        tier_of = edition.tier_of(chapter)
        title = f"Requirements of tier {tier_of}" if tier_of else "General provisions"
        lines += ["", f"section:{chapter}", f'    rdfs:label "{title}"@en ;', "."]
    return "\n".join(lines) + "\n"


def _families_turtle(revised: Revision) -> str:
    edition = revised.new.edition
    members: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    fresh: dict[str, str] = {}
    for match in revised.matches:
        if match.new is None:
            continue
        family = match.family
        if family is None:
            # One new duty in several tiers is one family: the same words, or the clause that carries its text on.
            family = fresh.setdefault(packed(match.new.text), f"{edition.id}-n{len(fresh) + 1}")
        members[family].append((match.new.tier, match.new.number, match.new.text))
    same = {m.new.number: m.old.number for m in revised.matches if m.kind is Kind.SAME and m.new and m.old}
    was_reworded = _reworded_before()
    lines = _head(edition, "families", "要求族的成员", "The members of the families")
    for family, rows in sorted(members.items()):
        lines.append(f"family:{family}")
        if family in fresh.values():
            lines += [
                "    a zy:RequirementFamily ;",
                f'    rdfs:label "{rows[0][2][:16]}"@zh ;',
                f'    rdfs:label "New duty {family}, yet to be named"@en ;',
                "    zy:checkKind zy:Existing ;",
            ]
        for index, (_, number, text) in enumerate(sorted(rows)):
            lines.append(f"    zy:member clause:{number} ;")
            below = sorted(rows)[index - 1] if index else None
            carried = below is not None and same.get(number) in was_reworded and below[1] in same
            if carried and below is not None and packed(below[2]) != packed(text):
                lines.append(f"    zy:rewordedIn clause:{number} ;")
        lines += [".", ""]
    return "\n".join(lines).rstrip() + "\n"


def _reworded_before() -> frozenset[str]:
    return frozenset(
        getattr(quad.object, "value", "").removeprefix(str(CLAUSE))
        for quad in statements(*resources.turtle_files("ontology/families"))
        if quad.predicate.value == str(ZY.rewordedIn)
    )


def _thresholds_turtle(revised: Revision) -> str:
    edition = revised.new.edition
    lines = _head(edition, "thresholds", "变化的数字", "The figures that changed")
    names = figure_names(revised)
    written: set[str] = set()
    for figure in revised.figures:
        old = figure.threshold
        name = names[_became(figure)]
        if name in written:
            continue
        written.add(name)
        lines += [
            f"threshold:{name}",
            "    a zy:Threshold ;",
            f"    zy:thresholdFamily family:{old.id.partition('-')[0]} ;",
            f'    zy:phrase "{figure.phrase}"@zh ;',
            f"    zy:metric metric:{old.metric} ;",
            f'    zy:comparator "{old.comparator}" ;',
            f"    zy:value {plain(figure.value)} ;",
            f"    zy:unit {'unit' if str(UNIT[old.unit]) in rules().vocabulary.units else 'zy'}:{old.unit} ;",
            *([f'    zy:condition "{old.condition.zh}"@zh ;'] if old.condition else []),
            *([f'    zy:condition "{old.condition.en}"@en ;'] if old.condition else []),
            f"    zy:implied {str(old.implied).lower()} ;",
            f"    dcterms:replaces threshold:{old.id} ;",
            ".",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def figure_names(revised: Revision) -> Mapping[tuple[str, Decimal, str], str]:
    """Return the local name of the threshold that each changed figure becomes: no figure in it.

    One threshold binds clauses of several tiers: where it becomes another in each, each has a name.
    """
    found: dict[tuple[str, Decimal, str], str] = {}
    count: dict[str, int] = defaultdict(int)
    for figure in revised.figures:
        own = figure.threshold.id
        if _became(figure) not in found:
            count[own] += 1
            found[_became(figure)] = f"{own}-{revised.new.edition.id}" + (f"-{count[own]}" if count[own] > 1 else "")
    return found


def _became(figure: ChangedFigure) -> tuple[str, Decimal, str]:
    return figure.threshold.id, figure.value, figure.phrase


def _shapes_turtle(revised: Revision) -> str:
    """Return the shapes whose figure changed, as drafts: each takes the place of the one it was made from."""
    edition = revised.new.edition
    names = names_of(edition.guideline, edition.id)
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in (PREFIXES | {"clause": str(names.clause)}).items():
        graph.bind(prefix, namespace)
    head = URIRef(f"{PREFIXES['zy'].removesuffix('#')}/{edition.guideline}/{edition.id}/shapes/changed-figures")
    graph.add((head, RDF.type, OWL.Ontology))
    graph.add((head, DCTERMS.title, Literal("数字变化的形状（草稿）", lang="zh")))
    graph.add((head, DCTERMS.title, Literal("Shapes whose figures changed (drafts)", lang="en")))
    graph.add((head, DCTERMS.source, URIRef(names.guideline)))
    now = {m.old.number: m.new.number for m in revised.matches if m.old is not None and m.new is not None}
    became = figure_names(revised)
    by_threshold: dict[str, list[ChangedFigure]] = defaultdict(list)
    for figure in revised.figures:
        by_threshold[str(THRESHOLD[figure.threshold.id])].append(figure)
    for iri, shape in sorted(rules().shapes.shapes.items()):
        changed = [figure for cited in shape.figures for figure in by_threshold.get(cited, ())]
        enforced = [now[number] for number in sorted(shape.enforces) if number in now]
        stated = {number: tuple(f for f in changed if f.clause == number) for number in enforced}
        if not any(stated.values()):
            continue
        groups: dict[tuple[tuple[str, Decimal, str], ...], list[str]] = defaultdict(list)
        for number in enforced:
            groups[tuple(_became(f) for f in stated[number])].append(number)
        for index, numbers in enumerate(groups.values(), 1):
            own = SHAPE[f"{edition.id}-{iri.rpartition('/')[2]}" + (f"-{index}" if len(groups) > 1 else "")]
            _draft(graph, iri, own, stated[numbers[0]], became)
            for number in numbers:
                graph.add((own, ZY.enforces, URIRef(names.clause[number])))
    return "".join(f"# By hand: {n}, {a} -> {b or '?'}\n" for n, a, b in revised.by_hand) + graph.serialize(
        format="turtle"
    )


def _draft(
    graph: Graph,
    iri: str,
    own: URIRef,
    figures: Sequence[ChangedFigure],
    became: Mapping[tuple[str, Decimal, str], str],
) -> None:
    """Copy the shape ``iri`` into ``graph`` as ``own``, which replaces it, its old figures put right where they stand."""
    now = [(figure.threshold, figure.value) for figure in figures]
    renamed = {str(THRESHOLD[f.threshold.id]): THRESHOLD[became[_became(f)]] for f in figures}

    def node(term: object) -> Node:
        value = str(getattr(term, "value", ""))
        if isinstance(term, ox.BlankNode):
            return BNode(f"{own.rpartition('/')[2]}-{value}")
        return own if value == iri else URIRef(value)

    for triple in copied(rules().shapes, iri):
        if triple.predicate.value == str(ZY.enforces):
            continue
        if isinstance(triple.object, ox.Literal):
            text, language = put_right(triple, now), triple.object.language
            kind = URIRef(triple.object.datatype.value)
            value: Node = Literal(text, lang=language) if language else Literal(text, datatype=kind)
        else:
            value = node(triple.object)
        if triple.predicate.value == str(ZY.figure):
            value = renamed.get(str(value), value)
        graph.add((node(triple.subject), URIRef(triple.predicate.value), value))
    graph.add((own, DCTERMS.replaces, URIRef(iri)))
