"""Names of fields in, keys of the API out."""

from __future__ import annotations

from collections.abc import Iterable


def camel(name: str) -> str:
    """Return ``closed_by`` as ``closedBy``."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def keyed(thing: object, names: Iterable[str]) -> dict[str, object]:
    """Return the fields ``names`` of ``thing`` under the keys of the API."""
    return {camel(name): getattr(thing, name) for name in names}
