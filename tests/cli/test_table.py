"""Figures stand at the right of their column, words at the left, also where a figure is missing or there is no row."""

from __future__ import annotations

import pytest

from zhiyin.cli.table import print_table


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
