"""Making a desk with its keys, and working on its queue."""

from __future__ import annotations

import os
from pathlib import Path

import click

from zhiyin.cli.desk.group import actor, command, opened
from zhiyin.cli.language import say
from zhiyin.errors import BadParameter, ZhiyinError


@command.command(help=say("建立监管台，并生成签名密钥。", "Make a desk and a key that signs packages."))
@click.option(
    "--signing-key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say("把新的签名私钥写入此文件，公钥写在旁边。", "Write a new private key here, the public one beside it."),
)
@click.option(
    "--algorithm",
    type=click.Choice(["Ed25519", "SM2-SM3"]),
    default="Ed25519",
    show_default=True,
    help=say("签名算法。", "Signature algorithm."),
)
@click.option(
    "--data-key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=say("把新的静态加密密钥写入此文件。", "Write a new key for encryption at rest here."),
)
@click.pass_context
def init(ctx: click.Context, signing_key: Path | None, algorithm: str, data_key: Path | None) -> None:
    """Make the desk; nothing that is there is overwritten."""
    from zhiyin.desk import journal
    from zhiyin.desk.signatures import new_key, write_key_files

    for path in (signing_key, data_key):
        if path is not None and path.exists():
            raise BadParameter(
                "FILE", str(path), zh=f"{path} 已存在，不会覆盖", en=f"{path} exists and is not overwritten"
            )
    if data_key is not None:
        # First, for the environment may name it already as the key that the desk is to be opened with.
        _write_data_key(data_key)
    try:
        desk = opened(ctx, new=True)
    except ZhiyinError:
        if data_key is not None:
            data_key.unlink()
        raise
    with desk.database.write() as connection:
        number, _ = journal.head(connection)
        if number == 0:
            journal.write(connection, actor(), "desk.made", "desk")
    if signing_key is not None:
        public = write_key_files(new_key(algorithm), signing_key)
        click.echo(
            say(
                f"签名密钥：{signing_key}（公钥 {public}）；请设 ZHIYIN_DESK_SIGNING_KEY",
                f"signing key: {signing_key} (public: {public}); set ZHIYIN_DESK_SIGNING_KEY",
            )
        )
    if data_key is not None:
        click.echo(
            say(f"加密密钥：{data_key}；请设 ZHIYIN_DESK_KEY_FILE", f"data key: {data_key}; set ZHIYIN_DESK_KEY_FILE")
        )
    click.echo(say(f"监管台已就绪：{desk.database.place}", f"the desk is ready: {desk.database.place}"))


def _write_data_key(path: Path) -> None:
    from zhiyin.desk.vault import new_key

    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")


@command.command(help=say("从队列取任务评定，直到停止。", "Take work from the queue until stopped."))
@click.option("--dask", metavar="ADDRESS", help=say("在此 Dask 集群上评定。", "Judge on this Dask cluster."))
@click.option("--until-idle", is_flag=True, help=say("队列空了就结束。", "End when the queue is empty."))
@click.option("--parent", type=int, hidden=True)
@click.pass_context
def work(ctx: click.Context, dask: str | None, until_idle: bool, parent: int | None) -> None:
    """Work."""
    from zhiyin.composition.desk import work_on

    work_on(opened(ctx), dask=dask, until_idle=until_idle, parent=parent)
