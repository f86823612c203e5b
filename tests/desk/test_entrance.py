"""Who gets in: passwords and their lock, sessions and their end, the form's secret, tokens, and the provider."""

from __future__ import annotations

import re

import pytest
from tests.desk.conftest import PASSWORD
from tests.desk.provider import CLIENT, SECRET, provider
from tests.desk.site import PAGE, Site
from werkzeug.test import Client

from zhiyin.desk import journal, moments, passwords, people, tokens
from zhiyin.desk.options import Options, Provider
from zhiyin.desk.people import Role
from zhiyin.desk.schema import attempts, sessions
from zhiyin.desk.schema import tokens as token_table
from zhiyin.desk.tokens import Purpose


def test_a_session_begins_with_the_password_and_ends_by_hand(site: Site) -> None:
    browser = site.browser(site.office.own)
    assert browser.get("/desk").status_code == 200
    kept = dict(browser.client._cookies or {})  # what the browser held before it left
    assert browser.post("/desk/sign-out").status_code == 303
    assert browser.get("/desk").status_code == 303
    # The cookie itself is void, not only gone from this browser.
    thief = Client(site.app)
    thief._cookies = kept
    assert thief.get("/desk", headers=PAGE).status_code == 303


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(small_site: Site) -> None:
    client = Client(small_site.app)
    for base, name, secure in (
        ("https://desk.example/", "__Host-zhiyin-desk", True),
        ("http://desk.example/", "__Host-zhiyin-desk", True),
        ("http://127.0.0.1:8000/", "zhiyin-desk", False),
    ):
        page = client.get("/desk/sign-in", base_url=base, headers=PAGE)
        secret = re.search(r'name="csrf" value="([^"]+)"', page.text)
        held = re.search(r"zhiyin-desk-form=([^;]+)", page.headers["Set-Cookie"])
        assert secret is not None
        assert held is not None
        answer = Client(small_site.app, use_cookies=False).post(
            "/desk/sign-in",
            base_url=base,
            headers={"Cookie": f"zhiyin-desk-form={held[1]}"},
            data={"csrf": secret[1], "name": "own", "password": PASSWORD},
        )
        (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "zhiyin-desk=" in c]
        assert cookie.startswith(f"{name}=")
        assert ("HttpOnly" in cookie, "SameSite=Lax" in cookie, "Secure" in cookie) == (True, True, secure)


def test_failures_lock_the_account_and_tell_nobody_whether_it_exists(small_site: Site) -> None:
    desk = small_site.office.desk
    for name in ("own", "nobody-of-that-name"):
        browser = small_site.browser(small_site.office.reader)
        told = [browser.sign_in(name, "wrong password").status_code for _ in range(passwords.FREE_FAILURES["name"] + 2)]
        assert told == [400] * passwords.FREE_FAILURES["name"] + [429] * 2
        assert browser.sign_in(name, PASSWORD).status_code == 429
    with desk.database.write() as connection:
        connection.execute(attempts.update().values(until=moments.later(seconds=-1)))
    assert small_site.browser(small_site.office.own).get("/desk").status_code == 200


def test_wrong_name_and_wrong_password_read_alike(small_site: Site) -> None:
    browser = small_site.browser(small_site.office.reader)
    one, two = browser.sign_in("own", "wrong password"), browser.sign_in("none", "wrong password")
    strip = re.compile(r'value="[^"]*"')
    assert strip.sub("", one.text) == strip.sub("", two.text)


@pytest.mark.parametrize("column", ["expires", "seen"])
def test_sessions_end_by_the_clock(small_site: Site, column: str) -> None:
    browser = small_site.browser(small_site.office.own)
    with small_site.office.desk.database.write() as connection:
        connection.execute(sessions.update().values(**{column: "2020-01-01T00:00:00.000000Z"}))
    assert browser.get("/desk").status_code == 303


def test_a_form_without_the_secret_of_the_session_is_refused(small_site: Site) -> None:
    browser, other = small_site.browser(small_site.office.own), small_site.browser(small_site.office.other)
    for secret in ("", "guess", other.csrf):
        browser.csrf = secret
        assert browser.post("/desk/account/tokens", {"label": "x", "days": "1"}).status_code == 403
    answer = browser.client.post("/api/desk/submissions", data=b"x", headers={"Content-Type": "text/turtle"})
    assert answer.status_code == 403
    browser.get("/desk/account")
    answer = browser.client.post(
        "/desk/account/tokens", data={"csrf": browser.csrf, "days": "1"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_signing_in_needs_a_form_of_ours(small_site: Site) -> None:
    answer = Client(small_site.app).post("/desk/sign-in", data={"csrf": "x", "name": "own", "password": PASSWORD})
    assert answer.status_code == 403


def test_a_changed_password_ends_every_session(small_site: Site) -> None:
    one, two = small_site.browser(small_site.office.own), small_site.browser(small_site.office.own)
    assert one.post("/desk/account/password", {"old": "wrong", "new": "another long one"}).status_code == 400
    assert one.post("/desk/account/password", {"old": PASSWORD, "new": "short"}).status_code == 400
    assert one.post("/desk/account/password", {"old": PASSWORD, "new": "another long one"}).status_code == 303
    assert two.get("/desk").status_code == 303
    assert two.sign_in("own", "another long one").status_code == 303


def test_a_token_is_shown_once_kept_as_a_hash_and_revoked(site: Site) -> None:
    browser = site.browser(site.office.own)
    page = browser.post("/desk/account/tokens", {"purpose": "api", "label": "<b>夜间</b>", "days": "3"}).text
    secret = re.search(r'id="token">([^<]+)<', page)
    assert secret is not None
    assert "<b>夜间</b>" not in page
    listed = browser.get("/desk/account").text
    assert secret[1] not in listed
    with site.office.desk.database.read() as connection:
        assert secret[1] not in str(connection.execute(token_table.select()).all())
        assert secret[1] not in str([line.as_json() for line in journal.lines(connection)])
    ask = {"Authorization": f"Bearer {secret[1]}"}
    client = Client(site.app, use_cookies=False)
    assert client.get("/api/desk/me", headers=ask).json["firm"] == site.office.own.firm  # type: ignore[index]
    # A token in an address opens nothing.
    assert client.get(f"/api/desk/me?token={secret[1]}&key={secret[1]}").status_code == 401
    assert client.get(f"/desk/calendar.ics?key={secret[1]}").status_code == 401
    own = re.search(r"/desk/account/tokens/(\w+)/revoke", listed)
    assert own is not None
    other = site.browser(site.office.other)
    assert other.post(f"/desk/account/tokens/{own[1]}/revoke").status_code == 404
    assert browser.post(f"/desk/account/tokens/{own[1]}/revoke").status_code == 303
    assert client.get("/api/desk/me", headers=ask).status_code == 401


def test_tokens_run_out(small_site: Site) -> None:
    small_site.token(small_site.office.own)
    assert small_site.ask(small_site.office.own, "GET", "/api/desk/me").status_code == 200
    with small_site.office.desk.database.write() as connection:
        connection.execute(token_table.update().values(expires="2020-01-01T00:00:00.000000Z"))
    assert small_site.ask(small_site.office.own, "GET", "/api/desk/me").status_code == 401


def test_the_calendars_token_opens_the_calendar_and_nothing_else(small_site: Site) -> None:
    with small_site.office.desk.database.write() as connection:
        made = tokens.make_token(
            connection, journal.THE_DESK, small_site.office.own, purpose=Purpose.CALENDAR, label="", days=1
        )
    client = Client(small_site.app, use_cookies=False)
    answer = client.get(f"/desk/calendar.ics?key={made.secret}")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert client.get("/api/desk/calendar", headers={"Authorization": f"Bearer {made.secret}"}).status_code == 401
    assert client.get("/desk/calendar.ics?key=zyd-calendar-guess").status_code == 401
    assert client.get("/desk/calendar.ics").status_code == 401


def test_a_closed_account_is_out_at_once(small_site: Site) -> None:
    browser = small_site.browser(small_site.office.own)
    small_site.token(small_site.office.own)
    with small_site.office.desk.database.write() as connection:
        people.close_account(connection, journal.THE_DESK, "own")
    assert browser.get("/desk").status_code == 303
    assert small_site.ask(small_site.office.own, "GET", "/api/desk/me").status_code == 401
    assert browser.sign_in("own", PASSWORD).status_code == 400


def with_provider(site: Site, issuer: str) -> None:
    from dataclasses import replace

    site.app.extensions["zhiyin.desk"] = replace(
        site.office.desk, options=Options(provider=Provider(issuer, CLIENT, SECRET))
    )


def test_signing_in_by_the_provider(small_site: Site) -> None:
    with provider() as at:
        with_provider(small_site, at.issuer)
        with small_site.office.desk.database.write() as connection:
            people.add_person(
                connection, journal.THE_DESK, name="li", role=Role.REGULATOR, subject=f"{at.issuer}|subject-7"
            )
        client = Client(small_site.app)
        gone = client.get("/desk/provider", headers=PAGE)
        assert gone.status_code == 303
        back = at.agree(gone.headers["Location"], "subject-7")
        assert client.get(back, headers=PAGE).status_code == 303
        assert client.get("/desk", headers=PAGE).status_code == 200
        # The same answer again is of no use, nor is it in another browser.
        assert client.get(back, headers=PAGE).status_code == 400
        assert Client(small_site.app).get(back, headers=PAGE).status_code == 400


@pytest.mark.parametrize(
    "fault", ["stranger", "signature", "nonce", "audience", "issuer", "expired", "state", "none-algorithm"]
)
def test_what_the_provider_must_not_vouch_for(small_site: Site, fault: str) -> None:
    with provider(fault) as at:
        with_provider(small_site, at.issuer)
        with small_site.office.desk.database.write() as connection:
            people.add_person(
                connection, journal.THE_DESK, name="li", role=Role.REGULATOR, subject=f"{at.issuer}|subject-7"
            )
        client = Client(small_site.app)
        gone = client.get("/desk/provider", headers=PAGE)
        back = at.agree(gone.headers["Location"], "stranger" if fault == "stranger" else "subject-7")
        if fault == "state":
            back = re.sub(r"state=[^&]+", "state=another", back)
        answer = client.get(back, headers=PAGE)
        assert answer.status_code == 400
        assert client.get("/desk", headers=PAGE).status_code == 303


def test_a_provider_that_is_away_is_told_as_that(small_site: Site) -> None:
    with_provider(small_site, "http://127.0.0.1:9")
    assert Client(small_site.app).get("/desk/provider").status_code == 503


def test_without_a_provider_there_is_no_such_door(small_site: Site) -> None:
    assert Client(small_site.app).get("/desk/provider").status_code == 404
