"""The verdict page's answers: the marked workbook, names of files, rulings filled in on the page."""

from __future__ import annotations

import io
from datetime import date
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook
from tests.validation import samples
from werkzeug.test import Client

from zhiyin.form import workbook_layout as layout
from zhiyin.intake.ruling_sheet import COLUMNS as RULING_COLUMNS


@pytest.fixture(scope="module")
def isolated() -> bytes:
    return (samples.folder() / "equivalent-isolation.ttl").read_bytes()


def post(client: Client, data: bytes, name: str, **fields: object) -> tuple[int, bytes, dict[str, str]]:
    form = {"file": (io.BytesIO(data), name), "date": "2026-06-30", **fields}
    response = client.post("/validate", data=form)
    return response.status_code, response.data, dict(response.headers)


def test_the_page_groups_by_cause_and_offers_the_marked_workbook(client: Client) -> None:
    data = (samples.folder() / "half-filled-form.xlsx").read_bytes()
    status, page, _ = post(client, data, "半份.xlsx")
    assert status == 200
    assert "先做什么" in page.decode()
    assert 'value="returned"' in page.decode()
    status, body, headers = post(client, data, "半份.xlsx", format="returned")
    assert status == 200
    assert load_workbook(io.BytesIO(body)).sheetnames[0] == layout.RESULTS
    assert "示例期货（半份表）有限公司-四类-2026-06-30-评定结果.xlsx" in unquote(headers["Content-Disposition"])


def test_the_api_sends_the_workbook_back(client: Client) -> None:
    data = (samples.folder() / "half-filled-form.xlsx").read_bytes()
    response = client.post(
        "/api/validate?date=2026-06-30&format=returned", data=data, content_type=layout.XLSX_MEDIA_TYPE
    )
    assert response.status_code == 200
    assert layout.RESULTS in load_workbook(io.BytesIO(response.data)).sheetnames
    refused = client.post(
        "/api/validate?format=returned", data=samples.written(samples.SAMPLES[0]), content_type="text/turtle"
    )
    assert refused.status_code == 400


def test_a_ruling_filled_in_on_the_page_is_applied_and_can_be_kept(client: Client, isolated: bytes) -> None:
    status, page, _ = post(client, isolated, "a.ttl")
    assert status == 200
    assert 'name="r-outcome"' in page.decode()
    ruled: dict[str, object] = {
        "r-company": "https://example.org/futures/equivalent-isolation",
        "r-clause": "5.4.1.3",
        "r-outcome": "satisfied",
        "r-reason": "已测评",
        "r-by": "示例",
        "r-role": "检查岗",
        "r-on": "2026-06-30",
    }
    status, page, _ = post(client, isolated, "a.ttl", **ruled)
    assert status == 200
    assert "示例（检查岗）" in page.decode()
    assert 'name="r-outcome"' not in page.decode()
    status, file, headers = post(client, isolated, "a.ttl", **ruled, format="determinations")
    assert status == 200
    assert b"Determination" in file
    name = "示例期货（等效隔离）有限公司-四类-2026-06-30-认定.ttl"
    assert name in unquote(headers["Content-Disposition"])
    book = Workbook()
    sheet = book.create_sheet(layout.DETERMINATIONS, 0)
    for row in (RULING_COLUMNS, ("5.4.1.3", "", "符合", "已测评", "示例", "检查岗", date(2026, 6, 30))):
        sheet.append(row)
    book.save(ruled_sheet := io.BytesIO())
    ruled_sheet.seek(0)
    _, of_sheet, headers = post(
        client, isolated, "a.ttl", determinations=(ruled_sheet, "r.xlsx"), format="determinations"
    )
    assert of_sheet == file
    assert name in unquote(headers["Content-Disposition"])
    status, page, _ = post(client, isolated, "a.ttl", determinations=(io.BytesIO(file), "认定.ttl"))
    assert "示例（检查岗）" in page.decode()
    assert 'value="determinations"' in page.decode()
    assert post(client, isolated, "a.ttl", format="determinations")[0] == 400
    status, _, _ = post(client, isolated, "a.ttl", **{**ruled, "r-reason": " "})
    assert status == 400


FIRM = "https://example.org/futures/equivalent-isolation"
UNUSABLE = [
    ({"clause": "4.4.1.3"}, "不是所评类别的条款"),
    ({"clause": "5.4.1.99"}, "没有这一条款"),
    ({"clause": "5.1.1.1"}, "不需人工认定"),
    ({"company": "https://example.org/futures/another"}, "没有这家公司"),
    ({"on": "2026-07-01"}, "晚于"),
    ({"on": "2026-01-01"}, "早于事实截止日"),
]


@pytest.mark.parametrize(("changed", "reason"), UNUSABLE)
def test_a_ruling_that_cannot_be_used_is_told_with_the_reason_on_the_page(
    client: Client, isolated: bytes, changed: dict[str, str], reason: str
) -> None:
    """Filled in on the page, and on the sheet of a workbook that is uploaded as determinations."""
    said = {"company": FIRM, "clause": "5.4.1.3", "on": "2026-06-30", **changed}
    fields: dict[str, object] = {"r-outcome": "satisfied", "r-reason": "已测评", "r-by": "示例", "r-role": "检查岗"}
    fields |= {f"r-{name}": value for name, value in said.items()}
    status, page, _ = post(client, isolated, "a.ttl", **fields)
    assert status == 200
    assert reason in page.decode()
    book = Workbook()
    sheet = book.create_sheet(layout.DETERMINATIONS, 0)
    sheet.append([*RULING_COLUMNS, layout.RULED_COMPANY])
    ruled = date.fromisoformat(said["on"])
    sheet.append([said["clause"], "", "符合", "已测评", "示例", "检查岗", ruled, said["company"]])
    book.save(file := io.BytesIO())
    file.seek(0)
    status, of_sheet, _ = post(client, isolated, "a.ttl", determinations=(file, "认定.xlsx"))
    assert status == 200
    assert reason in of_sheet.decode()
    applied = 'name="r-outcome"' not in of_sheet.decode()
    assert applied is (reason == "早于事实截止日")


def test_every_fault_of_the_sheet_of_rulings_is_told_by_page_and_api(client: Client, isolated: bytes) -> None:
    book = Workbook()
    sheet = book.create_sheet(layout.DETERMINATIONS, 0)
    sheet.append([*RULING_COLUMNS, layout.RULED_COMPANY])
    sheet.append(["5.4.1.3", "", "符合", "已测评", "示例", "检查岗", "六月底", FIRM])
    sheet.append(["5.1.1.1", "", "通过", "已测评", "示例"])
    book.save(file := io.BytesIO())
    for address in ("/validate", "/api/validate?date=2026-06-30"):
        form = {"file": (io.BytesIO(isolated), "a.ttl"), "determinations": (io.BytesIO(file.getvalue()), "认定.xlsx")}
        response = client.post(address, data=form)
        assert response.status_code == 400, address
        assert all(cell in response.text for cell in ("G2", "C3", "F3", "G3")), address
