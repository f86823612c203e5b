"""What stated facts presuppose, as a table: each general denial of the vocabulary with the particulars that deny it in turn.

A denial is a property with the value by which a company says that it has or does not do something, or a list said to
be complete with nothing on it. The particulars are facts that make no sense if it is true: the hours of a generator
that is not there, antivirus on Windows where no computer runs Windows. That no pair is forgotten is held by
tests/validation/test_denials.py, which derives the pairs from the shapes: whatever the clauses ask for that a denial
makes inapplicable stands here or in AGREES, with the reason why both may be true.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.namespaces import BASE, ZY

FALSE = "false"


def term(name: str) -> str:
    """Return the IRI of a property or an individual, or of a practice, whose name holds a hyphen."""
    return f"{BASE}id/practice/{name}" if "-" in name else str(ZY[name])


@dataclass(frozen=True, slots=True)
class Presupposition:
    """One denial and what contradicts it.

    ``denial``: the value of ``general`` that denies, empty where ``general`` is a list said to be complete and empty.
    ``shows``: what shows that the thing is there after all, for every clause; ``elsewhere``: the same of the things of
    a list of the company, by a property that is true. ``asked``: what only the clauses that ask for it are judged by.
    Both are properties and practices of the node that denies, or networks whose isolation the company describes.
    ``settles``: the chapter demands the thing itself, so the clause that asks for it is judged by its denial; if a list
    of it is empty, what presupposes it is not so.
    """

    general: str
    denial: str
    shows: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    elsewhere: tuple[tuple[str, str], ...] = ()
    settles: bool = False

    @property
    def own(self) -> frozenset[str]:
        """All that contradicts the denial on its own node."""
        return self.shows | self.asked


def _denied(
    general: str,
    shows: str = "",
    asked: str = "",
    *,
    denial: str = FALSE,
    elsewhere: tuple[tuple[str, str], ...] = (),
    settles: bool = False,
) -> Presupposition:
    return Presupposition(
        term(general),
        denial,
        frozenset(map(term, shows.split())),
        frozenset(map(term, asked.split())),
        tuple((term(things), term(said)) for things, said in elsewhere),
        settles,
    )


_TRADING_WEBSITE = (("website", "hasTradingFunction"),)
_ONLINE = """authenticationMethodCount offersReservedMessage showsReservedMessageAtLogin
    reliable-authentication contract-online-risks contract-company-controls contract-customer-controls
    contract-liability online-trading-assessment online-trading-assessor-qualification
    online-trading-vulnerability-correction OnlineTradingSystemNetwork"""

DENIED: tuple[Presupposition, ...] = (
    # What a chapter demands.
    _denied(
        "hasGenerator",
        "generatorContinuousHours generatorSupplyMinutes generator-start-test",
        "generatorStartMinutes",
        settles=True,
    ),
    _denied(
        "upsCount",
        "hasOnlineUps upsMinutes upsFullLoadMinutes upsUpkeep ups-maintenance",
        "upsIsEnclosed",
        denial="0",
        settles=True,
    ),
    _denied(
        "coolingKind",
        "coolingUpkeep coolingFeedCount cooling-maintenance",
        "coolingKilowatts coolingRedundancy coolingHasGenerator",
        denial=term("NoCooling"),
        settles=True,
    ),
    _denied("hasFireExtinguishing", "hasAutomaticFireExtinguishing extinguishingAgent", settles=True),
    _denied(
        "hasTechnologyDepartment",
        "headquartersTechnicianCount technician",
        """securityAdministratorCount networkAdministratorCount degreeTechnicianCount oneYearExperienceCount
        twoYearExperienceCount annual-training-planning annual-training-carried-out security-training
        securityTrainingCoversAllPosts""",
        settles=True,
    ),
    # What nothing demands: without it the clauses about it do not apply.
    _denied("offersOnlineTrading", "onlineTradingLink", _ONLINE, elsewhere=_TRADING_WEBSITE),
    _denied(
        "servesTheInternet",
        "website onlineTradingLink offersOnlineTrading",
        "internet-service-scan internet-service-ports-closed",
    ),
    _denied("sendsTradingDataOverInternet", "onlineTradingLink offersOnlineTrading", elsewhere=_TRADING_WEBSITE),
    _denied("offersInternetAccountOpening", "", "internetOpeningEnforcesRealName internetOpeningEnforcesSuitability"),
    _denied("usesWindows", "", "hasAntivirusOnWindows antivirus-full-scan virus-definitions-update"),
    _denied("hasDatabaseService", "databaseServer"),
    _denied("offersOnSiteTrading", "hasCustomerTradingArea"),  # 1.4.5, where a branch is a business place too
    _denied("hasCustomerTradingArea", "", "tradingAreaHasVideo videoCoversTradingHours trading-area-recording"),
    _denied("keepsWrittenPasswords", "", "written-password-protection"),
    _denied(
        "usesCustomerDataInTests",
        "usesUnmaskedTestData",
        "test-data-masking unmasked-data-authorisation unmasked-data-operation-audit",
    ),
    _denied(
        "makesRiskyChanges",
        "",
        "risky-change-contingency-plan risky-change-fallback-plan risky-change-follow-up risky-change-rehearsal",
    ),
    _denied("makesRiskyCoreSystemChanges", "", "risky-change-rehearsal"),
    _denied("hadTechnicalIncidents", "", "incident-records incident-improvement-plan incident-improvement-measures"),
    # What another fact takes for granted, so that a bound is lowered or another duty takes its place.
    _denied("hasEmergencySupplyAgreement", "emergencyArrivalMinutes"),
    _denied("isHosted", "hostMaintainsInfrastructure"),
    _denied("hasEquivalentProtection", "equivalentProtectionArgument"),
)
"""Denied by a value of the node itself."""

EMPTY: tuple[Presupposition, ...] = (
    # What a chapter demands: without it every clause about it is violated.
    _denied(
        "technician",
        """headquartersTechnicianCount securityAdministratorCount networkAdministratorCount degreeTechnicianCount
        oneYearExperienceCount twoYearExperienceCount""",
        denial="",
        settles=True,
    ),
    _denied(
        "coreSystem",
        "",
        """monitorsCoreSystems monitorsCoreAvailability monitorsCorePerformance makesRiskyCoreSystemChanges
        reportsToMonitoringCentre linksToInvestorKeySystem opensAccountsByEntry opensAccountsByFile
        opensAccountsByInterface initialPasswordChangeEnabled weakPasswordControlEnabled loginFailureLimitEnabled
        performance-capacity-report risky-change-rehearsal""",
        elsewhere=(("machineRoom", "hostsCoreSystem"), ("serviceProvider", "servesCoreSystem")),
        denial="",
        settles=True,
    ),
    # What nothing demands.
    _denied("exchangeMembership", "exchangeLink", denial=""),
    _denied("businessPlace", elsewhere=(("branch", "offersOnSiteTrading"),), denial=""),
    _denied("website", "", "WebsiteSystem", denial=""),
    _denied("onlineTradingLink", "", _ONLINE, elsewhere=_TRADING_WEBSITE, denial=""),
)
"""Denied by a list said to be complete with nothing on it."""

LACKING: tuple[Presupposition, ...] = (
    _denied(
        "lacksNetwork",
        """TestNetwork hasSeparateTestEnvironment technical-tests-in-test-environment
        business-tests-in-test-environment""",
        denial=term("TestNetwork"),
    ),
    _denied("lacksNetwork", "DevelopmentNetwork", denial=term("DevelopmentNetwork")),
    _denied(
        "lacksNetwork",
        "CustomerNetwork",
        elsewhere=(("branch", "offersOnSiteTrading"),),
        denial=term("CustomerNetwork"),
    ),
)
"""The networks that a company may say it lacks; on-site trading is trading over the company's own network (1.4.5)."""

_ANY_BRANCH = "a branch without on-site trading may have rooms, equipment, staff and rules of its own"
_ANY_ROOM = "a room where no production runs, or no core system, is fitted out all the same"

_STRONG = {"strongAuthenticationMethodCount": "the clause on strong authentication asks it of every company"}
_RULE = "a rule or a mechanism stands before the first one that it is for"
_OTHER_CHANGES = "risky changes of other systems have plans too"
_ELSEWHERE = "technicians may work in branches or outside the department"

AGREES: dict[str, dict[str, str]] = {
    "offersOnlineTrading": _STRONG,
    "onlineTradingLink": {
        **_STRONG,
        "offersOnlineTrading": "online trading without a link is what the clauses on links judge",
    },
    "admitsNonTechnicalStaff": {"*": _RULE},
    "branch": {"branch-oversight-mechanism": _RULE},
    "technician": {
        "departure-control": _RULE,
        "hasTechnologyDepartment": "a department may have nobody in it, which its clauses judge",
        "branch-technical-support": _ELSEWHERE,
        "technicianCount": _ELSEWHERE,
        "fullTimeTechnicianCount": _ELSEWHERE,
        "onDutyTechnicianCount": _ELSEWHERE,
        "jobTrainedTechnicianCount": _ELSEWHERE,
        "job-training": _ELSEWHERE,
    },
    "coreSystem": {
        "capacity-improvement-plan": _RULE,
        "emergency-organisation": _RULE,
        "fault-emergency-plan": _RULE,
        "fault-troubleshooting-process": _RULE,
        "security-risk-emergency-plan": _RULE,
        "security-risk-troubleshooting-process": _RULE,
        "hardware-change-management": _RULE,
        "software-change-management": _RULE,
        "makesRiskyChanges": "changes of other systems may be risky",
    },
    "machineRoom": {"*": "a room where no production runs has rules, upkeep and visitors too"},
    "website": dict.fromkeys(
        ("website-backup-plan", "website-planned-backup"), "the data of a website that was closed are kept and copied"
    ),
    "serviceProvider": {"*": _RULE},
    "offersOnSiteTrading": {"*": _ANY_BRANCH},
    "runsProduction": {"*": _ANY_ROOM},
    "hostsCoreSystem": {"*": _ANY_ROOM},
    "servesCoreSystem": {"provider-confidentiality-agreement": "any provider may have signed one"},
    "sendsTradingDataOverInternet": {
        "*": "the question is whether anything is sent in the clear: where nothing is sent, nothing is"
    },
    "coreSystemKind": {"*": "no denial: what a system is for"},
    "connectsToExchange": {"*": "a device that no exchange is connected to may still be the only way to one"},
    "hasDatabaseService": {"webServer": "a website without a database has web servers too"},
    "makesRiskyCoreSystemChanges": {
        "risky-change-contingency-plan": _OTHER_CHANGES,
        "risky-change-fallback-plan": _OTHER_CHANGES,
        "risky-change-follow-up": _OTHER_CHANGES,
    },
}
"""By denial: what the clauses that it makes inapplicable ask for and that may be true beside it, with the reason."""
