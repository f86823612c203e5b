"""Cuts a question into the things it asks for together, so that a duty which has all of them stands first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from zhiyin.search.tokenisation import Run

# Prose of more things than these is asked for by neighbouring things at once.
_MOST: Final = 12


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a question names, in ``[start, end)`` of its topic."""

    text: str
    start: int
    end: int


def cut_pieces(found: tuple[Run, ...], cut: Callable[[str], list[str]]) -> tuple[Piece, ...]:
    """Return the words of the runs in order; neighbouring characters that are no word stand together as one piece."""
    pieces: list[Piece] = []
    for run in found:
        position, loose = run.start, False
        for word in cut(run.text) if run.is_han else [run.text]:
            end = position + len(word)
            single = run.is_han and len(word) == 1
            if single and loose:
                pieces[-1] = Piece(pieces[-1].text + word, pieces[-1].start, end)
            else:
                pieces.append(Piece(word, position, end))
            position, loose = end, single
    return _merged(pieces)


def overlaps(pieces: tuple[Piece, ...], start: int, end: int) -> list[tuple[int, float]]:
    """Return which pieces ``[start, end)`` of the topic touches, and the share of it that each holds."""
    length = end - start
    return [
        (index, (min(piece.end, end) - max(piece.start, start)) / length)
        for index, piece in enumerate(pieces)
        if piece.start < end and start < piece.end
    ]


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    if len(pieces) <= _MOST:
        return tuple(pieces)
    bounds = [round(i * len(pieces) / _MOST) for i in range(_MOST + 1)]
    groups = [pieces[first:last] for first, last in pairwise(bounds)]
    return tuple(Piece("".join(p.text for p in group), group[0].start, group[-1].end) for group in groups)
