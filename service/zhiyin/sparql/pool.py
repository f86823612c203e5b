"""Worker processes in use by one HTTP process: short queries share the cores, long ones run beside them, late ones end.

A query starts in one of a few places for short queries. One that has not answered after ``patience`` gives its place
back, is lowered in priority and counts as long: where there is no place for another long one, or the client has its
share of them, it is halted until there is. One that passes its limit, or whose client has left, is killed, with its
worker, and the next query forks a new one. Places go round among the clients that wait.
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
from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson

from zhiyin.caller import CALLER, Caller
from zhiyin.errors import BadQuery, Overloaded, QueryTimeout, Unavailable
from zhiyin.places import Places, QueueFull
from zhiyin.sparql import channel
from zhiyin.sparql.faults import syntax_error, told
from zhiyin.sparql.job import Answer, Cut, Job
from zhiyin.sparql.spool import Spool

_NICE = 10
_GLANCE = 0.5
"""How often a long query is asked whether its client is still there."""
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
    abandoned: int = 0
    refused: int = 0
    forks: int = 0


class Pool:
    """Runs jobs in workers of the zygote that listens at ``path``."""

    def __init__(
        self,
        path: str,
        *,
        workers: int,
        long: int,
        long_of_one: int,
        patience: float,
        queue: int,
        queue_timeout: float,
    ) -> None:
        self.path = path
        self._short = Places(workers, workers, queue)
        # Whoever waits here holds no place any more; the limits of clients bound how many do.
        self._long = Places(long, min(long_of_one, long), 1 << 20)
        self._patience = patience
        self._queue_timeout = queue_timeout
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._counts = Figures()

    @property
    def figures(self) -> Figures:
        """What the pool has done, and does now."""
        short, long = self._short.taken, self._long.taken
        return replace(self._counts, running=short + long, running_long=long, waiting=self._short.waiters)

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
        place = self._enter(CALLER.get())
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
                self._counts.timeouts += 1
                raise timed_out(seconds, job.timeout)
            # On a busy machine a query may wait long for a core: only what it computes makes it a long one.
            if not worker.spent and worker.processor_time() >= self._patience:
                self._become_long(worker, place, job.timeout - seconds)
            elif worker.spent and place.caller.gone():
                self._counts.abandoned += 1
                raise Unavailable("提出查询的客户端已离开", "the client that asked has left")
            left = max(job.timeout - (time.monotonic() - started), 0.001)
            worker.wait_at_most(min(_GLANCE if worker.spent else self._patience, left))

    def _become_long(self, worker: _Worker, place: _Place, seconds: float) -> None:
        """Move a query over to the long ones; where they are too many it is halted until there is room."""
        worker.spent = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
        # Asked now, while it surely waits: the first look tells which connections to look at later.
        place.caller.gone()
        if not self._long.most:
            return
        if not place.become_long(0):
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGSTOP)
            if not place.become_long(min(seconds, self._queue_timeout)):
                self._counts.refused += 1
                raise Overloaded(
                    "同时执行的长查询过多，请稍后再试，或缩小查询的范围",
                    "too many long queries at once, please try again later, or narrow the query down",
                    details={"retryAfter": max(1, round(self._queue_timeout))},
                )
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGCONT)

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
                self._counts.timeouts += 1
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
            self._counts.timeouts += 1
            return timed_out(seconds, job.timeout)
        self._counts.crashes += 1
        return Unavailable(
            "执行查询的进程被终止：查询用尽了内存，或结构过深；请简化查询或加 LIMIT",
            "the process that ran the query ended: it used up its memory or is too deep; simplify it or add a LIMIT",
            details={"seconds": round(seconds, 3)},
        )

    def _enter(self, caller: Caller) -> _Place:
        """Wait for a place among the short queries."""
        try:
            if self._short.enter(caller.address, self._queue_timeout):
                return _Place(self._short, self._long, caller)
        except QueueFull:
            self._counts.refused += 1
            raise Overloaded(
                "同时执行的查询过多，请稍后再试",
                "too many queries at once, please try again later",
                details={"retryAfter": 1},
            ) from None
        self._counts.refused += 1
        raise Overloaded(
            f"排队超过 {self._queue_timeout:g} 秒",
            f"waited longer than {self._queue_timeout:g} s for a place",
            details={"retryAfter": max(1, round(self._queue_timeout))},
        )

    def _take(self, *, federated: bool) -> _Worker:
        with self._lock:
            path = self.path
            for index in range(len(self._idle) - 1, -1, -1):
                if self._idle[index].federated == federated:
                    return self._idle.pop(index)
            self._counts.forks += 1
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

    def __init__(self, short: Places, long: Places, caller: Caller) -> None:
        self.caller = caller
        self._long = long
        self._held: Places | None = short
        self._lock = threading.Lock()

    def become_long(self, seconds: float) -> bool:
        """Leave the place among the short ones and take one among the long ones within ``seconds``, if it can be had."""
        self.leave()
        if self._long.enter(self.caller.address, seconds):
            self._held = self._long
            return True
        return False

    def leave(self) -> None:
        """Give the place back, once."""
        with self._lock:
            held, self._held = self._held, None
        if held is not None:
            held.leave(self.caller.address)


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
