"""Backup and restoring, keys turned over, and what is older than the rule removed."""

from __future__ import annotations

from pathlib import Path

import click

from zhiyin.cli.desk.group import actor, command, opened, place_named
from zhiyin.cli.language import say


@command.command(
    help=say(
        "备份到一个文件；可在运行中进行。密钥不在其中。",
        "Back up into one file, also while it runs; the keys are not in it.",
    )
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write the backup."""
    from zhiyin.desk.backup import back_up

    rows = back_up(opened(ctx).database, file, actor())
    click.echo(say(f"已备份 {rows} 行到 {file}", f"backed up {rows} rows to {file}"))


@command.command(help=say("把备份恢复到一个空的位置。", "Restore a backup into an empty place."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Fill an empty place."""
    from zhiyin.desk.backup import restore as fill
    from zhiyin.desk.database import Database
    from zhiyin.desk.place import place_of

    rows = fill(Database(place_of(place_named(ctx))), file, actor())
    click.echo(say(f"已恢复 {rows} 行", f"restored {rows} rows"))


@command.command(
    help=say(
        "以新密钥重新加密留存的内容；旧密钥放在 ZHIYIN_DESK_FORMER_KEY_FILES。",
        "Seal what is kept under the current key; former keys by ZHIYIN_DESK_FORMER_KEY_FILES.",
    )
)
@click.pass_context
def rotate(ctx: click.Context) -> None:
    """Reseal everything, a part at a time, while the desk runs."""
    from zhiyin.desk import journal
    from zhiyin.desk.blobs import reseal

    desk, count = opened(ctx), 0
    while True:
        with desk.database.write() as connection:
            done = reseal(connection, desk.vault, most=50)
            if done == 0:
                journal.write(
                    connection, actor(), "desk.rotated", "desk", after={"key": desk.vault.key_name, "sealed": count}
                )
                break
            count += done
    click.echo(say(f"已重新加密 {count} 项", f"sealed {count} anew"))


@command.command(help=say("留存期限：设定年数，或按期限删除。", "Retention: set the years, or remove by the rule."))
@click.option("--years", type=int, help=say("保存多少年。", "Years to keep."))
@click.option("--apply", "applying", is_flag=True, help=say("现在按期限删除。", "Remove now what the rule says."))
@click.pass_context
def retention(ctx: click.Context, years: int | None, applying: bool) -> None:
    """Set or follow the rule."""
    from zhiyin.desk import retention as rules

    desk = opened(ctx)
    if years is not None:
        with desk.database.write() as connection:
            rules.set_rule(connection, actor(), years)
    if applying:
        for name in rules.apply(desk, actor()):
            click.echo(name)
    with desk.database.read() as connection:
        kept = rules.rule(connection)
    click.echo(say(f"保存期限：{kept or '不限'}", f"kept for: {kept or 'ever'}"), err=True)
