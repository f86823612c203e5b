"""A table of things in a workbook in, what is 1 at each of its things or at some of them out: the pieces of formulas."""

from __future__ import annotations

from zhiyin.form import workbook_layout as layout
from zhiyin.form.workbook_map import Spot, Table
from zhiyin.law.vocabulary import Term


def fact_cell(spot: Spot) -> str:
    """Return the address of a fact of the company."""
    return f"'{spot.sheet}'!${spot.cell[0]}${spot.cell[1:]}"


def column_cells(table: Table, key: str) -> str:
    """Return the range of the cells of ``key``, one for each thing."""
    return f"'{table.sheet}'!{table.ranges[key]}"


def each_thing(table: Table) -> str:
    """Return what is true at each row (or column) that describes a thing."""
    if "name" not in table.ranges:
        return f'({column_cells(table, layout.STATE_KEY)}<>"")'
    names = column_cells(table, "name")
    return f'({names}<>"")' + ("" if table.side_by_side else f'*({names}<>"{layout.ALL}")')


def any_lacks(table: Table, lacks: str, gate: str) -> str:
    """Return what is 1 where some thing lacks something that the clause asks of it."""
    bound = f"*(1-{gate})" if gate else ""
    return f"(SUMPRODUCT({each_thing(table)}*{lacks}{bound})>0)"


def is_empty(table: Table, key: str) -> str:
    """Return what is 1 at each thing that has no fact of ``key``, nor one given for all."""
    cells = column_cells(table, key)
    if table.side_by_side:
        of_all = f"(LEN(TRIM('{table.sheet}'!{table.shared[key]}))=0)"
    elif "name" not in table.ranges:
        return f"(LEN(TRIM({cells}))=0)"
    else:
        of_all = f'(SUMPRODUCT(({column_cells(table, "name")}="{layout.ALL}")*(LEN(TRIM({cells}))>0))=0)'
    return f"((LEN(TRIM({cells}))=0)*{of_all})"


def holds_word(table: Table, term: Term, word: str) -> str:
    """Return what is 1 at each thing whose fact of ``term``, its own or that of all, is ``word`` or names it among others."""
    cells = column_cells(table, term.local)

    def says(held: str) -> str:
        return f'({held}="{word}")' if term.functional else f'ISNUMBER(SEARCH("{word}",{held}))'

    if table.side_by_side:
        of_all = says(f"'{table.sheet}'!{table.shared[term.local]}")
    elif "name" not in table.ranges:
        return f"({says(cells)}*1)"
    else:
        of_all = f'(SUMPRODUCT(({column_cells(table, "name")}="{layout.ALL}")*{says(cells)})>0)'
    return f"(({says(cells)}+(LEN(TRIM({cells}))=0)*{of_all})>0)"
