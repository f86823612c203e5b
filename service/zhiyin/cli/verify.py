"""``zhiyin verify``: a sealed package checked offline, with the public key alone."""

from __future__ import annotations

from pathlib import Path

import click

from zhiyin.cli.bounded import bounded
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say
from zhiyin.errors import BadRequest


@click.command(
    cls=BilingualCommand,
    help=say(
        "核对监管台的封存包：签名是否相符、内容是否完整。退出码：0 相符，1 不符，2 输入有误。",
        "Check a sealed package of the desk: does the signature hold. Exit code: 0 it does, 1 it does not, 2 bad input.",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("监管台的公钥文件。", "The desk's public key file."),
)
@click.option(
    "--input",
    "given",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("同时核对这份自述是不是所评的那一份。", "Also check that this is the submission that was judged."),
)
@click.option(
    "--extract",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=say("相符时把结论和认定写入文件夹。", "Where it holds, write verdict and rulings into a folder."),
)
@bounded
def command(file: Path, key: Path, given: Path | None, extract: Path | None) -> int:
    """Check the package and return the exit code."""
    from zhiyin.composition.judging import law_of
    from zhiyin.desk.packages import matches, opened
    from zhiyin.desk.signatures import read_public

    public = read_public(key)
    try:
        package = opened(file.read_bytes(), public)
    except BadRequest as error:
        click.echo(say(f"不符：{error.message.zh}", f"it does not hold: {error.message.en}"), err=True)
        return 1
    if given is not None and not matches(package.content, given.read_bytes(), given.name, law_of):
        click.echo(say(f"不符：{given} 不是所评的自述", f"it does not hold: {given} is not what was judged"), err=True)
        return 1
    verdict, submission = package.content["verdict"], package.content["submission"]
    if isinstance(verdict, dict) and isinstance(submission, dict):
        click.echo(
            say(
                f"相符（{package.algorithm}，公钥 {public.fingerprint[:16]}…）：自述 {submission['id']}，"
                f"{submission['received']} 收到；结论 {verdict['id']}，核查日 {verdict['checkDate']}",
                f"it holds ({package.algorithm}, key {public.fingerprint[:16]}…): submission {submission['id']}, "
                f"received {submission['received']}; verdict {verdict['id']}, check date {verdict['checkDate']}",
            )
        )
        if extract is not None:
            extract.mkdir(parents=True, exist_ok=True)
            (extract / "verdict.json").write_text(str(verdict["document"]), encoding="utf-8")
            rulings = package.content["determinations"]
            if isinstance(rulings, dict) and rulings["turtle"]:
                (extract / "determinations.ttl").write_text(str(rulings["turtle"]), encoding="utf-8")
    return 0
