"""Text in, lines of a given width in terminal cells out: a Chinese character takes two and may end a line anywhere."""

from __future__ import annotations

import re

_PIECE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|\s+|[^\s\u2e80-\u9fff\uff00-\uffef]+")
_NOT_FIRST = frozenset("，。；：、！？）》”’】%")


def folded(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` cells, save for a word that is longer.

    No line begins with a closing mark: it stays with the character before it.
    """
    from rich.cells import cell_len

    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if pieces and piece in _NOT_FIRST:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    lines: list[str] = []
    line = ""
    for piece in pieces:
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines
