"""The query editor in a real browser: it completes, runs, draws, shares, and speaks the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_query_editor_completes_runs_and_draws(open_context: Any, address: str) -> None:  # noqa: ANN401
    context = open_context()
    page: Page = context.new_page()
    page.goto("/sparql")
    if not page.locator('script[src="/static/vendor/editor.js"]').count():
        assert page.locator("#plain").is_visible()
        assert page.get_by_role("note").is_visible()
        pytest.skip("the editor is not bundled here")
    page.locator(".yasqe .CodeMirror").wait_for()
    assert page.locator("#plain").is_hidden()
    query = "SELECT ?tier (COUNT(*) AS ?n) WHERE { ?c  ?tier } GROUP BY ?tier"
    page.evaluate(
        "q => { const e = zhiyinEditor.getTab().getYasqe(); e.setValue(q); e.focus(); e.setCursor({line: 0, ch: 41}); }",
        query,
    )
    page.keyboard.type("zy:ti", delay=30)
    page.locator(".CodeMirror-hint", has_text="zy:tier").first.click()
    written = page.evaluate("zhiyinEditor.getTab().getYasqe().getValue()")
    assert "PREFIX zy: <https://w3id.org/zhiyin/ontology#>" in written
    page.locator(".yasqe_queryButton").click()
    page.locator(".yasr_results table tbody tr").first.wait_for()
    page.locator("button.select_chart").click()
    page.locator("svg.zy-chart rect").first.wait_for()
    # Another person opens the link of this query.
    link = page.evaluate(
        "(() => { const e = zhiyinEditor.getTab().getYasqe(); return e.config.createShareableLink(e); })()"
    )
    assert link.startswith(address)
    other: Page = open_context().new_page()
    other.goto(link)
    other.locator(".yasqe .CodeMirror").wait_for()
    assert "zy:tier" in other.evaluate("zhiyinEditor.getTab().getYasqe().getValue()")
    page.evaluate(
        "q => zhiyinEditor.getTab().getYasqe().setValue(q)",
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> CONSTRUCT { ?a skos:broader ?b } { ?a skos:broader ?b } LIMIT 9",
    )
    page.locator(".yasqe_queryButton").click()
    page.locator("button.select_graph:not([disabled])").click()
    page.locator("svg.zy-graph a").first.wait_for()


def opened(context: Any, language: str) -> Page:  # noqa: ANN401
    """Return the editor's page in ``language``; skipped where the editor is not bundled."""
    page: Page = context.new_page()
    page.goto(f"/sparql?lang={language}")
    if not page.locator(".with-editor").count():
        pytest.skip("the editor is not bundled here")
    page.locator(".yasqe .CodeMirror").wait_for()
    return page


@pytest.mark.parametrize(
    ("language", "chip", "filtering"),
    [("zh", "条结果，用时", "筛选结果"), ("en", "results in", "Filter query results")],
)
def test_editor_speaks_the_language_of_the_page(
    open_context: Any,  # noqa: ANN401
    language: str,
    chip: str,
    filtering: str,
) -> None:
    page = opened(open_context(), language)
    page.locator(".yasqe_queryButton").click()
    page.locator(".yasr_results table tbody tr").first.wait_for()
    assert chip in page.locator(".yasr_response_chip").inner_text()
    assert page.locator("input.tableFilter").get_attribute("placeholder") == filtering
    # What the graph holds is not touched.
    assert page.locator("th .dt-column-title", has_text="number").count() == 1


@pytest.mark.parametrize(("language", "said"), [("zh", "第 1 行第"), ("en", "at line 1, column")])
def test_editor_shows_the_service_s_own_problem(open_context: Any, language: str, said: str) -> None:  # noqa: ANN401
    page = opened(open_context(watched=False), language)  # The browser's console tells of the 400 too.
    page.evaluate("zhiyinEditor.getTab().getYasqe().setValue('SELECT (zy:nothing(?s) AS ?x) { ?s ?p ?o }')")
    page.locator(".yasqe_queryButton").click()
    told = page.locator(".yasr [role=alert]")
    told.wait_for()
    assert said in told.inner_text()
    assert "{" not in told.locator("strong").inner_text()


def test_the_editor_says_why_nothing_was_found_and_mends_it(open_context: Any) -> None:  # noqa: ANN401
    page = open_context().new_page()
    page.goto("/sparql")
    if not page.locator('script[src="/static/vendor/editor.js"]').count():
        pytest.skip("the editor is not bundled here")
    page.locator(".yasqe .CodeMirror").wait_for()
    opened = page.evaluate("window.zhiyinEditor.getTab().getQuery()")
    assert "zy:tier/zy:level 3" in opened
    assert "ORDER BY ?order" in opened
    query = "PREFIX zy: <https://w3id.org/zhiyin/ontology#>\\nSELECT * { ?c a zy:Requirement ; zy:title ?t } LIMIT 3"
    page.evaluate(
        f"() => {{ const t = zhiyinEditor.getTab(); t.getYasqe().setValue('{query}'); t.getYasqe().query(); }}"
    )
    hint = page.locator(".zy-hint")
    hint.wait_for()
    assert "是否指 zy:text" in hint.inner_text()
    hint.get_by_role("button").click()
    page.wait_for_selector(".yasr tbody tr td")
    assert "zy:text ?t" in page.evaluate("window.zhiyinEditor.getTab().getQuery()")
    assert page.locator(".zy-hint").count() == 0


def test_an_example_is_a_click_away_and_runs(open_context: Any) -> None:  # noqa: ANN401
    page = open_context().new_page()
    page.goto("/sparql")
    if not page.locator('script[src="/static/vendor/editor.js"]').count():
        pytest.skip("the editor is not bundled here")
    page.locator(".yasqe .CodeMirror").wait_for()
    examples = page.locator("ul.examples a")
    assert examples.count() == 6
    examples.nth(4).click()
    page.wait_for_selector(".yasr tbody tr td")
    assert "COUNT" in page.evaluate("window.zhiyinEditor.getTab().getQuery()")


def test_the_buttons_leave_the_code_free_on_a_phone(open_context: Any) -> None:  # noqa: ANN401
    page = open_context(width=390).new_page()
    page.goto("/sparql")
    if not page.locator('script[src="/static/vendor/editor.js"]').count():
        pytest.skip("the editor is not bundled here")
    page.locator(".yasqe .CodeMirror").wait_for()
    buttons = page.locator(".yasqe_buttons").bounding_box()
    code = page.locator(".yasqe .CodeMirror-line").first.bounding_box()
    assert buttons["y"] + buttons["height"] <= code["y"] + 1
