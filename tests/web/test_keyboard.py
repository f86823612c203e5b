"""The journeys by keyboard alone, the focus in sight at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.web.download import downloaded

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


def tab_to(page: Page, target: Locator, most: int = 120) -> None:
    """Press Tab until ``target`` has the focus, as one without a mouse does."""
    wanted = target.element_handle()
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", "the focus cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} presses of Tab do not lead to {target}")


def test_keyboard_alone_searches_and_opens_a_clause(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, page.locator("main input[name=q]"))
    page.keyboard.type("机房")
    page.locator(".suggestions li").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert page.locator(".suggestions li[aria-selected=true]").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    tab_to(page, page.locator("article.hit a.no").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/*")


def test_keyboard_alone_compares_and_downloads(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/compare")
    tab_to(page, page.locator("select[name=from]"))
    page.keyboard.press("ArrowUp")
    tab_to(page, page.get_by_role("button", name="比较"))
    page.keyboard.press("Enter")
    page.wait_for_url("**from=1*")
    tab_to(page, page.get_by_role("link", name="下载 Excel"))
    name, _ = downloaded(page, lambda: page.keyboard.press("Enter"))
    assert name == "zhiyin-tier-1-to-3.xlsx"


def test_keyboard_alone_asks_and_downloads(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/questions/tier_additions")
    tab_to(page, page.get_by_role("button", name="提问"))
    page.keyboard.press("Enter")
    page.wait_for_url("**tier=*")
    tab_to(page, page.get_by_role("link", name="csv", exact=True), 400)
    name, _ = downloaded(page, lambda: page.keyboard.press("Enter"))
    assert name == "tier_additions.csv"


_BRIEF = """@prefix zy: <https://w3id.org/zhiyin/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/statement> a zy:SelfDescription ; zy:describes <https://example.org/firm> ;
    zy:claimedTier 2 ; zy:asOf "2026-06-30"^^xsd:date .
<https://example.org/firm> a zy:Company ; zy:name "示例期货" .
"""
"""Brief, since a browser takes a minute to type a whole self-description."""


def test_keyboard_alone_validates(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/validate")
    tab_to(page, page.locator("summary", has_text="或粘贴文本"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#text"))
    page.keyboard.insert_text(_BRIEF)
    tab_to(page, page.get_by_role("button", name="验证", exact=True))
    page.keyboard.press("Enter")
    page.locator("section .status").wait_for()
    tab_to(page, page.get_by_role("button", name="CSV"), 2000)
    name, _ = downloaded(page, lambda: page.keyboard.press("Enter"))
    assert name.endswith(".csv")
