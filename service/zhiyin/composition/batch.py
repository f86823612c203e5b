"""Many submissions in, one row a company out: outcomes by section, in input order, a broken file being a row too."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.errors import Message, Place, TooLarge, ZhiyinError
from zhiyin.intake.determinations import Determination, Rulings
from zhiyin.intake.faults import Notice
from zhiyin.intake.submission import SYNTAXES
from zhiyin.law.outcome import Outcome
from zhiyin.report.outputs import OUTPUTS, RETURNED, render, returned
from zhiyin.report.words import file_name
from zhiyin.validation.judgement import Judgement, Verdict
from zhiyin.validation.policy import TierStatus

if TYPE_CHECKING:
    from distributed import Client

"""The local numbers of the eight sections that every tier has."""
SUFFIXES = frozenset({*SYNTAXES, ".xlsx"})
_IN_FLIGHT = 4
_TOO_MUCH = TooLarge(
    "处理这份文件需要的内存超过上限，或结构嵌套过深：请拆成几个文件",
    "work on this file needs more memory than its limit, or is nested too deep: split it into several files",
)
REPORTS = ("docx", "html", "xlsx", RETURNED)
"""The forms in which a firm of a batch can have a report of its own."""


@dataclass(frozen=True, slots=True)
class Report:
    """The report on one firm: the form it has, a name for its file, and its bytes."""

    form: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """One company of one file, or the fault for which the file could not be judged."""

    source: str
    company: str = ""
    name: str = ""
    declared_tier: int | None = None
    assessed_tier: int | None = None
    achieved_tier: int | None = None
    status: str = ""
    check_date: str = ""
    check_date_from: str = ""
    sections: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    error: Message | None = None
    where: str = ""
    credit_code: str = ""
    outcomes: tuple[tuple[str, str], ...] = ()
    """Clause number to outcome, in the order of the text."""
    internal: bool = False
    """Whether the fault is ours and says nothing of the file."""
    notices: int = 0
    """How many things of the file want a second look."""
    faults: tuple[tuple[str, Message], ...] = ()
    """Every fault of a file that was not judged: where, and what."""
    ruled: tuple[Determination, ...] = field(default=(), compare=False)
    """The rulings that settled a clause of the company."""
    reports: tuple[Report, ...] = field(default=(), compare=False)
    """The reports on the company, as far as they were asked for."""
    extra: dict[str, object] = field(default_factory=dict, compare=False)

    def counts(self, section: str) -> dict[str, int]:
        """Return outcome to number of clauses in ``section`` (``1`` … ``8``)."""
        return dict(dict(self.sections).get(section, ()))

    def as_json(self) -> dict[str, object]:
        """Return the row as the matrix prints it."""
        body: dict[str, object] = {"source": self.source}
        if self.error is not None:
            return {**body, "error": {"zh": self.error.zh, "en": self.error.en, "where": self.where or None}}
        return {
            **body,
            "company": self.company,
            "name": self.name,
            "creditCode": self.credit_code,
            "declaredTier": self.declared_tier,
            "assessedTier": self.assessed_tier,
            "status": self.status,
            "achievedTier": self.achieved_tier,
            "checkDate": self.check_date,
            "checkDateFrom": self.check_date_from,
            "sections": {section: dict(counts) for section, counts in self.sections},
        }


def _where(place: Place) -> str:
    """Return a place in words without the file, which the row names, and with IRIs cut to their ends."""
    node, path = (part and part.replace("#", "/").rpartition("/")[2] for part in (place.node, place.path))
    return replace(place, source=None, node=node, path=path).words.zh


def submission_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of ``paths``, and of each folder those that may be submissions, sorted by path."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and not is_foreign(p.name))
        else:
            yield path


def skipped_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of the folders among ``paths`` that are passed over: of other kinds, or an office program's locks."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and is_foreign(p.name))


def is_foreign(name: str) -> bool:
    """Return whether a file of a folder is no submission by its name: of another kind, a lock file, a hidden one."""
    return Path(name).suffix.lower() not in SUFFIXES or name.startswith(("~$", ".~lock.", "."))


def judge_file(path: str, asked: Asked, reports: Sequence[str] = ()) -> list[Row]:
    """Return a row for each company of the file at ``path``; a file that cannot be judged gives one row with its fault."""
    try:
        return judge_content(Path(path).read_bytes(), path, asked, reports)
    except OSError as error:
        return [Row(path, error=Message(f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}"))]


def judge_content(data: bytes, path: str, asked: Asked, reports: Sequence[str] = ()) -> list[Row]:
    """Return a row for each company of ``data``, the file named ``path``, each with its ``reports`` (of REPORTS)."""
    try:
        judgement = judge_bytes(data, rules(), asked, source=Path(path).name)
        # A ruling on another firm of the batch is no matter of this one.
        wanting = sum(not notice.kind.startswith("ruling") for notice in judgement.notices)
        return [
            replace(_row(path, verdict, wanting), reports=_reports(judgement, verdict, data, reports))
            for verdict in judgement.verdicts
        ]
    except ZhiyinError as error:
        return [refused(path, error)]
    except (MemoryError, RecursionError):
        return [refused(path, _TOO_MUCH)]
    except Exception as error:
        # Its kind alone: the text of an exception may hold what was submitted.
        kind = type(error).__name__
        message = Message(
            f"程序内部错误（{kind}），这份自述没有评定", f"a fault inside ({kind}): this submission was not judged"
        )
        return [Row(path, error=message, internal=True)]


def refused(path: str, error: ZhiyinError) -> Row:
    """Return the row of a file that could not be judged, with all its faults."""
    listed = error.details.get("faults")
    faults = [
        ("，".join(str(fault[k]) for k in ("sheet", "cell", "line") if fault.get(k)), Message(fault["zh"], fault["en"]))
        for fault in (listed if isinstance(listed, list) else [])
    ]
    return Row(path, error=error.message, where=_where(error.place), faults=tuple(faults))


def _reports(judgement: Judgement, verdict: Verdict, data: bytes, forms: Sequence[str]) -> tuple[Report, ...]:
    """Return the reports on one company of a file; a workbook is sent back only where one came."""
    own = replace(judgement, verdicts=(verdict,))
    found = []
    for form in forms:
        if form != RETURNED:
            output = OUTPUTS[form]
            found.append(Report(form, file_name(own, "评定报告" + output.suffix), render(own, output)))
        elif data.startswith(b"PK\x03\x04"):
            found.append(Report(form, file_name(own, "评定结果.xlsx"), returned(own, data)))
    return tuple(found)


def _row(path: str, verdict: Verdict, notices: int) -> Row:
    by_section = []
    for section in dict.fromkeys(c.requirement.number.split(".")[1] for c in verdict.clauses):
        counts = Counter(c.outcome for c in verdict.clauses if c.requirement.number.split(".")[1] == section)
        by_section.append((section, tuple((str(o), counts.get(o, 0)) for o in Outcome)))
    return Row(
        path,
        verdict.company,
        verdict.name,
        verdict.declared_tier,
        verdict.assessed_tier,
        verdict.achieved_tier,
        str(verdict.status),
        verdict.day.check.isoformat(),
        str(verdict.day.source),
        tuple(by_section),
        credit_code=verdict.credit_code,
        notices=notices,
        outcomes=tuple((clause.requirement.number, str(clause.outcome)) for clause in verdict.clauses),
        ruled=tuple(c.determination for c in verdict.clauses if c.determination is not None),
    )


def told_of_rulings(rulings: Rulings, ruled: Collection[Determination]) -> list[Notice]:
    """Return what of the file of rulings is none, and each that settled nothing of any firm; ``ruled`` are those that did."""
    found = [*rulings.notices]
    for each in rulings.determinations:
        if each not in ruled:
            message = Message(
                f"条款 {each.clause} 的认定没有用在这一批的任何一家公司；单独评定所说的公司，可看到原因",
                f"the ruling on {each.clause} was applied to no firm of this batch; judge its firm alone to see why",
            )
            found.append(Notice("ruling", message, each.place, each.by))
    return found


def judge_files(
    paths: Sequence[Path], asked: Asked, *, jobs: int = 1, reports: Sequence[str] = ()
) -> Iterator[list[Row]]:
    """Yield the rows of each file in input order; memory does not grow with the number of files."""
    judging = partial(judge_file, asked=asked, reports=reports)
    if jobs <= 1:
        yield from (judging(str(path)) for path in paths)
        return
    remaining = iter(str(path) for path in paths)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[list[Row]]] = deque(
            pool.submit(judging, path) for path in islice(remaining, jobs * _IN_FLIGHT)
        )
        while waiting:
            rows = waiting.popleft().result()
            waiting.extend(pool.submit(judging, path) for path in islice(remaining, 1))
            yield rows


def judge_on_dask(
    paths: Sequence[Path], asked: Asked, address: str, *, reports: Sequence[str] = ()
) -> Iterator[list[Row]]:
    """Yield the rows of each file in input order, judged on the Dask cluster at ``address``.

    The cluster's workers must see the same files. A worker that dies has its files judged again by another.
    """
    from distributed import Client

    client: Client
    with Client(address, timeout="30s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
        shared: Any = client.scatter(asked, broadcast=True)  # type: ignore[no-untyped-call]
        remaining = iter(str(path) for path in paths)
        window = max(8, 4 * sum(client.nthreads().values()))  # type: ignore[no-untyped-call]
        waiting: deque[Any] = deque(_submit(client, path, shared, reports) for path in islice(remaining, window))
        while waiting:
            rows: list[Row] = waiting.popleft().result()
            waiting.extend(_submit(client, path, shared, reports) for path in islice(remaining, 1))
            yield rows


def _submit(client: Client, path: str, shared: Any, reports: Sequence[str]) -> Any:  # noqa: ANN401 - Dask's futures are not typed
    return client.submit(judge_file, path, shared, tuple(reports), pure=False, retries=5)


def exit_status(statuses: Sequence[str], *, broken: bool) -> int:
    """Return 0 where every tier is met, 2 on bad input, 1 where a tier is not met, 3 where one is undetermined."""
    if broken:
        return 2
    if str(TierStatus.NOT_MET) in statuses:
        return 1
    return 3 if str(TierStatus.UNDETERMINED) in statuses else 0
