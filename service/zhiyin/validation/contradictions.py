"""A company's facts in, what they say in two ways out: each contradiction with the facts that either way keeps.

A contradiction is read in each of its ways; what a clause then comes to is composed by zhiyin.validation.readings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.admissions import EXCEPTION, admitted
from zhiyin.validation.contradiction import Contradiction, Way, all_shown, named, shown
from zhiyin.validation.counts import count_contradictions
from zhiyin.validation.deeds import undone
from zhiyin.validation.denials import denials
from zhiyin.validation.facts import Facts
from zhiyin.validation.said import Said, said_of

_INTEGER = ox.NamedNode(XSD + "integer")
_IDLE = frozenset({"title", "identifier", "responsibleRole", "sha256", "name", "unifiedSocialCreditCode"})
"""Single-valued properties whose several values change no outcome."""
_HOLDS, _ABOUT, _LAST = str(ZY.holds), str(ZY.about), str(ZY.lastConductedOn)
_INTERVAL = str(ZY.statedIntervalDays)
_DAYS = str(ZY.periodDays)
_PERIODS = {_DAYS: 1, str(ZY.periodMonths): 1000, str(ZY.periodYears): 12000}
"""Months and years compare with each other, days with neither. Read with all that is said of the record, not one by one:
two contradictions over the same two values would have a reading in which neither is left."""
_ATTESTATION, _ACTIVITY, _RETENTION = str(ZY.attestation), str(ZY.activity), str(ZY.retention)
_STATEMENTS = (_ATTESTATION, _ACTIVITY, _RETENTION)
_NONE_OF = {str(ZY.isolationMeans): str(ZY.NoIsolation), str(ZY.ddosProtection): str(ZY.NoDdosProtection)}
"""Properties that take several values, and the one that says there is none of them."""
_FISCAL_YEAR, _YEAR = str(ZY.fiscalYear), str(ZY.year)


def one_entry_a_year(facts: Facts) -> Facts:
    """Return the facts with the entries of one fiscal year as one where they agree: said in two places, still one year."""
    if not _a_year_twice(facts):
        return facts
    by = said_of(facts)
    other: dict[str, str] = {}
    for links in _entries(facts, by).values():
        nodes = [named(link.object) for link in links]
        said = [{(p, shown(t)) for p, ts in by[node].items() for t in ts} for node in nodes]
        values: dict[str, set[str]] = defaultdict(set)
        for predicate, value in set().union(*said):
            values[predicate].add(value)
        if len(nodes) > 1 and all(len(v) == 1 for v in values.values()):
            other |= dict.fromkeys(nodes[1:], nodes[0])
    if not other:
        return facts
    dropped = {t for t in facts.triples if named(t.subject) in other or named(t.object) in other}
    added = [
        ox.Triple(ox.NamedNode(other[named(t.subject)]), t.predicate, t.object)
        for t in facts.triples
        if named(t.subject) in other
    ]
    return facts.changed(dropped, added)


def _a_year_twice(facts: Facts) -> bool:
    entries = [named(o) for p, o in facts.outgoing.get(facts.company, ()) if p == _FISCAL_YEAR]
    years = [year for e in entries for year in {str(o) for p, o in facts.outgoing.get(e, ()) if p == _YEAR}]
    return len(set(years)) < len(years)


def contradictions(facts: Facts, vocabulary: Vocabulary) -> list[Contradiction]:
    """Return what the facts say in two ways, in the order of the document."""
    by = said_of(facts)
    found: list[Contradiction] = []
    telling = (*_STATEMENTS, EXCEPTION)
    suspect = _repeating(facts) | {row[1] for predicate in telling for row in facts.by_predicate.get(predicate, ())}
    for node in (node for node in by if node in suspect):
        said = by[node]
        for predicate in said.several():
            found += _of_one_property(node, predicate, said, vocabulary)
        if EXCEPTION in said:
            found += admitted(node, said, vocabulary)
        for link in _STATEMENTS:
            if link in said:
                links = said.texts(link)
                if len(links) > 1 or link != _ATTESTATION:
                    found += _of_statements(node, link, links, by)
    counts = count_contradictions(facts.company, by)
    general = [*denials(facts, by), *undone(facts, by, vocabulary)]
    return [*found, *counts, *_of_the_years(facts, by), *general]


def _repeating(facts: Facts) -> set[str]:
    """Return the nodes of which something is stated more than once."""
    found: set[str] = set()
    for rows in facts.by_predicate.values():
        nodes = [row[1] for row in rows]
        if len(set(nodes)) < len(nodes):
            found |= {node for node, count in Counter(nodes).items() if count > 1}
    return found


def _of_one_property(node: str, predicate: str, said: Said, vocabulary: Vocabulary) -> Iterator[Contradiction]:
    term = vocabulary.terms.get(predicate)
    if term is None:
        return
    if term.functional and term.local not in _IDLE and predicate not in _PERIODS:
        triples = said[predicate]
        ways = tuple(Way(shown(t), frozenset(triples) - {t}) for t in sorted(triples, key=str))
        yield Contradiction(node, predicate, next(iter(said.texts(_ABOUT)), ""), ways)
    elif (none := _NONE_OF.get(predicate)) is not None and none in said.texts(predicate):
        triples = said[predicate]
        denying = [t for t in triples if named(t.object) == none]
        stating = [t for t in triples if t not in denying]
        ways = (Way(all_shown(denying), frozenset(stating)), Way(all_shown(stating), frozenset(denying)))
        yield Contradiction(node, predicate, "", ways)


def _of_statements(owner: str, link: str, links: Sequence[str], by: Mapping[str, Said]) -> Iterator[Contradiction]:
    """Yield what several statements of one node say differently of one practice, task or record."""
    of: dict[str, list[Said]] = defaultdict(list)
    for statement in links:
        if statement in by:
            for about in by[statement].texts(_ABOUT):
                of[about].append(by[statement])
    for about, statements in of.items():
        denied = "false" in _texts(statements, _HOLDS)
        if link == _ACTIVITY:
            if denied and _texts(statements, _LAST):
                denying = [t for t in _stated(statements, _HOLDS) if shown(t) == "false"]
                dates = _stated(statements, _LAST)
                ways = (Way("false", frozenset(dates)), Way(max(shown(t) for t in dates), frozenset(denying)))
                yield Contradiction(owner, link, about, ways)
            if len(set(_texts(statements, _INTERVAL))) > 1:
                yield from _of_intervals(owner, link, about, _stated(statements, _INTERVAL))
        elif link == _ATTESTATION and denied and len(statements) > 1:
            holds = _stated(statements, _HOLDS)
            denying = [t for t in holds if shown(t) == "false"]
            stating = [t for t in holds if t not in denying]
            if stating and {t.subject for t in denying}.isdisjoint(t.subject for t in stating):
                ways = (Way("false", frozenset(stating)), Way("true", frozenset(denying)))
                yield Contradiction(owner, link, about, ways)
        elif link == _RETENTION:
            lengths = {(p == _DAYS, int(text) * _PERIODS[p]) for p in _PERIODS for text in _texts(statements, p)}
            if len(lengths) > 1:
                every = [t for p in _PERIODS for t in _stated(statements, p)]
                periods = tuple(Way(_period(t), frozenset(every) - {t}) for t in every)
                yield Contradiction(owner, link, about, periods)


def _texts(statements: Sequence[Said], predicate: str) -> list[str]:
    return [text for said in statements for text in said.texts(predicate)]


def _stated(statements: Sequence[Said], predicate: str) -> list[ox.Triple]:
    return [triple for said in statements for triple in said.get(predicate, ())]


def _of_intervals(owner: str, link: str, about: str, intervals: Sequence[ox.Triple]) -> Iterator[Contradiction]:
    values = sorted({shown(t) for t in intervals}, key=int)
    if len(values) > 1 and len({t.subject for t in intervals}) == len(intervals):
        ways = tuple(
            Way(
                value,
                frozenset(t for t in intervals if shown(t) != value),
                tuple(ox.Triple(t.subject, t.predicate, ox.Literal(value, datatype=_INTEGER)) for t in intervals),
            )
            for value in values
        )
        yield Contradiction(owner, link, about, ways)


def _of_the_years(facts: Facts, by: Mapping[str, Mapping[str, list[ox.Triple]]]) -> Iterator[Contradiction]:
    """Yield the fiscal years of which two entries state different figures: either entry counts, not a mixture."""
    for year, links in _entries(facts, by).items():
        if len(links) > 1:
            ways = tuple(Way(_figures(by[named(link.object)]), frozenset(links) - {link}) for link in links)
            if len({way.shown for way in ways}) > 1:
                yield Contradiction(facts.company, _FISCAL_YEAR, year, ways)


def _entries(facts: Facts, by: Mapping[str, Mapping[str, list[ox.Triple]]]) -> dict[str, list[ox.Triple]]:
    entries: dict[str, list[ox.Triple]] = defaultdict(list)
    for link in by.get(facts.company, {}).get(_FISCAL_YEAR, ()):
        for year in {shown(t) for t in by.get(named(link.object), {}).get(_YEAR, ())}:
            entries[year].append(link)
    return entries


def _figures(said: Mapping[str, Sequence[ox.Triple]]) -> str:
    return "/".join(shown(t) for p in sorted(said) if p.startswith(str(ZY)) for t in said[p] if p != _YEAR)


def _period(triple: ox.Triple) -> str:
    return f"{shown(triple)} {triple.predicate.value.rpartition('#')[2].removeprefix('period').lower()}"
