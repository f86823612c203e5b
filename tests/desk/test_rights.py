"""The rights table: for every route of the desk and every role, on one's own firm and on another's, what is allowed.

The routes are taken from the app: one that the table does not name, or that declares no rights, fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.desk.conftest import Office, sample
from tests.desk.site import Site, open_site

from zhiyin.desk import journal, people, rulings, submissions, trials, verdicts
from zhiyin.desk.people import Person, Role
from zhiyin.desk.schema import rulings as ruling_table
from zhiyin.law.outcome import Outcome
from zhiyin.services import Services
from zhiyin.web.desk.doors import RIGHTS

ALL, SENDERS, REGULATORS, OVERSEERS, NOBODY_NEEDED, IN_PERSON = "RFr", "RF", "R", "Rr*", "open", "RFr!"
"""R regulator, F firm (its own things), r reader; * means that an account of one firm may not, whatever its role, and
! that a session is asked for, not a token."""
TABLE = {
    # Signing in, the style and scripts, and the calendar's own token need no session.
    "desk.static": NOBODY_NEEDED,
    "desk.sign_in_page": NOBODY_NEEDED,
    "desk.sign_in": NOBODY_NEEDED,
    "desk.provider_go": NOBODY_NEEDED,
    "desk.provider_back": NOBODY_NEEDED,
    "desk.calendar_file": NOBODY_NEEDED,
    # One's own account.
    "desk.home": ALL,
    "desk.sign_out": ALL,
    "desk.account": ALL,
    "desk.token_add": IN_PERSON,
    "desk.token_revoke": IN_PERSON,
    "desk.password_change": IN_PERSON,
    "desk_api.me": ALL,
    # Submissions and verdicts.
    "desk.submission_list": ALL,
    "desk_api.api_submission_list": ALL,
    "desk.submission_send": SENDERS,
    "desk_api.api_submission_send": SENDERS,
    "desk.submission_page": ALL,
    "desk_api.api_submission": ALL,
    "desk.submission_bytes": ALL,
    "desk.verdict_file": ALL,
    "desk_api.api_verdict": ALL,
    "desk.determinations_file": ALL,
    "desk.package_file": ALL,
    "desk_api.api_package": ALL,
    "desk.compare_page": ALL,
    "desk_api.api_compare": ALL,
    "desk.compare_choose": ALL,
    # Rulings are the regulator's.
    "desk.ruling_make": REGULATORS,
    "desk_api.api_ruling_make": REGULATORS,
    "desk.ruling_confirm": REGULATORS,
    "desk_api.api_ruling_confirm": REGULATORS,
    "desk.ruling_withdraw": REGULATORS,
    "desk_api.api_ruling_withdraw": REGULATORS,
    "desk_api.api_ruling": ALL,
    "desk.ruling_history": ALL,
    "desk_api.api_ruling_history": ALL,
    # Items: opened and changed by the regulator, answered by the firm.
    "desk.item_list": ALL,
    "desk_api.api_item_list": ALL,
    "desk.item_page": ALL,
    "desk_api.api_item": ALL,
    "desk.item_open": REGULATORS,
    "desk_api.api_item_open": REGULATORS,
    "desk.item_change": REGULATORS,
    "desk_api.api_item_change": REGULATORS,
    "desk.item_answer": SENDERS,
    "desk_api.api_item_answer": SENDERS,
    # Firms, calendar, reports.
    "desk.firm_list": ALL,
    "desk_api.api_firm_list": ALL,
    "desk.firm_page": ALL,
    "desk_api.api_firm": ALL,
    "desk.firm_report": ALL,
    "desk.firm_document": ALL,
    "desk.calendar_page": ALL,
    "desk_api.api_calendar": ALL,
    # All firms at once.
    "desk.heat_page": OVERSEERS,
    "desk_api.api_heat": OVERSEERS,
    "desk.clause_page": OVERSEERS,
    "desk_api.api_clauses": OVERSEERS,
    "desk.sector_report": OVERSEERS,
    "desk.sector_document": OVERSEERS,
    "desk.figure_page": ALL,
    "desk_api.api_figures": ALL,
    # Asking: over what the asker may see.
    "desk.sparql_page": ALL,
    "desk.sparql_post": ALL,
    "desk_api.api_sparql": ALL,
    "desk_api.api_sparql_post": ALL,
    "desk.question_list": ALL,
    "desk.question_page": ALL,
    "desk_api.api_question_list": ALL,
    "desk_api.api_question": ALL,
    # What if, and the log.
    "desk.trial_list": OVERSEERS,
    "desk.trial_page": OVERSEERS,
    "desk_api.api_trial": OVERSEERS,
    "desk.trial_overlay": OVERSEERS,
    "desk.trial_begin": "R*",
    "desk_api.api_trial_begin": "R*",
    "desk.log_page": "R*",
    "desk_api.api_log": "R*",
}
LETTERS = {Role.REGULATOR: "R", Role.FIRM: "F", Role.READER: "r"}
OF_A_FIRM = ("<submission>", "<firm>", "<item>", "<ruling>")


@dataclass(frozen=True)
class Route:
    """One address and method of the desk."""

    endpoint: str
    method: str
    rule: str


@pytest.fixture
def furnished(services: Services, small_office: Office) -> Iterator[tuple[Site, dict[str, str], dict[str, Person]]]:
    """A desk where the first firm has one thing of each kind; the names of these, and a person of each sort."""
    office, desk = small_office, small_office.desk
    base = sample("tier-1-complete.ttl")
    first = office.judged(
        office.own, base.replace(b"zy:hasTechnologyDepartment true", b"zy:hasTechnologyDepartment false")
    )
    other = office.judged(office.own, base)
    with desk.database.write() as connection:
        kept = submissions.find(connection, office.regulator, first)
        verdict = verdicts.find(connection, kept.verdict)
        assert verdict is not None
        assert kept.firm is not None
        violated = next(n for n, o in verdict.outcomes.items() if o == Outcome.VIOLATED)
        reader = people.add_person(
            connection, journal.THE_DESK, name="own-reader", role=Role.READER, firm=office.own.firm, password="x"
        )
        strange = people.add_person(
            connection, journal.THE_DESK, name="other-reader", role=Role.READER, firm=office.other.firm, password="x"
        )
        ruling = rulings.Ruling(
            *(
                "r1",
                kept.firm,
                first,
                violated,
                "satisfied",
                "why",
                "2026-01-01",
                office.regulator.id,
                "x",
                "2026-01-01T00:00:00.000000Z",
            ),
            *("proposed", "", None, "0" * 64, "", None),
        )
        connection.execute(
            ruling_table.insert().values(**{n: getattr(ruling, n) for n in ruling.__slots__ if n in ruling_table.c})
        )
    item = office.item(first, violated)
    trial = trials.begin(desk, office.regulator, "test", "t", b"# nothing")
    names = {
        "submission": first,
        "other": other,
        "firm": kept.firm,
        "item": item.id,
        "ruling": "r1",
        "trial": trial,
        "name": "no_such_question",
        "token": "no-such-token",
        "filename": "desk.css",
    }
    persons = {
        "regulator": office.regulator,
        "reader": office.reader,
        "own": office.own,
        "own-reader": reader,
        "other": office.other,
        "other-reader": strange,
    }
    site = open_site(services, office)
    yield site, names, persons
    site.app.extensions["zhiyin.desk.asking"].close()


def routes(site: Site) -> list[Route]:
    found = [
        Route(rule.endpoint, method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith(("/desk", "/api/desk"))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    assert len(found) > 60
    return found


def allowed(table: str, person: Person) -> bool:
    # The people of these tests speak by token.
    return LETTERS[person.role] in table and "!" not in table and not ("*" in table and person.firm is not None)


def test_every_route_stands_in_the_table_and_declares_what_it_says(
    furnished: tuple[Site, dict[str, str], dict[str, Person]],
) -> None:
    site, _, _ = furnished
    endpoints = {route.endpoint for route in routes(site)}
    assert endpoints == set(TABLE)
    assert endpoints == set(RIGHTS)


def test_the_table_holds_for_every_route_and_everybody(
    furnished: tuple[Site, dict[str, str], dict[str, Person]],
) -> None:
    site, names, persons = furnished
    wrong = []
    for route in routes(site):
        table = TABLE[route.endpoint]
        path = re.sub(r"<(?:path:)?(\w+)>", lambda m: names[m[1]], route.rule)
        nobody = site.ask(None, route.method, path).status_code
        if table == NOBODY_NEEDED:
            wrong += [f"{route} nobody {nobody}"] if nobody == 401 and "calendar" not in route.rule else []
            continue
        if nobody != 401:
            wrong.append(f"{route} is open to nobody: {nobody}")
        for name, person in persons.items():
            status = site.ask(person, route.method, path).status_code
            if not allowed(table, person):
                fits = status == 403
            elif name.startswith("other") and any(part in route.rule for part in OF_A_FIRM):
                fits = status == 404
            elif "no_such" in path or "no-such" in path or route.endpoint == "desk.determinations_file":
                fits = status not in (401, 403)
            else:
                fits = status not in (401, 403, 404) and status < 500
            if not fits:
                wrong.append(f"{route.method} {route.rule} {name}: {status}")
    assert wrong == []


READS_NOTHING = {
    *("desk.account", "desk_api.me", "desk.question_list", "desk_api.api_question_list"),
    # Titles and the law's own figures; the form that leads to a comparison; the editor without a query.
    *("desk.trial_list", "desk.compare_choose", "desk.sparql_page", "desk_api.api_sparql"),
    # A question that is none, and a submission without a package, determinations or result.
    *("desk.question_page", "desk_api.api_question", "desk.determinations_file", "desk_api.api_trial"),
}


def test_whatever_shows_something_confidential_is_in_the_log(
    furnished: tuple[Site, dict[str, str], dict[str, Person]],
) -> None:
    site, names, persons = furnished
    silent = set()
    site.token(persons["regulator"])
    for route in routes(site):
        if route.method != "GET" or TABLE[route.endpoint] == NOBODY_NEEDED or route.endpoint in READS_NOTHING:
            continue
        path = re.sub(r"<(?:path:)?(\w+)>", lambda m: names[m[1]], route.rule)
        with site.office.desk.database.read() as connection:
            before, _ = journal.head(connection)
        answer = site.ask(persons["regulator"], "GET", path)
        with site.office.desk.database.read() as connection:
            told = [(line.who, line.thing) for line in journal.lines(connection, after=before)]
        if answer.status_code != 200 or [who for who, _ in told] != ["regulator"]:
            silent.add((route.endpoint, answer.status_code, tuple(told)))
    assert silent == set()


def test_every_form_wants_the_secret_of_its_session(
    furnished: tuple[Site, dict[str, str], dict[str, Person]],
) -> None:
    site, names, persons = furnished
    sent, taken = 0, []
    browsers = {letter: site.browser(persons[name]) for letter, name in (("R", "regulator"), ("F", "own"))}
    for route in routes(site):
        if route.method == "GET" or TABLE[route.endpoint] == NOBODY_NEEDED or RIGHTS[route.endpoint].asks_only:
            continue
        path = re.sub(r"<(?:path:)?(\w+)>", lambda m: names[m[1]], route.rule)
        client = browsers[next(letter for letter in "RF" if letter in TABLE[route.endpoint])].client
        for headers in ({}, {"X-CSRF-Token": "guess"}):
            answer = client.open(path, method=route.method, headers=headers)
            sent += 1
            if answer.status_code != 403:
                taken.append((route, answer.status_code))
    assert sent > 30
    assert taken == []


def test_anothers_thing_and_no_thing_at_all_are_the_same_answer(
    furnished: tuple[Site, dict[str, str], dict[str, Person]],
) -> None:
    site, names, persons = furnished
    for route in routes(site):
        kind = next((part for part in OF_A_FIRM if part in route.rule), None)
        if kind is None or not allowed(TABLE[route.endpoint], persons["other"]):
            continue
        for accept in ("text/html", "application/json"):
            answers = []
            for replaced in (names, {**names, kind[1:-1]: "s" + "0" * (len(names[kind[1:-1]]) - 1)}):
                path = re.sub(r"<(?:path:)?(\w+)>", lambda m, r=replaced: r[m[1]], route.rule)  # type: ignore[misc]
                answer = site.ask(persons["other"], route.method, path, {"Accept": accept})
                # Both addresses are of one length, and so are the answers.
                kept = {k: v for k, v in answer.headers.items() if k != "ETag"}
                answers.append((answer.status_code, answer.text.replace(path, ""), kept))
            assert answers[0] == answers[1], route
            assert answers[0][0] == 404


def test_a_route_that_declares_nothing_is_refused(small_site: Site) -> None:
    small_site.app.add_url_rule("/desk/undeclared", "desk.undeclared", lambda: "secret")
    answer = small_site.ask(small_site.office.regulator, "GET", "/desk/undeclared")
    assert answer.status_code == 403
    assert "secret" not in answer.text
