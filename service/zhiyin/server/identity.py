"""The id of a request: that of a proxy, or one of our own."""

from __future__ import annotations

import itertools
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_prefix = os.urandom(4).hex()
_numbers = itertools.count()


def request_id(environ: WSGIEnvironment) -> str:
    """Return the id that a proxy gave the request, else a new one."""
    given = environ.get("HTTP_X_REQUEST_ID")
    if given and _ID.fullmatch(given):
        return str(given)
    return f"{_prefix}-{next(_numbers):x}"
