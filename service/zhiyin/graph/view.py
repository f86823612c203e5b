"""Makes the read model out of the built graph: one pass when the service starts, no query afterwards."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Final

from rdflib import RDFS, SKOS

from zhiyin.catalogue import (
    Catalogue,
    ClauseView,
    ConceptRef,
    ConceptView,
    FamilyView,
    ItemView,
    KindView,
    Label,
    MetricView,
    ReadingView,
    SectionView,
    ThresholdView,
    TierView,
)
from zhiyin.errors import OntologyError, Place
from zhiyin.graph.clauses import CHANGES, MARKS, OBLIGATIONS
from zhiyin.graph.quads import Index
from zhiyin.model import Change, Mark, Obligation, number_key
from zhiyin.namespaces import CONCEPT, FAMILY, NAMES, READING, THRESHOLD, UNIT, ZY, Names, local_name

_OBLIGATIONS: Final = {str(iri): obligation for obligation, iri in OBLIGATIONS.items()}
_MARKS: Final = {str(iri): mark for mark, iri in MARKS.items()}
_CHANGES: Final = {str(iri): change for change, iri in CHANGES.items()}


def read_catalogue(index: Index, names: Names = NAMES) -> Catalogue:
    """Return the read model of one edition; OntologyError where a node lacks what every node of its kind has."""
    return _Reader(index, names).catalogue()


class _Reader:
    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names
        self._labels: dict[str, Label] = {}

    def catalogue(self) -> Catalogue:
        clauses = self._sorted([self._clause(iri) for iri in self._own(ZY.Requirement, self._names.clause)])
        items = [self._item(iri) for kind in ("GeneralProvision", "Definition") for iri in self._direct(kind)]
        items_by_number = {item.number: item for item in sorted(items, key=lambda item: item.order)}
        return Catalogue(
            clauses=clauses,
            items=items_by_number,
            sections=self._sections(clauses),
            tiers=self._tiers(clauses),
            families=self._families(),
            concepts=self._concepts(clauses),
            readings=self._readings(),
            metrics=self._metrics(),
            kinds=self._kinds(),
        )

    def _own(self, kind: str, namespace: str) -> list[str]:
        """Return the things of a class that are this edition's."""
        return [iri for iri in self._index.instances(str(kind)) if iri.startswith(namespace)]

    def _direct(self, kind: str) -> list[str]:
        # A definition is a general provision too, by inference: take each item once.
        found = self._own(ZY[kind], self._names.clause)
        if kind == "GeneralProvision":
            return [iri for iri in found if iri not in set(self._index.instances(str(ZY.Definition)))]
        return found

    @staticmethod
    def _sorted(clauses: list[ClauseView]) -> dict[str, ClauseView]:
        return {clause.number: clause for clause in sorted(clauses, key=lambda clause: clause.order)}

    def _clause(self, iri: str) -> ClauseView:
        index = self._index
        section = local_name(self._link(iri, ZY.section), str(self._names.section))
        change = index.link(iri, str(ZY.change))
        ancestor = index.link(iri, str(ZY.derivedFrom))
        descendant = index.link(iri, str(ZY.leadsTo))
        return ClauseView(
            number=self._text(iri, ZY.number),
            order=int(self._text(iri, ZY.order)),
            tier=int(local_name(self._link(iri, ZY.tier), str(self._names.tier))),
            section=section,
            section_title=self._label(str(self._names.section[section])),
            obligation=_OBLIGATIONS[self._link(iri, ZY.obligation)],
            mark=_MARKS[self._link(iri, ZY.mark)],
            text=self._text(iri, ZY.text),
            family=local_name(self._link(iri, ZY.family), str(FAMILY)),
            change=_CHANGES[change] if change else None,
            ancestor=local_name(ancestor, str(self._names.clause)) if ancestor else None,
            descendant=local_name(descendant, str(self._names.clause)) if descendant else None,
            introduced_in=int(local_name(self._link(iri, ZY.introducedIn), str(self._names.tier))),
            concepts=self._mentioned(iri),
            thresholds=tuple(self._threshold(node) for node in self._threshold_nodes(iri)),
            readings=tuple(local_name(rule, str(READING)) for rule in index.links(iri, str(ZY.touchedBy))),
        )

    def _item(self, iri: str) -> ItemView:
        return ItemView(
            number=self._text(iri, ZY.number),
            order=int(self._text(iri, ZY.order)),
            section=local_name(self._link(iri, ZY.section), str(self._names.section)),
            text=self._text(iri, ZY.text),
            concepts=self._mentioned(iri),
            defines=tuple(local_name(c, str(CONCEPT)) for c in self._index.links(iri, str(ZY.defines))),
        )

    def _mentioned(self, iri: str) -> tuple[ConceptRef, ...]:
        concepts = self._index.links(iri, str(ZY.mentions))
        return tuple(ConceptRef(local_name(c, str(CONCEPT)), self._label(c, SKOS.prefLabel)) for c in concepts)

    def _threshold_nodes(self, clause: str) -> list[str]:
        nodes = self._index.links(clause, str(ZY.hasThreshold))
        return sorted(nodes, key=lambda node: [part.zfill(4) for part in local_name(node, str(THRESHOLD)).split("-")])

    def _threshold(self, iri: str) -> ThresholdView:
        metric, unit = self._link(iri, ZY.metric), self._link(iri, ZY.unit)
        return ThresholdView(
            id=local_name(iri, str(THRESHOLD)),
            metric=metric.rpartition("/")[2],
            metric_label=self._label(metric),
            quantity=self._text(metric, ZY.quantity),
            comparator=self._text(iri, ZY.comparator),
            value=Decimal(self._text(iri, ZY.value)),
            unit=local_name(unit, str(UNIT)) if unit.startswith(str(UNIT)) else local_name(unit, str(ZY)),
            unit_label=self._unit_label(metric, unit),
            condition=self._index.label(iri, str(ZY.condition)),
            implied=self._text(iri, ZY.implied) == "true",
            phrase=self._text(iri, ZY.phrase),
        )

    def _unit_label(self, metric: str, unit: str) -> Label:
        # QUDT counts everything in NUM; a reader counts heads and things apart.
        if unit == str(UNIT.NUM) and self._index.text(metric, str(ZY.quantity)) == "head-count":
            return Label("人", "people")
        return self._label(unit)

    def _sections(self, clauses: dict[str, ClauseView]) -> dict[str, SectionView]:
        index = self._index
        children: defaultdict[str, list[str]] = defaultdict(list)
        rows: list[tuple[int, str, str]] = []
        for iri in self._own(ZY.Section, self._names.section):
            number = self._text(iri, ZY.number)
            rows.append((int(self._text(iri, ZY.order)), iri, number))
            children[number.rpartition(".")[0]].append(number)
        within: defaultdict[str, list[str]] = defaultdict(list)
        for clause in clauses.values():
            parts = clause.section.split(".")
            for depth in range(1, len(parts) + 1):
                within[".".join(parts[:depth])].append(clause.number)
        found = {}
        for _, iri, number in sorted(rows):
            tier = index.link(iri, str(ZY.tier))
            topic = index.link(iri, str(ZY.topic))
            found[number] = SectionView(
                number=number,
                title=self._label(iri),
                tier=int(local_name(tier, str(self._names.tier))) if tier else None,
                parent=number.rpartition(".")[0] or None,
                children=tuple(sorted(children[number], key=number_key)),
                clauses=tuple(within[number]),
                local_number=index.text(topic, str(ZY.localNumber)) if topic else None,
            )
        return found

    def _tiers(self, clauses: dict[str, ClauseView]) -> dict[int, TierView]:
        found = {}
        for iri in self._own(ZY.Tier, self._names.tier):
            level = int(self._text(iri, ZY.level))
            own = [clause for clause in clauses.values() if clause.tier == level]
            obligations = Counter(clause.obligation for clause in own)
            marks = Counter(clause.mark for clause in own)
            changes = Counter(clause.change for clause in own)
            found[level] = TierView(
                level=level,
                label=self._label(iri),
                chapter=local_name(self._link(iri, ZY.chapter), str(self._names.section)),
                clauses=len(own),
                by_obligation={str(o): obligations[o] for o in Obligation},
                by_mark={str(m): marks[m] for m in Mark},
                by_change={str(c): changes[c] for c in Change} if level > 1 else {},
            )
        return dict(sorted(found.items()))

    def _families(self) -> dict[str, FamilyView]:
        found = {}
        for iri in self._index.instances(str(ZY.RequirementFamily)):
            clauses = [c for c in self._index.links(iri, str(ZY.member)) if c.startswith(self._names.clause)]
            members = [local_name(clause, str(self._names.clause)) for clause in clauses]
            if not members:
                continue
            family = FamilyView(
                id=local_name(iri, str(FAMILY)),
                label=self._label(iri),
                members=tuple(sorted(members, key=number_key)),
                check_kinds=tuple(self._label(kind) for kind in self._index.links(iri, str(ZY.checkKind))),
                everyday=tuple(self._index.texts(iri, str(ZY.everydayLabel))),
            )
            found[family.id] = family
        return found

    def _concepts(self, clauses: dict[str, ClauseView]) -> dict[str, ConceptView]:
        index = self._index
        mentioned: defaultdict[str, list[ClauseView]] = defaultdict(list)
        for clause in clauses.values():
            for concept in clause.concepts:
                mentioned[concept.id].append(clause)
        found = {}
        for iri in index.instances(str(ZY.Concept)):
            concept_id = local_name(iri, str(CONCEPT))
            defined_by = next(
                (c for c in index.links(iri, str(ZY.definedBy)) if c.startswith(self._names.clause)), None
            )
            own = mentioned[concept_id]
            in_clauses = {clause.number for clause in own}
            mentioning = [c for c in index.links(iri, str(ZY.mentionedIn)) if c.startswith(self._names.clause)]
            numbers = {local_name(clause, str(self._names.clause)) for clause in mentioning}
            found[concept_id] = ConceptView(
                id=concept_id,
                label=self._label(iri, SKOS.prefLabel),
                alternatives=tuple(index.texts(iri, str(SKOS.altLabel), "zh")),
                hidden=tuple(index.texts(iri, str(SKOS.hiddenLabel))),
                everyday=tuple(index.texts(iri, str(ZY.everydayLabel))),
                english=tuple(index.texts(iri, str(SKOS.altLabel), "en")),
                definition=index.label(iri, str(SKOS.definition)),
                defined_by=local_name(defined_by, str(self._names.clause)) if defined_by else None,
                broader=self._concept_ids(iri, SKOS.broader, SKOS.narrower),
                narrower=self._concept_ids(iri, SKOS.narrower, SKOS.broader),
                related=self._concept_ids(iri, SKOS.related, SKOS.related),
                clauses=tuple(clause.number for clause in own),
                items=tuple(sorted(numbers - in_clauses, key=number_key)),
                tiers=tuple(sorted({clause.tier for clause in own})),
            )
        return found

    def _concept_ids(self, iri: str, forward: str, backward: str) -> tuple[str, ...]:
        found = set(self._index.links(iri, str(forward))) | set(self._index.sources(iri, str(backward)))
        return tuple(sorted(local_name(concept, str(CONCEPT)) for concept in found if concept.startswith(str(CONCEPT))))

    def _readings(self) -> dict[str, ReadingView]:
        found = {}
        for iri in self._index.instances(str(ZY.ReadingRule)):
            links = self._index.links(iri, str(ZY.touches))
            clauses = [clause for clause in links if clause.startswith(self._names.clause)]
            touched = [local_name(clause, str(self._names.clause)) for clause in clauses]
            reading = ReadingView(
                id=local_name(iri, str(READING)),
                label=self._label(iri),
                text=self._label(iri, ZY.ruleText),
                other=self._index.label(iri, str(ZY.otherReading)),
                touches=tuple(sorted(touched, key=number_key)),
            )
            found[reading.id] = reading
        return found

    def _metrics(self) -> dict[str, MetricView]:
        found = {}
        for iri in sorted(self._index.instances(str(ZY.Metric))):
            metric = iri.rpartition("/")[2]
            asked = tuple(self._index.texts(iri, str(ZY.askedFor)))
            found[metric] = MetricView(metric, self._label(iri), self._text(iri, ZY.quantity), asked)
        return found

    def _kinds(self) -> dict[str, KindView]:
        found = {}
        for sort in (ZY.Obligation, ZY.Mark, ZY.Change):
            for iri in self._index.instances(str(sort)):
                kind = iri.removeprefix(str(ZY))
                found[kind] = KindView(kind, self._label(iri), tuple(self._index.texts(iri, str(ZY.everydayLabel))))
        return dict(sorted(found.items()))

    def _label(self, iri: str, predicate: str = RDFS.label) -> Label:
        key = iri + str(predicate)
        if key not in self._labels:
            label = self._index.label(iri, str(predicate))
            if label is None:
                raise _missing(iri, predicate)
            self._labels[key] = label
        return self._labels[key]

    def _text(self, iri: str, predicate: str) -> str:
        value = self._index.text(iri, str(predicate))
        if value is None:
            raise _missing(iri, predicate)
        return value

    def _link(self, iri: str, predicate: str) -> str:
        value = self._index.link(iri, str(predicate))
        if value is None:
            raise _missing(iri, predicate)
        return value


def _missing(iri: str, predicate: str) -> OntologyError:
    return OntologyError(f"缺少 {predicate}", f"{predicate} is missing", place=Place(node=iri))
