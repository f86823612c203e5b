"""What is said never to be done beside what cannot be done without it: read both ways, and no such pair is forgotten.

The pairs are derived from the vocabulary: two facts of one kind of thing, asked by different clauses, whose names share
a word of four characters or more, speak of one thing. Each stands in the table of deeds, or its word in APART with the
reason why the one may be denied and the other true.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from zhiyin.composition.judging import rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, run
from zhiyin.law.outcome import Outcome
from zhiyin.law.vocabulary import Term
from zhiyin.validation.deeds import DEEDS
from zhiyin.validation.engine import Engine
from zhiyin.validation.readings import terms_seen_by

C = f"<{COMPANY}>"
SAT, VIO, MAN = Outcome.SATISFIED, Outcome.VIOLATED, Outcome.MANUAL


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


APART: dict[str, frozenset[str]] = {
    "each has a rule, a post, a plan, a report or a record of its own": words(
        """管理制度 管理流程 配置管理 网络管理 管理人员（人） 管理部门 技术部门 技术部门人 安全管理 操作记录 操作手册 评估报告 审计记录 操作审计
        操作审计记录 操作产生审计记录 全面评估 风险评估 改进计划 应急预案 配置信息 配置信息恢复 恢复演练 测试记录 管理功能 认证机制 及时处理
        数据备份 备份数据 备份介质 数据恢复 数据恢复验证 恢复验证 介质使用 应急演练 纳入变更管理 日常操作"""
    ),
    "a count of other people, or a length of another time": words(
        """技术人员 技术人员（人） 人员（人） 员（人） 人数（人） （分钟） 时间（分钟） 的时间（分钟） （小时） 供电时间（ 供电时间（分钟）
        运维值班 日常值班 主要业务"""
    ),
    "the same object, of which different things are asked": words(
        """账户和权限 应用系统 核心系统 信息技术 生产环境 信息安全 客户信息 网络安全 安全事件 业务操作 交易数据 结算数据 合规风险 不需要的端口
        安全扫描 服务器加 交易期间 进入机房 机房消防 独立封闭 运行情况 因业务需要使用 监控网络 技术事故 交易通信链路 网上交易
        网站内容 网站安全 风险较大 风险较大变更"""
    ),
}
"""By reason: words that facts share of which one may be denied and the other true. The pairs of the table are no such."""


def asked() -> dict[str, set[str]]:
    law = rules()
    found: dict[str, set[str]] = {}
    for shape in law.shapes.shapes.values():
        if shape.outcome is VIO:
            for iri in terms_seen_by(shape, law.shapes):
                term = law.vocabulary.terms.get(iri)
                if term is not None and (term.practice_of or term.kind == "datatype"):
                    found.setdefault(iri, set()).update(shape.enforces)
    return found


def common(first: str, second: str) -> str:
    """The longest word that two names share."""
    parts = {first[i:j] for i in range(len(first)) for j in range(i + 4, len(first) + 1)}
    return max((part for part in parts if part in second), key=lambda part: (len(part), part), default="")


def pairs() -> Iterator[tuple[Term, Term, str]]:
    terms, clauses = rules().vocabulary.terms, asked()
    for one, other in combinations(sorted(clauses), 2):
        a, b = terms[one], terms[other]
        same = set(a.practice_of or a.domains) & set(b.practice_of or b.domains)
        if same and not clauses[one] & clauses[other] and (word := common(a.label.zh, b.label.zh)):
            yield a, b, word


def test_no_pair_is_forgotten() -> None:
    known = {frozenset((d, n)) for deed in DEEDS for d in deed.denied for n in deed.needing}
    agreeing = frozenset().union(*APART.values())
    found = list(pairs())
    assert len(found) > 200
    assert [
        (a.local, b.local, w) for a, b, w in found if frozenset((a.iri, b.iri)) not in known and w not in agreeing
    ] == []


def test_no_reason_is_kept_for_a_word_that_none_share() -> None:
    assert frozenset().union(*APART.values()) - {word for _, _, word in pairs()} == frozenset()


def never(*practices: str) -> str:
    return "".join(
        "DELETE { ?s zy:holds ?h ; zy:lastConductedOn ?l } INSERT { ?s zy:holds false } WHERE { "
        f"?s zy:about practice:{practice} OPTIONAL {{ ?s zy:holds ?h }} OPTIONAL {{ ?s zy:lastConductedOn ?l }} }} ;\n"
        for practice in practices
    )


def is_now(prop: str, value: str) -> str:
    return f"DELETE {{ ?n zy:{prop} ?old }} INSERT {{ ?n zy:{prop} {value} }} WHERE {{ ?n zy:{prop} ?old }} ;\n"


SAID = {
    "settlement data never backed up, beside its copies": (never("settlement-data-backup"), "5.6.1.5", "5.6.1.6"),
    "and beside its verification": (never("settlement-data-backup"), "5.6.1.5", "5.6.1.9"),
    "no assessment of any core system, beside the report on it": (
        never("performance-assessment", "capacity-assessment"),
        "5.7.3.1",
        "5.7.3.2",
    ),
    "no plan for improvement, which is carried out": (never("capacity-improvement-plan"), "5.7.3.2", "5.7.3.3"),
    "no backup of the configuration, whose recovery is drilled": (never("configuration-backup"), "5.7.2.2", "5.7.2.4"),
    "no emergency plan, which is revised": (
        never("fault-emergency-plan", "security-risk-emergency-plan"),
        "5.7.4.1",
        "5.7.4.3",
    ),
    "no manual, which is revised after a change": (
        never("daily-operation-manual", "maintenance-manual"),
        "5.5.2.3",
        "5.7.1.7",
    ),
    "core systems not monitored, their availability is": (is_now("monitorsCoreSystems", "false"), "5.5.2.4", "5.5.2.7"),
    "the network not monitored, its performance is": (is_now("monitorsNetworkSystems", "false"), "5.5.2.4", "5.5.2.7"),
    "a branch without links, which are monitored": (is_now("tradingLinkCount", "0"), "5.8.2.1", "5.8.2.3"),
}
"""What is said, the clause that asks for what is denied, and one that asks for what presupposes it."""


@pytest.mark.parametrize(
    ("name", "engine"), [*((n, Engine.COMPILED) for n in SAID), (next(iter(SAID)), Engine.PYSHACL)]
)
def test_the_denied_is_violated_and_what_presupposes_it_is_for_a_person(name: str, engine: Engine) -> None:
    patch, denied, needing = SAID[name]
    verdicts = {v.number: v for v in run(patch, 4, CHECK_DATE, engine, [denied, needing])[0]}
    assert (verdicts[denied].outcome, verdicts[needing].outcome) == (VIO, MAN)
    doubt = verdicts[needing].contradictions[0].doubt
    assert doubt is not None
    assert "前提" in doubt.zh


def test_every_deed_is_said() -> None:
    assert len({patch for patch, _, _ in SAID.values()}) == len(DEEDS)


ALONE = {
    "one of two plans denied": (never("fault-emergency-plan"), "5.7.4.3"),
    "one of two manuals denied": (never("daily-operation-manual"), "5.7.1.7"),
    "one of two assessments never made": (never("performance-assessment"), "5.7.3.2"),
    "another core system may have been assessed": (
        never("performance-assessment", "capacity-assessment") + f"DELETE DATA {{ {C} zy:listsAll zy:coreSystem }} ;\n",
        "5.7.3.2",
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_what_may_be_true_beside_it_is_judged_as_stated(name: str) -> None:
    patch, clause = ALONE[name]
    (verdict,), _ = run(patch, 4, CHECK_DATE, Engine.COMPILED, [clause])
    assert verdict.outcome is SAT


def test_both_denied_contradict_nothing() -> None:
    patch = never("configuration-backup", "configuration-recovery-drill")
    backup, drill = run(patch, 4, CHECK_DATE, Engine.COMPILED, ["5.7.2.2", "5.7.2.4"])[0]
    assert (backup.outcome, drill.outcome) == (VIO, VIO)
