"""Every remedy that names an amount cures: the amount is read from its text, as a person reads it, and applied.

The shapes are found by their remedies, so that a new one is tried as soon as it is written; one that this file does not
know how to break is a failure.
"""

from __future__ import annotations

import re
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
