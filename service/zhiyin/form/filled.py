"""The triples of one company in, what the cells of its form hold out: rows of things, documents and statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import COMPANY, Form, Sheet
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, TYPE, XSD

_EVIDENCE = {
    "title": DCTERMS + "title",
    "identifier": DCTERMS + "identifier",
    "issued": DCTERMS + "issued",
    "responsibleRole": str(ZY.responsibleRole),
    "sha256": str(ZY.sha256),
}
_HELD = {str(ZY[name]) for name in ("attestation", "activity", "retention", "listsAll", "name")}
"""Properties that a form tells by its sheets and rows."""
_DESCRIBED = {str(ZY[name]) for name in ("SelfDescription", "Attestation", "Activity", "Retention", "Evidence")}
"""Classes whose properties every form has a place for, or none."""
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ThingRow:
    """One row of a sheet of things: the things it speaks of by name (none: by its id), their owners, its cells."""

    names: tuple[str, ...]
    owners: tuple[str, ...]
    cells: Cells
    of_all: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One evidence document; what is not stated is None."""

    title: Any = None
    identifier: Any = None
    issued: Any = None
    responsibleRole: Any = None  # noqa: N815 - named as the vocabulary names it
    sha256: Any = None


@dataclass(slots=True)
class StatementRow:
    """One row of practices, tasks or records: whom it is about, and its cells by name."""

    subject: str
    term: Term
    cells: dict[str, Any] = field(default_factory=dict)


class Filled:
    """The values of a submission, looked up the way the sheets need them."""

    def __init__(self, chosen: Form, triples: Iterable[ox.Triple]) -> None:
        self._form = chosen
        self._facts: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            self._facts[str(triple.subject)][triple.predicate.value].append(triple.object)
        self.description = self._first_of(str(ZY.SelfDescription))
        linked = self._facts.get(self.description or "", {}).get(str(ZY.describes), [])
        self.company = str(linked[0]) if linked else None
        self.labels: dict[str, str] = {}
        self._things: dict[str, dict[str, list[str]]] = {}
        owners = {COMPANY: [self.company] if self.company else []}
        for sheet in chosen.sheets:
            things: dict[str, list[str]] = {}
            for owner in owners.get(sheet.owner, []):
                for thing in self._facts.get(owner, {}).get(sheet.link.iri, []):
                    things.setdefault(str(thing), []).append(owner)
            self._things[sheet.cls.iri] = things
            owners[sheet.cls.iri] = list(things)
        for sheet in chosen.sheets:
            self._label(sheet)
        self.rows = {sheet.cls.iri: self._rows(sheet) for sheet in chosen.sheets}
        self.documents = self._documents()
        self._numbers = {document: count for count, document in enumerate(self.documents, 1)}

    def _first_of(self, cls: str) -> str | None:
        return next(
            (s for s, said in self._facts.items() if any(getattr(o, "value", "") == cls for o in said.get(TYPE, []))),
            None,
        )

    def left_out(self) -> dict[Term, int]:
        """Return what is stated and has no place in this form (only another tier asks for it), with how often."""
        chosen, known = self._form, self._form.vocabulary.terms
        statements = (*chosen.practices, *chosen.prohibitions, *chosen.tasks, *chosen.records)
        asked = {t.iri for t in (*chosen.company, *statements)} | {s.link.iri for s in chosen.sheets}
        asked |= {t.iri for s in chosen.sheets for t in s.columns} | _HELD
        found: dict[str, int] = defaultdict(int)
        for said in self._facts.values():
            for predicate, values in said.items():
                if predicate == str(ZY.about):
                    for value in values:
                        found[getattr(value, "value", "")] += 1
                elif predicate in known and _DESCRIBED.isdisjoint(known[predicate].domains):
                    found[predicate] += len(values)
        return {known[iri]: count for iri, count in found.items() if iri in known and iri not in asked}

    def values(self, node: str | None, predicate: str) -> list[Any]:
        """Return the values of ``predicate`` at ``node``."""
        said = self._facts.get(node or "")
        return said.get(predicate, []) if said else []

    def cell(self, node: str | None, term: Term) -> Any:  # noqa: ANN401 - a cell holds any of Excel's types
        """Return what the cell of ``term`` holds for ``node``."""
        shown = [self._shown(value) for value in self.values(node, term.iri)]
        if not shown:
            return None
        return shown[0] if len(shown) == 1 else layout.SEPARATOR.join(str(s) for s in shown)

    def lists_all(self, node: str | None, link: str) -> bool:
        """Return whether ``node`` says that it lists everything of ``link``."""
        return any(getattr(v, "value", "") == link for v in self.values(node, str(ZY.listsAll)))

    def list_is_complete(self, sheet: Sheet) -> bool:
        """Return whether the list of ``sheet`` is stated complete, by the company or by every owner of it."""
        if self.lists_all(self.company, sheet.link.iri):
            return True
        owners = list(self._things.get(sheet.owner, {}))
        return bool(owners) and all(self.lists_all(owner, sheet.link.iri) for owner in owners)

    def _shown(self, value: Any) -> Any:  # noqa: ANN401
        if isinstance(value, ox.Literal):
            return plain(value)
        if str(value) in self.labels:
            return self.labels[str(value)]
        known = self._form.vocabulary.terms.get(getattr(value, "value", ""))
        return known.label.zh if known is not None else getattr(value, "value", str(value))

    def _label(self, sheet: Sheet) -> None:
        """Give each thing of ``sheet`` what the form calls it: its name, or its id where names are missing or shared."""
        things = self._things[sheet.cls.iri]
        names = {thing: self._name(thing) for thing in things}
        unique = len(set(names.values()) - {""}) == len(things)
        for count, thing in enumerate(things, 1):
            self.labels[thing] = names[thing] if unique else layout.thing_id(sheet, count)

    def _rows(self, sheet: Sheet) -> list[ThingRow]:
        """Return the rows of ``sheet``: things that are equal but for their names share one, what all share another."""
        things = self._things[sheet.cls.iri]
        columns = [c for c in layout.columns(self._form, sheet) if c.key not in ("id", layout.STATE_KEY, "owner")]
        named = any(c.key == "name" for c in columns)
        names = {thing: self._name(thing) for thing in things} if named else {}
        apart = named and any(self.labels[thing] != names[thing] for thing in things)
        owned = layout.has_owner_column(sheet)
        merged: dict[tuple[Any, ...], list[tuple[str, tuple[str, ...], dict[str, Any]]]] = {}
        for thing, owners in things.items():
            cells = self._cells(sheet, thing, columns)
            own = tuple(self.labels.get(owner, layout.COMPANY_ITSELF) for owner in owners) if owned else ()
            alike: tuple[Any, ...] = ("alone", thing)
            if named and not apart and not layout.is_side_by_side(sheet):
                alike = ("named", own, tuple(cells.items()))
            elif not named and owned and len(own) == 1:
                alike = ("owned", tuple(cells.items()))
                while any(own == told for _, told, _ in merged.get(alike, ())):
                    alike = (*alike, "again")
            merged.setdefault(alike, []).append((names.get(thing, ""), own, cells))
        rows = [
            ThingRow(
                tuple(name for name, _, _ in members if name),
                tuple(dict.fromkeys(owner for _, own, _ in members for owner in own)),
                members[0][2],
            )
            for members in merged.values()
        ]
        return self._with_shared(sheet, rows)

    def _with_shared(self, sheet: Sheet, rows: list[ThingRow]) -> list[ThingRow]:
        """Return the rows with what all of them say told once, in a row of its own, where that saves typing."""
        if len(rows) < 2 or any(not row.names for row in rows):
            return rows
        shared = {key: value for key, value in rows[0].cells.items() if all(r.cells.get(key) == value for r in rows)}
        if len(shared) * (len(rows) - 1) < 2:
            return rows
        kept = [
            ThingRow(r.names, r.owners, {key: value for key, value in r.cells.items() if key not in shared})
            for r in rows
        ]
        return [*kept, ThingRow((), (), shared, of_all=True)]

    def _cells(self, sheet: Sheet, thing: str, columns: Sequence[layout.Column]) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        lists = dict(layout.nested_lists(self._form, sheet))
        for column in columns:
            if column.key in lists:
                inner = lists[column.key]
                told = self.lists_all(thing, inner.link.iri) and not self.list_is_complete(inner)
                value = layout.YES if told else None
            else:
                value = self.cell(thing, column.term) if column.term and column.key != "name" else None
            if value is not None:
                cells[column.key] = value
        return cells

    def _name(self, thing: str) -> str:
        said = self.values(thing, str(ZY.name))
        text = str(plain(said[0])).strip() if said else ""
        return text.replace("；", "，").replace(";", ",")

    # --- documents and statements -------------------------------------------------------------------------------

    def _subjects(self) -> list[tuple[str, str]]:
        return ([(self.company, COMPANY)] if self.company else []) + [
            (thing, cls) for cls, things in self._things.items() for thing in things
        ]

    def _said(self, link: str, about: Term) -> list[tuple[str, str, str]]:
        """Return the statements about ``about``: their subject, its class and the statement's node."""
        return [
            (node, cls, str(statement))
            for node, cls in self._subjects()
            for statement in self.values(node, link)
            if any(getattr(v, "value", "") == about.iri for v in self.values(str(statement), str(ZY.about)))
        ]

    def _document(self, node: str) -> Document:
        said = {key: self.values(node, predicate) for key, predicate in _EVIDENCE.items()}
        return Document(**{key: plain(values[0]) for key, values in said.items() if values})

    def _documents(self) -> list[Document]:
        """Return every document once, those of one role and date together: what is the same is then typed once."""
        found: dict[Document, None] = {}
        for term in (*self._form.practices, *self._form.prohibitions):
            for _, _, statement in self._said(str(ZY.attestation), term):
                for evidence in self.values(statement, str(ZY.evidence)):
                    found.setdefault(self._document(str(evidence)), None)
        return sorted(found, key=lambda d: (str(d.responsibleRole or ""), str(d.issued or ""), str(d.identifier or "")))

    def practices(self, terms: Sequence[Term]) -> list[StatementRow]:
        """Return the rows of practices, a row for the subjects of which the same is said."""

        def cells(statement: str) -> dict[str, Any]:
            holds = self.values(statement, str(ZY.holds))
            numbers = sorted({self._numbers[self._document(str(e))] for e in self.values(statement, str(ZY.evidence))})
            exceptions = self.values(statement, str(ZY.exception))
            said: dict[str, Any] = {}
            if numbers:
                said["number"] = numbers[0]
            if numbers[1:]:
                said["other"] = layout.SEPARATOR.join(map(str, numbers[1:])) if numbers[2:] else numbers[1]
            if holds and not (numbers and plain(holds[0]) == layout.YES and not self._forbidden(statement)):
                said["holds"] = plain(holds[0])
            if exceptions:
                said["exception"] = layout.SEPARATOR.join(str(plain(e)) for e in exceptions)
            return said

        return [row for term in terms for row in self._statement_rows(str(ZY.attestation), term, cells)]

    def _forbidden(self, statement: str) -> bool:
        about = self.values(statement, str(ZY.about))
        known = self._form.vocabulary.terms.get(getattr(about[0], "value", "")) if about else None
        return known is not None and str(ZY.ProhibitedPractice) in known.types

    def tasks(self, terms: Sequence[Term]) -> list[StatementRow]:
        """Return the rows of recurring tasks."""

        def cells(statement: str) -> dict[str, Any]:
            latest = sorted(self.values(statement, str(ZY.lastConductedOn)), key=lambda v: str(v.value))
            days = self.values(statement, str(ZY.statedIntervalDays))
            holds = self.values(statement, str(ZY.holds))
            said = {
                "last": plain(latest[-1]) if latest else None,
                "interval": plain(days[0]) if days else None,
                "holds": plain(holds[0]) if holds else None,
            }
            return {key: value for key, value in said.items() if value is not None}

        return [row for term in terms for row in self._statement_rows(str(ZY.activity), term, cells)]

    def records(self, terms: Sequence[Term]) -> list[StatementRow]:
        """Return the rows of record kinds."""

        def cells(statement: str) -> dict[str, Any]:
            units = zip(("periodYears", "periodMonths", "periodDays"), ("年", "月", "天"), strict=True)
            for key, unit in units:
                if said := self.values(statement, str(ZY[key])):
                    count = plain(said[0])
                    if unit == "年" and count == layout.FOREVER_YEARS:
                        return {"unit": layout.FOREVER}
                    return {"period": count, "unit": unit}
            return {}

        return [row for term in terms for row in self._statement_rows(str(ZY.retention), term, cells)]

    def _statement_rows(self, link: str, term: Term, cells: Any) -> list[StatementRow]:  # noqa: ANN401
        alike: dict[tuple[Any, ...], list[str]] = {}
        said = self._said(link, term)
        for node, cls, statement in said:
            alike.setdefault((cls, tuple(cells(statement).items())), []).append(node)
        rows = [StatementRow(self._subject(cls, nodes), term, dict(content)) for (cls, content), nodes in alike.items()]
        return rows or [StatementRow(usual_subject(self._form, term), term)]

    def _subject(self, cls: str, nodes: Sequence[str]) -> str:
        if cls == COMPANY:
            return layout.COMPANY_ITSELF
        sheet = self._form.sheet_of(cls)
        if sheet is not None and set(nodes) == set(self._things[cls]):
            return layout.all_of(sheet)
        return layout.SEPARATOR.join(dict.fromkeys(self.labels[node] for node in nodes))


def usual_subject(chosen: Form, term: Term) -> str:
    """Return whom a statement about ``term`` is usually about: the company, or all things of the class it is said of."""
    if COMPANY in term.practice_of or not term.practice_of:
        return layout.COMPANY_ITSELF
    sheet = chosen.sheet_of(term.practice_of[0])
    return layout.all_of(sheet) if sheet is not None else ""


def plain(value: ox.Literal) -> Any:  # noqa: ANN401
    """Return a literal as the cell value that Excel shows best."""
    kind = value.datatype.value.removeprefix(XSD)
    if kind == "boolean":
        return layout.YES if value.value in ("true", "1") else layout.NO
    if kind == "integer":
        return int(value.value) if len(value.value) <= 15 else value.value
    if kind in ("decimal", "double", "float"):
        number = Decimal(value.value)
        return float(number) if len(number.as_tuple().digits) <= 15 else str(number)
    if kind == "date":
        return date.fromisoformat(value.value[:10])
    return value.value
