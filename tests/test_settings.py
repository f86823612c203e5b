"""Settings: read from the environment, refused where wrong, written down in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhiyin.errors import BadParameter
from zhiyin.settings import Settings, explanations

DOCS = Path(__file__).parents[1] / "docs" / "operations.md"


def test_the_environment_is_read_and_the_rest_are_defaults() -> None:
    settings = Settings.from_environment(
        {
            "ZHIYIN_PORT": "9000",
            "ZHIYIN_QUERY_TIMEOUT": "2.5",
            "ZHIYIN_SERVICE_ENDPOINTS": "http://a.example/ http://b.example/",
            "ZHIYIN_ACCESS_LOG": "off",
            "ZHIYIN_LOAD": "a b.ttl:c.nq",
            "ZHIYIN_HOST": "",
        }
    )
    assert (settings.port, settings.query_timeout, settings.host) == (9000, 2.5, "127.0.0.1")
    assert settings.service_endpoints == ("http://a.example/", "http://b.example/")
    assert settings.access_log is False
    assert settings.load == ("a b.ttl", "c.nq")


def test_what_is_given_by_hand_wins() -> None:
    assert Settings.from_environment({"ZHIYIN_PORT": "1"}, port=2, host=None).port == 2


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ZHIYIN_PORT", "http"),
        ("ZHIYIN_QUERY_TIMEOUT", "-1"),
        ("ZHIYIN_ACCESS_LOG", "perhaps"),
        ("ZHIYIN_MAX_ROWS", "0"),
    ],
)
def test_a_wrong_value_names_its_variable(variable: str, value: str) -> None:
    with pytest.raises(BadParameter) as caught:
        Settings.from_environment({variable: value})
    assert variable in caught.value.message.zh
    assert variable in caught.value.message.en


def test_the_least_that_a_bound_may_be_is_taken() -> None:
    least = {
        "ZHIYIN_MAX_ROWS": "1",
        "ZHIYIN_MAX_NESTING": "1",
        "ZHIYIN_MAX_QUERY_BYTES": "1",
        "ZHIYIN_MAX_BYTES": "1024",
    }
    settings = Settings.from_environment(least)
    assert (settings.max_rows, settings.max_nesting, settings.max_query_bytes) == (1, 1, 1)
    assert settings.max_bytes == 1024


def test_settings_travel_by_the_environment() -> None:
    settings = Settings(port=1, load=("x.ttl", "y z.nq"), access_log=False, query_timeout=0.5, cors_origins=())
    assert Settings.from_environment(settings.environment()) == Settings(
        port=1, load=("x.ttl", "y z.nq"), access_log=False, query_timeout=0.5
    )


def test_a_password_is_not_shown() -> None:
    assert "geheim" not in repr(Settings(sparql_password="geheim", port=1))


def test_every_setting_stands_in_the_docs_as_it_is() -> None:
    lines = DOCS.read_text(encoding="utf-8").splitlines()
    for row in explanations():
        default = f"`{row.default}`" if row.default else "–"
        assert f"| `{row.variable}` | {default} | {row.doc.zh} | {row.doc.en} |" in lines
