"""Prints tables and pieces of text to the terminal, in its width, or plainly into a pipe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from zhiyin.difference import Piece

_PIPE_WIDTH = 160


def console() -> Console:
    """Return the console: the terminal's width, or one wide enough for a table where there is no terminal."""
    import sys

    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False, soft_wrap=False)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print ``rows`` under ``headings``; figures stand at the right, long texts wrap."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold", pad_edge=False)
    for index, heading in enumerate(headings):
        values = [row[index] for row in rows]
        numeric = all(isinstance(value, int | float) or value is None for value in values) and bool(values)
        longest = max((len(str(value)) for value in values if value is not None), default=0)
        table.add_column(heading, justify="right" if numeric else "left", no_wrap=longest <= 12, overflow="fold")
    for row in rows:
        table.add_row(*[_cell(value) for value in row])
    console().print(table)


def pieces(parts: Sequence[Piece]) -> Text:
    """Return a text with what is deleted in red and [-…-], what is inserted in green and {+…+}."""
    from rich.text import Text

    text = Text()
    for part in parts:
        if part.kind == "delete":
            text.append(f"[-{part.text}-]", style="red")
        elif part.kind == "insert":
            text.append(f"{{+{part.text}+}}", style="green")
        else:
            text.append(part.text)
    return text


def _cell(value: object) -> RenderableType:
    from rich.console import ConsoleRenderable
    from rich.text import Text

    if isinstance(value, ConsoleRenderable):
        return value
    # Text and not markup: a clause may hold square brackets.
    return Text("" if value is None else str(value))
