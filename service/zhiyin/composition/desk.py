"""Wires the desk: its database and vault to the one door for judging, here, in other processes or on a Dask cluster."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from functools import cache
from itertools import islice
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from zhiyin.composition.desk_moves import Draft, moves, read_draft, stood, stood_in
from zhiyin.composition.judging import Asked, judge_submission, law_of, rules
from zhiyin.desk import jobs, work
from zhiyin.desk.database import Database
from zhiyin.desk.desk import Desk
from zhiyin.desk.extraction import judged, rules_of
from zhiyin.desk.faults import BadSetting
from zhiyin.desk.judged import Case, JudgeCase, Judged, Retried, rules_text
from zhiyin.desk.options import Options
from zhiyin.desk.overlay import base_of, laid_over
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.place import place_of
from zhiyin.errors import ZhiyinError
from zhiyin.intake.determinations import NO_RULINGS
from zhiyin.intake.reading import read_any
from zhiyin.intake.rulings import read_rulings
from zhiyin.intake.submission import Submission
from zhiyin.law.rules import Rules
from zhiyin.validation.judgement import Judgement

if TYPE_CHECKING:
    from distributed import Client


def open_desk(
    named: str,
    options: Options | None = None,
    *,
    new: bool = False,
    passwords: Passwords | None = None,
    judge: JudgeCase | None = None,
    most_pages: int | None = None,
) -> Desk:
    """Return the desk at a place; BadSetting where none was made there, unless ``new`` asks to make it."""
    chosen = options or Options.from_environment()
    database = Database(place_of(named), most_pages=most_pages)
    if not new and not database.is_made():
        raise BadSetting(
            f"{database.place} 还没有监管台：请先运行 zhiyin desk init",
            f"there is no desk at {database.place} yet: run zhiyin desk init first",
        )
    database.upgrade()
    return Desk(database, chosen.vault(), passwords or Passwords(), judge or judge_case, try_cases, chosen, law_of)


@cache
def served_desk(named: str) -> Desk:
    """Return the desk that this process serves, opened once."""
    return open_desk(named)


def check_desk(named: str) -> None:
    """Bring the desk at a place up to date and let go of it; BadSetting where there is none or it cannot be opened."""
    open_desk(named).database.close()


def judge_case(case: Case) -> Judged:
    """Judge one case under the law in use."""
    submission = _read(case)
    return judged(_judgement(case, submission, rules()), submission, case.key)


def _read(case: Case) -> Submission:
    return read_any(case.data, rules(), source=case.source, media_type=case.media, of_vocabulary=rules)


def _judgement(case: Case, submission: Submission, law: Rules) -> Judgement:
    rulings = NO_RULINGS
    if case.rulings:
        rulings = read_rulings(case.rulings, law.vocabulary, source="determinations.ttl")
    return judge_submission(submission, law, Asked(day=case.day, rulings=rulings))


def on_cluster(client: Client) -> JudgeCase:
    """Return a judge that has a Dask cluster do it; a case whose worker dies is judged by another."""

    def judge(case: Case) -> Judged:
        future: Any = client.submit(_judged_or_refused, case, pure=False, retries=5)
        result: Judged | ZhiyinError = future.result()
        if isinstance(result, ZhiyinError):
            raise result
        return result

    return judge


def _judged_or_refused(case: Case) -> Judged | ZhiyinError:
    """Return what is wrong with a case as a value: an error raised over there would be tried again and again."""
    try:
        return judge_case(case)
    except ZhiyinError as error:
        if error.status >= 500:
            raise
        return error


def try_cases(overlay: bytes, cases: Iterable[Case]) -> Iterator[Retried]:
    """Judge cases now and under an overlay, in a process a core; a few are under way at a time."""
    laid_over(base_of(law_of, overlay), overlay)
    count = os.cpu_count() or 1
    remaining = iter(cases)
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[Retried]] = deque(
            pool.submit(_retried, overlay, case) for case in islice(remaining, count * 2)
        )
        while waiting:
            found = waiting.popleft().result()
            waiting.extend(pool.submit(_retried, overlay, case) for case in islice(remaining, 1))
            yield found


@cache
def _draft(overlay: bytes) -> Draft:
    return read_draft(base_of(law_of, overlay), overlay)


def _retried(overlay: bytes, case: Case) -> Retried:
    submission, draft = _read(case), _draft(overlay)
    judgement = _judgement(case, submission, draft.rules)
    after = judgement.verdicts[0]
    rested = rules_of(judgement)
    hashes = rested["rules"]
    if isinstance(hashes, dict):
        rested["rules"] = {name: value for name, value in hashes.items() if name != "overlay"}
    if case.known and rules_text(rested) == case.known_rules:
        # The same rules made this verdict of the same bytes: made again it would be the same.
        told = json.loads(case.known)["verdicts"][0]
        status, before = str(told["status"]), stood_in(told)
    else:
        verdict = _judgement(case, submission, rules()).verdicts[0]
        status, before = str(verdict.status), stood(verdict)
    return Retried(case.key, after.assessed_tier, status, str(after.status), tuple(moves(before, stood(after), draft)))


def work_on(desk: Desk, *, dask: str | None = None, until_idle: bool = False, parent: int | None = None) -> None:
    """Work on the queue of a desk until a signal comes, the queue is empty or the parent process is gone."""
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())

    def goes_on() -> bool:
        if stopping.is_set() or (parent is not None and os.getppid() != parent):
            return False
        if not until_idle:
            return True
        with desk.database.read() as connection:
            return jobs.waiting(connection) > 0

    if dask is None:
        work.work(desk, goes_on)
        return
    from distributed import Client

    try:
        connected = Client(dask, timeout="30s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise BadSetting(f"连不上 Dask 集群 {dask}", f"no Dask cluster answers at {dask}") from error
    with connected as client:
        # Each thread waits for one case; the cluster's own threads are what is busy.
        far = replace(desk, judge=on_cluster(client))
        count = max(2, min(32, 2 * sum(client.nthreads().values())))
        threads = [threading.Thread(target=work.work, args=(far, goes_on), daemon=True) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
