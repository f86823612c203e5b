"""Worker processes in use by one HTTP process: short queries share the cores, long ones run beside them, late ones end.

A query starts in one of a few places for short queries. One that has not answered after ``patience`` gives its place
back, is lowered in priority and counts as long; one that passes its limit is killed, with its worker, and the next
query forks a new one.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from zhiyin.errors import BadQuery, Overloaded, QueryTimeout, Unavailable
from zhiyin.sparql import channel
from zhiyin.sparql.faults import syntax_error, told
from zhiyin.sparql.job import Answer, Cut, Job
from zhiyin.sparql.spool import Spool

_NICE = 10
_TIMEVAL = struct.Struct("ll")


class _Worker:
    """One connection to a forked process."""

    def __init__(self, path: str, federated: bool) -> None:
        self.channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.federated = federated
        self.generation = path
        self.spent = False
        self.used = 0.0
        self._bound = -1.0
        try:
            self.channel.connect(path)
            self.wait_at_most(10.0)
            self.channel.sendall(b"F" if federated else b"L")
            self.pid, descriptor = channel.receive_hello(self.channel)
            self.shared = mmap.mmap(descriptor, channel.SHARED, prot=mmap.PROT_READ)
            os.close(descriptor)
        except (OSError, channel.ClosedError) as error:
            self.channel.close()
            raise Unavailable("内嵌存储没有应答", "the embedded store does not answer") from error

    def wait_at_most(self, seconds: float) -> None:
        """Let the kernel bound each read: cheaper than a poll before it."""
        if seconds == self._bound:
            return
        self._bound = seconds
        whole = int(seconds)
        timeval = _TIMEVAL.pack(whole, max(int((seconds - whole) * 1e6), 1))
        self.channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)

    def processor_time(self) -> float:
        """Return the processor seconds spent on the query that runs now."""
        try:
            # The clock of another process, as clock_getcpuclockid(3) makes its id.
            return time.clock_gettime((~self.pid << 3) | 2) - self.used
        except OSError:
            return 0.0

    def kill(self) -> None:
        self.spent = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        self.channel.close()
        self.shared.close()


@dataclass(slots=True)
class Figures:
    """What the pool has done and does, for the metrics."""

    running: int = 0
    running_long: int = 0
    waiting: int = 0
    timeouts: int = 0
    crashes: int = 0
    refused: int = 0
    forks: int = 0


class Pool:
    """Runs jobs in workers of the zygote that listens at ``path``."""

    def __init__(
        self, path: str, *, workers: int, long: int, patience: float, queue: int, queue_timeout: float
    ) -> None:
        self.path = path
        self._places = workers
        self._long_places = long
        self._patience = patience
        self._queue = queue
        self._queue_timeout = queue_timeout
        self._lock = threading.Lock()
        self._waiters: deque[threading.Lock] = deque()
        self._idle: list[_Worker] = []
        self.figures = Figures()

    def switch(self, path: str) -> None:
        """Take workers of another zygote from now on; what runs finishes where it is."""
        with self._lock:
            self.path = path
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def close(self) -> None:
        """Let the idle workers end."""
        self.switch(self.path)

    def run(self, job: Job) -> Answer:
        """Return the answer of ``job``; raises BadQuery, QueryTimeout, Overloaded or Unavailable."""
        self._enter()
        place = _Place(self)
        try:
            return self._run(job, place)
        except BaseException:
            place.leave()
            raise

    def _run(self, job: Job, place: _Place) -> Answer:
        started = time.monotonic()
        worker = self._take(federated=bool(job.outline.services))
        try:
            worker.wait_at_most(min(self._patience, job.timeout))
            worker.channel.sendall(channel.pack_json(channel.QUERY, job.message()))
            frame = self._first(worker, job, place, started)
        except (channel.ClosedError, OSError) as error:
            raise self._died(worker, job, started) from error
        except BaseException:
            worker.kill()
            raise
        seconds = time.monotonic() - started
        if frame.kind == channel.WHOLE:
            body = worker.shared[: frame.length]
            worker.used += frame.seconds
            self._give(worker)
            place.leave()
            return Answer(job.format, body, cut=Cut(frame.cut), seconds=seconds, cost=frame.seconds)
        if frame.kind == channel.CHUNK:
            answer = Answer(job.format, None, seconds=seconds)
            answer.chunks = self._stream(worker, job, frame.body, place, started, answer)
            return answer
        self._give(worker)
        raise _fault(job, orjson.loads(frame.body))

    def _first(self, worker: _Worker, job: Job, place: _Place, started: float) -> channel.Frame:
        """Return the first frame; on the way, a query that takes long moves over to the long ones."""
        while True:
            try:
                return channel.receive(worker.channel)
            except BlockingIOError:
                pass
            seconds = time.monotonic() - started
            if seconds >= job.timeout:
                worker.kill()
                self.figures.timeouts += 1
                raise timed_out(seconds, job.timeout)
            # On a busy machine a query may wait long for a core: only what it computes makes it a long one.
            if not worker.spent and worker.processor_time() >= self._patience:
                place.become_long()
                worker.spent = True
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
            left = job.timeout - seconds
            worker.wait_at_most(left if worker.spent else min(self._patience, left))

    def _stream(
        self, worker: _Worker, job: Job, first: bytes, place: _Place, started: float, answer: Answer
    ) -> Iterator[bytes]:
        """Yield the answer while a thread takes it off the worker, so that a slow client does not hold the worker."""
        spool = Spool()
        spool.write(first)

        def pump() -> None:
            try:
                while True:
                    worker.wait_at_most(max(job.timeout - (time.monotonic() - started), 0.001))
                    frame = channel.receive(worker.channel)
                    if frame.kind != channel.CHUNK:
                        break
                    if not spool.write(frame.body):
                        # Nobody wants the rest any more.
                        worker.kill()
                        return
            except BlockingIOError:
                self.figures.timeouts += 1
                worker.kill()
                spool.fail(timed_out(time.monotonic() - started, job.timeout))
            except (OSError, channel.ClosedError):
                spool.fail(self._died(worker, job, started))
            else:
                if frame.kind == channel.END:
                    answer.cut = Cut(frame.cut)
                    self._give(worker)
                    spool.finish()
                else:
                    worker.kill()
                    spool.fail(_fault(job, orjson.loads(frame.body)))
            finally:
                place.leave()

        threading.Thread(target=pump, name="zhiyin-answer", daemon=True).start()
        return spool.chunks()

    def _died(self, worker: _Worker, job: Job, started: float) -> Unavailable:
        worker.kill()
        seconds = time.monotonic() - started
        if seconds >= job.timeout:
            self.figures.timeouts += 1
            return timed_out(seconds, job.timeout)
        self.figures.crashes += 1
        return Unavailable(
            "执行查询的进程被终止：查询用尽了内存，或结构过深；请简化查询或加 LIMIT",
            "the process that ran the query ended: it used up its memory or is too deep; simplify it or add a LIMIT",
            details={"seconds": round(seconds, 3)},
        )

    def _enter(self) -> None:
        """Wait for a place among the short queries, first come first served."""
        with self._lock:
            if self._places > 0 and not self._waiters:
                self._places -= 1
                self.figures.running += 1
                return
            if len(self._waiters) >= self._queue:
                self.figures.refused += 1
                raise Overloaded(
                    "同时执行的查询过多，请稍后再试",
                    "too many queries at once, please try again later",
                    details={"retryAfter": 1},
                )
            turn = threading.Lock()
            turn.acquire()
            self._waiters.append(turn)
            self.figures.waiting += 1
        mine = turn.acquire(timeout=self._queue_timeout)
        with self._lock:
            self.figures.waiting -= 1
            if mine or turn not in self._waiters:
                # A place was handed over, perhaps in the last moment of the wait.
                self.figures.running += 1
                return
            self._waiters.remove(turn)
            self.figures.refused += 1
        raise Overloaded(
            f"排队超过 {self._queue_timeout:g} 秒",
            f"waited longer than {self._queue_timeout:g} s for a place",
            details={"retryAfter": max(1, round(self._queue_timeout))},
        )

    def _hand_on(self) -> None:
        """Give a place of the short queries to whoever waits longest; the lock is held."""
        if self._waiters:
            self._waiters.popleft().release()
        else:
            self._places += 1

    def _take(self, *, federated: bool) -> _Worker:
        with self._lock:
            path = self.path
            for index in range(len(self._idle) - 1, -1, -1):
                if self._idle[index].federated == federated:
                    return self._idle.pop(index)
            self.figures.forks += 1
        return _Worker(path, federated)

    def _give(self, worker: _Worker) -> None:
        # Only root may raise a priority again, so a worker that was lowered is not used twice.
        with self._lock:
            keep = not worker.spent and worker.generation == self.path
            if keep:
                self._idle.append(worker)
        if not keep:
            worker.close()


class _Place:
    """The place that one query holds, first among the short ones, later perhaps among the long ones."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._held = "short"

    def become_long(self) -> None:
        """Move over, if there is room; where there is none the place among the short ones stays taken."""
        pool = self._pool
        with pool._lock:
            if pool._long_places > 0:
                pool._long_places -= 1
                pool.figures.running_long += 1
                self._held = "long"
                pool._hand_on()

    def leave(self) -> None:
        """Give the place back, once."""
        pool = self._pool
        with pool._lock:
            if self._held == "short":
                pool._hand_on()
            elif self._held == "long":
                pool._long_places += 1
                pool.figures.running_long -= 1
            else:
                return
            pool.figures.running -= 1
            self._held = ""


def timed_out(seconds: float, limit: float) -> QueryTimeout:
    """Return the error that tells how long a query ran and what to do."""
    return QueryTimeout(
        f"查询执行了 {seconds:.1f} 秒，超过 {limit:g} 秒的上限，已被终止；请缩小范围（加条件、去掉笛卡尔积、加 LIMIT）",
        f"the query ran for {seconds:.1f} s, past its limit of {limit:g} s, and was ended; narrow it down "
        "(add conditions, avoid cartesian products, add a LIMIT)",
        details={"seconds": round(seconds, 3), "limit": limit},
    )


def _fault(job: Job, fault: dict[str, object]) -> BadQuery:
    if fault["kind"] == "told":
        return told(str(fault["zh"]), str(fault["en"]), fault.get("line"), fault.get("column"))
    message = str(fault["message"])
    if fault["kind"] == "syntax":
        line, column = fault.get("line"), fault.get("column")
        return syntax_error(
            job.text,
            message,
            line if isinstance(line, int) else None,
            column if isinstance(column, int) else None,
        )
    return BadQuery(f"查询无法执行：{message}", f"the query cannot be evaluated: {message}")
