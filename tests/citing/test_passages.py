"""Passages with known faults and sound ones, in the manner of policies, audit reports and model answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from zhiyin import resources
from zhiyin.citing.statement import Checked

RECALL = 0.95
FALSE_ALARMS = 0.02


@dataclass(frozen=True)
class Passage:
    faulty: bool
    kind: str
    text: str


def passages(name: str) -> list[Passage]:
    lines = resources.path(f"data/citing/{name}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [Passage(label == "faulty", kind, text.replace("\\n", "\n")) for label, kind, text in rows]


NAMES = [
    "tuned",
    "blind",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
]


@pytest.mark.parametrize("name", NAMES)
def test_faults_are_found_and_sound_passages_pass(check: Callable[[str], Checked], name: str) -> None:
    found = passages(name)
    flagged = {p: any(s.is_fault for s in check(p.text).statements) for p in found}
    faulty = [p for p in found if p.faulty]
    sound = [p for p in found if not p.faulty]
    assert len(faulty) >= 18
    assert len(sound) >= 40
    missed = [p.text for p in faulty if not flagged[p]]
    alarmed = [p.text for p in sound if flagged[p]]
    assert len(missed) <= max(1.0, (1 - RECALL) * len(faulty)), missed
    assert len(alarmed) <= FALSE_ALARMS * len(sound), alarmed
