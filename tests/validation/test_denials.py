"""General denials beside stated particulars: every pair is told and read both ways, and no pair is forgotten.

The pairs are derived from the shapes: whatever the clauses ask for that a denial makes inapplicable must stand in the
table of presuppositions or in AGREES with a reason; each pair of the table is then put to a company by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from tests.validation.conftest import Judging

from zhiyin.composition.judging import rules
from zhiyin.law.outcome import Outcome, Role
from zhiyin.law.shapes import Shape
from zhiyin.namespaces import BASE, ZY
from zhiyin.standards import XSD
from zhiyin.validation.contradictions import contradictions
from zhiyin.validation.facts import facts_of, normalised
from zhiyin.validation.presuppositions import AGREES, DENIED, EMPTY, LACKING, Presupposition, term
from zhiyin.validation.readings import terms_seen_by

COMPANY = "https://example.org/a"
ZYN = str(ZY)
PRACTICE = f"{BASE}id/practice/"
FORMS = {"attestation", "activity", "retention", "about", "holds", "evidence", "exception", "lastConductedOn"} | {
    *("statedIntervalDays", "periodDays", "periodMonths", "periodYears", "responsibleRole", "listsAll"),
    *("checkDate", "factsUntil", "cutOff", "period", "rollingFrom", "calendarFrom", "twoYearsBefore"),
    *("between", "isolationMeans", "isolationArgument", "networkIsolation", "lacksNetwork", "coreSystem"),
}
"""How statements are made, and what the assessment adds."""
TABLE = (*DENIED, *EMPTY, *LACKING)


def local(iri: str) -> str:
    return iri.removeprefix(PRACTICE).removeprefix(ZYN)


def conditions() -> list[Shape]:
    """The shapes that tell that a clause does not apply."""
    return [s for s in rules().shapes.shapes.values() if s.outcome is Outcome.NOT_APPLICABLE]


def derived() -> Iterator[tuple[str, str]]:
    """Yield each denial with what may contradict it, however it is found."""
    yield from under_conditions()
    yield from beside_demanded_lists()
    yield from named_alike()


def beside_demanded_lists() -> Iterator[tuple[str, str]]:
    """Yield each list that a chapter demands not to be empty with what the same clauses ask of the company itself."""
    law = rules()
    for shape in law.shapes.shapes.values():
        listed = shape.parameters.get("listNotEmpty", "")
        if shape.outcome is not Outcome.VIOLATED or str(ZY.Company) not in of(listed):
            continue
        for other in law.shapes.shapes.values():
            for asked in terms_seen_by(other, law.shapes) if other.enforces & shape.enforces else ():
                if asked != listed and local(asked) not in FORMS and str(ZY.Company) in of(asked):
                    yield local(listed), local(asked)


def of(iri: str) -> tuple[str, ...]:
    """The classes of which a property or a practice is said; none for anything else."""
    known = rules().vocabulary.terms.get(iri)
    return (known.practice_of or known.domains) if known else ()


def named_alike() -> Iterator[tuple[str, str]]:
    """Yield each list that decides a clause with what is said of other things by the name of what it lists."""
    law = rules()
    lists = {
        s.parameters.get(name, "") for s in law.shapes.shapes.values() for name in ("listNotEmpty", "listComplete")
    }
    for listed in sorted(lists - {""}):
        what = law.vocabulary.terms[law.vocabulary.terms[listed].range]
        for other in law.vocabulary.terms.values():
            holding = set(other.practice_of or other.domains)
            if holding and what.label.zh in other.label.zh and what.iri not in holding and other.iri != listed:
                yield local(listed), local(other.iri)


def under_conditions() -> Iterator[tuple[str, str]]:
    """Yield each denial with what its clauses ask for of the company itself or of the node that denies."""
    law = rules()
    properties = {t.iri for t in law.vocabulary.properties()}
    practices = {t.iri for t in law.vocabulary.terms.values() if t.practice_of}
    for condition in conditions():
        named = terms_seen_by(condition, law.shapes)
        own = named & properties - {str(ZY.listsAll)}
        focus = {cls for _, cls in condition.targets}
        for shape in law.shapes.shapes.values():
            if shape.role is Role.CONDITION or not shape.enforces & condition.enforces:
                continue
            for asked in terms_seen_by(shape, law.shapes) & (properties | practices) - named:
                term_ = law.vocabulary.terms[asked]
                held_by = set(term_.practice_of or term_.domains)
                if local(asked) not in FORMS and held_by & focus:
                    yield from ((local(denial), local(asked)) for denial in own if holds(denial, focus))


def holds(denial: str, focus: set[str]) -> bool:
    return bool(set(rules().vocabulary.terms[denial].domains) & focus)


def test_no_pair_is_forgotten() -> None:
    known = {(local(one.general), local(said)) for one in TABLE for said in one.own}
    known |= {(local(one.general), local(said)) for one in TABLE for _, said in one.elsewhere}
    agreeing = {(denial, said) for denial, pairs in AGREES.items() for said in pairs}
    pairs = set(derived())
    assert len(pairs) > 100
    forgotten = {
        pair for pair in pairs if pair not in known and pair not in agreeing and (pair[0], "*") not in agreeing
    }
    assert sorted(forgotten) == []


def test_what_agrees_is_asked_somewhere() -> None:
    """No reason is kept for a pair that no clause brings together."""
    pairs = set(derived())
    unused = {
        (denial, said)
        for denial, reasons in AGREES.items()
        for said in reasons
        if (said == "*" and not any(d == denial for d, _ in pairs)) or (said != "*" and (denial, said) not in pairs)
    }
    assert sorted(unused) == []


def value_of(iri: str) -> str:
    """Something affirmative that may be stated under a property."""
    vocabulary = rules().vocabulary
    known = vocabulary.terms[iri]
    if known.kind == "object":
        values = [v for v in sorted(vocabulary.values_of(known.range)) if not local(v).startswith("No")]
        return f"<{values[0]}>" if values else f"<{COMPANY}/thing>"
    kind = known.range.removeprefix(XSD)
    return {"boolean": "true", "integer": "7", "decimal": "7.0"}.get(kind, '"甲"')


def stated(said: str, node: str) -> str:
    """The Turtle by which ``node`` states a property, a practice, or the isolation of a network."""
    known = rules().vocabulary.terms[said]
    if known.practice_of:
        kind = {"RecurringTask": ("activity", 'zy:lastConductedOn "2026-06-01"^^xsd:date')}.get(
            local(known.types[0]), ("attestation", "zy:holds true")
        )
        if local(known.types[0]) == "RecordKind":
            kind = ("retention", "zy:periodYears 9")
        return f"<{node}> zy:{kind[0]} [ zy:about <{said}> ; {kind[1]} ] .\n"
    if known.kind == "individual":
        return f"<{COMPANY}> zy:networkIsolation [ zy:between zy:ProductionNetwork , <{said}> ; zy:isolationMeans zy:Vlan ] .\n"
    return f"<{node}> <{said}> {value_of(said)} .\n"


def node_of(one: Presupposition) -> tuple[str, str]:
    """The node that denies, and the Turtle by which the company holds it."""
    classes = rules().vocabulary.terms[one.general].domains
    if str(ZY.Company) in classes:
        return COMPANY, ""
    holding = next(t.iri for t in rules().vocabulary.properties() if t.range == classes[0] and t.kind == "object")
    return f"{COMPANY}/denying", f"<{COMPANY}> <{holding}> <{COMPANY}/denying> .\n"


def denied(one: Presupposition, node: str) -> str:
    if not one.denial:
        return f"<{COMPANY}> zy:listsAll <{one.general}> .\n"
    value = f"<{one.denial}>" if one.denial.startswith("http") else one.denial
    return f"<{node}> <{one.general}> {value} .\n"


def told(turtle: str) -> list[str]:
    prefixes = f"@prefix zy: <{ZYN}> . @prefix xsd: <{XSD}> .\n"
    graph = [q.triple for q in ox.parse(prefixes + turtle, format=ox.RdfFormat.TURTLE)]
    facts = facts_of(COMPANY, normalised(graph), rules().vocabulary)
    return [local(c.path) for c in contradictions(facts, rules().vocabulary)]


PAIRS = [(one, said) for one in TABLE for said in sorted(one.own)]


@pytest.mark.parametrize(("one", "said"), PAIRS, ids=lambda v: local(v.general if isinstance(v, Presupposition) else v))
def test_each_pair_is_told_and_neither_alone(one: Presupposition, said: str) -> None:
    node, held = node_of(one)
    both = held + denied(one, node) + stated(said, node)
    assert local(one.general) in told(both)
    assert told(held + denied(one, node)) == []
    assert told(held + stated(said, node)) == []


@pytest.mark.parametrize(
    "one", [one for one in TABLE if one.elsewhere], ids=lambda one: local(one.general + one.denial)
)
def test_what_stands_elsewhere_is_told(one: Presupposition) -> None:
    for things, said in one.elsewhere:
        there = f"<{COMPANY}> <{things}> <{COMPANY}/there> . <{COMPANY}/there> <{said}> true .\n"
        assert local(one.general) in told(there + denied(one, COMPANY))
        assert local(one.general) not in told(there.replace("true", "false") + denied(one, COMPANY))


def test_a_table_of_terms_that_exist() -> None:
    known = rules().vocabulary.terms
    for one in TABLE:
        assert one.general in known
        assert one.own <= known.keys()
        assert {said for pair in one.elsewhere for said in pair} <= known.keys()
    assert {term(said) for pairs in AGREES.values() for said in pairs if said != "*"} <= known.keys()


SILENT = [
    ("windows", "usesWindows", "hasAntivirusOnWindows", "5.4.2.2"),
    ("customer trading area", "hasCustomerTradingArea", "tradingAreaHasVideo", "5.4.4.9"),
    ("account opening", "offersInternetAccountOpening", "internetOpeningEnforcesRealName", "5.3.1.12"),
    ("written passwords", "keepsWrittenPasswords", "written-password-protection", "5.4.6.1"),
    ("incidents", "hadTechnicalIncidents", "incident-records", "5.7.5.2"),
    ("test data", "usesCustomerDataInTests", "test-data-masking", "5.7.1.13"),
]


def test_denials_of_a_complete_company_are_for_a_person(complete: bytes, judged: Judging) -> None:
    """All at once on the complete company, whose every fact says the contrary: manual, with both facts named."""
    text = complete.decode()
    for _, general, _, _ in SILENT:
        text = text.replace(f"#{general}> true", f"#{general}> false").replace(f"{general} true", f"{general} false")
    clauses = {c.requirement.number: c for c in judged(text.encode()).verdicts[0].clauses}
    for name, general, said, number in SILENT:
        clause = clauses[number]
        assert clause.outcome is Outcome.MANUAL, name
        finding = next(f for f in clause.findings if f.path == term(general))
        assert "否" in finding.value, name
        label = rules().vocabulary.terms[term(said)].label.zh
        assert label in finding.value, (name, finding.value)
