"""A form of 23 sheets with 1,000 rows each: the processor time and the memory that reading it takes.

``python bench/large_form.py [ROWS]`` makes the form from the complete sample of tier 4 and reads it in a process of its own.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import form
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.reading import read_any
from zhiyin.resources import path

TIER = 4


def large_form(rows: int) -> tuple[bytes, dict[str, int]]:
    """Return a filled form of which every sheet that takes rows holds ``rows`` of them, and how many each holds."""
    from openpyxl import load_workbook

    chosen = form(rules(), TIER)
    sample = path("data/companies/tier-4-complete.ttl").read_bytes()
    facts = read_any(sample, rules(), source="tier-4-complete.ttl").triples
    book = load_workbook(io.BytesIO(form_workbook(rules(), TIER, facts)))
    titles = layout.sheet_titles(chosen)
    held: dict[str, int] = {}
    for sheet in chosen.sheets:
        shown = book[titles[sheet.cls.iri]]
        if layout.is_side_by_side(sheet):
            continue
        keys = [cell.value for cell in shown[layout.KEY_ROW]]
        model = [cell.value for cell in shown[layout.HEADER_ROW + 1]]
        last = max(r for r in range(layout.HEADER_ROW + 1, shown.max_row + 1) if shown.cell(r, 3).value)
        for number in range(last + 1, layout.HEADER_ROW + rows + 1):
            for column, (key, value) in enumerate(zip(keys, model, strict=False), 1):
                if key == "id":
                    shown.cell(number, column, layout.thing_id(sheet, number - layout.HEADER_ROW))
                elif key == "name":
                    shown.cell(number, column, f"{titles[sheet.cls.iri]}第{number}项")
                elif key == "year":
                    shown.cell(number, column, 1000 + number)
                elif key != layout.STATE_KEY:
                    shown.cell(number, column, value)
        held[shown.title] = rows
    documents = book[layout.DOCUMENTS]
    for number in range(1, rows + 1):
        row = layout.HEADER_ROW + number
        documents.cell(row, 1, number)
        documents.cell(row, 2, documents.cell(row, 2).value or f"第 {number} 份制度")
        documents.cell(row, 4, documents.cell(4, 4).value).number_format = "yyyy-mm-dd"
        documents.cell(row, 5, documents.cell(row, 5).value or "信息技术部负责人")
    held[layout.DOCUMENTS] = rows
    _fill_statements(book[layout.PRACTICES], rows, "；".join(str(n) for n in range(1, 6)))
    _fill_statements(book[layout.TASKS], rows, None)
    held |= {layout.PRACTICES: rows, layout.TASKS: rows}
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue(), held


def _fill_statements(sheet: Any, rows: int, documents: str | None) -> None:  # noqa: ANN401 - openpyxl has no types
    """State what stands in the rows of a sheet once more for further rows, until there are ``rows``."""
    filled = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2) if row[0].value and row[1].value]
    own = [
        row for row in filled if row[0] == layout.COMPANY_ITSELF
    ]  # what is said of all of a thousand is a million facts
    for number in range(len(filled), rows):
        model = own[number % len(own)]
        for column, value in enumerate(model, 1):
            if not str(value).startswith("="):
                sheet.cell(number + 2, column, documents if column == 3 and documents and value else value)


def main(argv: list[str]) -> int:
    """Make the form and read it in a process of its own, or read it, and print what that took."""
    if argv[:1] == ["--read"]:
        data = Path(argv[1]).read_bytes()
        rules()
        before, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = read_any(data, rules(), source="form.xlsx")
        spent = time.process_time() - before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        said = {
            "seconds": round(spent, 2),
            "peak MB": peak // 1024,
            "before MB": memory // 1024,
            "triples": len(found.triples),
            "faults": len(found.faults),
        }
        sys.stdout.write(json.dumps(said) + "\n")
        return 0
    rows = int(argv[0]) if argv else 1_000
    data, held = large_form(rows)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "form.xlsx")
        file.write_bytes(data)
        sys.stdout.write(f"{len(held)} sheets of {rows} rows, {len(data) / 1e6:.1f} MB\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, __file__, "--read", str(file)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
