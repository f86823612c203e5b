"""Two submissions side by side: the facts that differ, in words, and the clauses that this moved."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response

from zhiyin.desk import comparing, submissions, verdicts
from zhiyin.desk.comparing import ClauseChange, FactChange
from zhiyin.desk.duties import law_left, same_duty
from zhiyin.desk.faults import Conflict
from zhiyin.desk.submissions import Kept
from zhiyin.desk.tables import Table, column
from zhiyin.desk.verdicts import KeptVerdict
from zhiyin.errors import Message
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.namespaces import CLAUSE
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, desk_api, desk_pages, door
from zhiyin.web.desk.files import table_answer, wanted_format
from zhiyin.web.desk.gate import desk, note, the_other, the_submission
from zhiyin.web.desk.words import shown

_UNFOLDED, _MOST_FACTS = 12, 4
"""So much is shown unfolded, and so many facts beside a clause that they moved."""
_KINDS = {"added": "新增", "removed": "删去", "changed": "改变"}
_COLUMNS = (
    column("kind", "变化", "change"),
    column("thing", "对象", "thing"),
    column("what", "事项", "property"),
    column("before", "前", "before"),
    column("after", "后", "after"),
)


@dataclass(frozen=True, slots=True)
class _Editions:
    """The two editions by which submissions were judged, and the clauses that one of them alone has for the tier."""

    before: str
    after: str
    withdrawn: tuple[str, ...] = ()
    new: tuple[str, ...] = ()

    @property
    def differ(self) -> bool:
        """Whether they are two."""
        return self.before != self.after


def _between(old: KeptVerdict, new: KeptVerdict) -> tuple[dict[str, str] | None, _Editions]:
    """Return the clauses of two verdicts that state one duty where they are of two editions, and what has no counterpart."""
    if old.clauses == new.clauses:
        return None, _Editions(old.clauses, new.clauses)
    law, same = desk().law, {}
    for number in old.outcomes:
        if there := same_duty(law, old.clauses, number, new.clauses):
            same[number] = there.rpartition("/")[2]
    if old.tier != new.tier:
        return same, _Editions(old.clauses, new.clauses)
    known = set(same.values())
    gone = tuple(n for n in old.outcomes if n not in same)
    come = tuple(n for n in new.outcomes if n not in known)
    return same, _Editions(old.clauses, new.clauses, gone, come)


def _compared() -> tuple[Kept, Kept, list[FactChange], list[ClauseChange], _Editions]:
    before, after = the_submission(), the_other()
    if before.firm != after.firm or before.firm is None:
        raise Conflict("只能比较同一公司的两份自述", "only two submissions of one firm can be compared")
    if (before.as_of, before.received) > (after.as_of, after.received):
        before, after = after, before
    with desk().database.read() as connection:
        old, new = verdicts.find(connection, before.verdict), verdicts.find(connection, after.verdict)
        if old is None or new is None:
            raise Conflict("两份自述都须已评定", "both submissions have to be judged")
        texts = [verdicts.document_of(desk(), connection, v) for v in (old, new)]
        stated = [submissions.read_facts(desk(), connection, k) for k in (before, after)]
    known = law_left(desk().law, new.clauses).vocabulary
    same, editions = _between(old, new)
    companies = (verdicts.company_in(texts[0]), verdicts.company_in(texts[1]))
    facts = comparing.compare_facts(stated[0], stated[1], companies, known)
    note("comparison.read", f"{before.id} {after.id}")
    return before, after, facts, comparing.compare_clauses(texts[0], texts[1], facts, known, same), editions


def _table(facts: list[FactChange], clauses: list[ClauseChange]) -> Table:
    rows = [[_KINDS[f.kind], f.thing.zh, f.what.zh, f.before.zh, f.after.zh] for f in facts]
    rows += [
        [
            "条款",
            f"{c.was} → {c.number}" if c.was not in ("", c.number) else c.number,
            c.said.zh,
            OUTCOME_LABELS[Outcome(c.before)],
            OUTCOME_LABELS[Outcome(c.after)],
        ]
        for c in clauses
    ]
    return Table("comparison", Message("两份自述的差别", "what differs"), _COLUMNS, rows)


@door(desk_pages, "GET", "/submissions/<submission>/against/<other>", EVERYBODY)
def compare_page() -> str | Response:
    """Show what differs between two submissions of a firm."""
    form = wanted_format()
    before, after, facts, clauses, editions = _compared()
    if form:
        return table_answer(_table(facts, clauses), form)
    return shown(
        "compare.html",
        before=before,
        after=after,
        facts=facts,
        clauses=clauses,
        between=editions,
        moves=comparing.moves(clauses),
        sections=comparing.by_section(clauses),
        properties=comparing.by_property(facts),
        unfolded=_UNFOLDED,
        most_facts=_MOST_FACTS,
    )


@door(desk_api, "GET", "/submissions/<submission>/against/<other>", EVERYBODY)
def api_compare() -> Response:
    """Tell what differs between two submissions of a firm."""
    before, after, facts, clauses, editions = _compared()
    body = {
        "before": before.as_json(),
        "after": after.as_json(),
        "facts": [f.as_json() for f in facts],
        "clauses": [c.as_json() for c in clauses],
    }
    if editions.differ:
        body["editions"] = {
            "clausesBefore": editions.before or str(CLAUSE),
            "clausesAfter": editions.after or str(CLAUSE),
            "withdrawn": list(editions.withdrawn),
            "new": list(editions.new),
        }
    return json_answer(body, cacheable=False)


@door(desk_pages, "GET", "/firms/<firm>/compare", EVERYBODY)
def compare_choose() -> Response:
    """Go to the comparison that a form chose."""
    before, after = request.args.get("before", ""), request.args.get("after", "")
    if not (before.isalnum() and after.isalnum()):
        raise Conflict("请选择两份自述", "choose two submissions")
    return redirect(f"/desk/submissions/{before}/against/{after}", 303)
