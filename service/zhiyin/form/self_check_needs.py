"""A clause's shapes in, the number of facts that it still waits for out, as a formula: what need not be told is not missed.

A cell may stay empty where the clause does not bind the thing of its row (a branch without on-site trading), where another
fact is enough (a firewall, or other protection with reasons), and where no shape waits for it. What no formula stands for is
counted by its cells, so that a clause is rather called lacking than complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import COMPANY, Form
from zhiyin.form.table_formulas import any_lacks, each_thing, fact_cell, holds_word, is_empty
from zhiyin.form.workbook_map import FormMap, Spot, Table
from zhiyin.law.constraints import OF_PRACTICES, OF_RECORDS, OF_TASKS, Constraint
from zhiyin.law.outcome import Outcome, Role
from zhiyin.law.shapes import Shape
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import SH
from zhiyin.turtle import list_items

_STATED = (layout.PRACTICES, layout.TASKS, layout.RECORDS)
_STATEMENTS = (*OF_PRACTICES, *OF_TASKS, *OF_RECORDS)
_NAMED = re.compile(r"\bzy:(\w+)")
_SILENT = {SH + name for name in ("name", "message", "severity", "targetClass", "order", "group", "description")}
_LISTS_ALL = str(ZY.listsAll)
_FURTHER = {
    str(ZY.isolationArgument): (str(ZY.isolationMeans), str(ZY.EquivalentMeasure)),
    str(ZY.hostMaintainsInfrastructure): (str(ZY.isHosted), "true"),
    str(ZY.hasCustomerConsent): (str(ZY.recipientKind), str(ZY.ThirdParty)),
    str(ZY.hasCompanyApproval): (str(ZY.recipientKind), str(ZY.ThirdParty)),
}
"""What says more of another fact, to the value of that fact which it is asked for with."""
_MOST = 7_000
"""Characters of a formula: a spreadsheet takes 8,192."""


class _Untold(Exception):
    """A shape that no formula of ours stands for."""


class Needs:
    """What the clauses of a form wait for, as formulas over its cells."""

    def __init__(self, form: Form, where: FormMap) -> None:
        self._form, self._where = form, where
        self._shapes: dict[str, list[Shape]] = {}
        for shape in form.rules.shapes.of_tier(form.tier).values():
            for number in shape.enforces:
                self._shapes.setdefault(number, []).append(shape)

    def lacking(self, number: str) -> str | int:
        """Return how many of the facts that a clause needs are not there."""
        spots = list(dict.fromkeys(self._where.cited.get(number, [])))
        shapes = self._shapes.get(number, [])
        gates = self._gates(shapes)
        terms = [self._of_state(spot) for spot in spots if spot.sheet in _STATED]
        asked: set[str] | None = set()
        for shape in shapes:
            if shape.outcome is not Outcome.UNDECLARED or not _STATEMENTS_OF.isdisjoint(shape.parameters):
                continue
            try:
                terms.append(self._of_shape(shape, gates))
            except _Untold:
                named = self._named(shape)
                asked = None if named is None or asked is None else asked | named
        terms += [term for spot in spots if spot.sheet not in _STATED for term in self._of_cells(spot, asked, gates)]
        formula = "=0+" + "+".join(dict.fromkeys(terms)) if terms else ""  # one comparison alone would be TRUE or FALSE
        if not terms:
            return 0
        return formula if len(formula) < _MOST else self._by_cells(spots)

    def _by_cells(self, spots: Sequence[Spot]) -> str:
        terms = [self._of_state(spot) for spot in spots if spot.sheet in _STATED]
        return "=0+" + "+".join(
            [*terms, *(t for s in spots if s.sheet not in _STATED for t in self._of_cells(s, None, {}))]
        )

    @staticmethod
    def _of_state(spot: Spot) -> str:
        cell = f"'{spot.sheet}'!{spot.state}"
        return f'(LEFT({cell},1)="{states.MISSING}")+({cell}="文件不全")'

    def _of_cells(self, spot: Spot, asked: set[str] | None, gates: dict[str, str]) -> Iterator[str]:
        """Yield the cells of one fact among those ``asked`` for (None: any) that are empty though their row needs them."""
        for iri, found in self._where.facts.items():
            if found == spot and (asked is None or iri in asked):
                yield self._of_state(spot)
        for (cls, iri), found in self._where.columns.items():
            table = self._where.tables[cls]
            if found != spot or (asked is not None and iri not in asked):
                continue
            empty = is_empty(table, _local(iri))
            if iri in _FURTHER:
                other, value = _FURTHER[iri]
                if _local(other) in table.ranges:
                    empty += f"*(1-{self._ruled_out(table, other, value)})"
            yield any_lacks(table, empty, gates.get(cls, ""))

    def _named(self, shape: Shape) -> set[str] | None:
        """Return the terms of which the query of a shape speaks; None where it has none."""
        node = dict(self._form.rules.shapes.statements[ox.NamedNode(shape.iri)]).get(SH + "sparql")
        if not isinstance(node, ox.BlankNode):
            return None
        text = getattr(dict(self._form.rules.shapes.statements[node]).get(SH + "select"), "value", "")
        return {str(ZY[name]) for name in _NAMED.findall(text)}

    def _gates(self, shapes: Iterable[Shape]) -> dict[str, str]:
        """Return class to what is 1 at each thing that the clause does not bind."""
        found: dict[str, list[str]] = {}
        for shape in shapes:
            if shape.role is not Role.CONDITION or shape.outcome is not Outcome.NOT_APPLICABLE:
                continue
            cls = _target(shape)
            table = self._where.tables.get(cls)
            if table is None:
                continue
            node = ox.NamedNode(shape.iri)
            try:
                known = [self._known(table, path) for path in sorted(self._paths(node))]
                found.setdefault(cls, []).append("*".join([f"(1-{self._holds(node, table)})", *known]))
            except _Untold:
                continue
        return {cls: f"(({'+'.join(each)})>0)" for cls, each in found.items()}

    def _of_shape(self, shape: Shape, gates: dict[str, str]) -> str:
        """Return what is 1 where ``shape`` says that something is not stated."""
        if Constraint.LIST_COMPLETE in shape.parameters:
            spot = self._where.lists.get(shape.parameters[Constraint.LIST_COMPLETE])
            if spot is None:
                raise _Untold
            return f'({fact_cell(spot)}<>"{layout.YES}")'
        cls, node = _target(shape), ox.NamedNode(shape.iri)
        if cls == COMPANY:
            return f"(1-{self._told(node)})"
        table = self._where.tables.get(cls)
        if table is None:
            raise _Untold
        return any_lacks(table, f"(1-{self._holds(node, table)})", gates.get(cls, ""))

    # --- what a shape says of one thing, and of the company ------------------------------------------------------

    def _parts(self, node: ox.NamedNode | ox.BlankNode) -> list[tuple[str, object]]:
        found: list[tuple[str, object]] = [
            (predicate.removeprefix(SH), value)
            for predicate, value in self._form.rules.shapes.statements[node]
            if predicate.startswith(SH) and predicate not in _SILENT
        ]
        if not found or {name for name, _ in found} - _KNOWN:
            raise _Untold
        return found

    def _paths(self, node: ox.NamedNode | ox.BlankNode) -> set[str]:
        found: set[str] = set()
        for name, value in self._parts(node):
            if name == "path":
                found.add(str(getattr(value, "value", "")))
            elif name == "property" and isinstance(value, ox.BlankNode | ox.NamedNode):
                found |= self._paths(value)
            elif name == "or":
                found = found.union(*(self._paths(each) for each in self._members(value)))
        return found

    def _members(self, value: object) -> Iterator[ox.NamedNode | ox.BlankNode]:
        for item in list_items(self._form.rules.shapes.statements, value):
            if not isinstance(item, ox.BlankNode | ox.NamedNode):
                raise _Untold
            yield item

    def _holds(self, node: ox.NamedNode | ox.BlankNode, table: Table) -> str:
        """Return what is 1 at each thing that has what a shape asks for."""
        parts = self._parts(node)
        path = next((str(getattr(value, "value", "")) for name, value in parts if name == "path"), "")
        if path and _local(path) not in table.ranges:
            raise _Untold
        found: list[str] = []
        for name, value in parts:
            if name == "property" and isinstance(value, ox.BlankNode | ox.NamedNode):
                found.append(self._holds(value, table))
            elif name == "or":
                found.append(f"(({'+'.join(self._holds(each, table) for each in self._members(value))})>0)")
            elif name == "minCount":
                found.append(f"(1-{is_empty(table, _local(path))})")
            elif name == "maxCount" and getattr(value, "value", "") == "0":
                found.append(is_empty(table, _local(path)))
            elif name == "hasValue":
                found.append(self._has(table, path, str(getattr(value, "value", ""))))
            elif name == "in":
                listed = list_items(self._form.rules.shapes.statements, value)
                words = [self._has(table, path, str(getattr(each, "value", ""))) for each in listed]
                found.append(f"(({'+'.join([is_empty(table, _local(path)), *words])})>0)")
            elif name not in ("path", "maxCount"):
                raise _Untold
        if not found:
            raise _Untold
        return "*".join(found)

    def _term(self, iri: str) -> Term:
        term = self._form.vocabulary.terms.get(iri)
        if term is None or layout.allowed(term, self._form.vocabulary) is None:
            raise _Untold
        return term

    def _has(self, table: Table, iri: str, value: str) -> str:
        """Return what is 1 at each thing whose cell, or that of all, holds ``value``."""
        return holds_word(table, self._term(iri), self._word(iri, value))

    def _word(self, iri: str, value: str) -> str:
        self._term(iri)
        if value in ("true", "false"):
            return layout.YES if value == "true" else layout.NO
        if value not in self._form.vocabulary.terms:
            raise _Untold
        return self._form.vocabulary.terms[value].label.zh

    def _known(self, table: Table, iri: str) -> str:
        """Return what is 1 at each thing whose cell holds one of the form's own words: others only the service reads."""
        term = self._term(iri)
        words = layout.allowed(term, self._form.vocabulary) or ()
        return f"(({'+'.join(holds_word(table, term, word) for word in words)})>0)"

    def _ruled_out(self, table: Table, iri: str, value: str) -> str:
        """Return what is 1 at each thing whose cell holds one of the form's words, and none that means ``value``."""
        return f"{self._known(table, iri)}*(1-{self._has(table, iri, value)})"

    def _told(self, node: ox.NamedNode | ox.BlankNode) -> str:
        """Return what is 1 where the company states what a shape asks for."""
        parts = self._parts(node)
        path = next((str(getattr(value, "value", "")) for name, value in parts if name == "path"), "")
        found: list[str] = []
        for name, value in parts:
            if name == "property" and isinstance(value, ox.BlankNode | ox.NamedNode):
                found.append(self._told(value))
            elif name == "or":
                found.append(f"(({'+'.join(self._told(each) for each in self._members(value))})>0)")
            elif name == "minCount" and path in self._where.facts:
                found.append(f"(LEN(TRIM({fact_cell(self._where.facts[path])}))>0)")
            elif name == "minCount":
                found.append(f"({self._count(path)}>0)")
            elif name == "hasValue" and path == _LISTS_ALL:
                spot = self._where.lists.get(str(getattr(value, "value", "")))
                if spot is None:
                    raise _Untold
                found.append(f'({fact_cell(spot)}="{layout.YES}")')
            elif name == "hasValue" and path in self._where.facts:
                word = self._word(path, str(getattr(value, "value", "")))
                found.append(f'({fact_cell(self._where.facts[path])}="{word}")')
            elif name not in ("path", "maxCount"):
                raise _Untold
        if not found:
            raise _Untold
        return "*".join(found)

    def _count(self, link: str) -> str:
        sheet = next((s for s in self._form.sheets if s.link.iri == link), None)
        table = self._where.tables.get(sheet.cls.iri) if sheet is not None and sheet.owner == COMPANY else None
        if table is None:
            raise _Untold
        return f"SUMPRODUCT({each_thing(table)})"


_KNOWN = {"path", "property", "or", "minCount", "maxCount", "hasValue", "in", "datatype"}
_STATEMENTS_OF = frozenset(str(each) for each in _STATEMENTS)


def _target(shape: Shape) -> str:
    targets = [cls for kind, cls in shape.targets if kind == "targetClass"]
    return targets[0] if len(targets) == 1 == len(shape.targets) else ""


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]
