"""A desk on SQLite and on PostgreSQL, with people at it, and submissions of invented firms."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from tests.desk.cluster import cluster, fresh_database

from zhiyin import resources
from zhiyin.composition.desk import judge_case, open_desk
from zhiyin.composition.services import open_services
from zhiyin.desk import firms, journal, people, remedies, submissions, verdicts, work
from zhiyin.desk.desk import Desk
from zhiyin.desk.judged import Case, Judged
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.people import Person, Role
from zhiyin.desk.remedies import Item
from zhiyin.desk.signatures import ED25519, new_key, write_key_files
from zhiyin.desk.vault import Key
from zhiyin.services import Services
from zhiyin.settings import Settings

if TYPE_CHECKING:
    from tests.desk.site import Site

PASSWORD = "correct horse battery"
OWN_CODE, OTHER_CODE = "91310000MA1DEM040Y", "91310000MA1DEM010U"
"""The credit codes of two samples: tier-1-complete and tier-4-complete."""
HERE = "192.0.2.7"
FAST = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
_NAMES = itertools.count()


@cache
def _judged_once(case: Case) -> Judged:
    return judge_case(case)


def judge_remembered(case: Case) -> Judged:
    """Judge as the desk does, each input once in this run: only the prefix of blank nodes tells submissions apart."""
    plain = _judged_once(replace(case, key="k0"))
    old, new = b"_:k0", f"_:{case.key}".encode()
    return replace(plain, facts=plain.facts.replace(old, new), report=plain.report.replace(old, new))


def sample(name: str) -> bytes:
    """The bytes of a sample company."""
    return resources.path(f"data/companies/{name}").read_bytes()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """A running cluster; without PostgreSQL its tests are skipped with a notice, or fail where CI=true."""
    try:
        with cluster() as folder:
            yield folder
    except FileNotFoundError:
        notice = "没有 PostgreSQL：监管台只在 SQLite 上测试 / no PostgreSQL: the desk is tested on SQLite alone"
        if os.environ.get("CI") == "true":
            pytest.fail(notice)
        pytest.skip(notice)


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """A key for what is at rest and a key that signs."""
    path = tmp_path / "signing.key"
    write_key_files(new_key(ED25519), path)
    return Options(key=Key(bytes(range(32))), signing=path)


@dataclass(frozen=True)
class Office:
    """A desk and those who work at it."""

    desk: Desk
    regulator: Person
    second: Person
    reader: Person
    own: Person
    other: Person

    def send(self, person: Person, data: bytes, filename: str = "x.ttl") -> str:
        """Hand in a submission and return its name."""
        return submissions.receive(self.desk, person, person.actor(HERE), data, filename=filename)[0].id

    def work(self) -> None:
        """Do all the work that waits."""
        while work.work_once(self.desk, "test"):
            pass

    def judged(self, person: Person, data: bytes, filename: str = "x.ttl") -> str:
        """Hand in a submission, have it judged and return its name."""
        name = self.send(person, data, filename)
        self.work()
        return name

    def item(
        self, submission: str, clause: str, *, owner: str = "张三", due: str = "2026-08-01", outcome: str | None = None
    ) -> Item:
        """Open an item on a clause of a submission, by its verdict unless another outcome is given."""
        with self.desk.database.write() as connection:
            kept = submissions.find(connection, self.regulator, submission)
            verdict = verdicts.find(connection, kept.verdict)
            assert verdict is not None
            return remedies.begin(
                connection,
                self.regulator,
                HERE,
                firm=kept.firm or "",
                submission=submission,
                clause=clause,
                clauses=verdict.clauses,
                outcome=verdict.outcomes[clause] if outcome is None else outcome,
                owner=owner,
                due=due,
            )


def staffed(desk: Desk) -> Office:
    """Return the desk with one of each role, and two firms."""
    hashed = desk.passwords.hashed(PASSWORD)
    with desk.database.write() as connection:
        own = firms.meet(connection, journal.THE_DESK, code=OWN_CODE)
        other = firms.meet(connection, journal.THE_DESK, code=OTHER_CODE)

        def add(name: str, role: Role, firm: str | None = None) -> Person:
            return people.add_person(
                connection, journal.THE_DESK, name=name, role=role, firm=firm, password=hashed, display=f"{name}姓名"
            )

        return Office(
            desk,
            add("regulator", Role.REGULATOR),
            add("second", Role.REGULATOR),
            add("reader", Role.READER),
            add("own", Role.FIRM, own.id),
            add("other", Role.FIRM, other.id),
        )


@pytest.fixture(scope="session")
def books() -> dict[str, Office]:
    """The staffed desks that this run made, by kind: each test works at a copy, which is cheaper than a new one."""
    return {}


def copied(kind: str, request: pytest.FixtureRequest, folder: Path, books: dict[str, Office]) -> str:
    """Return the place of a copy of the staffed desk of a kind."""
    if kind not in books:
        if kind == "sqlite":
            first = str(request.getfixturevalue("tmp_path_factory").mktemp("books") / "desk.sqlite3")
        else:
            first = fresh_database(request.getfixturevalue("postgres"), "books")
        desk = open_desk(first, Options(), new=True, passwords=Passwords(FAST), judge=judge_remembered)
        books[kind] = staffed(desk)
        if desk.database.place.path is not None:
            assert desk.database.place.path.stat().st_mode & 0o777 == 0o600
        desk.database.close()
    path = books[kind].desk.database.place.path
    if path is None:
        cluster = request.getfixturevalue("postgres")
        return fresh_database(cluster, f"t{os.getpid()}x{next(_NAMES)}", template="books")
    copy = folder / "desk.sqlite3"
    shutil.copyfile(path, copy)
    return str(copy)


def _opened(kind: str, request: pytest.FixtureRequest, options: Options, books: dict[str, Office]) -> Office:
    place = copied(kind, request, request.getfixturevalue("tmp_path"), books)
    desk = open_desk(place, options, passwords=Passwords(FAST), judge=judge_remembered)
    return replace(books[kind], desk=desk)


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, options: Options, books: dict[str, Office]) -> Iterator[Office]:
    """A staffed desk on either database."""
    opened = _opened(request.param, request, options, books)
    yield opened
    opened.desk.database.close()


@pytest.fixture
def small_office(request: pytest.FixtureRequest, options: Options, books: dict[str, Office]) -> Iterator[Office]:
    """A staffed desk on SQLite, where the kind of database does not matter."""
    opened = _opened("sqlite", request, options, books)
    yield opened
    opened.desk.database.close()


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    """The services over the real graph."""
    opened = open_services(Settings(access_log=False))
    yield opened
    opened.sparql.close()


@pytest.fixture
def site(services: Services, office: Office) -> Iterator[Site]:
    """The site over a staffed desk on either database."""
    from tests.desk.site import open_site

    opened = open_site(services, office)
    yield opened
    opened.app.extensions["zhiyin.desk.asking"].close()


@pytest.fixture
def small_site(services: Services, small_office: Office) -> Iterator[Site]:
    """The site over a staffed desk on SQLite."""
    from tests.desk.site import open_site

    opened = open_site(services, small_office)
    yield opened
    opened.app.extensions["zhiyin.desk.asking"].close()
