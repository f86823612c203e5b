"""The group ``zhiyin desk``: where the desk is, who acts at the console, and the desk opened for a command."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say, translate_help
from zhiyin.errors import BadParameter

if TYPE_CHECKING:
    from zhiyin.desk.desk import Desk
    from zhiyin.desk.journal import Actor


class Group(click.Group):
    """A group of commands whose help is in the user's language."""

    command_class = BilingualCommand

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text with click's own words translated."""
        return translate_help(super().get_help(ctx))


@click.group(
    cls=Group,
    help=say(
        "监管台：建立、账号、令牌、评定队列、备份、恢复、核验与导出。",
        "The desk: make it, open accounts, issue tokens, work, back up, restore, verify and export.",
    ),
)
@click.option(
    "--desk",
    "place",
    envvar="ZHIYIN_DESK",
    metavar="PLACE",
    help=say(
        "监管台的位置：文件路径（SQLite）或 postgresql:// 地址。", "Where it is: a path (SQLite) or postgresql://…"
    ),
)
@click.pass_context
def command(ctx: click.Context, place: str | None) -> None:
    """Remember the place."""
    ctx.obj = place


def place_named(ctx: click.Context) -> str:
    """Return where the desk is said to be; BadParameter where nothing says it."""
    if not ctx.obj:
        raise BadParameter(
            "--desk",
            "",
            zh="请用 --desk 或 ZHIYIN_DESK 指明监管台的位置",
            en="say where the desk is: --desk or ZHIYIN_DESK",
        )
    return str(ctx.obj)


def opened(ctx: click.Context, *, new: bool = False) -> Desk:
    """Return the desk at that place."""
    from zhiyin.composition.desk import open_desk

    return open_desk(place_named(ctx), new=new)


def actor() -> Actor:
    """Return who acts: the user of this machine."""
    import getpass

    from zhiyin.desk.journal import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor(f"cli:{name}", "console")
