"""Rulings held against a verdict: which may be applied, and of each that is not, why."""

from __future__ import annotations

from collections.abc import Container, Mapping

from zhiyin.errors import Message
from zhiyin.intake.determinations import Determination
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome


def earlier_than_the_facts(ruling: Determination, as_of: str) -> Message | None:
    """Return what to say of a ruling that was applied although it was made before the day of the facts."""
    if not as_of or ruling.on[:10] >= as_of[:10]:
        return None
    return Message(
        f"条款 {ruling.clause} 的认定（{ruling.on[:10]}）早于事实截止日 {as_of[:10]}：已适用，请核对它是否就这份自述作出",
        f"the ruling on {ruling.clause} ({ruling.on[:10]}) was made before the day of the facts, {as_of[:10]}: applied, "
        "but see whether it was made of this self-description",
    )


def why_unused(
    ruling: Determination,
    outcomes: Mapping[str, Mapping[str, Outcome]],
    clauses: Container[str],
    applied: Mapping[tuple[str, str], Determination],
) -> Message:
    """Return why a ruling was not applied.

    ``outcomes`` holds, by company, what each clause of its tier came to, ``clauses`` the numbers of those of any tier,
    ``applied`` the ruling that settled a clause of a company.
    """
    firms = [ruling.company] if ruling.company else list(outcomes)
    known = [firm for firm in firms if firm in outcomes]
    if not known:
        return Message("文件中没有这家公司", "the file holds no such company")
    firm = known[0]
    if ruling.clause not in outcomes[firm]:
        if ruling.clause not in clauses:
            return Message("没有这一条款", "there is no such clause")
        return Message("不是所评类别的条款", "the clause is of another tier than the one assessed")
    if (firm, ruling.clause) in applied:
        other = applied[firm, ruling.clause]
        return Message(
            f"结论相同的另一条认定（{other.on}，{other.by}）已适用",
            f"another ruling of the same outcome ({other.on}, {other.by}) was applied",
        )
    outcome = outcomes[firm][ruling.clause]
    return Message(
        f"该条款的结论是“{OUTCOME_LABELS[outcome]}”，不需人工认定",
        f"the clause came to '{outcome}' and needs no ruling",
    )
