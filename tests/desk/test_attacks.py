"""A firm's user with bad intentions, by hand: what is another's, what is malformed, and what would raise one's rights."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from tests.desk.conftest import FAST, OTHER_CODE, PASSWORD, Office, copied, judge_remembered, sample
from tests.desk.site import PAGE, Site, open_site
from werkzeug.test import Client, TestResponse

from zhiyin.composition.desk import open_desk
from zhiyin.desk import jobs, journal, passwords, ruling_changes, rulings, submissions, tokens, trials
from zhiyin.desk.audit import rows
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.people import Person
from zhiyin.desk.schema import attempts, users
from zhiyin.desk.schema import jobs as queue
from zhiyin.desk.schema import rulings as ruling_table
from zhiyin.desk.tokens import Purpose
from zhiyin.law.outcome import Outcome
from zhiyin.services import Services

OWN = sample("tier-1-complete.ttl").replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")
OTHER = sample("rooms-hosted-in-part.ttl")
NAME = "示例期货（部分托管）有限公司"


@dataclass(frozen=True)
class Prey:
    """The names of another firm's things, and of one's own."""

    site: Site
    firm: str
    submission: str
    item: str
    ruling: str
    trial: str
    own: str
    own_item: str

    @property
    def office(self) -> Office:
        """The staffed desk."""
        return self.site.office

    def fill(self, text: str) -> str:
        """Put the names where ``text`` has them."""
        for name in ("firm", "submission", "item", "ruling", "trial", "own_item", "own"):
            text = text.replace(f"<{name}>", getattr(self, name))
        return text

    def tells(self, answer: TestResponse, sent: str) -> list[str]:
        """What of the other firm stands in an answer that was not in what was sent."""
        secret = (self.firm, self.submission, self.item, self.ruling, self.trial, NAME, "张三", "核实过")
        return [word for word in secret if word in answer.text and word not in sent]


ON_ONE = pytest.mark.parametrize("attacked", ["sqlite"], indirect=True)
"""Where the kind of database does not matter."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def attacked(
    services: Services,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    books: dict[str, Office],
) -> Iterator[Prey]:
    """A desk where two firms have a submission with an item each, and the other a ruling; there was a trial."""
    place = copied(request.param, request, tmp_path_factory.mktemp("attacked"), books)
    desk = open_desk(place, Options(), passwords=Passwords(FAST), judge=judge_remembered)
    office = replace(books[request.param], desk=desk)
    own = office.judged(office.own, OWN)
    other = office.judged(office.regulator, OTHER)
    ruling = ruling_changes.rule(
        desk, office.regulator, "h", other, ruling_changes.Wanted("5.1.1.3", "satisfied", "核实过", "2026-07-01")
    )
    with desk.database.write() as connection:
        firm = submissions.find(connection, office.regulator, other).firm or ""
        connection.execute(users.update().where(users.c.name == "other").values(firm=firm))
    items = [
        office.item(on, clause, owner=owner, due="2030-01-01", outcome=Outcome.VIOLATED).id
        for on, clause, owner in ((other, "5.1.1.1", "张三"), (own, "2.1.1.1", "李四"))
    ]
    trial = trials.begin(desk, office.regulator, "h", "草案", b"# nothing")
    with desk.database.write() as connection:
        connection.execute(queue.update().where(queue.c.subject == trial).values(state=jobs.FAILED))
        trials.fail(connection, trial)
    site = open_site(services, office)
    yield Prey(site, firm, other, items[0], ruling.id, trial, own, items[1])
    site.app.extensions["zhiyin.desk.asking"].close()
    desk.database.close()


@pytest.fixture
def prey(attacked: Prey) -> Iterator[Prey]:
    """That desk, of which one test after the other tries something; the locks that one closed are open to the next."""
    yield attacked
    with attacked.office.desk.database.write() as connection:
        connection.execute(attempts.delete())


SPARQL = {
    "all graphs": "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "anything": "SELECT ?o { ?s ?p ?o FILTER(CONTAINS(STR(?o), '部分托管')) }",
    "by name": "SELECT * { GRAPH <https://w3id.org/zhiyin/id/submission/<submission>/facts> { ?s ?p ?o } }",
    "from": "SELECT * FROM <https://w3id.org/zhiyin/id/submission/<submission>/facts> { ?s ?p ?o }",
    "from named": "SELECT * FROM NAMED <https://w3id.org/zhiyin/id/submission/<submission>/verdict> { GRAPH ?g { ?s ?p ?o } }",
    "from a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "service": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "silent service": "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "update": "INSERT DATA { GRAPH <urn:x> { <urn:a> <urn:b> <urn:c> } }",
    "load": "LOAD <file:///etc/passwd>",
    "describe": "DESCRIBE <https://w3id.org/zhiyin/id/submission/<submission>>",
}


@ON_ONE
@pytest.mark.parametrize("what", SPARQL)
def test_no_query_reaches_another_firms_graphs(prey: Prey, what: str) -> None:
    query = prey.fill(SPARQL[what])
    for path in ("/api/desk/sparql", "/desk/sparql"):
        answer = prey.site.ask(prey.office.own, "POST", path, data={"query": query, "default-graph-uri": ""})
        assert answer.status_code < 500
        assert prey.tells(answer, query) == []
        assert "root:" not in answer.text


REACHING = (
    "/desk/submissions?firm=<firm>",
    "/api/desk/submissions?firm=<firm>&limit=500",
    "/api/desk/submissions?state=judged&firm=",
    "/desk/items?firm=<firm>&all=1",
    "/desk/items?firm=<firm>&format=csv",
    "/api/desk/items?firm=<firm>",
    "/desk/calendar?firm=<firm>",
    "/desk/calendar?firm=<firm>&format=json",
    "/api/desk/calendar?firm=<firm>",
    "/desk/calendar.ics?firm=<firm>",
    "/desk/sector/figures?firm=<firm>",
    "/api/desk/sector/figures?firm=<firm>",
    "/api/desk/firms",
    "/desk/firms?firm=<firm>",
    "/desk/questions/most_violated?tier=4&firm=<firm>",
    "/api/desk/queries/who_violates?clause=5.1.1.1",
    "/desk?firm=<firm>",
)


@ON_ONE
def test_no_parameter_widens_what_a_firm_sees(prey: Prey) -> None:
    for address in REACHING:
        path = prey.fill(address)
        for accept in ("text/html", "application/json", "text/csv"):
            answer = prey.site.ask(prey.office.own, "GET", path, {"Accept": accept})
            assert answer.status_code < 500, path
            assert prey.tells(answer, path) == [], path
            assert OTHER_CODE not in answer.text


RAISING: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    # Ruling on one's own clauses, and everything else that is the regulator's.
    ("POST", "/api/desk/submissions/<own>/rulings", {"clause": "2.1.1.1", "outcome": "satisfied", "reason": "x"}, 403),
    ("POST", "/desk/submissions/<own>/rulings", {"clause": "2.1.1.1", "outcome": "satisfied", "reason": "x"}, 403),
    ("POST", "/api/desk/rulings/<ruling>/confirm", {}, 403),
    ("POST", "/api/desk/rulings/<ruling>/withdraw", {}, 403),
    ("POST", "/api/desk/items/<own_item>", {"version": 1, "state": "cancelled"}, 403),
    ("POST", "/api/desk/items/<own_item>", {"version": 1, "state": "closed"}, 403),
    ("POST", "/api/desk/submissions/<own>/items", {"clause": "2.1.1.2", "owner": "x", "due": "2030-01-01"}, 403),
    ("POST", "/api/desk/what-if", {"clause": "2.1.1.1", "obligation": "可选"}, 403),
    ("GET", "/api/desk/log", {}, 403),
    ("GET", "/desk/log?format=csv", {}, 403),
    ("GET", "/desk/sector/report.docx", {}, 403),
    ("GET", "/api/desk/what-if/<trial>", {}, 403),
    # Another's things by any verb.
    ("POST", "/api/desk/items/<item>/answers", {"version": 1, "words": "x"}, 404),
    ("GET", "/desk/submissions/<own>/against/<submission>", {}, 404),
    ("GET", "/desk/submissions/<submission>/against/<own>", {}, 404),
    ("GET", "/api/desk/rulings/<ruling>", {}, 404),
    # Verbs that no route takes.
    ("PUT", "/api/desk/submissions/<own>", {}, 405),
    ("DELETE", "/api/desk/submissions/<own>", {}, 405),
    ("PATCH", "/api/desk/items/<own_item>", {}, 405),
    # An address dressed up.
    ("GET", "/api/desk/submissions/<own>/../<submission>", {}, 404),
    ("GET", "/api/desk/submissions/<own>%2f..%2f<submission>", {}, 404),
    ("GET", "/desk/static/../../desk/gate.py", {}, 404),
    ("GET", "/desk/static/%2e%2e/%2e%2e/gate.py", {}, 404),
)


@ON_ONE
def test_no_route_raises_a_firms_rights(prey: Prey) -> None:
    for method, address, body, status in RAISING:
        path = prey.fill(address)
        more: dict[str, Any] = {} if method == "GET" else {"json": body}
        answer = prey.site.ask(prey.office.own, method, path, **more)
        assert answer.status_code == status, (method, path, answer.text[:200])
        assert prey.tells(answer, path) == []
        # What a header or a field says of who asks is not heard.
        forged = {"X-HTTP-Method-Override": "GET", "X-Original-URL": "/desk/log", "X-Forwarded-User": "regulator"}
        fields = {"role": "regulator", "firm": prey.firm, "person": prey.office.regulator.id}
        more = {} if method == "GET" else {"json": {**body, **fields}}
        assert prey.site.ask(prey.office.own, method, path, forged, **more).status_code == status
    with prey.office.desk.database.read() as connection:
        assert rulings.in_force(connection, prey.office.own.firm or "") == {}


MALFORMED = (
    "\x00",
    "x\x00y",
    "\ud800",
    "²",
    "٣",
    "1e400",
    "9" * 400,
    "-1",
    "x" * 20_001,
    "\u202e",
    "'; DROP TABLE users; --",
)


@pytest.mark.parametrize(
    ("attacked", "text"),
    [("sqlite", text) for text in MALFORMED] + [("postgresql", "x\x00y")],
    ids=lambda t: ascii(t)[:12],
    indirect=["attacked"],
)
def test_malformed_text_is_refused_and_never_a_fault_of_ours(prey: Prey, text: str) -> None:
    own, regulator = prey.office.own, prey.office.regulator
    sent: list[tuple[Person, str, str, dict[str, Any]]] = [
        (own, "POST", f"/api/desk/items/{prey.own_item}/answers", {"json": {"version": text, "words": "x"}}),
        (own, "POST", f"/api/desk/items/{prey.own_item}/answers", {"json": {"version": 1, "words": text}}),
        (own, "POST", f"/api/desk/items/{prey.own_item}/answers", {"json": [text]}),
        (own, "POST", f"/api/desk/items/{prey.own_item}/answers", {"json": {"version": {"a": text}, "words": [text]}}),
        (regulator, "POST", f"/api/desk/items/{prey.own_item}", {"json": {"version": 1, "owner": text, "due": text}}),
        (regulator, "POST", f"/api/desk/submissions/{prey.own}/rulings", {"json": {"clause": text, "reason": text}}),
        (
            regulator,
            "POST",
            f"/api/desk/submissions/{prey.submission}/rulings",
            {"json": {"clause": "5.1.1.3", "outcome": "satisfied", "reason": text, "insteadOf": text}},
        ),
        (regulator, "POST", "/api/desk/what-if", {"json": {"figure": f"x|{text}", "value": text, "title": text}}),
    ]
    if "\ud800" not in text:
        where = {
            "query_string": dict.fromkeys(("filename", "firm", "state", "offset", "limit", "month", "thing"), text)
        }
        for path in ("/api/desk/submissions", "/desk/items", "/api/desk/calendar", "/api/desk/sector"):
            sent.append((regulator, "GET", path, where))
        sent.append((regulator, "GET", "/desk/log", {"query_string": {"thing": text, "before": text}}))
        sent.append((own, "POST", "/api/desk/submissions", {**where, "data": text.encode(), "content_type": "a/b"}))
        sent += [(own, "GET", f"/api/desk/{kind}/{text[:200]}", {}) for kind in ("submissions", "firms", "items")]
    for person, method, path, more in sent:
        answer = prey.site.ask(person, method, path, **more)
        assert answer.status_code < 500, (method, ascii(path)[:80], answer.text[:300])
    if "\ud800" not in text:
        client = prey.site.browser(own)
        for days in (text, "1"):
            answer = client.post("/desk/account/tokens", {"label": text, "days": days})
            assert answer.status_code < 500
        answer = client.post("/desk/account/password", {"old": text, "new": text})
        assert answer.status_code in (400, 429)
        assert client.sign_in(text, text).status_code in (400, 429)
    with prey.office.desk.database.read() as connection:
        assert list(rows(connection)) == []


@pytest.mark.parametrize(
    ("attacked", "name"),
    [
        ("sqlite", "\\u0008\\uFFFE\\u202Eevil"),
        *(("postgresql", "x\\u0000y"), ("postgresql", "长" * 5000)),
    ],
    ids=lambda n: ascii(n)[:12],
    indirect=["attacked"],
)
def test_a_firms_name_is_shown_as_it_can_be_and_breaks_nothing(prey: Prey, name: str) -> None:
    stated = OWN.replace("示例期货（一类）有限公司".encode(), name.encode())
    assert stated != OWN
    kept = prey.office.judged(prey.office.own, stated)
    regulator = prey.office.regulator
    with prey.office.desk.database.read() as connection:
        state = submissions.find(connection, regulator, kept).state
    assert state in (submissions.JUDGED, submissions.REFUSED)
    for path in (
        "/desk",
        f"/desk/submissions/{kept}",
        "/desk/firms",
        f"/desk/firms/{prey.office.own.firm}",
        f"/desk/firms/{prey.office.own.firm}/report",
        f"/desk/firms/{prey.office.own.firm}/report.docx",
        "/desk/sector?format=xlsx",
        "/desk/calendar.ics",
        "/desk/questions/status_by_tier",
    ):
        assert prey.site.ask(regulator, "GET", path, PAGE).status_code == 200, path


def test_a_company_with_an_endless_name_of_its_own_is_refused(prey: Prey) -> None:
    long = b"https://example.org/" + b"x" * 3000
    stated = OWN.replace(b"/futures/tier-1-complete", b"/futures/" + b"y" * 3000)
    assert stated != OWN
    for data in (stated, b"<%b> a <urn:x> ." % long):
        name = prey.office.judged(prey.office.regulator, data)
        with prey.office.desk.database.read() as connection:
            assert submissions.find(connection, prey.office.regulator, name).state == submissions.REFUSED


@ON_ONE
def test_a_token_neither_makes_tokens_nor_changes_the_password(prey: Prey) -> None:
    own = prey.office.own
    for path, data in (
        ("/desk/account/tokens", {"purpose": "api", "days": "730", "label": "raised"}),
        ("/desk/account/password", {"old": PASSWORD, "new": "another long one"}),
    ):
        assert prey.site.ask(own, "POST", path, data=data).status_code == 403
        with prey.office.desk.database.read() as connection:
            made = tokens.tokens_of(connection, own)
        assert not any(token.label == "raised" for token in made)


@ON_ONE
def test_the_calendars_key_opens_its_own_firm_alone_and_nothing_by_header(prey: Prey) -> None:
    with prey.office.desk.database.write() as connection:
        made = tokens.make_token(
            connection, journal.THE_DESK, prey.office.own, purpose=Purpose.CALENDAR, label="", days=1
        )
    client = Client(prey.site.app, use_cookies=False)
    for path in (f"/desk/calendar.ics?key={made.secret}&firm={prey.firm}", f"/desk/calendar.ics?key={made.secret}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert prey.tells(answer, path) == []
    for path in ("/desk", "/desk/calendar", "/api/desk/me", "/desk/calendar.ics"):
        assert client.get(path, headers={"Authorization": f"Bearer {made.secret}"}).status_code in (303, 401)
        assert client.get(f"{path}?token={made.secret}").status_code in (303, 401)


@ON_ONE
def test_a_session_that_somebody_else_chose_is_not_taken_on(prey: Prey) -> None:
    chosen = "a-session-of-my-choice"
    client = Client(prey.site.app)
    client.set_cookie("zhiyin-desk", chosen)
    page = client.get("/desk/sign-in", headers=PAGE)
    secret = page.text.partition('name="csrf" value="')[2].partition('"')[0]
    answer = client.post("/desk/sign-in", data={"csrf": secret, "name": "own", "password": PASSWORD})
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith("zhiyin-desk=")]
    assert chosen not in cookie
    fixed = Client(prey.site.app)
    fixed.set_cookie("zhiyin-desk", chosen)
    assert fixed.get("/desk", headers=PAGE).status_code == 303


@ON_ONE
def test_the_old_password_is_not_guessed_through_the_account(prey: Prey) -> None:
    browser = prey.site.browser(prey.office.own)
    told = [
        browser.post("/desk/account/password", {"old": "wrong wrong", "new": "another long one"}).status_code
        for _ in range(passwords.FREE_FAILURES["name"] + 2)
    ]
    assert told == [400] * passwords.FREE_FAILURES["name"] + [429] * 2
    assert browser.post("/desk/account/password", {"old": PASSWORD, "new": "another long one"}).status_code == 429


@ON_ONE
def test_the_lock_is_not_opened_by_saying_that_one_comes_from_elsewhere(prey: Prey) -> None:
    told = []
    for number in range(passwords.FREE_FAILURES["name"] + 1):
        client = Client(prey.site.app)
        page = client.get("/desk/sign-in", headers=PAGE)
        secret = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        told.append(
            client.post(
                "/desk/sign-in",
                data={"csrf": secret, "name": "own", "password": "wrong wrong"},
                headers={"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"},
            ).status_code
        )
    assert told[-1] == 429
    with prey.office.desk.database.read() as connection:
        assert not any("198.51.100" in line.source for line in journal.lines(connection))


def test_two_who_rule_at_once_through_http_leave_one_ruling(prey: Prey) -> None:
    answers: list[int] = []

    def rule(person: Person) -> None:
        body = {"clause": "5.1.1.3", "outcome": "violated", "reason": person.name, "insteadOf": prey.ruling}
        path = f"/api/desk/submissions/{prey.submission}/rulings"
        answers.append(prey.site.ask(person, "POST", path, json=body).status_code)

    for person in (prey.office.regulator, prey.office.second):
        prey.site.token(person)
    threads = [threading.Thread(target=rule, args=(p,)) for p in (prey.office.regulator, prey.office.second) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, 409, 409, 409]
    with prey.office.desk.database.read() as connection:
        states = connection.execute(sa.select(ruling_table.c.state)).scalars().all()
        assert sorted(states) == [rulings.IN_FORCE, rulings.REPLACED]
        assert list(rows(connection)) == []


@ON_ONE
def test_no_secret_is_in_the_log_or_in_an_answer(prey: Prey) -> None:
    browser = prey.site.browser(prey.office.own)
    browser.post("/desk/account/tokens", {"purpose": "api", "label": "x", "days": "3"})
    secrets = [prey.site.token(prey.office.own), PASSWORD, *(c.value for c in (browser.client._cookies or {}).values())]
    browser.sign_in("own", "a wrong password that is secret")
    with prey.office.desk.database.read() as connection:
        told = json.dumps([line.as_json() for line in journal.lines(connection)])
    assert not [s for s in [*secrets, "a wrong password that is secret"] if s in told]
    me = prey.site.ask(prey.office.own, "GET", "/api/desk/me").text
    assert not [s for s in secrets if s in me]


@ON_ONE
def test_more_than_may_be_sent_is_refused(prey: Prey) -> None:
    own = prey.office.own
    for body, status in ((b"x" * 20_000_001, 413), (b"", 400)):
        assert prey.site.ask(own, "POST", "/api/desk/submissions", data=body).status_code == status
    gzip = {"Content-Encoding": "gzip", "Content-Type": "text/turtle"}
    assert prey.site.ask(own, "POST", "/api/desk/submissions", gzip, data=b"x").status_code == 415
    many = {f"f{n}": "x" for n in range(600)}
    answer = prey.site.ask(own, "POST", f"/api/desk/items/{prey.own_item}/answers", data=many)
    assert answer.status_code in (400, 413)
