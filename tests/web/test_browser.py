"""The site in a real browser: each user's journey to the downloaded file, with scripts and without."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pyoxigraph as ox
import pytest
from tests.web.download import downloaded
from tests.web.site_pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_search_to_the_clause_and_its_rdf(open_context: Any, scripts: bool) -> None:  # noqa: ANN401
    page: Page = open_context(scripts=scripts).new_page()
    page.goto("/")
    page.locator("main input[name=q]").fill("停电了怎么办")
    page.get_by_role("button", name="检索").click()
    page.wait_for_url("**/search?q=*")
    page.locator("article.hit a.no").first.click()
    page.wait_for_url("**/clauses/*")
    number = page.url.rpartition("/")[2]
    assert page.locator("h1").inner_text().startswith(number)
    body = page.request.get(page.get_by_role("link", name="Turtle", exact=True).get_attribute("href") or "").body()
    assert any(number in str(quad.subject) for quad in ox.parse(body, format=ox.RdfFormat.TURTLE))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_home_to_the_downloaded_comparison(open_context: Any, scripts: bool) -> None:  # noqa: ANN401
    page: Page = open_context(scripts=scripts).new_page()
    page.goto("/")
    page.get_by_role("link", name="比较", exact=True).click()
    page.locator("select[name=from]").select_option("1")
    page.locator("select[name=to]").select_option("4")
    page.get_by_role("button", name="比较").click()
    page.wait_for_url("**/compare?from=1&to=4")
    name, data = downloaded(page, page.get_by_role("link", name="下载 Excel").click)
    assert name == "zhiyin-tier-1-to-4.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.max_row == 1 + 2 + 8 + 32


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_home_to_the_answered_question(open_context: Any, scripts: bool) -> None:  # noqa: ANN401
    page: Page = open_context(scripts=scripts).new_page()
    page.goto("/")
    page.get_by_role("link", name="问题", exact=True).click()
    page.locator('a[href="/questions/tier_additions"]').click()
    page.locator('select[name="tier"]').select_option("3")
    page.get_by_role("button", name="提问").click()
    page.wait_for_url("**tier=3*")
    assert page.locator("main table tbody tr").count() > 5
    name, data = downloaded(page, page.get_by_role("link", name="csv", exact=True).click)
    assert name == "tier_additions.csv"
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) > 5


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_home_to_the_downloaded_verdict(open_context: Any, upload: Path, scripts: bool) -> None:  # noqa: ANN401
    page: Page = open_context(scripts=scripts).new_page()
    page.goto("/")
    page.get_by_role("link", name="验证", exact=True).click()
    page.locator("#file").set_input_files(upload)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator(".status").first.wait_for()
    assert "示例期货" in page.locator("h1").inner_text()
    assert page.locator("article[data-outcome]").count() == 209
    if scripts:
        page.locator('select[data-filter="section"]').select_option("2")
        page.locator('select[data-filter="outcome"]').select_option("satisfied")
        shown = page.locator("article[data-outcome]:visible")
        assert 0 < shown.count() <= 25
        assert {shown.nth(i).get_attribute("data-section") for i in range(shown.count())} == {"2"}
    name, data = downloaded(page, page.get_by_role("button", name="Excel").click)
    assert name.endswith(".xlsx")
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets
    page.get_by_role("button", name="打印版 HTML").click()
    page.wait_for_load_state()
    assert "示例期货" in page.content()


def test_dropped_and_pasted(open_context: Any, sample: bytes) -> None:  # noqa: ANN401
    page: Page = open_context(watched=False).new_page()
    page.goto("/validate")
    page.evaluate(
        """text => {
            const moved = new DataTransfer();
            moved.items.add(new File([text], "dropped.ttl"));
            document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: moved, bubbles: true}));
        }""",
        sample.decode(),
    )
    assert page.evaluate("document.getElementById('file').files[0].name") == "dropped.ttl"
    page.get_by_text("或粘贴文本").click()
    page.locator("#text").fill("@prefix zy: <https://w3id.org/zhiyin/ontology#> . <<<")
    page.evaluate("document.getElementById('file').value = ''")
    page.get_by_role("button", name="验证", exact=True).click()
    page.get_by_role("alert").wait_for()  # The browser's console tells of the 400 too, hence unwatched.


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_every_page_fits_a_phone(open_context: Any, scripts: bool) -> None:  # noqa: ANN401
    page: Page = open_context(width=360, scripts=scripts).new_page()
    for address in PAGES:
        page.goto(address)
        widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1], address
        assert page.locator("h1").is_visible()


def test_verdict_fits_a_phone(open_context: Any, upload: Path) -> None:  # noqa: ANN401
    page: Page = open_context(width=360).new_page()
    page.goto("/validate")
    page.locator("#file").set_input_files(upload)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator("section .status").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_hostile_submission_stays_text(open_context: Any, tmp_path: Path, sample: bytes) -> None:  # noqa: ANN401
    text = sample.decode().replace("示例期货有限公司", HOSTILE.replace('"', '\\"'))
    text = text.replace("https://example.org/futures/demo/room/1", "https://example.org/futures/demo/room/'onload='x")
    assert HOSTILE.replace('"', '\\"') in text
    file = tmp_path / "a'onerror='alert(1)&lt;.ttl"
    file.write_text(text, encoding="utf-8")
    page: Page = open_context().new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto("/validate")
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator("section .status").wait_for()
    assert page.locator("main img").count() == 0
    assert page.title() not in ("1", "2")
    assert "<script>" in page.locator("h1").inner_text()


def test_suggestions_are_text(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.route(
        "**/api/suggest*",
        lambda route: route.fulfill(
            json={"query": "x", "items": [{"value": HOSTILE, "label": HOSTILE, "kind": HOSTILE}]}
        ),
    )
    page.goto("/")
    page.locator("main input[name=q]").press_sequentially("x")
    page.locator(".suggestions li").first.wait_for()
    assert page.locator(".suggestions img").count() == 0
    assert HOSTILE in page.locator(".suggestions li").first.inner_text()


def test_verdict_prints_whole(open_context: Any, upload: Path) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/validate")
    page.locator("#file").set_input_files(upload)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator("section .status").wait_for()
    page.emulate_media(media="print")
    assert page.locator("header.site").is_hidden()
    # What is folded on the screen stands on the paper.
    assert page.locator("article[data-outcome=satisfied]").first.is_visible()
    assert len(page.pdf(format="A4")) > 20_000


def test_reference_narrows_as_one_types(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/docs/vocabulary")
    field = page.locator("input[data-find-in]")
    field.fill("承重")
    page.locator("#floorLoadKgPerM2").wait_for()
    assert page.locator("li[data-find]:visible").count() < 5
    field.fill("承重 没有这个词")
    assert page.locator("li[data-find]:visible").count() == 0
    field.fill("")
    assert page.locator("li[data-find]:not(.unfound)").count() > 600
    # A page of the vocabulary is as long as a page: no more than what a reader scrolls.
    for address in ("/docs/vocabulary", *(f"/docs/vocabulary/{topic}" for topic in ("submission", "isolation"))):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollHeight") < 20_000


def test_address_from_before_the_parts_leads_to_the_term(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/docs/vocabulary#floorLoadKgPerM2")
    page.locator("#floorLoadKgPerM2 a").click()
    page.wait_for_url("**/docs/vocabulary/machine-room#floorLoadKgPerM2")


def test_a_finding_leads_to_its_fact(open_context: Any, tmp_path: Path) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/")
    page.get_by_role("button", name="看这份样例的评定").click()
    page.locator("section .status").wait_for()
    row = page.locator("article[data-outcome=violated]")
    assert row.locator(".no").inner_text() == "2.2.1.2"
    assert "写在自述表的" in row.inner_text()
    row.get_by_role("link", name="承重").click()
    page.wait_for_url("**/docs/vocabulary/machine-room#floorLoadKgPerM2")
    entry = page.locator("#floorLoadKgPerM2")
    assert "公斤每平方米" in entry.inner_text()
    entry.locator("summary").click()
    assert "zy:floorLoadKgPerM2" in entry.locator("pre").inner_text()


def test_progress_is_told_while_a_file_is_judged(open_context: Any, upload: Path) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/validate")
    assert page.locator("#validate progress").is_hidden()
    # What stands there in the moment after the form is sent outlives the page in the browser's own notes.
    page.evaluate(
        """() => document.getElementById("validate").addEventListener("submit", () => setTimeout(() => {
            const shown = document.querySelector("#validate progress").checkVisibility();
            sessionStorage.setItem("seen", `${shown} ${document.getElementById("progress").textContent}`);
        }))"""
    )
    page.locator("#file").set_input_files(upload)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator("section .status").wait_for()
    assert page.evaluate("sessionStorage.getItem('seen')").startswith("true 正在")
