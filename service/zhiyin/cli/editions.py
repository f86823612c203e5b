"""The option ``--edition`` of commands that answer from one text; where there is only the shipped one nothing shows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from zhiyin import resources
from zhiyin.cli.language import say

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


def _others() -> bool:
    """Return whether other editions may be there: told without reading them, so that ``--help`` answers at once."""
    return bool(os.environ.get("ZHIYIN_EDITIONS")) or resources.path("editions").is_dir()


def _chosen(_: click.Context, __: click.Parameter, name: str) -> EditionFiles:
    from zhiyin.composition.editions import edition_named

    return edition_named(name, "--edition")
