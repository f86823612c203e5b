"""``zhiyin desk``: makes a desk, opens accounts, works on its queue, and proves, backs up and restores what it keeps."""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say, translate_help
from zhiyin.errors import BadParameter

if TYPE_CHECKING:
    from zhiyin.desk.desk import Desk
    from zhiyin.desk.journal import Actor
    from zhiyin.desk.people import Person


class _Group(click.Group):
    """A group whose help is in the user's language."""

    command_class = BilingualCommand

    def get_help(self, ctx: click.Context) -> str:
        """Return the help text with click's own words translated."""
        return translate_help(super().get_help(ctx))


@click.group(
    cls=_Group,
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


def _place(ctx: click.Context) -> str:
    if not ctx.obj:
        raise BadParameter(
            "--desk",
            "",
            zh="请用 --desk 或 ZHIYIN_DESK 指明监管台的位置",
            en="say where the desk is: --desk or ZHIYIN_DESK",
        )
    return str(ctx.obj)


def _open(ctx: click.Context, *, new: bool = False) -> Desk:
    from zhiyin.composition.desk import open_desk

    return open_desk(_place(ctx), new=new)


def _actor() -> Actor:
    import getpass

    from zhiyin.desk.journal import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return Actor(f"cli:{name}", "console")


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
    from zhiyin.desk.vault import new_key as new_data_key

    for path in (signing_key, data_key):
        if path is not None and path.exists():
            raise BadParameter(
                "FILE", str(path), zh=f"{path} 已存在，不会覆盖", en=f"{path} exists and is not overwritten"
            )
    desk = _open(ctx, new=True)
    with desk.database.write() as connection:
        number, _ = journal.head(connection)
        if number == 0:
            journal.write(connection, _actor(), "desk.made", "desk")
    if signing_key is not None:
        public = write_key_files(new_key(algorithm), signing_key)
        click.echo(
            say(
                f"签名密钥：{signing_key}（公钥 {public}）；请设 ZHIYIN_DESK_SIGNING_KEY",
                f"signing key: {signing_key} (public: {public}); set ZHIYIN_DESK_SIGNING_KEY",
            )
        )
    if data_key is not None:
        descriptor = os.open(data_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(new_data_key() + "\n")
        click.echo(
            say(f"加密密钥：{data_key}；请设 ZHIYIN_DESK_KEY_FILE", f"data key: {data_key}; set ZHIYIN_DESK_KEY_FILE")
        )
    click.echo(say(f"监管台已就绪：{desk.database.place}", f"the desk is ready: {desk.database.place}"))


@command.group(cls=_Group, help=say("账号。", "Accounts."))
def user() -> None:
    """Hold the commands about accounts."""


@user.command(
    "add",
    help=say(
        "开立账号；口令从标准输入或提示读取。", "Open an account; the password is read from standard input or a prompt."
    ),
)
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["regulator", "firm", "reader"]),
    required=True,
    help=say("角色：监管、公司、只读。", "Role."),
)
@click.option(
    "--firm",
    metavar="CODE",
    help=say("公司的统一社会信用代码（没有的写其 IRI）。", "The firm's credit code, or its IRI."),
)
@click.option("--display", default="", help=say("显示的姓名。", "The name shown."))
@click.option(
    "--subject",
    metavar="ISSUER|SUB",
    help=say(
        "OpenID Connect 的身份；给出后可不设口令。", "Identity at the OpenID provider; then a password is not needed."
    ),
)
@click.pass_context
def user_add(ctx: click.Context, name: str, role: str, firm: str | None, display: str, subject: str | None) -> None:
    """Open an account."""
    from zhiyin.desk import firms, people

    desk = _open(ctx)
    password = None if subject else desk.passwords.hashed(_password())
    with desk.database.write() as connection:
        firm_id = None
        if firm:
            is_iri = "://" in firm or firm.startswith("urn:")
            firm_id = firms.meet(connection, _actor(), code="" if is_iri else firm, company=firm if is_iri else "").id
        person = people.add_person(
            connection,
            _actor(),
            name=name,
            role=people.Role(role),
            firm=firm_id,
            display=display,
            password=password,
            subject=subject,
        )
    click.echo(f"{person.name} {person.role}")


@user.command("list", help=say("列出账号。", "List the accounts."))
@click.pass_context
def user_list(ctx: click.Context) -> None:
    """Print a line an account."""
    from zhiyin.desk.people import all_people

    with _open(ctx).database.read() as connection:
        for person, disabled in all_people(connection):
            closed = say(" 已停用", " closed") if disabled else ""
            click.echo(f"{person.name}\t{person.role}\t{person.firm or '-'}\t{person.display}{closed}")


@user.command("close", help=say("停用账号：会话与令牌随之失效。", "Close an account with its sessions and tokens."))
@click.argument("name")
@click.pass_context
def user_close(ctx: click.Context, name: str) -> None:
    """Disable an account."""
    from zhiyin.desk.people import close_account

    with _open(ctx).database.write() as connection:
        close_account(connection, _actor(), name)


@user.command("password", help=say("重设口令。", "Set a new password."))
@click.argument("name")
@click.pass_context
def user_password(ctx: click.Context, name: str) -> None:
    """Set a password, which also ends the lock and every session."""
    from zhiyin.desk.passwords import forget_failures
    from zhiyin.desk.people import change_password

    desk = _open(ctx)
    hashed = desk.passwords.hashed(_password())
    with desk.database.write() as connection:
        change_password(connection, _actor(), _person(connection, name), hashed)
        forget_failures(connection, f"name:{name}")


def _person(connection: object, name: str) -> Person:
    from zhiyin.desk.faults import absent
    from zhiyin.desk.people import person_by

    found = person_by(connection, name=name)  # type: ignore[arg-type]
    if found is None:
        raise absent()
    return found[0]


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt(say("口令", "Password"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


@command.group(cls=_Group, help=say("程序用的令牌。", "Tokens for programs."))
def token() -> None:
    """Hold the commands about tokens."""


@token.command("add", help=say("发放令牌：只显示这一次。", "Issue a token: it is shown this once."))
@click.argument("name")
@click.option("--label", default="", help=say("用途说明。", "What it is for."))
@click.option("--days", type=int, default=90, show_default=True, help=say("有效天数。", "Days it is valid."))
@click.pass_context
def token_add(ctx: click.Context, name: str, label: str, days: int) -> None:
    """Issue a token and print it."""
    from zhiyin.desk.tokens import make_token

    with _open(ctx).database.write() as connection:
        made = make_token(connection, _actor(), _person(connection, name), label=label or "cli", days=days)
    click.echo(made.secret)


@token.command("revoke", help=say("作废令牌。", "Revoke a token."))
@click.argument("token_id", metavar="ID")
@click.pass_context
def token_revoke(ctx: click.Context, token_id: str) -> None:
    """Make a token void."""
    from zhiyin.desk.tokens import revoke

    with _open(ctx).database.write() as connection:
        revoke(connection, _actor(), None, token_id)


@command.command(help=say("从队列取任务评定，直到停止。", "Take work from the queue until stopped."))
@click.option("--dask", metavar="ADDRESS", help=say("在此 Dask 集群上评定。", "Judge on this Dask cluster."))
@click.option("--until-idle", is_flag=True, help=say("队列空了就结束。", "End when the queue is empty."))
@click.option("--parent", type=int, hidden=True)
@click.pass_context
def work(ctx: click.Context, dask: str | None, until_idle: bool, parent: int | None) -> None:
    """Work."""
    from zhiyin.composition.desk import work_on

    work_on(_open(ctx), dask=dask, until_idle=until_idle, parent=parent)


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

    rows = back_up(_open(ctx).database, file, _actor())
    click.echo(say(f"已备份 {rows} 行到 {file}", f"backed up {rows} rows to {file}"))


@command.command(help=say("把备份恢复到一个空的位置。", "Restore a backup into an empty place."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def restore(ctx: click.Context, file: Path) -> None:
    """Fill an empty place."""
    from zhiyin.desk.backup import restore as fill
    from zhiyin.desk.database import Database
    from zhiyin.desk.place import place_of

    rows = fill(Database(place_of(_place(ctx))), file, _actor())
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

    desk, count = _open(ctx), 0
    while True:
        with desk.database.write() as connection:
            done = reseal(connection, desk.vault, most=50)
            if done == 0:
                journal.write(
                    connection, _actor(), "desk.rotated", "desk", after={"key": desk.vault.key_name, "sealed": count}
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

    desk = _open(ctx)
    if years is not None:
        with desk.database.write() as connection:
            rules.set_rule(connection, _actor(), years)
    if applying:
        for name in rules.apply(desk, _actor()):
            click.echo(name)
    with desk.database.read() as connection:
        kept = rules.rule(connection)
    click.echo(say(f"保存期限：{kept or '不限'}", f"kept for: {kept or 'ever'}"), err=True)


@command.command(
    help=say(
        "核验：日志的链、留存的字节，并把每个结论重新评定一遍。退出码：0 无误，1 有误。",
        "Verify: the log's chain, the bytes, and every verdict judged again. Exit code: 0 sound, 1 not.",
    )
)
@click.option("--no-judging", is_flag=True, help=say("不重新评定。", "Do not judge again."))
@click.option(
    "--head",
    metavar="N:HASH",
    help=say("以前记下的日志末端：其前不得有改动。", "An end of the log noted earlier: nothing before it may differ."),
)
@click.pass_context
def verify(ctx: click.Context, no_judging: bool, head: str | None) -> int:
    """Verify and return the exit code."""
    from zhiyin.desk import journal
    from zhiyin.desk.audit import verify as audit

    desk = _open(ctx)
    found = audit(desk, judging=not no_judging)
    if head is not None:
        number, _, digest = head.partition(":")
        with desk.database.read() as connection:
            line = next(journal.lines(connection, after=int(number) - 1, most=1), None) if number.isdigit() else None
        if line is None or f"{line.number}:{line.hash}" != f"{number}:{digest}":
            found.faults.append(
                f"日志与记下的末端 {head[:20]}… 不符 / the log does not hold the noted end {head[:20]}…"
            )
    for fault in found.faults:
        click.echo(fault, err=True)
    for change in found.changed:
        click.echo(say(f"规则已变，结论不同：{change}", f"made otherwise by rules that changed: {change}"))
    click.echo(
        say(
            f"自述 {found.submissions}，结论 {found.verdicts}（相同 {found.same}），日志 {found.lines} 行，错误 {len(found.faults)}；日志末端 {found.head}",
            f"{found.submissions} submissions, {found.verdicts} verdicts ({found.same} the same), {found.lines} lines of log, {len(found.faults)} faults; end of log {found.head}",
        )
    )
    return 1 if found.faults else 0


@command.command(
    help=say("把全部自述、结论、认定与日志写入文件夹。", "Write submissions, verdicts, rulings and log into a folder.")
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def export(ctx: click.Context, folder: Path) -> None:
    """Write everything in plain files, readable by their owner alone."""
    from zhiyin.desk import journal, submissions, verdicts, work

    desk = _open(ctx)
    folder.mkdir(mode=0o700, parents=True, exist_ok=False)
    with desk.database.write() as connection:
        journal.write(connection, _actor(), "desk.exported", "desk")
    with desk.database.read() as connection:
        total, _ = submissions.listed(connection, work.WORKER, most=1)
        _, kept = submissions.listed(connection, work.WORKER, most=total)
        with (folder / "submissions.jsonl").open("w", encoding="utf-8") as file:
            for one in kept:
                file.write(json.dumps(one.as_json(), ensure_ascii=False) + "\n")
        with (
            (folder / "log.jsonl").open("w", encoding="utf-8") as file,
            (folder / "log.csv").open("w", encoding="utf-8-sig", newline="") as table,
        ):
            writer = csv.writer(table)
            writer.writerow(journal.Line.__slots__)
            for line in journal.lines(connection):
                file.write(json.dumps(line.as_json(), ensure_ascii=False) + "\n")
                writer.writerow([_inert(str(v)) for v in line.as_json().values()])
    for one in kept:
        own = folder / one.id
        own.mkdir()
        with desk.database.read() as connection:
            if one.bytes is not None:
                (own / ("received" + Path(one.filename).suffix[:8])).write_bytes(
                    submissions.read_bytes(desk, connection, one)
                )
            for verdict in verdicts.of_submission(connection, one.id):
                (own / f"verdict-{verdict.number}.json").write_bytes(verdicts.document_of(desk, connection, verdict))
                if file_bytes := verdicts.determinations_of(desk, connection, verdict):
                    (own / f"determinations-{verdict.number}.ttl").write_bytes(file_bytes)
    click.echo(say(f"已导出 {len(kept)} 份自述到 {folder}", f"exported {len(kept)} submissions to {folder}"))


def _inert(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
