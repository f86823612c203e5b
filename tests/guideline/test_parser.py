"""The counts are derived from the printed lines by expressions of their own, not by the parser under test."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.edition import shipped_edition
from zhiyin.errors import SourceTextError
from zhiyin.guideline import parse_guideline
from zhiyin.model import GuidelineText, Mark, Obligation, number_key

EDITION = shipped_edition()
PRINTED_CLAUSE = re.compile(r"^([2-5])\.\d+\.\d+\.\d+\s*\[(必须|可选)\]\[(新增|延续)\]", re.MULTILINE)

# Design, section 1: requirement clauses, 必须, 可选, 新增, 延续 of each tier.
COUNTS = {1: (177, 177, 0, 177, 0), 2: (183, 179, 4, 10, 173), 3: (202, 196, 6, 25, 177), 4: (209, 208, 1, 11, 198)}


def concatenated(text: GuidelineText) -> str:
    """Everything that the parse holds, in document order, written as the source writes it."""
    pieces: dict[str, str] = {}
    for heading in text.headings:
        dot = "" if "." in heading.number else "."
        pieces[heading.number] = f"{heading.number}{dot}{heading.title}"
    for item in text.items:
        pieces[item.number] = f"{item.number}{item.text}"
    for clause in text.requirements:
        pieces[clause.number] = f"{clause.number}[{clause.obligation}][{clause.mark}]{clause.text}"
    return "".join(pieces[number] for number in sorted(pieces, key=number_key))


def without_white_space(text: str) -> str:
    return "".join(text.split())


def test_nothing_of_the_text_is_lost(text: GuidelineText, source_text: str) -> None:
    assert without_white_space(concatenated(text)) == without_white_space(source_text)


def test_whole_counts(text: GuidelineText) -> None:
    assert (len(text.requirements), len(text.items), len(text.headings)) == (771, 10, 173)


@pytest.mark.parametrize("tier", COUNTS)
def test_counts_of_a_tier_as_printed(source_text: str, tier: int) -> None:
    found = [m for m in PRINTED_CLAUSE.findall(source_text) if int(m[0]) == tier + 1]
    obligations, marks = Counter(m[1] for m in found), Counter(m[2] for m in found)
    assert (
        len(found),
        obligations["必须"],
        obligations["可选"],
        marks["新增"],
        marks["延续"],
    ) == COUNTS[tier]


@pytest.mark.parametrize("tier", COUNTS)
def test_counts_of_a_tier_as_parsed(text: GuidelineText, tier: int) -> None:
    own = [clause for clause in text.requirements if clause.tier == tier]
    obligations, marks = Counter(c.obligation for c in own), Counter(c.mark for c in own)
    assert (
        len(own),
        obligations[Obligation.MANDATORY],
        obligations[Obligation.OPTIONAL],
        marks[Mark.NEW],
        marks[Mark.CONTINUED],
    ) == COUNTS[tier]


def test_each_tier_has_the_same_8_sections_and_34_subsections(text: GuidelineText) -> None:
    by_chapter: dict[str, list[tuple[str, str]]] = {}
    for heading in text.headings:
        chapter, _, local = heading.number.partition(".")
        if local:
            by_chapter.setdefault(chapter, []).append((local, heading.title))
    assert sorted(by_chapter) == ["2", "3", "4", "5"]
    first = by_chapter["2"]
    assert all(found == first for found in by_chapter.values())
    assert sum("." not in local for local, _ in first) == 8
    assert sum("." in local for local, _ in first) == 34


def test_line_numbers_point_at_the_printed_line(text: GuidelineText, source_text: str) -> None:
    lines = source_text.split("\n")
    places = [(h.line, h.number) for h in text.headings] + [(i.line, i.number) for i in text.items]
    places += [(clause.line, clause.number) for clause in text.requirements]
    assert all(lines[line - 1].strip().startswith(number) for line, number in places)


# --- texts that break the form ---------------------------------------------------------------------------------------

SMALL = """\
1. 总则
1.1 为了促进
1.2 分四类
2. 一类要求
2.1 管理
2.1.1 组织
2.1.1.1 [必须][新增] 应设部门。
2.1.1.2 [必须][新增] 应有2人。
3. 二类要求
3.1 管理
3.1.1 组织
3.1.1.1 [必须][延续] 应设部门。
3.1.1.2 [可选][新增] 应有3人。
4. 三类要求
4.1 管理
4.1.1 组织
4.1.1.1 [必须][延续] 应设部门。
5. 四类要求
5.1 管理
5.1.1 组织
5.1.1.1 [必须][延续] 应设部门。
"""


def replace(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


BROKEN = {
    "clause without a mark": (replace("[必须][新增] 应有2人", "应有2人"), 8, "has no mark"),
    "clause with one mark": (replace("[必须][新增] 应有2人", "[必须] 应有2人"), 8, "has no mark"),
    "clause with three marks": (
        replace("[必须][新增] 应有2人", "[必须][新增][新增] 应有2人"),
        8,
        "more than two marks",
    ),
    "unknown obligation": (replace("[必须][新增] 应有2人", "[建议][新增] 应有2人"), 8, "unknown mark [建议]"),
    "unknown mark": (replace("[可选][新增]", "[可选][增加]"), 13, "unknown mark [增加]"),
    "marks in the wrong order": (replace("[可选][新增]", "[新增][可选]"), 13, "unknown mark [新增]"),
    "continued in tier 1": (replace("[必须][新增] 应有2人", "[必须][延续] 应有2人"), 8, "first tier"),
    "clause without a text": (replace("[必须][新增] 应有2人。", "[必须][新增]"), 8, "has no text"),
    "duplicate number": (replace("2.1.1.2 ", "2.1.1.1 "), 8, "duplicate"),
    "missing number": (replace("2.1.1.2 ", "2.1.1.3 "), 8, "2.1.1.2 is missing"),
    "number going back": (
        replace("3.1.1.2 [可选][新增] 应有3人。", "3.1.1.2 [可选][新增] 甲\n3.1.1.1 [必须][新增] 乙"),
        14,
        "duplicate",
    ),
    "number under the wrong chapter": (replace("2.1.1.2 ", "3.1.1.2 "), 8, "wrong heading"),
    "number under the wrong section": (replace("2.1.1.2 ", "2.2.1.2 "), 8, "wrong heading"),
    "missing chapter": (replace("3. 二类要求\n", ""), 9, "wrong heading"),
    "missing section heading": (replace("3.1 管理\n", ""), 10, "wrong heading"),
    "last chapter missing": (lambda text: text[: text.index("5. ")], 18, "chapter 5 is missing"),
    "chapter 6": (lambda text: text + "6. 五类要求\n", 22, "no chapter 6"),
    "text before the first heading": (lambda text: "前言\n" + text, 1, "neither a heading nor a clause"),
    "numbered text before the first heading": (lambda text: "1.1 甲\n" + text, 1, "before the first heading"),
    "loose line": (replace("应有2人。\n", "应有2人。\n并有记录。\n"), 9, "neither a heading nor a clause"),
    "other headings": (replace("4.1.1 组织", "4.1.1 机构"), 16, "differ in heading 1.1"),
    "one heading more": (lambda text: text + "5.1.2 培训\n5.1.2.1 [必须][新增] 甲\n", 22, "differ in heading 1.2"),
    "heading without a title": (replace("4.1.1 组织", "4.1.1"), 16, "no title"),
    "heading with a mark": (replace("4.1.1 组织", "4.1.1 [必须][新增] 组织"), 16, "bears a mark"),
    "item with a mark": (replace("1.2 分四类", "1.2 [必须][新增] 分四类"), 3, "no mark"),
    "empty subsection": (replace("4.1.1.1 [必须][延续] 应设部门。\n", ""), 16, "no clause stands under"),
    "chapter number without a dot": (replace("3. 二类要求", "3 二类要求"), 9, "as its level wants"),
    "clause number with a dot": (replace("2.1.1.2 ", "2.1.1.2. "), 8, "as its level wants"),
    "number with a leading zero": (replace("2.1.1.2 ", "2.1.1.02 "), 8, "bad number"),
    "number too deep": (replace("2.1.1.2 ", "2.1.1.1.1 "), 8, "too many levels"),
    "number glued to its title": (replace("2.1.1 组织", "2.1.1组织"), 6, "white space is missing"),
}


def test_small_text_keeps_the_form() -> None:
    parsed = parse_guideline(SMALL, EDITION)
    assert [clause.number for clause in parsed.requirements][:3] == ["2.1.1.1", "2.1.1.2", "3.1.1.1"]
    assert concatenated(parsed) == without_white_space(SMALL)


@pytest.mark.parametrize("name", BROKEN)
def test_break_of_form_is_refused_with_line_and_reason(name: str) -> None:
    change, line, reason = BROKEN[name]
    with pytest.raises(SourceTextError) as caught:
        parse_guideline(change(SMALL), EDITION, name="text.txt")
    assert reason in caught.value.message.en
    assert re.search(r"[\u4e00-\u9fff]", caught.value.message.zh)
    assert (caught.value.place.source, caught.value.place.line) == ("text.txt", line)


def test_any_clause_line_may_be_the_broken_one(source_text: str) -> None:
    lines = source_text.split("\n")
    clauses = [index for index, line in enumerate(lines) if "][" in line]
    for index in clauses[::37]:
        broken = [*lines[:index], lines[index].replace("][", "", 1), *lines[index + 1 :]]
        with pytest.raises(SourceTextError) as caught:
            parse_guideline("\n".join(broken), EDITION)
        assert caught.value.place.line == index + 1


WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=12).filter(
    lambda word: not word.startswith("[") and not any(character.isspace() for character in word)
)
BLANK = st.sampled_from([" ", "  ", "\t", "\u3000"])


@st.composite
def guidelines(draw: st.DrawFn) -> str:
    """A text of the right form: the same headings in each tier, words and white space at random."""
    out = [f"1.{draw(BLANK)}{draw(WORDS)}"]
    out += [f"1.{n}{draw(BLANK)}{draw(WORDS)}" for n in range(1, draw(st.integers(1, 3)) + 1)]
    shape = draw(st.lists(st.integers(1, 2), min_size=1, max_size=2))
    titles = {
        (section, sub): draw(WORDS) for section in range(1, len(shape) + 1) for sub in range(shape[section - 1] + 1)
    }
    for chapter in range(2, 6):
        out.append(f"{chapter}.{draw(BLANK)}{draw(WORDS)}")
        for section, subsections in enumerate(shape, start=1):
            out.append(f"{chapter}.{section}{draw(BLANK)}{titles[section, 0]}")
            for sub in range(1, subsections + 1):
                out.append(f"{chapter}.{section}.{sub}{draw(BLANK)}{titles[section, sub]}")
                for clause in range(1, draw(st.integers(1, 3)) + 1):
                    obligation = draw(st.sampled_from(["必须", "可选"]))
                    mark = "新增" if chapter == 2 else draw(st.sampled_from(["新增", "延续"]))
                    words = draw(BLANK).join(draw(st.lists(WORDS, min_size=1, max_size=3)))
                    blank = draw(st.sampled_from(["", " ", "  "]))
                    out.append(f"{chapter}.{section}.{sub}.{clause}{blank}[{obligation}][{mark}]{blank}{words}")
    return "".join(
        draw(st.sampled_from(["", " "])) + line + draw(st.sampled_from(["\n", "\r\n", "\n\n"])) for line in out
    )


@settings(max_examples=60, deadline=None)
@given(guidelines())
def test_any_text_of_the_form_is_kept_whole(source: str) -> None:
    assert without_white_space(concatenated(parse_guideline(source, EDITION))) == without_white_space(source)
