"""Shapes of a tier in, spreadsheet conditions out: when a clause's facts break it, are missing, or need a person.

Only what a plain formula can tell for certain is translated; a clause with any other shape is left to the service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from zhiyin.form import row_states as states
from zhiyin.form import self_check_doubts as doubts
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import COMPANY, Form
from zhiyin.form.workbook_map import FormMap, Table
from zhiyin.law.constraints import OF_RECORDS, OF_TASKS, Constraint
from zhiyin.law.outcome import Outcome, Role
from zhiyin.law.shapes import Shape
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import SH, XSD
from zhiyin.turtle import list_items

_BOUNDS = {"minInclusive": "<", "minExclusive": "<=", "maxInclusive": ">", "maxExclusive": ">="}
"""Bound to the comparison that breaks it."""
_BOOLEAN = XSD + "boolean"
_GOOD_MEANS = ("PhysicalSeparation", "Firewall", "NetworkGap", "Vlan")


@dataclass(slots=True)
class Rule:
    """When a clause comes to what, as conditions of which one is enough; ``unsure`` ones leave it to the service."""

    broken: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    manual: list[str] = field(default_factory=list)
    inapplicable: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, role: Role, condition: str) -> None:
        """Remember what follows where ``condition`` is true."""
        if role is Role.CONDITION and outcome is Outcome.NOT_APPLICABLE:
            self.inapplicable.append(condition)
            return
        known = {Outcome.VIOLATED: self.broken, Outcome.UNDECLARED: self.missing, Outcome.MANUAL: self.manual}
        known[outcome].append(condition)


class _Untold(Exception):
    """A shape that no formula of ours stands for."""


def rules_of(form: Form, where: FormMap) -> dict[str, Rule]:
    """Return clause to rule, for the clauses of the tier that formulas decide."""
    enforcing: dict[str, list[Shape]] = {}
    chapter = f"{form.rules.edition.chapter_of(form.tier)}."
    for shape in form.rules.shapes.of_tier(form.tier).values():
        for number in shape.enforces:
            if number.startswith(chapter):
                enforcing.setdefault(number, []).append(shape)
    found: dict[str, Rule] = {}
    for number, shapes in enforcing.items():
        rule = Rule()
        try:
            for shape in shapes:
                for condition in _conditions(shape, form, where, rule):
                    rule.add(shape.outcome, shape.role, condition)
            rule.missing += _nothing_listed(shapes, form, where, rule)
        except _Untold:
            continue
        found[number] = rule
    return found


def _conditions(shape: Shape, form: Form, where: FormMap, rule: Rule) -> Iterator[str]:
    """Yield what must be true in the workbook for ``shape`` to speak."""
    targets = [cls for kind, cls in shape.targets if kind == "targetClass"]
    if len(targets) != 1 or len(shape.targets) != 1:
        raise _Untold
    if shape.role is Role.CONDITION and (targets[0] != COMPANY or shape.outcome is not Outcome.NOT_APPLICABLE):
        raise _Untold
    statements = form.rules.shapes.statements[ox.NamedNode(shape.iri)]
    constraints = {
        predicate.removeprefix(SH): value
        for predicate, value in statements
        if predicate.startswith(SH) and predicate.removeprefix(SH) in _KNOWN
    }
    others = {p.removeprefix(SH) for p, _ in statements if p.startswith(SH)} - _KNOWN - _SILENT
    if others:
        raise _Untold
    parameters = dict(shape.parameters)
    if "path" in constraints:
        yield from _of_property(constraints, targets[0], form, where, rule)
    elif Constraint.LIST_COMPLETE in parameters:
        complete = _listed(parameters[Constraint.LIST_COMPLETE], where)
        rule.unsure.append(doubts.answer(complete))
        yield f'{complete}<>"{layout.YES}"'
    elif Constraint.LIST_NOT_EMPTY in parameters:
        link = parameters[Constraint.LIST_NOT_EMPTY]
        rule.unsure.append(doubts.answer(_listed(link, where)))
        yield f'AND({_count(_table_of(link, form, where), rule)}=0,{_listed(link, where)}="{layout.YES}")'
    elif "isolatedNetwork" in parameters:
        yield _isolation(parameters, form, where, rule)
    else:
        yield _statement(parameters, form, where, rule)


_KNOWN = {"path", "minCount", "in", *_BOUNDS}
_SILENT = {"name", "message", "severity", "targetClass", "order", "group", "description", "maxCount", "datatype"}


def _listed(link: str, where: FormMap) -> str:
    spot = where.lists.get(link)
    if spot is None:
        raise _Untold
    return f"'{spot.sheet}'!${spot.cell[0]}${spot.cell[1:]}"


def _table_of(link: str, form: Form, where: FormMap) -> Table:
    sheet = next((s for s in form.sheets if s.link.iri == link), None)
    if sheet is None or layout.has_owner_column(sheet) or sheet.cls.iri not in where.tables:
        raise _Untold
    return where.tables[sheet.cls.iri]


def _count(table: Table, rule: Rule) -> str:
    """Return how many rows list something."""
    if "name" in table.ranges:
        names = _range(table, "name")
        rule.unsure += doubts.of_names(names)
        return f'(COUNTA({names})-COUNTIF({names},"{layout.ALL}"))'
    rows = _range(table, layout.STATE_KEY)
    return f'SUMPRODUCT(({rows}<>"")*1)'


def _range(table: Table, key: str) -> str:
    if key not in table.ranges:
        raise _Untold
    return f"'{table.sheet}'!{table.ranges[key]}"


def _nothing_listed(shapes: list[Shape], form: Form, where: FormMap, rule: Rule) -> Iterator[str]:
    """Yield that no thing is there to be looked at, where every duty looks at things."""
    duties = [shape for shape in shapes if shape.role is Role.DUTY]
    classes = {cls for shape in duties for _, cls in shape.targets}
    if COMPANY in classes or not classes:
        return
    for cls in classes:
        sheet = form.sheet_of(cls)
        if sheet is None:
            raise _Untold
        yield f"{_count(_table_of(sheet.link.iri, form, where), rule)}=0"


def _of_property(constraints: Mapping[str, object], cls: str, form: Form, where: FormMap, rule: Rule) -> Iterator[str]:
    term = form.vocabulary.terms.get(getattr(constraints["path"], "value", ""))
    if term is None:
        raise _Untold
    tests = {key: value for key, value in constraints.items() if key != "path"}
    if len(tests) != 1:
        raise _Untold
    key, value = next(iter(tests.items()))
    if cls == COMPANY:
        spot = where.facts.get(term.iri)
        if spot is None:
            raise _Untold
        cell = f"'{spot.sheet}'!${spot.cell[0]}${spot.cell[1:]}"
        state = f"'{spot.sheet}'!${spot.state[0]}${spot.state[1:]}"
        rule.unsure.append(f'{state}="{states.IMPOSSIBLE}"')
        rule.unsure += doubts.of_fact(spot, cell, term, form.vocabulary)
        if key == "minCount":
            yield f'{cell}=""'
        elif key == "in":
            if not term.functional:
                raise _Untold
            if term.range == _BOOLEAN and len(_asking(form, term.iri)) > 1:
                # What several clauses rest on may be shown by facts of theirs: a person then tells which one counts.
                rule.unsure.append(f'{cell}="{layout.NO}"')
            yield f'AND({cell}<>"",' + ",".join(f'{cell}<>"{word}"' for word in _words(value, term, form)) + ")"
        else:
            yield f'AND({cell}<>"",{cell}{_BOUNDS[key]}{_number(value)})'
        return
    yield from _of_things(term, cls, key, value, form, where, rule)


def _asking(form: Form, path: str) -> set[str]:
    """Return the clauses of the form's tier for which a shape looks at the fact of the company at ``path``."""
    chapter = f"{form.rules.edition.chapter_of(form.tier)}."
    shapes = form.rules.shapes.of_tier(form.tier).values()
    return {n for shape in shapes if shape.path == path for n in shape.enforces if n.startswith(chapter)}


def _of_things(term: Term, cls: str, key: str, value: object, form: Form, where: FormMap, rule: Rule) -> Iterator[str]:
    table = where.tables.get(cls)
    if table is None:
        raise _Untold
    names, cells = _range(table, "name"), _range(table, term.local)
    shared = f"'{table.sheet}'!{table.shared[term.local]}" if table.side_by_side else ""
    if not table.side_by_side:
        nameless = f'SUMPRODUCT(({names}="")*({_range(table, layout.STATE_KEY)}<>""))>0'
        rule.unsure.append(nameless)
    else:
        rule.unsure += doubts.of_side(table, term)
    rule.unsure += [*doubts.of_names(names), *doubts.of_cells(cells, term, form.vocabulary)]
    if shared:
        rule.unsure += doubts.of_cells(shared, term, form.vocabulary)
    if key == "minCount":
        if table.side_by_side:
            yield f'AND({shared}="",SUMPRODUCT(({names}<>"")*({cells}=""))>0)'
        else:
            lacking = f'SUMPRODUCT(({names}<>"")*({names}<>"{layout.ALL}")*({cells}=""))>0'
            yield f'AND(SUMPRODUCT(({names}="{layout.ALL}")*({cells}<>""))=0,{lacking})'
        return
    if not term.functional:
        raise _Untold
    if key == "in":
        words = _words(value, term, form)
        good = "+".join(f'COUNTIF({cells},"{word}")' for word in words)
        bad = f"({good})<COUNTA({cells})"
        if shared:
            bad = f'OR({bad},AND({shared}<>"",' + ",".join(f'{shared}<>"{word}"' for word in words) + "))"
        yield bad
        return
    test = f'"{_BOUNDS[key]}{_number(value)}"'
    yield f"COUNTIF({cells},{test})" + (f"+COUNTIF({shared},{test})" if shared else "") + ">0"


def _number(value: object) -> str:
    return str(getattr(value, "value", value))


def _words(value: object, term: Term, form: Form) -> list[str]:
    """Return what the cells of an sh:in list hold."""
    words: list[str] = []
    for item in list_items(form.rules.shapes.statements, value):
        if isinstance(item, ox.Literal):
            words.append(layout.YES if item.value in ("true", "1") else layout.NO)
        else:
            words.append(form.vocabulary.terms[getattr(item, "value", "")].label.zh)
    if not words or any('"' in word for word in words) or term.range.endswith(("integer", "decimal")):
        raise _Untold
    return words


# --- statements ---------------------------------------------------------------------------------------------------


def _statement(parameters: dict[str, str], form: Form, where: FormMap, rule: Rule) -> str:
    for name, build in (
        *((key, _practice) for key in _PRACTICE_STATES),
        *((key, _task) for key in OF_TASKS),
        *((key, _record) for key in OF_RECORDS),
    ):
        if name in parameters:
            term = form.vocabulary.terms.get(parameters[name])
            rows = where.statements.get(parameters[name], [])
            if term is None or not rows:
                raise _Untold
            _sole(rows[0][1].sheet, term, rule)
            rule.unsure += doubts.of_statement(rows[0][1], term)
            return build(name, parameters, term, where, rule)
    raise _Untold


def _sole(sheet: str, term: Term, rule: Rule) -> None:
    """Leave a clause to the service where something is stated apart for several things."""
    labels = f"'{sheet}'!$B$2:$B$999"
    rule.unsure.append(f'COUNTIF({labels},"{term.label.zh}")<>1')
    if term.practice_of and COMPANY not in term.practice_of:
        subjects = f"'{sheet}'!$A$2:$A$999"
        rule.unsure.append(f'COUNTIFS({labels},"{term.label.zh}",{subjects},"{layout.ALL}*")<>1')


_PRACTICE_STATES: Mapping[str, tuple[str, ...]] = {
    Constraint.PRACTICE_STATED: (states.COMPLETE, states.PROVED_EXCEPTED, states.DENIED),
    Constraint.SOFT_PRACTICE_STATED: (states.COMPLETE, states.PROVED_EXCEPTED, states.EXCEPTED, states.DENIED),
    Constraint.PROHIBITION_STATED: (states.COMPLETE, states.TAKES_PLACE, states.EXCEPTED),
    Constraint.PRACTICE_NOT_DENIED: (states.DENIED,),
    Constraint.PROHIBITION_KEPT: (states.TAKES_PLACE, states.EXCEPTED),
    Constraint.SOFT_PROHIBITION_KEPT: (states.TAKES_PLACE,),
    Constraint.PRACTICE_WITHOUT_EXCEPTION: (states.EXCEPTED, states.PROVED_EXCEPTED),
}
_LACKING = {Constraint.PRACTICE_STATED, Constraint.SOFT_PRACTICE_STATED, Constraint.PROHIBITION_STATED}


def _practice(name: str, _: dict[str, str], term: Term, where: FormMap, _rule: Rule) -> str:
    spot = where.statements[term.iri][0][1]
    cell = f"'{spot.sheet}'!${spot.state[0]}${spot.state[1:]}"
    told = ",".join(f'{cell}="{state}"' for state in _PRACTICE_STATES[name])
    return f"NOT(OR({told}))" if name in _LACKING else f"OR({told})"


_PERIODS = {
    "Daily": ("{c}-1", "{c}-1"),
    "Weekly": ("{c}-7", "{c}-WEEKDAY({c},2)-6"),
    "Monthly": ("EDATE({c},-1)", "DATE(YEAR({c}),MONTH({c})-1,1)"),
    "Quarterly": ("EDATE({c},-3)", "DATE(YEAR({c}),3*INT((MONTH({c})-1)/3)-2,1)"),
    "Yearly": ("EDATE({c},-12)", "DATE(YEAR({c})-1,1,1)"),
    "TwoYearly": ("EDATE({c},-24)", "DATE(YEAR({c})-2,1,1)"),
}
"""Period to its rolling and calendar cut-off, as zy:Assessment carries them."""


def _task(name: str, parameters: dict[str, str], term: Term, where: FormMap, rule: Rule) -> str:
    spot = where.statements[term.iri][0][1]
    row, sheet = spot.cell[1:], spot.sheet
    denied, day = f"'{sheet}'!$F${row}", f"'{sheet}'!$K${row}"
    interval, unit = f"'{sheet}'!$D${row}", f"'{sheet}'!$E${row}"
    dated = f"AND({day}>0,{day}<={layout.CHECK_DATE})"
    # Never done and done on a day: one of the two is not true, and a person tells which.
    rule.unsure.append(f'AND({denied}="{layout.NO}",{day}>0)')
    if name in (Constraint.INTERVAL_KEPT, Constraint.INTERVAL_STATED):
        rule.unsure += doubts.of_period(interval, unit, layout.INTERVAL_UNITS)
    if name == Constraint.ACTIVITY_STATED:
        return f'AND({denied}<>"{layout.NO}",NOT({dated}))'
    if name == Constraint.INTERVAL_STATED:
        return f'AND({denied}<>"{layout.NO}",NOT(AND({dated},{interval}<>"")))'
    if name == Constraint.ACTIVITY_NOT_DENIED:
        return f'{denied}="{layout.NO}"'
    if name == Constraint.INTERVAL_KEPT:
        due = f'IF({unit}="月",EDATE({day},{interval}),IF({unit}="年",EDATE({day},12*{interval}),{day}+{interval}))'
        return f"IF(AND({dated},ISNUMBER({interval})),{layout.CHECK_DATE}>{due},FALSE)"
    period = parameters["period" if name == Constraint.ACTIVITY_TIMELY else "undisputedPeriod"].rpartition("#")[2]
    if period not in _PERIODS:
        raise _Untold
    rolling, calendar = (text.format(c=layout.CHECK_DATE) for text in _PERIODS[period])
    if name == Constraint.ACTIVITY_TIMELY:
        return f"AND({dated},{day}<{rolling},{day}<{calendar})"
    return f"AND({dated},OR(AND({day}<{rolling},{day}>={calendar}),AND({day}>={rolling},{day}<{calendar})))"


def _record(name: str, parameters: dict[str, str], term: Term, where: FormMap, rule: Rule) -> str:
    spot = where.statements[term.iri][0][1]
    row, sheet = spot.cell[1:], spot.sheet
    count, unit, state = f"'{sheet}'!$C${row}", f"'{sheet}'!$D${row}", f"'{sheet}'!${spot.state}"
    rule.unsure += doubts.of_period(count, unit, layout.PERIOD_UNITS)
    if name == Constraint.RETENTION_STATED:
        return f'{state}<>"{states.COMPLETE}"'
    if name == Constraint.RETENTION_SUFFICIENT:
        days, months = parameters["tooFewDays"], parameters["tooFewMonths"]
        return (
            f'AND({state}="{states.COMPLETE}",ISNUMBER({count}),OR(AND({unit}="天",{count}<{days}),'
            f'AND({unit}="月",{count}<{months}),AND({unit}="年",{count}*12<{months})))'
        )
    low, high = parameters["doubtfulFromDays"], parameters["enoughDays"]
    few, many = parameters["doubtfulFromMonths"], parameters["enoughMonths"]
    return (
        f'AND({state}="{states.COMPLETE}",ISNUMBER({count}),OR(AND({unit}="天",{count}>={low},{count}<{high}),'
        f'AND({unit}="月",{count}>={few},{count}<{many}),AND({unit}="年",{count}*12>={few},{count}*12<{many})))'
    )


def _isolation(parameters: dict[str, str], form: Form, where: FormMap, rule: Rule) -> str:
    """Return when the isolation of two networks is not stated, not effective, not argued, or for a person to tell."""
    known = form.vocabulary.terms
    table = where.tables.get(str(ZY.NetworkIsolation))
    lacks = where.facts.get(str(ZY.lacksNetwork))
    if table is None or lacks is None:
        raise _Untold
    name, other = next((k, v) for k, v in parameters.items() if k != "isolatedNetwork")
    one, two = known[parameters["isolatedNetwork"]].label.zh, known[other].label.zh
    between, means = _range(table, "between"), _range(table, "isolationMeans")
    argument = _range(table, "isolationArgument")
    rows = f'ISNUMBER(SEARCH("{one}",{between}))*ISNUMBER(SEARCH("{two}",{between}))'
    weak = "*".join(f'ISERROR(SEARCH("{known[str(ZY[good])].label.zh}",{means}))' for good in _GOOD_MEANS)
    equal = known[str(ZY.EquivalentMeasure)].label.zh
    cell = f"'{lacks.sheet}'!${lacks.cell[0]}${lacks.cell[1:]}"
    rule.unsure += [*doubts.of_isolation(between, means, cell, form.vocabulary), states.blank_text(argument)]
    if name == Constraint.ISOLATION_STATED_FROM:
        stated = f'AND(SUMPRODUCT({rows}*({means}<>""))>0,SUMPRODUCT({rows}*({means}=""))=0)'
        return f'NOT(OR(ISNUMBER(SEARCH("{two}",{cell})),{stated}))'
    if name == Constraint.ISOLATION_EFFECTIVE_FROM:
        return f'SUMPRODUCT({rows}*({means}<>"")*{weak}*ISERROR(SEARCH("{equal}",{means})))>0'
    blank = '=""' if name == Constraint.ISOLATION_ARGUED_FROM else '<>""'
    return f'SUMPRODUCT({rows}*ISNUMBER(SEARCH("{equal}",{means}))*{weak}*({argument}{blank}))>0'
