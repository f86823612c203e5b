"""The map of a form in, the cells in which each term is stated out, in words."""

from __future__ import annotations

from collections.abc import Iterator

from zhiyin.errors import Message
from zhiyin.form import workbook_layout as layout
from zhiyin.form.workbook_map import FormMap, Spot

_MOST_CELLS = 6


def cells_in_words(known: FormMap) -> dict[str, tuple[Message, ...]]:
    """Return by the IRI of each term that the form asks for the places in which it does."""
    asked = [*known.facts, *(term for _, term in known.columns), *known.statements, *known.lists]
    return {iri: tuple(_cells(known, iri)) for iri in dict.fromkeys(asked)}


def _cells(known: FormMap, iri: str) -> Iterator[Message]:
    if iri in known.facts:
        yield _named(known.facts[iri].sheet, [known.facts[iri]])
    for (cls, term), spot in known.columns.items():
        if term != iri:
            continue
        if known.tables[cls].side_by_side:
            row = spot.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            yield Message(
                f"“{spot.sheet}”表第 {row} 行，{spot.cell} 起每项一格",
                f"sheet “{spot.sheet}”, row {row}: a cell for each from {spot.cell} on",
            )
        else:
            letters = spot.cell.rstrip("0123456789")
            yield Message(
                f"“{spot.sheet}”表 {letters} 列，{spot.cell} 起每项一格",
                f"sheet “{spot.sheet}”, column {letters}: a cell for each from {spot.cell} down",
            )
    sheets: dict[str, list[Spot]] = {}
    for _, spot in known.statements.get(iri, ()):
        sheets.setdefault(spot.sheet, []).append(spot)
    for sheet, spots in sheets.items():
        yield _named(sheet, spots)
    if iri in known.lists:
        spot = known.lists[iri]
        aside = any(table.side_by_side for table in known.tables.values() if table.sheet == spot.sheet)
        yield Message(
            f"“{spot.sheet}”表，每项一{'列' if aside else '行'}，列全后在 {spot.cell} 选“{layout.YES}”",
            f"sheet “{spot.sheet}”, a {'column' if aside else 'row'} for each; when all are there, "
            f"“{layout.YES}” in {spot.cell}",
        )


def _named(sheet: str, spots: list[Spot]) -> Message:
    cells = [spot.cell for spot in spots]
    shown, more = cells[:_MOST_CELLS], len(cells) > _MOST_CELLS
    return Message(
        f"“{sheet}”表 {'、'.join(shown)}{f' 等 {len(cells)} 格' if more else ''}",
        f"sheet “{sheet}”, {', '.join(shown)}{f' and more, {len(cells)} in all' if more else ''}",
    )
