"""What stands where SPARQL takes something else: a part without its braces, an argument too many, a second query."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from zhiyin.errors import Message
from zhiyin.sparql.scan import Token
from zhiyin.sparql.words import AGGREGATES, ARGUMENTS

_BRACED = frozenset({"OPTIONAL", "MINUS", "EXISTS"})
_LATE = frozenset({"WHERE", "FROM"})
_PATTERNS = frozenset({"FILTER", "OPTIONAL", "BIND", "VALUES", "MINUS", "UNION", "GRAPH", "SERVICE"})
_SPACED_IRI = re.compile(r"<[^<>\"{}|^`\\\n\r=?$]{0,200}>")
Found = tuple[int, Message]


def misplaced_at(text: str, items: list[Token], offset: int) -> Iterator[Found]:
    """Yield what is wrong at ``offset``, where the grammar was left, as its place and a sentence."""
    at = next((place for place, item in enumerate(items) if item.start >= offset), len(items))
    if not at:
        return
    before, here = items[at - 1], items[at] if at < len(items) else None
    sign = here.text if here is not None else ""
    upper, word = sign.upper(), before.text.upper()
    place = here.start if here is not None else len(text)
    if sign == "<" and here is not None and (spaced := _SPACED_IRI.match(text, here.start)) and " " in spaced.group():
        yield _said(
            here.start + spaced.group().index(" "),
            f"IRI {spaced.group()} 中不能有空格，请写作 %20",
            f"the IRI {spaced.group()} may not hold a blank; write it %20",
        )
    elif word in _BRACED and sign != "{":
        yield _said(
            place,
            f"{word} 之后的内容要放进大括号：{word} {{ … }}",
            f"what {word} takes stands in braces: {word} {{ … }}",
        )
    elif "UNION" in {word, upper}:
        yield _said(
            place if upper == "UNION" else before.start,
            "UNION 两边的内容都要放进大括号：{ … } UNION { … }",
            "both sides of UNION stand in braces: { … } UNION { … }",
        )
    elif word == "GRAPH":
        yield _said(
            place,
            "GRAPH 之后缺少图的名字或变量：GRAPH ?g { … }",
            "GRAPH takes the name of a graph or a variable: GRAPH ?g { … }",
        )
    elif word in {"SELECT", "DISTINCT", "REDUCED"} and upper in {"{", "WHERE"}:
        yield _said(place, "SELECT 之后缺少变量：写 ?x ?y，或写 *", "SELECT takes variables: ?x ?y, or *")
    elif word == "WHERE" and sign != "{":
        yield _said(place, "WHERE 之后缺少“{”", "a '{' is missing after WHERE")
    elif before.text in {"/", "|", "^"} and sign != "<":
        double = before.text == "|" == sign
        yield _said(
            place,
            "路径中的“或”只写一个 |" if double else f"路径的“{before.text}”之后须为属性",
            "a path takes one |" if double else f"a property follows '{before.text}' in a path",
        )
    elif sign == "{" and at + 1 < len(items) and items[at + 1].kind == "number":
        yield _said(
            place, "路径没有 {n}：请把属性写 n 次，如 p/p", "a path has no {n}: write the property n times, as p/p"
        )
    elif sign == ";" and at + 1 < len(items) and _depth(items[:at]) == 0:
        yield _said(
            place, "一次请求只有一条查询，不用分号隔开", "a request holds one query, and none ends with a semicolon"
        )
    elif upper in _LATE and _depth(items[:at]) == 0:
        yield _said(
            place,
            f"{upper} 要写在 GROUP BY、ORDER BY、LIMIT 之前",
            f"{upper} stands before GROUP BY, ORDER BY and LIMIT",
        )
    elif word == "VALUES" or (at > 1 and items[at - 2].text.upper() == "VALUES" and sign != "{"):
        yield _said(
            place,
            "VALUES 之后写变量和大括号里的值：VALUES ?x { 1 2 }",
            "VALUES takes a variable and values in braces: VALUES ?x { 1 2 }",
        )
    elif before.text == "}" and (start := _subselect_of(items[:at])) is not None:
        yield _said(
            items[start].start,
            "子查询要单独放进大括号：{ { SELECT … } … }",
            "a sub-select stands in braces of its own: { { SELECT … } … }",
        )


def misplaced_anywhere(items: list[Token]) -> Iterator[Found]:
    """Yield what is no SPARQL wherever it stands: arguments too many or too few, stops in a row, HAVING without brackets."""
    if items and items[-1].text.upper() == "DESCRIBE":
        yield _said(items[-1].end, "DESCRIBE 之后缺少变量或 IRI", "DESCRIBE takes a variable or an IRI")
    for place, (item, following) in enumerate(pairwise(items)):
        word = item.text.upper() if item.kind == "word" else ""
        if (
            word == "PREFIX"
            and following.text.endswith(":")
            and place + 2 < len(items)
            and items[place + 2].kind != "iri"
        ):
            yield _said(
                items[place + 2].start,
                f"前缀的地址要放进尖括号：PREFIX {following.text} <…>",
                f"the address of a prefix takes angle brackets: PREFIX {following.text} <…>",
            )
        elif word in _PATTERNS and _in_template(items[:place]):
            yield _said(
                item.start,
                "CONSTRUCT 的模板只有三元组，条件写在 WHERE 里",
                "the template of CONSTRUCT holds triples alone; conditions stand in WHERE",
            )
        if item.text == following.text == "." and item.kind == "other":
            yield _said(following.start, "多了一个句点", "there is one full stop too many")
        elif word == "HAVING" and following.kind == "word" and (end := _closes(items, place + 2)) is not None:
            if end + 1 < len(items) and items[end + 1].text[:1] in {"<", ">", "=", "!"}:
                yield _said(
                    following.start,
                    "HAVING 的条件要放进括号：HAVING (…)",
                    "the condition of HAVING takes brackets: HAVING (…)",
                )
        elif word == "BIND" and following.text == "(" and (end := _closes(items, place + 1)) is not None:
            if items[end - 2].text.upper() != "AS":
                yield _said(
                    items[end].start,
                    "BIND 要用 AS 给结果取名：BIND(… AS ?x)",
                    "BIND names its result with AS: BIND(… AS ?x)",
                )
        elif word in AGGREGATES | ARGUMENTS.keys() and following.text == "(":
            yield from _arguments(items, place, word)


def _arguments(items: list[Token], place: int, word: str) -> Iterator[Found]:
    end = _closes(items, place + 1)
    if end is None:
        return
    commas, depth = [], 0
    for item in items[place + 1 : end]:
        depth += (item.kind == "open") - (item.kind == "close")
        if item.text == "," and depth == 1:
            commas.append(item)
    if word in AGGREGATES:
        if commas and word == "GROUP_CONCAT":
            yield _said(
                commas[0].start,
                'GROUP_CONCAT 的分隔符写作 GROUP_CONCAT(?x; SEPARATOR=", ")',
                'the separator is written GROUP_CONCAT(?x; SEPARATOR=", ")',
            )
        elif commas:
            yield _said(commas[0].start, f"{word} 只取一个表达式", f"{word} takes one expression")
        return
    least, most = ARGUMENTS[word]
    has = len(commas) + 1 if end > place + 2 else 0
    if not least <= has <= most:
        wants = str(least) if least == most else f"{least}–{most}"
        yield _said(
            items[end].start,
            f"{word} 需要 {wants} 个参数，这里有 {has} 个",
            f"{word} takes {wants} arguments, here are {has}",
        )


def _closes(items: list[Token], opening: int) -> int | None:
    """Return where the bracket at ``opening`` is closed."""
    depth = 0
    for place in range(opening, len(items)):
        depth += (items[place].kind == "open") - (items[place].kind == "close")
        if depth <= 0:
            return place if items[place].kind == "close" else None
    return None


def _depth(items: list[Token]) -> int:
    return sum((item.kind == "open") - (item.kind == "close") for item in items)


def _in_template(items: list[Token]) -> bool:
    words = [item.text.upper() for item in items if item.kind == "word"]
    return "CONSTRUCT" in words and "WHERE" not in words and _depth(items) == 1


def _subselect_of(items: list[Token]) -> int | None:
    """Return the SELECT that begins a group with more in it than the SELECT, which ends with ``items``."""
    depth = 0
    for place in range(len(items) - 1, 0, -1):
        depth += (items[place].kind == "close") - (items[place].kind == "open")
        if depth < 0:
            return place + 1 if items[place + 1].text.upper() == "SELECT" else None
    return None


def _said(offset: int, zh: str, en: str) -> Found:
    return offset, Message(zh, en)
