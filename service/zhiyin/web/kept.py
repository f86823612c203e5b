"""Pages that depend on nothing but the graph, the address and the language: rendered once, revalidated by their ETag."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from threading import Lock

from flask import Response, current_app, render_template, request

from zhiyin.web.language import current

_MOST = 96


class KeptPages:
    """The pages rendered last, by address and language; the oldest makes room."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, str, str], tuple[bytes, str]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, str, str], make: Callable[[], str]) -> tuple[bytes, str]:
        """Return the page and its tag, made now where it is not kept."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        body = make().encode()
        page = (body, sha256(body).hexdigest()[:32])
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > _MOST:
                self._pages.popitem(last=False)
        return page


def kept_page(template: str, context: Callable[[], Mapping[str, object]]) -> Response:
    """Return ``template`` rendered with ``context``, or as it was rendered before for this address and language."""
    pages: KeptPages = current_app.extensions.setdefault("zhiyin.kept", KeptPages())
    # The address is part of the page: the link to the other language holds it.
    key = (request.host, request.full_path, current())
    body, tag = pages.get(key, lambda: render_template(template, **context()))
    response = Response(body, content_type="text/html; charset=utf-8")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
