"""The ontology's own statements in, its reference out: each term with its axioms both ways, sources and use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.catalogue import Label
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import BASE, CLAUSE, ID, ZY, compact
from zhiyin.standards import DCTERMS, OWL, RDF, RDFS
from zhiyin.turtle import list_items, statements
from zhiyin.web.term_address import term_address

KINDS: Mapping[str, Label] = {
    "class": Label("类", "Classes"),
    "object": Label("对象属性", "Object properties"),
    "datatype": Label("数据属性", "Datatype properties"),
    "annotation": Label("注释属性", "Annotation properties"),
    "individual": Label("具名个体", "Named individuals"),
}
_KIND_OF = {
    "Class": "class",
    "ObjectProperty": "object",
    "DatatypeProperty": "datatype",
    "AnnotationProperty": "annotation",
}
_AXIOMS: Mapping[str, tuple[Label, Label | None]] = {
    RDFS + "subClassOf": (Label("上位类", "Subclass of"), Label("下位类", "Superclass of")),
    OWL + "equivalentClass": (Label("等价于", "Equivalent to"), None),
    OWL + "disjointWith": (Label("不相交于", "Disjoint with"), Label("不相交于", "Disjoint with")),
    RDFS + "subPropertyOf": (Label("上位属性", "Subproperty of"), Label("下位属性", "Superproperty of")),
    OWL + "inverseOf": (Label("互逆", "Inverse of"), Label("互逆", "Inverse of")),
    OWL + "propertyChainAxiom": (Label("由属性链推出", "Follows from the chain"), None),
    RDFS + "domain": (Label("定义域", "Domain"), Label("以它为定义域的属性", "In the domain of")),
    RDFS + "range": (Label("值域", "Range"), Label("以它为值域的属性", "In the range of")),
    RDF + "type": (Label("类型", "Type"), Label("具名个体", "Named individuals")),
    DCTERMS + "isReplacedBy": (Label("改用", "Replaced by"), Label("取代", "Replaces")),
}
"""A predicate's name as read from its subject, and as read from its object where that says anything."""
_TRAITS = {"FunctionalProperty": Label("单值", "functional"), "TransitiveProperty": Label("可传递", "transitive")}


@dataclass(frozen=True, slots=True)
class Link:
    """A term or an expression as the reference prints it; ``href`` is empty where it leads nowhere here."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of the ontology."""

    iri: str
    kind: str
    label: Label
    comment: Label
    module: str
    traits: tuple[Label, ...]
    axioms: tuple[tuple[Label, tuple[Link, ...]], ...]
    clauses: tuple[str, ...]
    replaced: bool

    @property
    def local(self) -> str:
        """The part of the IRI after ``#``: the anchor on the page."""
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the ontology with its title."""

    name: str
    title: Label
    version: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Every term by kind, in the order of the files, and the files themselves."""

    modules: tuple[Module, ...]
    entries: tuple[Entry, ...]

    def of_kind(self, kind: str) -> list[Entry]:
        """Return the terms of ``kind`` by name, those still in use."""
        return sorted((e for e in self.entries if e.kind == kind and not e.replaced), key=lambda e: e.local.lower())

    def replaced(self) -> list[Entry]:
        """Return the terms that another one replaces; last year's data still use them."""
        return [e for e in self.entries if e.replaced]


Statements = dict[ox.NamedNode | ox.BlankNode, list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal]]]


@once
def reference(rules: Rules) -> Reference:
    """Return the reference of the hand-written ontology, but for what companies state, which has a page of its own."""
    said: Statements = defaultdict(list)
    home: dict[str, str] = {}
    modules: list[Module] = []
    for file in (*sorted(resources.path("ontology").glob("*.ttl")), *resources.turtle_files("ontology/company")):
        for quad in statements(file):
            subject, value = quad.subject, quad.object
            if isinstance(subject, (ox.NamedNode, ox.BlankNode)) and not isinstance(value, ox.Triple):
                said[subject].append((quad.predicate.value, value))
                home.setdefault(subject.value, file.stem)
        module = ox.NamedNode(f"{BASE}ontology/{file.stem}")
        if module in said:
            modules.append(_module(file.stem, said[module]))
    backward: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for subject, pairs in said.items():
        for predicate, value in pairs:
            if predicate in _AXIOMS and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
                backward[value.value].append((predicate, subject.value))
    stated = rules.vocabulary.terms
    own = [n for n in said if isinstance(n, ox.NamedNode) and n.value.startswith(str(ZY)) and n.value not in stated]
    entries = (_entry(node.value, said, backward[node.value], home[node.value], stated) for node in own)
    return Reference(tuple(modules), tuple(e for e in entries if e.label.zh))


def _module(name: str, pairs: Sequence[tuple[str, object]]) -> Module:
    version = next((getattr(v, "value", "") for p, v in pairs if p == OWL + "versionIRI"), "")
    return Module(name, _texts(pairs, DCTERMS + "title"), version.rpartition("/")[2])


def _texts(pairs: Sequence[tuple[str, object]], predicate: str) -> Label:
    by = {o.language: o.value for p, o in pairs if p == predicate and isinstance(o, ox.Literal)}
    return Label(by.get("zh", ""), by.get("en", ""))


def _entry(
    iri: str, said: Statements, backward: Sequence[tuple[str, str]], module: str, stated: Mapping[str, Term]
) -> Entry:
    pairs = said[ox.NamedNode(iri)]
    types = [o.value for p, o in pairs if p == RDF + "type"]
    owl = {t.removeprefix(OWL) for t in types if t.startswith(OWL)}
    axioms: dict[Label, list[Link]] = defaultdict(list)
    for predicate, value in pairs:
        if predicate in _AXIOMS and not (predicate == RDF + "type" and value.value.startswith(OWL)):
            axioms[_AXIOMS[predicate][0]].append(_shown(value, said, stated))
    for predicate, subject in backward:
        name = _AXIOMS[predicate][1]
        if name is not None:
            axioms[name].append(_link(subject, stated))
    return Entry(
        iri=iri,
        kind=next((kind for name, kind in _KIND_OF.items() if name in owl), "individual"),
        label=_texts(pairs, RDFS + "label"),
        comment=_texts(pairs, RDFS + "comment"),
        module=module,
        traits=tuple(label for name, label in _TRAITS.items() if name in owl),
        axioms=tuple((name, tuple(dict.fromkeys(links))) for name, links in axioms.items()),
        clauses=tuple(
            o.value.removeprefix(str(CLAUSE))
            for p, o in pairs
            if p == DCTERMS + "source" and o.value.startswith(str(CLAUSE))
        ),
        replaced=any(p == DCTERMS + "isReplacedBy" for p, _ in pairs),
    )


def _shown(value: ox.NamedNode | ox.BlankNode | ox.Literal, said: Statements, stated: Mapping[str, Term]) -> Link:
    if isinstance(value, ox.NamedNode):
        return _link(value.value, stated)
    if isinstance(value, ox.Literal):
        return Link(value.value)
    members = [item.value for item in list_items(said, value)]
    if members:
        return Link(" ∘ ".join(compact(m) for m in members))
    about = {p.removeprefix(OWL): v.value for p, v in said[value]}
    return Link(f"{compact(about.get('onProperty', ''))} = {compact(about.get('hasValue', ''))}")


def _link(iri: str, stated: Mapping[str, Term]) -> Link:
    name = compact(iri)
    if iri in stated:
        return Link(name, term_address(stated[iri]))
    if iri.startswith(str(ZY)):
        return Link(name, f"#{iri.removeprefix(str(ZY))}")
    return Link(name, f"/id/{iri.removeprefix(str(ID))}" if iri.startswith(str(ID)) else "")
