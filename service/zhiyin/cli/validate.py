"""``zhiyin validate``: self-descriptions in, the verdict on every clause out; a folder gives a matrix."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.bounded import bounded
from zhiyin.cli.editions import TierType
from zhiyin.cli.folding import folded
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import language, say
from zhiyin.errors import BadParameter, ZhiyinError

if TYPE_CHECKING:
    from rich.console import Console

    from zhiyin.composition.batch import Row
    from zhiyin.composition.judging import Asked
    from zhiyin.intake.determinations import Determination, Rulings
    from zhiyin.intake.faults import Notice
    from zhiyin.validation.judgement import JudgedClause, Judgement, Verdict

_LISTED = 6
"""How many things a line of the table names."""
_FORMATS = ("table", "json", "html", "csv", "xlsx", "docx", "returned", "ttl", "jsonld", "rdf", "nt", "trig")
_BINARY = ("xlsx", "docx", "returned")


@click.command(
    cls=BilingualCommand,
    help=say(
        "验证公司的自述（RDF 或 Excel 表），给出所属类别每一条款的结论。文件夹给出公司 × 章节的矩阵。"
        "退出码：0 全部达到，1 有未达到，3 有尚不能确定，2 输入有误。",
        "Validate self-descriptions (RDF or the Excel form): a verdict for every clause of the tier. A folder gives a "
        "matrix of companies by section. Exit code: 0 all met, 1 one is not met, 3 one is undetermined, 2 bad input.",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE...")
@click.option(
    "--tier",
    type=TierType(),
    help=say("按这一类评定，而不是申报的类别。", "Judge against this tier instead of the claimed one."),
)
@click.option(
    "--date",
    "day",
    metavar="YYYY-MM-DD",
    help=say(
        "核查日；不写的按各自述自己的事实截止日。", "Check date; by default each self-description’s own as-of date."
    ),
)
@click.option(
    "--determinations",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say(
        "监管人员的认定：RDF，或填好“认定”表的工作簿。",
        "The regulator's determinations: RDF, or a workbook with the sheet 认定 filled in.",
    ),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help=say(
        "输出格式；docx 是 Word 报告，returned 是带批注的原表。",
        "Output format; docx is the report for Word, returned your own workbook with the findings in it.",
    ),
)
@click.option("--json", "as_json", is_flag=True, help=say("同 --format json。", "The same as --format json."))
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help=say("写入文件。", "Write to this file.")
)
@click.option(
    "--engine",
    type=click.Choice(["shacl", "pyshacl"]),
    default="shacl",
    show_default=True,
    help=say("SHACL 引擎。", "SHACL engine."),
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help=say("文件夹用几个进程。", "Processes for a folder."),
)
@click.option(
    "--dask", metavar="ADDRESS", help=say("在此 Dask 集群上运行文件夹。", "Run a folder on this Dask cluster.")
)
@click.option(
    "--reports",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=say(
        "把每家公司的报告和总览写入此文件夹。", "Write a report on each company and the overview into this folder."
    ),
)
@click.option(
    "--report-format",
    "report_forms",
    type=click.Choice(["docx", "html", "xlsx", "returned"]),
    multiple=True,
    help=say(
        "报告的格式，可写几次；默认 docx。", "The form of the reports; may be given more than once; docx by default."
    ),
)
@click.option("--matrix", is_flag=True, help=say("几个文件也给出矩阵。", "Give a matrix for files too."))
@click.option(
    "--all", "every", is_flag=True, help=say("表格中也列出符合的条款。", "List satisfied clauses in the table as well.")
)
@bounded
def command(
    files: tuple[Path, ...],
    tier: int | None,
    day: str | None,
    determinations: Path | None,
    form: str,
    as_json: bool,
    output: Path | None,
    engine: str,
    jobs: int,
    dask: str | None,
    folder: Path | None,
    report_forms: tuple[str, ...],
    matrix: bool,
    every: bool,
) -> int:
    """Run the command and return its exit code."""
    from zhiyin.cli.matrix import FORMS, write_matrix
    from zhiyin.composition.batch import judge_files, judge_on_dask, skipped_files, submission_files, told_of_rulings
    from zhiyin.composition.batch_reports import into_folder
    from zhiyin.composition.judging import Asked, check_date
    from zhiyin.validation.engine import Engine, fallback

    slow = fallback() if engine == Engine.COMPILED else None
    if slow is not None:
        click.echo(say(slow.zh, slow.en), err=True)
    try:
        rulings = _rulings(determinations)
    except ZhiyinError as error:
        if determinations is None or "faults" not in error.details:
            raise
        _complain(determinations, error)
        return 2
    asked = Asked(check_date(day, "--date"), tier, rulings, Engine(engine))
    chosen = "json" if as_json else form
    if report_forms and folder is None:
        raise BadParameter(
            "--reports", "", zh="--report-format 须与 --reports 同用", en="--report-format needs --reports"
        )
    if matrix or dask or folder is not None or any(path.is_dir() for path in files):
        if chosen not in FORMS:
            raise BadParameter("--format", chosen, list(FORMS))
        _refuse_terminal(chosen, output)
        paths = list(submission_files(files))
        skipped = [str(path) for path in skipped_files(files)]
        for path in skipped:
            click.echo(say(f"略过，不是自述：{path}", f"skipped, no submission: {path}"), err=True)
        if not paths:
            raise BadParameter(
                "FILE", str(files[0]), zh="文件夹中没有 RDF 或 .xlsx 文件", en="no RDF or .xlsx file in the folder"
            )
        wanted = (report_forms or ("docx",)) if folder is not None else ()
        reports = into_folder(folder) if folder is not None else None
        source = (
            judge_on_dask(paths, asked, dask, reports=wanted)
            if dask
            else judge_files(paths, asked, jobs=jobs, reports=wanted)
        )
        ruled: set[Determination] = set()
        status = write_matrix(_noting(source, ruled), len(paths), chosen, output, reports=reports, skipped=skipped)
        for notice in told_of_rulings(rulings, ruled):
            click.echo(f"{notice.place}: {notice.message.in_language(language())}", err=True)
        if folder is not None:
            click.echo(say(f"已写入 {folder}", f"written into {folder}"), err=True)
        return status
    _refuse_terminal(chosen, output)
    return _each(files, asked, chosen, output, every)


def _noting(source: Iterable[list[Row]], ruled: set[Determination]) -> Iterator[list[Row]]:
    """Yield the rows of ``source``, adding the rulings that they used to ``ruled``."""
    for rows in source:
        ruled.update(each for row in rows for each in row.ruled)
        yield rows


def _refuse_terminal(form: str, output: Path | None) -> None:
    if form in _BINARY and output is None and sys.stdout.isatty():
        raise BadParameter(
            "--output", "", zh="二进制格式请用 --output 写入文件", en="write a binary format with --output"
        )


def _rulings(path: Path | None) -> Rulings:
    from zhiyin.composition.judging import rules
    from zhiyin.intake.determinations import NO_RULINGS
    from zhiyin.intake.rulings import read_rulings

    return NO_RULINGS if path is None else read_rulings(path.read_bytes(), rules().vocabulary, source=path.name)


def _each(files: tuple[Path, ...], asked: Asked, form: str, output: Path | None, every: bool) -> int:
    from zhiyin.composition.batch import exit_status
    from zhiyin.composition.judging import judge_bytes, rules
    from zhiyin.report.outputs import OUTPUTS, RETURNED, render, returned

    statuses: list[str] = []
    broken = False
    if form != "table" and len(files) > 1:
        raise BadParameter(
            "--format", form, zh="几个文件请用 table 或 --matrix", en="for several files use table or --matrix"
        )
    for path in files:
        data = path.read_bytes()
        try:
            judgement = judge_bytes(data, rules(), asked, source=path.name)
        except ZhiyinError as error:
            broken = True
            _complain(path, error)
            continue
        statuses += [str(verdict.status) for verdict in judgement.verdicts]
        if form == "table":
            _print_table(judgement, every)
        else:
            _write(returned(judgement, data) if form == RETURNED else render(judgement, OUTPUTS[form]), output)
    return exit_status(statuses, broken=broken)


def _complain(path: Path, error: ZhiyinError) -> None:
    where = str(error.place)
    click.echo(f"{path}: {where + ': ' if where else ''}{error.message.in_language(language())}", err=True)
    faults = error.details.get("faults")
    if isinstance(faults, list) and len(faults) > 1:
        for fault in faults[:20]:
            place = " ".join(str(fault[key]) for key in ("sheet", "cell", "node", "path") if key in fault)
            click.echo(f"  - {fault['zh'] if language() == 'zh' else fault['en']}  [{place}]", err=True)


def _write(data: bytes, output: Path | None) -> None:
    if output is not None:
        output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _print_table(judgement: Judgement, every: bool) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for verdict in judgement.verdicts:
        _print_verdict(console, verdict, every)
    for notice in judgement.notices:
        _print_notice(console, notice, judgement.source)
    for term in judgement.unknown:
        near = f"；是否指 {term.nearest}？" if term.nearest else ""
        near_en = f"; did you mean {term.nearest}?" if term.nearest else ""
        line = "" if term.line is None else say(f"第 {term.line} 行，", f"line {term.line}, ")
        console.print(
            say(
                f"未知词条 {term.term}（{line}{term.node}）{near}",
                f"unknown term {term.term} ({line}{term.node}){near_en}",
            ),
            style="yellow",
        )
    for node in judgement.unvisited:
        console.print(say(f"没有形状检查过节点 {node}", f"no shape looked at node {node}"), style="yellow")


def _print_notice(console: Console, notice: Notice, submitted: str) -> None:
    from rich.text import Text

    parts = notice.place.as_dict().items()
    where = " ".join(str(part) for key, part in parts if key != "source" or part != submitted)
    said = [notice.message, *(part for part in (notice.meant, notice.remedy) if part is not None)]
    words = "；".join(part.zh for part in said) if language() == "zh" else "; ".join(part.en for part in said)
    console.print(Text(f"{say('须核对', 'look again')} [{where}] {words}", "yellow"))


def _print_verdict(console: Console, verdict: Verdict, every: bool) -> None:
    from rich.text import Text

    from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
    from zhiyin.model import tier_name
    from zhiyin.validation.day import DAY_FROM_LABELS
    from zhiyin.validation.policy import STATUS_LABELS, TierStatus

    english = language() == "en"
    styles = {TierStatus.MET: "bold green", TierStatus.NOT_MET: "bold red", TierStatus.UNDETERMINED: "bold yellow"}
    title = Text(f"{verdict.name or verdict.company}  ")
    status = str(verdict.status) if english else STATUS_LABELS[verdict.status]
    title.append(f"{tier_name(verdict.assessed_tier)} {status}", styles[verdict.status])
    counts = verdict.summary()
    title.append(f"  {say('核查日', 'check date')} {verdict.day.check} ", "dim")
    origin = DAY_FROM_LABELS[verdict.day.source]
    title.append(say(f"（{origin.zh}）", f"({origin.en})"), "dim")
    console.print(title)
    tally = "  ".join(f"{str(o) if english else OUTCOME_LABELS[o]} {counts[o]}" for o in Outcome)
    console.print(Text(f"  {tally}"))
    best = tier_name(verdict.achieved_tier) or say("无", "none")
    console.print(
        say(f"  据自述，事实支持的最高类别：{best}", f"  as stated, the highest tier the facts support: {best}"),
        style="dim",
    )
    kept = {Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL} | (set(Outcome) if every else set())
    shown = [clause for clause in verdict.clauses if clause.outcome in kept]
    if not shown:
        return
    colours = {Outcome.VIOLATED: "red", Outcome.UNDECLARED: "yellow", Outcome.MANUAL: "magenta"}
    for clause in shown:
        outcome = str(clause.outcome) if english else OUTCOME_LABELS[clause.outcome]
        head = Text(f"  {clause.requirement.number:<10}")
        head.append(outcome, f"bold {colours.get(clause.outcome, 'green')}")
        head.append(f"  {clause.requirement.obligation}", "dim")
        console.print(head)
        _print_lines(console, clause.requirement.text, "            ")
        for message, remedies, places in _grouped(clause, verdict.company):
            _print_lines(console, message + (f"（{places}）" if places else ""), "            ", "• ")
            for remedy in remedies:
                _print_lines(console, remedy, "              ", "→ ", style="bold")
        silent = sum(found.outcome is not clause.outcome for found in clause.findings)
        if silent and clause.outcome is not Outcome.SATISFIED:
            rest = say(f"另有 {silent} 项见完整报告", f"{silent} more in the full report")
            _print_lines(console, rest, "              ", style="dim")


def _grouped(clause: JudgedClause, company: str) -> list[tuple[str, list[str], str]]:
    """Return what decides a clause: each message once, with its remedies and the things it is said of."""
    groups: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for found in clause.findings:
        if found.outcome is clause.outcome:
            remedies, labels = groups.setdefault(found.message.in_language(language()), ({}, {}))
            if found.remedy is not None:
                remedies[found.remedy.in_language(language())] = None
            if found.node != company:
                labels[found.label] = None
    if not groups and clause.remedy is not None:
        return [(clause.remedy.in_language(language()), [], "")]
    return [(message, list(remedies), _named(list(labels))) for message, (remedies, labels) in groups.items()]


def _named(labels: list[str]) -> str:
    more = say(f" 等 {len(labels)} 项", f" and {len(labels) - _LISTED} more") if len(labels) > _LISTED else ""
    return say("、", ", ").join(labels[:_LISTED]) + more


def _print_lines(console: Console, text: str, indent: str, mark: str = "", *, style: str = "") -> None:
    """Print ``text`` folded to the console's width, following lines under the first character after ``mark``."""
    from rich.text import Text

    lines = folded(text, max(20, console.width - len(indent) - len(mark)))
    for index, line in enumerate(lines):
        console.print(Text(indent + (mark if index == 0 else " " * len(mark)) + line, style), no_wrap=True)
