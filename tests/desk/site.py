"""The site with a desk open to it, and clients that speak for one person each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from tests.desk.conftest import PASSWORD, Office
from werkzeug.test import Client, TestResponse

from zhiyin.desk import journal, tokens
from zhiyin.desk.people import Person
from zhiyin.services import Services
from zhiyin.web import create_app
from zhiyin.web.desk import attach

PAGE = {"Accept": "text/html"}


@dataclass
class Site:
    """The app over a staffed desk."""

    office: Office
    app: Flask
    _tokens: dict[str, str] = field(default_factory=dict)

    def token(self, person: Person) -> str:
        """A token of the person, made once."""
        if person.id not in self._tokens:
            with self.office.desk.database.write() as connection:
                made = tokens.make_token(connection, journal.THE_DESK, person, label="test", days=1)
            self._tokens[person.id] = made.secret
        return self._tokens[person.id]

    def ask(
        self,
        person: Person | None,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401
    ) -> TestResponse:
        """Send one request by token, or as nobody."""
        given = dict(headers or {})
        if person is not None:
            given["Authorization"] = f"Bearer {self.token(person)}"
        client = Client(self.app, use_cookies=False)
        return client.open(path, method=method, headers=given, buffered=True, **more)

    def browser(self, person: Person) -> Browser:
        """Sign a person in as a browser does."""
        browser = Browser(Client(self.app))
        browser.sign_in(person.name, PASSWORD)
        return browser


@dataclass
class Browser:
    """A client with cookies, that takes the form's secret from each page it reads."""

    client: Client
    csrf: str = ""

    def get(self, path: str) -> TestResponse:
        """Read a page."""
        answer = self.client.get(path, headers=PAGE)
        self._note(answer)
        return answer

    def post(self, path: str, data: Mapping[str, Any] | None = None, **more: Any) -> TestResponse:  # noqa: ANN401
        """Send a form with the secret of the last page."""
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, headers=PAGE, **more)

    def sign_in(self, name: str, password: str) -> TestResponse:
        """Fill in the form."""
        self.get("/desk/sign-in")
        answer = self.post("/desk/sign-in", {"name": name, "password": password})
        if answer.status_code == 303:
            self.get("/desk/account")
        return answer

    def _note(self, answer: TestResponse) -> None:
        marker = 'name="csrf" value="'
        if marker in answer.text:
            self.csrf = answer.text.partition(marker)[2].partition('"')[0]


def open_site(services: Services, office: Office) -> Site:
    """Open a desk to an app over the services."""
    app = create_app(replace(services, settings=replace(services.settings, desk="")))
    attach(app, services, office.desk)
    return Site(office, app)
