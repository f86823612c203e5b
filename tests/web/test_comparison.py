"""The comparison as files: what a compliance officer opens says what the page says, with the differences marked."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from werkzeug.test import Client

PAIRS = [(1, 2), (2, 3), (3, 4), (1, 4)]


def workbook(client: Client, low: int, high: int) -> openpyxl.Workbook:
    data = client.get(f"/compare?from={low}&to={high}&format=xlsx").get_data()
    return openpyxl.load_workbook(io.BytesIO(data), rich_text=True)


@pytest.mark.parametrize(("low", "high"), PAIRS)
def test_workbook_says_what_the_api_says(client: Client, low: int, high: int) -> None:
    book = workbook(client, low, high)
    summary = client.get(f"/api/tiers/diff?from={low}&to={high}").get_json()["summary"]
    changes, counts = book.worksheets
    assert changes.max_row - 1 == sum(count for kind, count in summary.items() if kind != "same")
    totals = next(row for row in counts.iter_rows(values_only=True) if row[0] == "合计")
    assert totals[-1] == sum(summary.values())
    assert totals[-2] == summary["same"]
    sections = list(counts.iter_rows(min_row=2, max_row=9, values_only=True))
    assert [sum(int(str(row[i])) for row in sections) for i in range(1, 7)] == list(totals[1:])


@pytest.mark.parametrize(("low", "high"), PAIRS)
def test_marked_texts_are_the_texts(client: Client, low: int, high: int) -> None:
    rows = client.get(f"/compare?from={low}&to={high}&format=csv").get_data().decode("utf-8-sig")
    plain = list(csv.reader(io.StringIO(rows)))
    sheet = workbook(client, low, high).worksheets[0]
    shown = [[str(c.value) if c.value is not None else "" for c in row] for row in sheet.iter_rows()]
    assert shown == plain


def test_what_is_new_is_bold_and_what_is_gone_is_struck(client: Client) -> None:
    sheet = workbook(client, 2, 3).worksheets[0]
    row = next(r for r in sheet.iter_rows() if r[3].value == "4.2.1.2")
    after, before = row[6].value, row[9].value
    assert isinstance(after, CellRichText)
    assert isinstance(before, CellRichText)
    assert [(b.text, b.font.b) for b in after if isinstance(b, TextBlock)] == [("500", True)]
    assert [(b.text, b.font.strike) for b in before if isinstance(b, TextBlock)] == [("300", True)]
