"""What commands take of editions: ``--edition``, which nothing shows where there is one, and the tiers that there are."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zhiyin import resources
from zhiyin.cli.language import say
from zhiyin.edition import shipped_edition
from zhiyin.errors import Message

if TYPE_CHECKING:
    from zhiyin.composition.editions import EditionFiles

F = TypeVar("F", bound=Callable[..., object])


def edition_option(command: F) -> F:
    """Give ``command`` the parameter ``edition``: the files of the one asked for, by default the shipped one's."""
    return click.option(
        "--edition",
        default="",
        hidden=not _others(),
        callback=_chosen,
        metavar="NAME",
        help=say("按哪个版本的文本；默认随项目发布的。", "By which text; by default the one that ships."),
    )(command)


class TierType(click.IntRange):
    """A tier of any edition that there is; whether the one asked has it is for the command to say."""

    def __init__(self) -> None:
        super().__init__(1, _highest())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        """Return the tier; UsageError where no edition has it."""
        self.max = _highest()
        found: int = super().convert(value, param, ctx)
        return found


def tier_range() -> Message:
    """Return 1 至 4, as a help text has it."""
    return Message(f"1 至 {_highest()}", f"1 to {_highest()}")


def _highest() -> int:
    if not _others():
        return len(shipped_edition().tiers)
    from zhiyin.composition.editions import editions

    return max(len(files.edition.tiers) for files in editions().values())


def _others() -> bool:
    """Return whether other editions may be there: told without reading them, so that ``--help`` answers at once."""
    return bool(os.environ.get("ZHIYIN_EDITIONS")) or resources.path("editions").is_dir()


def _chosen(_: click.Context, __: click.Parameter, name: str) -> EditionFiles:
    from zhiyin.composition.editions import edition_named

    return edition_named(name, "--edition")
