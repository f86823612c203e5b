"""A command group that knows its commands by name and one line each, and imports one only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from zhiyin.cli.language import say, translate_help


@dataclass(frozen=True, slots=True)
class Registered:
    """Where a command lives and what it does, in one line of each language."""

    module: str
    zh: str
    en: str


class ReaderLeft(Exception):
    """Whoever read what a command writes has seen enough."""


class BilingualCommand(click.Command):
    """A command whose help is in the user's language throughout."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text with click's own words translated."""
        return translate_help(super().get_help(ctx))


class LazyGroup(click.Group):
    """The root command."""

    def __init__(self, *args: Any, registered: Mapping[str, Registered], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._registered = registered

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they are registered."""
        return list(self._registered)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, if there is one of that name."""
        row = self._registered.get(cmd_name)
        if row is None:
            return None
        command = importlib.import_module(row.module).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{row.module}.command is not a command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Refuse an unknown name with the names that exist."""
        if args and args[0] not in self._registered and not args[0].startswith("-"):
            names = "、".join(self._registered)
            raise click.UsageError(
                say(
                    f"没有命令“{args[0]}”；可用：{names}",
                    f"no command '{args[0]}'; there are: {', '.join(self._registered)}",
                )
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click has it
        """Run the command; ReaderLeft where a pipe was closed: click would leave by 1, which here means not met."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderLeft from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line a command without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, say(row.zh, row.en)) for name, row in self._registered.items()])

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text with click's own words translated."""
        return translate_help(super().get_help(ctx))
