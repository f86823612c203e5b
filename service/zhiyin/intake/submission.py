"""The bytes of a submission in, its triples out; nothing is fetched, opened or kept, and a fault names its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Place, TooLarge, UnsupportedMediaType
from zhiyin.form.context import CONTEXT_IRI
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.faults import Fault, Notice

MAX_BYTES = 20_000_000
MAX_TRIPLES = 500_000
MAX_LITERAL = 20_000
MAX_JSON_DEPTH = 64

SYNTAXES: Mapping[str, tuple[str, ox.RdfFormat]] = {
    ".ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    ".jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    ".json": ("application/json", ox.RdfFormat.JSON_LD),
    ".rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ".xml": ("application/xml", ox.RdfFormat.RDF_XML),
    ".owl": ("text/xml", ox.RdfFormat.RDF_XML),
    ".nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    ".trig": ("application/trig", ox.RdfFormat.TRIG),
    ".nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
}
"""File suffix to media type and syntax."""
_BY_MEDIA_TYPE = dict(SYNTAXES.values()) | {
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/n3": ox.RdfFormat.TURTLE,
}
_POSITION = re.compile(r"line (\d+)(?: column (\d+)| between columns (\d+))?")


@dataclass(frozen=True, slots=True)
class Submission:
    """What one file states: its triples in document order, and the hash of its bytes.

    ``faults`` are those that reading found: who judges it refuses it for them together with those found later.
    """

    source: str
    sha256: str
    triples: tuple[ox.Triple, ...]
    places: Mapping[tuple[str, str], Place]
    """Where a node's property stands in a spreadsheet; empty for RDF."""
    faults: tuple[Fault, ...] = ()
    notices: tuple[Notice, ...] = ()
    is_workbook: bool = False


def read_submission(data: bytes, *, source: str = "", media_type: str = "", context: object = None) -> Submission:
    """Return what ``data`` states.

    The syntax follows ``media_type`` where given, else the suffix of ``source``, else the first characters.
    ``context`` is the JSON-LD context for plain JSON. Raises BadSubmission with line and column, TooLarge, or
    UnsupportedMediaType.
    """
    place = Place(source=source or None)
    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"文件有 {len(data):,} 字节，上限为 {MAX_BYTES:,} 字节；请拆成每家公司一个文件",
            f"the file has {len(data):,} bytes, the limit is {MAX_BYTES:,}; send one file per company",
            place=place,
        )
    syntax = syntax_of(data, source, media_type)
    text = _utf8(data, place)
    if not text.strip():
        raise BadSubmission("文件是空的", "the file is empty", place=place)
    if syntax == ox.RdfFormat.RDF_XML and re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise BadSubmission(
            "RDF/XML 不得含 DOCTYPE 或实体声明，请删去",
            "RDF/XML must not carry a DOCTYPE or entity declarations; remove them",
            place=_line_of(text, r"<!\s*(DOCTYPE|ENTITY)", source),
        )
    if syntax == ox.RdfFormat.JSON_LD:
        text = _local_json(text, context, source)
    return Submission(source, sha256(data).hexdigest(), tuple(_triples(text, syntax, source)), {})


def syntax_of(data: bytes, source: str, media_type: str) -> ox.RdfFormat:
    """Return the RDF syntax of ``data``; UnsupportedMediaType where neither name nor content tells."""
    named = media_type.partition(";")[0].strip().lower()
    if named in _BY_MEDIA_TYPE:
        return _BY_MEDIA_TYPE[named]
    suffix = "." + source.lower().rpartition(".")[2]
    if suffix in SYNTAXES:
        return SYNTAXES[suffix][1]
    generic = {"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"}
    head = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    if named in generic:
        if head.startswith((b"{", b"[")):
            return ox.RdfFormat.JSON_LD
        if head.startswith((b"<?xml", b"<rdf", b"<!")):
            return ox.RdfFormat.RDF_XML
        if b"@prefix" in head or b"PREFIX" in head.upper() or head.startswith((b"<", b"#", b"_:")):
            return ox.RdfFormat.TURTLE
    accepted = ", ".join(sorted({media for media, _ in SYNTAXES.values()} | {XLSX_MEDIA_TYPE}))
    raise UnsupportedMediaType(
        f"无法识别格式“{named or suffix}”；可用：{accepted}",
        f"cannot tell the format '{named or suffix}'; accepted: {accepted}",
        place=Place(source=source or None),
    )


def _utf8(data: bytes, place: Place) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        hint_zh, hint_en = "", ""
        if _decodes(data, "gb18030"):
            hint_zh, hint_en = "；内容像是 GBK 编码，请另存为 UTF-8", "; it looks like GBK, save it as UTF-8"
        elif data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint_zh, hint_en = "；内容像是 UTF-16，请另存为 UTF-8", "; it looks like UTF-16, save it as UTF-8"
        raise BadSubmission(
            f"第 {line} 行不是有效的 UTF-8{hint_zh}",
            f"line {line} is not valid UTF-8{hint_en}",
            place=Place(source=place.source, line=line, column=column),
        ) from error


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return any("\u4e00" <= c <= "\u9fff" for c in text)


def _line_of(text: str, pattern: str, source: str) -> Place:
    match = re.search(pattern, text, re.IGNORECASE)
    return Place(source=source or None, line=text.count("\n", 0, match.start()) + 1 if match else None)


def _triples(text: str, syntax: ox.RdfFormat, source: str) -> list[ox.Triple]:
    place = Place(source=source or None)
    result: list[ox.Triple] = []
    try:
        for quad in ox.parse(text, format=syntax, base_iri=None):
            triple = quad.triple
            if isinstance(triple.subject, ox.Triple) or isinstance(triple.object, ox.Triple):
                raise BadSubmission(
                    "自述中不能有引用三元组（RDF 1.2）",
                    "a self-description must not hold quoted triples (RDF 1.2)",
                    place=place,
                )
            if isinstance(triple.object, ox.Literal) and len(triple.object.value) > MAX_LITERAL:
                raise BadSubmission(
                    f"有一个值长达 {len(triple.object.value):,} 个字符，上限为 {MAX_LITERAL:,}",
                    f"a value has {len(triple.object.value):,} characters, the limit is {MAX_LITERAL:,}",
                    place=Place(source=source or None, node=str(triple.subject), path=triple.predicate.value),
                )
            result.append(triple)
            if len(result) > MAX_TRIPLES:
                raise TooLarge(f"三元组超过 {MAX_TRIPLES:,} 条", f"more than {MAX_TRIPLES:,} triples", place=place)
    except SyntaxError as error:
        raise BadSubmission(
            f"语法错误：{_reason(error)}", f"syntax error: {_reason(error)}", place=_position(error, source)
        ) from error
    except ValueError as error:
        raise BadSubmission(f"无法解析：{error}", f"cannot be parsed: {error}", place=place) from error
    return result


def _reason(error: SyntaxError) -> str:
    return re.sub(r"^Parser error at [^:]*:\s*", "", str(error.msg or error))[:300]


def _position(error: SyntaxError, source: str) -> Place:
    match = _POSITION.search(str(error))
    line = error.lineno or (int(match[1]) if match else None)
    column = error.offset or (int(match[2] or match[3] or 0) or None if match else None)
    return Place(source=source or None, line=line, column=column)


def _local_json(text: str, context: object, source: str) -> str:
    place = Place(source=source or None)

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for key, value in pairs:
            if key in seen:
                raise BadSubmission(
                    f"JSON 中同一对象的键“{key}”出现两次",
                    f"the key '{key}' stands twice in one JSON object",
                    place=place,
                )
            seen[key] = value
        return seen

    try:
        document = json.loads(text, object_pairs_hook=unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise BadSubmission(
            f"JSON 语法错误：{error.msg}",
            f"JSON syntax error: {error.msg}",
            place=Place(source=source or None, line=error.lineno, column=error.colno),
        ) from error
    except RecursionError as error:
        raise BadSubmission("JSON 嵌套过深", "the JSON is nested too deeply", place=place) from error
    except ValueError as error:
        raise BadSubmission(f"JSON 的值无效：{error}", f"invalid JSON value: {error}", place=place) from error
    if not isinstance(document, (dict, list)):
        raise BadSubmission("JSON 须是对象或数组", "the JSON must be an object or an array", place=place)
    _check_contexts(document, place, 0)
    if context is not None:
        if isinstance(document, list):
            document = {"@context": context, "@graph": document}
        else:
            own = document.get("@context")
            if own is None or own == CONTEXT_IRI:
                document = {**document, "@context": context}
            elif isinstance(own, list):
                document = {**document, "@context": [context if part == CONTEXT_IRI else part for part in own]}
    return json.dumps(document, ensure_ascii=False)


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _check_contexts(value: object, place: Place, depth: int) -> None:
    if depth > MAX_JSON_DEPTH:
        raise BadSubmission(
            f"JSON 嵌套超过 {MAX_JSON_DEPTH} 层", f"the JSON is nested deeper than {MAX_JSON_DEPTH}", place=place
        )
    if isinstance(value, list):
        for part in value:
            _check_contexts(part, place, depth + 1)
    if not isinstance(value, dict):
        return
    contexts = value.get("@context", [])
    remote = [c for c in (contexts if isinstance(contexts, list) else [contexts]) if isinstance(c, str)]
    remote += [str(c["@import"]) for c in _objects(contexts) if "@import" in c]
    for iri in remote:
        if iri != CONTEXT_IRI:
            raise BadSubmission(
                f"JSON-LD 引用了远程上下文 {iri[:200]}，不会去取；请写在文件内，或用 {CONTEXT_IRI}",
                f"the JSON-LD names the remote context {iri[:200]}, which is not fetched; inline it or use {CONTEXT_IRI}",
                place=place,
            )
    for part in value.values():
        _check_contexts(part, place, depth + 1)


def _objects(contexts: object) -> list[dict[str, object]]:
    return [c for c in (contexts if isinstance(contexts, list) else [contexts]) if isinstance(c, dict)]
