"""The text of a JSON-LD file in, the same text under a context that loses nothing out; every fault names its line.

JSON-LD drops in silence what it cannot make an IRI of: unknown keys, relative ids, ids with a blank. Here unknown keys
and words become terms of our own namespace, which are then told as unknown, and what would be dropped is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.form.context import CONTEXT_IRI
from zhiyin.intake.faults import Fault
from zhiyin.intake.rdf_text import MAX_DEPTH
from zhiyin.namespaces import ZY

MAX_JSON_DEPTH = min(64, MAX_DEPTH)
_TOKEN = re.compile(r'\s*+(?:("(?:[^"\\]|\\.)*+")|([{}\[\],:])|([^\s{}\[\],:"]++))', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)")
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_CONTEXT_KEY = re.compile(r'(?<!\\)"@context"\s*:\s*')


@dataclass(frozen=True, slots=True)
class JsonText:
    """The text to be parsed, line by line as it was sent, and what in it JSON-LD would have dropped."""

    text: str
    faults: tuple[Fault, ...]


def prepared_json(text: str, context: object, source: str) -> JsonText:
    """Return the text with ``context`` in place of our own context's IRI, or where it names none.

    Raises BadSubmission with the line for JSON that is broken, ambiguous, nested too deeply or names a context that
    would have to be fetched.
    """
    document = _loaded(text, source)
    if not isinstance(document, (dict, list)):
        raise BadSubmission(
            "JSON 须是对象或数组", "the JSON must be an object or an array", place=_line(text, 0, source)
        )
    _refuse_half_characters(text, source)
    contexts = list(_checked(document, text, source))
    faults = (
        *_redefined(contexts, context if isinstance(context, dict) else {}, text, source),
        *_dropped(document, contexts, text, source),
    )
    ours = json.dumps({**context, "@vocab": str(ZY)}, ensure_ascii=False) if isinstance(context, dict) else "{}"
    return JsonText(_with_context(text, document, ours, len(contexts)), faults)


def _loaded(text: str, source: str) -> Any:  # noqa: ANN401 - JSON holds any of its types
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        seen: dict[str, object] = {}
        for key, value in pairs:
            if key in seen:
                raise _Twice(key)
            seen[key] = value
        return seen

    def number(lexical: str) -> float:
        value = float(lexical)
        if value in (float("inf"), float("-inf")):
            raise _TooLarge(lexical)
        return value

    def constant(name: str) -> object:
        raise _TooLarge(name)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=constant, parse_float=number)
    except _Twice as error:
        raise BadSubmission(
            f"JSON 中同一对象的键“{error.word[:60]}”出现两次",
            f"the key '{error.word[:60]}' stands twice in one JSON object",
            place=_line(text, _second(text, error.word), source),
        ) from error
    except _TooLarge as error:
        at = next((match.start(3) for match in _TOKEN.finditer(text) if match[3] == error.word), 0)
        raise BadSubmission(
            f"数“{error.word[:40]}”超出可用的范围",
            f"the number '{error.word[:40]}' is out of range",
            place=_line(text, at, source),
        ) from error
    except json.JSONDecodeError as error:
        place = Place(source=source or None, line=error.lineno, column=error.colno)
        reason = _JSON_ERRORS.get(error.msg.partition(":")[0], "写法有误")
        raise BadSubmission(f"JSON 语法错误：{reason}", f"JSON syntax error: {error.msg}", place=place) from error
    except RecursionError as error:
        raise _too_deep(text, source) from error
    except ValueError as error:
        raise BadSubmission(
            "JSON 中有一个整数位数过多", "an integer of the JSON has too many digits", place=_longest(text, source)
        ) from error


def _refuse_half_characters(text: str, source: str) -> None:
    """Refuse an escape that is one half of a character beyond the first plane: no text can hold it."""
    high: re.Match[str] | None = None
    for match in _ESCAPE.finditer(text):
        code = int(match[1], 16) if match[1] else 0
        if high is not None and not (0xDC00 <= code <= 0xDFFF and match.start() == high.end()):
            break
        if high is None and 0xDC00 <= code <= 0xDFFF:
            high = match
            break
        high = match if 0xD800 <= code <= 0xDBFF else None
    if high is not None:
        raise BadSubmission(
            f"{high[0]} 只是半个字符，须与另一半成对出现；请改写成字符本身",
            f"{high[0]} is half a character and takes its other half beside it; write the character itself",
            place=_line(text, high.start(), source),
        )


class _Twice(Exception):
    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__()


class _TooLarge(Exception):
    def __init__(self, word: str) -> None:
        self.word = word
        super().__init__()


_JSON_ERRORS = {
    "Expecting value": "这里缺少一个值",
    "Expecting ',' delimiter": "两项之间缺少逗号，或少了括号",
    "Expecting property name enclosed in double quotes": "键须用半角双引号；末项之后不能有逗号",
    "Illegal trailing comma before end of object": "末项之后不能有逗号",
    "Illegal trailing comma before end of array": "末项之后不能有逗号",
    "Expecting ':' delimiter": "键之后缺少冒号",
    "Unterminated string starting at": "引号没有闭合",
    "Invalid control character at": "一对引号里不能换行",
    "Invalid \\escape": "反斜杠须写成 \\\\",
    "Extra data": "结尾之后还有内容",
}


def _checked(value: object, text: str, source: str, depth: int = 0) -> Iterator[object]:
    """Yield every context in the document; BadSubmission for one that would be fetched, and for too deep a document."""
    if depth > MAX_JSON_DEPTH:
        raise _too_deep(text, source)
    if isinstance(value, list):
        for part in value:
            yield from _checked(part, text, source, depth + 1)
    if not isinstance(value, dict):
        return
    if "@context" in value:
        stated = value["@context"]
        parts = stated if isinstance(stated, list) else [stated]
        remote = [part for part in parts if isinstance(part, str) and part != CONTEXT_IRI]
        remote += [str(part["@import"]) for part in parts if isinstance(part, dict) and "@import" in part]
        if remote:
            raise BadSubmission(
                f"JSON-LD 引用了远程上下文 {remote[0][:200]}，不会去取；请写在文件内，或用 {CONTEXT_IRI}",
                f"the JSON-LD names the remote context {remote[0][:200]}, which is not fetched; inline it or use {CONTEXT_IRI}",
                place=_line(text, max(0, text.find(json.dumps(remote[0], ensure_ascii=False))), source),
            )
        yield stated
    for key, part in value.items():
        if key != "@context":
            yield from _checked(part, text, source, depth + 1)


def _with_context(text: str, document: object, ours: str, count: int) -> str:
    """Return the text with contexts that lose nothing, its lines kept where its contexts can be found as text."""
    found: list[tuple[int, int]] = []
    decoder = json.JSONDecoder()
    for match in _CONTEXT_KEY.finditer(text):
        _, end = decoder.raw_decode(text, match.end())
        if not found or match.start() >= found[-1][1]:
            found.append((match.end(), end))
    if len(found) != count:
        text = json.dumps(document, ensure_ascii=False)
        return _with_context(text, document, ours, count) if '"@context"' in text else text
    pieces, at = [], 0
    for start, end in found:
        pieces += [text[at:start], _context(text[start:end], ours)]
        at = end
    text = "".join([*pieces, text[at:]])
    if isinstance(document, list):
        return f'{{"@context": {ours}, "@graph": {text}}}'
    if "@context" in document if isinstance(document, dict) else False:
        return text
    brace = text.index("{") + 1
    rest = text[brace:]
    comma = "" if rest.lstrip().startswith("}") else ", "
    return f'{text[:brace]}"@context": {ours}{comma}{rest}'


def _context(written: str, ours: str) -> str:
    """Return one context as text: ours for its IRI, and before any other the word that unknown keys belong to us."""
    own = json.dumps(CONTEXT_IRI)
    if written.strip() == own:
        return ours
    inner = written.replace(own, ours)
    vocabulary = json.dumps({"@vocab": str(ZY)})
    if inner.lstrip().startswith("["):
        return inner.replace("[", f"[{vocabulary}, " if inner.strip("[] \r\n\t") else f"[{vocabulary}", 1)
    return f"[{vocabulary}, {inner}]" if inner.strip() != "null" else inner


def _redefined(contexts: list[object], ours: Mapping[str, object], text: str, source: str) -> Iterator[Fault]:
    """Yield the words of ours that a context of the sender's own gives another meaning, or none: what they say would be lost."""
    for context in contexts:
        for part in context if isinstance(context, list) else [context]:
            for key, meaning in part.items() if isinstance(part, dict) else ():
                own = _target(ours.get(key.removeprefix("zy:")))
                theirs = _target(meaning) or ""
                if own is None and key != "@vocab":
                    continue
                other = theirs.replace("zy:", str(ZY), 1) if theirs.startswith("zy:") else theirs
                unsaid = meaning is None or (isinstance(meaning, dict) and meaning.get("@id", "") is None)
                if unsaid or (other.startswith(str(ZY)) and other not in (own, str(ZY))):
                    at = max(0, text.find(json.dumps(key, ensure_ascii=False)))
                    yield Fault(
                        Message(
                            f"@context 把“{key}”改成了别的意思（{other or 'null'}）；它在词汇里已有定义，请删去这一条",
                            f"the @context gives '{key}' another meaning ({other or 'null'}); the vocabulary defines it: "
                            "delete the line",
                        ),
                        _line(text, at, source),
                        other[:200],
                    )


def _target(meaning: object) -> str | None:
    """Return what a context makes of a word, as it is written; ``None`` where the word is not defined."""
    if isinstance(meaning, dict):
        meaning = meaning.get("@id")
    return meaning if isinstance(meaning, str) else None


def _dropped(document: object, contexts: list[object], text: str, source: str) -> Iterator[Fault]:
    """Yield what JSON-LD would leave out in silence: ids that are no IRIs and languages that are none."""
    nodes, types = {"@id", "id"}, {"@type", "type"}
    named: set[str] = set()
    for context in contexts:
        for part in context if isinstance(context, list) else [context]:
            for key, meaning in part.items() if isinstance(part, dict) else ():
                target = meaning.get("@id") if isinstance(meaning, dict) else meaning
                if target == "@id":
                    nodes.add(key)
                elif target == "@type":
                    types.add(key)
                elif isinstance(meaning, dict) and meaning.get("@type") in ("@id", "@vocab"):
                    named.add(key)
    for key, value in _scalars(document):
        if not isinstance(value, str):
            if key in nodes:
                match = re.search(rf"{re.escape(json.dumps(key))}\s*:\s*{re.escape(json.dumps(value))}", text)
                at = match.start() if match else max(0, text.find(f'"{key}"'))
                yield Fault(
                    Message(f"“{key}”须是一个 IRI，写在引号里", f"'{key}' must be one IRI, in quotes"),
                    _line(text, at, source),
                    str(value)[:200],
                )
        elif key in nodes | types | named and _FORBIDDEN.search(value.strip()) and not value.startswith("_:"):
            at = max(0, text.find(json.dumps(value, ensure_ascii=False)))
            yield Fault(
                Message(
                    f"“{key}”的值“{value[:80]}”不是 IRI：不能有空格、引号和尖括号；空格请写成 %20",
                    f"the value '{value[:80]}' of '{key}' is no IRI: it must not hold blanks, quotes or angle brackets",
                ),
                _line(text, at, source),
                value[:200],
            )
        elif key == "@language" and not _LANGUAGE.fullmatch(value):
            at = max(0, text.find(json.dumps(value, ensure_ascii=False)))
            yield Fault(
                Message(f"语言标记“{value[:40]}”有误，须如 zh、en", f"'{value[:40]}' is no language tag; use zh or en"),
                _line(text, at, source),
                value[:200],
            )


def _scalars(value: object, key: str = "") -> Iterator[tuple[str, object]]:
    """Yield each value that is no object or list with the key that it stands under; nulls say nothing."""
    if isinstance(value, list):
        for part in value:
            yield from _scalars(part, key)
    elif isinstance(value, dict):
        for inner, part in value.items():
            if inner != "@context":
                yield from _scalars(part, inner)
    elif value is not None:
        yield key, value


def _second(text: str, key: str) -> int:
    """Return where ``key`` stands for the second time in one object."""
    stack: list[set[str]] = []
    last: tuple[str, int] = ("", 0)
    for match in _TOKEN.finditer(text):
        if match[1]:
            last = (match[1], match.start(1))
        elif match[2] == "{":
            stack.append(set())
        elif match[2] == "}" and stack:
            stack.pop()
        elif match[2] == ":" and stack:
            try:
                word = json.loads(last[0])
            except ValueError:
                continue
            if word == key and word in stack[-1]:
                return last[1]
            stack[-1].add(word)
    return 0


def _too_deep(text: str, source: str) -> BadSubmission:
    depth, at = 0, 0
    for match in _TOKEN.finditer(text):
        depth += (match[2] in ("{", "[")) - (match[2] in ("}", "]"))
        if depth > MAX_JSON_DEPTH:
            at = match.start(2)
            break
    return BadSubmission(
        f"JSON 嵌套超过 {MAX_JSON_DEPTH} 层",
        f"the JSON is nested deeper than {MAX_JSON_DEPTH}",
        place=_line(text, at, source),
    )


def _longest(text: str, source: str) -> Place:
    longest = max(_TOKEN.finditer(text), key=lambda match: len(match[3] or ""), default=None)
    return _line(text, longest.start(3) if longest and longest[3] else 0, source)


def _line(text: str, offset: int, source: str) -> Place:
    return Place(
        source=source or None, line=text.count("\n", 0, offset) + 1, column=offset - text.rfind("\n", 0, offset)
    )
