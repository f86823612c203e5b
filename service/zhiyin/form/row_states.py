"""Formulas that tell how far a row is: 完整, 缺…, 不可能; plain functions only, for Excel, WPS and LibreOffice alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zhiyin.form import workbook_layout as layout
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.standards import XSD

COMPLETE, MISSING, IMPOSSIBLE = "完整", "缺", "不可能"
DENIED, EXCEPTED, TAKES_PLACE = "未落实", "有例外", "发生"
PROVED_EXCEPTED = "完整·有例外"
NOT_DONE, LATE = "未进行", "晚于核查日"
UNTOLD = "待评定"
"""What a row holds counts, but no formula can tell how: several documents in one cell."""
_DOCUMENT_STATES = f"'{layout.DOCUMENTS}'!$I$4:$I$999"
_DOCUMENT_NUMBERS = f"'{layout.DOCUMENTS}'!$A$4:$A$999"
_FIRST_DAY, _LAST_DAY = 36526, 73050
"""2000-01-01 and 2099-12-31: another number, such as 20260301, is a day only to the service."""


def blank_text(cells: str) -> str:
    """Return what is true where a cell holds blanks alone, which the service reads as empty and a formula does not."""
    narrow = f'SUBSTITUTE(SUBSTITUTE({cells},"\u3000",""),"\u00a0","")'
    return f'SUMPRODUCT(({cells}<>"")*(LEN(TRIM({narrow}))=0))>0'


def _used(cells: str) -> str:
    narrow = f'SUBSTITUTE(SUBSTITUTE({cells},"\u3000",""),"\u00a0","")'
    return f"SUMPRODUCT((LEN(TRIM({narrow}))>0)*1)"


def _no_answer(cell: str) -> str:
    """Return what is true where a cell holds anything but 是, 否 or nothing."""
    return f'AND({cell}<>"",{cell}<>"{layout.YES}",{cell}<>"{layout.NO}")'


def _no_day(when: str) -> str:
    return f"IF(ISERROR({when}),TRUE,OR({when}<{_FIRST_DAY},{when}>={_LAST_DAY + 1}))"


def filled_in(cell: str) -> str:
    """Return the state of a cell that may hold any text."""
    return f'=IF({cell}="","{MISSING}","{COMPLETE}")'


def need_not(cell: str) -> str:
    """Return the state of a cell that may stay empty: nothing is missed there."""
    return f'=IF({cell}="","","{COMPLETE}")'


def of_value(cell: str, term: Term, known: Vocabulary) -> str:
    """Return the state of one fact of the company."""
    test = _impossible(cell, term, known)
    if test is None:
        return filled_in(cell) if term.functional else need_not(cell)
    return f'=IF({cell}="","{MISSING}",IF({test},"{IMPOSSIBLE}","{COMPLETE}"))'


def _impossible(cell: str, term: Term, known: Vocabulary) -> str | None:
    """Return what is true where the cell holds what ``term`` cannot have; None where any text will do."""
    few = layout.allowed(term, known)
    if few is not None:
        if not term.functional:
            return None
        return "AND(" + ",".join(f'{cell}<>"{word}"' for word in few) + ")"
    if term.range in (XSD + "integer", XSD + "decimal"):
        tests = [f"VALUE({cell})<{term.minimum:f}"] if term.minimum is not None else []
        tests += [f"VALUE({cell})>{term.maximum:f}"] if term.maximum is not None else []
        tests += [f"VALUE({cell})<>INT(VALUE({cell}))"] if term.range == XSD + "integer" else []
        bounds = f"OR({','.join(tests)})" if tests else "FALSE"
        return f"IF(ISERROR(VALUE({cell})),TRUE,{bounds})"
    if term.range == XSD + "date":
        return f"IF(ISNUMBER({cell}),FALSE,ISERROR(DATEVALUE({cell})))"
    return None


def of_thing(
    letters: Mapping[str, str], inputs: Sequence[layout.Column], row: int, first: int, last: int, known: Vocabulary
) -> str:
    """Return the state of one row of things: what all share counts as filled in."""
    facts = [c for c in inputs if c.term is not None or c.key == "owner"]
    one, end = letters[facts[0].key], letters[facts[-1].key]
    cells = f"{one}{row}:{end}{row}"
    used = f"{_used(f'{one}{row}:{letters[inputs[-1].key]}{row}')}=0"
    tests = [
        f'AND({letters[c.key]}{row}<>"",{test})'
        for c in inputs
        if c.term is not None and (test := _impossible(f"{letters[c.key]}{row}", c.term, known)) is not None
    ]
    wrong = f"OR({','.join(tests)})" if tests else "FALSE"
    missing = f"COUNTBLANK({cells})"
    of_all = "FALSE"
    if "name" in letters:
        name = letters["name"]
        shared = f'INDEX(${one}${first}:${end}${last},MATCH("{layout.ALL}",${name}${first}:${name}${last},0),0)'
        missing = f'IF(ISERROR(MATCH("{layout.ALL}",${name}${first}:${name}${last},0)),{missing},SUMPRODUCT(({cells}="")*({shared}="")))'
        of_all = f'{name}{row}="{layout.ALL}"'
    told = f'IF({missing}=0,"{COMPLETE}","{MISSING}"&{missing}&"项")'
    return f'=IF({used},"",IF({wrong},"{IMPOSSIBLE}",IF({of_all},"{layout.ALL}",{told})))'


def of_side(term: Term | None, shared: str, cells: str, names: str, is_name: bool, known: Vocabulary) -> str:
    """Return the state of one fact of things that stand side by side."""
    if is_name:
        return f'=IF(COUNTA({cells})=0,"",COUNTA({cells})&"项")'
    missing = f'SUMPRODUCT(({names}<>"")*({cells}=""))'
    wrong = "FALSE"
    if term is not None:
        few = layout.allowed(term, known)
        both = f"{shared}:{cells.partition(':')[2]}"
        if few is not None and term.functional:
            wrong = "+".join(f'COUNTIF({both},"{word}")' for word in few) + f"<COUNTA({both})"
        elif term.range in (XSD + "integer", XSD + "decimal") and term.minimum is not None:
            wrong = f'COUNTIF({both},"<{term.minimum:f}")>0'
    return (
        f'=IF(COUNTA({names})=0,"",IF({wrong},"{IMPOSSIBLE}",'
        f'IF(OR({shared}<>"",{missing}=0),"{COMPLETE}","{MISSING}"&{missing}&"项")))'
    )


def of_document(row: int, first: int) -> tuple[str, str, str]:
    """Return the date and the role that count for a document, the same as above where none is typed, and its state."""
    above = '""' if row == first else f"G{row - 1}"
    above_role = '""' if row == first else f"H{row - 1}"
    day = f'=IF(D{row}<>"",D{row},{above})'
    role = f'=IF(E{row}<>"",E{row},{above_role})'
    none = f'"{layout.NONE}"'
    when = f"IF(ISNUMBER(G{row}),G{row},DATEVALUE(G{row}))"
    state = (
        f'=IF({_used(f"B{row}:E{row}")}=0,"",IF({blank_text(f"B{row}:E{row}")},"{IMPOSSIBLE}",IF(B{row}="","缺名称",'
        f'IF(OR(G{row}="",TRIM(G{row})={none}),"缺日期",IF(OR(H{row}="",TRIM(H{row})={none}),"缺岗位",'
        f'IF({_no_day(when)},"{IMPOSSIBLE}",IF(INT({when})>{layout.CHECK_DATE},"{LATE}","{COMPLETE}")))))))'
    )
    return day, role, state


def of_practice(row: int, *, prohibited: bool = False) -> str:
    """Return the state of a practice: in place and proved, denied, with an exception, or what is missing."""
    odd = f"OR({blank_text(f'C{row}:F{row}')},{_no_answer(f'D{row}')})"
    if prohibited:
        return (
            f'=IF({odd},"{IMPOSSIBLE}",IF(D{row}="","{MISSING}",IF(D{row}="{layout.NO}","{COMPLETE}",'
            f'IF(F{row}<>"","{EXCEPTED}","{TAKES_PLACE}"))))'
        )
    proved = f"OR({_is_document(f'C{row}', COMPLETE)},{_is_document(f'E{row}', COMPLETE)})"
    several = f'OR(AND(C{row}<>"",ISERROR(VALUE(C{row}))),AND(E{row}<>"",ISERROR(VALUE(E{row}))))'
    wrong = f"OR({_is_document(f'C{row}', IMPOSSIBLE)},{_is_document(f'E{row}', IMPOSSIBLE)})"
    return (
        f'=IF({odd},"{IMPOSSIBLE}",IF({_used(f"C{row}:F{row}")}=0,"{MISSING}",IF(D{row}="{layout.NO}","{DENIED}",'
        f'IF({proved},IF(F{row}<>"","{PROVED_EXCEPTED}","{COMPLETE}"),IF({several},"{UNTOLD}",IF({wrong},"{IMPOSSIBLE}",'
        f'IF(F{row}<>"","{EXCEPTED}",IF(AND(C{row}="",E{row}=""),"缺文件","文件不全"))))))))'
    )


def _is_document(cell: str, state: str) -> str:
    found = f"INDEX({_DOCUMENT_STATES},MATCH(VALUE({cell}),{_DOCUMENT_NUMBERS},0))"
    return f'IF({cell}="",FALSE,IF(ISERROR({found}),FALSE,{found}="{state}"))'


def of_task(row: int, *, own: bool) -> str:
    """Return the state of a recurring task; ``own`` where the company sets the interval itself."""
    when = f"IF(ISNUMBER(C{row}),C{row},DATEVALUE(C{row}))"
    done = f'IF(D{row}="","缺周期","{COMPLETE}")' if own else f'"{COMPLETE}"'
    return (
        f'=IF(OR({blank_text(f"C{row}:F{row}")},{_no_answer(f"F{row}")}),"{IMPOSSIBLE}",'
        f'IF(AND(C{row}="",D{row}="",F{row}=""),"{MISSING}",IF(F{row}="{layout.NO}","{NOT_DONE}",'
        f'IF(C{row}="","缺日期",IF({_no_day(when)},"{IMPOSSIBLE}",IF(INT({when})>{layout.CHECK_DATE},"{LATE}",{done}))))))'
    )


def day_of(cell: str) -> str:
    """Return the date in a cell as a number, 0 where there is none, however it was typed."""
    return f'=IF({cell}="",0,IF(ISNUMBER({cell}),INT({cell}),IF(ISERROR(DATEVALUE({cell})),0,DATEVALUE({cell}))))'


def of_record(row: int) -> str:
    """Return the state of a retention period."""
    units = ",".join(f'D{row}<>"{unit}"' for unit in layout.PERIOD_UNITS)
    return (
        f'=IF(AND(C{row}="",D{row}=""),"{MISSING}",IF(D{row}="{layout.FOREVER}","{COMPLETE}",'
        f'IF(C{row}="","缺期限",IF(ISERROR(VALUE(C{row})),"{IMPOSSIBLE}",IF(D{row}="","缺单位",'
        f'IF(AND({units}),"{IMPOSSIBLE}","{COMPLETE}"))))))'
    )
