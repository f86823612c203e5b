"""A plainly invented second text of the guideline: figures, words, two new duties, one withdrawn, renumbered."""

from __future__ import annotations

import re

from zhiyin.guideline.revision import Kind

REPLACED = {
    # number: (old words, new words, what a reader would call it)
    "5.2.1.2": ("500公斤", "600公斤", Kind.FIGURE_CHANGED),
    "2.1.2.2": ("15学时", "20学时", Kind.FIGURE_CHANGED),
    "3.1.2.2": ("15学时", "20学时", Kind.FIGURE_CHANGED),
    "4.1.2.2": ("15学时", "20学时", Kind.FIGURE_CHANGED),
    "5.1.2.2": ("15学时", "20学时", Kind.FIGURE_CHANGED),
    "5.6.2.9": ("RTO<=12小时", "RTO<=8小时", Kind.FIGURE_CHANGED),
    "5.2.2.4": ("不少于12小时", "不少于24小时", Kind.FIGURE_CHANGED),
    "5.3.2.6": ("不超过80%", "不超过70%", Kind.FIGURE_CHANGED),
    "5.2.1.1": ("应为独立封闭区域，并配备", "应当为独立的封闭区域，并应配备", Kind.REWORDED),
    "5.2.2.1": ("设施。UPS", "设施，UPS", Kind.REWORDED),
    "5.1.2.4": ("根据计划实施", "根据计划实施和考核", Kind.STRENGTHENED),
    "5.3.2.9": ("[可选]", "[必须]", Kind.STRENGTHENED),
    "5.2.1.8": ("卤代烷或可替代的其他气体", "洁净气体", Kind.UNSURE),
    "5.2.2.3": ("制度和记录", "制度", Kind.UNSURE),
}
INSERTED = {
    "5.3.2.4": "[必须][新增] 应每半年核验一次虚构的天文钟授时信号。",
    "4.7.4.3": "[必须][新增] 应设置虚构的海底中继点并留存巡检影像。",
    "5.7.4.3": "[必须][延续] 应设置虚构的海底中继点并留存巡检影像。",
}
"""After which clause a new one stands."""
WITHDRAWN = ("2.2.1.6", "3.2.1.6", "4.2.1.6", "5.2.1.6")
CHANGES = len(REPLACED) + len(INSERTED) + len(WITHDRAWN)
_CLAUSE = re.compile(r"^(\d+\.\d+\.\d+)\.(\d+)(\s*)(\[.*)$")


def revised_text(source: str) -> str:
    """Return the invented text made from ``source``, clauses renumbered within their subsection."""
    lines, count, subsection = [], 0, ""
    for line in source.split("\n"):
        match = _CLAUSE.match(line)
        if match is None:
            lines.append(line)
            continue
        parent, number, space, rest = match[1], f"{match[1]}.{match[2]}", match[3], match[4]
        count = count if parent == subsection else 0
        subsection = parent
        if number in WITHDRAWN:
            continue
        if number in REPLACED:
            old, new, _ = REPLACED[number]
            assert old in rest, number
            rest = rest.replace(old, new)
        count += 1
        lines.append(f"{parent}.{count}{space or ' '}{rest}")
        if number in INSERTED:
            count += 1
            lines.append(f"{parent}.{count} {INSERTED[number]}")
    return "\n".join(lines)
