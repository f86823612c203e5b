"""The one error tree: what went wrong, in Chinese and English, and where in the user's input."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence in both languages of the service."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the English text for ``en…`` and the Chinese one for anything else."""
        return self.en if language.lower().startswith("en") else self.zh

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input a fault stands; lines and columns count from 1, absent parts are ``None``."""

    source: str | None = None
    line: int | None = None
    column: int | None = None
    node: str | None = None
    path: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def as_dict(self) -> dict[str, str | int]:
        """Return the known parts only, keyed as the API prints them."""
        parts = {
            "source": self.source,
            "line": self.line,
            "column": self.column,
            "node": self.node,
            "path": self.path,
            "sheet": self.sheet,
            "cell": self.cell,
        }
        return {key: value for key, value in parts.items() if value is not None}

    @property
    def words(self) -> Message:
        """The place as people say it: file, sheet and cell, line, node and property."""
        zh, en = [], []
        if self.source:
            zh.append(f"文件 {self.source}")
            en.append(f"file {self.source}")
        if self.sheet:
            zh.append(f"“{self.sheet}”表" + (f" {self.cell}" if self.cell else ""))
            en.append(f"sheet “{self.sheet}”" + (f", cell {self.cell}" if self.cell else ""))
        if self.line is not None:
            zh.append(f"第 {self.line} 行" + (f"第 {self.column} 列" if self.column is not None else ""))
            en.append(f"line {self.line}" + (f", column {self.column}" if self.column is not None else ""))
        if self.node:
            zh.append(f"节点 {self.node}")
            en.append(f"node {self.node}")
        if self.path:
            zh.append(f"属性 {self.path}")
            en.append(f"property {self.path}")
        return Message("，".join(zh), ", ".join(en))

    def __str__(self) -> str:
        return ", ".join(f"{key} {value}" for key, value in self.as_dict().items())


NOWHERE = Place()


class ZhiyinError(Exception):
    """Base of every error that a user may see; ``status`` is its HTTP status code."""

    status = 500
    title = Message("内部错误", "Internal error")

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        place: Place = NOWHERE,
        details: dict[str, object] | None = None,
    ) -> None:
        self.message = Message(zh, en)
        self.place = place
        self.details: dict[str, object] = details or {}
        super().__init__(str(self.message))

    def __str__(self) -> str:
        where = str(self.place)
        return f"{where}: {self.message}" if where else str(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        """Cross to another process whole: each error is built from arguments of its own, none of which it keeps."""
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[ZhiyinError], args: tuple[object, ...]) -> ZhiyinError:
    error = kind.__new__(kind)
    error.args = args
    return error


class InternalError(ZhiyinError):
    """A fault of ours that nobody thought of: no verdict, and nothing of the input in its words (HTTP 500)."""

    def __init__(self) -> None:
        super().__init__("服务内部出错，已记入日志", "an internal error occurred and was logged")


class SourceTextError(ZhiyinError):
    """The guideline's text breaks its form; ``place`` holds file and line."""

    title = Message("指引文本不合格式", "The guideline text breaks its form")


class OntologyError(ZhiyinError):
    """A hand-written ontology, shape or query file of the project is faulty."""

    title = Message("本体文件有误", "A project data file is faulty")


class CacheError(ZhiyinError):
    """The cache folder cannot be used; the message names the remedy."""

    status = 503
    title = Message("缓存目录不可用", "The cache folder cannot be used")


class BadRequest(ZhiyinError):
    """A parameter or a body that cannot be accepted (HTTP 400)."""

    status = 400
    title = Message("请求有误", "Bad request")


class BadParameter(BadRequest):
    """A named parameter has a value that is not allowed; ``allowed`` lists those that are."""

    title = Message("参数有误", "Bad parameter")

    def __init__(
        self, name: str, value: object, allowed: list[str] | None = None, *, zh: str = "", en: str = ""
    ) -> None:
        self.name = name
        hint_zh = f"；可用的值：{'、'.join(allowed)}" if allowed else ""
        hint_en = f"; allowed: {', '.join(allowed)}" if allowed else ""
        details: dict[str, object] = {"parameter": name, "value": str(value)}
        if allowed:
            details["allowed"] = allowed
        super().__init__(
            (zh or f"参数 {name} 的值“{value}”无效") + hint_zh,
            (en or f"parameter {name} has an invalid value '{value}'") + hint_en,
            details=details,
        )


class BadQuery(BadRequest):
    """A SPARQL query that cannot be parsed or is not allowed; ``place`` holds line and column."""

    title = Message("查询有误", "Bad query")


class BadSubmission(BadRequest):
    """A company's self-description that cannot be judged; ``place`` says where and the message what to do."""

    title = Message("自述文件有误", "Bad self-description")


class NotFound(ZhiyinError):
    """Nothing of that name (HTTP 404)."""

    status = 404
    title = Message("没有找到", "Not found")


class TooLarge(BadRequest):
    """The input is larger than the service takes (HTTP 413)."""

    status = 413
    title = Message("内容过大", "Content too large")


class NotAcceptable(ZhiyinError):
    """No format that the client accepts can be given (HTTP 406)."""

    status = 406
    title = Message("无法提供所要的格式", "Not acceptable")


class UnsupportedMediaType(ZhiyinError):
    """The body is in a format the service does not read (HTTP 415)."""

    status = 415
    title = Message("不支持的格式", "Unsupported media type")


class Overloaded(ZhiyinError):
    """Too many requests at once or from one client (HTTP 429); ``details['retryAfter']`` is in seconds."""

    status = 429
    title = Message("请求过多", "Too many requests")


class Unavailable(ZhiyinError):
    """The store or a worker cannot answer now (HTTP 503)."""

    status = 503
    title = Message("服务暂不可用", "Service unavailable")


class QueryTimeout(Unavailable):
    """A query ran past its limit and was ended; ``details['seconds']`` says how long it ran."""

    title = Message("查询超时", "Query timed out")


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as problem+json (RFC 9457) wants it."""

    status: int
    title: Message
    detail: Message
    place: Place = NOWHERE
    extra: dict[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, error: ZhiyinError) -> Problem:
        """Return the problem that tells ``error``."""
        return cls(error.status, error.title, error.message, error.place, error.details)

    def as_json(self) -> dict[str, object]:
        """Return the members of the problem document; extensions hold place and both languages."""
        body: dict[str, object] = {
            "type": "about:blank",
            "title": self.title.en,
            "titleZh": self.title.zh,
            "status": self.status,
            "detail": f"{self.detail.zh} / {self.detail.en}",
            "message": {"zh": self.detail.zh, "en": self.detail.en},
        }
        place = self.place.as_dict()
        if place:
            body["place"] = place
        for key, value in self.extra.items():
            body.setdefault(key, value)
        return body
