"""A company's facts in, each general denial beside a stated particular that it would deny out.

``hasGenerator false`` beside the hours that the generator runs, no online trading beside three links: the denial does
not override the particular. Each is a contradiction that is read both ways.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.namespaces import BASE, ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, all_shown, named, shown

By = Mapping[str, Mapping[str, list[ox.Triple]]]
_TRUE = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
_FALSE = "false"
_NOTHING = ("false", "0", "0.0")
_LISTS_ALL = str(ZY.listsAll)


def _terms(*names: str) -> tuple[str, ...]:
    return tuple(str(ZY[name]) for name in names)


_OF_A_ROOM: Sequence[tuple[str, str, tuple[str, ...], str]] = (
    (
        str(ZY.hasGenerator),
        _FALSE,
        _terms("generatorContinuousHours", "generatorSupplyMinutes"),
        "generator-start-test",
    ),
    (str(ZY.upsCount), "0", _terms("hasOnlineUps", "upsMinutes", "upsFullLoadMinutes", "upsUpkeep"), "ups-maintenance"),
    (str(ZY.coolingKind), str(ZY.NoCooling), _terms("coolingUpkeep", "coolingFeedCount"), "cooling-maintenance"),
    (str(ZY.hasFireExtinguishing), _FALSE, _terms("hasAutomaticFireExtinguishing", "extinguishingAgent"), ""),
)
"""What a room is said to lack, the value that says so, what else presupposes it, and the task done on it."""
_CONDITIONS: Sequence[tuple[str, tuple[str, ...]]] = (
    (str(ZY.offersOnlineTrading), _terms("onlineTradingLink")),
    (str(ZY.servesTheInternet), _terms("website", "onlineTradingLink", "offersOnlineTrading")),
    (str(ZY.usesCustomerDataInTests), _terms("usesUnmaskedTestData")),
    (str(ZY.hasDatabaseService), _terms("databaseServer")),
    (str(ZY.sendsTradingDataOverInternet), _terms("onlineTradingLink", "offersOnlineTrading")),
)
"""What a company or website is said not to do, by which clauses would not apply, and what shows that it does."""
_GENERAL = frozenset({general for general, *_ in _OF_A_ROOM} | {condition for condition, _ in _CONDITIONS})
"""The properties by which a node is said to lack something."""
_EVERY: Sequence[tuple[str, str, str]] = (
    ("machineRoom", "hostsCoreSystem", "coreSystem"),
    ("productionNetworkDevice", "connectsToExchange", "exchangeLink"),
)
"""A list, what each thing of it is said not to be, and the list of what one of them must then serve."""


def denials(company: str, by: By) -> Iterator[Contradiction]:
    """Yield the general denials that stand beside a stated particular, each with the ways to read it."""
    for node, said in by.items():
        # Of the hundreds of nodes of a company next to none say any of this; each verdict passes here.
        if _GENERAL.isdisjoint(said):
            continue
        yield from _of_a_room(node, said, by)
        for condition, particulars in _CONDITIONS:
            denied = [t for t in said.get(condition, ()) if shown(t) == _FALSE]
            stated = [t for p in particulars for t in said.get(p, ()) if shown(t) not in _NOTHING]
            if denied and stated:
                yield _beside(node, denied, stated)
    own = by.get(company, {})
    for things, condition, served in _EVERY:
        yield from _of_every(own, str(ZY[things]), str(ZY[condition]), str(ZY[served]), by)
    yield from _of_networks(company, own, by)
    on_site = [
        link
        for link in own.get(str(ZY.branch), ())
        if any(shown(t) == "true" for t in by.get(named(link.object), {}).get(str(ZY.offersOnSiteTrading), ()))
    ]
    yield from _of_none(company, own, str(ZY.exchangeMembership), own.get(str(ZY.exchangeLink), ()))
    yield from _of_none(company, own, str(ZY.businessPlace), on_site)


def _of_a_room(node: str, said: Mapping[str, list[ox.Triple]], by: By) -> Iterator[Contradiction]:
    for general, denial, particulars, task in _OF_A_ROOM:
        denied = [t for t in said.get(general, ()) if shown(t) == denial]
        if not denied:
            continue
        stated = [t for p in particulars for t in said.get(p, ()) if _says_something(t)]
        for activity in said.get(str(ZY.activity), ()) if task else ():
            about = by.get(named(activity.object), {})
            if any(named(t.object) == f"{BASE}id/practice/{task}" for t in about.get(str(ZY.about), ())):
                stated += about.get(str(ZY.lastConductedOn), ())
        if stated:
            ways = (Way(shown(denied[0]), frozenset(stated)), Way(all_shown(stated), frozenset(denied)))
            yield Contradiction(node, general, "", ways, seen_by=frozenset({general}), settles=True)


def _says_something(triple: ox.Triple) -> bool:
    return shown(triple) not in _NOTHING and shown(triple) != str(ZY.NoUpkeep)


def _beside(node: str, denied: Sequence[ox.Triple], stated: Sequence[ox.Triple]) -> Contradiction:
    """Return the contradiction of a condition denied and of what shows that it holds.

    What is stated stands in both ways: only the clauses that ask for the condition depend on which of them counts.
    """
    affirmed = tuple(ox.Triple(t.subject, t.predicate, _TRUE) for t in denied)
    ways = (Way(_FALSE, frozenset()), Way(all_shown(stated), frozenset(denied), affirmed))
    path = denied[0].predicate.value
    return Contradiction(node, path, "", ways, seen_by=frozenset({path, *(t.predicate.value for t in stated)}))


def _of_every(
    own: Mapping[str, list[ox.Triple]], things: str, condition: str, served: str, by: By
) -> Iterator[Contradiction]:
    """Yield where nothing of a complete list is said to serve what is listed: no room hosts a core system."""
    listed = [named(t.object) for t in own.get(things, ())]
    produced = [n for n in listed if not any(shown(t) == _FALSE for t in by.get(n, {}).get(str(ZY.runsProduction), ()))]
    denied = [t for n in produced for t in by.get(n, {}).get(condition, ())]
    complete = any(named(t.object) == things for t in own.get(_LISTS_ALL, ()))
    serving = own.get(served, [])
    if complete and serving and produced and len(denied) == len(produced) and all(shown(t) == _FALSE for t in denied):
        affirmed = tuple(ox.Triple(t.subject, t.predicate, _TRUE) for t in denied)
        ways = (Way(_FALSE, frozenset()), Way(all_shown(serving), frozenset(denied), affirmed))
        yield Contradiction(produced[0], condition, "", ways)


def _of_none(
    company: str, own: Mapping[str, list[ox.Triple]], things: str, presupposing: Sequence[ox.Triple]
) -> Iterator[Contradiction]:
    """Yield where a list is said to be complete and empty beside what presupposes one of it: no exchange, but a link."""
    denied = [t for t in own.get(_LISTS_ALL, ()) if named(t.object) == things]
    if denied and presupposing and not own.get(things):
        ways = (Way("0", frozenset()), Way(all_shown(presupposing), frozenset(denied)))
        seen = frozenset({things, *(t.predicate.value for t in presupposing)})
        yield Contradiction(company, things, "", ways, seen_by=seen)


def _of_networks(company: str, own: Mapping[str, list[ox.Triple]], by: By) -> Iterator[Contradiction]:
    """Yield the networks said to be lacking whose isolation is described."""
    for lacking in own.get(str(ZY.lacksNetwork), ()):
        network = named(lacking.object)
        described = [
            link
            for link in own.get(str(ZY.networkIsolation), ())
            if any(named(t.object) == network for t in by.get(named(link.object), {}).get(str(ZY.between), ()))
        ]
        if described:
            ends = [t for link in described for t in by[named(link.object)].get(str(ZY.between), ())]
            ways = (Way(network, frozenset([*described, *ends])), Way(all_shown(described), frozenset([lacking])))
            path = str(ZY.lacksNetwork)
            yield Contradiction(company, path, "", ways, seen_by=frozenset({path, str(ZY.networkIsolation)}))
