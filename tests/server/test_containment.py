"""Work on submissions can be ended: by time, by memory, by its own crash, and nothing of it touches a disk."""

from __future__ import annotations

import io
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.server import work

from zhiyin import resources
from zhiyin.composition import containment
from zhiyin.composition.batch import REPORTS, judge_content
from zhiyin.composition.containment import Containment, Limits
from zhiyin.composition.judging import Asked
from zhiyin.composition.submitted import (
    Posted,
    check_posted,
    check_report,
    judge_posted,
    packed,
    renew_posted,
    report_posted,
    unpacked,
)
from zhiyin.errors import BadParameter, BadRequest, BadSubmission, InternalError, Overloaded, TooLarge, Unavailable
from zhiyin.report.outputs import OUTPUTS, RETURNED, render

ROOT = Path(__file__).parents[2]
SAMPLE = resources.path("data/companies/no-generator.ttl")
ASKED = Asked(day=date(2026, 6, 30))


def start(folder: Path, warm: str) -> tuple[str, subprocess.Popen[bytes]]:
    address = str(folder / "work")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(address)
    listener.listen(64)
    process = subprocess.Popen(
        [sys.executable, "-m", "zhiyin.composition.contained_process", warm, str(listener.fileno())],
        pass_fds=[listener.fileno()],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'service'}{os.pathsep}{ROOT}"},
    )
    listener.close()
    return address, process


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    found, process = start(tmp_path_factory.mktemp("contained"), "tests.server.work:warm")
    Containment(Limits(30, 64 << 20, 1), found).run(work.add, 1, 1)
    yield found
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def judging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containment]:
    """Where submissions are judged, as the server has it."""
    found, process = start(tmp_path_factory.mktemp("judging"), "zhiyin.composition.submitted:warm")
    yield Containment(Limits(300.0, 400 << 20, 2, starting=300.0), found)
    process.terminate()
    process.wait(10)


@pytest.fixture
def contained(address: str) -> Containment:
    return Containment(Limits(1.0, 64 << 20, 4), address)


def test_a_value_comes_back_from_a_process_of_its_own(contained: Containment) -> None:
    assert contained.run(work.add, 2, second=3) == 5
    first, second = contained.run(work.whoami), contained.run(work.whoami)
    assert len({first, second, os.getpid()}) == 3


def test_what_computes_too_long_is_ended_as_too_large(contained: Containment, monkeypatch: pytest.MonkeyPatch) -> None:
    # On a loaded machine a second of the processor may take very long.
    monkeypatch.setattr(containment, "_BUSY", 100)
    with pytest.raises(TooLarge, match=r"processor time than its limit \(1 s\)") as caught:
        contained.run(work.burn)
    assert caught.value.status == 413
    assert "拆成几个文件" in caught.value.message.zh
    assert contained.run(work.add, 1, 1) == 2


def test_what_waits_for_a_core_is_not_told_to_be_smaller(contained: Containment) -> None:
    """A machine so busy that nothing gets done is no fault of what was sent."""
    started = time.monotonic()
    with pytest.raises(Unavailable, match="the server is busy") as caught:
        contained.run(work.run_for_ever)
    assert 4 <= time.monotonic() - started < 8
    assert caught.value.status == 503
    assert caught.value.details["retryAfter"] == 10
    assert "拆" not in caught.value.message.zh
    assert contained.run(work.add, 1, 1) == 2


def test_a_wait_longer_than_the_limit_is_no_use_of_the_processor(contained: Containment) -> None:
    assert contained.run(work.wait, 1.5) == 1.5


@pytest.mark.parametrize(("function", "arguments"), [(work.take, (200 << 20,)), (work.nest, ()), (work.crash, ())])
def test_what_takes_too_much_ends_alone(contained: Containment, function: object, arguments: tuple[int, ...]) -> None:
    with pytest.raises(TooLarge) as caught:
        contained.run(function, *arguments)  # type: ignore[arg-type]
    assert caught.value.status == 413
    assert contained.run(work.take, 20 << 20) == 20 << 20


def test_an_error_keeps_its_kind_place_and_details(contained: Containment) -> None:
    with pytest.raises(BadSubmission) as caught:
        contained.run(work.refuse)
    assert caught.value.place.cell == "B3"
    assert caught.value.details == {"faults": [{"zh": "误"}]}
    with pytest.raises(BadParameter, match="'9'"):
        contained.run(work.refuse_parameter)


def test_a_fault_of_ours_is_logged_by_its_place_alone(contained: Containment, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(InternalError):
        contained.run(work.fail)
    record = caplog.records[-1]
    assert any("work.py" in line for line in record.__dict__["fault"])
    assert "机密" not in str(record.__dict__)


def test_nothing_is_written_to_a_disk(contained: Containment, tmp_path: Path) -> None:
    with pytest.raises(InternalError):
        contained.run(work.write, str(tmp_path))
    assert all(file.stat().st_size == 0 for file in tmp_path.iterdir())


def test_no_more_at_once_than_there_are_places(address: str) -> None:
    narrow = Containment(Limits(1.0, 64 << 20, 1), address)
    ended: list[BaseException] = []

    def hold() -> None:
        try:
            narrow.run(work.run_for_ever)
        except Unavailable as error:
            ended.append(error)

    thread = threading.Thread(target=hold)
    thread.start()
    time.sleep(0.2)
    with pytest.raises(Overloaded):
        narrow.run(work.add, 1, 1)
    thread.join()
    assert len(ended) == 1


def test_without_the_process_the_answer_is_503(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        Containment(Limits(1.0, 64 << 20, 1), str(tmp_path / "absent")).run(work.add, 1, 1)


@pytest.mark.parametrize("output", ["json", "xlsx", "docx", RETURNED])
def test_every_report_on_a_workbook_is_written_where_no_file_may_be(judging: Containment, output: str) -> None:
    """A library that writes a workbook sheet by sheet into temporary files could not, and every one was a 500."""
    book = resources.path("data/companies/half-filled-form.xlsx")
    data, name = judging.run(report_posted, Posted(book.read_bytes(), book.name), ASKED, None, output)
    assert data
    assert name
    if output in ("xlsx", RETURNED):
        assert len(load_workbook(io.BytesIO(data)).sheetnames) > 1


def test_every_report_of_a_batch_and_a_renewed_form_are_written_there(judging: Containment) -> None:
    book = resources.path("data/companies/half-filled-form.xlsx").read_bytes()
    (row,) = judging.run(judge_content, book, "half.xlsx", ASKED, REPORTS)
    assert [report.form for report in row.reports] == list(REPORTS)
    data, _, tier = judging.run(renew_posted, Posted(book, "half.xlsx"), None, "xlsx", date(2026, 6, 30))
    assert tier in (1, 2, 3, 4)
    assert len(load_workbook(io.BytesIO(data)).sheetnames) > 5
    cited = Posted("根据指引4.2.1.5条，机房录像至少保存60天。".encode())
    for form in ("html", "json"):
        assert judging.run(check_report, cited, form)


def test_a_judgement_passes_between_processes_as_it_is(judging: Containment) -> None:
    posted = Posted(SAMPLE.read_bytes(), SAMPLE.name)
    there = unpacked(judging.run(packed, posted, ASKED))
    report, _ = judging.run(report_posted, posted, ASKED, None, "json")
    with pytest.raises(BadSubmission):
        judging.run(report_posted, Posted(b"<urn:a> <urn:b", "x.ttl"), ASKED, None, "json")
    cited = Posted("根据指引4.2.1.5条，机房录像至少保存60天。".encode())
    checked = judging.run(check_posted, cited)
    assert checked == check_posted(cited)
    assert judging.run(check_report, cited, "csv") == check_report(cited, "csv")
    with pytest.raises(BadRequest):
        judging.run(check_posted, Posted(b"\0\1", "x.bin"))
    here = judge_posted(posted, ASKED)
    assert there.rules is here.rules
    assert render(there, OUTPUTS["json"]) == render(here, OUTPUTS["json"]) == report
    # The rows tell the documents and figures that the satisfied clauses rest on, found out where the facts were.
    assert render(there, OUTPUTS["csv"]) == render(here, OUTPUTS["csv"])
    assert all(clause.documents or clause.grounds for clause in there.verdicts[0].clauses if clause.rests_on)
