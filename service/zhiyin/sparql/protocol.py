"""Reads a SPARQL 1.1 Protocol request: GET, POST as a form, POST as a query; what is malformed is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from zhiyin.errors import BadParameter, BadQuery, BadRequest, TooLarge, UnsupportedMediaType
from zhiyin.sparql.scan import has_relative
from zhiyin.sparql.service import Request

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_CHARSETS = {"utf-8", "utf8", "us-ascii", "ascii"}
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_MOST_PARAMETERS = 10_000
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*')
# A form spells one byte as three; the dataset and other parameters come on top.
_FORM_FACTOR = 3
_FORM_MARGIN = 1 << 16
_REMEMBERED = 8192


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a request asks: a query, or (``request`` is ``None``) what stands at the address itself."""

    request: Request | None
    format_name: str | None
    language: str | None = None
    relative: bool = False
    """Whether the query may hold a relative IRI, which the endpoint's address completes."""


def read_get(query_string: str) -> Incoming:
    """Return what a GET or HEAD asks; raises BadRequest for what the protocol forbids."""
    return _read_get(query_string) if len(query_string) <= _REMEMBERED else _read_get.__wrapped__(query_string)


@lru_cache(maxsize=512)
def _read_get(query_string: str) -> Incoming:
    return _incoming(_parameters(query_string, "URL"), direct=None)


def read_post(
    query_string: str, content_type: str | None, content_encoding: str | None, read: Callable[[int], bytes], limit: int
) -> Incoming:
    """Return what a POST asks; ``read`` gives at most so many bytes of the body, ``limit`` is for the query text.

    Raises UnsupportedMediaType, TooLarge or BadRequest.
    """
    if content_encoding and content_encoding.strip().lower() != "identity":
        raise UnsupportedMediaType(
            f"不支持压缩的请求正文（{content_encoding}）", f"a request body in {content_encoding} is not supported"
        )
    media_type, charset = _content_type(content_type)
    if media_type == UPDATE:
        raise UnsupportedMediaType("本服务只读，不接受更新", "the service is read-only and takes no updates")
    if media_type not in {FORM, QUERY}:
        shown = media_type or "(none)"
        raise UnsupportedMediaType(
            f"POST 的 Content-Type 应为 {FORM} 或 {QUERY}，而不是 {shown}",
            f"the Content-Type of a POST must be {FORM} or {QUERY}, not {shown}",
        )
    if charset not in _CHARSETS:
        raise UnsupportedMediaType(f"查询须为 UTF-8，而不是 {charset}", f"a query must be in UTF-8, not in {charset}")
    most = limit if media_type == QUERY else most_bytes(limit)
    body = read(most + 1)
    if len(body) > most:
        raise TooLarge(f"请求正文超过 {most} 字节", f"the request body has more than {most} bytes")
    parameters = _parameters(query_string, "URL")
    if media_type == QUERY:
        try:
            return _incoming(parameters, direct=body.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise BadRequest(
                f"查询不是 UTF-8：第 {error.start + 1} 个字节有误",
                f"the query is not UTF-8: byte {error.start + 1} is wrong",
            ) from error
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"表单不是 UTF-8：第 {error.start + 1} 个字节有误",
            f"the form is not UTF-8: byte {error.start + 1} is wrong",
        ) from error
    return _incoming(parameters + _parameters(text, "form"), direct=None, posted=True)


def most_bytes(limit: int) -> int:
    """Return the bytes that a form with a query of ``limit`` bytes may have."""
    return limit * _FORM_FACTOR + _FORM_MARGIN


def _content_type(text: str | None) -> tuple[str, str]:
    media_type, *parameters = (text or "").split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return media_type.strip().lower(), charset


def _parameters(text: str, where: str) -> list[tuple[str, str]]:
    """Decode ``name=value&…`` once; raises BadRequest where an escape is broken or its bytes are not UTF-8."""
    if not text:
        return []
    try:
        # WSGI hands over bytes as Latin-1 characters; some servers hand over characters.
        raw = text.encode("latin-1") if where == "URL" else text.encode()
    except UnicodeEncodeError:
        raw = text.encode()
    if raw.count(b"&") > _MOST_PARAMETERS:
        raise TooLarge(
            f"{where} 中的参数超过 {_MOST_PARAMETERS} 个", f"the {where} has more than {_MOST_PARAMETERS} parameters"
        )
    pairs = []
    for part in raw.split(b"&"):
        if part:
            name, _, value = part.partition(b"=")
            pairs.append((_decode(name, where), _decode(value, where)))
    return pairs


def _decode(raw: bytes, where: str) -> str:
    raw = raw.replace(b"+", b" ")
    if b"%" in raw:
        if _BAD_ESCAPE.search(raw):
            raise BadRequest(f"{where} 中的百分号编码不完整", f"a percent-encoding in the {where} is broken")
        raw = _ESCAPES.sub(lambda run: bytes.fromhex(run.group().replace(b"%", b"").decode()), raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"{where} 中的百分号编码解出的不是 UTF-8", f"a percent-encoding in the {where} does not decode to UTF-8"
        ) from error


def _incoming(pairs: list[tuple[str, str]], *, direct: str | None, posted: bool = False) -> Incoming:
    queries = [] if direct is None else [direct]
    defaults: list[str] = []
    named: list[str] = []
    singles: dict[str, str] = {}
    for name, value in pairs:
        if name == "query":
            queries.append(value)
        elif name == "update":
            raise BadRequest("本服务只读，不接受更新", "the service is read-only and takes no updates")
        elif name == "default-graph-uri":
            # Some clients send the parameter without a value where they mean none.
            defaults += [_graph(name, value)] if value else []
        elif name == "named-graph-uri":
            named += [_graph(name, value)] if value else []
        elif name in {"format", "output", "timeout", "lang"}:
            singles.setdefault("format" if name == "output" else name, value)
    if len(queries) > 1:
        raise BadRequest("一次请求只能有一条查询", f"one request takes one query, not {len(queries)}")
    form = singles.get("format") or None
    if not queries:
        if posted or defaults or named:
            raise missing_query()
        return Incoming(None, form, singles.get("lang"))
    if not queries[0].strip():
        raise BadQuery("查询是空的", "the query is empty")
    has_dataset = bool(defaults or named)
    return Incoming(
        Request(
            queries[0],
            # The default graph is the merge of those named: one named twice counts once.
            tuple(dict.fromkeys(defaults)) if has_dataset else None,
            tuple(dict.fromkeys(named)) if has_dataset else None,
            _timeout(singles.get("timeout")),
        ),
        form,
        singles.get("lang"),
        has_relative(queries[0]),
    )


def _graph(name: str, value: str) -> str:
    if not _IRI.fullmatch(value):
        raise BadParameter(
            name, value, zh=f"参数 {name} 须为绝对 IRI", en=f"the parameter {name} must be an absolute IRI"
        )
    return value


def _timeout(text: str | None) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < 1e6:
        raise BadParameter(
            "timeout",
            text,
            zh="参数 timeout 须为正的秒数",
            en="the parameter timeout must be a positive number of seconds",
        )
    return seconds


def missing_query() -> BadRequest:
    """Return the error for a request that must hold a query and does not."""
    return BadRequest("缺少参数 query", "the parameter query is missing")
