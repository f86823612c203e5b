"""docs/validation.md: its example is judged, its files and options exist."""

from __future__ import annotations

import re

from tests.validation.conftest import Judging

from zhiyin import resources
from zhiyin.cli.shapes import command as shapes
from zhiyin.cli.template import command as template
from zhiyin.cli.validate import command as validate
from zhiyin.law.outcome import Outcome

TEXT = resources.path("docs/validation.md").read_text(encoding="utf-8")


def test_the_example_is_judged_and_every_term_known(judged: Judging) -> None:
    example = re.search(r"```turtle\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    judgement = judged(example[1].encode(), "example.ttl")
    outcomes = {c.requirement.number: c.outcome for c in judgement.verdicts[0].clauses}
    assert judgement.unknown == ()
    assert judgement.unvisited == ()
    assert outcomes["4.4.6.3"] is Outcome.SATISFIED
    assert outcomes["4.8.2.1"] is Outcome.NOT_APPLICABLE
    assert outcomes["4.1.1.1"] is Outcome.UNDECLARED
    assert Outcome.VIOLATED not in outcomes.values()


def test_the_options_it_names_exist() -> None:
    options = {option for command in (validate, template, shapes) for p in command.params for option in p.opts}
    named = set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", TEXT)) - {"--data-binary"}
    assert len(named) > 6
    assert named <= options


def test_the_files_it_names_exist() -> None:
    named = re.findall(r"`((?:ontology|tests|shapes)/[\w./-]+)`", TEXT)
    assert len(named) >= 4
    assert [name for name in named if not resources.path(name).exists()] == []
    assert resources.path("service/zhiyin/validation/policy.py").exists()
