"""What a company holds in, the figures and dates that a satisfied clause rests on out, so that someone can take samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.assessment import MIDNIGHT
from zhiyin.validation.facts import Facts

_MOST_FACTS = 5
"""So many facts are told of a clause; the rest are the same statement from other sides."""
_MOST_THINGS = 4
_ABOUT, _LAST, _HOLDS = str(ZY.about), str(ZY.lastConductedOn), str(ZY.holds)
_PERIODS = {str(ZY.periodDays): " 天", str(ZY.periodMonths): " 个月", str(ZY.periodYears): " 年"}
_RANKS = {XSD + kind: rank for rank, kind in enumerate(("decimal", "integer", "dateTime", "date", "boolean", "string"))}
_SPOKEN = {"true": "是", "false": "否"}

Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Grounds:
    """The stated values of one company by property, and the dates and periods by what they are of."""

    def __init__(self, facts: Facts, known: Vocabulary, names: Mapping[str, str]) -> None:
        self._facts, self._known, self._names = facts, known, names
        self._stated = {predicate: rows for predicate, rows in facts.by_predicate.items() if predicate != _ABOUT}
        self._about: dict[str, list[str]] = defaultdict(list)
        for _, node, _, value, target in facts.by_predicate.get(_ABOUT, ()):
            self._about[target or getattr(value, "value", "")].append(node)
        self._told: dict[str, str] = {}
        self._ranks = _Ranks(known)

    def of(self, terms: Iterable[str]) -> tuple[str, ...]:
        """Return in Chinese what is stated of ``terms``, figures and dates first; attested documents are told elsewhere."""
        found: dict[str, None] = {}
        for iri in sorted(self._known.terms.keys() & terms, key=self._ranks.__getitem__):
            text = self._told.get(iri)
            if text is None:
                text = self._told[iri] = self._of_term(self._known.terms[iri])
            if text:
                found[text] = None
                if len(found) == _MOST_FACTS:
                    break
        return tuple(found)

    def _of_term(self, term: Term) -> str:
        things = list(self._values(term)) if term.iri in self._stated else list(self._dates(term))
        return f"{term.label.zh}：{_joined(things)}" if things else ""

    def _values(self, term: Term) -> Iterator[tuple[str, str]]:
        if term.kind == "object" and not self._known.is_enumeration(term.range):
            count = len({str(row[3]) for row in self._stated[term.iri]})
            yield "", f"{count} 项"
            return
        for _, node, _, value, _ in self._stated[term.iri]:
            shown = self._shown(value)
            if shown:
                yield ("" if node == self._facts.company else self._names.get(node, "")), shown

    def _dates(self, term: Term) -> Iterator[tuple[str, str]]:
        """Yield when a recurring task was last done, how long a record is kept, and that a practice is denied."""
        for node in self._about.get(term.iri, ()):
            for predicate, value in self._facts.outgoing.get(node, ()):
                if predicate == _LAST or (predicate == _HOLDS and getattr(value, "value", "") == "false"):
                    yield "", self._shown(value)
                elif predicate in _PERIODS:
                    yield "", self._shown(value) + _PERIODS[predicate]

    def _shown(self, value: Value) -> str:
        if isinstance(value, ox.Literal):
            text = value.value.removesuffix(MIDNIGHT)
            if "." in text and value.datatype.value == XSD + "decimal":
                text = text.rstrip("0").rstrip(".")
            return _SPOKEN.get(text, text)[:60]
        term = self._known.terms.get(getattr(value, "value", ""))
        return "" if term is None else term.label.zh


class _Ranks(dict[str, tuple[int, str]]):
    """Where the terms stand among those of a clause: a clause names a dozen, hundreds of clauses the same ones."""

    def __init__(self, known: Vocabulary) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, iri: str) -> tuple[int, str]:
        rank = self[iri] = _RANKS.get(self._known.terms[iri].range, len(_RANKS)), iri
        return rank


def _joined(things: list[tuple[str, str]]) -> str:
    """Return the values with the names of their things, once where all are alike."""
    values = list(dict.fromkeys(value for _, value in things))
    if len(values) == 1:
        return values[0] if len(things) == 1 else f"{len(things)} 项均为 {values[0]}"
    shown = "、".join(f"{name}：{value}" if name else value for name, value in things[:_MOST_THINGS])
    return shown + (f"等 {len(things)} 项" if len(things) > _MOST_THINGS else "")
