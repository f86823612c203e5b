"""``/declare``: a journey in a real browser from an empty form; files opened and saved; without scripts the workbook."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.validation import samples
from werkzeug.test import Client

from zhiyin.composition.judging import rules
from zhiyin.form.context import json_context
from zhiyin.form.form import COMPANY, form
from zhiyin.intake.reading import read_any
from zhiyin.law.operators import known_operators
from zhiyin.law.vocabulary import Term

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_form_as_json_asks_for_what_the_workbook_asks(client: Client, tier: int) -> None:
    body = client.get(f"/api/form?tier={tier}").get_json()
    asked = form(rules(), tier)
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
    assert response.get_json() == {"@context": json_context(rules().vocabulary)}


def test_the_known_operators_are_offered_to_choose_from(client: Client) -> None:
    body = client.get("/api/form?tier=2").get_json()
    offered = [f["suggestions"] for x in body["things"] for f in x["fields"] if f["key"] == "operator"]
    assert offered
    assert all(names == [m.zh for m in known_operators().values()] for names in offered)


@pytest.mark.parametrize("syntax", ["ttl", "jsonld", "xlsx"])
def test_a_file_is_put_into_another_format_unchanged(client: Client, syntax: str) -> None:
    data = (samples.folder() / "tier-2-complete.ttl").read_bytes()
    response = client.post(f"/api/template?tier=2&format={syntax}&renew=0", data={"file": (io.BytesIO(data), "a.ttl")})
    assert response.status_code == 200
    moved = read_any(response.data, rules(), source=f"a.{syntax}")
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
    judgement = samples.judged(samples.Sample("x", "x", "", "", syntax="jsonld"), saved.encode())
    verdict = judgement.verdicts[0]
    assert not judgement.notices  # what is listed whole is said so of the right thing
    assert {c.requirement.number: c.outcome for c in verdict.clauses if c.outcome != "satisfied"} == {}
    assert verdict.name == sample.name


def saved(page: Page) -> dict[str, object]:
    """What the page writes of all that is filled in, as JSON-LD."""
    with page.expect_download() as caught:
        page.click('[data-save="jsonld"]')
    body: dict[str, object] = json.loads(Path(caught.value.path()).read_text(encoding="utf-8"))
    return body


def filled_in(page: Page) -> list[dict[str, object]]:
    """The nodes of the saved file, however deep they stand."""

    def inside(value: object) -> Iterator[dict[str, object]]:
        if isinstance(value, dict):
            yield value
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from inside(each)

    return list(inside(saved(page)))


def test_intervals_periods_and_several_documents(open_context: Callable[..., BrowserContext], address: str) -> None:
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.uncheck("#live")
    page.fill("#company-unifiedSocialCreditCode", "91310000MA1DEM030X")
    for title in ("岗位说明书", "值班制度", "任命文件"):
        page.get_by_role("button", name="添加文件").click()
        page.fill(f"#document-{page.locator('#section fieldset').count() - 1}-title", title)
    page.locator("#steps button", has_text="技术管理").click()
    practice = page.locator("fieldset", has=page.locator("legend", has_text="岗位说明")).first
    practice.get_by_label("文件", exact=True).select_option("0")
    practice.get_by_label("文件 2").select_option("1")
    practice.get_by_label("文件 3").select_option("2")
    asked = form(rules(), 2)
    own = next(task for task in asked.tasks if task.iri in asked.interval_tasks and not page_of(task))
    page.locator("#steps button").nth(int(own.needed_by[0].split(".")[1])).click()
    page.fill(f"#company-{own.local}-last", "2026-01-31")
    page.fill(f"#company-{own.local}-interval", "1")
    page.select_option(f"#company-{own.local}-unit", "months")
    record = next(r for r in asked.records if not page_of(r))
    page.locator("#steps button").nth(int(record.needed_by[0].split(".")[1])).click()
    page.select_option(f"#company-{record.local}-unit", "forever")
    assert page.locator(f"#company-{record.local}-period").is_disabled()
    nodes = filled_in(page)
    said = [node for node in nodes if node.get("type") == "Attestation"]
    assert [[e["title"] for e in node["evidence"]] for node in said] == [["岗位说明书", "值班制度", "任命文件"]]  # type: ignore[attr-defined]
    done = next(node for node in nodes if node.get("type") == "Activity")
    assert done["statedIntervalDays"] == 28  # from the last of January to that of February
    kept = next(node for node in nodes if node.get("type") == "Retention")
    assert kept["periodYears"] == 100
    # A document taken away leaves the practice with the other two.
    page.locator("#steps button").first.click()
    page.get_by_role("button", name="删去文件 2").click()
    assert page.evaluate("document.activeElement.id") == "add-document"
    said = [node for node in filled_in(page) if node.get("type") == "Attestation"]
    assert [[e["title"] for e in node["evidence"]] for node in said] == [["岗位说明书", "任命文件"]]  # type: ignore[attr-defined]


def page_of(term: Term) -> bool:
    """Whether a statement stands on the card of a thing and not with the company's own."""
    return bool(term.practice_of) and COMPANY not in term.practice_of


def test_what_cannot_be_kept_or_sent_is_told(
    open_context: Callable[..., BrowserContext], address: str, tmp_path: Path
) -> None:
    """A list that one of two owners calls complete stays its own; what belongs to nothing is named."""
    told = (samples.folder() / "tier-2-complete.ttl").read_text(encoding="utf-8")
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.uncheck("#live")
    file = tmp_path / "a.ttl"
    file.write_text(told, encoding="utf-8")
    page.set_input_files("#open", str(file))
    page.locator("#said", has_text="已打开").wait_for(timeout=30_000)
    page.locator("#steps button", has_text="技术管理").click()
    page.get_by_role("button", name="全部展开").click()
    page.get_by_role("button", name="添加协会技术培训").click()
    fresh = page.locator("fieldset.card", has=page.locator("legend", has_text="协会技术培训")).last
    fresh.get_by_label("所属").select_option([])
    page.get_by_label("填写时自动评定").check()
    page.click("#judge")
    page.locator("#verdict [role=alert]", has_text="没有选“所属”，没有计入：协会技术培训").wait_for(timeout=30_000)


def test_a_thing_stands_in_the_section_that_asks_most_of_it(
    open_context: Callable[..., BrowserContext], address: str
) -> None:
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.uncheck("#live")
    for section, thing in (
        ("技术管理", "Person"),
        ("机房建设", "MachineRoom"),
        ("分支机构", "Branch"),
        ("安全", "Website"),
    ):
        page.locator("#steps button", has_text=section).first.click()
        page.get_by_role("button", name="全部展开").click()
        assert page.locator(f"#add-{thing}").is_visible(), (section, thing)
    # Each label stands above its field, in one column with it.
    page.locator("#steps button", has_text="技术管理").click()
    label = page.locator("label[for$=-exception]").first
    field = page.locator("input[id$=-exception]").first
    above, below = label.bounding_box(), field.bounding_box()
    assert above is not None
    assert below is not None
    assert above["x"] == below["x"]
    assert above["y"] < below["y"]


def test_parts_fold_with_how_far_they_are_and_findings_lead_to_their_fields(
    open_context: Callable[..., BrowserContext], address: str
) -> None:
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.uncheck("#live")
    page.fill("#company-unifiedSocialCreditCode", "91310000MA1DEM030X")
    page.locator("#steps button", has_text="技术管理").click()
    parts = page.locator("#section > details.part")
    assert parts.count() > 5
    assert [part.get_attribute("open") is not None for part in parts.all()] == [True, *[False] * (parts.count() - 1)]
    count = parts.first.locator("small").first
    done, all_ = map(int, count.inner_text().split("/"))
    assert (done, all_ > 20) == (0, True)
    page.select_option("#company-hasTechnologyDepartment", "true")
    assert count.inner_text() == f"1/{all_}"
    page.get_by_role("button", name="全部收起").click()
    page.click("#judge")
    lead = page.get_by_role("button", name="前往填写 3.1.1.10")
    page.locator("#verdict summary").click()
    lead.click()
    assert parts.first.get_attribute("open") is not None
    assert (
        page.evaluate("document.activeElement.closest('[data-clauses]').dataset.clauses").split().count("3.1.1.10") == 1
    )


def test_by_keyboard_alone_from_the_empty_form_to_a_verdict(
    open_context: Callable[..., BrowserContext], address: str
) -> None:
    page = open_context().new_page()
    page.goto(f"{address}/declare?tier=2")
    page.locator("#steps button").first.wait_for()
    page.evaluate("document.body.focus()")

    def walk(to: str, most: int = 60) -> None:
        wanted = page.locator(to).first.element_handle()
        for _ in range(most):
            if page.evaluate("wanted => document.activeElement === wanted", wanted):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{most} presses of Tab do not lead to {to}")

    walk("#company-unifiedSocialCreditCode")
    page.keyboard.type("91310000MA1DEM030X")
    page.keyboard.press("Tab")
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.textContent").startswith("1 技术管理"):
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "section"
    walk("#company-hasTechnologyDepartment")
    page.keyboard.press("ArrowDown")
    walk('[data-part="list-Person"] > summary', 400)
    page.keyboard.press("Enter")
    walk("#add-Person")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('fieldset.card') !== null")
    page.locator("#verdict [role=status], #verdict [role=alert]").first.wait_for(timeout=30_000)
