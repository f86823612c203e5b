"""The printed answer, counted in pages as a browser prints it: what is decided and signed stands on five at most."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.report.outputs import OUTPUTS, render

pytestmark = pytest.mark.browser


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("slug", ["tier-4-complete", "half-filled-form"])
def test_decision_findings_and_signatures_take_five_pages_at_most(open_context: Any, slug: str) -> None:  # noqa: ANN401
    chosen = next(s for s in samples.SAMPLES if s.slug == slug)
    data = form_workbook(rules(), 4, samples.facts(chosen))
    report = render(judge_bytes(data, rules(), Asked(CHECK_DATE), source="自述表.xlsx"), OUTPUTS["html"]).decode()
    page = open_context(watched=False).new_page()
    page.set_content(report)
    every = pages(page.pdf(prefer_css_page_size=True))
    page.evaluate("document.querySelectorAll('.annex').forEach(each => each.remove())")
    assert page.get_by_text("公司确认").count() == 1
    front = pages(page.pdf(prefer_css_page_size=True))
    assert 1 <= front <= 5 < every
