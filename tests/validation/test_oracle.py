"""The independent oracle and the judgement say the same of the measured clauses: on invented companies, on single changes.

A part of the changes by default; all of them, in every tier, and more companies with ``ZHIYIN_EVERY_CASE=1``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random

import pyoxigraph as ox
import pytest
from tests.validation import oracle
from tests.validation.oracle import recovery
from tests.validation.random_companies import random_company
from tests.validation.test_random_companies import read

from zhiyin.composition.judging import rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, changed_base, enforcing
from zhiyin.errors import BadSubmission
from zhiyin.validation.day import Day, DayFrom
from zhiyin.validation.engine import Engine
from zhiyin.validation.facts import Facts, facts_of, normalised
from zhiyin.validation.readings import outcomes

EVERY = bool(os.environ.get("ZHIYIN_EVERY_CASE"))
SEEDS = 700 if EVERY else 12
MIXED = 2000 if EVERY else 30
STRIDE = 1 if EVERY else 43
EACH = 3
"""So many nodes of one property are changed: a second room is judged like the first."""
TIERS = (1, 2, 3, 4)

Changed = tuple[str, str, str, list[ox.Triple]]
"""What was changed, at which node and property, and the company after it."""

# Written from the text and the reading rules, as the oracle is: the bounds, each with its neighbour on either side.
VALUES: dict[str, tuple[str, ...]] = {
    "headquartersStaffCount": ("274", "275", "276"),
    "headquartersTechnicianCount": tuple(
        map(str, (0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 23))
    ),
    "degreeTechnicianCount": ("0", "10", "11", "12"),
    "oneYearExperienceCount": ("1", "2", "3", "4", "14"),
    "twoYearExperienceCount": ("0", "5", "6", "7", "8"),
    "securityAdministratorCount": ("0", "1"),
    "networkAdministratorCount": ("0", "1", "2"),
    "classHours": ("0", "7.5", "14.9", "15"),
    "joinedOn": ("2025-01-01", "2024-06-30", "2024-07-01"),
    "heldOn": ("2024-06-30", "2024-06-29", "2024-01-01", "2023-12-31", "2026-07-01"),
    "itSpendYuan": ("0", "100000000"),
    "netProfitYuan": ("-1000000000", "1000000000"),
    "revenueYuan": ("0", "1000000000"),
    "firstFiscalYear": ("2022", "2023", "2024", "2025"),
    "year": ("2021", "2026"),
    "floorLoadKgPerM2": ("299.9", "300", "499.9", "500"),
    "videoDaysPerWeek": ("6",),
    "videoHoursPerDay": ("23",),
    "periodDays": ("89", "90", "180", "181", "183", "184", "729", "730", "731", "1825", "1826", "1827"),
    "periodMonths": ("2", "3", "4", "5", "6", "23", "24", "59", "60"),
    "periodYears": ("0", "1", "2", "4", "5"),
    "upsMinutes": ("0", "239.9", "240"),
    "generatorStartMinutes": ("0", "1000"),
    "emergencyArrivalMinutes": ("0", "60", "1000"),
    "mainsFeedCount": ("1", "2"),
    "backupSupplyHours": ("4", "4.1"),
    "upsCount": ("1", "2", "3"),
    "generatorContinuousHours": ("5.9", "6", "11.9", "12"),
    "upsFullLoadMinutes": ("0", "1", "10000"),
    "generatorSupplyMinutes": ("0", "10000"),
    "monthlyAveragePeakUsePercent": ("80", "80.1"),
    "rtoMinutes": ("5", "5.1", "60", "60.1"),
    "rpoSeconds": ("30", "30.1"),
    "rpoMinutes": ("5", "5.1"),
    "tamperedContentRemovalMinutes": ("5", "5.1"),
    "tamperDetectionMinutes": ("5", "5.1"),
    "straightLineKilometres": ("99.9", "100"),
    "recoveryTimeHours": ("12", "12.1"),
    "recoveryPointMinutes": ("5", "5.1"),
    "processingCapacityPerSecond": ("0", "1"),
    "mainProcessingCapacityPerSecond": ("1", "1000000000"),
    "lastConductedOn": (
        *("2025-06-30", "2025-06-29", "2025-01-01", "2024-12-31", "2026-03-30", "2026-03-29"),
        *("2026-01-01", "2025-12-31", "2026-06-23", "2026-06-22", "2026-06-21", "2026-07-01"),
    ),
    "technicianCount": ("0", "1"),
    "tradingLinkCount": ("1", "2"),
}


@cache
def base() -> tuple[ox.Triple, ...]:
    """The complete company as far as the oracle asks: what hangs on other properties is left out."""
    triples = changed_base("")
    nodes = {
        node for tier in TIERS for said in oracle.asked(triples, COMPANY, tier, CHECK_DATE).values() for node, _ in said
    }
    described = {t.subject.value for t in triples if not isinstance(t.subject, ox.Triple)}
    return tuple(
        t
        for t in triples
        if getattr(t.subject, "value", "") in nodes
        and (isinstance(t.object, ox.Literal) or (v := getattr(t.object, "value", "")) in nodes or v not in described)
    )


@cache
def clauses_asking() -> dict[tuple[str, str], dict[int, frozenset[str]]]:
    """Node and property to tier to the clauses that ask for it."""
    found: dict[tuple[str, str], dict[int, set[str]]] = {}
    for tier in TIERS:
        for number, said in oracle.asked(base(), COMPANY, tier, CHECK_DATE).items():
            for key in said:
                found.setdefault(key, {}).setdefault(tier, set()).add(number)
    return {key: {tier: frozenset(c) for tier, c in by.items()} for key, by in found.items()}


def variations() -> Iterator[Changed]:
    """Every single change of the base: a figure at its bounds, a truth turned, left out, stated twice, a list open."""
    done: Counter[str] = Counter()
    for triple in base():
        name = triple.predicate.value.removeprefix(oracle.ZY)
        node = str(getattr(triple.subject, "value", ""))
        if (node, triple.predicate.value) not in clauses_asking():
            continue
        done[name] += 1
        if done[name] > EACH and name not in ("listsAll", "lastConductedOn", "periodMonths", "periodYears"):
            continue
        for label, company in changes(triple, name):
            yield label, node, triple.predicate.value, company


def changes(triple: ox.Triple, name: str) -> Iterator[tuple[str, list[ox.Triple]]]:
    others = [t for t in base() if t != triple]
    place = f"{name} of {getattr(triple.subject, 'value', '')[-40:]}"
    yield f"without {place} {getattr(triple.object, 'value', '')[-30:]}", others
    if name == "listsAll":
        listed = [t for t in others if t.predicate == triple.object and t.subject == triple.subject]
        yield f"none of {place}", [t for t in others if t not in listed] + [triple]
        yield f"none, open {place}", [t for t in others if t not in listed]
        yield f"one left out of {place}", [t for t in others if t not in listed[:1]] + [triple]
    for value in other_values(triple, name):
        changed = ox.Triple(triple.subject, triple.predicate, value)
        yield f"{value.value} as {place}", [*others, changed]
        yield f"{value.value} also as {place}", [*others, triple, changed]
        if name.startswith("period"):
            for unit in {"periodDays", "periodMonths", "periodYears"} - {name}:
                for each in VALUES[unit]:
                    literal = ox.Literal(each, datatype=ox.NamedNode(_range(unit)))
                    changed = ox.Triple(triple.subject, ox.NamedNode(oracle.ZY + unit), literal)
                    yield f"{each} {unit} for {place}", [*others, changed]


def other_values(triple: ox.Triple, name: str) -> list[ox.Literal | ox.NamedNode]:
    stated = triple.object
    if name == "backupKind":
        kinds = (ox.NamedNode(oracle.ZY + kind) for kind in ("WarmBackup", "ColdBackup", "NoBackup"))
        return [kind for kind in kinds if kind != stated]
    if name == "holds" or not isinstance(stated, ox.Literal) or triple.predicate.value.startswith(oracle.DCTERMS):
        return []
    kind = ox.NamedNode(_range(name))
    values = ("true", "false") if kind.value.endswith("#boolean") else VALUES.get(name, ())
    return [ox.Literal(value, datatype=kind) for value in values if value != stated.value]


def _range(name: str) -> str:
    return rules().vocabulary.terms[oracle.ZY + name].range


def judgement(facts: Facts, tier: int, clauses: Iterable[str], day: date, until: date) -> dict[str, tuple[str, str]]:
    """Clause to what the shapes make of it, and which of them spoke."""
    numbers = tuple(clauses)
    shapes = enforcing(tier, frozenset(numbers))
    found = outcomes(
        facts, Day(day, DayFrom.GIVEN, until), tier, {tier: numbers}, shapes, Engine.COMPILED, rules().vocabulary
    )
    return {
        v.number: (str(v.outcome), ", ".join(f"{s.iri.rpartition('/')[2]}@{r.focus}" for s, r in v.results[:3]))
        for v in found.clauses[tier]
    }


def differing(expected: dict[str, str], found: dict[str, tuple[str, str]]) -> list[str]:
    return [
        f"{number}: the oracle says {expected[number]}, the judgement {outcome} ({why})"
        for number, (outcome, why) in found.items()
        if expected.get(number, outcome) != outcome
    ]


@pytest.mark.parametrize("tier", TIERS)
def test_the_complete_company_is_satisfied_by_both(tier: int) -> None:
    expected = oracle.judged(changed_base(""), COMPANY, tier, CHECK_DATE, CHECK_DATE)
    assert expected == dict.fromkeys(oracle.duties(tier), oracle.S)
    found = judgement(
        facts_of(COMPANY, normalised(list(base())), rules().vocabulary), tier, expected, CHECK_DATE, CHECK_DATE
    )
    assert {number: outcome for number, (outcome, _) in found.items()} == expected


def test_a_single_change_comes_to_the_same() -> None:
    wrong: list[str] = []
    spoken: Counter[str] = Counter()
    for index, (label, node, predicate, company) in enumerate(variations()):
        for tier, clauses in clauses_asking()[node, predicate].items():
            if (index + tier) % STRIDE:
                continue
            wrong += [f"{label}: {text}" for text in of_change(company, tier, clauses, spoken)]
    assert wrong == []
    assert min(spoken[o] for o in (oracle.S, oracle.V, oracle.U, oracle.M)) > 5, spoken


def of_change(company: Sequence[ox.Triple], tier: int, clauses: frozenset[str], spoken: Counter[str]) -> list[str]:
    """Return where the two differ on ``clauses``, both given what these clauses ask for alone."""
    nodes = nodes_of(tier, clauses)
    seen = [t for t in company if getattr(t.subject, "value", "") in nodes]
    expected = oracle.judged(seen, COMPANY, tier, CHECK_DATE, CHECK_DATE, clauses)
    spoken.update(expected.values())
    return differing(
        expected,
        judgement(facts_of(COMPANY, normalised(seen), rules().vocabulary), tier, clauses, CHECK_DATE, CHECK_DATE),
    )


@cache
def nodes_of(tier: int, clauses: frozenset[str]) -> frozenset[str]:
    said = oracle.asked(base(), COMPANY, tier, CHECK_DATE)
    return frozenset(node for number in clauses for node, _ in said[number])


GROUPS = (
    frozenset({"1.1.2", "1.1.3", "1.1.10", "1.1.12", "1.3.1", "1.3.2"}),
    frozenset({"1.5.1"}),
    frozenset({"2.1.2", "2.1.5", "2.2.2", "2.2.4"}),
    frozenset({"3.2.6", "3.2.8", "3.3.1", "3.3.3"}),
    frozenset({"4.3.3", "4.3.6", "4.3.7", "4.3.8", "6.2.1", "6.2.9", "6.2.10"}),
    frozenset({"1.1.11", "8.2.1", "3.4.1", "3.5.1", "1.2.2"}),
)


@pytest.mark.parametrize("group", range(len(GROUPS)))
def test_several_changes_come_to_the_same(group: int) -> None:
    wrong: list[str] = []
    spoken: Counter[str] = Counter()
    for seed in range(MIXED):
        tier = seed % 4 + 1
        clauses = GROUPS[group] & {n.split(".", 1)[1] for n in oracle.duties(tier)}
        random = Random(seed)  # noqa: S311 - repeatable, not secret
        company = mixed(random, tier, frozenset(f"{tier + 1}.{c}" for c in clauses))
        told = of_change(company, tier, frozenset(f"{tier + 1}.{c}" for c in clauses), spoken)
        wrong += [f"seed {seed}: {text}" for text in told]
    assert wrong == []
    assert min(spoken[o] for o in (oracle.S, oracle.V, oracle.U)) > 0, spoken


def mixed(random: Random, tier: int, clauses: frozenset[str]) -> list[ox.Triple]:
    """Return what ``clauses`` ask for with some of it drawn anew, left out or stated twice; mostly without the people.

    With the people listed their number is no longer free: any other contradicts the list.
    """
    asked = {key for key, by in clauses_asking().items() if clauses & by.get(tier, frozenset())}
    free = random.random() < 0.8
    left_out = {"technician"} if free else set()
    left_out |= {*oracle.PARTS_OF_PEOPLE} if free and random.random() < 0.5 else set()
    drawn, gone, twice = random.choice(((0.1, 0.0, 0.0), (0.3, 0.05, 0.0), (0.1, 0.2, 0.0), (0.1, 0.0, 0.04)))
    company = []
    second = 3  # of more contradictions than can be read in every way, a person must tell
    for triple in base():
        key = (str(getattr(triple.subject, "value", "")), triple.predicate.value)
        name = key[1].removeprefix(oracle.ZY)
        if key not in asked:
            company.append(triple)
            continue
        unlisted = free and name == "listsAll" and triple.object == ox.NamedNode(oracle.ZY + "technician")
        if name in left_out or unlisted or random.random() < gone / (4 if name == "listsAll" else 1):
            continue
        others = other_values(triple, name)
        changed = [ox.Triple(triple.subject, triple.predicate, random.choice(others))] if others else []
        if changed and random.random() < (0.7 if free and name == "headquartersTechnicianCount" else drawn):
            company += changed
        else:
            also = changed if second and random.random() < twice else []
            second -= len(also)
            company += [triple, *also]
    return company


def test_invented_companies_come_to_the_same() -> None:
    wrong: list[str] = []
    spoken: Counter[str] = Counter()
    for seed in range(SEEDS):
        made = random_company(seed)
        try:
            companies = read(made)
        except BadSubmission:
            continue
        until = min(made.day, CHECK_DATE)
        for iri in companies.described:
            expected = oracle.judged(made.triples, iri, made.tier, made.day, until)
            found = judgement(companies.facts(iri), made.tier, expected, made.day, until)
            wrong += [f"seed {seed}, {made.kind}, {iri}: {text}" for text in differing(expected, found)]
            spoken.update(expected.values())
    assert wrong == []
    assert min(spoken[o] for o in (oracle.S, oracle.V, oracle.U)) > 10, spoken


def test_a_bound_taken_wrongly_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    company = [t for t in base() if t.predicate.value != oracle.ZY + "straightLineKilometres"]
    centre = next(t.object for t in base() if t.predicate.value == oracle.ZY + "disasterRecoveryCentre")
    assert isinstance(centre, ox.NamedNode)
    distance = ox.Literal("99.9", datatype=ox.NamedNode(_range("straightLineKilometres")))
    company.append(ox.Triple(centre, ox.NamedNode(oracle.ZY + "straightLineKilometres"), distance))
    found = judgement(
        facts_of(COMPANY, normalised(company), rules().vocabulary), 4, ["5.6.2.1"], CHECK_DATE, CHECK_DATE
    )
    assert differing(oracle.judged(company, COMPANY, 4, CHECK_DATE, CHECK_DATE), found) == []
    monkeypatch.setattr(recovery, "just", lambda figure: oracle.Range(Decimal(figure - 1), Decimal(figure - 1)))
    assert differing(oracle.judged(company, COMPANY, 4, CHECK_DATE, CHECK_DATE), found) != []
