"""The OpenAPI document in, what its page shows of each operation out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from zhiyin.errors import Message
from zhiyin.web.openapi import openapi

_SAMPLES: Mapping[str, str] = {
    "tier": "3",
    "from": "2",
    "to": "3",
    "q": "门禁卡",
    "format": "xlsx",
    "query": "SELECT * { ?s ?p ?o } LIMIT 3",
}
_PATHS: Mapping[str, str] = {"suffix": "ttl"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    meaning: Message
    required: bool
    values: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API; ``example`` is an address that works as it stands."""

    method: str
    path: str
    summary: Message
    parameters: tuple[Parameter, ...]
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    statuses: tuple[str, ...]
    example: str

    @property
    def anchor(self) -> str:
        """The operation's anchor on the page."""
        return f"{self.method}{self.path}".lower().translate(str.maketrans("/{}.", "-__-"))


@cache
def operations() -> tuple[Operation, ...]:
    """Return the operations in the document's order."""
    return tuple(
        _operation(method.upper(), path, said)
        for path, item in openapi()["paths"].items()
        for method, said in item.items()
    )


def both(text: str) -> Message:
    """Return the two halves of a text that says all twice, Chinese first."""
    chinese, mark, english = text.partition("·")
    return Message(chinese.strip(), english.strip()) if mark else Message(text, text)


def _operation(method: str, path: str, said: Mapping[str, Any]) -> Operation:
    parameters = said.get("parameters", [])
    answer = said["responses"].get("200", {})
    return Operation(
        method,
        path,
        both(said["summary"]),
        tuple(Parameter(p["name"], both(p["description"]), p["required"], _values(p["schema"])) for p in parameters),
        tuple(said.get("requestBody", {}).get("content", {})),
        tuple(answer.get("content", {})),
        tuple(said["responses"]),
        _example(method, path, parameters),
    )


def _values(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " ".join(schema["enum"])
    low, high = schema.get("minimum"), schema.get("maximum")
    bounds = f" {low} … {'' if high is None else high}".rstrip() if low is not None else ""
    default = f" = {schema['default']}" if "default" in schema else ""
    return f"{schema['type']}{bounds}{default}"


def _example(method: str, path: str, parameters: list[Mapping[str, Any]]) -> str:
    if method == "POST":
        query = (
            "?tier=3&format=csv' -F file=@form.xlsx" if path == "/api/validate" else "' --data-urlencode query@file.rq"
        )
        return f"curl -X POST '$ZHIYIN{path}{query}"
    filled = re.sub(r"\{(\w+)\}", lambda m: _PATHS.get(m[1]) or _described(m[1], parameters), path)
    wanted = [p["name"] for p in parameters if p["in"] == "query" and (p["required"] or p["name"] == "query")]
    if not wanted and any(p["name"] == "limit" for p in parameters):
        return f"{filled}?limit=3"
    return f"{filled}?{urlencode({name: _SAMPLES[name] for name in wanted})}" if wanted else filled


def _described(name: str, parameters: list[Mapping[str, Any]]) -> str:
    return next(str(p["description"]) for p in parameters if p["name"] == name)
