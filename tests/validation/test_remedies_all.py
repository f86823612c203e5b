"""Every remedy that names an amount cures: the amount is read from its text, as a person reads it, and applied.

The shapes are found by their remedies, so that a new one is tried as soon as it is written; one that this file does not
know how to break is a failure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from zhiyin.composition.judging import rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, base_triples, run
from zhiyin.law.outcome import Outcome
from zhiyin.law.shapes import Shape
from zhiyin.namespaces import ZY
from zhiyin.validation.engine import Engine
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.findings import Finding, finding

C = f"<{COMPANY}>"
AMOUNT = re.compile(r"(?:再增加|还差|须缩短|再聘|还须培训)(?:每秒)? ?(\d+(?:\.\d+)?)")
BOUNDED = ("minInclusive", "maxInclusive")
NO_GENERATOR = "DELETE { ?r zy:hasGenerator ?g } INSERT { ?r zy:hasGenerator false ; zy:hasEmergencySupplyAgreement false } WHERE { ?r zy:hasGenerator ?g } ;\n"
BY_QUERY = {
    "ups-time-without-generator": ("upsMinutes", "100.0", NO_GENERATOR),
    "cooling-matches-heat-load": ("coolingKilowatts", "1.0", ""),
    "website-rpo": ("rpoMinutes", "9.0", ""),
    "remote-recovery-distance": ("straightLineKilometres", "40.5", ""),
}
"""Shapes that compare in a query: the property that is too small or too large, such a value, and what else is needed."""


def amounts() -> list[Shape]:
    return [s for s in rules().shapes.shapes.values() if s.remedy is not None and "{?shortfall}" in s.remedy.zh]


def local(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]


def set_all(prop: str, value: str) -> str:
    return f"DELETE {{ ?n zy:{prop} ?old }} INSERT {{ ?n zy:{prop} {value} }} WHERE {{ ?n zy:{prop} ?old }} ;\n"


def broken_by(shape: Shape) -> tuple[str, Decimal, bool, str]:
    """The property, the value that breaks the shape, whether more of it cures, and what else must be changed."""
    name = local(shape.iri)
    if name in BY_QUERY:
        prop, value, also = BY_QUERY[name]
        return prop, Decimal(value), prop != "rpoMinutes", also
    bound = next(b for b in BOUNDED if b in shape.parameters)
    limit = Decimal(shape.parameters[bound])
    more = bound == "minInclusive"
    assert shape.path is not None
    return local(shape.path), max(limit - 3, Decimal(0)) if more else limit + Decimal("3.5"), more, ""


def written(prop: str, value: Decimal) -> str:
    whole = rules().vocabulary.terms[str(ZY[prop])].range.endswith("integer")
    return str(int(value)) if whole else f"{value:.2f}"


def found(patch: str, shape: Shape, clause: str) -> tuple[Outcome, list[Finding]]:
    law = rules()
    (verdict,), _ = run(patch, int(clause[0]) - 1, CHECK_DATE, Engine.COMPILED, [clause])
    facts = facts_of(COMPANY, normalised([q.triple for q in base_triples()]), law.vocabulary)
    return verdict.outcome, [
        finding(s, r, law.vocabulary, {}, facts, CHECK_DATE) for s, r in verdict.results if s.iri == shape.iri
    ]


@pytest.mark.parametrize("shape", amounts(), ids=lambda shape: local(shape.iri))
def test_the_amount_that_the_text_names_cures(shape: Shape) -> None:
    clause = sorted(shape.enforces)[-1]
    prop, value, more, also = broken_by(shape)
    outcome, findings = found(also + set_all(prop, written(prop, value)), shape, clause)
    assert outcome is Outcome.VIOLATED
    assert findings
    named = {Decimal(m[1]) for f in findings if f.remedy is not None and (m := AMOUNT.search(f.remedy.zh))}
    amount = max(named)
    cured = value + amount if more else value - amount
    assert found(also + set_all(prop, written(prop, cured)), shape, clause) == (Outcome.SATISFIED, [])
    step = Decimal(1) if "." not in written(prop, value) else Decimal("0.01")
    short = cured - step if more else cured + step
    assert found(also + set_all(prop, written(prop, short)), shape, clause)[0] is Outcome.VIOLATED


def test_there_are_such_remedies() -> None:
    assert len(amounts()) > 25


THINGS = {
    "quote-services-enough": (
        "5.3.4.1",
        f"DELETE WHERE {{ {C} zy:quoteService ?q }} ;\n",
        "zy:quoteService <urn:more:{n}> . <urn:more:{n}> zy:isMutualBackup true ; zy:name '{n}'",
    ),
    "banks-enough": (
        "5.3.5.1",
        f"DELETE WHERE {{ {C} zy:transferBank ?q }} ;\n",
        "zy:transferBank <urn:more:{n}> . <urn:more:{n}> zy:nationwideTransfer true ; zy:name '{n}'",
    ),
}


@pytest.mark.parametrize("name", THINGS)
def test_the_things_that_the_text_asks_for_cure(name: str) -> None:
    clause, none, thing = THINGS[name]
    law = rules()
    (verdict,), _ = run(none, 4, CHECK_DATE, Engine.COMPILED, [clause])
    facts = facts_of(COMPANY, normalised([q.triple for q in base_triples()]), law.vocabulary)
    texts = [finding(s, r, law.vocabulary, {}, facts, CHECK_DATE).remedy for s, r in verdict.results]
    amount = max(int(m[1]) for text in texts if text is not None and (m := AMOUNT.search(text.zh)))
    for count, outcome in ((amount - 1, Outcome.VIOLATED), (amount, Outcome.SATISFIED)):
        added = "".join(f"INSERT DATA {{ {C} {thing.format(n=n)} }} ;\n" for n in range(count))
        (after,), _ = run(none + added, 4, CHECK_DATE, Engine.COMPILED, [clause])
        assert after.outcome is outcome, count


@dataclass(frozen=True, slots=True)
class Needed:
    """How a shape whose remedy says what is needed is broken, and what its amount, read from the text, changes."""

    clause: str
    breaks: str
    cure: Callable[[Decimal], str]
    beyond: bool = False
    """The remedy names what must be exceeded: at it the clause is still violated."""
    step: Decimal = Decimal(1)


def one_operator(link: str) -> str:
    return (
        f'DELETE {{ ?l zy:operator ?o }} INSERT {{ ?l zy:operator "独家" }} WHERE {{ {C} zy:{link} ?l . '
        "?l zy:operator ?o } ;\n"
    )


def more_links(count: Decimal) -> str:
    return "".join(
        f"INSERT {{ {C} zy:exchangeLink ?l . ?l zy:toExchange ?e ; zy:operator '第{n}' ; zy:meetsExchangeRequirements true }} "
        f"WHERE {{ {C} zy:exchangeMembership ?e BIND (IRI(CONCAT(STR(?e), '/more/{n}')) AS ?l) }} ;\n"
        for n in range(int(count))
    )


def more_online_links(count: Decimal) -> str:
    return "".join(
        f"INSERT DATA {{ {C} zy:onlineTradingLink <urn:l:{n}> . <urn:l:{n}> zy:operator '第{n}' }} ;\n"
        for n in range(int(count))
    )


def of_all(prop: str, before: Decimal | int = 0) -> Callable[[Decimal], str]:
    return lambda amount: set_all(prop, written(prop, before + amount))


def people(clause: str) -> Needed:
    return Needed(clause, set_all("headquartersTechnicianCount", "1"), of_all("headquartersTechnicianCount", 1))


def more_training(hours: Decimal) -> str:
    training = f"zy:heldOn '2026-01-10'^^xsd:date ; zy:classHours {hours:.2f}"
    return f"INSERT {{ ?p zy:associationTraining [ {training} ] }} WHERE {{ {C} zy:technician ?p }} ;\n"


NEEDED = {
    "exchange-backup-operator": Needed("5.3.2.5", one_operator("exchangeLink"), more_links),
    "online-link-operators": Needed("5.3.3.4", one_operator("onlineTradingLink"), more_online_links),
    "recovery-capacity-enough": Needed(
        "5.6.2.10", set_all("processingCapacityPerSecond", "1"), of_all("processingCapacityPerSecond", 1)
    ),
    "mains-feeds-or-backup": Needed(
        "3.2.2.2",
        "DELETE WHERE { ?r zy:backupSupplyHours ?h } ;\nINSERT { ?r zy:backupSupplyHours 2.0 } WHERE { ?r zy:mainsFeedCount "
        "?n } ;\n" + set_all("mainsFeedCount", "1"),
        of_all("backupSupplyHours"),
        beyond=True,
        step=Decimal("0.01"),
    ),
    "ups-bridges-generator": Needed(
        "5.2.2.4",
        set_all("upsFullLoadMinutes", "0.01"),
        of_all("upsFullLoadMinutes"),
        beyond=True,
        step=Decimal("0.01"),
    ),
    "ups-time-with-agreement": Needed(
        "2.2.2.2", set_all("upsMinutes", "0.01"), of_all("upsMinutes"), beyond=True, step=Decimal("0.01")
    ),
    "headcount-first-tier": people("2.1.1.3"),
    "headcount-second-tier": people("3.1.1.3"),
    "headcount-third-tier": people("4.1.1.3"),
    "headcount-fourth-tier": people("5.1.1.3"),
    "class-hours-enough": Needed("5.1.2.2", set_all("classHours", "1.0"), more_training, step=Decimal("0.5")),
}
ELSEWHERE = {
    **dict.fromkeys(("quote-services-enough", "transfer-banks-enough"), "above, by the things that are added"),
    **dict.fromkeys(("ups-time-without-generator", "cooling-matches-heat-load"), "above, by their shortfall"),
    **dict.fromkeys(("technician-share-enough", "degree-share-enough"), "test_remedies.py, of many shares"),
    **dict.fromkeys(("it-spend-of-profit", "it-spend-of-revenue", "job-training-of-all"), "test_remedies.py"),
}


def test_every_remedy_that_says_what_is_needed_is_tried() -> None:
    told = {
        local(shape.iri)
        for shape in rules().shapes.shapes.values()
        if shape.remedy is not None and {"{?needed}", "{?missing}"} & set(re.findall(r"\{\?\w+\}", shape.remedy.zh))
    }
    assert told == NEEDED.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("name", NEEDED)
def test_what_the_text_says_is_needed_cures(name: str) -> None:
    tried = NEEDED[name]
    shape = next(shape for iri, shape in rules().shapes.shapes.items() if local(iri) == name)
    outcome, findings = found(tried.breaks, shape, tried.clause)
    assert outcome is Outcome.VIOLATED
    said = re.compile(r"超过 ?(\d+(?:\.\d+)?)") if tried.beyond else AMOUNT
    amount = max(Decimal(m[1]) for f in findings if f.remedy is not None and (m := said.search(f.remedy.zh)))
    short, enough = (amount, amount + tried.step) if tried.beyond else (amount - tried.step, amount)
    assert found(tried.breaks + tried.cure(short), shape, tried.clause)[0] is Outcome.VIOLATED
    assert found(tried.breaks + tried.cure(enough), shape, tried.clause)[0] is not Outcome.VIOLATED
