"""Slips of the hand and of other languages in a text that the engine refused: the place and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.sparql.misplaced import misplaced_anywhere, misplaced_at
from zhiyin.sparql.scan import Token, place_of, unescape
from zhiyin.sparql.words import AGGREGATES, CLOSING, FUNCTIONS, KEYWORDS, OTHER_WORDS, WIDE

_BAD_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:|/|#)[^<>\n\r]{0,2000}>")
_FORBIDDEN = re.compile(r"[\x00-\x20\"{}|^`\\]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One sentence about the text and the offset that it is about."""

    offset: int
    said: Message


def fault(offset: int, zh: str, en: str) -> Fault:
    """Return the fault at ``offset``."""
    return Fault(offset, Message(zh, en))


def slip_of_text(text: str, items: list[Token]) -> Fault | None:
    """Return what is wrong wherever it stands: an IRI, a quote, a sign of Chinese text, a bracket."""
    return _iri(text, items) or _wide(items) or _quote(items) or _brackets(text, items)


def slip_at(text: str, items: list[Token], offset: int) -> Fault | None:
    """Return what is wrong at ``offset``, where the grammar of SPARQL was left."""
    near = _slash(text, items, offset) or slip_anywhere(text, items)
    misplaced = (Fault(place, said) for place, said in misplaced_at(text, items, offset))
    return near or next(_slips(items, offset), None) or next(misplaced, None) or keyword(items, offset)


def slip_anywhere(text: str, items: list[Token]) -> Fault | None:
    """Return what is no SPARQL wherever it stands: words of other languages, a condition without brackets."""
    for place, item in enumerate(items):
        before = items[place - 1] if place else None
        following = items[place + 1] if place + 1 < len(items) else None
        found = next(_words(item), None)
        if found is None and before is not None and item.text == before.text == "=" and before.end == item.start:
            found = fault(before.start, "相等写作一个 =，不是 ==", "equality is written =, not ==")
        if found is None and item.kind == "word":
            found = next(_unfinished(text, item, following), None)
        if found is not None:
            return found
    return _nameless(items) or next((Fault(place, said) for place, said in misplaced_anywhere(items)), None)


def _nameless(items: list[Token]) -> Fault | None:
    """Tell of an expression in a SELECT that has no name."""
    opened: list[int] = []
    for place, item in enumerate(items):
        if item.text == "{" or item.text.upper() == "WHERE":
            return None
        if item.text == "(":
            opened.append(place)
        elif item.text == ")" and opened:
            start = opened.pop()
            called = items[start - 1].kind == "word" and items[start - 1].text.upper() in AGGREGATES
            if not opened and not called and items[place - 2].text.upper() != "AS":
                last = items[place - 1]
                return fault(
                    last.start if last.kind == "variable" and items[place - 2].text == ")" else item.start,
                    "SELECT 中的表达式要用 AS 取名：(… AS ?n)",
                    "an expression of a SELECT takes a name: (… AS ?n)",
                )
    return None


def _wide(items: list[Token]) -> Fault | None:
    for token in items:
        sign = WIDE.get(token.text) if token.kind == "other" else None
        if sign is not None:
            return fault(
                token.start,
                f"这里是中文标点“{token.text}”，请改用英文的 {sign}",
                f"this is '{token.text}' of Chinese text; write {sign}",
            )
    return None


def _slips(items: list[Token], offset: int) -> Iterator[Fault]:
    at = next((place for place, item in enumerate(items) if item.start >= offset), len(items))
    words = [item.text.upper() for item in items[:at]]
    in_select = "SELECT" in words and not any(sign in words for sign in ("{", "WHERE", "FROM"))
    if not 0 < at < len(items):
        return
    before, here = items[at - 1], items[at]
    yield from _of_signs(before, here)
    if in_select and here.text.upper() not in {"WHERE", "{"}:
        yield from _of_select(here)


def _words(item: Token) -> Iterator[Fault]:
    word = item.text.upper()
    if item.kind != "word":
        return
    if word in OTHER_WORDS:
        zh, en = OTHER_WORDS[word]
        yield fault(item.start, f"SPARQL 没有 {item.text}；请用 {zh}", f"SPARQL has no {item.text}; use {en}")
    elif not item.text.isascii():
        yield fault(
            item.start,
            f'文字要加引号（"{item.text}"），名字要有前缀',
            f'text takes quotes ("{item.text}"), a name takes a prefix',
        )


def _of_signs(before: Token, here: Token) -> Iterator[Fault]:
    if here.text == "^" and before.kind == "string":
        yield fault(here.start, '类型写作两个 ^："…"^^xsd:date', 'a datatype takes two ^: "…"^^xsd:date')
    elif here.text == "}" and before.text in {",", ";"}:
        yield fault(here.start, f"“{before.text}”之后缺少内容", f"something is missing after '{before.text}'")
    elif here.text in {"}", "."} and before.kind in {"prefixed", "iri", "word", "variable"}:
        yield fault(
            here.start,
            "三元组不完整：应有主语、谓词、宾语三项",
            "the triple is incomplete: it takes a subject, a predicate and an object",
        )
    elif here.kind in {"string", "number"} and before.kind in {"variable", "prefixed", "iri"}:
        yield fault(
            here.start,
            f"谓词须为名字或变量，不能是 {here.text}",
            f"a predicate is a name or a variable, not {here.text}",
        )


def _of_select(here: Token) -> Iterator[Fault]:
    word = here.text.upper()
    if here.text == ",":
        yield fault(
            here.start, "SELECT 的变量之间用空格，不用逗号", "variables of a SELECT are set apart by blanks, not commas"
        )
    elif word == "AS":
        yield fault(here.start, "取名要放进括号：(?x AS ?n)", "a name is given in brackets: (?x AS ?n)")
    elif here.kind == "word" and word in AGGREGATES:
        yield fault(
            here.start,
            f"聚合要写成 ({word}(?x) AS ?n)：外面加括号，并用 AS 取名",
            f"an aggregate is written ({word}(?x) AS ?n): in brackets, with a name",
        )
    elif (
        here.kind == "word"
        and word not in OTHER_WORDS
        and not difflib.get_close_matches(word, ["WHERE", "DISTINCT", "REDUCED", "FROM"], 1, 0.7)
    ):
        yield fault(here.start, f"变量前要加 ?：?{here.text}", f"a variable takes a ?: ?{here.text}")


def _unfinished(text: str, item: Token, following: Token | None) -> Iterator[Fault]:
    """Tell of a keyword that is followed by something else than it takes."""
    word = item.text.upper()
    place = following.start if following is not None else len(text)
    kind, sign = (following.kind, following.text) if following is not None else ("", "")
    if word in {"LIMIT", "OFFSET"} and kind != "number":
        yield fault(place, f"{word} 之后须为非负整数", f"{word} takes a whole number that is not negative")
    elif word == "FILTER" and sign != "(" and kind not in {"word", "iri", "prefixed"}:
        yield fault(place, "FILTER 的条件要放进括号：FILTER(…)", "the condition of a FILTER takes brackets: FILTER(…)")
    elif word in {"ORDER", "GROUP"} and sign.upper() != "BY":
        yield fault(place, f"{word} 之后缺少 BY", f"BY is missing after {word}")
    elif word == "BY" and sign != "(" and kind not in {"variable", "word", "iri", "prefixed"}:
        yield fault(place, "BY 之后缺少变量", "a variable is missing after BY")
    elif word == "IN" and sign != "(":
        yield fault(place, "IN 之后的值要放进括号：IN (1, 2)", "the values after IN take brackets: IN (1, 2)")
    elif word == "PREFIX" and kind == "word":
        yield fault(place + len(sign) + 1, "前缀要带冒号：PREFIX zy: <…>", "a prefix takes a colon: PREFIX zy: <…>")


def _iri(text: str, items: list[Token]) -> Fault | None:
    for token in items:
        if token.kind == "iri":
            iri = unescape(token.text[1:-1])
            try:
                # A relative one is resolved against an address that is well formed.
                ox.NamedNode(
                    iri if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri) else "http://localhost/" + iri.lstrip("/")
                )
            except ValueError as error:
                return fault(
                    token.start, f"IRI {token.text} 不合法：{error}", f"the IRI {token.text} is not valid: {error}"
                )
        elif token.text == "<" and (match := _BAD_IRI.match(text, token.start)):
            wrong = _FORBIDDEN.search(match.group(), 1)
            if wrong is None:
                continue
            sign = wrong.group()
            shown = {" ": ("空格", "a blank")}.get(sign, (f"“{sign}”", f"'{sign}'"))
            escape = f"%{ord(sign):02X}"
            return fault(
                token.start + wrong.start(),
                f"IRI {match.group()} 中不能有{shown[0]}，请写作 {escape}",
                f"the IRI {match.group()} may not hold {shown[1]}; write it {escape}",
            )
    return None


def _slash(text: str, items: list[Token], offset: int) -> Fault | None:
    """Tell of a slash in a prefixed name, where it makes a path: ``id:tier/3``."""
    for place, (name, slash) in enumerate(pairwise(items)):
        if name.kind != "prefixed" or slash.text != "/" or slash.start != name.end or slash.end > offset + 1:
            continue
        rest = re.compile(r"/[\w.-]*[\w-]").match(text, slash.start)
        if rest is None or not slash.start <= offset <= rest.end():
            continue
        prefix, _, local = name.text.partition(":")
        declared = re.search(rf"\bPREFIX\s+{re.escape(prefix)}:\s*<([^<>\s]*)>", text, re.IGNORECASE)
        whole = text[name.start : rest.end()]
        iri = f"<{declared.group(1)}{local}{rest.group()}>" if declared else whole.replace("/", "\\/")
        return fault(
            items[place].start,
            f"带前缀的名字里不能有“/”（那是属性路径）：{whole} 请写作 {iri}",
            f"a prefixed name may not hold '/', which makes a path: write {whole} as {iri}",
        )
    return None


def _brackets(text: str, items: list[Token]) -> Fault | None:
    opened: list[Token] = []
    for token in items:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close":
            if not opened:
                return fault(
                    token.start, f"多出的“{token.text}”，前面没有与它对应的括号", f"'{token.text}' closes nothing"
                )
            if CLOSING[opened[-1].text] != token.text:
                return fault(
                    token.start,
                    f"“{token.text}”与前面的“{opened[-1].text}”不成对",
                    f"'{token.text}' does not close the '{opened[-1].text}' before it",
                )
            opened.pop()
    if opened:
        sign, place = opened[-1].text, place_of(text, opened[-1].start)
        return fault(
            items[-1].end,
            f"查询到此结束，而第 {place.line} 行第 {place.column} 列的“{sign}”没有闭合：缺少“{CLOSING[sign]}”",
            f"the query ends here, and the '{sign}' of line {place.line}, column {place.column} is never closed by "
            f"'{CLOSING[sign]}'",
        )
    return None


def _quote(items: list[Token]) -> Fault | None:
    token = next((token for token in items if token.kind == "unclosed"), None)
    if token is None:
        return None
    return fault(
        token.start,
        "字符串没有闭合：缺少右引号（换行的文本用三个引号）",
        "the string is never closed: its quote is missing (text of several lines takes three quotes)",
    )


def keyword(items: list[Token], offset: int) -> Fault | None:
    """Return the keyword that a word at or just before ``offset`` was meant to be."""
    near = [token for token in items if token.kind == "word" and token.start <= offset][-3:]
    near += [token for token in items if token.kind == "word" and token.start > offset][:1]
    for token in near:
        word = token.text.upper()
        if word in KEYWORDS or word in FUNCTIONS or len(word) < 3:
            continue
        close = difflib.get_close_matches(word, [*KEYWORDS, *FUNCTIONS], 1, 0.7)
        if close:
            return fault(
                token.start,
                f"没有关键字 {token.text}；是否想写 {close[0]}",
                f"there is no keyword {token.text}; did you mean {close[0]}",
            )
    return None
