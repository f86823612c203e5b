"""Another plainly invented text of the guideline: merged, split and moved duties, a definition, figures in characters."""

from __future__ import annotations

import re

from zhiyin.guideline.revision import Kind

REWRITTEN = {
    # Figures: in characters, without a threshold in the graph, two in one clause, with other words besides.
    "5.1.2.2": ("每两年", "每三年"),
    "5.1.1.12": ("至少2名", "至少3名"),
    "5.3.3.1": ("RTO<=5分钟、RPO<=30秒钟", "RTO<=3分钟、RPO<=10秒钟"),
    "5.5.1.6": ("24小时连续监控", "12小时连续监控"),
    "5.6.2.1": ("至少达到100公里", "至少达到200公里"),
    "5.4.3.8": ("RTO<=60分钟", "RTO<=30分钟"),
    "5.2.1.5": ("至少保存90天", "一般保存60天"),
    "5.5.2.10": ("至少每季度", "至少每月"),
    # Words.
    "5.7.1.6": ("应在变更后对系统的运行情况进行跟踪", "变更以后，应对系统运行情况进行跟踪"),
    "5.4.6.2": ("应有复杂度要求", "应满足复杂度要求"),
    "5.2.4.1": ("强弱电布线应分开", "强电、弱电布线应分开"),
    # An obligation raised, alone and with words; one lowered.
    "5.3.2.9": ("[可选][新增] 应正确设置", "[必须][新增] 应正确设置并每周核对"),
    "5.2.3.4": ("[必须]", "[可选]"),
}
"""Number of the old text: its words, and the new ones."""
RENAMED = {"2.5": ("维护", "维护与保养")}
"""A heading, the same in every tier's chapter."""
DEFINED = {"1.4.6": ("机房", "虚构机房")}
"""A definition of the first chapter, which bears no mark: its first such word."""
INSERTED = {
    "5.8.1.7": "[必须][新增] 应每年一次向虚构的气象台报备分支机构的避雷方案。",
    "3.8.1.5": "[必须][新增] 应每年一次向虚构的气象台报备分支机构的避雷方案。",
}
"""After which clause of the old text a new one stands."""
WITHDRAWN = ("5.4.3.10",)
MOVED = {"5.6.1.10": "5.4.3.9"}
"""A clause and the one of another section after which it stands now."""
MERGED = ("5.7.2.3", "5.7.2.4", "[必须][延续] 应有配置信息的恢复流程，并应对配置信息的恢复进行演练。")
SHORT_MERGED = ("5.5.2.3", "5.5.2.8")
"""A long clause that takes in a short one: 5.5.2.3 with the words of 5.5.2.8 behind its own."""
SPLIT = {
    "5.3.1.3": (
        "[必须][延续] 交易系统应产生、记录并存储必要的日志信息供审计使用。",
        "[必须][延续] 日志信息保存期限至少为2年。",
    ),
}
CHANGES = len(REWRITTEN) + len(RENAMED) + len(DEFINED) + len(INSERTED) + len(WITHDRAWN) + len(MOVED) + 3
KINDS = {
    "5.1.2.2": Kind.UNSURE,
    "5.1.1.12": Kind.FIGURE_CHANGED,
    "5.3.3.1": Kind.FIGURE_CHANGED,
    "5.5.1.6": Kind.FIGURE_CHANGED,
    "5.6.2.1": Kind.FIGURE_CHANGED,
    "5.4.3.8": Kind.FIGURE_CHANGED,
    "5.2.1.5": Kind.UNSURE,
    "5.5.2.10": Kind.UNSURE,
    "5.7.1.6": Kind.REWORDED,
    "5.4.6.2": Kind.UNSURE,
    "5.2.4.1": Kind.STRENGTHENED,
    "5.3.2.9": Kind.STRENGTHENED,
    "5.2.3.4": Kind.UNSURE,
}
"""What each change of words is called: unsure where words alone do not tell, or where no threshold takes the figure."""
BY_HAND = {("5.1.2.2", "每两年"), ("5.2.1.5", "至少保存90天"), ("5.3.1.3", "至少为2年"), ("5.5.2.9", "至少每季度")}
"""Clauses of the new text and what thresholds are bound to in the old one, for which no draft can be made."""
_CLAUSE = re.compile(r"^(\d+\.\d+\.\d+)\.(\d+)(\s*)(\[.*)$")
_ROW = re.compile(r"^(\d+(?:\.\d+)*)(\.?\s*)(.*)$")


def other_text(source: str) -> str:
    """Return the invented text made from ``source``, clauses renumbered within their subsection."""
    said = {f"{m[1]}.{m[2]}": m[4] for m in map(_CLAUSE.match, source.split("\n")) if m}
    after: dict[str, list[str]] = {number: [words] for number, words in INSERTED.items()}
    for number, place in MOVED.items():
        after.setdefault(place, []).append(said[number])
    for number, (_, second) in SPLIT.items():
        after.setdefault(number, []).insert(0, second)
    gone = {*WITHDRAWN, *MOVED, MERGED[1], SHORT_MERGED[1]}
    lines: list[str] = []
    count, subsection = 0, ""
    for line in source.split("\n"):
        match = _CLAUSE.match(line)
        if match is None:
            lines.append(_other_row(line))
            continue
        parent, number, rest = match[1], f"{match[1]}.{match[2]}", match[4]
        count = count if parent == subsection else 0
        subsection = parent
        if number in REWRITTEN:
            old, new = REWRITTEN[number]
            assert old in rest, number
            rest = rest.replace(old, new)
        if number == MERGED[0]:
            rest = MERGED[2]
        if number == SHORT_MERGED[0]:
            rest = rest.rstrip("。") + "；" + said[SHORT_MERGED[1]].partition("]")[2].partition("]")[2].strip()
        if number in SPLIT:
            rest = SPLIT[number][0]
        for words in [*([] if number in gone else [rest]), *after.get(number, [])]:
            count += 1
            lines.append(f"{parent}.{count} {words}")
    return "\n".join(lines)


def _other_row(line: str) -> str:
    """Return a line that is no clause: a heading renamed in every chapter, a definition said otherwise."""
    match = _ROW.match(line)
    if match is None:
        return line
    number = match[1]
    _, _, local = number.partition(".")
    if local in RENAMED and number[0] != "1" and match[3] == RENAMED[local][0]:
        return match[1] + match[2] + RENAMED[local][1]
    if number in DEFINED:
        old, new = DEFINED[number]
        return match[1] + match[2] + match[3].replace(old, new, 1)
    return line
