"""Where a second edition stands beside the shipped one, the tools, the resources and the commands answer from either."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.invented_edition import NEXT, following, sample
from tests.mcp.test_server import call, run
from tests.web.test_editions import NEW_WORDS, both

from mcp import Client
from zhiyin.cli import cli
from zhiyin.composition import BuiltGraph
from zhiyin.errors import BadParameter
from zhiyin.mcp.server import make_server
from zhiyin.services import Services

__all__ = ["both"]
FLOOR = "5.2.1.2"
"""Its figure is 500 in the shipped text and 600 in the invented one."""


@pytest.mark.parametrize(
    ("tool", "arguments", "old", "new"),
    [
        ("ask", {"question": "四类机房承重多少"}, "500", "600"),
        ("clause", {"number": FLOOR}, "500公斤", "600公斤"),
        ("search", {"query": "机房承重", "tier": 4}, "500公斤", "600公斤"),
        ("figures", {"topic": "承重", "tier": 4}, "500", "600"),
        ("query", {"name": "duty_ladder", "parameters": {"clause": FLOOR}}, "500公斤", "600公斤"),
        ("cite_check", {"text": "《指引》第5.2.1.2条要求机房承重不少于500公斤/平方米。"}, "500公斤", "600公斤"),
        ("query", {"sparql": "SELECT ?t { clause:5.2.1.2 zy:text ?t }"}, "500公斤", "600公斤"),
    ],
)
def test_a_tool_answers_from_the_edition_it_is_asked(
    both: Services, tool: str, arguments: dict[str, Any], old: str, new: str
) -> None:
    answers = []
    for edition in ({}, {"edition": "next"}):
        text, failed = call(both, tool, {**arguments, **edition})
        assert not failed, text
        answers.append(text)
    assert old in answers[0]
    assert new not in answers[0]
    assert new in answers[1]


def test_what_changes_between_tiers_is_told_of_one_edition(both: Services) -> None:
    told = [call(both, "compare", {"from": 3, "to": 4, "section": "3.2", **e})[0] for e in ({}, {"edition": "next"})]
    assert [NEW_WORDS in text for text in told] == [False, True]


def test_tools_offer_the_edition_only_where_there_are_two(both: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    async def listed(client: Client) -> tuple[dict[str, dict[str, Any]], int]:
        tools = await client.list_tools()
        body = json.dumps(tools.model_dump(by_alias=True, exclude_none=True, mode="json"), ensure_ascii=False)
        return {tool.name: tool.input_schema["properties"] for tool in tools.tools}, len(body.encode())

    shown, size = run(make_server(lambda: both), listed)
    assert {name for name, taken in shown.items() if "edition" in taken} == shown.keys() - {"validate"}
    assert shown["ask"]["edition"]["enum"] == ["next"]
    assert size < 5000
    monkeypatch.delenv("ZHIYIN_EDITIONS")
    alone, _ = run(make_server(lambda: both), listed)
    assert not any("edition" in taken for taken in alone.values())


def test_an_edition_that_is_not_there_is_told_with_those_that_are(both: Services) -> None:
    text, failed = call(both, "clause", {"number": FLOOR, "edition": "2099"})
    assert failed
    assert "next" in text


def test_a_resource_names_its_edition(both: Services) -> None:
    async def read(client: Client) -> list[str]:
        addresses = (f"clause://{FLOOR}", f"clause://{FLOOR}?edition=next", "tier://4?edition=next")
        return [(await client.read_resource(a)).contents[0].text for a in addresses]  # type: ignore[union-attr]

    old, new, tier = run(make_server(lambda: both), read)
    assert "500公斤" in old
    assert "600公斤" in new
    assert tier.startswith("5 ")


def test_questions_of_the_command_line_are_asked_of_the_edition(both: Services, built: BuiltGraph) -> None:
    runner = CliRunner()
    ladder = ["query", "duty_ladder", "--clause", FLOOR, "--json"]
    assert "600公斤" not in runner.invoke(cli, ladder).stdout
    found = runner.invoke(cli, [*ladder, "--edition", "next"])
    assert found.exit_code == 0, found.output
    assert "600公斤" in found.stdout
    refused = runner.invoke(cli, [*ladder, "--edition", "7"])
    assert isinstance(refused.exception, BadParameter)


def test_facts_are_those_of_the_edition_that_the_file_follows(both: Services, tmp_path: Path) -> None:
    """As in judging, the file is taken at its word; the option is for one that names no edition."""
    own = sample("tier-4-complete.ttl")
    silent = tmp_path / "silent.ttl"
    silent.write_bytes(b"\n".join(line for line in own.splitlines() if b"conformsTo" not in line))
    next_one = tmp_path / "next.ttl"
    next_one.write_bytes(following(own, NEXT))
    runner = CliRunner()
    for command in (["facts", str(next_one)], ["facts", str(silent), "--edition", "next"], ["facts", str(silent)]):
        found = runner.invoke(cli, [*command, "--date", "2026-06-30"])
        assert found.exit_code == 0, found.output
        assert "Assessment" in found.stdout
    stranger = tmp_path / "stranger.ttl"
    stranger.write_bytes(following(own, NEXT + "/7"))
    assert runner.invoke(cli, ["facts", str(stranger)]).exit_code != 0
