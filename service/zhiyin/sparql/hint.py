"""A hint on an answer with no row, and how a header says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from zhiyin.errors import Message


@dataclass(frozen=True, slots=True)
class Hint:
    """Why there is no row; ``nearest`` is the term meant and ``query`` the corrected text, where they are known."""

    said: Message
    term: str = ""
    nearest: str = ""
    query: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the members as the JSON of an answer carries them."""
        body = {"zh": self.said.zh, "en": self.said.en, "term": self.term, "nearest": self.nearest, "query": self.query}
        return {key: value for key, value in body.items() if value}


def header(hints: Sequence[Hint]) -> str:
    """Return the hints as a header's value, which takes ASCII alone: other signs are percent-encoded."""
    said = "; ".join(hint.said.en for hint in hints).replace("\r", " ").replace("\n", " ")
    return "".join(sign if " " <= sign <= "~" else quote(sign) for sign in said)[:2000]
