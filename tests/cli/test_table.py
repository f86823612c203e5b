"""Figures stand at the right of their column, words at the left, also where a figure is missing or there is no row."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from zhiyin.cli.table import print_table
from zhiyin.cli.validate import _print_lines, _print_notice
from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Notice


def printed(capsys: pytest.CaptureFixture[str], rows: list[list[object]]) -> list[str]:
    print_table(["name", "count"], rows)
    return capsys.readouterr().out.splitlines()


def test_figures_stand_at_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, [["a", 1], ["bbbb", 12345], ["c", None]])
    one = next(line for line in lines if line.split()[:1] == ["a"])
    many = next(line for line in lines if line.split()[:1] == ["bbbb"])
    assert one.rstrip().endswith("    1")
    assert len(one.rstrip()) == len(many.rstrip())


def test_a_column_with_one_word_stands_at_the_left(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, [["a", "x"], ["bbbb", 12345]])
    one = next(line for line in lines if line.split()[:1] == ["a"])
    many = next(line for line in lines if line.split()[:1] == ["bbbb"])
    assert one.index("x") == many.index("12345")


def test_a_table_without_rows_has_its_headings(capsys: pytest.CaptureFixture[str]) -> None:
    assert any("name" in line and "count" in line for line in printed(capsys, []))


@pytest.mark.parametrize("indent", ["", "    "])
def test_folded_lines_fit_the_console_and_stand_under_the_first(indent: str) -> None:
    out, text = io.StringIO(), "为该机房配备应急供电的发电机，或签订应急供电协议。" * 3
    _print_lines(Console(file=out, width=40), text, indent, "- ")
    lines = out.getvalue().splitlines()
    assert "".join(line.strip(" -") for line in lines) == text
    assert len(lines) > 2
    assert max(map(cell_len, lines)) <= 40
    assert lines[0].startswith(f"{indent}- 为")
    assert all(line.startswith(f"{indent}  ") for line in lines[1:])


def test_a_notice_names_its_line_and_not_the_file_again() -> None:
    out = io.StringIO()
    notice = Notice("not-asked", Message("没有人问", "nobody asks"), Place("a.ttl", 7))
    _print_notice(Console(file=out, width=80), notice, "a.ttl")
    assert "[7]" in out.getvalue()
    assert "a.ttl" not in out.getvalue()
    _print_notice(Console(file=out, width=80), notice, "b.ttl")
    assert "[a.ttl 7]" in out.getvalue(), "that is another file than the one that is judged"
