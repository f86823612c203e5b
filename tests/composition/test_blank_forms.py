"""A form is made by one of all processes, and the next start finds it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from zhiyin.composition import blank_forms
from zhiyin.composition.blank_forms import blank_form, form_cells
from zhiyin.composition.judging import rules
from zhiyin.form.template import template
from zhiyin.form.workbook_cells import cells_in_words
from zhiyin.form.workbook_writer import form_map


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "cache").mkdir(mode=0o700)
    monkeypatch.setenv("ZHIYIN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "forms"


def test_next_start_finds_what_was_made(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form, cells = blank_form(replace(rules()), 1, "xlsx"), form_cells(replace(rules()), 1)
    assert form == template(rules(), 1, "xlsx")
    assert cells == cells_in_words(form_map(rules(), 1))
    monkeypatch.setattr(blank_forms, "template", None)
    monkeypatch.setattr("zhiyin.form.workbook_writer.form_map", None)
    # Rules loaded anew have nothing made of them yet, as after a start.
    assert blank_form(replace(rules()), 1, "xlsx") == form
    assert form_cells(replace(rules()), 1) == cells
    made = {file.name.partition("-")[0]: file for file in empty.glob("*-1-*") if file.suffix != ".sha256"}
    assert set(made) == {"form", "cells"}


def test_a_damaged_file_or_one_of_another_law_is_made_anew(empty: Path) -> None:
    form = blank_form(replace(rules()), 1, "xlsx")
    kept = next(empty.glob("form-1-*.xlsx"))
    kept.write_bytes(kept.read_bytes()[:-1])
    assert blank_form(replace(rules()), 1, "xlsx") == form
    other = replace(rules(), hashes={**rules().hashes, "shapes": "0" * 64})
    assert blank_form(other, 1, "xlsx") == form
    assert len(list(empty.glob("form-1-*.xlsx"))) == 2


def test_processes_that_come_at_once_make_it_once(empty: Path) -> None:
    making = (
        "from zhiyin.composition import blank_forms\n"
        "from zhiyin.composition.judging import rules\n"
        "def made(*_):\n"
        "    import time\n"
        "    print('made', flush=True)\n"
        "    time.sleep(0.5)\n"
        "    return b'form', ''\n"
        "blank_forms.template = made\n"
        "assert blank_forms.blank_form(rules(), 1, 'xlsx')[0] == b'form'\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", making], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(said) == ["", "", "made\n"]
