"""Cells in, conditions out under which a formula cannot say what the service will: it then leaves the clause to it.

The service reads more than a formula can: figures and dates as text, full-width digits, 有 for 是, a percentage by its
format, several names in one cell. What a formula does not read for certain must not become an outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhiyin.form import row_states as states
from zhiyin.form import workbook_layout as layout
from zhiyin.form.workbook_map import Spot, Table
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD

_KEY_COLUMNS = {layout.COMPANY_SHEET: layout.COMPANY_COLUMNS.index(layout.KEY_COLUMN)}


def answer(cell: str) -> str:
    """Return what is true where a cell for 是 or 否 holds another word."""
    return f'AND({cell}<>"",{cell}<>"{layout.YES}",{cell}<>"{layout.NO}")'


def of_fact(spot: Spot, cell: str, term: Term, known: Vocabulary) -> Iterator[str]:
    """Yield when a fact of the company is not what the formula takes it for: sorted away, blank, no number, a share."""
    letter = chr(ord("A") + _KEY_COLUMNS[spot.sheet])
    yield f"'{spot.sheet}'!${letter}${spot.cell[1:]}<>\"{term.local}\""
    yield states.blank_text(cell)
    if term.range in (XSD + "integer", XSD + "decimal"):
        yield f'AND({cell}<>"",NOT(ISNUMBER({cell})))'
        if layout.unit_of(term, known) == "%":
            yield f"AND(ISNUMBER({cell}),{cell}>0,{cell}<=1)"


def of_cells(cells: str, term: Term, known: Vocabulary) -> Iterator[str]:
    """Yield when the cells of things are not what the formula takes them for."""
    yield states.blank_text(cells)
    few = layout.allowed(term, known)
    if few is not None and term.functional:
        yield "+".join(f'COUNTIF({cells},"{word}")' for word in few) + f"<COUNTA({cells})"
    if term.range in (XSD + "integer", XSD + "decimal"):
        yield f"COUNT({cells})<COUNTA({cells})"
        if layout.unit_of(term, known) == "%":
            yield f'COUNTIF({cells},"<=1")>COUNTIF({cells},"<=0")'


def of_side(table: Table, term: Term) -> Iterator[str]:
    """Yield when the row of a fact of things that stand side by side is no longer that row."""
    row = table.ranges[term.local].rpartition("$")[2]
    column = chr(ord("A") + layout.SIDE_COLUMNS.index(layout.KEY_COLUMN))
    yield f"'{table.sheet}'!${column}${row}<>\"{term.local}\""


def of_names(names: str) -> Iterator[str]:
    """Yield when the names of things hold blanks alone, or 全部 with blanks about it."""
    yield states.blank_text(names)
    narrow = f'SUBSTITUTE(SUBSTITUTE({names}," ",""),"\u3000","")'
    yield f'SUMPRODUCT(({narrow}="{layout.ALL}")*({names}<>"{layout.ALL}"))>0'


def of_statement(spot: Spot, term: Term) -> Iterator[str]:
    """Yield when the row of a practice, task or record is no longer that row, or holds what no formula can tell."""
    state = f"'{spot.sheet}'!${spot.state[0]}${spot.state[1:]}"
    yield f'{state}="{states.IMPOSSIBLE}"'
    yield f'{state}="{states.UNTOLD}"'
    yield f"'{spot.sheet}'!$B${spot.cell[1:]}<>\"{term.label.zh}\""
    if not term.practice_of or str(ZY.Company) in term.practice_of:
        subject = f"'{spot.sheet}'!$A${spot.cell[1:]}"
        yield f'AND({subject}<>"",{subject}<>"{layout.COMPANY_ITSELF}")'


def of_period(count: str, unit: str, units: Sequence[str]) -> Iterator[str]:
    """Yield when a count is no number or its unit none of the form's."""
    yield f'AND({count}<>"",NOT(ISNUMBER({count})))'
    yield f'AND({unit}<>"",' + ",".join(f'{unit}<>"{word}"' for word in units) + ")"


def of_isolation(between: str, means: str, lacks: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield when a boundary names its networks or its means in words that the formula does not know."""
    networks = [t.label.zh for t in vocabulary.individuals_of(vocabulary.terms[str(ZY.between)].range)]
    ways = [t.label.zh for t in vocabulary.individuals_of(vocabulary.terms[str(ZY.isolationMeans)].range)]
    known = "+".join(f'ISNUMBER(SEARCH("{word}",{between}))' for word in networks)
    yield f'SUMPRODUCT(({between}<>"")*(({known})<2))>0'
    unknown = "*".join(f'ISERROR(SEARCH("{word}",{means}))' for word in ways)
    yield f'SUMPRODUCT(({means}<>"")*{unknown})>0'
    foreign = ",".join(f'ISERROR(SEARCH("{word}",{lacks}))' for word in networks)
    yield f'AND({lacks}<>"",{foreign})'
