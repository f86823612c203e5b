"""``/declare``: a journey in a real browser from an empty form; files opened and saved; without scripts the workbook."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.validation import samples
from werkzeug.test import Client

from zhiyin.form.context import json_context
from zhiyin.form.form import form
from zhiyin.intake.reading import read_any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_form_as_json_asks_for_what_the_workbook_asks(client: Client, tier: int) -> None:
    body = client.get(f"/api/form?tier={tier}").get_json()
    asked = form(tier)
    assert [f["key"] for f in body["company"]] == [t.local for t in asked.company]
    assert [[f["key"] for f in x["fields"]] for x in body["things"]] == [
        [t.local for t in s.columns] for s in asked.sheets
    ]
    for key in ("practices", "prohibitions", "tasks", "records"):
        assert [p["key"] for p in body[key]] == [t.local for t in getattr(asked, key)]
    numbers = {n for f in body["company"] for n in f["clauses"]}
    assert any(n in body["clauses"] for n in numbers)


def test_without_scripts_the_page_offers_the_workbook(client: Client) -> None:
    page = client.get("/declare?tier=3").text
    inside = page.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "/api/template?tier=3&amp;format=xlsx" in inside


def test_the_context_is_served(client: Client) -> None:
    response = client.get("/context.jsonld")
    assert response.mimetype == "application/ld+json"
    assert response.get_json() == {"@context": json_context()}


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "xlsx"])
def test_a_file_is_put_into_another_format_unchanged(client: Client, syntax: str) -> None:
    data = (samples.folder() / "tier-2-complete.ttl").read_bytes()
    response = client.post(f"/api/template?tier=2&format={syntax}&renew=0", data={"file": (io.BytesIO(data), "a.ttl")})
    assert response.status_code == 200
    moved = read_any(response.data, source=f"a.{syntax}")
    assert any("2026-06-30" in str(t.object) and t.predicate.value.endswith("asOf") for t in moved.triples)


def test_a_compliance_officer_fills_in_a_section(open_context: Callable[..., BrowserContext], address: str) -> None:
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.fill("#self-asOf", "2026-06-30")
    page.fill("#company-unifiedSocialCreditCode", "91310000MA1DEM030X")
    page.fill("#company-name", "示例期货")
    page.locator("#steps button", has_text="技术管理").click()
    page.select_option("#company-hasTechnologyDepartment", "true")
    page.fill("#company-securityAdministratorCount", "0")
    page.locator("#company-securityAdministratorCount").press("Tab")
    page.locator("#verdict li", has_text="3.1.1.10不符合").wait_for(timeout=30_000)
    page.reload()
    page.locator("#steps button", has_text="技术管理").click()
    assert page.input_value("#company-securityAdministratorCount") == "0"


def test_a_complete_file_opened_is_met_and_saved_again(
    open_context: Callable[..., BrowserContext], address: str
) -> None:
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.set_input_files("#open", str(samples.folder() / "tier-2-complete.ttl"))
    page.locator("#said", has_text="已打开").wait_for(timeout=30_000)
    page.locator("#steps button", has_text="备份").click()
    page.locator("#verdict strong", has_text="达到").wait_for(timeout=30_000)
    assert page.locator("#verdict strong").inner_text().endswith("：达到")
    with page.expect_download() as caught:
        page.click('[data-save="jsonld"]')
    saved = Path(caught.value.path()).read_text(encoding="utf-8")
    assert json.loads(saved)["claimedTier"] == 2
    sample = next(s for s in samples.SAMPLES if s.slug == "tier-2-complete")
    verdict = samples.judged(samples.Sample("x", "x", "", "", syntax="jsonld"), saved.encode()).verdicts[0]
    assert {c.requirement.number: c.outcome for c in verdict.clauses if c.outcome != "satisfied"} == {}
    assert verdict.name == sample.name
