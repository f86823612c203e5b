"""The company vocabulary (ontology/company/*.ttl) as values: what may be stated, of what kind, in which bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

import pyoxigraph as ox

from zhiyin import resources
from zhiyin.errors import Message
from zhiyin.model import number_key
from zhiyin.namespaces import CLAUSE, ZY
from zhiyin.standards import DCTERMS, OWL, RDF, RDFS, XSD
from zhiyin.turtle import statements

_QUDT_UNIT = "http://qudt.org/schema/qudt/hasUnit"
SUBJECT = str(ZY.Subject)


@dataclass(frozen=True, slots=True)
class Term:
    """One term that a self-description may use; what does not apply to its kind is empty."""

    iri: str
    kind: str  # class, datatype, object or individual
    label: Message
    comment: Message
    domains: tuple[str, ...] = ()
    range: str = ""
    functional: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    types: tuple[str, ...] = ()
    practice_of: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    replaced_by: str = ""
    source: str = ""

    @property
    def local(self) -> str:
        """The part of the IRI after the last ``#`` or ``/``: the key in JSON and the spreadsheet."""
        return self.iri.replace("#", "/").rpartition("/")[2]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Every term by IRI, with the look-ups that checks, templates and forms share."""

    terms: Mapping[str, Term]
    superclasses: Mapping[str, frozenset[str]]
    units: Mapping[str, Message]
    """What people call a unit, by its IRI."""
    titles: Mapping[str, Message]
    """What each file of the vocabulary is about, by its name: the source of its terms."""

    @cached_property
    def _individuals(self) -> Mapping[str, list[Term]]:
        found: dict[str, list[Term]] = defaultdict(list)
        for term in self.terms.values():
            if term.kind == "individual":
                own = set(term.types)
                for cls in own.union(*(self.superclasses.get(c, frozenset()) for c in own)):
                    found[cls].append(term)
        return dict(found)

    @cached_property
    def _enumerations(self) -> frozenset[str]:
        return frozenset(cls for cls in self._individuals if not self.properties_of(cls))

    @cached_property
    def _values(self) -> Mapping[str, frozenset[str]]:
        return {cls: frozenset(t.iri for t in terms) for cls, terms in self._individuals.items()}

    @cached_property
    def _of_range(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for iri, term in self.terms.items():
            found[term.range].add(iri)
        return {range_: frozenset(iris) for range_, iris in found.items()}

    def of_range(self, datatype: str) -> frozenset[str]:
        """Return the IRIs of the properties whose values are of ``datatype``."""
        return self._of_range.get(datatype, frozenset())

    def with_tiers(self, tiers: int) -> Vocabulary:
        """Return the vocabulary in which a company may claim one of so many tiers."""
        claimed = self.terms[str(ZY.claimedTier)]
        if claimed.maximum == tiers:
            return self
        return replace(self, terms={**self.terms, claimed.iri: replace(claimed, maximum=Decimal(tiers))})

    def properties(self) -> list[Term]:
        """Return the properties, in the order of their files."""
        return [t for t in self.terms.values() if t.kind in ("datatype", "object")]

    def properties_of(self, cls: str) -> list[Term]:
        """Return the properties that nodes of ``cls`` (or of a super-class of it) may carry."""
        classes = {cls} | self.superclasses.get(cls, frozenset())
        return [t for t in self.properties() if classes & set(t.domains)]

    def individuals_of(self, cls: str) -> list[Term]:
        """Return the named individuals of ``cls`` or of a sub-class, in the order of their files."""
        return list(self._individuals.get(cls, ()))

    def values_of(self, cls: str) -> frozenset[str]:
        """Return the IRIs of the named individuals of ``cls`` or of a sub-class."""
        return self._values.get(cls, frozenset())

    def is_enumeration(self, cls: str) -> bool:
        """Return whether values of ``cls`` are only the individuals that the vocabulary declares."""
        return cls in self._enumerations

    @cached_property
    def holding(self) -> frozenset[str]:
        """The properties by which one node holds another as a thing of a class; values of an enumeration are no things."""
        return frozenset(
            t.iri
            for t in self.terms.values()
            if t.kind == "object" and t.range in self.terms and not self.is_enumeration(t.range)
        )

    def nearest(self, iri: str) -> Term | None:
        """Return the known term whose local name is most like that of ``iri``, if any is alike at all."""
        from rapidfuzz import process

        names = {t.local: t for t in self.terms.values()}
        local = iri.replace("#", "/").rpartition("/")[2]
        match = process.extractOne(local, list(names), score_cutoff=60)
        return None if match is None else names[match[0]]


def read_vocabulary() -> Vocabulary:
    """Return the company vocabulary as the files of the project state it."""
    about: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = defaultdict(lambda: defaultdict(list))
    home: dict[str, str] = {}
    titles: dict[str, dict[str, str]] = defaultdict(dict)
    for file in resources.turtle_files("ontology/company"):
        for quad in statements(file):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                about[quad.subject.value][quad.predicate.value].append(quad.object)
                home.setdefault(quad.subject.value, file.stem)
                if quad.predicate.value == DCTERMS + "title" and isinstance(quad.object, ox.Literal):
                    title = quad.object.value.removeprefix("公司自述：").removeprefix("Self-description: ")
                    titles[file.stem][quad.object.language or "zh"] = title
    parents = {
        iri: {o.value for o in facts.get(RDFS + "subClassOf", []) if isinstance(o, ox.NamedNode)}
        for iri, facts in about.items()
    }
    terms = {iri: term for iri, facts in about.items() if (term := _term(iri, facts, home[iri])) is not None}
    return Vocabulary(
        terms,
        {iri: frozenset(_closure(iri, parents)) for iri in parents},
        _unit_names(),
        {name: Message(by.get("zh", name), by.get("en", name)) for name, by in titles.items()},
    )


def _unit_names() -> Mapping[str, Message]:
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in statements(*(resources.path(f"ontology/{name}.ttl") for name in ("units", "thresholds"))):
        if quad.predicate.value == RDFS + "label" and isinstance(quad.object, ox.Literal):
            names[getattr(quad.subject, "value", "")][quad.object.language or ""] = quad.object.value
    return {iri: Message(by["zh"], by["en"]) for iri, by in names.items() if {"zh", "en"} <= set(by)}


def _closure(iri: str, parents: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    stack = list(parents.get(iri, ()))
    while stack:
        parent = stack.pop()
        if parent not in found:
            found.add(parent)
            stack += parents.get(parent, ())
    return found


def _term(iri: str, facts: Mapping[str, list[ox.NamedNode | ox.Literal]], source: str) -> Term | None:
    types = {o.value for o in facts.get(RDF + "type", [])}
    included = [o.value for o in facts.get(str(ZY.rangeIncludes), [])]
    if OWL + "Ontology" in types or (OWL + "AnnotationProperty" in types and not included):
        return None
    # A property that others define, such as dcterms:title, is declared anew for no one: its range is only included.
    kind = "individual" if not included else "datatype" if included[0].startswith(XSD) else "object"
    for owl, name in (("Class", "class"), ("DatatypeProperty", "datatype"), ("ObjectProperty", "object")):
        if OWL + owl in types:
            kind = name

    def values(predicate: str) -> list[str]:
        return [o.value for o in facts.get(predicate, [])]

    def one(predicate: str) -> str:
        return next(iter(values(predicate)), "")

    def number(predicate: str) -> Decimal | None:
        text = one(predicate)
        return Decimal(text) if text else None

    def texts(predicate: str) -> Message:
        by = {o.language: o.value for o in facts.get(predicate, []) if isinstance(o, ox.Literal)}
        return Message(by.get("zh", ""), by.get("en", ""))

    return Term(
        iri=iri,
        kind=kind,
        label=texts(RDFS + "label"),
        comment=texts(RDFS + "comment"),
        domains=tuple(values(str(ZY.domainIncludes))),
        range=one(RDFS + "range") or next(iter(included), ""),
        functional=OWL + "FunctionalProperty" in types or one(str(ZY.singleValued)) == "true",
        minimum=number(str(ZY.minimumValue)),
        maximum=number(str(ZY.maximumValue)),
        unit=one(_QUDT_UNIT),
        types=tuple(t for t in types if not t.startswith(OWL)),
        practice_of=tuple(values(str(ZY.practiceOf))),
        needed_by=tuple(sorted((v.removeprefix(str(CLAUSE)) for v in values(str(ZY.neededBy))), key=number_key)),
        replaced_by=one(DCTERMS + "isReplacedBy"),
        source=source,
    )
