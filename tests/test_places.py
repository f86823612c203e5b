"""Places go round among those who wait, and none has more than its share."""

from __future__ import annotations

import threading
import time

import pytest

from zhiyin.places import Places, QueueFull


def waiting(places: Places, client: str, order: list[str], seconds: float = 10.0) -> threading.Thread:
    def wait() -> None:
        if places.enter(client, seconds):
            order.append(client)

    before = places.waiters
    thread = threading.Thread(target=wait)
    thread.start()
    until = time.monotonic() + 5
    while places.waiters == before and time.monotonic() < until:
        time.sleep(0.001)
    return thread


def test_one_who_asks_for_many_waits_behind_the_first_of_others() -> None:
    places, order = Places(1, 1, 10), ["a"]
    assert places.enter("a", 0)
    threads = [waiting(places, client, order) for client in ("a", "a", "a", "b", "c", "b")]
    for _ in threads:
        known = len(order)
        places.leave(order[-1])
        while len(order) == known:
            time.sleep(0.001)
    assert order == ["a", "a", "b", "c", "a", "b", "a"]
    places.leave("a")
    assert (places.taken, places.waiters) == (0, 0)


def test_nobody_has_more_than_its_share() -> None:
    places = Places(3, 2, 10)
    assert [places.enter("a", 0) for _ in range(3)] == [True, True, False]
    assert places.enter("b", 0)
    assert not places.enter("c", 0.01)
    order: list[str] = []
    thread = waiting(places, "a", order)
    places.leave("b")
    assert places.enter("b", 0)
    places.leave("a")
    thread.join()
    assert order == ["a"]
    assert places.taken == 3


def test_too_many_waiters_are_turned_away() -> None:
    places, order = Places(1, 1, 1), ["a"]
    assert places.enter("a", 0)
    thread = waiting(places, "b", order)
    with pytest.raises(QueueFull):
        places.enter("c", 1)
    places.leave("a")
    thread.join()
    assert order == ["a", "b"]


def test_who_gives_up_waiting_leaves_no_trace() -> None:
    places = Places(1, 1, 1)
    assert places.enter("a", 0)
    assert not places.enter("b", 0.01)
    assert places.waiters == 0
    places.leave("a")
    assert places.enter("c", 0)
    assert places.taken == 1
