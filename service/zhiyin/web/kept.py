"""Pages that depend on nothing but the graph, the address and the language: rendered once, revalidated by their ETag."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

from flask import Response, current_app, render_template, request

from zhiyin.web.language import current

_MOST = 96
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MadeOnce(Generic[K, V]):
    """The values made last, by what they are made from; the oldest makes room.

    Each is made by one for all who come meanwhile: sixty first visitors at once must not render a page sixty times.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._made: OrderedDict[K, V] = OrderedDict()
        self._making: dict[K, Lock] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value of ``key``, made now where it is not kept; an error of ``make`` is passed on, not kept."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._made:
                    return self._made[key]
            try:
                value = make()
            except BaseException:
                with self._lock:
                    self._making.pop(key, None)
                raise
            with self._lock:
                self._made[key] = value
                self._making.pop(key, None)
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
        return value


KeptPages = MadeOnce[tuple[str, str, str], tuple[bytes, str]]


def kept_page(template: str, context: Callable[[], Mapping[str, object]]) -> Response:
    """Return ``template`` rendered with ``context``, or as it was rendered before for this address and language."""
    pages: KeptPages = current_app.extensions.setdefault("zhiyin.kept", KeptPages())

    def rendered() -> tuple[bytes, str]:
        body = render_template(template, **context()).encode()
        return body, sha256(body).hexdigest()[:32]

    # The address is part of the page: the link to the other language holds it.
    body, tag = pages.get((request.host, request.full_path, current()), rendered)
    response = Response(body, content_type="text/html; charset=utf-8")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
