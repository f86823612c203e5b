"""Turns what the engine's parser says into one sentence in Chinese and English, with line, column and the text there."""

from __future__ import annotations

import re

from zhiyin.errors import BadQuery, Place
from zhiyin.namespaces import PREFIXES
from zhiyin.standards import DCTERMS

_ITEM = re.compile(r'"(?:[^"\\]|\\.)*"|[^,\[\]"]+|\[[^\]]*\]+')
_SAYINGS = {
    "Prefix not found": ("前缀没有声明", "the prefix is not declared"),
    "Duplicated variable name in SELECT": ("SELECT 中同一变量出现两次", "a variable stands twice in the SELECT"),
    "The SELECT contains a variable that is unbound": (
        "SELECT 中的变量既没有分组也没有在聚合函数里",
        "a variable of the SELECT is neither grouped nor aggregated",
    ),
}
_USUAL = {
    "": "https://w3id.org/zhiyin/ontology#",
    "dct": DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "id": "https://w3id.org/zhiyin/id/",
    **PREFIXES,
}
"""Prefixes as people use them without a declaration."""
_PREFIX = re.compile(r"([\w.-]*:)[^\s:]*\s*$")
_MOST = 8
_AROUND = 30
_LONGEST_PREFIX = 100


def told(zh: str, en: str, line: object, column: object) -> BadQuery:
    """Return the error that says a sentence of its own, with its place."""
    if not isinstance(line, int) or not isinstance(column, int):
        return BadQuery(zh, en)
    return BadQuery(
        f"第 {line} 行第 {column} 列：{zh}",
        f"line {line}, column {column}: {en}",
        place=Place(line=line, column=column),
    )


def syntax_error(text: str, message: str, line: int | None, column: int | None) -> BadQuery:
    """Return the error for ``message`` of the parser at ``line`` and ``column`` of ``text``."""
    if line is None or column is None:
        return BadQuery(f"查询有语法错误：{message}", f"the query has a syntax error: {message}")
    zh, en = _explained(message)
    if "Prefix not found" in message:
        prefix = _PREFIX.search(_before(text, line, column))
        if prefix is not None:
            zh, en = f"：前缀 {prefix.group(1)} 没有声明", f": the prefix {prefix.group(1)} is not declared"
            known = _USUAL.get(prefix.group(1).removesuffix(":"))
            if known is not None:
                line_wanted = f"PREFIX {prefix.group(1)} <{known}>"
                zh, en = f"{zh}，请在开头加一行 {line_wanted}", f"{en}; put {line_wanted} at the top"
    near = _near(text, line, column)
    near_zh, near_en = (
        (f"，在“{near}”附近", f" near '{near}'") if near else ("，查询到此结束", ", where the query ends")
    )
    return BadQuery(
        f"第 {line} 行第 {column} 列有语法错误{near_zh}{zh}",
        f"syntax error at line {line}, column {column}{near_en}{en}",
        place=Place(line=line, column=column),
    )


def _explained(message: str) -> tuple[str, str]:
    words: list[str] = []
    # What the parser has no word for is no help.
    message = message.replace("<unreported>", "").strip()
    for saying, (zh, en) in _SAYINGS.items():
        if saying in message:
            return f"：{zh}", f": {en}"
    rest = message.removeprefix("expected ").removeprefix("one of ")
    if message in {"", "expected"}:
        return "", ""
    if rest == message:
        return f"：{message}", f": {message}"
    for item in _ITEM.findall(rest):
        word = item.strip()
        # Classes of single characters tell a person nothing.
        if word and not word.startswith("[") and word not in words and any(map(str.isalnum, word)) | (len(word) <= 4):
            words.append(word)
    shown = [word for word in words if len(word) > 1 and "\n" not in word][:_MOST]
    if not shown:
        return "", ""
    return f"；这里可以是 {' '.join(shown)}", f"; expected {' '.join(shown)}"


def _near(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    if line > len(lines):
        return ""
    return lines[line - 1][max(column - 1, 0) : column - 1 + _AROUND].strip()


def _before(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    return lines[line - 1][: column - 1][-_LONGEST_PREFIX:] if line <= len(lines) else ""
