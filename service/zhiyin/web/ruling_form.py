"""The small forms on manual clauses in, the determinations file out: what a regulator filled in, beside what was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from zhiyin.errors import BadRequest, Message
from zhiyin.intake.determinations import Determination, clause_named
from zhiyin.intake.empty_words import names_something
from zhiyin.intake.rulings import read_rulings
from zhiyin.law.outcome import Outcome
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import CLAUSE
from zhiyin.report.determination_file import determinations_turtle

RULING_WORDS = (
    ("satisfied", Message("符合", "satisfied")),
    ("violated", Message("不符合", "violated")),
    ("not-applicable", Message("不适用", "not applicable")),
)
_FIELDS = ("r-company", "r-clause", "r-outcome", "r-reason", "r-by", "r-role", "r-on")
_LABELS = {"r-reason": "理由", "r-by": "认定人", "r-role": "岗位", "r-on": "认定日期"}


def with_form(sent: bytes, source: str, known: Vocabulary, fields: MultiDict[str, str]) -> bytes:
    """Return the determinations file: what was ``sent``, with the rulings of the page's form in place of older ones.

    BadRequest where a ruling lacks its reason, name, post or date; what has no outcome chosen is no ruling.
    """
    columns = [fields.getlist(name) for name in _FIELDS]
    if not columns[0] or len({len(column) for column in columns}) != 1:
        return sent
    made: dict[tuple[str, str, str], Determination] = {}
    for company, clause, outcome, reason, by, role, on in zip(*columns, strict=True):
        if not outcome:
            continue
        given = {"r-reason": reason, "r-by": by, "r-role": role, "r-on": on}
        lacking = [_LABELS[name] for name, value in given.items() if not names_something(value.strip())]
        if lacking or outcome not in {word for word, _ in RULING_WORDS} or not _is_day(on):
            missing = "、".join(lacking) or _LABELS["r-on"]
            raise BadRequest(
                f"条款 {clause} 的认定缺少{missing}：结论、理由、认定人、岗位和日期都须填写",
                f"the ruling on {clause} is not whole: outcome, reason, name, post and date are all needed",
            )
        named, number = clause_named(clause)
        clauses = named or str(CLAUSE)
        made[company, clauses, number] = Determination(
            company, number, Outcome(outcome), f"{by.strip()}（{role.strip()}）", on, reason.strip(), clauses
        )
    if not made:
        return sent
    if sent:
        # A number alone is of the text that the company is judged by, as the clauses of the form are.
        own = next(iter(made))[1]
        for ruling in read_rulings(sent, known, source=source).determinations:
            firm, clauses = ruling.company or columns[0][0], ruling.clauses or own
            made.setdefault((firm, clauses, ruling.clause), replace(ruling, company=firm, clauses=clauses))
    return determinations_turtle([made[key] for key in sorted(made)])


def as_file(sent: bytes, source: str, law: Rules, firm: str) -> bytes:
    """Return the determinations file of what was ``sent``, the sheet of a workbook too.

    It names ``firm`` where nobody is named, and the clauses of ``law``, by which it is judged, where a number stands alone.

    BadRequest where nothing was sent or filled in.
    """
    if not sent:
        raise BadRequest("还没有认定：请先在条款下选结论、写理由", "nothing is ruled on yet: choose an outcome first")
    own = str(law.duties.names.clause)
    given = read_rulings(sent, law.vocabulary, source=source).determinations
    return determinations_turtle([replace(r, company=r.company or firm, clauses=r.clauses or own) for r in given])


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
