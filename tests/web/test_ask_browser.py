"""The one box in a real browser: an answer, a near miss and a refusal; by keyboard, and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.web.test_keyboard import tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
@pytest.mark.parametrize(
    ("question", "outcome", "words"),
    [
        ("四类灾备中心要离生产中心多远", "answered", "100 公里"),
        ("四类的发电机几个月开机测试一次", "near", "没有给出数字"),
        ("明天北京天气怎么样", "none", "指引没有规定"),
    ],
    ids=["answer", "near", "refusal"],
)
def test_the_box_answers_or_says_that_there_is_nothing(
    open_context: Any,  # noqa: ANN401
    scripts: bool,
    question: str,
    outcome: str,
    words: str,
) -> None:
    page: Page = open_context(scripts=scripts).new_page()
    page.goto("/")
    page.locator("main input[name=q]").fill(question)
    page.get_by_role("button", name="检索").click()
    page.wait_for_url("**/search?q=*")
    answer = page.locator("section.answer")
    assert outcome in (answer.get_attribute("class") or "")
    assert words in answer.inner_text()
    assert (page.locator("article.hit").count() == 0) is (outcome == "none")


def test_keyboard_alone_asks_of_another_tier(open_context: Any) -> None:  # noqa: ANN401
    page: Page = open_context().new_page()
    page.goto("/browse")
    tab_to(page, page.locator("header input[name=q]"))
    page.keyboard.type("三类机房承重多少")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert "500" in page.locator(".answer .said").inner_text()
    tab_to(page, page.locator(".answer select[name=q]"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="换"))
    page.keyboard.press("Enter")
    page.wait_for_url("**%E4%BA%8C%E7%B1%BB*")
    assert "300" in page.locator(".answer .said").inner_text()
