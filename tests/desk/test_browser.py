"""The desk in a real browser: a firm's journey and a regulator's, with scripts and without, and by keyboard alone."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.desk.conftest import FAST, PASSWORD, Office, judge_remembered, sample, staffed
from tests.desk.generator import submission
from tests.desk.site import open_site
from tests.web.conftest import Watch
from werkzeug.serving import WSGIRequestHandler, make_server

from zhiyin.composition.desk import open_desk
from zhiyin.desk import work
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.signatures import ED25519, new_key, write_key_files
from zhiyin.services import Services

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("ZHIYIN_DESK_SHOTS")
"""A folder for screenshots that people look at."""
GOOD = sample("tier-1-complete.ttl")
BAD = GOOD.replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")


class Quiet(WSGIRequestHandler):
    """Writes nothing."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - as the base class names it
        """Write nothing."""


Open = Callable[..., "Page"]


@pytest.fixture
def desk_at(services: Services, tmp_path: Path, browser: Browser) -> Iterator[tuple[Office, Open]]:
    """A served desk with a worker, and a callable that signs somebody in on a page of a fresh browser."""
    key = tmp_path / "signing.key"
    write_key_files(new_key(ED25519), key)
    desk = open_desk(
        str(tmp_path / "desk.sqlite3"),
        Options(signing=key),
        new=True,
        passwords=Passwords(FAST),
        judge=judge_remembered,
    )
    office = staffed(desk)
    site = open_site(services, office)
    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Quiet)
    going = threading.Event()
    going.set()
    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=work.work, args=(desk, going.is_set), daemon=True),
    ]
    for thread in threads:
        thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    contexts = []

    def open_page(name: str, *, scripts: bool = True, width: int = 1280, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(90_000)
        contexts.append((context, Watch(context, address)))
        page = context.new_page()
        page.goto("/desk")
        page.get_by_label("账号").fill(name)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/desk")
        return page

    yield office, open_page
    for context, _ in contexts:
        context.close()
    server.shutdown()
    going.clear()
    for thread in threads:
        thread.join()
    server.server_close()
    site.app.extensions["zhiyin.desk.asking"].close()
    desk.database.close()
    for _, watch in contexts:
        watch.check()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def until(page: Page, target: Locator) -> None:
    """Wait until work is done, reloading as one without scripts does; the page's own script may be doing so too."""
    from playwright.sync_api import Error

    patience = time.monotonic() + 300
    while time.monotonic() < patience:
        try:
            target.first.wait_for(timeout=1500)
            return
        except Error:
            with contextlib.suppress(Error):
                page.reload()
    raise AssertionError(f"{target} never came")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_firm_submits_sees_a_finding_and_answers(desk_at: tuple[Office, Open], tmp_path: Path, scripts: bool) -> None:
    _, open_page = desk_at
    file, mended = tmp_path / "年报.ttl", tmp_path / "更正.ttl"
    file.write_bytes(BAD)
    mended.write_bytes(GOOD + b"# mended\n")
    firm = open_page("own", scripts=scripts)
    firm.get_by_role("link", name="提交自述").click()
    firm.locator("#file").set_input_files(file)
    firm.get_by_role("button", name="提交").click()
    firm.wait_for_url("**/desk/submissions/s*")
    until(firm, firm.locator("article#c2\\.1\\.1\\.1"))
    assert "不符合" in firm.locator("article#c2\\.1\\.1\\.1 header").inner_text()
    shot(firm, f"firm-verdict-{scripts}")

    regulator = open_page("regulator", scripts=scripts)
    regulator.goto(firm.url)
    clause = regulator.locator("article#c2\\.1\\.1\\.1")
    clause.get_by_text("列为整改项 2.1.1.1").click()
    clause.get_by_label("责任人").fill("张三")
    clause.get_by_label("期限").fill("2026-12-31")
    clause.get_by_role("button", name="列为整改项").click()
    regulator.wait_for_url("**/desk/items/*")

    firm.goto("/desk/items")
    firm.locator("tbody a").first.click()
    firm.get_by_label("内容").fill("已发文设立信息技术部。")
    firm.get_by_text("附证据").click()
    firm.get_by_label("名称").fill("设立决定")
    firm.get_by_label("日期").fill("2026-11-02")
    firm.get_by_label("责任岗位").fill("综合岗")
    firm.get_by_role("button", name="提交").click()
    firm.get_by_text("已发文设立信息技术部。").wait_for()
    assert "已答复" in firm.locator("main").inner_text()
    shot(firm, f"item-{scripts}")
    item = firm.url

    firm.goto("/desk/submissions")
    firm.locator("#file").set_input_files(mended)
    firm.get_by_role("button", name="提交", exact=True).click()
    firm.wait_for_url("**/desk/submissions/s*")
    until(firm, firm.locator(".status.met"))
    firm.goto(item)
    assert "已整改" in firm.locator("main").inner_text()
    regulator.goto("/desk/items")
    assert "没有未完成的整改项" in regulator.locator("main").inner_text()


@pytest.mark.skipif(
    not os.environ.get("ZHIYIN_JOURNEYS"),
    reason="twelve judgements and their pages in one journey, half a minute of a processor: set ZHIYIN_JOURNEYS=1",
)
def test_a_regulator_receives_twelve_rules_compares_and_prints(desk_at: tuple[Office, Open], tmp_path: Path) -> None:
    office, open_page = desk_at
    files = []
    for firm in range(10):
        made = submission(firm, 0)
        (tmp_path / made.filename).write_bytes(made.data)
        files.append(tmp_path / made.filename)
    for name, data in (
        ("half.ttl", sample("rooms-hosted-in-part.ttl")),
        ("last-year.ttl", submission(1, 4).data),
    ):
        (tmp_path / name).write_bytes(data)
        files.append(tmp_path / name)
    page = open_page("regulator")
    page.get_by_role("link", name="自述", exact=True).click()
    page.locator("#file").set_input_files(files)
    page.get_by_role("button", name="提交", exact=True).click()
    page.locator(".progress li a").nth(11).wait_for()
    assert page.locator(".progress li").count() == 12
    shot(page, "twelve-sent")
    page.get_by_role("link", name="行业", exact=True).click()
    until(page, page.locator("table.heat tbody tr").nth(10))
    shot(page, "sector")

    page.goto("/desk/firms")
    page.get_by_role("link", name=re.compile("部分托管")).click()
    page.locator("ul a[href*='/desk/submissions/']").first.click()
    clause = page.locator("article#c5\\.1\\.1\\.3")
    clause.get_by_text("认定 5.1.1.3").click()
    clause.get_by_label("理由").fill("托管合同已核对。")
    clause.get_by_role("button", name="认定").click()
    page.wait_for_url("**#c5.1.1.3")
    page.locator("article#c5\\.1\\.1\\.3").get_by_text("依认定").wait_for()
    shot(page, "ruled")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="封存包").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"zhiyin-verdict-package/1\n")

    page.goto("/desk/firms")
    page.get_by_role("link", name="虚构期货 001 号有限公司").click()
    compare = page.get_by_role("button", name="比较")
    until(page, compare)
    shot(page, "firm")
    compare.click()
    page.wait_for_url("**/against/**")
    assert page.locator("ins, del").count() > 2
    shot(page, "compare")

    page.goto("/desk/sector")
    page.get_by_role("link", name="打印行业报告").click()
    page.get_by_role("heading", name="行业信息技术合规情况报告").wait_for()
    assert page.pdf(format="A4", landscape=True)[:4] == b"%PDF"
    shot(page, "report")
    for path, name in (
        ("/desk", "home"),
        ("/desk/calendar", "calendar"),
        ("/desk/sector/figures", "figures"),
        ("/desk/sector/clauses", "clauses"),
        ("/desk/questions/most_violated?tier=2", "question"),
        ("/desk/what-if", "what-if"),
        ("/desk/log", "log"),
        ("/desk/account", "account"),
        ("/desk/sparql", "sparql"),
    ):
        assert page.goto(path).status == 200  # type: ignore[union-attr]
        shot(page, name)
    if SHOTS:
        for scheme, width in (("dark", 1280), ("light", 390)):
            other = open_page("regulator", scheme=scheme, width=width)
            for path, name in (("/desk", "home"), ("/desk/sector", "sector"), ("/desk/sector/figures", "figures")):
                other.goto(path)
                shot(other, f"{name}-{scheme}-{width}")
    assert office.desk.database.is_made()


def tab_to(page: Page, target: Locator, most: int = 200) -> None:
    """Press Tab until ``target`` has the focus, as one without a mouse does."""
    wanted = target.element_handle()
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} presses of Tab do not lead to {target}")


def test_keyboard_alone_rules_and_leaves(desk_at: tuple[Office, Open]) -> None:
    office, open_page = desk_at
    name = office.send(office.regulator, sample("rooms-hosted-in-part.ttl"))
    page = open_page("regulator")
    page.goto(f"/desk/submissions/{name}")
    until(page, page.locator("article#c5\\.1\\.1\\.3"))
    clause = page.locator("article#c5\\.1\\.1\\.3")
    tab_to(page, clause.locator("summary"), 400)
    page.keyboard.press("Enter")
    tab_to(page, clause.locator("textarea"))
    page.keyboard.type("reason")
    tab_to(page, clause.get_by_role("button", name="认定"))
    page.keyboard.press("Enter")
    page.wait_for_url("**#c5.1.1.3")
    page.locator("article#c5\\.1\\.1\\.3").get_by_text("依认定").wait_for()
    page.goto("/desk/sector")
    tab_to(page, page.get_by_role("link", name="CSV"))
    with page.expect_download():
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name="退出"), 400)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/sign-in")


def press(page: Page, target: Locator, most: int = 200) -> None:
    """Go to ``target`` by Tab and press Enter on it."""
    tab_to(page, target, most)
    page.keyboard.press("Enter")


@pytest.mark.skipif(
    not os.environ.get("ZHIYIN_JOURNEYS"), reason="a journey of two people by some hundred keys: set ZHIYIN_JOURNEYS=1"
)
def test_keyboard_alone_submits_lists_answers_compares_and_prints(desk_at: tuple[Office, Open], tmp_path: Path) -> None:
    office, open_page = desk_at
    last_year = GOOD.replace(b'zy:asOf "2026-06-30"', b'zy:asOf "2026-06-29"')
    office.send(office.own, last_year)
    file = tmp_path / "年报.ttl"
    file.write_bytes(BAD)
    firm = open_page("own")
    press(firm, firm.locator("nav.desk").get_by_role("link", name="自述"))
    firm.wait_for_url("**/desk/submissions")
    tab_to(firm, firm.locator("#file"))
    with firm.expect_file_chooser() as chooser:
        firm.keyboard.press("Enter")
    chooser.value.set_files(file)
    press(firm, firm.get_by_role("button", name="提交", exact=True))
    firm.wait_for_url("**/desk/submissions/s*")
    until(firm, firm.locator("article#c2\\.1\\.1\\.1"))

    regulator = open_page("regulator")
    regulator.goto(firm.url)
    clause = regulator.locator("article#c2\\.1\\.1\\.1")
    press(regulator, clause.get_by_text("列为整改项 2.1.1.1"), 400)
    tab_to(regulator, clause.get_by_label("责任人"))
    regulator.keyboard.type("Zhang San")
    tab_to(regulator, clause.get_by_label("期限"))
    regulator.keyboard.type("12312026")
    press(regulator, clause.get_by_role("button", name="列为整改项"))
    regulator.wait_for_url("**/desk/items/*")

    press(firm, firm.locator("nav.desk").get_by_role("link", name="整改"), 400)
    firm.wait_for_url("**/desk/items")
    press(firm, firm.locator("tbody a").first)
    firm.wait_for_url("**/desk/items/*")
    tab_to(firm, firm.get_by_label("内容"))
    firm.keyboard.type("done")
    press(firm, firm.get_by_role("button", name="提交", exact=True))
    firm.get_by_text("已答复").wait_for()

    press(regulator, regulator.locator("nav.desk").get_by_role("link", name="公司"))
    regulator.wait_for_url("**/desk/firms")
    press(regulator, regulator.locator("th a").filter(has_text="一类"))
    press(regulator, regulator.get_by_role("button", name="比较"), 400)
    regulator.wait_for_url("**/against/**")
    assert regulator.locator("article", has_text="2.1.1.1").count()
    press(regulator, regulator.locator("nav.desk").get_by_role("link", name="行业"), 400)
    press(regulator, regulator.get_by_role("link", name="打印行业报告"))
    regulator.get_by_role("heading", name="行业信息技术合规情况报告").wait_for()


AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_serious_fault(desk_at: tuple[Office, Open], scheme: str, width: int) -> None:
    if not AXE.is_file():
        pytest.skip("没有 axe-core（需要 Node）/ no axe-core: Node is needed to fetch it")
    office, open_page = desk_at
    name = office.send(office.own, BAD)
    page = open_page("regulator", scheme=scheme, width=width)
    page.goto(f"/desk/submissions/{name}")
    until(page, page.locator(".status.not-met"))
    found = {}
    for path in (
        "/desk/sign-in",
        "/desk",
        "/desk/submissions",
        f"/desk/submissions/{name}",
        "/desk/firms",
        "/desk/items",
        "/desk/calendar",
        "/desk/sector",
        "/desk/sector/figures",
        "/desk/sector/clauses",
        "/desk/questions",
        "/desk/what-if",
        "/desk/log",
        "/desk/account?lang=en",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        if bad := {v["id"]: v["nodes"][0]["html"][:160] for v in result if v["impact"] in ("serious", "critical")}:
            found[path] = bad
    assert found == {}
