"""Nothing on a page moves once it is shown: the browser's own measure of layout shift, on a screen and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.web.site_pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
_WATCH = """() => {
    window.moved = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            const what = entry.sources.map((s) => s.node?.outerHTML?.slice(0, 80) ?? "");
            if (!entry.hadRecentInput) window.moved.push([entry.value, ...what]);
        }
    }).observe({ type: "layout-shift", buffered: true });
}"""
_SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(window.moved))))"
LEAST_SEEN = 0.02


def moved(page: Page) -> list[list[object]]:
    """Return what has moved on the page since it began to load: how much, and which elements."""
    page.evaluate(_WATCH)
    found: list[list[object]] = page.evaluate(_SETTLED)
    return found


def total(shifts: list[list[object]]) -> float:
    return sum(float(str(shift[0])) for shift in shifts)


@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_moves(open_context: Any, width: int) -> None:  # noqa: ANN401
    page: Page = open_context(width=width).new_page()
    found = {}
    for address in PAGES:
        page.goto(address)
        if page.locator(".with-editor").count():
            page.locator(".yasqe .CodeMirror").wait_for()
        shifts = moved(page)
        if total(shifts) >= LEAST_SEEN:
            found[address] = shifts
    assert not found


def test_a_page_that_moves_is_noticed(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/docs")
    page.evaluate(_WATCH)
    page.evaluate(
        """() => new Promise((done) => {
            const block = document.createElement("div");
            block.style.height = "300px";
            document.body.prepend(block);
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)));
        })"""
    )
    assert total(page.evaluate("window.moved")) >= LEAST_SEEN
