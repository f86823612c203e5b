"""A company's facts in, each general denial beside a stated particular that it would deny out.

``hasGenerator false`` beside the hours that the generator runs, no online trading beside three links: the denial does
not override the particular. Each is a contradiction that is read both ways; which facts presuppose what is the table of
zhiyin.validation.presuppositions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, all_shown, named, shown
from zhiyin.validation.facts import Facts
from zhiyin.validation.presuppositions import DENIED, EMPTY, FALSE, LACKING, Presupposition

By = Mapping[str, Mapping[str, list[ox.Triple]]]
_TRUE = ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))
_NOTHING = frozenset({FALSE, "0", "0.0"} | {str(ZY[name]) for name in ("NoUpkeep", "NoCoolingRedundancy")})
"""Values that say that something is not there: no particular."""
_NONE = {XSD + "boolean": FALSE, XSD + "integer": "0"}
_LISTS_ALL, _LACKS, _ISOLATION = str(ZY.listsAll), str(ZY.lacksNetwork), str(ZY.networkIsolation)
_BETWEEN, _ABOUT, _HOLDS = str(ZY.between), str(ZY.about), str(ZY.holds)
_OFFERS, _ONLINE_LINK = str(ZY.offersOnlineTrading), str(ZY.onlineTradingLink)
_RUNS, _MEANS, _ARGUMENT = str(ZY.runsProduction), str(ZY.isolationMeans), str(ZY.isolationArgument)
_STATEMENTS = tuple(str(ZY[name]) for name in ("attestation", "activity", "retention"))
_DONE = tuple(str(ZY[name]) for name in ("lastConductedOn", "periodDays", "periodMonths", "periodYears"))
_ROOM, _CENTRE = str(ZY.machineRoom), str(ZY.disasterRecoveryCentre)
_SUSPECT = frozenset(one.general for one in DENIED) | {_ARGUMENT}
"""The properties by which a node is said to lack something, or to have it otherwise."""
_EVERY: Sequence[tuple[str, str, str]] = (
    ("machineRoom", "hostsCoreSystem", "coreSystem"),
    ("productionNetworkDevice", "connectsToExchange", "exchangeLink"),
)
"""A list, what each thing of it is said not to be, and the list of what one of them must then serve."""


def denials(facts: Facts, by: By) -> Iterator[Contradiction]:
    """Yield the general denials that stand beside a stated particular, each with the ways to read it."""
    company = facts.company
    own = by.get(company, {})
    # Of the hundreds of nodes of a company next to none say any of this; each verdict passes here.
    suspect = {row[1] for predicate in _SUSPECT for row in facts.by_predicate.get(predicate, ())}
    for node in (node for node in by if node in suspect):
        said = by[node]
        if _MEANS in said and _ARGUMENT in said:
            yield from _argued(node, said)
        for one in DENIED:
            denied = [t for t in said.get(one.general, ()) if shown(t) == one.denial]
            stated = _particulars(one, said, own if node == company else {}, by) if denied else []
            if stated:
                yield (_demanded if one.settles else _beside)(node, denied, stated, _asked(one, stated, by), by)
    for things, condition, served in _EVERY:
        yield from _of_every(own, str(ZY[things]), str(ZY[condition]), str(ZY[served]), by)
    yield from _of_itself(company, own, by)
    for one in LACKING:
        lacking = [t for t in own.get(_LACKS, ()) if named(t.object) == one.denial]
        if lacking:
            yield from _of_network(company, lacking, one, own, by)
    for one in EMPTY:
        empty = [t for t in own.get(_LISTS_ALL, ()) if named(t.object) == one.general]
        if empty and not own.get(one.general):
            yield from _of_none(company, empty, one, own, by)


def _particulars(
    one: Presupposition, said: Mapping[str, list[ox.Triple]], own: Mapping[str, list[ox.Triple]], by: By
) -> list[ox.Triple]:
    """Return what is stated that presupposes the contrary of a denial: of the node itself, and of the company's things."""
    stated = [t for p in said if p in one.own for t in said[p] if shown(t) not in _NOTHING]
    for kind in _STATEMENTS:
        for link in said.get(kind, ()):
            statement = by.get(named(link.object), {})
            if any(named(t.object) in one.own for t in statement.get(_ABOUT, ())):
                stated += [t for t in statement.get(_HOLDS, ()) if shown(t) != FALSE]
                stated += [t for p in _DONE for t in statement.get(p, ())]
    for things, said_of in one.elsewhere:
        for link in own.get(things, ()):
            stated += [t for t in by.get(named(link.object), {}).get(said_of, ()) if shown(t) not in _NOTHING]
    for link in own.get(_ISOLATION, ()):
        stated += [t for t in by.get(named(link.object), {}).get(_BETWEEN, ()) if named(t.object) in one.own]
    return stated


def _asked(one: Presupposition, stated: Sequence[ox.Triple], by: By) -> frozenset[str]:
    """Return what the particulars are asked for as, where each is for the clauses that ask for it; else nothing."""
    terms: set[str] = set()
    for triple in stated:
        about = {named(t.object) for t in by.get(named(triple.subject), {}).get(_ABOUT, ())}
        found = one.own & {triple.predicate.value, named(triple.object), *about}
        if not found or found & one.shows:
            return frozenset()
        terms |= found
    return frozenset(terms)


def _shown(node: str, stated: Sequence[ox.Triple], by: By) -> str:
    """Return the particulars as text: values after their property first, then what is true and what there is by name."""
    parts: set[str] = set()
    for triple in stated:
        about = by.get(named(triple.subject), {}).get(_ABOUT, ())
        if about:
            parts.add(named(about[0].object))
        elif shown(triple) == "true":
            parts |= {triple.predicate.value, named(triple.subject)} - {node}
        elif isinstance(triple.object, ox.Literal):
            parts.add(f"{triple.predicate.value}={shown(triple)}")
        else:
            parts.add(f"{triple.predicate.value}={shown(triple)}")
    return "、".join(
        sorted(parts, key=lambda part: ("=" not in part or part.partition("=")[2].startswith(("http", "urn:")), part))
    )


def _demanded(
    node: str, denied: Sequence[ox.Triple], stated: Sequence[ox.Triple], asked: frozenset[str], by: By
) -> Contradiction:
    """Return the contradiction of a thing that the chapter demands and of what shows that it is there."""
    path = denied[0].predicate.value
    ways = (
        Way(shown(denied[0]), frozenset(stated), _of_nothing(stated)),
        Way(_shown(node, stated, by), frozenset(denied)),
    )
    return Contradiction(node, path, "", ways, settles=True, asked=asked)


def _beside(
    node: str, denied: Sequence[ox.Triple], stated: Sequence[ox.Triple], asked: frozenset[str], by: By
) -> Contradiction:
    """Return the contradiction of a condition denied and of what shows that it holds.

    What is stated stands in both ways: only the clauses that ask for the condition depend on which of them counts.
    """
    affirmed = tuple(ox.Triple(t.subject, t.predicate, _TRUE) for t in denied)
    ways = (Way(FALSE, frozenset()), Way(_shown(node, stated, by), frozenset(denied), affirmed))
    path = denied[0].predicate.value
    return Contradiction(node, path, "", ways, asked=asked)


def _argued(node: str, said: Mapping[str, list[ox.Triple]]) -> Iterator[Contradiction]:
    """Yield a boundary said to have no isolation beside the argument for an equivalent measure."""
    denied = said[_MEANS]
    argued = [t for t in said[_ARGUMENT] if shown(t)]
    if argued and all(named(t.object) == str(ZY.NoIsolation) for t in denied):
        measures = tuple(ox.Triple(t.subject, t.predicate, ox.NamedNode(str(ZY.EquivalentMeasure))) for t in denied)
        ways = (Way(all_shown(denied), frozenset()), Way(all_shown(argued), frozenset(denied), measures))
        yield Contradiction(node, _MEANS, "", ways)


def _of_every(
    own: Mapping[str, list[ox.Triple]], things: str, condition: str, served: str, by: By
) -> Iterator[Contradiction]:
    """Yield where nothing of a complete list is said to serve what is listed: no room hosts a core system.

    Where a room in which no production is said to run hosts one, production may run there after all.
    """

    def aside(thing: str) -> list[ox.Triple]:
        return [t for t in by.get(thing, {}).get(_RUNS, ()) if shown(t) == FALSE]

    listed = [named(t.object) for t in own.get(things, ())]
    produced = [n for n in listed if not aside(n)]
    denied = [t for n in produced for t in by.get(n, {}).get(condition, ())]
    complete = any(named(t.object) == things for t in own.get(_LISTS_ALL, ()))
    serving = own.get(served, [])
    if complete and serving and produced and len(denied) == len(produced) and all(shown(t) == FALSE for t in denied):
        affirmed = tuple(ox.Triple(t.subject, t.predicate, _TRUE) for t in denied)
        ways = [Way(FALSE, frozenset()), Way(all_shown(serving), frozenset(denied), affirmed)]
        hosting = [n for n in listed if any(shown(t) == "true" for t in by.get(n, {}).get(condition, ()))]
        ways += [Way(n, frozenset(aside(n))) for n in hosting]
        yield Contradiction(produced[0], condition, "", tuple(ways))


def _of_itself(company: str, own: Mapping[str, list[ox.Triple]], by: By) -> Iterator[Contradiction]:
    """Yield a recovery centre that is the only room of production itself: it takes over from nothing (x.6.2.1).

    A room of production beside another may well be its recovery centre.
    """
    rooms = {named(t.object) for t in own.get(_ROOM, ())}
    producing = {n for n in rooms if not any(shown(t) == FALSE for t in by.get(n, {}).get(_RUNS, ()))}
    same = [t for t in own.get(_CENTRE, ()) if named(t.object) in producing]
    complete = any(named(t.object) == _ROOM for t in own.get(_LISTS_ALL, ()))
    if same and complete and producing <= {named(t.object) for t in same}:
        doubt = Message(
            "所写的灾难备份中心就是唯一的生产机房：机房出事时没有可以接管的地方。以何者为准结论不同，须人工核实",
            "the disaster-recovery centre stated is the only room of production itself: nothing is left to take over. The "
            "outcome depends on which one counts, so a person must tell",
        )
        ways = (Way(all_shown(same), frozenset()), Way("0", frozenset(same)))
        yield Contradiction(company, _CENTRE, "", ways, doubt=doubt)


def _of_none(
    company: str, empty: Sequence[ox.Triple], one: Presupposition, own: Mapping[str, list[ox.Triple]], by: By
) -> Iterator[Contradiction]:
    """Yield where a list is said to be complete and empty beside what presupposes one of it: no exchange, but a link.

    If there is none of what the chapter demands, what presupposes it is not so either: no room hosts a core system.
    """
    affirmed: tuple[ox.Triple, ...] = ()
    if one.general == _ONLINE_LINK:
        if own.get(_OFFERS):
            return  # whether online trading is offered is then stated, and judged as stated
        affirmed = tuple(ox.Triple(t.subject, ox.NamedNode(_OFFERS), _TRUE) for t in empty)
    if stated := _particulars(one, own, own, by):
        shown_there = _shown(company, stated, by)
        instead = _of_nothing(stated) if one.settles else ()
        ways = (
            Way("0", frozenset(stated) if one.settles else frozenset(), tuple(instead)),
            Way(shown_there, frozenset() if affirmed else frozenset(empty), affirmed),
        )
        yield Contradiction(company, one.general, "", ways, asked=_asked(one, stated, by))


def _of_nothing(stated: Sequence[ox.Triple]) -> tuple[ox.Triple, ...]:
    """Return what particulars say if there is none of the thing: no, or 0; of others that then say nothing, none."""
    said = {
        ox.Triple(t.subject, t.predicate, ox.Literal(_NONE[t.object.datatype.value], datatype=t.object.datatype)): None
        for t in stated
        if isinstance(t.object, ox.Literal) and t.object.datatype.value in _NONE
    }
    return tuple(said)


def _of_network(
    company: str, lacking: Sequence[ox.Triple], one: Presupposition, own: Mapping[str, list[ox.Triple]], by: By
) -> Iterator[Contradiction]:
    """Yield a network said to be lacking whose isolation is described, or beside what is done in it."""
    if stated := _particulars(one, own, own, by):
        described = [link for link in own.get(_ISOLATION, ()) if _meets(one, by.get(named(link.object), {}))]
        ends = [t for link in described for t in by[named(link.object)].get(_BETWEEN, ())]
        ways = (
            Way(one.denial, frozenset([*described, *ends])),
            Way(all_shown(described) or _shown(company, stated, by), frozenset(lacking)),
        )
        yield Contradiction(company, _LACKS, "", ways)


def _meets(one: Presupposition, boundary: Mapping[str, list[ox.Triple]]) -> bool:
    return any(named(t.object) == one.denial for t in boundary.get(_BETWEEN, ()))
