"""A company's facts in, what it says it never does beside what it cannot do without it.

Settlement data that is never backed up beside copies of it that are carried to another city each week, a plan that does
not exist and is carried out: the clause that asks for the deed itself is judged by its denial, and each clause that asks
for what presupposes it is read both ways. No pair of this kind is forgotten: tests/validation/test_deeds.py derives
from the words of the vocabulary which facts of different clauses speak of one thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradiction import Contradiction, Way, shown
from zhiyin.validation.facts import Facts
from zhiyin.validation.presuppositions import term
from zhiyin.validation.said import Said

By = Mapping[str, Said]
_BOOLEAN = ox.NamedNode(XSD + "boolean")
_FALSE = ox.Literal("false", datatype=_BOOLEAN)
_HOLDS, _ABOUT, _LAST, _LISTS_ALL = (str(ZY[n]) for n in ("holds", "about", "lastConductedOn", "listsAll"))
_STATEMENTS = (str(ZY.attestation), str(ZY.activity))
_NOT = ("false", "0")


@dataclass(frozen=True, slots=True)
class Deed:
    """What is not done if each of ``denied`` is denied, and ``needing`` it, what cannot then be true.

    Both are practices or properties; ``of`` is the list of things that each would have to do it, empty for the node
    itself.
    """

    denied: tuple[str, ...]
    needing: frozenset[str]
    of: str = ""


def _deed(denied: str, needing: str, of: str = "") -> Deed:
    return Deed(tuple(map(term, denied.split())), frozenset(map(term, needing.split())), of and term(of))


DEEDS: tuple[Deed, ...] = (
    _deed(
        "settlement-data-backup",
        "same-city-media-storage off-site-media-storage same-day-settlement-restore-verification lastVerifiedBackupDay",
    ),
    _deed("performance-assessment capacity-assessment", "performance-capacity-report", of="coreSystem"),
    _deed(
        "capacity-improvement-plan", "improvement-plan-execution improvement-plan-tracking improvement-plan-evaluation"
    ),
    _deed("configuration-backup", "configuration-recovery-drill"),
    _deed("fault-emergency-plan security-risk-emergency-plan", "emergency-plan-revision"),
    _deed("daily-operation-manual maintenance-manual", "change-manual-update"),
    _deed("monitorsCoreSystems", "monitorsCoreAvailability monitorsCorePerformance"),
    _deed("monitorsNetworkSystems", "monitorsNetworkAvailability monitorsNetworkPerformance"),
    _deed("tradingLinkCount", "branch-link-monitoring"),
)


def undone(facts: Facts, by: By, vocabulary: Vocabulary) -> Iterator[Contradiction]:
    """Yield what the company, or a thing of it, says it never does beside what it could not do without it."""
    company = facts.company
    if not _denies(facts):
        return  # so with nearly every company, and each verdict passes here
    for node, said in by.items():
        denied = _denied(said, by)
        if not denied and node != company:
            continue
        for deed in DEEDS:
            denying = _denying(deed, said, denied, by)
            if denying and (stated := _stated(deed, said, by)):
                yield _both(node, deed, denying, stated, vocabulary)


def _denies(facts: Facts) -> bool:
    """Whether a statement denies a practice of the table, or a property of it is denied."""
    stated = facts.by_predicate
    denying = {row[1] for row in stated.get(_HOLDS, ()) if getattr(row[3], "value", "") == "false"}
    return any(row[4] in _PRACTICES and row[1] in denying for row in stated.get(_ABOUT, ())) or any(
        (row[4] or getattr(row[3], "value", "")) in _NOT for one in _PROPERTIES for row in stated.get(one, ())
    )


def _denied(said: Said, by: By) -> Mapping[str, list[ox.Triple]]:
    """Return what one node says that it does not do, each with the statements that say so."""
    found: dict[str, list[ox.Triple]] = {}
    for link in _STATEMENTS:
        for statement in said.texts(link) if link in said else ():
            about = by.get(statement)
            if about is not None and "false" in about.texts(_HOLDS):
                denying = [t for t in about[_HOLDS] if shown(t) == "false"]
                for practice in about.texts(_ABOUT):
                    found.setdefault(practice, []).extend(denying)
    for one in _PROPERTIES:
        if one in said and (denying := [t for t in said[one] if shown(t) in _NOT]):
            found[one] = denying
    return found


_PRACTICES = frozenset(name for deed in DEEDS for name in deed.denied if not name.startswith(str(ZY)))
_PROPERTIES = tuple(name for deed in DEEDS for name in deed.denied if name.startswith(str(ZY)))


def _denying(deed: Deed, said: Said, denied: Mapping[str, list[ox.Triple]], by: By) -> list[ox.Triple]:
    """Return the statements that together deny a deed, nothing where one of them is missing."""
    if not deed.of:
        every = [denied]
    else:
        if deed.of not in said.texts(_LISTS_ALL):
            return []  # something else may have done it
        things = said.texts(deed.of) if deed.of in said else []
        every = [_denied(by[thing], by) if thing in by else {} for thing in things]
    if not every or not all(name in each for each in every for name in deed.denied):
        return []
    return [t for each in every for name in deed.denied for t in each[name]]


def _stated(deed: Deed, said: Said, by: By) -> Mapping[str, list[ox.Triple]]:
    """Return what the node states that needs the deed, by its term."""
    found: dict[str, list[ox.Triple]] = {}
    for name in deed.needing & said.keys():
        found[name] = [t for t in said[name] if shown(t) not in _NOT]
    for link in _STATEMENTS:
        for statement in said.texts(link) if link in said else ():
            if (about := by.get(statement)) is not None:
                for practice in deed.needing.intersection(about.texts(_ABOUT)):
                    done = [t for t in about.get(_HOLDS, ()) if shown(t) == "true"]
                    found.setdefault(practice, []).extend([*done, *about.get(_LAST, ())])
    return {name: triples for name, triples in sorted(found.items()) if triples}


def _both(
    node: str,
    deed: Deed,
    denying: Sequence[ox.Triple],
    stated: Mapping[str, Sequence[ox.Triple]],
    vocabulary: Vocabulary,
) -> Contradiction:
    """Return the contradiction: in the one way what needs the deed is not done either, in the other it was done."""
    dropped = frozenset(t for triples in stated.values() for t in triples)
    ways = (
        Way("、".join(deed.denied), dropped, tuple(dict.fromkeys(_negated(t) for t in dropped if _negatable(t)))),
        Way("、".join(stated), frozenset(denying)),
    )
    needing = frozenset(stated)
    path, about = (deed.denied[0], "") if deed.denied[0].startswith(str(ZY)) else (_STATEMENTS[0], deed.denied[0])
    denied, needed = ([vocabulary.terms[name].label for name in names] for names in (deed.denied, stated))
    first, second = (", ".join(m.en for m in labels) for labels in (denied, needed))
    doubt = Message(
        f"自述称没有“{'”“'.join(m.zh for m in denied)}”，却又写有以其为前提的“{'”“'.join(m.zh for m in needed)}”。"
        "以何者为准结论不同，须人工核实",
        f"it is stated that there is none of this: {first}; and what presupposes it is stated as well: {second}. The "
        "outcome depends on which one counts, so a person must tell",
    )
    return Contradiction(node, path, about, ways, asked=needing, doubt=doubt)


def _negatable(triple: ox.Triple) -> bool:
    return triple.predicate.value == _LAST or getattr(triple.object, "datatype", None) == _BOOLEAN


def _negated(triple: ox.Triple) -> ox.Triple:
    """Return what says that this is not so: of a dated task, that it is never done."""
    if triple.predicate.value == _LAST:
        return ox.Triple(triple.subject, ox.NamedNode(_HOLDS), _FALSE)
    return ox.Triple(triple.subject, triple.predicate, _FALSE)
