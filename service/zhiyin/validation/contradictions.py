"""A company's facts in, what they say in two ways out: each contradiction with the facts that either way keeps.

A contradiction is read in each of its ways; what a clause then comes to is composed by zhiyin.validation.readings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, all_shown, named, shown
from zhiyin.validation.counts import count_contradictions
from zhiyin.validation.denials import denials
from zhiyin.validation.facts import Facts

_INTEGER = ox.NamedNode(XSD + "integer")
_IDLE = frozenset({"title", "identifier", "responsibleRole", "sha256", "name", "unifiedSocialCreditCode"})
"""Single-valued properties whose several values change no outcome."""
_HOLDS, _ABOUT, _LAST = str(ZY.holds), str(ZY.about), str(ZY.lastConductedOn)
_INTERVAL = str(ZY.statedIntervalDays)
_PERIODS = {str(ZY.periodDays): 1, str(ZY.periodMonths): 1000, str(ZY.periodYears): 12000}
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
    by = _by_node(facts)
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


def _by_node(facts: Facts) -> dict[str, dict[str, list[ox.Triple]]]:
    by: dict[str, dict[str, list[ox.Triple]]] = {}
    for _, node, predicate, _, triple in facts.rows:
        said = by.get(node)
        if said is None:
            said = by[node] = {}
        stated = said.get(predicate)
        if stated is None:
            said[predicate] = [triple]
        else:
            stated.append(triple)
    return by


def contradictions(facts: Facts, vocabulary: Vocabulary) -> list[Contradiction]:
    """Return what the facts say in two ways, in the order of the document."""
    by = _by_node(facts)
    found: list[Contradiction] = []
    for node, said in by.items():
        for predicate, triples in said.items():
            if len(triples) > 1:
                found += _of_one_property(node, predicate, triples, said, vocabulary)
        for link in _STATEMENTS:
            links = said.get(link, ())
            if len(links) > 1 or (links and link != _ATTESTATION):
                found += _of_statements(node, link, links, by)
    counts = count_contradictions(facts.company, by.get(facts.company, {}))
    return [*found, *counts, *_of_the_years(facts, by), *denials(facts.company, by)]


def _of_one_property(
    node: str, predicate: str, triples: Sequence[ox.Triple], said: Mapping[str, object], vocabulary: Vocabulary
) -> Iterator[Contradiction]:
    term = vocabulary.terms.get(predicate)
    if term is None:
        return
    if term.functional and term.local not in _IDLE and predicate not in _PERIODS:
        about = _about(said.get(_ABOUT))
        ways = tuple(Way(shown(t), frozenset(triples) - {t}) for t in sorted(triples, key=str))
        yield Contradiction(node, predicate, about, ways)
    elif (none := _NONE_OF.get(predicate)) is not None:
        denying = [t for t in triples if named(t.object) == none]
        if denying:
            stating = [t for t in triples if t not in denying]
            yield Contradiction(
                node,
                predicate,
                "",
                (Way(all_shown(denying), frozenset(stating)), Way(all_shown(stating), frozenset(denying))),
            )


def _of_statements(
    owner: str, link: str, links: Sequence[ox.Triple], by: Mapping[str, Mapping[str, list[ox.Triple]]]
) -> Iterator[Contradiction]:
    """Yield what several statements of one node say differently of one practice, task or record."""
    of: dict[str, list[str]] = defaultdict(list)
    for triple in links:
        statement = named(triple.object)
        for said_of in by.get(statement, {}).get(_ABOUT, ()):
            of[named(said_of.object)].append(statement)
    for about, statements in of.items():

        def said(predicate: str, among: Sequence[str] = tuple(statements)) -> list[ox.Triple]:
            return [t for s in among for t in by.get(s, {}).get(predicate, ())]

        holds = said(_HOLDS)
        denying = [t for t in holds if shown(t) == "false"]
        if link == _ACTIVITY:
            dates = said(_LAST)
            if denying and dates:
                yield Contradiction(
                    owner,
                    link,
                    about,
                    (Way("false", frozenset(dates)), Way(max(shown(t) for t in dates), frozenset(denying))),
                )
            yield from _of_intervals(owner, link, about, said(_INTERVAL))
        elif link == _ATTESTATION and len(statements) > 1:
            stating = [t for t in holds if t not in denying]
            apart = {t.subject for t in denying}.isdisjoint(t.subject for t in stating)
            if denying and stating and apart:
                yield Contradiction(
                    owner, link, about, (Way("false", frozenset(stating)), Way("true", frozenset(denying)))
                )
        elif link == _RETENTION:
            periods = {p: said(p) for p in _PERIODS}
            lengths = {(p == str(ZY.periodDays), int(shown(t)) * _PERIODS[p]) for p, ts in periods.items() for t in ts}
            every = [t for ts in periods.values() for t in ts]
            if len(lengths) > 1:
                ways = tuple(Way(_period(t), frozenset(every) - {t}) for t in every)
                yield Contradiction(owner, link, about, ways)


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


def _about(triples: object) -> str:
    stated = triples if isinstance(triples, list) else []
    return named(stated[0].object) if stated else ""


def _period(triple: ox.Triple) -> str:
    return f"{shown(triple)} {triple.predicate.value.rpartition('#')[2].removeprefix('period').lower()}"
