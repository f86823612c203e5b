"""Says in words what SPARQL forbids although its grammar allows it: a text that the engine refused in, a sentence out.

The engine's parser tells such faults where it noticed them, without a word on what they are.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.sparql.scan import Token, place_of, tokens, unescape
from zhiyin.sparql.structure import (
    Element,
    Expression,
    Group,
    RowError,
    Select,
    StructureError,
    bound,
    structure,
)

_BAD_IRI = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:|/|#)[^<>\n\r]{0,2000}>")
_FORBIDDEN = re.compile(r"[\x00-\x20\"{}|^`\\]")
_KEYWORDS = [
    "ASK",
    "ASC",
    "BASE",
    "BIND",
    "BY",
    "CONSTRUCT",
    "DESC",
    "DESCRIBE",
    "DISTINCT",
    "EXISTS",
    "FILTER",
    "FROM",
    "GRAPH",
    "GROUP",
    "HAVING",
    "LIMIT",
    "MINUS",
    "NAMED",
    "OFFSET",
    "OPTIONAL",
    "ORDER",
    "PREFIX",
    "REDUCED",
    "SELECT",
    "SERVICE",
    "SILENT",
    "UNDEF",
    "UNION",
    "VALUES",
    "WHERE",
]
_FUNCTIONS = [
    "STR",
    "LANG",
    "LANGMATCHES",
    "DATATYPE",
    "BOUND",
    "IRI",
    "URI",
    "BNODE",
    "RAND",
    "ABS",
    "CEIL",
    "FLOOR",
    "ROUND",
    "CONCAT",
    "STRLEN",
    "UCASE",
    "LCASE",
    "CONTAINS",
    "STRSTARTS",
    "STRENDS",
    "STRBEFORE",
    "STRAFTER",
    "YEAR",
    "MONTH",
    "DAY",
    "HOURS",
    "MINUTES",
    "SECONDS",
    "TIMEZONE",
    "TZ",
    "NOW",
    "UUID",
    "STRUUID",
    "MD5",
    "SHA1",
    "SHA256",
    "SHA384",
    "SHA512",
    "COALESCE",
    "IF",
    "STRLANG",
    "STRDT",
    "SAMETERM",
    "ISIRI",
    "ISURI",
    "ISBLANK",
    "ISLITERAL",
    "ISNUMERIC",
    "REGEX",
    "SUBSTR",
    "REPLACE",
    "COUNT",
    "SUM",
    "MIN",
    "MAX",
    "AVG",
    "SAMPLE",
    "GROUP_CONCAT",
    "SEPARATOR",
    "NOT",
    "IN",
    "AS",
    "A",
    "TRUE",
    "FALSE",
]
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One sentence about the text and the offset that it is about."""

    offset: int
    said: Message


def fault_of(text: str, base: str = "") -> Fault | None:
    """Return what is wrong with a query that the engine refused, ``None`` where only its grammar is to blame."""
    items = list(tokens(text))
    known = _iri(text, items) or _quote(items) or _brackets(text, items)
    if known is not None:
        return known
    try:
        found = structure(text, base or "http://localhost/")
    except RowError as error:
        return _fault(
            error.offset,
            f"VALUES 的这一行有 {error.has} 个值，而变量有 {error.wants} 个",
            f"this row of VALUES has {error.has} values, while there are {error.wants} variables",
        )
    except StructureError as error:
        return _slash(text, items, error.offset) or _keyword(items, error.offset) or _blank_in_expression(items)
    meant = next(_semantics(found.select, list(found.groups())), None)
    return meant or _blank_in_expression(items) or _keyword([t for t, n in pairwise(items) if n.text == "("], len(text))


def _fault(offset: int, zh: str, en: str) -> Fault:
    return Fault(offset, Message(zh, en))


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
                return _fault(
                    token.start, f"IRI {token.text} 不合法：{error}", f"the IRI {token.text} is not valid: {error}"
                )
        elif token.text == "<" and (match := _BAD_IRI.match(text, token.start)):
            wrong = _FORBIDDEN.search(match.group(), 1)
            if wrong is None:
                continue
            sign = wrong.group()
            shown = {" ": ("空格", "a blank")}.get(sign, (f"“{sign}”", f"'{sign}'"))
            escape = f"%{ord(sign):02X}"
            return _fault(
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
        return _fault(
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
                return _fault(
                    token.start, f"多出的“{token.text}”，前面没有与它对应的括号", f"'{token.text}' closes nothing"
                )
            if _CLOSING[opened[-1].text] != token.text:
                return _fault(
                    token.start,
                    f"“{token.text}”与前面的“{opened[-1].text}”不成对",
                    f"'{token.text}' does not close the '{opened[-1].text}' before it",
                )
            opened.pop()
    if opened:
        sign, place = opened[-1].text, place_of(text, opened[-1].start)
        return _fault(
            items[-1].end,
            f"查询到此结束，而第 {place.line} 行第 {place.column} 列的“{sign}”没有闭合：缺少“{_CLOSING[sign]}”",
            f"the query ends here, and the '{sign}' of line {place.line}, column {place.column} is never closed by "
            f"'{_CLOSING[sign]}'",
        )
    return None


def _quote(items: list[Token]) -> Fault | None:
    token = next((token for token in items if token.kind == "unclosed"), None)
    if token is None:
        return None
    return _fault(
        token.start,
        "字符串没有闭合：缺少右引号（换行的文本用三个引号）",
        "the string is never closed: its quote is missing (text of several lines takes three quotes)",
    )


def _keyword(items: list[Token], offset: int) -> Fault | None:
    """Return the keyword that a word at or just before ``offset`` was meant to be."""
    near = [token for token in items if token.kind == "word" and token.start <= offset][-3:]
    near += [token for token in items if token.kind == "word" and token.start > offset][:1]
    for token in near:
        word = token.text.upper()
        if word in _KEYWORDS or word in _FUNCTIONS or len(word) < 3:
            continue
        close = difflib.get_close_matches(word, [*_KEYWORDS, *_FUNCTIONS], 1, 0.7)
        if close:
            return _fault(
                token.start,
                f"没有关键字 {token.text}；是否想写 {close[0]}",
                f"there is no keyword {token.text}; did you mean {close[0]}",
            )
    return None


def _blank_in_expression(items: list[Token]) -> Fault | None:
    for index, token in enumerate(items):
        if token.kind == "word" and token.text.upper() in {"FILTER", "BIND"}:
            depth = 0
            for place in range(index + 1, len(items)):
                item = items[place]
                depth += (item.text == "(") - (item.text == ")")
                if item.text in {"{", "}"} or (depth <= 0 and item.text == ")"):
                    break
                if item.text == "_" and place + 1 < len(items) and items[place + 1].text.startswith(":"):
                    return _fault(
                        item.start,
                        f"{token.text.upper()} 的表达式中不能有空白节点 _{items[place + 1].text}，请用变量",
                        f"an expression of {token.text.upper()} may not hold the blank node _{items[place + 1].text}; use a variable",
                    )
    return None


def _semantics(select: Select, groups: list[Group]) -> Iterator[Fault]:
    for group in groups:
        yield from _group(group)
    selects = [select, *(e.select for group in groups for e in group.elements if e.select is not None)]
    for one in selects:
        yield from _select(one)
    yield from _labels(groups)


def _group(group: Group) -> Iterator[Fault]:
    for number, element in enumerate(group.elements):
        expression = element.expression
        if expression is None:
            continue
        word = element.kind.upper()
        if expression.aggregates:
            name, start, _ = expression.aggregates[0]
            yield _fault(
                start,
                f"{word} 中不能用聚合函数 {name}：用 GROUP BY 分组，并在 HAVING 中写条件（如 HAVING({name}(?x) > 1)），"
                "或在子查询中先算出",
                f"{word} may not hold the aggregate {name}: group by GROUP BY and put the condition into HAVING "
                f"(as HAVING({name}(?x) > 1)), or compute it in a sub-select",
            )
        if element.kind == "bind":
            yield from _bind(group, number, element)


def _bind(group: Group, number: int, element: Element) -> Iterator[Fault]:
    name, start = element.variables[0]
    before = Group(
        group.start,
        triples=[triple for triple in group.triples if triple.start < element.start],
        elements=group.elements[:number],
    )
    if name in bound(before):
        yield _fault(
            start,
            f"变量 ?{name} 在 BIND 之前已经有值，不能再赋值：请换一个名字",
            f"the variable ?{name} has a value before this BIND already; choose another name",
        )


def _select(select: Select) -> Iterator[Fault]:
    seen: set[str] = set()
    for name, start in [*select.plain, *((name, start) for _, name, start in select.named)]:
        if name in seen:
            yield _fault(start, f"SELECT 中变量 ?{name} 出现了两次", f"the variable ?{name} stands twice in the SELECT")
        seen.add(name)
    nested = [a for e in _expressions(select) for a in e.aggregates if a[2]]
    if nested:
        yield _fault(
            nested[0][1],
            f"聚合函数 {nested[0][0]} 不能写在另一个聚合函数里：在子查询中先算出里面的",
            f"the aggregate {nested[0][0]} may not stand within another: compute the inner one in a sub-select",
        )
    aggregated = select.group_by is not None or any(e.aggregates for e in _expressions(select))
    in_scope = bound(select.where) if select.where is not None else set()
    if select.values is not None:
        in_scope |= {name for name, _ in select.values.variables}
    for _, name, start in select.named:
        if name in in_scope:
            yield _fault(
                start,
                f"AS ?{name}：变量 ?{name} 在 WHERE 中已经使用，请换一个名字",
                f"AS ?{name}: the variable ?{name} is used in the WHERE already; choose another name",
            )
    if aggregated:
        yield from _aggregated(select)


def _aggregated(select: Select) -> Iterator[Fault]:
    if select.star is not None:
        yield _fault(
            select.star,
            "有 GROUP BY 或聚合函数时不能写 SELECT *：请列出分组的变量和聚合的结果",
            "SELECT * cannot go with GROUP BY or an aggregate: name the grouped variables and the aggregates",
        )
    grouped = {name for name, _ in select.grouped}
    for name, start in select.plain:
        if name not in grouped:
            yield _ungrouped(name, start)
    for expression, name, _ in select.named:
        for use in expression.uses:
            if not use.aggregated and use.name not in grouped:
                yield _ungrouped(use.name, use.start)
        grouped.add(name)
    for expression in select.having:
        for use in expression.uses:
            if not use.aggregated and use.name not in grouped:
                yield _ungrouped(use.name, use.start)


def _ungrouped(name: str, start: int) -> Fault:
    return _fault(
        start,
        f"变量 ?{name} 既没有出现在 GROUP BY 中，也没有在聚合函数里：请加上 GROUP BY ?{name}，或写成 SAMPLE(?{name})",
        f"the variable ?{name} is neither in GROUP BY nor in an aggregate: add GROUP BY ?{name}, or write SAMPLE(?{name})",
    )


def _expressions(select: Select) -> list[Expression]:
    return [*(e for e, _, _ in select.named), *select.having, *select.order]


def _labels(groups: list[Group]) -> Iterator[Fault]:
    seen: dict[str, tuple[int, int]] = {}
    for start, label, owner, pattern in sorted(
        (start, label, id(group), pattern) for group in groups for label, start, pattern in group.blanks
    ):
        if label in seen and (seen[label][0] != owner or seen[label][1] != pattern):
            yield _fault(
                start,
                f"空白节点标签 _:{label} 不能用在两个组里：请改用变量 ?{label}",
                f"the blank node label _:{label} may not stand in two groups: use the variable ?{label}",
            )
        seen.setdefault(label, (owner, pattern))
