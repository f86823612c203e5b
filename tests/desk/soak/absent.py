"""What is another firm's and what is not there at all: whether the time of the answer tells one from the other."""

from __future__ import annotations

import re
import time
from math import sqrt
from random import Random
from statistics import median

from tests.desk.generator import submission
from tests.desk.soak.findings import Findings
from tests.desk.soak.ground import Ground
from werkzeug.test import Client

from zhiyin.desk import firms, journal, people, submissions, tokens, work
from zhiyin.desk.people import Role

_OF_A_FIRM = re.compile(r"<(submission|firm|item|ruling)>")
_Z = 4.0
"""So far from chance the ranks of two samples may be; some sixty routes are tried."""


def absent(at: Ground, found: Findings, *, turns: int) -> None:
    """Ask every route that names something of a firm, in a random order, for another firm's and for nobody's."""
    from zhiyin.composition.services import open_services
    from zhiyin.settings import Settings
    from zhiyin.web import create_app
    from zhiyin.web.desk import attach

    made = submission(0, 0)
    kept, _ = submissions.receive(at.desk, at.person, at.person.actor("soak"), made.data, filename=made.filename)
    while work.work_once(at.desk, "absent"):
        pass
    with at.desk.database.write() as connection:
        stranger = firms.meet(connection, journal.THE_DESK, code="91310000MA1DEM010U")
        person = people.add_person(
            connection, journal.THE_DESK, name="stranger", role=Role.FIRM, firm=stranger.id, password="x"
        )
        token = tokens.make_token(connection, journal.THE_DESK, person, label="x", days=1).secret
        kept = submissions.find(connection, at.person, kept.id)
    services = open_services(Settings(access_log=False))
    app = create_app(services)
    attach(app, services, at.desk)
    client = Client(app, use_cookies=False)
    headers = {"Authorization": f"Bearer {token}"}
    theirs = {"submission": kept.id, "firm": str(kept.firm), "item": "i" + "0" * 20, "ruling": "r" + "0" * 20}
    nobodys = {name: text[0] + "f" * (len(text) - 1) for name, text in theirs.items()}
    worst, dice, shapes = 0.0, Random(7), 0  # noqa: S311 - an order, no secret
    rules = [
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/desk", "/api/desk")) and ("<submission>" in rule.rule or "<firm>" in rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    for rule, method in rules:
        taken: dict[bool, list[float]] = {True: [], False: []}
        seen = set()
        for turn in range(2 * turns + 4):
            is_theirs = dice.random() < 0.5 if turn > 3 else turn % 2 == 0
            names = theirs if is_theirs else nobodys
            path = re.sub(r"<(?:path:)?(\w+)>", lambda m, n=names: n.get(m[1], kept.id), rule)  # type: ignore[misc]
            start = time.thread_time_ns()
            answer = client.open(path, method=method, headers=headers, buffered=True)
            spent = (time.thread_time_ns() - start) / 1000
            if turn > 3:
                taken[is_theirs].append(spent)
            told = {name: value for name, value in answer.headers.items() if name != "ETag"}
            seen.add((answer.status_code, len(answer.data), tuple(sorted(told.items()))))
        found.must(len(seen) == 1, f"{method} {rule} answers in {len(seen)} shapes")
        shapes += len(seen)
        z = _ranked(taken[True], taken[False])
        worst = max(worst, abs(z))
        gap = median(taken[True]) - median(taken[False])
        found.told(f"{method} {rule}", f"another's {median(taken[True]):.0f} µs, nobody's {-gap:+.0f} µs, z {z:+.1f}")
    found.told("absent", f"{len(rules)} routes, one shape each ({shapes}); furthest from chance z = {worst:.1f}")
    found.must(worst < _Z, "the time of an answer tells another's from nobody's")
    app.extensions["zhiyin.desk.asking"].close()
    services.sparql.close()


def _ranked(one: list[float], two: list[float]) -> float:
    """Return how far the ranks of two samples are from chance (Mann and Whitney), in standard deviations."""
    ranks = {value: rank for rank, value in enumerate(sorted([*one, *two]), 1)}
    u = sum(ranks[value] for value in one) - len(one) * (len(one) + 1) / 2
    n, m = len(one), len(two)
    return (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
