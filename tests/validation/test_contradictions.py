"""Facts that contradict each other: never silently satisfied, never violated where one reading satisfies, both named."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from tests.validation.conftest import Judging

from zhiyin.composition.trial import CHECK_DATE, COMPANY, run
from zhiyin.law.outcome import Outcome
from zhiyin.validation.engine import Engine

SAT, VIO, UND, MAN = Outcome.SATISFIED, Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL
C = f"<{COMPANY}>"
ROOM = f"<{COMPANY}/room/1>"
OFFICE = f"<{COMPANY}/isolation/production-office>"


@dataclass(frozen=True, slots=True)
class Both:
    """A change that says two things, the clause it touches, what it comes to and the facts that must be named."""

    name: str
    patch: str
    clause: str
    outcome: Outcome
    named: tuple[str, ...] = ()
    tier: int = 4


def also(node: str, prop: str, value: str) -> str:
    return f"INSERT DATA {{ {node} {prop} {value} }} ;\n"


def only(node: str, prop: str, value: str) -> str:
    return f"DELETE WHERE {{ {node} {prop} ?old }} ;\n" + also(node, prop, value)


def statement(kind: str, about: str, facts: str, node: str = C) -> str:
    return also(node, f"zy:{kind}", f"<urn:also> . <urn:also> zy:about practice:{about} ; {facts}")


LINKS = "".join(
    f"DELETE {{ <{COMPANY}/online-link/{n}> zy:ddosProtection ?d }} INSERT {{ <{COMPANY}/online-link/{n}> "
    f"zy:ddosProtection zy:NoDdosProtection }} WHERE {{ OPTIONAL {{ <{COMPANY}/online-link/{n}> zy:ddosProtection ?d }} }} ;\n"
    for n in (1, 2, 3)
)
UNLISTED = (
    f"DELETE {{ {C} zy:technician ?t }} WHERE {{ {C} zy:technician ?t FILTER (?t != <{COMPANY}/technician/T01>) }} ;\n"
)
"""One person is left in the list, which is still said to be complete."""
ALONE = f"DELETE WHERE {{ {C} zy:technician ?t }} ;\nDELETE DATA {{ {C} zy:listsAll zy:technician }} ;\n"
"""Nobody is listed: the counts stand alone."""


CONTRADICTIONS = [
    Both("yes and no", also(C, "zy:hasTechnologyDepartment", "false"), "5.1.1.1", MAN, ("false", "true")),
    Both("two counts, one enough", also(C, "zy:headquartersTechnicianCount", "3"), "5.1.1.3", MAN, ("3", "22")),
    Both("two counts, both enough", also(C, "zy:headquartersTechnicianCount", "21"), "5.1.1.3", SAT),
    Both(
        "two counts, neither enough",
        only(C, "zy:headquartersTechnicianCount", "3") + also(C, "zy:headquartersTechnicianCount", "4"),
        "5.1.1.3",
        VIO,
    ),
    Both("5 and 5.0 are one", also(ROOM, "zy:floorLoadKgPerM2", "800.00"), "5.2.1.2", SAT),
    Both("a firewall and no isolation", also(OFFICE, "zy:isolationMeans", "zy:NoIsolation"), "5.4.1.3", MAN),
    Both("a firewall and a VLAN", also(OFFICE, "zy:isolationMeans", "zy:Vlan"), "5.4.1.3", SAT),
    Both(
        "an appliance and no protection",
        LINKS + also(f"<{COMPANY}/online-link/1>", "zy:ddosProtection", "zy:DdosAppliance"),
        "5.4.4.7",
        MAN,
    ),
    Both("a practice held and not", statement("attestation", "training-materials", "zy:holds false"), "5.1.2.3", MAN),
    Both(
        "a task dated and never done",
        statement("activity", "capacity-assessment", "zy:holds false", f"<{COMPANY}/core-system/trading>"),
        "5.7.3.1",
        MAN,
    ),
    Both(
        "a longer and a shorter retention", statement("retention", "system-logs", "zy:periodMonths 1"), "5.5.2.4", MAN
    ),
    Both(
        "two lengths in one retention, both enough",
        "INSERT { ?r zy:periodYears 5 ; zy:periodMonths 60 , 70 } "
        f"WHERE {{ {C} zy:retention ?r . ?r zy:about practice:system-logs }} ;\n",
        "5.5.2.4",
        SAT,
    ),
    Both("the same retention twice", statement("retention", "system-logs", "zy:periodYears 5"), "5.5.2.4", SAT),
    Both(
        "a practice to avoid, done and not",
        statement("attestation", "telnet-on-servers", "zy:holds true"),
        "5.4.2.8",
        MAN,
    ),
    Both("no online trading beside links", only(C, "zy:offersOnlineTrading", "false"), "5.3.3.4", MAN),
    Both("nothing on the internet beside websites", only(C, "zy:servesTheInternet", "false"), "5.4.2.5", MAN),
    Both(
        "nothing sent over the internet beside online trading",
        only(C, "zy:sendsTradingDataOverInternet", "false"),
        "5.4.2.7",
        MAN,
    ),
    Both(
        "a member of no exchange beside links to them",
        f"DELETE WHERE {{ {C} zy:exchangeMembership ?m }} ;\n",
        "5.3.2.5",
        MAN,
        ("0", "exchange-link"),
    ),
    Both(
        "the links themselves are judged as listed",
        f"DELETE WHERE {{ {C} zy:exchangeMembership ?m }} ;\n",
        "5.3.2.4",
        SAT,
    ),
    Both(
        "no business place beside a branch with on-site trading",
        f"DELETE WHERE {{ {C} zy:businessPlace ?p }} ;\n",
        "5.4.4.9",
        MAN,
        ("0", "branch"),
    ),
    Both("the branch is judged as stated", f"DELETE WHERE {{ {C} zy:businessPlace ?p }} ;\n", "5.8.2.1", SAT),
    Both("the websites are judged as listed", only(C, "zy:servesTheInternet", "false"), "5.4.3.3", SAT),
    Both(
        "a network lacking and isolated",
        also(C, "zy:lacksNetwork", "zy:TestNetwork , zy:DevelopmentNetwork"),
        "5.4.1.6",
        MAN,
    ),
    Both(
        "no room hosts the core systems listed",
        f"DELETE WHERE {{ ?room zy:hostsCoreSystem ?h }} ;\n INSERT DATA {{ {ROOM} zy:hostsCoreSystem false . "
        f"<{COMPANY}/room/2> zy:hostsCoreSystem false }} ;\n",
        "5.2.1.9",
        MAN,
    ),
    Both(
        "a fiscal year that is one year and another",
        also(f"<{COMPANY}/fiscal-year/2023>", "zy:year", "2021"),
        "5.1.5.1",
        UND,
    ),
    Both("no generator, yet hours of it", only(ROOM, "zy:hasGenerator", "false"), "5.2.2.4", MAN, ("24",)),
    Both("the direct denial of what the clause demands", only(ROOM, "zy:hasGenerator", "false"), "5.2.2.2", VIO),
    Both("no UPS, yet its upkeep", only(ROOM, "zy:upsCount", "0"), "5.2.5.1", MAN),
    Both("no extinguishing, yet automatic", only(ROOM, "zy:hasFireExtinguishing", "false"), "5.2.1.4", MAN),
    Both("more trained than on duty", only(C, "zy:jobTrainedTechnicianCount", "999"), "5.1.2.1", MAN),
    # Counts of people that cannot be true together.
    Both("enough counted, too few in the whole list", UNLISTED, "5.1.1.3", MAN, ("22", "1")),
    Both("the others counted are not described", UNLISTED, "5.1.1.8", UND),
    Both("the count asked for is the one stated", only(C, "zy:headquartersTechnicianCount", "3"), "5.1.1.3", VIO),
    Both("more people than the company has", ALONE + only(C, "zy:headquartersStaffCount", "19"), "5.1.1.3", MAN),
    Both("as many as the company has", ALONE + only(C, "zy:headquartersStaffCount", "22"), "5.1.1.3", SAT),
    Both("more people, but all are listed", only(C, "zy:headquartersStaffCount", "19"), "5.1.1.3", SAT),
    Both("the share of more than all", only(C, "zy:headquartersStaffCount", "19"), "5.1.1.2", MAN),
]


@pytest.mark.parametrize("case", CONTRADICTIONS, ids=lambda case: case.name)
@pytest.mark.parametrize("engine", list(Engine))
def test_a_contradiction_is_read_both_ways(case: Both, engine: Engine) -> None:
    (verdict,), _ = run(case.patch, case.tier, CHECK_DATE, engine, [case.clause])
    assert verdict.outcome is case.outcome
    for fact in case.named:
        assert any(fact in way.shown for c in verdict.contradictions for way in c.ways)


def test_both_facts_are_told_with_a_cure(complete: bytes, judged: Judging) -> None:
    more = f"\n<{COMPANY}> <https://w3id.org/zhiyin/ontology#headquartersTechnicianCount> 3 .".encode()
    clause = next(c for c in judged(complete + more).verdicts[0].clauses if c.requirement.number == "5.1.1.3")
    assert clause.outcome is MAN
    assert next(f.value for f in clause.findings if f.path.endswith("headquartersTechnicianCount")) == "22；3"
    assert clause.remedy is not None
    assert "监管" in clause.remedy.zh


def test_many_contradictions_are_no_way_to_satisfied() -> None:
    """Of more ways than can be judged, a clause that several touch is left to a person."""
    patch = "".join(also(C, f"zy:{p}", "false") for p in ("bodyCoversSystemPlanning", "bodyCoversSecurityManagement"))
    patch += "".join(also(C, f"zy:{p}", "false") for p in ("inspectsBeforeOpening", "inspectsAtRecess", "hasDutyPhone"))
    (body, phone), _ = run(patch, 4, CHECK_DATE, Engine.COMPILED, ["5.1.1.5", "5.5.1.3"])
    assert (body.outcome, phone.outcome) == (MAN, MAN)
