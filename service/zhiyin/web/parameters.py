"""Query parameters of a request, checked: whole numbers in bounds, one of a set, and nothing that is not known."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar
from urllib.parse import unquote_to_bytes

from zhiyin.errors import BadParameter, BadRequest
from zhiyin.model import Change, Mark, Obligation

T = TypeVar("T")

OBLIGATIONS: Mapping[str, Obligation] = {
    "必须": Obligation.MANDATORY,
    "可选": Obligation.OPTIONAL,
    "mandatory": Obligation.MANDATORY,
    "optional": Obligation.OPTIONAL,
}
MARKS: Mapping[str, Mark] = {
    "新增": Mark.NEW,
    "延续": Mark.CONTINUED,
    "new": Mark.NEW,
    "continued": Mark.CONTINUED,
}
CHANGES: Mapping[str, Change] = {str(change): change for change in Change}


def refuse_unknown(arguments: Mapping[str, str], known: Collection[str]) -> None:
    """Raise BadParameter for a parameter that the route does not take, so that a misspelt filter is never ignored."""
    for name in arguments:
        if name not in known:
            allowed = sorted(known)
            raise BadParameter(
                name, arguments[name], allowed, zh=f"没有参数 {name}", en=f"there is no parameter {name}"
            )


def refuse_broken_bytes(query_string: bytes) -> None:
    """Raise BadRequest where the bytes of the address, unescaped, are no UTF-8: a question must not be guessed at."""
    try:
        unquote_to_bytes(query_string).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BadRequest(
            f"地址中的文字不是 UTF-8（第 {fault.start + 1} 个字节起）：请以 UTF-8 编码后再发",
            f"the text of the address is no UTF-8 (from byte {fault.start + 1} on): send it encoded in UTF-8",
        ) from fault


def whole_number(arguments: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """Return the whole number ``name`` between ``low`` and ``high``, or ``default`` where it is absent."""
    raw = arguments.get(name)
    if raw is None or raw == "":
        return default
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 9 or not low <= int(raw) <= high:
        raise BadParameter(name, raw, [f"{low} … {high}"])
    return int(raw)


def one_of(arguments: Mapping[str, str], name: str, values: Mapping[str, T]) -> T | None:
    """Return the value that ``name`` stands for, ``None`` where it is absent or empty."""
    raw = arguments.get(name)
    if raw is None or raw == "":
        return None
    if raw not in values:
        raise BadParameter(name, raw, list(values))
    return values[raw]


def required_one_of(arguments: Mapping[str, str], name: str, values: Mapping[str, T]) -> T:
    """Return the value that ``name`` stands for; BadParameter where it is absent."""
    found = one_of(arguments, name, values)
    if found is None:
        raise BadParameter(name, "", list(values), zh=f"缺少参数 {name}", en=f"parameter {name} is missing")
    return found


def page(items: Sequence[T], arguments: Mapping[str, str], *, most: int = 1000, default: int = 100) -> Sequence[T]:
    """Return the part of ``items`` that ``offset`` and ``limit`` ask for."""
    offset = whole_number(arguments, "offset", 0, 0, 999_999_999)
    limit = whole_number(arguments, "limit", default, 1, most)
    return items[offset : offset + limit]
