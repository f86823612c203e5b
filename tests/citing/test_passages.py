"""Passages with known faults and sound ones, in the manner of policies, audit reports and model answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from zhiyin import resources
from zhiyin.citing.statement import Checked

RECALL = 0.95
FALSE_ALARMS = 0.02

# What is judged wrongly so far; one more is a loss, one fewer is taken off here.
MISSED = {
    "银期系统应与至少2家证券公司对接（2.3.5.1）。",
    "应由财务部门负责技术联络（3.1.1.9）。",
    "指引4.4.3.2要求至少每年对网上交易系统进行一次安全检查。",
    "指引要求四类公司设立首席信息安全官。",
    "2.4.3.5：网站的内容采集应有审核制度和完整的内容发布流程。",
    "按1.4.5，现场交易包括客户在家中使用自有设备交易。",
    "指引2.1.1.4条规定，公司应设内部审计岗，定期审计财务流程的执行情况。",
    "指引4.8.1.6要求分支机构掌握总部的运行情况。",
    "培训内容要有反洗钱（2.1.2.5）。",
    "《指引》4.1.2.5规定安全教育和培训的内容应包含反洗钱等。",
    "网站数据每日备份，结算后数据按备份计划备份（3.6.1.5）。",
    "生产网与互联网应实现物理隔离，防火墙不算（2.4.1.1）。",
}
ALARMED = {"三类比二类新增了“24小时恢复验证”之外的“当日备份的交易和结算数据应立即进行恢复验证”（4.6.1.9）。"}


@dataclass(frozen=True)
class Passage:
    faulty: bool
    kind: str
    text: str


def passages(name: str) -> list[Passage]:
    lines = resources.path(f"data/citing/{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [Passage(label == "faulty", kind, text.replace("\\n", "\n")) for label, kind, text in rows]


NAMES = [
    "tuned",
    "blind",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
]


@pytest.mark.parametrize("name", NAMES)
def test_faults_are_found_and_sound_passages_pass(check: Callable[[str], Checked], name: str) -> None:
    found = passages(name)
    flagged = {p: any(s.is_fault for s in check(p.text).statements) for p in found}
    faulty = [p for p in found if p.faulty]
    sound = [p for p in found if not p.faulty]
    assert len(faulty) >= 18
    assert len(sound) >= 40
    missed = [p.text for p in faulty if not flagged[p]]
    alarmed = [p.text for p in sound if flagged[p]]
    assert len(missed) <= max(1.0, (1 - RECALL) * len(faulty)), missed
    assert len(alarmed) <= FALSE_ALARMS * len(sound), alarmed
    assert set(missed) == MISSED & {p.text for p in faulty}
    assert set(alarmed) == ALARMED & {p.text for p in sound}


def test_what_is_listed_as_judged_wrongly_stands_in_the_passages() -> None:
    assert {passage.text for name in NAMES for passage in passages(name)} >= MISSED | ALARMED
