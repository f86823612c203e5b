"""What a firm or the sector comes to, as a report of headings, paragraphs and tables."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from zhiyin.desk import deadlines, firms, moments, remedies, rulings, sector, verdicts
from zhiyin.desk.desk import Desk
from zhiyin.desk.duties import edition_name
from zhiyin.desk.faults import Conflict
from zhiyin.desk.firms import Firm
from zhiyin.desk.people import Person
from zhiyin.desk.verdicts import KeptVerdict
from zhiyin.errors import NotFound
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.model import number_key, tier_name
from zhiyin.validation.policy import STATUS_LABELS, TierStatus

_MOST_CLAUSES, _MOST_FIRMS = 30, 400


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with paragraphs and, where there is one, a table; the first row of a table is its head."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its title, what stands below it, and its parts."""

    title: str
    subtitle: str
    parts: tuple[Part, ...]


def _status(status: str) -> str:
    return STATUS_LABELS[TierStatus(status)]


def _named(clause: str, clauses: str) -> str:
    """Return a clause as a report names it: with its edition where that is not the shipped one."""
    edition = edition_name(clauses)
    return f"{clause}（{edition}）" if edition else clause


def _of_edition(verdict: KeptVerdict) -> str:
    edition = edition_name(verdict.clauses)
    return f" {edition} 版" if edition else ""


def sector_report(desk: Desk, connection: Connection, person: Person) -> Report:
    """Return the report of all firms that the person may see."""
    known = {f.id: f for f in firms.all_firms(connection, person)}
    latest = verdicts.latest_of_firms(connection, person.firm)
    counted = sector.clause_counts(latest.values())
    items = remedies.listed(connection, person, alive=True)
    spreads = sector.spreads(sector.figures_of(connection), person, desk.law())
    statuses = Counter((v.tier, v.status) for v in latest.values())
    tiers = sorted({v.tier for v in latest.values()})
    soon = [d for d in deadlines.calendar(connection, person) if d.is_past]
    overview = [("类别", "公司数", *(_status(s) for s in TierStatus))]
    for tier in tiers:
        own = [statuses[tier, str(s)] for s in TierStatus]
        overview.append((tier_name(tier), str(sum(own)), *(str(n) for n in own)))
    violated = [c for c in counted if c.counts[Outcome.VIOLATED]][:_MOST_CLAUSES]
    lacking = sorted(counted, key=lambda c: -c.counts[Outcome.UNDECLARED])
    lacking = [c for c in lacking if c.counts[Outcome.UNDECLARED]][:_MOST_CLAUSES]
    rows = sorted(latest.items(), key=lambda pair: (-pair[1].counts().get("violated", 0), known[pair[0]].title))
    return Report(
        "行业信息技术合规情况报告",
        f"{moments.today().isoformat()} · {len(latest)} 家公司 · 据各公司自述",
        (
            Part("总体情况", (f"共 {len(known)} 家公司，其中 {len(latest)} 家已有评定。",), tuple(overview)),
            Part("不符合最多的条款", (), _clause_rows(desk, violated, Outcome.VIOLATED)),
            Part("未声明最多的条款", (), _clause_rows(desk, lacking, Outcome.UNDECLARED)),
            Part(
                "各公司结论",
                (),
                (
                    ("公司", "类别", "结论", *(OUTCOME_LABELS[o] for o in Outcome)),
                    *(
                        (
                            known[f].title,
                            tier_name(v.tier),
                            _status(v.status),
                            *(str(v.counts().get(o, 0)) for o in Outcome),
                        )
                        for f, v in rows[:_MOST_FIRMS]
                    ),
                ),
            ),
            Part(
                "主要指标的分布",
                ("每家公司取各项指标最不利的值：有上限的取最大，其余取最小。",),
                (
                    ("指标", "公司数", "最小", "中位", "最大"),
                    *(
                        (s.label.zh, str(s.count), *(sector.plainly(n) for n in (s.least, s.median, s.greatest)))
                        for s in spreads
                    ),
                ),
            ),
            Part(
                "整改",
                (f"未完成的整改项 {len(items)} 项，逾期 {sum(i.is_late for i in items)} 项。",),
                (
                    ("公司", "条款", "责任人", "期限", "状态"),
                    *(
                        (i.firm_name, _named(i.clause, i.clauses), i.owner, i.due, remedies.STATE_LABELS[i.state][0])
                        for i in items
                    ),
                ),
            ),
            Part("已到期的定期工作", (f"共 {len(soon)} 项已过到期日，须以新的自述更新。",)),
        ),
    )


def _clause_rows(desk: Desk, counted: Sequence[sector.ClauseCount], outcome: Outcome) -> tuple[tuple[str, ...], ...]:
    head = ("条款", "类别", "原文", OUTCOME_LABELS[outcome], "公司数")
    texts = {clauses: _texts(desk, clauses) for clauses in {c.clauses for c in counted}}
    rows = (
        (
            _named(c.number, c.clauses),
            tier_name(c.tier),
            texts[c.clauses].get(c.number, ""),
            str(c.counts[outcome]),
            str(c.firms),
        )
        for c in counted
    )
    return (head, *rows)


def _texts(desk: Desk, clauses: str) -> dict[str, str]:
    """Return the words of an edition's clauses by number; nothing where the edition is there no more."""
    try:
        return {r.number: r.text for r in desk.law(clauses).requirements}
    except NotFound:
        return {}


_Rows = tuple[tuple[str, ...], ...]


def firm_report(desk: Desk, connection: Connection, person: Person, firm: Firm) -> Report:
    """Return the report of one firm; Conflict where nothing of it was judged."""
    verdict = verdicts.latest_of_firms(connection, firm.id).get(firm.id)
    if verdict is None:
        raise Conflict("这家公司还没有评定", "nothing of this firm has been judged yet")
    document = json.loads(verdicts.document_of(desk, connection, verdict))["verdicts"][0]
    items = remedies.listed(connection, person, firm=firm.id)
    ruled = rulings.of_firm(connection, firm.id)
    line = sector.line_of_firm(connection, firm.id)
    due = deadlines.calendar(connection, person, firm=firm.id)
    counts = verdict.counts()
    rows: _Rows
    parts = [
        Part(
            "结论",
            (
                f"按{_of_edition(verdict)}{tier_name(verdict.tier)}评定：{_status(verdict.status)}。"
                f"核查日 {verdict.check_date}，据自述。",
                "；".join(f"{OUTCOME_LABELS[o]} {counts.get(o, 0)} 条" for o in Outcome) + "。",
            ),
        )
    ]
    for outcome in (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL):
        own = [c for c in document["clauses"] if c["outcome"] == outcome]
        if own:
            rows = tuple((c["number"], c["obligation"], c["text"], _said(c)) for c in own)
            parts.append(
                Part(f"{OUTCOME_LABELS[outcome]}的条款", (), (("条款", "约束力", "原文", "发现与整改"), *rows))
            )
    if ruled:
        rows = tuple(
            (
                _named(r.clause, r.clauses),
                OUTCOME_LABELS[Outcome(r.outcome)],
                r.reason,
                f"{r.by_name} {r.day}",
                rulings.STATE_LABELS[r.state][0],
            )
            for r in ruled
        )
        parts.append(Part("认定", (), (("条款", "认定", "理由", "认定人与日期", "状态"), *rows)))
    if items:
        rows = tuple(
            (_named(i.clause, i.clauses), i.owner, i.due, remedies.STATE_LABELS[i.state][0], i.closed_by or "")
            for i in items
        )
        parts.append(Part("整改", (), (("条款", "责任人", "期限", "状态", "销项自述"), *rows)))
    parts.append(
        Part("到期日历", (), (("到期日", "事项", "条款"), *((d.day, d.label.zh, "、".join(d.clauses)) for d in due)))
    )
    sections = sorted({s for p in line for s in p.shares}, key=number_key)
    rows = tuple((p.as_of, _status(p.verdict.status), *(f"{p.shares.get(s, 0):.0%}" for s in sections)) for p in line)
    parts.append(Part("历次自述各节的符合率", (), (("核查日", "结论", *(f"第{s}节" for s in sections)), *rows)))
    return Report(f"{firm.title}信息技术合规情况报告", f"{moments.today().isoformat()} · {firm.code}", tuple(parts))


def _said(clause: dict[str, list[dict[str, dict[str, str] | None]]]) -> str:
    found = []
    for finding in clause["findings"][:4]:
        message, remedy = finding["message"] or {}, finding["remedy"] or {}
        found.append(str(message.get("zh", "")) + (f" → {remedy['zh']}" if remedy.get("zh") else ""))
    return "；".join(dict.fromkeys(found))
