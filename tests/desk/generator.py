"""Invented firms by seed: each a sample with another name, code and address, and some of its facts changed.

``python -m tests.desk.generator FOLDER FIRMS SUBMISSIONS`` writes them as files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from zhiyin import resources
from zhiyin.intake.credit_code import check_character

BASES = (
    "tier-1-complete",
    "tier-2-complete",
    "tier-3-complete",
    "tier-4-complete",
    "hosted-rooms",
    "no-branches",
    "rooms-hosted-in-part",
)
FIRST_DAY = date(2026, 6, 30)
_NUMBER = re.compile(r"(zy:(\w+(?:Count|Minutes|Hours|Days|KgPerM2)) )(\d+)( [;.])")
_FLAG = re.compile(r"(zy:(?:has|is|labels|puts|separates)\w+ )true( [;.])")
_CODE = re.compile(r'zy:unifiedSocialCreditCode "[0-9A-Z]{18}"')
_NAME = re.compile(r'(zy:name ")示例期货[^"]*(" ;)')
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_KEPT = {"statedIntervalDays"}


@dataclass(frozen=True)
class Made:
    """One submission of an invented firm."""

    firm: int
    number: int
    filename: str
    data: bytes


def credit_code(number: int) -> str:
    """A code of no company: well-formed, its check character right."""
    digits = "".join(_CHARACTERS[(number // 31**power) % 31] for power in range(5, -1, -1))
    first = f"91310000DEM{digits}"
    return first + check_character(first)


def submission(firm: int, number: int) -> Made:
    """The ``number``-th submission of a firm: the same bytes for the same arguments."""
    base = BASES[firm % len(BASES)]
    text = resources.path(f"data/companies/{base}.ttl").read_text(encoding="utf-8")
    text = text.replace(f"/futures/{base}", f"/futures/firm-{firm:04}")
    text = _CODE.sub(f'zy:unifiedSocialCreditCode "{credit_code(firm)}"', text)
    text = _NAME.sub(rf"\g<1>虚构期货 {firm:03} 号有限公司\2", text, count=1)
    # What a firm is does not change from one submission to the next; a few facts do.
    text = _varied(text, Random(f"{firm}"), 0.04)  # noqa: S311 - invented facts
    text = _varied(text, Random(f"{firm}/{number}"), 0.01)  # noqa: S311 - invented facts
    day = FIRST_DAY - timedelta(days=91 * number)
    text = text.replace('zy:asOf "2026-06-30"', f'zy:asOf "{day}"')
    shift = timedelta(days=91 * number)
    text = (
        re.sub(
            r'"(20\d\d-\d\d-\d\d)"\^\^xsd:date',
            lambda m: f'"{min(date.fromisoformat(m[1]), FIRST_DAY) - shift}"^^xsd:date' if m[1] != str(day) else m[0],
            text,
        )
        if number
        else text
    )
    return Made(firm, number, f"firm-{firm:04}-{day}.ttl", text.encode())


def _varied(text: str, random: Random, share: float) -> str:
    def number(match: re.Match[str]) -> str:
        if match[2] in _KEPT or random.random() > share:
            return match[0]
        return (
            match[1]
            + str(max(min(1, int(match[3])), round(int(match[3]) * random.choice((0.5, 0.8, 1.2, 2)))))
            + match[4]
        )

    def flag(match: re.Match[str]) -> str:
        return match[1] + ("false" if random.random() < share / 2 else "true") + match[2]

    return _FLAG.sub(flag, _NUMBER.sub(number, text))


def submissions(firms: int, each: int) -> Iterator[Made]:
    """Every submission of so many firms, the oldest of all firms first."""
    for number in reversed(range(each)):
        for firm in range(firms):
            yield submission(firm, number)


def main(folder: str, firms: str, each: str) -> None:
    """Write the files."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for made in submissions(int(firms), int(each)):
        (Path(folder) / made.filename).write_bytes(made.data)


if __name__ == "__main__":
    main(*sys.argv[1:])
