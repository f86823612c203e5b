"""Every clause of tier 3, cited as it is and with one change: what holds must hold and each change must be found."""

from __future__ import annotations

import re
from collections.abc import Callable

from zhiyin.catalogue import ClauseView
from zhiyin.citing.statement import Checked
from zhiyin.composition import BuiltGraph

Check = Callable[[str], Checked]
_OTHER = {"新增": "延续", "延续": "新增", "必须": "可选", "可选": "必须"}
_DOUBLE = re.compile("不应|应急|应用|供应|相应|对应|应当")


def faulty(check: Check, text: str) -> bool:
    return any(statement.is_fault for statement in check(text).statements)


def clauses(built: BuiltGraph) -> list[ClauseView]:
    found = [clause for clause in built.catalogue.clauses.values() if clause.tier == 3]
    assert len(found) == 202
    return found


def test_the_text_itself_holds(check: Check, built: BuiltGraph) -> None:
    for clause in clauses(built):
        for text in (
            f"根据指引{clause.number}条，{clause.text}",
            f"三类公司：{clause.text}（指引{clause.number}）",
            f"《指引》要求三类公司：{clause.text}",
            f"指引{clause.number}条规定：“{clause.text[: max(8, len(clause.text) // 2)]}……”",
            f"{clause.number} [{clause.obligation}][{clause.mark}] {clause.text}",
        ):
            assert not faulty(check, text), text


def test_a_wrong_mark_and_a_wrong_obligation_are_found(check: Check, built: BuiltGraph) -> None:
    for clause in clauses(built):
        assert faulty(check, f"指引{clause.number}条标识为{_OTHER[clause.mark]}。")
        assert faulty(check, f"指引{clause.number}条为{_OTHER[clause.obligation]}要求。")


def test_another_number_is_found(check: Check, built: BuiltGraph) -> None:
    found = clauses(built)
    missed = [
        clause.number
        for clause, other in zip(found, [*found[1:], found[0]], strict=True)
        if not faulty(check, f"根据指引{other.number}条，{clause.text}")
    ]
    assert len(missed) <= 0.02 * len(found), missed


def test_a_duty_turned_round_is_found(check: Check, built: BuiltGraph) -> None:
    turned = [c for c in clauses(built) if c.text.count("应") == 1 and not _DOUBLE.search(c.text)]
    assert len(turned) > 100
    for clause in turned:
        for word in ("不应", "无需"):
            assert faulty(check, f"根据指引{clause.number}条，{clause.text.replace('应', word)}"), clause.number


def test_another_figure_is_found(check: Check, built: BuiltGraph) -> None:
    tried = 0
    for clause in clauses(built):
        figure = re.search(r"\d+", clause.text) if clause.thresholds else None
        if figure is not None:
            tried += 1
            changed = clause.text[: figure.start()] + str(int(figure[0]) * 2 + 1) + clause.text[figure.end() :]
            assert faulty(check, f"指引{clause.number}条规定：{changed}"), changed
    assert tried > 25
