"""A remedy cures: with the amount that a violated finding names applied to the facts, the clause is not violated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest

from zhiyin.composition.trial import CHECK_DATE, COMPANY, run
from zhiyin.law.outcome import Outcome
from zhiyin.validation.engine import Engine

C = f"<{COMPANY}>"
Cure = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Remedy:
    """A clause violated by ``patch`` and how the amount of its finding changes the facts."""

    name: str
    clause: str
    patch: str
    cure: Cure
    tier: int = 4


def set_to(prop: str, value: object, node: str = C) -> str:
    return f"DELETE WHERE {{ {node} {prop} ?old }} ;\nINSERT DATA {{ {node} {prop} {value} }} ;\n"


def share(found: int, staff: int, part: str, whole: str, clause: str) -> Remedy:
    """People hired for a share count in its whole as well."""

    def hire(amount: Mapping[str, str]) -> str:
        more = int(amount["missing"])
        return set_to(part, found + more) + set_to(whole, staff + more)

    return Remedy(f"{found} of {staff}", clause, set_to(part, found) + set_to(whole, staff), hire)


TECH, STAFF, DEGREE = "zy:headquartersTechnicianCount", "zy:headquartersStaffCount", "zy:degreeTechnicianCount"
SHARES = [
    *(share(f, s, TECH, STAFF, "5.1.1.2") for f, s in ((5, 200), (0, 1), (12, 151), (7, 100), (0, 99_000), (1, 13))),
    *(share(f, s, DEGREE, TECH, "5.1.3.1") for f, s in ((10, 22), (0, 1), (0, 0), (49, 99), (1, 1000))),
]


def by(prop: str, value: int, clause: str, node: str = C, tier: int = 4) -> Remedy:
    return Remedy(
        f"{prop} {value}",
        clause,
        set_to(prop, value, node),
        lambda amount: set_to(prop, value + int(float(amount["missing"])), node),
        tier,
    )


AMOUNTS = [
    *(by(TECH, n, "5.1.1.3") for n in (0, 7, 14)),
    *(by("zy:jobTrainedTechnicianCount", n, "5.1.2.1") for n in (0, 3)),
    Remedy(
        "three years of spend",
        "5.1.5.1",
        "".join(set_to("zy:itSpendYuan", "1000.0", f"<{COMPANY}/fiscal-year/{y}>") for y in (2023, 2024, 2025)),
        lambda amount: set_to("zy:itSpendYuan", float(amount["missing"]) + 1000, f"<{COMPANY}/fiscal-year/2025>"),
    ),
]


@pytest.mark.parametrize("remedy", [*SHARES, *AMOUNTS], ids=lambda remedy: f"{remedy.clause} {remedy.name}")
def test_the_amount_of_a_remedy_cures_the_clause(remedy: Remedy) -> None:
    (broken,), _ = run(remedy.patch, remedy.tier, CHECK_DATE, Engine.COMPILED, [remedy.clause])
    assert broken.outcome is Outcome.VIOLATED
    amounts = [dict(result.bindings) for shape, result in broken.results if shape.outcome is Outcome.VIOLATED]
    greatest = max((a for a in amounts if "missing" in a), key=lambda a: float(a["missing"]))
    cured = remedy.patch + ";\n" * (not remedy.patch.strip().endswith(";")) + remedy.cure(greatest)
    (after,), _ = run(cured, remedy.tier, CHECK_DATE, Engine.COMPILED, [remedy.clause])
    assert after.outcome is not Outcome.VIOLATED, greatest


@pytest.mark.parametrize(("profit", "revenue"), [("100000000.0", "1000000.0"), ("1000000.0", "900000000.0")])
def test_each_finding_on_spend_names_the_amount_that_cures_both(profit: str, revenue: str) -> None:
    years = [f"<{COMPANY}/fiscal-year/{year}>" for year in (2023, 2024, 2025)]
    little = "".join(set_to("zy:itSpendYuan", "10.0", year) for year in years)
    little += "".join(set_to("zy:netProfitYuan", profit, y) + set_to("zy:revenueYuan", revenue, y) for y in years)
    (broken,), _ = run(little, 4, CHECK_DATE, Engine.COMPILED, ["5.1.5.1"])
    amounts = {dict(result.bindings)["missing"] for _, result in broken.results}
    assert len(broken.results) == 2
    assert len({float(amount) for amount in amounts}) == 1
    cured = little + set_to("zy:itSpendYuan", 10.0 + float(amounts.pop()), years[-1])
    (after,), _ = run(cured, 4, CHECK_DATE, Engine.COMPILED, ["5.1.5.1"])
    assert after.outcome is Outcome.SATISFIED


@pytest.mark.parametrize("remedy", SHARES, ids=lambda remedy: f"{remedy.clause} {remedy.name}")
def test_the_amount_of_a_share_is_the_least_that_cures(remedy: Remedy) -> None:
    (broken,), _ = run(remedy.patch, remedy.tier, CHECK_DATE, Engine.COMPILED, [remedy.clause])
    missing = int(next(dict(r.bindings)["missing"] for _, r in broken.results if "missing" in dict(r.bindings)))
    short = remedy.patch + remedy.cure({"missing": str(missing - 1)})
    (after,), _ = run(short, remedy.tier, CHECK_DATE, Engine.COMPILED, [remedy.clause])
    assert after.outcome is Outcome.VIOLATED
