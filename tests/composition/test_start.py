"""A start reads the text of the law once: parsed once, hashed once, whoever asks for it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from zhiyin import resources

COUNTING = """
import hashlib, json, os, sys
from pathlib import Path

text, seen, real = Path(sys.argv[1]).read_bytes(), {"hashed": 0, "parsed": 0}, hashlib.sha256


class Counting:
    def __init__(self, data=b"", **named):
        self._digest = real(**named)
        self.update(data)

    def update(self, data):
        seen["hashed"] += bytes(data) == text
        self._digest.update(data)

    def __getattr__(self, name):
        return getattr(self._digest, name)


hashlib.sha256 = Counting
from zhiyin.guideline import parser

parse = parser._parse


def counted(*args):
    seen["parsed"] += 1
    return parse(*args)


parser._parse = counted
leave = os._exit


def left(code):
    # A command that reads somebody's file works in a process of its own, which tells what it did itself.
    print(json.dumps(seen), file=sys.stderr, flush=True)
    leave(code)


os.register_at_fork(after_in_child=lambda: seen.update(hashed=0, parsed=0))
os._exit = left
if sys.argv[2] == "serve":
    from zhiyin.composition.services import open_services, prepare
    from zhiyin.settings import Settings

    prepare()
    open_services(Settings(access_log=False)).sparql.close()
else:
    from zhiyin.cli import cli

    cli.main(args=sys.argv[2:], standalone_mode=False)
print(json.dumps(seen), file=sys.stderr)
"""


@pytest.mark.parametrize("command", ["serve", "validate data/companies/tier-1-complete.ttl", "clause 4.3.3.1"])
def test_the_text_is_parsed_once_and_hashed_once_at_a_start(command: str, built: object) -> None:
    text = resources.path(resources.GUIDELINE_TEXT)
    done = subprocess.run(
        [sys.executable, "-c", COUNTING, str(text), *command.split()],
        capture_output=True,
        cwd=resources.root(),
        check=False,
    )
    told = [json.loads(line) for line in done.stderr.decode().splitlines() if line.startswith('{"hashed"')]
    assert told, done.stderr.decode()[-2000:]
    assert {what: sum(each[what] for each in told) for what in ("hashed", "parsed")} == {"hashed": 1, "parsed": 1}
