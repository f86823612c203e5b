"""Intervals and retention periods as people write them: with the unit beside or behind the figure, never both apart."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook
from tests.validation import samples

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import form
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.reading import read_any
from zhiyin.intake.submission import Submission
from zhiyin.namespaces import ZY

INTERVALS: dict[tuple[object, object], int | None] = {
    ("1个月", None): 31,
    ("2月", None): 59,
    ("1年", None): 365,
    ("３０天", None): 30,
    ("12个月", "月"): 365,
    (1, "年"): 365,
    ("1年", "天"): None,
    ("每月", None): None,
    ("7日", None): 7,
}
PERIODS: dict[tuple[object, object], tuple[str, int] | None] = {
    ("18个月", None): ("periodMonths", 18),
    ("20年", "年"): ("periodYears", 20),
    (None, "永久"): ("periodYears", 100),
    ("永久", None): ("periodYears", 100),
    (20, "永久"): None,
    ("20年以上", None): None,
}


def read(sheet: str, key: int, cells: dict[str, tuple[object, ...]], first: int) -> Submission:
    """The blank form with a few rows filled in, from the column ``first`` on; ``key`` is the column of their keys."""
    book: Any = load_workbook(io.BytesIO(form_workbook(rules(), 2, samples.facts(samples.SAMPLES[1]))))
    for row in book[sheet].iter_rows(min_row=2):
        values = cells.get(str(row[key].value))
        for index, value in enumerate(values or ()):
            row[first + index].value = value
    out = io.BytesIO()
    book.save(out)
    return read_any(out.getvalue(), rules(), source="a.xlsx")


def stated(submission: Submission, about: str) -> dict[str, str]:
    """What is stated of the practice, task or record whose IRI ends with ``about``."""
    nodes = {
        str(t.subject)
        for t in submission.triples
        if t.predicate.value == str(ZY.about) and str(t.object).rstrip(">").endswith(f"/{about}")
    }
    said = [t for t in submission.triples if str(t.subject) in nodes]
    return {t.predicate.value.rpartition("#")[2]: getattr(t.object, "value", "") for t in said}


def test_intervals() -> None:
    tasks = [t.local for t in form(rules(), 2).tasks if t.iri in form(rules(), 2).interval_tasks][: len(INTERVALS)]
    written = dict(zip(tasks, INTERVALS, strict=True))
    read_in = read(layout.TASKS, 9, {k: ("2026-01-01", *v) for k, v in written.items()}, 2)
    for task, cells in written.items():
        days = INTERVALS[cells]
        assert stated(read_in, task).get("statedIntervalDays") == (None if days is None else str(days)), cells
    assert len([f for f in read_in.faults if f.place.sheet == layout.TASKS]) == list(INTERVALS.values()).count(None)


def test_retention_periods() -> None:
    records = [r.local for r in form(rules(), 2).records][: len(PERIODS)]
    written = dict(zip(records, PERIODS, strict=True))
    read_in = read(layout.RECORDS, 7, dict(written), 2)
    for record, cells in written.items():
        wanted = PERIODS[cells]
        said = {k: v for k, v in stated(read_in, record).items() if k.startswith("period")}
        assert said == ({} if wanted is None else {wanted[0]: str(wanted[1])}), cells
    assert len([f for f in read_in.faults if f.place.sheet == layout.RECORDS]) == list(PERIODS.values()).count(None)


def test_a_unit_without_its_figure_is_asked_about() -> None:
    record = form(rules(), 2).records[0].local
    (fault,) = (f for f in read(layout.RECORDS, 7, {record: (None, "年")}, 2).faults if f.place.sheet == layout.RECORDS)
    assert "没有填" in fault.message.zh
    assert fault.message.en == "a unit without a period"
