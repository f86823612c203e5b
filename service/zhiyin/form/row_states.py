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
_DOCUMENT_STATES = f"'{layout.DOCUMENTS}'!$I$4:$I$999"


def filled_in(cell: str) -> str:
    """Return the state of a cell that may hold any text."""
    return f'=IF({cell}="","{MISSING}","{COMPLETE}")'


def of_value(cell: str, term: Term, known: Vocabulary) -> str:
    """Return the state of one fact of the company."""
    test = _impossible(cell, term, known)
    if test is None:
        return filled_in(cell) if term.functional else f'=IF({cell}="","","{COMPLETE}")'
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
    used = f"COUNTA({one}{row}:{letters[inputs[-1].key]}{row})=0"
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
        f'=IF(B{row}="",IF(AND(C{row}="",D{row}="",E{row}=""),"","缺名称"),'
        f'IF(OR(G{row}="",G{row}={none}),"缺日期",IF(OR(H{row}="",H{row}={none}),"缺岗位",'
        f'IF(ISERROR({when}),"{IMPOSSIBLE}",IF({when}>{layout.CHECK_DATE},"{LATE}","{COMPLETE}")))))'
    )
    return day, role, state


def of_practice(row: int, *, prohibited: bool = False) -> str:
    """Return the state of a practice: in place and proved, denied, with an exception, or what is missing."""
    if prohibited:
        return (
            f'=IF(D{row}="","{MISSING}",IF(D{row}="{layout.NO}","{COMPLETE}",'
            f'IF(F{row}<>"","{EXCEPTED}","{TAKES_PLACE}")))'
        )
    proved = f"OR({_document_state(f'C{row}')},{_document_state(f'E{row}')})"
    return (
        f'=IF(AND(C{row}="",D{row}="",E{row}="",F{row}=""),"{MISSING}",IF(D{row}="{layout.NO}","{DENIED}",'
        f'IF({proved},IF(F{row}<>"","{PROVED_EXCEPTED}","{COMPLETE}"),IF(F{row}<>"","{EXCEPTED}",'
        f'IF(AND(C{row}="",E{row}=""),"缺文件","文件不全")))))'
    )


def _document_state(cell: str) -> str:
    number = f"IF(ISNUMBER({cell}),{cell},VALUE({cell}))"
    return f'IF({cell}="",FALSE,IF(ISERROR(INDEX({_DOCUMENT_STATES},{number})),FALSE,INDEX({_DOCUMENT_STATES},{number})="{COMPLETE}"))'


def of_task(row: int, *, own: bool) -> str:
    """Return the state of a recurring task; ``own`` where the company sets the interval itself."""
    when = f"IF(ISNUMBER(C{row}),C{row},DATEVALUE(C{row}))"
    done = f'IF(D{row}="","缺周期","{COMPLETE}")' if own else f'"{COMPLETE}"'
    return (
        f'=IF(AND(C{row}="",D{row}="",F{row}=""),"{MISSING}",IF(F{row}="{layout.NO}","{NOT_DONE}",'
        f'IF(C{row}="","缺日期",IF(ISERROR({when}),"{IMPOSSIBLE}",IF({when}>{layout.CHECK_DATE},"{LATE}",{done})))))'
    )


def day_of(cell: str) -> str:
    """Return the date in a cell as a number, 0 where there is none, however it was typed."""
    return f'=IF({cell}="",0,IF(ISNUMBER({cell}),{cell},IF(ISERROR(DATEVALUE({cell})),0,DATEVALUE({cell}))))'


def of_record(row: int) -> str:
    """Return the state of a retention period."""
    return (
        f'=IF(AND(C{row}="",D{row}=""),"{MISSING}",IF(D{row}="{layout.FOREVER}","{COMPLETE}",'
        f'IF(C{row}="","缺期限",IF(D{row}="","缺单位",IF(ISERROR(VALUE(C{row})),"{IMPOSSIBLE}","{COMPLETE}")))))'
    )
