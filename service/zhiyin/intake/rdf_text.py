"""The text of an RDF file in, its triples with the line of each out; depth is bounded before a parser recurses.

Lines are looked for only where a fault or a notice has to name one: a file is read whole, and again line by line then.
"""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import overload
from xml.parsers import expat

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Message, Place, TooLarge
from zhiyin.intake.rows import Listed, Naming, Row, rows_of_document

MAX_TRIPLES = 500_000
MAX_LITERAL = 20_000
MAX_DEPTH = 200
"""So deep may nodes stand inside each other, in any syntax."""
RELATIVE = "https://relative.invalid/"
"""The base that relative IRIs are read against, so that they can be told."""
_CHUNK = 65_536
_PATIENCE = 100
"""Lines without a triple after which larger pieces are fed: a parser looks at an unfinished token from its start."""
_TOKENS = re.compile(
    r"(?:[^\[\](){}<>'\"#]++"
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''|\"\"\"(?:[^\"\\]++|\\.|\"(?!\"\"))*+\"\"\""
    r"|\"(?:[^\"\\\n]++|\\.)*+\"|'(?:[^'\\\n]++|\\.)*+'"
    r"|<[^<>\"{}|^`\\\s]*+>|#[^\n]*+|<(?!<)|>(?!>)|['\"])*+(<<|>>|[\[\](){}]|\Z)",
    re.DOTALL,
)
"""What opens or closes, or the end, with all that stands before it: one match a bracket."""
_STEPS = {**dict.fromkeys("[({", 1), **dict.fromkeys("])}", -1), "<<": 0, ">>": 0, "": 0}
"""By how much each of them leads deeper."""
_POSITION = re.compile(r"line (\d+)(?: column (\d+)| between columns (\d+))?")
_QUOTED = Message("自述中不能有引用三元组（RDF 1.2）", "a self-description must not hold quoted triples (RDF 1.2)")
_REASONS: tuple[tuple[str, str, str], ...] = (
    (
        r"The prefix (\S*): has not been declared",
        "前缀 {0}: 没有声明；请在文件开头用 @prefix 声明",
        "declare it by @prefix",
    ),
    (r"No scheme found in an absolute IRI", "相对 IRI 没有基准；请写成完整的 IRI", "write the IRI in full"),
    (r"Unexpected end", "内容没有写完：缺少结尾的句点、括号或引号", "something is left open: a dot, bracket or quote"),
    (r"Line jumps are not allowed", "一对引号里不能换行；请写 \\n，或用三引号", "write \\n or use triple quotes"),
    (
        r"Invalid IRI code point '\s*\n",
        "IRI 里不能换行：可能少了结尾的 >",
        "an IRI stands on one line: its > may be missing",
    ),
    (r"Invalid IRI code point '(.*)'", "IRI 里不能有字符“{0}”；空格请写成 %20", "encode it, a blank as %20"),
    (r"is not a valid RDF object", "这里须是一个值：IRI、前缀名、数字或带引号的文字", "a value is expected here"),
    (r"is not allowed at the beginning of a prefix name", "引号、逗号等须用半角（英文）的", "use ASCII punctuation"),
    (r"is not a valid (subject|graph)", "这里须是一个节点；句号等标点须用半角（英文）的", "use ASCII punctuation"),
    (
        r"is not a valid predicate",
        "这里须是一个属性；句号等标点须用半角（英文）的",
        "a property is expected here, with ASCII punctuation",
    ),
    (
        r"(subject|predicate|object) of a triple must be",
        "每行须是“节点 属性 值 .”三项，不能用前缀；若是 Turtle，文件名请以 .ttl 结尾",
        "a line takes a node, a property, a value and a dot; Turtle goes by the suffix .ttl",
    ),
    (
        r"line jumps are not allowed|Only a single triple|Quads must be followed",
        "N-Triples 每行一条，以句点结尾；若是 Turtle，文件名请以 .ttl 结尾",
        "N-Triples has one triple a line; Turtle goes by the suffix .ttl",
    ),
    (r"A dot is expected", "这一句之前缺少结尾的句点（.）", "the statement before lacks its dot"),
    (
        r"blank node property lists should end",
        "方括号没有闭合：缺少 ]，或前一项之后缺少分号",
        "a bracket or semicolon is missing",
    ),
    (
        r"is not a valid unicode character",
        "转义只是半个字符，请改写成字符本身",
        "half a character: write the character",
    ),
    (r"is not a valid hexadecimal", "\\u 之后须是四位十六进制数字", "four hexadecimal digits are expected after \\u"),
    (r"escape character", "反斜杠之后的字符不对；反斜杠本身写成 \\\\", "write a backslash as \\\\"),
    (r"allowed to be escaped in IRIs", "前缀名里不能这样用反斜杠", "no such escape in a prefixed name"),
    (r"error while parsing IRI '([^'\n]{1,80})", "“{0}”不是有效的 IRI", "this is no valid IRI"),
    (r"Invalid character|Invalid host|Invalid port", "这不是有效的 IRI", "this is no valid IRI"),
    (r"datatype", "^^ 之后须是类型的 IRI，如 xsd:date", "a datatype such as xsd:date is expected after ^^"),
    (r"An integer should not be empty|exponent cannot be empty|decimal", "数字没有写完", "the number is incomplete"),
    (r"A language code|subtag", "语言标记有误，如须是 @zh 或 @en", "a language tag is like @zh"),
    (r"[Pp]refix", "前缀没有声明，或写得不对", "the prefix is not declared or not well written"),
    (r"blank node ID", "空白节点的标签写得不对", "the label of the blank node is not well written"),
    (r"Unexpected text event", "标签之间有多余的文字", "there is text between the tags"),
    (
        r"namespaces are required",
        "元素和属性须带已声明的前缀，如 rdf:、zy:",
        "elements and attributes take a declared prefix",
    ),
    (r"[Uu]nexpected character", "这里的字符不对；引号、句点等须用半角（英文）的", "use ASCII punctuation"),
    (r"language tag", "语言标记有误，如须是 @zh 或 @en", "a language tag is like @zh"),
    (r"unclosed|ill-formed|expected `", "标签没有正确配对", "tags do not pair"),
)


class DocumentLines(Sequence[int]):
    """The line that each triple of a file ends on, counted when first asked for; ``places`` picks some of the triples."""

    def __init__(self, text: str, syntax: ox.RdfFormat, places: Sequence[int] | None = None) -> None:
        self._text = text
        self._syntax = syntax
        self._places = places
        self._counted: Sequence[int] | None = None

    def _all(self) -> Sequence[int]:
        if self._counted is None:
            every = _line_by_line(self._text, self._syntax, "").counted
            self._counted = every if self._places is None else [every[at] for at in self._places]
        return self._counted

    def of(self, places: Sequence[int]) -> DocumentLines:
        """Return the lines of the triples at ``places``."""
        return DocumentLines(self._text, self._syntax, places)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())


@dataclass(frozen=True, slots=True)
class Parsed:
    """The triples of a file in document order, and the line that each ends on (0 where that is not known)."""

    triples: Listed
    lines: DocumentLines
    relative: bool = True
    """Whether an IRI may be relative; ``False`` where the parser, left without a base, found none."""


@dataclass(frozen=True, slots=True)
class _Counted:
    triples: Listed
    counted: Sequence[int]


class _Lines(io.RawIOBase):
    """Feeds a parser line by line, so that one knows which line a triple stands on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._idle = 0
        self.line = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        limit = len(self._data) if size < 0 else self._at + size
        if self._idle < _PATIENCE:
            end = self._data.find(b"\n", self._at, limit)
            limit = end + 1 if end >= 0 else limit
        else:
            limit = min(limit, self._at + _CHUNK)
        piece = self._data[self._at : limit]
        self._at += len(piece)
        self._idle += 1
        self.line += piece.count(b"\n") or (1 if piece and self._at >= len(self._data) else 0)
        return piece

    def found(self) -> None:
        """Be told that a triple came of it."""
        self._idle = 0


def parsed(text: str, syntax: ox.RdfFormat, source: str) -> Parsed:
    """Return the triples; BadSubmission with line and column for what cannot be parsed, TooLarge for too many."""
    if syntax == ox.RdfFormat.RDF_XML:
        # The text has been decoded: what its first line says of an encoding is no longer so.
        text = _ENCODING.sub(r"\1", text, count=1)
        _check_xml(text, source)
    elif syntax != ox.RdfFormat.JSON_LD:
        _check_depth(text, source)
    lines = DocumentLines(text, syntax)
    if syntax in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG) and _DOTTED not in text and RELATIVE not in text:
        # Most files have no relative IRI: a parser without a base says so, and no triple needs to be looked at for it.
        whole = _whole(text, syntax, None)
        if whole is not None:
            return Parsed(whole, lines, relative=False)
    whole = _whole(text, syntax, _base(syntax))
    return Parsed(_line_by_line(text, syntax, source).triples if whole is None else whole, lines)


_DOTTED = "/."
"""What an IRI holds that a base would shorten, as in ``/../``."""


def _whole(text: str, syntax: ox.RdfFormat, base: str | None) -> Listed | None:
    """Return the triples of a file that has no fault, at the parser's own speed; else ``None``."""
    try:
        encoded = text.encode()
        quads = ox.parse(encoded, format=syntax, base_iri=base)
        found = Listed(rows_of_document(islice(quads, MAX_TRIPLES + 1), Naming()))
    except (SyntaxError, ValueError):
        return None
    if len(found) > MAX_TRIPLES:
        return None
    # A triple in a triple only where the file has a mark of RDF 1.2.
    if syntax not in _TURTLE_FAMILY or "<<" in text:
        for subject, _, _, value, _ in found.rows:
            if isinstance(subject, ox.Triple) or isinstance(value, ox.Triple):
                return None
    if not _is_of_short_lines(encoded, syntax) and any(_longest(row) > MAX_LITERAL for row in found.rows):
        return None
    return found


_TURTLE_FAMILY = frozenset({ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS})
_BASE = re.compile(rb"base[\s<#]")


def _is_of_short_lines(text: bytes, syntax: ox.RdfFormat) -> bool:
    """Return whether no term can be too long: each is written in one line, or in its own and that of its prefix.

    Not so where quotes may span lines, or where bases may build on each other. A line has no more characters than bytes.
    """
    if syntax not in _TURTLE_FAMILY or b'"""' in text or b"'''" in text or _BASE.search(text.lower()) is not None:
        return False
    return max(map(len, text.split(b"\n"))) <= MAX_LITERAL // 2


def _longest(row: Row) -> int:
    """Return the length of the longest term; every term is looked at, as each may come back in the answer."""
    _, name, predicate, value, target = row
    longest = max(len(name), len(predicate), len(target))
    if isinstance(value, ox.Literal):
        return max(longest, len(value.value), len(value.datatype.value), len(value.language or ""))
    return longest


def _base(syntax: ox.RdfFormat) -> str | None:
    return RELATIVE if syntax not in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS) else None


def _line_by_line(text: str, syntax: ox.RdfFormat, source: str) -> _Counted:
    """Return the triples with their lines, or raise what is wrong with the file as ``parsed`` does."""
    place = Place(source=source or None)
    feed = _Lines(text.encode())
    rows: list[Row] = []
    naming = Naming()
    lines = array("I")
    try:
        for quad in ox.parse(feed, format=syntax, base_iri=_base(syntax)):  # type: ignore[arg-type]
            feed.found()
            here = Place(source=source or None, line=feed.line)
            if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
                raise BadSubmission(_QUOTED.zh, _QUOTED.en, place=here)
            (row,) = rows_of_document([quad.triple], naming)
            if _longest(row) > MAX_LITERAL:
                raise BadSubmission(
                    f"有一个值或 IRI 长达 {_longest(row):,} 个字符，上限为 {MAX_LITERAL:,}",
                    f"a value or an IRI has {_longest(row):,} characters, the limit is {MAX_LITERAL:,}",
                    place=Place(source or None, feed.line, None, str(row[0])[:200], row[2][:200]),
                )
            if len(rows) >= MAX_TRIPLES:
                raise TooLarge(f"三元组超过 {MAX_TRIPLES:,} 条", f"more than {MAX_TRIPLES:,} triples", place=place)
            rows.append(row)
            lines.append(feed.line)
    except SyntaxError as error:
        at = _position(error, feed.line, source)
        reason = _seen_in(_line(text, at.line), syntax) or _reason(error)
        raise BadSubmission(f"语法错误：{reason.zh}", f"syntax error: {reason.en}", place=at) from error
    except ValueError as error:
        raise BadSubmission(
            "无法解析：这里的写法有误",
            f"cannot be parsed: {error}",
            place=Place(source=source or None, line=feed.line or None),
        ) from error
    return _Counted(Listed(rows), lines)


def _check_depth(text: str, source: str) -> None:
    """Refuse what nests deeper than MAX_DEPTH, and quoted triples, in the Turtle family."""
    if "<<" not in text and max(text.count("["), text.count("("), text.count("{")) <= MAX_DEPTH:
        return
    marks = _TOKENS.findall(text)
    if "<<" not in marks and max(accumulate(map(_STEPS.__getitem__, marks))) <= MAX_DEPTH:
        return
    depth = 0
    for match in _TOKENS.finditer(text):
        mark = match[1]
        if mark == "<<":
            raise BadSubmission(_QUOTED.zh, _QUOTED.en, place=_at(text, match.start(1), source))
        depth += _STEPS[mark]
        if depth > MAX_DEPTH:
            raise _too_deep(_at(text, match.start(1), source))


_ENCODING = re.compile(r"^(\s*<\?xml[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")


def _check_xml(text: str, source: str) -> None:
    """Refuse what is no well-formed XML, declares a document type or nests too deeply, in one pass."""
    parser = expat.ParserCreate()
    depth = 0

    def here() -> Place:
        return Place(source=source or None, line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1)

    def start(name: str, attributes: object) -> None:
        nonlocal depth
        del name, attributes
        depth += 1
        if depth > 2 * MAX_DEPTH:
            raise _too_deep(here())

    def end(name: str) -> None:
        nonlocal depth
        del name
        depth -= 1

    def doctype(*_: object) -> None:
        raise BadSubmission(
            "RDF/XML 不得含 DOCTYPE 或实体声明，请删去",
            "RDF/XML must not carry a DOCTYPE or entity declarations; remove them",
            place=here(),
        )

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise BadSubmission(
            f"语法错误：XML 不完整，{_XML_ERRORS.get(error.code, '写法有误')}",
            f"syntax error: {expat.ErrorString(error.code)}",
            place=Place(source=source or None, line=error.lineno, column=error.offset + 1),
        ) from error


_XML_ERRORS = {
    2: "写法有误",
    3: "没有写完，缺少结束标签",
    4: "有不允许的字符或未加引号的属性",
    5: "文件没有写完",
    7: "开始与结束标签不配对",
    8: "同一元素的属性重复",
    9: "结尾之后还有内容",
    11: "引用了未定义的实体",
    27: "前缀没有声明",
}


def _too_deep(place: Place) -> BadSubmission:
    return BadSubmission(
        f"嵌套超过 {MAX_DEPTH} 层；请给内层的节点各写一个 IRI，分开陈述",
        f"nested deeper than {MAX_DEPTH}; give the inner nodes IRIs and state them apart",
        place=place,
    )


def _at(text: str, offset: int, source: str) -> Place:
    return Place(
        source=source or None, line=text.count("\n", 0, offset) + 1, column=offset - text.rfind("\n", 0, offset)
    )


def _reason(error: SyntaxError) -> Message:
    stated = re.sub(r"^Parser error at [^:]*:\s*|\s*\(line \d+\)$", "", str(error.msg or error))[:300]
    for pattern, zh, en in _REASONS:
        match = re.search(pattern, stated, re.DOTALL)
        if match is not None:
            return Message(zh.format(*match.groups()), f"{stated}: {en}")
    return Message("这里的写法有误", stated)


_UNSEEN = re.compile(r"[\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
"""Characters that look like nothing or like a blank, and are none where a syntax wants one."""
_TEXTS = re.compile(r"\"[^\"]*\"|'[^']*'|#.*")


def _line(text: str, number: int | None) -> str:
    return next(islice(io.StringIO(text), max(0, (number or 1) - 1), None), "")


def _seen_in(line: str, syntax: ox.RdfFormat) -> Message | None:
    """Return what is plainly wrong with the line at which a parser stopped, whatever the parser says of it."""
    if syntax not in _TURTLE_FAMILY:
        return None
    bare = _TEXTS.sub("", line)
    unseen = _UNSEEN.search(bare)
    if unseen is not None:
        code = f"U+{ord(unseen[0]):04X}"
        return Message(
            f"这一行有看不见的字符或特殊的空格（{code}）；请删去，改为普通空格",
            f"this line holds a character that is not to be seen ({code}); delete it or put a plain blank",
        )
    if re.match(r"\s*(?:PREFIX|BASE)\b[^.]*<[^>]*>\s*\.\s*$", line, re.IGNORECASE):
        return Message(
            "PREFIX、BASE 一行末尾不带句点（写成 @prefix、@base 的才带）", "PREFIX and BASE take no dot at their end"
        )
    return None


def _position(error: SyntaxError, line: int, source: str) -> Place:
    match = _POSITION.search(str(error))
    at = error.lineno or (int(match[1]) if match else None) or line or None
    column = error.offset or (int(match[2] or match[3] or 0) or None if match else None)
    return Place(source=source or None, line=at, column=column)
