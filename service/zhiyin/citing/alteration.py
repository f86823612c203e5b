"""What differs between a claim's words and a clause's, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alteration:
    """Words of a claim that the clause has otherwise; ``kind`` is negation, opposed, altered or joined."""

    kind: str
    said: str
    stands: str
