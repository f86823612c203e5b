"""What is made of a value of the law, once: kept with the value and let go with it, as the law of a what-if is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock, RLock
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar


class Keeper(Protocol):
    """A value of the law that holds what was made of it."""

    @property
    def _made(self) -> dict[Hashable, Any]:
        """What was made of this value by ``once``: it lasts as long as the value does."""


K = TypeVar("K", bound=Keeper)
P = ParamSpec("P")
T = TypeVar("T")

_TURNS: dict[tuple[int, Hashable], RLock] = {}
_TURNS_LOCK = Lock()


def once(make: Callable[Concatenate[K, P], T]) -> Callable[Concatenate[K, P], T]:
    """Have what ``make`` makes of its first argument (and of hashable others) made once, and kept as long as that is.

    It is made by one for all who come meanwhile, as they do right after a start.
    """

    @wraps(make)
    def made(keeper: K, /, *args: P.args, **named: P.kwargs) -> T:
        key = (made, args, tuple(sorted(named.items())))
        if key not in keeper._made:
            with _TURNS_LOCK:
                turn = _TURNS.setdefault((id(keeper), key), RLock())
            with turn:
                if key not in keeper._made:
                    keeper._made[key] = make(keeper, *args, **named)
            with _TURNS_LOCK:
                _TURNS.pop((id(keeper), key), None)
        found: T = keeper._made[key]
        return found

    return made
