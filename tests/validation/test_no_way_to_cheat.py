"""No way to cheat: what may be added to a submission to hide a fault or to reach satisfied, and what comes of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import product
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, changed_base
from zhiyin.errors import BadSubmission
from zhiyin.intake.determinations import Determination, determinations, settling
from zhiyin.intake.submission import read_submission
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE, PREFIXES, ZY
from zhiyin.validation.companies import Companies, companies_of
from zhiyin.validation.judgement import Verdict

EVERY = bool(os.environ.get("ZHIYIN_EVERY_CASE"))

_PREFIXES = "".join(f"PREFIX {p}: <{ns}>\n" for p, ns in PREFIXES.items())
C = f"<{COMPANY}>"
BAD = "<urn:bad>"
BAD_ROOM = f"{BAD} zy:hasOnlineUps false ; zy:upsCount 0 ; zy:floorLoadKgPerM2 1.0 ."


@cache
def stated(patch: str) -> str:
    """The complete company after ``patch`` as N-Triples."""
    return bytes(ox.serialize(changed_base(patch), format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def judged(patch: str, more: str = "") -> Mapping[str, Outcome]:
    """Judge the complete company after ``patch`` together with the Turtle ``more``."""
    data = (_PREFIXES + stated(patch) + more).encode()
    verdict = next(
        v for v in judge_bytes(data, rules(), Asked(CHECK_DATE), source="a.ttl").verdicts if v.company == COMPANY
    )
    return {c.requirement.number: c.outcome for c in verdict.clauses}


SKETCH = f"""
<{COMPANY}/self-description> a zy:SelfDescription ; zy:describes {C} ; zy:claimedTier 4 ; zy:asOf "2026-06-30"^^xsd:date .
{C} zy:machineRoom <{COMPANY}/room/1> ; zy:technician <{COMPANY}/technician/T05> ; zy:coreSystem <{COMPANY}/core-system/trading> .
<{COMPANY}/room/1> zy:upsCount 2 . <{COMPANY}/core-system/trading> zy:component <{COMPANY}/core-system/trading/server> .
{C} zy:networkIsolation <{COMPANY}/isolation/production-office> .
<{COMPANY}/isolation/production-office> zy:between zy:ProductionNetwork , zy:OfficeNetwork ; zy:isolationMeans zy:Firewall .
"""
"""As much of a company as the attempts that are refused before any judgement need."""


def refused(more: str) -> str:
    """Return the faults for which a company with ``more`` is refused; the company alone is not."""
    with pytest.raises(BadSubmission) as caught:
        taken(more)
    return str(caught.value.details["faults"])


def taken(more: str = "", source: str = "a.ttl") -> Companies:
    text = more if source.endswith(".trig") else SKETCH + more
    submission = read_submission((_PREFIXES + text).encode(), rules().vocabulary, source=source)
    return companies_of(submission, rules(), None, CHECK_DATE)


def test_the_company_of_the_attempts_is_taken() -> None:
    assert list(taken().described) == [COMPANY]


HIDDEN = {
    "another class": f"{C} zy:machineRoom {BAD} . {BAD} a zy:Evidence . {BAD_ROOM}",
    "described by a second self-description": f"{C} zy:machineRoom {BAD} . {BAD_ROOM} <urn:d2> a zy:SelfDescription ; zy:describes {BAD} ; zy:claimedTier 1 .",
    "listed by a property of another thing": f"<{COMPANY}/room/1> zy:branch {BAD} . {BAD_ROOM}",
    "on a property outside the vocabulary": f"{C} <urn:p> {BAD} . {BAD} a zy:MachineRoom . {BAD_ROOM}",
    "behind another node": f"{C} <urn:p> <urn:x> . <urn:x> zy:machineRoom {BAD} . {BAD_ROOM}",
    "on a property outside the vocabulary, of no class": f"{C} <urn:p> {BAD} . {BAD_ROOM}",
    "on a property said to be one of ours": f"<urn:p> rdfs:subPropertyOf zy:machineRoom . {C} <urn:p> {BAD} . {BAD_ROOM}",
    "on a class in place of a property": f"{C} zy:MachineRoom {BAD} . {BAD_ROOM}",
    "in a list": f"{C} zy:machineRoom ( {BAD} ) . {BAD_ROOM}",
    "in a bag": f"{C} zy:machineRoom [ a rdf:Bag ; rdf:_1 {BAD} ] . {BAD_ROOM}",
    "as the same as a good one": f"{BAD} owl:sameAs <{COMPANY}/room/1> . {BAD_ROOM}",
    "as the same as the company": f"{BAD} owl:sameAs {C} ; zy:machineRoom <urn:room> . <urn:room> zy:upsCount 0 .",
    "as a part of a part": f"<{COMPANY}/core-system/trading/server> zy:component {BAD} . {BAD} zy:backupKind zy:NoBackup .",
    "as a room of a core system": f"<{COMPANY}/core-system/trading> zy:machineRoom {BAD} . {BAD_ROOM}",
    "as a provider that is a company of the file": f"{C} zy:serviceProvider {BAD} . <urn:d2> a zy:SelfDescription ; zy:describes {BAD} ; zy:claimedTier 1 .",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_bad_thing_cannot_be_hidden_from_its_shapes(how: str) -> None:
    assert "urn:bad" in refused(HIDDEN[how])


def test_what_a_thing_is_does_not_depend_on_the_first_way_found() -> None:
    more = f"{C} zy:businessPlace {BAD} ; zy:branch {BAD} . {BAD} zy:hasCustomerTradingArea false ; zy:offersOnSiteTrading true ; zy:tradingLinkCount 0 ."
    assert judged("", more)["5.8.2.1"] is Outcome.VIOLATED


def test_a_room_of_which_nothing_is_said_is_a_room() -> None:
    assert judged("", f"{C} zy:machineRoom [] .")["5.2.1.2"] is Outcome.UNDECLARED
    assert judged("", f"{C} zy:technician [] .")["5.1.1.8"] is Outcome.UNDECLARED


REFUSED = {
    "more decimals than an engine compares": f"<{COMPANY}/room/1> zy:generatorContinuousHours 0.0000000000000000001 .",
    "a blank node for a value of a list": f"<{COMPANY}/room/1> zy:coolingKind [] .",
    "a date-time that is none": f"<{COMPANY}/technician/T05> zy:joinedOn '2010-13-01T00:00:00'^^xsd:dateTime .",
    "a term as a listed thing": f"{C} zy:quoteService zy:Company .",
    "a name of the validator's": f"{C} zy:machineRoom <urn:x-zhiyin:node:1> .",
    "the assessment itself": f"{C} zy:machineRoom <https://w3id.org/zhiyin/id/assessment> .",
    "a cut-off day of its own": "<urn:c> zy:rollingFrom '2000-01-01T00:00:00+08:00'^^xsd:dateTime .",
    "a check date of its own": f"{C} zy:checkDate '2000-01-01T00:00:00+08:00'^^xsd:dateTime .",
    "a day that no calendar has": f"<{COMPANY}/technician/T05> zy:joinedOn '2025-02-29'^^xsd:date .",
    "a number that is none": f"<{COMPANY}/room/1> zy:generatorContinuousHours 'NaN'^^xsd:double .",
    "a number without end": f"<{COMPANY}/room/1> zy:generatorContinuousHours 'INF'^^xsd:double .",
    "a huge exponent": f"<{COMPANY}/room/1> zy:generatorContinuousHours 1e400 .",
    "digits of another script": f"<{COMPANY}/room/1> zy:upsCount '٢'^^xsd:integer .",
    "a list of another kind for a value": f"<{COMPANY}/room/1> zy:coolingKind ( zy:PrecisionCooling ) .",
    "a boundary of many networks": f"<{COMPANY}/isolation/production-office> zy:between zy:Internet .",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_value_that_compares_as_nothing_is_refused(what: str) -> None:
    assert refused(REFUSED[what])


EMPTY = ('"\\u200b"', '"\\u3164"', '"……"', '"无"@zh')
PROVED = {
    "training-materials": "5.1.2.3",
    "internal-audit-post": "5.1.1.4",
    "departure-control": "5.1.1.8",
    "technical-liaison-duties": "5.1.1.9",
    "cross-department-body": "5.1.1.5",
    "compliance-risk-mechanism": "5.1.1.6",
    "job-training": "5.1.2.1",
    "post-descriptions": "5.1.1.1",
}
"""Eight practices and the clause that each proves: one for every way in which a title or a role can be empty."""


def retold(practice: str, prop: str, value: str) -> str:
    return f"DELETE {{ ?e {prop} ?old }} INSERT {{ ?e {prop} {value} }} WHERE {{ ?a zy:about practice:{practice} ; zy:evidence ?e . ?e {prop} ?old }}"


def test_empty_evidence_is_no_evidence() -> None:
    ways = list(product(("dcterms:title", "zy:responsibleRole"), EMPTY))
    assert len(ways) == len(PROVED)
    came_to = judged(" ;\n".join(retold(p, *way) for p, way in zip(PROVED, ways, strict=True)))
    assert {c: came_to[c] for c in PROVED.values()} == dict.fromkeys(PROVED.values(), Outcome.UNDECLARED)


def test_a_document_with_a_date_to_come_does_not_count_by_a_second_date() -> None:
    patch = retold("training-materials", "dcterms:issued", '"2026-07-01"^^xsd:date , "2020-01-01"^^xsd:date')
    assert judged(patch)["5.1.2.3"] is Outcome.UNDECLARED


def test_every_named_graph_of_a_file_is_read() -> None:
    graphs = f"GRAPH <urn:g1> {{ {SKETCH} }} GRAPH <urn:g2> {{ {C} zy:machineRoom {BAD} . {BAD_ROOM} }}"
    assert "urn:bad" in taken(graphs, "a.trig").facts(COMPANY).outgoing


def test_one_operator_in_two_spellings_is_one() -> None:
    patch = f"DELETE WHERE {{ {C} zy:onlineTradingLink ?l . ?l zy:operator ?o }} ;\n"
    patch += f"INSERT DATA {{ {C} zy:onlineTradingLink <{COMPANY}/online-link/1> , <{COMPANY}/online-link/2> . "
    patch += f'<{COMPANY}/online-link/1> zy:operator "电信" . <{COMPANY}/online-link/2> zy:operator " 电信 "@zh }}'
    assert judged(patch)["5.3.3.4"] is Outcome.VIOLATED


def test_one_server_in_two_languages_is_one() -> None:
    site = f"<{COMPANY}/website/1>"
    patch = f"DELETE WHERE {{ {site} zy:webServer ?w }} ; DELETE WHERE {{ {site} zy:databaseServer ?d }} ; "
    patch += f'INSERT DATA {{ {site} zy:webServer "srv1" ; zy:databaseServer "srv1"@zh }}'
    assert judged(patch)["5.4.3.10"] is Outcome.VIOLATED


RULING = """PREFIX clause: <https://w3id.org/zhiyin/id/clause/>
<urn:r%d> a zy:Determination ; zy:ofCompany <urn:c> ; zy:ofClause clause:5.4.1.3 ; zy:ruling zy:%s ;
    zy:determinedBy "检查岗" ; zy:determinedOn %s ; zy:reason "经查" .
"""


def ruled(*rulings: tuple[str, str]) -> tuple[int, list[str]]:
    text = _PREFIXES + "".join(RULING % (i, ruling, on) for i, (ruling, on) in enumerate(rulings))
    usable, notices = settling(
        determinations(read_submission(text.encode(), rules().vocabulary, source="r.ttl").triples),
        CHECK_DATE,
        str(CLAUSE),
    )
    return len(usable), [n.kind for n in notices]


def test_rulings_that_differ_or_come_from_the_future_settle_nothing() -> None:
    day = '"2026-06-28"^^xsd:date'
    assert ruled(("Satisfied", day)) == (1, [])
    assert ruled(("Satisfied", day), ("Violated", day)) == (0, ["rulings-differ", "rulings-differ"])
    assert ruled(("Satisfied", '"2026-07-01"^^xsd:date')) == (0, ["ruling-from-the-future"])
    # In Asia/Shanghai it is the first of July already.
    assert ruled(("Satisfied", '"2026-06-30T20:00:00Z"^^xsd:dateTime')) == (0, ["ruling-from-the-future"])
    for word in ('"昨天"', '"2026-06-31"^^xsd:date', '"2026"'):
        with pytest.raises(BadSubmission):
            ruled(("Satisfied", word))


def test_a_ruling_on_every_company_and_another_on_one_that_differ_settle_nothing() -> None:
    of_all = Determination("", "5.4.1.3", Outcome.SATISFIED, "检查岗", "2026-06-28", "经查")
    of_one = replace(of_all, company="urn:c", outcome=Outcome.VIOLATED)
    assert settling([of_all, of_one], CHECK_DATE, str(CLAUSE))[0] == []
    assert settling([replace(of_all, company="urn:b"), of_one], CHECK_DATE, str(CLAUSE))[0] != []


def test_two_descriptions_of_one_company() -> None:
    again = f'<urn:d2> a zy:SelfDescription ; zy:describes {C} ; zy:claimedTier 4 ; zy:asOf "%s"^^xsd:date . '
    own = f"<{COMPANY}/self-description>"
    assert list(taken(again % "2026-06-30").described) == [COMPANY]
    assert "zy:supersedes" in refused(again % "2026-06-01")
    assert list(taken(again % "2026-06-01" + f"{own} zy:supersedes <urn:d2> .").described) == [COMPANY]
    assert list(taken(f"{own} zy:supersedes {own} .").described) == [COMPANY]
    third = f"<urn:d3> a zy:SelfDescription ; zy:describes {C} ; zy:claimedTier 4 . "
    circle = f"{own} zy:supersedes <urn:d2> . <urn:d2> zy:supersedes <urn:d3> . <urn:d3> zy:supersedes {own} ."
    assert "supersedes" in refused(again % "2026-06-30" + third + circle)


# The property -------------------------------------------------------------------------------------------------------


@cache
def _damaged() -> tuple[str, Mapping[str, Outcome]]:
    """A company with a fault of every kind, and what its clauses come to."""
    patch = (
        f"DELETE WHERE {{ {C} zy:headquartersStaffCount ?n }} ; DELETE WHERE {{ <{COMPANY}/room/1> zy:upsCount ?n }} ; "
        f"INSERT DATA {{ <{COMPANY}/room/1> zy:upsCount 0 }} ; DELETE WHERE {{ {C} zy:listsAll zy:branch }} ; "
        "DELETE { ?a zy:holds true } INSERT { ?a zy:holds false } WHERE { ?a zy:about practice:training-materials ; zy:holds true } ; "
        f"DELETE WHERE {{ {C} zy:offersOnlineTrading ?o }} ; DELETE WHERE {{ {C} zy:usesWindows ?w }} ; "
        f"DELETE WHERE {{ <{COMPANY}/isolation/production-office> zy:isolationMeans ?m }} ; "
        f"INSERT DATA {{ <{COMPANY}/isolation/production-office> zy:isolationMeans zy:NoIsolation }}"
    )
    return patch, judged(patch)


_NODES = st.sampled_from(
    [C, f"<{COMPANY}/room/1>", f"<{COMPANY}/branch/1>", "<urn:other>", f"<{COMPANY}/isolation/production-office>"]
)
_FOREIGN = st.sampled_from(
    ["<urn:p>", "<http://www.w3.org/2002/07/owl#sameAs>", "rdfs:seeAlso", "zy:upsKount", "rdfs:subClassOf"]
)
_VALUES = st.one_of(
    _NODES, st.sampled_from(["true", "false", "0", "9999", '"x"', "zy:Firewall", "zy:MachineRoom", "_:b"])
)
_DOUBLED = st.sampled_from(
    [
        (f"<{COMPANY}/room/1>", "zy:upsCount", "2"),
        (f"<{COMPANY}/isolation/production-office>", "zy:isolationMeans", "zy:Firewall"),
        (f"<{COMPANY}/room/1>", "zy:hasOnlineUps", "false"),
        (C, "zy:attestation", "[ zy:about practice:training-materials ; zy:holds true ]"),
        (C, "zy:headquartersTechnicianCount", "900"),
        (C, "zy:hasTechnologyDepartment", "false"),
        (C, "zy:lacksNetwork", "zy:TestNetwork"),
        (f"<{COMPANY}/isolation/production-office>", "zy:between", "zy:Internet"),
    ]
)
_OTHER = st.sampled_from(
    [
        "<urn:d2> a zy:SelfDescription ; zy:describes <urn:firm> ; zy:claimedTier 4 . <urn:firm> zy:headquartersStaffCount 100 ; zy:usesWindows false .",
        f"<urn:d2> a zy:SelfDescription ; zy:describes <urn:firm> ; zy:claimedTier 4 . <urn:firm> zy:machineRoom <{COMPANY}/room/1> ; zy:listsAll zy:branch .",
        f"<urn:d2> a zy:SelfDescription ; zy:describes <urn:firm> ; zy:claimedTier 1 ; zy:supersedes <{COMPANY}/self-description> .",
    ]
)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(_NODES, _FOREIGN, _VALUES), max_size=4),
    st.lists(_DOUBLED, max_size=2),
    st.lists(_OTHER, max_size=1),
)
def test_nothing_that_is_added_turns_a_clause_to_satisfied(
    foreign: list[tuple[str, str, str]], doubled: list[tuple[str, str, str]], other: list[str]
) -> None:
    patch, before = _damaged()
    more = "\n".join([*(" ".join(t) + " ." for t in [*foreign, *doubled]), *other])
    try:
        after = judged(patch, more)
    except BadSubmission:
        return
    for number, outcome in after.items():
        assert outcome is before[number] or outcome is not Outcome.SATISFIED, (number, more)
        if not doubled:
            assert outcome is before[number], (number, more)


_STATEMENTS = ("attestation", "activity", "retention")
_READ_BY = ("describes", "asOf", "claimedTier", "unifiedSocialCreditCode", "about", "between")
"""Without these a submission, or one of its statements, could not be read."""


def _changed_once(base: list[ox.Triple], stated: ox.Triple) -> list[ox.Triple]:
    """The company without one statement; a truth is turned."""
    others = [t for t in base if t != stated]
    value = stated.object
    if isinstance(value, ox.Literal) and value.datatype.value.endswith("#boolean"):
        turned = ox.Literal("false" if value.value == "true" else "true", datatype=value.datatype)
        others.append(ox.Triple(stated.subject, stated.predicate, turned))
    return others


def test_one_statement_changes_only_the_clauses_that_rest_on_it() -> None:
    base = changed_base("")
    about: dict[object, object] = {t.subject: t.object for t in base if t.predicate.value == str(ZY.about)}
    holder: dict[object, object] = {t.object: t.subject for t in base}
    own = [t for t in base if t.predicate.value.startswith(str(ZY))]
    changes = 0
    before = {c.requirement.number: c for c in _verdict(base).clauses}
    for stated in Random(7).sample([t for t in own if _local(t) not in _READ_BY], 300 if EVERY else 10):  # noqa: S311
        term = about.get(stated.subject) or about.get(holder.get(stated.subject))
        if _local(stated) in _STATEMENTS:
            term = about[stated.object]
        elif _local(stated) == "listsAll":
            term = stated.object
        named = str(getattr(term or stated.predicate, "value", ""))
        try:
            after = _verdict(_changed_once(base, stated))
        except BadSubmission:
            continue
        for clause in after.clauses:
            if clause.outcome is not before[clause.requirement.number].outcome:
                changes += 1
                assert named in before[clause.requirement.number].rests_on, (stated, clause.requirement.number)
    assert changes > 2


@pytest.mark.parametrize(
    ("stated", "clause"),
    [
        (f"{C} zy:monitorsNetworkSystems", "5.5.2.7"),
        (f"<{COMPANY}/room/1> zy:hasFireExtinguishing", "5.2.1.8"),
        (f"{C} zy:offersOnlineTrading", "5.4.4.1"),
        (f"{C} zy:servesTheInternet", "5.4.2.5"),
    ],
)
def test_a_clause_rests_on_what_it_takes_for_granted(stated: str, clause: str) -> None:
    turned = f"DELETE WHERE {{ {stated} ?old }} ; INSERT DATA {{ {stated} false }} ;\n"
    before, after = ({c.requirement.number: c for c in _verdict(changed_base(p)).clauses} for p in ("", turned))
    changed = {number for number, found in after.items() if found.outcome is not before[number].outcome}
    assert clause in changed
    assert all(str(ZY[stated.rpartition(":")[2]]) in before[number].rests_on for number in changed)


def test_a_count_rests_on_the_list_that_it_is_held_against() -> None:
    """20 are asked for, stated and listed: with one of the list gone, a person tells, and the clause said so before."""
    fewer = "".join(f"DELETE WHERE {{ {C} zy:technician <{COMPANY}/technician/T{n}> }} ;\n" for n in (21, 22))
    for name in ("headquartersTechnicianCount", "fullTimeTechnicianCount"):
        fewer += f"DELETE WHERE {{ {C} zy:{name} ?o }} ; INSERT DATA {{ {C} zy:{name} 20 }} ;\n"
    last = f"DELETE WHERE {{ {C} zy:technician <{COMPANY}/technician/T20> }} ;\n"
    before, after = (
        {c.requirement.number: c for c in _verdict(changed_base(p)).clauses} for p in (fewer, fewer + last)
    )
    changed = {number for number, clause in after.items() if clause.outcome is not before[number].outcome}
    assert "5.1.1.3" in changed
    assert all(str(ZY.technician) in before[number].rests_on for number in changed)


def _local(triple: ox.Triple) -> str:
    return str(triple.predicate.value.removeprefix(str(ZY)))


def _verdict(triples: list[ox.Triple]) -> Verdict:
    data = bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    return judge_bytes(data, rules(), Asked(CHECK_DATE), source="a.ttl").verdicts[0]


def test_every_term_of_the_property_is_known() -> None:
    assert {str(ZY.upsCount), str(ZY.isolationMeans), str(ZY.lacksNetwork)} <= set(rules().vocabulary.terms)
