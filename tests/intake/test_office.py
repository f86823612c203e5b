"""LibreOffice itself edits a right form in every way it can; it takes minutes, so it runs where ZHIYIN_OFFICE is set."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.intake.mangled import result_of, right_form, spots
from tests.intake.mangler_ways import EITHER, SAME, TOLD

from zhiyin.form import workbook_layout as layout

pytestmark = pytest.mark.skipif(not os.environ.get("ZHIYIN_OFFICE"), reason="takes minutes: set ZHIYIN_OFFICE=1")


@dataclass(frozen=True, slots=True)
class Edited:
    name: str
    file: Path
    may: str


def _port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Edited]]:
    folder = tmp_path_factory.mktemp("office")
    office, python = shutil.which("soffice"), shutil.which("python3", path="/usr/bin")
    if office is None or python is None:
        pytest.skip("LibreOffice is not installed")
    form, places = folder / "form.xlsx", folder / "spots.json"
    form.write_bytes(right_form())
    named = {spot.kind: [spot.sheet, spot.cell] for spot in reversed(spots())}
    named["list"] = named["percent"]
    named["documents"] = [layout.DOCUMENTS, "A1"]
    named["tasks"] = [layout.TASKS, "A1"]
    named["yes"] = [layout.COMPANY_SHEET, "B9"]
    places.write_text(json.dumps(named, ensure_ascii=False), encoding="utf-8")
    port = _port()
    process = subprocess.Popen(
        [
            *(
                office,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--nologo",
            ),
            f"--accept=socket,host=127.0.0.1,port={port};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        script = Path(__file__).with_name("office_edits.py")
        done = subprocess.run(
            [python, script, form, folder, places, str(port)], capture_output=True, text=True, timeout=1500, check=False
        )
        sys.stderr.write(done.stderr[-2000:])
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0, done.stderr[-2000:]
        yield [Edited(line["name"], folder / line["file"], line["may"]) for line in lines]
    finally:
        process.terminate()
        process.wait(30)


def test_every_edit_comes_to_its_verdict_or_to_an_error_with_its_place(edited: list[Edited]) -> None:
    assert len(edited) >= 100
    wrong = []
    for each in edited:
        result = result_of(each.file.read_bytes(), each.file.name)
        sys.stdout.write(f"{each.name}\t{result.outcome}\t{result.detail[:120]}\n")
        if result.outcome != each.may and not (each.may == EITHER and result.outcome in (SAME, TOLD)):
            wrong.append((each.name, each.may, result))
    assert not wrong
