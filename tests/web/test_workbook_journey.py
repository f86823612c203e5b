"""A compliance officer at the workbook: the blank form typed in LibreOffice, sent on the page, mended by its answer, met.

Nothing is written into the file but by typing where labels meet. Minutes of a processor: with ZHIYIN_OFFICE=1 only.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from tests.form.entries import Entry, entries
from tests.form.office import OFFICE
from tests.validation import samples

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.clauses import clauses_of
from zhiyin.form.self_check import FIRST_ROW
from zhiyin.form.workbook_writer import form_workbook

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PYTHON = shutil.which("python3", path="/usr/bin")
SHOTS = os.environ.get("ZHIYIN_SHOTS", "")
pytestmark = pytest.mark.skipif(
    OFFICE is None or PYTHON is None or not os.environ.get("ZHIYIN_OFFICE"),
    reason="needs LibreOffice with its Python and ZHIYIN_OFFICE=1",
)
DAY = "2026-06-30"
Order = Callable[..., Any]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Order]:
    """Someone at LibreOffice, told what to do one order at a time."""
    folder = tmp_path_factory.mktemp("person")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = int(chosen.getsockname()[1])
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    quiet = subprocess.DEVNULL
    office = subprocess.Popen(
        [
            str(OFFICE),
            profile,
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=socket,host=127.0.0.1,port={port};urp;",
        ],
        stdout=quiet,
        stderr=quiet,
    )
    hands = subprocess.Popen(
        [str(PYTHON), str(Path(__file__).with_name("office_typing.py")), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def order(do: str, **what: object) -> Any:  # noqa: ANN401 - what was asked for
        assert hands.stdin is not None
        assert hands.stdout is not None
        hands.stdin.write(json.dumps({"do": do, **what}) + "\n")
        hands.stdin.flush()
        answer = json.loads(hands.stdout.readline())
        if "refused" in answer:
            raise PermissionError(f"{do} {what}: {answer['refused']}")
        return answer["said"]

    yield order
    for process in (hands, office):
        # Its pipes are closed, and its end is waited for.
        with process:
            process.terminate()


def template(page: Page, address: str, tier: int, folder: Path) -> Path:
    """Download the blank form from the page."""
    page.goto(f"{address}/validate")
    with page.expect_download() as caught:
        page.locator(f'a[href="/api/template?tier={tier}&format=xlsx"]').click()
    caught.value.save_as(folder / "blank.xlsx")
    return folder / "blank.xlsx"


def sent(page: Page, address: str, file: Path) -> None:
    """Send a file on the page and wait for its verdict."""
    page.goto(f"{address}/validate")
    page.set_input_files("#file", str(file))
    page.fill("input[name=date]", DAY)
    page.get_by_role("button", name="验证", exact=True).click()
    page.locator(".status strong").first.wait_for(timeout=120_000)


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png")


@pytest.mark.parametrize(("tier", "least"), [(2, 600), (4, 700)])
def test_from_the_blank_workbook_to_met(
    person: Order,
    open_context: Callable[..., BrowserContext],
    address: str,
    tmp_path: Path,
    tier: int,
    least: int,
) -> None:
    page = open_context().new_page()
    blank = template(page, address, tier, tmp_path)
    facts = samples.facts(next(s for s in samples.SAMPLES if s.slug == f"tier-{tier}-complete"))
    told = load_workbook(io.BytesIO(form_workbook(rules(), tier, facts)))
    typed = entries(told, load_workbook(blank))
    assert len(typed) > least
    late = next(e for e in typed if e.row == "信息技术应用合规风险全面评估" and e.column == "最近一次日期")
    forgotten = next(e for e in typed if e.sheet == layout.PRACTICES and e.row == "岗位说明")
    slips = {late: Entry(late.sheet, late.row, late.column, "2024-01-05"), forgotten: None}

    person("open", file=str(blank))
    for refused in (
        {"sheet": layout.COMPANY_SHEET, "row": "统一社会信用代码", "column": "单位", "value": "元"},
        {"sheet": layout.COMPANY_SHEET, "row": "申报类别", "column": "填写", "value": "五类"},
    ):
        with pytest.raises(PermissionError, match=r"locked|offers"):
            person("type", **refused)
    for entry in typed:
        if (meant := slips.get(entry, entry)) is not None:
            person(**meant.order())
    assert person("read", sheet=forgotten.sheet, row=forgotten.row, column="状态") == "缺"
    person("type", sheet=layout.SELF_CHECK, row="核查日", column="B", value=DAY)
    own = {row[0]: row[2] for row in person("shown", sheet=layout.SELF_CHECK)[FIRST_ROW - 1 :]}
    assert len(own) == len(clauses_of(rules(), tier))
    # The form itself has told, before anything was sent; of the rest it breaks and lacks nothing.
    assert own.pop(f"{tier + 1}.1.1.1") in ("还缺", "可能还缺")
    assert own.pop(f"{tier + 1}.1.1.7") == "不符合"
    assert set(own.values()) <= {"符合", "不适用", "事实齐全", "可能还缺"}
    person("save", file=str(tmp_path / "first.xlsx"))

    sent(page, address, tmp_path / "first.xlsx")
    shot(page, f"journey-{tier}-first")
    assert page.locator(".status strong").first.inner_text().endswith("：未达到")
    causes = page.locator(".causes li").all_inner_texts()
    assert len(causes) == len(slips), causes
    assert any(forgotten.row in cause for cause in causes), causes
    assert any("2024-01-05" in cause for cause in causes), causes
    with page.expect_download() as caught:
        page.locator("button[value=returned]").first.click()
    caught.value.save_as(tmp_path / "returned.xlsx")

    person("open", file=str(tmp_path / "returned.xlsx"))
    mended = set()
    for row, shown in enumerate(person("shown", sheet=layout.RESULTS), 1):
        for column in range(len(shown)):
            place = person("link", sheet=layout.RESULTS, cell=f"{chr(ord('A') + column)}{row}")
            if place is not None and place["note"]:
                mended.add((place["sheet"], place["row"]))
                right = next(e for e in slips if (e.sheet, e.row) == (place["sheet"], place["row"]))
                person("type_at", sheet=place["sheet"], cell=place["cell"], value=right.value)
    assert mended == {(e.sheet, e.row) for e in slips}
    person("save", file=str(tmp_path / "second.xlsx"))

    sent(page, address, tmp_path / "second.xlsx")
    shot(page, f"journey-{tier}-met")
    assert page.locator(".status strong").first.inner_text().endswith("：达到")
