"""The audit of a desk, and everything that it holds in plain files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click

from zhiyin.cli.desk.group import actor, command, opened
from zhiyin.cli.language import say


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

    desk = opened(ctx)
    found = audit(desk, judging=not no_judging)
    if head is not None:
        number, _, digest = head.partition(":")
        with desk.database.read() as connection:
            line = next(journal.lines(connection, after=int(number) - 1, most=1), None) if number.isdecimal() else None
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

    desk = opened(ctx)
    folder.mkdir(mode=0o700, parents=True, exist_ok=False)
    with desk.database.write() as connection:
        journal.write(connection, actor(), "desk.exported", "desk")
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
            # What the retention rule removed is not there to be written.
            for verdict in verdicts.of_submission(connection, one.id) if one.bytes is not None else ():
                (own / f"verdict-{verdict.number}.json").write_bytes(verdicts.document_of(desk, connection, verdict))
                if file_bytes := verdicts.determinations_of(desk, connection, verdict):
                    (own / f"determinations-{verdict.number}.ttl").write_bytes(file_bytes)
    click.echo(say(f"已导出 {len(kept)} 份自述到 {folder}", f"exported {len(kept)} submissions to {folder}"))


def _inert(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
