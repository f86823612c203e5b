"""A compliance officer at ``/declare``: from the empty form, field by field, to "met"; a slip on the way is shown and mended.

What is typed is what the complete sample company states. Minutes of a processor: with ZHIYIN_JOURNEYS=1 only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.validation import samples

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = pytest.mark.skipif(
    not os.environ.get("ZHIYIN_JOURNEYS"), reason="a thousand fields in a browser take minutes: set ZHIYIN_JOURNEYS=1"
)
SHOTS = os.environ.get("ZHIYIN_SHOTS", "")
Facts = Mapping[str, Any]


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def opened(page: Page, address: str, tier: int) -> Facts:
    """The empty form of a tier, alone on the page, and what it asks."""
    page.goto(f"{address}/declare?tier={tier}")
    page.locator("#steps button").first.wait_for()
    asked: Facts = page.request.get(f"{address}/api/form?tier={tier}").json()
    return asked


def told(context: BrowserContext, address: str, tier: int) -> Facts:
    """What the officer knows of the company: the sample as the page itself keeps it once it has read it."""
    page = context.new_page()
    opened(page, address, tier)
    page.set_input_files("#open", str(samples.folder() / f"tier-{tier}-complete.ttl"))
    page.locator("#said", has_text="已打开").wait_for(timeout=60_000)
    kept: Facts = json.loads(page.evaluate("tier => localStorage.getItem(`zhiyin-declare-${tier}`)", tier))
    return kept


class Officer:
    """Someone who fills in the page with what is known."""

    def __init__(self, page: Page, asked: Facts, known: Facts) -> None:
        self.page, self.asked, self.known = page, asked, known
        self.typed = 0
        self.names = {item["id"]: item["facts"].get("name", "") for items in known["things"].values() for item in items}

    def put(self, place: Locator, value: object) -> None:
        """Type into a field, or choose from it by what is shown."""
        if place.evaluate("node => node.tagName") == "SELECT":
            place.select_option(value if isinstance(value, list) else str(value))
        else:
            place.fill("；".join(value) if isinstance(value, list) else str(value))
            place.dispatch_event("change")
        self.typed += 1

    def chosen(self, field: Facts, place: Locator, value: Any) -> Any:  # noqa: ANN401 - one value or several
        """A thing is chosen by its name: in this browser it has another id."""
        if field["kind"] != "reference":
            return value
        offered = place.evaluate("node => Object.fromEntries([...node.options].map(o => [o.label, o.value]))")
        found = [offered[self.names[one]] for one in (value if isinstance(value, list) else [value])]
        return found if isinstance(value, list) else found[0]

    def facts(self, scope: Locator, fields: list[Facts], held: Facts, before: Facts) -> None:
        for field in fields:
            value, was = held.get(field["key"]), before.get(field["key"])
            if value == was:
                continue
            place = scope.locator(f'[id$="-{field["key"]}"]')
            self.put(place, self.chosen(field, place, value) if value is not None else "")

    def statements(self, scope: Locator, held: Facts, before: Facts) -> None:
        for key, said in held.items():
            if said == before.get(key):
                continue
            term = key.partition(":")[2]
            for index, number in enumerate(said.get("documents", [])):
                suffix = f"-{index + 1}" if index else ""
                self.put(scope.locator(f'[id$="-{term}-document{suffix}"]'), number)
            for part in ("holds", "exception", "last", "interval", "unit", "period"):
                if part in said:
                    self.put(scope.locator(f'[id$="-{term}-{part}"]'), said[part])
        # A card begins as the one before it: what is not so of this thing is taken out.
        for key in before.keys() - held.keys():
            term = key.partition(":")[2]
            for index, _ in enumerate(before[key].get("documents", [])):
                self.put(scope.locator(f'[id$="-{term}-document{f"-{index + 1}" if index else ""}"]'), "")
            for part in ("holds", "exception", "last", "interval", "period"):
                if part in before[key]:
                    self.put(scope.locator(f'[id$="-{term}-{part}"]'), "")

    def documents(self) -> None:
        for index, document in enumerate(self.known["documents"]):
            self.page.click("#add-document")
            before = self.known["documents"][index - 1] if index else {}
            for key in ("title", "identifier", "issued", "responsibleRole", "sha256"):
                if document.get(key) and not (
                    key in ("issued", "responsibleRole") and document[key] == before.get(key)
                ):
                    self.put(self.page.locator(f"#document-{index}-{key}"), document[key])

    def section(self, number: str) -> None:
        self.page.locator("#steps button").nth(int(number)).click()
        self.page.get_by_role("button", name="全部展开").click()

    def things(self, number: str) -> None:
        """List the things that stand in a section; those that own others come before them in the form's order."""
        for thing in self.asked["things"]:
            if not self.page.locator(f"#add-{thing['key']}").count():
                continue
            before: Facts = {"facts": {}, "statements": {}, "owner": None}
            for item in self.known["things"].get(thing["key"], []):
                self.page.click(f"#add-{thing['key']}")
                card = self.page.locator("fieldset.card:has(:focus)")
                if thing["owner"]:
                    self.owner(card.locator('[id$="-owner"]'), item["owner"])
                plain = [field for field in thing["fields"] if field["kind"] != "reference"]
                self.facts(card, plain, item["facts"], {**before["facts"], "name": None})
                self.statements(card, item["statements"], before["statements"])
                for link, complete in item.get("complete", {}).items():
                    card.locator(f'[id$="-complete-{link}"]').set_checked(complete)
                before = item
            if self.known["complete"].get(thing["link"]):
                self.page.check(f"#complete-{thing['link']}")
                self.typed += 1

    def references(self) -> None:
        """Choose the things that other things name, once all are listed."""
        for thing in self.asked["things"]:
            fields = [field for field in thing["fields"] if field["kind"] == "reference"]
            if fields and self.page.locator(f"#add-{thing['key']}").count():
                cards = self.page.locator(f'#section details[data-part^="{thing["key"]}-"]')
                for index, item in enumerate(self.known["things"].get(thing["key"], [])):
                    self.facts(cards.nth(index), fields, item["facts"], {})

    def owner(self, place: Locator, owners: Any) -> None:  # noqa: ANN401 - one or several
        labels = [self.names[one] for one in (owners if isinstance(owners, list) else [owners])]
        place.select_option(label=labels)
        self.typed += 1

    def own(self, number: str, *, forget: str = "") -> None:
        """Fill in what the company itself states in a section."""
        scope = self.page.locator("#section")
        fields = [f for f in self.asked["company"] if f["section"] == number]
        self.facts(scope, fields, self.known["facts"], {})
        kinds = {"practice": "practices", "prohibition": "prohibitions", "task": "tasks", "record": "records"}
        mine = {
            f"{kind}:{term['key']}"
            for kind, terms in kinds.items()
            for term in self.asked[terms]
            if term["section"] == number and not term["of"]
        }
        held = {key: said for key, said in self.known["statements"].items() if key in mine and key != forget}
        self.statements(scope, held, {})


@pytest.mark.parametrize("tier", [2])
def test_from_the_empty_form_to_met(
    open_context: Callable[..., BrowserContext], address: str, tmp_path: Path, tier: int
) -> None:
    known = told(open_context(), address, tier)
    page = open_context().new_page()
    asked = opened(page, address, tier)
    page.uncheck("#live")
    assert page.evaluate("() => Object.keys(localStorage).length") == 0
    officer = Officer(page, asked, known)
    for key in ("asOf", "submitterRole"):
        officer.put(page.locator(f"#self-{key}"), known["self"][key])
    officer.facts(page.locator("#section"), [f for f in asked["company"] if not f["section"]], known["facts"], {})
    officer.documents()
    numbers = [section["number"] for section in asked["sections"]]
    for number in numbers:
        officer.section(number)
        officer.things(number)
    slip = "practice:post-descriptions"
    assert slip in known["statements"]
    for number in numbers:
        officer.section(number)
        officer.references()
        officer.own(number, forget=slip)
    assert officer.typed > 700
    shot(page, "declare-last")

    officer.section("1")
    page.click("#judge")
    page.locator("#verdict strong").wait_for(timeout=60_000)
    assert page.locator("#verdict strong").inner_text().endswith("：尚不能确定")
    finding = page.locator("#verdict li")
    assert finding.count() == 1, finding.all_inner_texts()
    assert "岗位说明" in finding.inner_text()
    shot(page, "declare-slip")
    # The page is left and opened again: what was filled in is there; the finding leads to its field.
    page.reload()
    page.uncheck("#live")
    officer.section("1")
    page.get_by_role("button", name="全部收起").click()
    page.click("#judge")
    page.get_by_role("button", name="前往填写").click(timeout=60_000)
    assert "post-descriptions" in page.evaluate("document.activeElement.id")
    officer.statements(page.locator("#section"), {slip: known["statements"][slip]}, {})
    page.click("#judge")
    page.locator("#verdict strong", has_text="：达到").wait_for(timeout=60_000)
    shot(page, "declare-met")

    with page.expect_download() as caught:
        page.click('[data-save="xlsx"]')
    caught.value.save_as(tmp_path / "filled.xlsx")
    page.goto(f"{address}/validate")
    page.set_input_files("#file", str(tmp_path / "filled.xlsx"))
    page.fill("input[name=date]", known["self"]["asOf"])
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator(".status strong", has_text="：达到").first.wait_for(timeout=120_000)
