"""Finds what looks like a citation: clause numbers in every spelling, lists and ranges of them, titles of documents."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from zhiyin.citing.quantity import chinese_number

_NUMERAL: Final = "[零〇一二两三四五六七八九十]{1,3}"
_DOTTED: Final = r"[1-9]\d?(?:\s?\.\s?\d{1,3}){1,4}"
_NUMBER: Final = re.compile(
    rf"(?<![\d.a-z/_-])(?P<number>{_DOTTED})(?![\d]|\.\d|[a-z_])"
    rf"|(?<![\d.a-z/_-])(?P<dashed>[1-9]-\d{{1,2}}-\d{{1,2}}-\d{{1,2}})(?![\d-])"
    rf"|第?(?P<spelt>{_NUMERAL}(?:点{_NUMERAL}){{2,3}})(?=条|款|项|规定|要求|,|。|\)|$|\s)"
    rf"|第(?P<chapter>{_NUMERAL}|\d{{1,2}})章(?:第(?P<s1>{_NUMERAL}|\d{{1,2}})节)?(?:第(?P<s2>{_NUMERAL}|\d{{1,2}})(?:小节|部分|目))?(?:第(?P<article>{_NUMERAL}|\d{{1,3}})条)?"
    rf"|第(?P<plain>{_NUMERAL}|\d{{1,3}})条"
)
_RANGE: Final = re.compile(r"\s*(?:条|款|项)?\s*(?:至|到|-|~|--)\s*(?:第)?\s*")
_TITLE: Final = re.compile(
    r"《(?P<title>[^》\n]{2,60})》(?:\((?P<alias>[^()\n]{2,30})\))?"
    r"|(?P<standard>(?:gb|jr|ga|gm|yd|iso|iec|iso/iec|nist|pci|sl|db)(?:/[tz])?[\s-]*\d[\d.\-:—]*(?:[-—]\d{4})?)"
    r"|(?P<law>网络安全法|数据安全法|个人信息保护法|密码法|期货和衍生品法|证券法|公司法|等级保护(?:基本)?要求|等保(?:2\.0|三级|二级|测评)?|管理办法|监督管理办法|管理条例)"
    r"|(?P<own>(?:期货公司)?信息技术管理指引|(?:本|该|上述|技术|管理|前述|it)?指引)"
    r"|(?P<house>本(?:制度|办法|规定|细则|规范|政策|手册|程序|方案)|公司(?:章程|制度))"
)
_OWN_TITLES: Final = re.compile(r"信息技术管理指引|^(?:本|该)?指引$|^技术指引$|^(?:信息技术|it)(?:管理)?指引$")
_HEAD: Final = re.compile(r"[\s#>*\-+|()\[\]【】\"“「『]*(?:第|§|条款|条文|clause|article)?\s*$")
_CLAUSE_WORD: Final = re.compile(
    r"(?:第|§|条款号?|条文|编号|clause|section|article|指引》?(?:\([^)]*\))?(?:的)?(?:第)?|见|据|照|依|按|符合|满足|违反|对照|对应|参照|落实|执行)\s*[:(“\"]?\s*$"
)
_OF_SOFTWARE: Final = re.compile(r"(?:版本号?|version|ver|release|固件|补丁|build|v|ip|地址|网段|网关|dns)\s*[(“\"]?$")
_SPOKEN_OF: Final = re.compile(r"\s*(?::|对(?!接)|把|将(?!于|在)|说|中(?:的|规定|说)|里|所称|指出|定义|解释|\))")
"""What follows 1.2 where it is cited and no number of an outline."""
_CLAUSE_TAIL: Final = re.compile(r"\s*(?:条|款|项|规定|要求|小节|节|章|明确)")
_NOT_A_CLAUSE: Final = re.compile(
    r"\s*(?:版|小时|分钟|秒|天|年|月|人|名|万|亿|元|%|倍|公里|米|kg|公斤|吨|度|℃|g|gb|mb|tb|m|个|次|台|套|/\d|-\d{3,}(?!\.))"
)
_VERSION: Final = re.compile(
    r"(?:版本号?|version|ver|release|固件|补丁|build|v|ip|地址|端口|合同编号|编号|附件|附表|图|表|网段|网关|主机|服务器|dns)\s*(?:为|是|:|=|升级至|升级到|升至)?\s*[(“\"]?$"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Clause or section numbers cited at ``[start, end)``; ``document`` names another document that they belong to.

    ``numbers`` stand in the guideline, ``missing`` do not; ``written`` is what stood there; ``heads_line`` says that
    nothing but an outline's marks stands before it on its line; ``sure`` that words say it is a citation.
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    missing: tuple[str, ...]
    written: str
    document: str | None
    heads_line: bool
    sure: bool
    ranged: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """A document named at ``[start, end)``; ``own`` where it is the guideline."""

    start: int
    end: int
    name: str
    own: bool
    house: bool


def read_titles(text: str) -> list[Title]:
    """Return the documents that folded ``text`` names."""
    found = []
    for match in _TITLE.finditer(text):
        name = match["title"] or match["standard"] or match["law"] or match["own"] or match["house"]
        own = bool(match["own"]) or bool(match["title"] and _OWN_TITLES.search(match["title"]))
        found.append(Title(match.start(), match.end(), name, own, bool(match["house"])))
    return found


def read_references(text: str, known: Container[str], headings: Container[str], titles: list[Title]) -> list[Reference]:
    """Return what folded ``text`` cites by number, in order."""
    found: list[Reference] = []
    at = 0
    while match := _NUMBER.search(text, at):
        at = match.end()
        number = _number_of(match)
        reference = _reference(text, match, number, known, headings, titles)
        if reference is None:
            continue
        last = _RANGE.match(text, reference.end)
        second = _NUMBER.match(text, last.end()) if last else None
        short = (
            re.compile(r"(\d{1,3})(?![\d.])(?=\s*(?:条|款|项|,|。|\)|、|$|的|规定|要求))").match(text, last.end())
            if last
            else None
        )
        if second is not None and second["number"]:
            reference = _ranged(reference, number, _plain(second["number"]), second.end(), text, known)
            at = reference.end
        elif short is not None and number.count(".") == 3:
            reference = _ranged(reference, number, f"{number.rpartition('.')[0]}.{short[1]}", short.end(), text, known)
            at = reference.end
        found.append(reference)
    return found


def _number_of(match: re.Match[str]) -> str:
    if match["number"]:
        return _plain(match["number"])
    if match["dashed"]:
        return match["dashed"].replace("-", ".")
    if match["spelt"]:
        return ".".join(str(chinese_number(part)) for part in match["spelt"].split("点"))
    if match["plain"]:
        return _value(match["plain"])
    parts = [match["chapter"], match["s1"], match["s2"], match["article"]]
    return ".".join(_value(part) for part in parts if part)


def _plain(number: str) -> str:
    return ".".join(str(int(part)) for part in re.sub(r"\s", "", number).split("."))


def _value(part: str) -> str:
    return part if part.isdigit() else str(chinese_number(part))


def _reference(
    text: str, match: re.Match[str], number: str, known: Container[str], headings: Container[str], titles: list[Title]
) -> Reference | None:
    start, end = match.span()
    before, after = text[max(0, start - 60) : start], text[end : end + 60]
    parts = number.split(".")
    sure = bool(_CLAUSE_WORD.search(before)) or bool(_CLAUSE_TAIL.match(after)) or not match["number"]
    if match["number"]:
        bracketed = number in known and before.endswith("(") and after.startswith(")")
        if (_VERSION.search(before) and not (bracketed and not _OF_SOFTWARE.search(before))) or (
            _NOT_A_CLAUSE.match(after) and not (sure and _CLAUSE_TAIL.match(after))
        ):
            return None
        if not sure and (int(parts[0]) > 9 or any(int(p) > 60 for p in parts)):
            return None
        if len(parts) == 2 and not sure and not (number in known and _SPOKEN_OF.match(after)):
            return None
        if len(parts) == 3 and not sure and number not in known and number not in headings:
            return None
        if len(parts) == 5 and not sure:
            return None
    document = _document(titles, start, text)
    if match["plain"] and document is None and not _own_before(titles, start):
        return None
    if match["chapter"] and not (titles and titles[0].end <= start):
        return None
    here = number in known or number in headings
    line = before.rpartition("\n")[2]
    return Reference(
        start,
        end,
        (number,) if here else (),
        () if here else (number,),
        match[0].strip(),
        document,
        bool(_HEAD.match(line)) and "指引" not in line,
        sure,
    )


def _own_before(titles: list[Title], start: int) -> bool:
    first = next((title for title in titles if title.own), None)
    return first is not None and first.end <= start


def _document(titles: list[Title], start: int, text: str) -> str | None:
    """Return the other document that a number belongs to: the title named last before it, close by."""
    reach = bisect_right(titles, start, key=lambda title: title.end)
    # Titles are told by what stands near: a few before the number are enough.
    before = titles[max(0, reach - 12) : reach]
    if before and before[-1].house and start - before[-1].end <= 2:
        return before[-1].name
    if before and not before[-1].own and not before[-1].house and "。" not in text[before[-1].end : start]:
        own_before = any(title.own for title in before)
        between = text[before[-1].end : start]
        if len(between) <= 12 or not own_before:
            if re.search(r"[,;]", between) and own_before:
                return None
            return before[-1].name
    return None


def _ranged(first: Reference, low: str, high: str, end: int, text: str, known: Container[str]) -> Reference:
    stem, _, a = low.rpartition(".")
    other, _, b = high.rpartition(".")
    numbers, missing = list(first.numbers), list(first.missing)
    if stem == other and int(a) < int(b) <= int(a) + 60:
        members = [f"{stem}.{n}" for n in range(int(a), int(b) + 1)]
        numbers = [n for n in members if n in known]
        missing = [n for n in members if n not in known]
    elif high in known:
        numbers.append(high)
    else:
        missing.append(high)
    return Reference(
        first.start, end, tuple(numbers), tuple(missing), text[first.start : end], first.document, first.heads_line,
        first.sure, True,
    )  # fmt: skip
