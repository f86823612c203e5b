"""Keeps an answer within what a model is given to read: whole lines up to a bound, then what to ask for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MOST_TOKENS: Final = 1900
_HAN: Final = 1.25
_OTHER: Final = 0.4


def tokens(text: str) -> float:
    """Return about how many tokens ``text`` takes: high for Chinese and for Latin letters alike."""
    wide = sum(character > "\u2e7f" for character in text)
    return wide * _HAN + (len(text) - wide) * _OTHER


def within(head: str, lines: Sequence[str], more: str, most: float = MOST_TOKENS) -> str:
    """Return ``head`` and as many of ``lines`` as fit, then how many were left out and ``more``, how to get them."""
    left = most - tokens(head) - tokens(more) - 20
    kept: list[str] = []
    for line in lines:
        left -= tokens(line) + 1
        if left < 0:
            break
        kept.append(line)
    if not kept and lines:
        kept.append(shortened(lines[0], left + tokens(lines[0])))
    dropped = len(lines) - len(kept)
    parts = [head, *kept] if head else kept
    if dropped:
        parts.append(f"…另有 {dropped} 项未列 · {dropped} more. {more}")
    return "\n".join(parts)


def shortened(text: str, most: float) -> str:
    """Return the beginning of ``text`` that fits into ``most`` tokens."""
    used, end = 0.0, 0
    for character in text:
        used += _HAN if character > "\u2e7f" else _OTHER
        if used > most:
            break
        end += 1
    return text if end == len(text) else text[:end] + "…"
