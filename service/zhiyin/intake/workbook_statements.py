"""What the cells of a form come to: triples with their places, and every fault and notice by sheet, cell and label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from zhiyin.errors import Message, Place, TooLarge
from zhiyin.form import workbook_layout as layout
from zhiyin.intake.cell_values import Misread, Read, plain, read_boolean, read_day, read_number, read_text
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.rdf_text import MAX_LITERAL, MAX_TRIPLES
from zhiyin.intake.rows import Row
from zhiyin.intake.workbook_cells import Cell
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD

COMPANY = str(ZY.Company)
_SEPARATORS = re.compile(r"[；;]")
_LOOSE = re.compile(r"[；;、，,/\n]")
_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Thing:
    """A row of a sheet of things: its node, its class and the cell of its id."""

    node: ox.NamedNode
    cls: str
    place: Place
    id: str


@dataclass(frozen=True, slots=True)
class _Reference:
    """A cell that names rows of another sheet, which may not have been read yet."""

    node: ox.NamedNode
    predicate: str
    cell: Cell
    sheet: str
    label: str
    cls: str
    inverse: bool


class Statements:
    """Collects what a form states while its sheets are read one after the other."""

    def __init__(self, source: str, known: Vocabulary, *, from_1904: bool) -> None:
        self.source = source
        self.vocabulary = known
        self.from_1904 = from_1904
        self.company = ox.NamedNode("urn:x-zhiyin:company")
        self.rows: list[Row] = []
        """What is stated: a parser's triples would hold each name anew."""
        self.places: dict[tuple[str, str], Place] = {}
        self.faults: list[Fault] = []
        self.notices: list[Notice] = []
        self.things: dict[str, Thing] = {}
        self.called: dict[str, dict[str, list[ox.NamedNode]]] = {}
        """Class to what its things are called (by name, by id, by the text of the row that names several)."""
        self.unread: set[str] = set()
        """Classes whose sheet could not be read: that an id of theirs is not found is no fault of its own."""
        self._pending: list[_Reference] = []
        self._serial = 0
        self._values: dict[str, Mapping[str, ox.NamedNode]] = {}
        self._names: dict[str, str] = {}
        self._sheet = ""
        self._cells: dict[str | None, Place] = {}
        """The places of the sheet that is read: a cell that speaks of many things is made once."""
        self._last, self._last_name = self.company, self.company.value

    def place(self, sheet: str, cell: str | None = None) -> Place:
        """Return the place of a cell."""
        if sheet != self._sheet:
            self._sheet, self._cells = sheet, {}
        found = self._cells.get(cell)
        if found is None:
            found = self._cells[cell] = Place(source=self.source or None, sheet=sheet, cell=cell)
        return found

    def fault(self, sheet: str, cell: str | None, zh: str, en: str, value: str = "") -> None:
        """Remember a fault."""
        self.faults.append(Fault(Message(zh, en), self.place(sheet, cell), value[:200]))

    def notice(
        self,
        kind: str,
        sheet: str,
        cell: str | None,
        message: Message,
        *,
        found: str = "",
        meant: Message | None = None,
        remedy: Message | None = None,
    ) -> None:
        """Remember a notice."""
        self.notices.append(Notice(kind, message, self.place(sheet, cell), found[:200], meant, remedy))

    def misread(self, sheet: str, cell: Cell, label: str, error: Misread) -> None:
        """Remember that a cell could not be read."""
        self.fault(sheet, cell.name, f"“{label}”{error.message.zh}", f"'{label}' {error.message.en}", cell.text)

    def add(
        self, node: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal, place: Place | None = None
    ) -> None:
        """Add a triple, remembering where its value stands."""
        if len(self.rows) >= MAX_TRIPLES:
            raise TooLarge(
                f"表中的事实超过 {MAX_TRIPLES:,} 项",
                f"the form states more than {MAX_TRIPLES:,} facts",
                place=Place(source=self.source or None),
            )
        if node is not self._last:
            self._last, self._last_name = node, self._kept(node.value)
        target = "" if isinstance(value, ox.Literal) else self._kept(value.value)
        self.rows.append((node, self._last_name, self._kept(predicate), value, target))
        if place is not None:
            self.places[self._last_name, predicate] = place

    def _kept(self, name: str) -> str:
        """Return the one string that stands for a name, which recurs by the hundred."""
        return self._names.setdefault(name, name)

    def new_node(self, kind: str) -> ox.NamedNode:
        """Return a node of its own for a statement that the form gives no id."""
        self._serial += 1
        return self.node(f"{kind}/{self._serial}")

    def node(self, path: str) -> ox.NamedNode:
        """Return the node at ``path`` below the company."""
        return ox.NamedNode(f"{self.company.value}/form/{path}")

    def thing(self, cls: Term, cell: Cell, sheet: str) -> ox.NamedNode | None:
        """Return the node of the row that ``cell`` gives an id; ``None``, with the fault, where the id is taken."""
        key, place = plain(cell.text), self.place(sheet, cell.name)
        taken = self.things.get(key)
        if taken is not None or key == plain(layout.COMPANY_ITSELF):
            where = f"（已用于“{taken.place.sheet}”{taken.place.cell}）" if taken else "（指公司本身）"
            self.fault(
                sheet,
                cell.name,
                f"“{layout.ID_COLUMN}”“{cell.text[:40]}”重复{where}；请改成另一个编号",
                f"the id '{cell.text[:40]}' is used twice; give the row another one",
                cell.text,
            )
            return None
        node = self.node(f"{cls.local}/{quote(cell.text[:200])}")
        self.things[key] = Thing(node, cls.iri, place, cell.text)
        self.places[node.value, ""] = place
        return node

    def is_formula(self, sheet: str, cell: Cell, label: str) -> bool:
        """Return whether a cell is a formula, and remember the fault."""
        if cell.formula:
            self.fault(
                sheet,
                cell.name,
                f"“{label}”的单元格是公式，请改为值（复制后选择性粘贴为数值）",
                f"'{label}' holds a formula; replace it by its value (copy, paste as values)",
            )
        return cell.formula

    def value(self, node: ox.NamedNode, term: Term, sheet: str, cell: Cell, label: str = "") -> None:
        """State the values of ``term`` that ``cell`` holds."""
        label = label or layout.column_title(term, self.vocabulary)
        if self.is_formula(sheet, cell, label):
            return
        if len(cell.text) > MAX_LITERAL:
            self.fault(sheet, cell.name, f"“{label}”的内容过长", f"the text of '{label}' is too long")
            return
        known = self.vocabulary
        try:
            if term.kind == "object" and known.is_enumeration(term.range):
                for value in self._named(term, cell):
                    self.add(node, term.iri, value, self.place(sheet, cell.name))
            elif term.kind == "object":
                self.reference(node, term.iri, sheet, cell, label, term.range)
            else:
                for part in self._parts(term, cell):
                    literal = self.literal(term, part, sheet, label)
                    self.add(node, term.iri, literal, self.place(sheet, cell.name))
        except Misread as error:
            self.misread(sheet, cell, label, error)

    def literal(self, term: Term, cell: Cell, sheet: str, label: str) -> ox.Literal:
        """Return the value of ``cell`` in the datatype of ``term``; Misread where it has none."""
        kind = term.range.removeprefix(XSD)
        if kind == "boolean":
            read = read_boolean(cell)
        elif kind == "date":
            read = read_day(cell, from_1904=self.from_1904)
        elif kind in ("integer", "decimal"):
            read = read_number(cell, layout.unit_of(term, self.vocabulary))
            kind = "decimal"
        else:
            read = read_text(cell, from_1904=self.from_1904)
            kind = "string"
        self.told(read, sheet, cell, label)
        return (
            ox.Literal(read.lexical)
            if kind == "string"
            else ox.Literal(read.lexical, datatype=ox.NamedNode(XSD + kind))
        )

    def told(self, read: Read, sheet: str, cell: Cell, label: str) -> None:
        """Remember what was taken for granted in reading a cell."""
        if read.meant is not None:
            self.notice(
                "read-as-meant",
                sheet,
                cell.name,
                Message(f"“{label}”{read.meant.zh}", f"'{label}': {read.meant.en}"),
                found=cell.text,
                remedy=Message("若不是这个意思，请改写", "write it otherwise where that is not meant"),
            )

    def reference(
        self,
        node: ox.NamedNode,
        predicate: str,
        sheet: str,
        cell: Cell,
        label: str,
        cls: str,
        *,
        inverse: bool = False,
    ) -> None:
        """Remember that ``cell`` names rows of ``cls``; ``inverse`` where they hold ``node`` and not it them."""
        self._pending.append(_Reference(node, predicate, cell, sheet, label, cls, inverse))

    def resolve(self) -> None:
        """State what the cells name, now that every row is known."""
        for each in self._pending:
            for found in self.named_things(each.sheet, each.cell, each.label, frozenset({each.cls})):
                subject, value = (found, each.node) if each.inverse else (each.node, found)
                self.add(subject, each.predicate, value)
                self.places[each.node.value, each.predicate] = self.place(each.sheet, each.cell.name)
        self._pending.clear()

    def named_things(self, sheet: str, cell: Cell, label: str, classes: frozenset[str]) -> list[ox.NamedNode]:
        """Return the rows that a cell names, checked to be of one of ``classes``; what cannot be found is a fault."""
        if self.is_formula(sheet, cell, label):
            return []
        found: list[ox.NamedNode] = []
        text = cell.text if cell.kind != "n" else read_text(cell).lexical
        if together := self._group(text, classes):
            return together
        whole = self.things.get(plain(text))
        parts = [text] if whole is not None else self._split(text) or [text]
        for part in parts:
            if plain(part) == plain(layout.COMPANY_ITSELF):
                node, cls = self.company, COMPANY
            elif group := self._group(part, classes):
                found += group
                continue
            elif other := next((c for c, called in self.called.items() if plain(part) in called), None):
                node, cls = self.called[other][plain(part)][0], other
            elif (thing := self.things.get(plain(part))) is not None:
                node, cls = thing.node, thing.cls
            elif _ABSOLUTE.match(part) and (named := _iri(part)) is not None:
                found.append(named)
                continue
            elif self.unread and (not classes or classes & self.unread):
                continue
            else:
                self.fault(
                    sheet,
                    cell.name,
                    f"“{label}”没有“{part[:40]}”；请填{self._sheet_words(classes)}表中的名称或编号",
                    f"'{label}': nothing is called '{part[:40]}'",
                    part,
                )
                continue
            known = self.vocabulary
            if classes and not classes & ({cls} | known.superclasses.get(cls, frozenset())):
                self.fault(
                    sheet,
                    cell.name,
                    f"“{label}”须是{self._sheet_words(classes)}，“{part[:40]}”却是{known.terms[cls].label.zh}",
                    f"'{label}' must name one of {self._class_words(classes)}, '{part[:40]}' is of another kind",
                    part,
                )
                continue
            found.append(node)
        return list(dict.fromkeys(found))

    def call(self, cls: str, words: Iterable[str], node: ox.NamedNode) -> None:
        """Remember what a thing is called."""
        called = self.called.setdefault(cls, {})
        for word in words:
            if plain(word) and node not in called.setdefault(plain(word), []):
                called[plain(word)].append(node)

    def all_of(self, cls: str) -> list[ox.NamedNode]:
        """Return every thing of ``cls`` that has been read."""
        rows = (thing.node for thing in self.things.values() if thing.cls == cls)
        return list(dict.fromkeys([*rows, *(node for nodes in self.called.get(cls, {}).values() for node in nodes)]))

    def _group(self, text: str, classes: frozenset[str]) -> list[ox.NamedNode]:
        """Return the things of ``classes`` that go by ``text``: all of them where it says so."""
        found: list[ox.NamedNode] = []
        for cls in sorted(classes):
            found += self.called.get(cls, {}).get(plain(text), ())
            if plain(text) in (plain(layout.ALL), plain(layout.ALL + self.vocabulary.terms[cls].label.zh)):
                found += self.all_of(cls)
        return list(dict.fromkeys(found))

    def _split(self, text: str) -> list[str]:
        strict = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
        if all(self._is_known(plain(part)) or _ABSOLUTE.match(part) for part in strict):
            return strict
        return [part.strip() for part in _LOOSE.split(text) if part.strip()]

    def _is_known(self, word: str) -> bool:
        return word in self.things or any(word in called for called in self.called.values())

    def _parts(self, term: Term, cell: Cell) -> Sequence[Cell]:
        if term.functional or cell.kind != "s":
            return [cell]
        return [
            Cell(cell.row, cell.column, "s", part.strip(), cell.format)
            for part in _SEPARATORS.split(cell.text)
            if part.strip()
        ] or [cell]

    def _named(self, term: Term, cell: Cell) -> list[ox.NamedNode]:
        """Return the values of an enumeration that a cell names by their labels."""
        values = self._values_of(term.range)
        if cell.kind == "s" and (whole := values.get(plain(cell.text))) is not None:
            return [whole]
        parts = [part for part in _LOOSE.split(cell.text) if part.strip()]
        unknown = [part for part in parts if plain(part) not in values]
        if unknown or not parts or cell.kind != "s" or (term.functional and len(parts) > 1):
            allowed = [t.label for t in self.vocabulary.individuals_of(term.range)]
            raise Misread(
                f"“{cell.text[:40]}”不在可填的值中：{'、'.join(t.zh for t in allowed)}"
                + ("；只能填一个" if term.functional and not unknown else ""),
                f"'{cell.text[:40]}' is not allowed: {', '.join(t.en for t in allowed)}",
            )
        return [values[plain(part)] for part in parts]

    def _values_of(self, cls: str) -> Mapping[str, ox.NamedNode]:
        """Return every name of the values of an enumeration, as they are compared, to the value."""
        if cls not in self._values:
            self._values[cls] = {
                plain(name): ox.NamedNode(individual.iri)
                for individual in self.vocabulary.individuals_of(cls)
                for name in (individual.local, individual.label.en, individual.label.zh)
            }
        return self._values[cls]

    def _sheet_words(self, classes: frozenset[str]) -> str:
        known = self.vocabulary.terms
        return "或".join(f"“{known[cls].label.zh}”" for cls in sorted(classes) if cls in known)

    def _class_words(self, classes: frozenset[str]) -> str:
        known = self.vocabulary.terms
        return ", ".join(known[cls].label.en for cls in sorted(classes) if cls in known)


def boolean(value: bool) -> ox.Literal:
    """Return a literal."""
    return ox.Literal("true" if value else "false", datatype=ox.NamedNode(XSD + "boolean"))


def _iri(text: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None
