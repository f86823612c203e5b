"""axe finds no serious fault on any page, light and dark; what the third-party editor has of its own is named here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.validation import samples
from tests.web.site_pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
EDITOR_FAULTS = {
    "aria-required-children": "the list of tabs holds the button for a new tab, which is not a tab",
    "scrollable-region-focusable": "CodeMirror's box of a long query takes no focus: the field beside it does and moves it",
}
"""Faults inside the query editor that come with it: axe's rule, and where it is."""


@pytest.fixture(scope="module", autouse=True)
def axe() -> str:
    """The text of axe; without Node the test is skipped with a notice, or fails where CI=true."""
    if not AXE.is_file():
        notice = "没有 axe-core（需要 Node）/ no axe-core: Node is needed to fetch it"
        if os.environ.get("CI") == "true":
            pytest.fail(notice)
        pytest.skip(notice)
    return AXE.read_text(encoding="utf-8")


def faults(page: Page, axe: str, where: str) -> dict[str, list[str]]:
    """Return the serious faults that axe finds, by rule, with the elements that have them."""
    if not page.evaluate("'axe' in window"):
        # As the page's own policy forbids inline scripts, axe comes by the debugger's channel.
        page.evaluate(axe + ";0")
    found = page.evaluate(f"axe.run({where}, {{resultTypes: ['violations']}}).then(r => r.violations)")
    return {v["id"]: [n["html"][:160] for n in v["nodes"][:3]] for v in found if v["impact"] in ("serious", "critical")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(open_context: Any, upload: Path, scheme: str, axe: str) -> None:  # noqa: ANN401
    page: Page = open_context(scheme=scheme).new_page()
    found: dict[str, dict[str, list[str]]] = {}
    for address in (*PAGES, "/clauses/4.3.3.1?lang=en", "/docs/vocabulary?lang=en", "/?lang=zh"):
        page.goto(address)
        if bad := faults(page, axe, "{exclude: [['.yasgui']]}"):
            found[address] = bad
    page.goto("/validate")
    page.locator("#file").set_input_files(upload)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator("section .status").wait_for()
    if bad := faults(page, axe, "document"):
        found["verdict"] = bad
    assert not found


def test_axe_finds_no_serious_fault_in_any_section_of_the_form(open_context: Any, axe: str) -> None:  # noqa: ANN401
    """The form in the browser with a whole company in it: every kind of field, card, statement and the verdict."""
    page: Page = open_context().new_page()
    page.goto("/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.set_input_files("#open", str(samples.folder() / "no-generator.ttl"))
    page.locator("#said", has_text="已打开").wait_for(timeout=30_000)
    found: dict[str, dict[str, list[str]]] = {}
    for index in range(page.locator("#steps button").count()):
        page.locator("#steps button").nth(index).click()
        if index:
            page.locator("#verdict li").first.or_(page.locator("#verdict p")).first.wait_for(timeout=30_000)
        if bad := faults(page, axe, "document"):
            found[str(index)] = bad
    assert not found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_has_the_known_faults_and_no_other(open_context: Any, scheme: str, axe: str) -> None:  # noqa: ANN401
    page: Page = open_context(scheme=scheme).new_page()
    page.goto("/sparql")
    if not page.locator(".with-editor").count():
        pytest.skip("the editor is not bundled here")
    page.locator(".yasqe_queryButton").click()
    page.locator(".yasr_results table tbody tr").first.wait_for()
    found = faults(page, axe, "{include: [['.yasgui']]}")
    assert set(found) <= set(EDITOR_FAULTS), found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 390, 700, 1024, 1280])
def test_the_header_takes_one_line(open_context: Any, width: int, language: str) -> None:  # noqa: ANN401
    page: Page = open_context(width=width, scripts=False).new_page()
    page.goto(f"/browse?lang={language}")
    header = page.locator("header.site")
    height = header.evaluate("e => e.offsetHeight")
    assert height < 64
    entry = header.locator(".entries a[href='/cite-check']")
    if width < 1024:
        assert not entry.is_visible()
        page.locator("header.site summary").click()
        assert header.evaluate("e => e.offsetHeight") == height
    assert entry.is_visible()
    entry.click()
    page.wait_for_url("**/cite-check")
