"""Accounts and tokens from the console."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from zhiyin.cli.desk.group import Group, actor, command, opened
from zhiyin.cli.language import say

if TYPE_CHECKING:
    from zhiyin.desk.people import Person


@command.group(cls=Group, help=say("账号。", "Accounts."))
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

    desk = opened(ctx)
    password = None if subject else desk.passwords.hashed(_password())
    with desk.database.write() as connection:
        firm_id = None
        if firm:
            is_iri = "://" in firm or firm.startswith("urn:")
            firm_id = firms.meet(connection, actor(), code="" if is_iri else firm, company=firm if is_iri else "").id
        person = people.add_person(
            connection,
            actor(),
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

    with opened(ctx).database.read() as connection:
        for person, disabled in all_people(connection):
            closed = say(" 已停用", " closed") if disabled else ""
            click.echo(f"{person.name}\t{person.role}\t{person.firm or '-'}\t{person.display}{closed}")


@user.command("close", help=say("停用账号：会话与令牌随之失效。", "Close an account with its sessions and tokens."))
@click.argument("name")
@click.pass_context
def user_close(ctx: click.Context, name: str) -> None:
    """Disable an account."""
    from zhiyin.desk.people import close_account

    with opened(ctx).database.write() as connection:
        close_account(connection, actor(), name)


@user.command("password", help=say("重设口令。", "Set a new password."))
@click.argument("name")
@click.pass_context
def user_password(ctx: click.Context, name: str) -> None:
    """Set a password, which also ends the lock and every session."""
    from zhiyin.desk.passwords import forget_failures
    from zhiyin.desk.people import change_password

    desk = opened(ctx)
    hashed = desk.passwords.hashed(_password())
    with desk.database.write() as connection:
        change_password(connection, actor(), _person(connection, name), hashed)
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


@command.group(cls=Group, help=say("程序用的令牌。", "Tokens for programs."))
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

    with opened(ctx).database.write() as connection:
        made = make_token(connection, actor(), _person(connection, name), label=label or "cli", days=days)
    click.echo(made.secret)


@token.command("list", help=say("列出一个账号的令牌：编号、用途、期限。", "List an account's tokens: id, use, end."))
@click.argument("name")
@click.pass_context
def token_list(ctx: click.Context, name: str) -> None:
    """Print a line a token, never the token itself."""
    from zhiyin.desk.moments import local
    from zhiyin.desk.tokens import tokens_of

    with opened(ctx).database.read() as connection:
        for kept in tokens_of(connection, _person(connection, name)):
            void = "" if kept.is_valid else say(" 已失效", " void")
            click.echo(f"{kept.id}\t{kept.purpose}\t{local(kept.expires)}\t{kept.label}{void}")


@token.command("revoke", help=say("作废令牌。", "Revoke a token."))
@click.argument("token_id", metavar="ID")
@click.pass_context
def token_revoke(ctx: click.Context, token_id: str) -> None:
    """Make a token void."""
    from zhiyin.desk.tokens import revoke

    with opened(ctx).database.write() as connection:
        revoke(connection, actor(), None, token_id)
