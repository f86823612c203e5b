"""Pages of other sites: one rule on redirects, errors and documents, preflights answered, private places left out."""

from __future__ import annotations

import pytest
from tests.server.sites import sited
from werkzeug.test import Client

from zhiyin.services import Services
from zhiyin.settings import Settings

ADDRESSES = [
    ("/id/clause/4.3.3.1", 303),
    ("/id/clause/9.9.9.9", 404),
    ("/openapi.json", 200),
    ("/api/clauses/4.3.3.1", 200),
    ("/api/clauses/9.9.9.9", 404),
    ("/api/clauses?limit=x", 400),
    ("/data/zhiyin.ttl", 200),
    ("/clauses//4.3.3.1", 308),
    ("/sparql?query=ASK%7B%7D", 200),
    ("/sparql?query=ASK%7B", 400),
    ("/.well-known/void", 200),
    ("/nowhere", 404),
]


@pytest.fixture(scope="module")
def clients(services: Services) -> dict[str, Client]:
    """Sites for all origins and for one."""
    one = Settings(access_log=False, cors_origins=("https://a.example",))
    return {
        "any": Client(sited(services, Settings(access_log=False)), use_cookies=False),
        "one": Client(sited(services, one), use_cookies=False),
    }


@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_every_answer_says_who_may_read_it(clients: dict[str, Client], address: str, status: int) -> None:
    headers = {"Origin": "https://a.example", "Accept": "text/turtle, application/json;q=0.5"}
    for name, allowed in (("any", "*"), ("one", "https://a.example")):
        answer = clients[name].get(address, headers=headers)
        if "sparql" not in address:
            assert answer.status_code == status
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [allowed]
        assert "Location" in answer.headers["Access-Control-Expose-Headers"]
    other = clients["one"].get(address, headers={**headers, "Origin": "https://b.example"})
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Origin" in ", ".join(other.headers.getlist("Vary"))


@pytest.mark.parametrize("address", ["/api/validate", "/sparql", "/api/clauses"])
def test_a_preflight_is_answered_by_configuration(clients: dict[str, Client], address: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    for name, origin, allowed in (
        ("any", "https://b.example", "*"),
        ("one", "https://a.example", "https://a.example"),
        ("one", "https://b.example", None),
    ):
        answer = clients[name].options(address, headers={"Origin": origin, **asked})
        assert answer.status_code == 204
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert "content-type" in answer.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:99", "e vil", "evil.example/x", ""])
@pytest.mark.parametrize("path", ["/clauses//4.3.3.1", "/id/clause/4.3.3.1", "/browse?"])
def test_no_redirect_follows_the_host_of_the_request(clients: dict[str, Client], path: str, host: str) -> None:
    answer = clients["any"].get(path, headers={"Host": host, "Accept": "application/json"})
    if answer.status_code >= 300 and answer.status_code < 400:
        assert answer.headers["Location"].startswith("/")
        assert "evil" not in answer.headers["Location"]


def test_the_desk_is_for_no_other_site(clients: dict[str, Client]) -> None:
    answer = clients["any"].get("/desk/anything", headers={"Origin": "https://a.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers
