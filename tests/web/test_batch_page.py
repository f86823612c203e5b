"""Several files in one upload: an overview of the firms, their verdicts and reports, and what was not judged."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from tests.validation import samples
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import Client, TestResponse, stream_encode_multipart

from zhiyin import resources


@pytest.fixture(scope="module")
def files() -> list[tuple[str, bytes]]:
    folder = samples.folder()
    chosen = [(name, (folder / name).read_bytes()) for name in ("no-generator.ttl", "half-filled-form.xlsx")]
    return [*chosen, ("batch/broken.ttl", b"<a> <b> <c>"), ("~$form.xlsx", b"lock"), ("batch/notes.docx", b"PK")]


def post(client: Client, files: list[tuple[str, bytes]], **fields: str) -> TestResponse:
    form: MultiDict[str, object] = MultiDict({"date": "2026-06-30", **fields})
    for name, data in files:
        form.add("file", FileStorage(io.BytesIO(data), name))
    return sent(client, form)


def sent(client: Client, form: MultiDict[str, object]) -> TestResponse:
    """Post the form whole: the client would spool a large one to a file that it never closes."""
    stream, _, boundary = stream_encode_multipart(form, threshold=50_000_000)
    return client.post("/validate", data=stream.read(), content_type=f'multipart/form-data; boundary="{boundary}"')


def test_several_files_give_an_overview_and_each_its_verdict(client: Client, files: list[tuple[str, bytes]]) -> None:
    response = post(client, files)
    page = response.data.decode()
    assert response.status_code == 200, page
    assert response.headers["Cache-Control"] == "no-store"
    assert "2 家公司的评定总览" in page
    assert "未达到" in page
    assert "broken.ttl" in page
    skipped = page.partition("略过的文件</h2>")[2]
    assert re.findall(r"<li>(.*?)</li>", skipped) == ["~$form.xlsx", "batch/notes.docx"]
    # What the page carries, sent again, opens the verdict of one firm.
    carried: MultiDict[str, object] = MultiDict()
    for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page):
        carried.add(name, value)
    one = client.post("/validate", data=MultiDict([*carried.items(multi=True), ("open", "1")]))
    assert one.status_code == 200
    assert "半份表" in one.data.decode()
    assert "先做什么" in one.data.decode()
    assert client.post("/validate", data=MultiDict([*carried.items(multi=True), ("open", "9")])).status_code == 400
    overview = client.post("/validate", data=MultiDict([*carried.items(multi=True), ("format", "batch-xlsx")]))
    book = load_workbook(io.BytesIO(overview.data))
    assert book["公司"]["A4"].value == "合计 2 家"
    assert [str(row[0].value) for row in book["未能评定"].iter_rows(min_row=2)] == [
        "batch/broken.ttl",
        "~$form.xlsx",
        "batch/notes.docx",
    ]


def test_reports_come_as_one_archive_with_the_overview(client: Client, files: list[tuple[str, bytes]]) -> None:
    response = post(client, files[:2], format="batch-zip-docx")
    assert response.status_code == 200
    assert "评定报告-2家.zip" in unquote(response.headers["Content-Disposition"])
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert names[-1] == "总览.xlsx"
    assert [name.rpartition("-")[2] for name in names[:-1]] == ["评定报告.docx"] * 2
    back = post(client, files[:2], format="batch-zip-returned")
    with zipfile.ZipFile(io.BytesIO(back.data)) as archive:
        assert [name.rpartition("-")[2] for name in archive.namelist()] == ["评定结果.xlsx", "总览.xlsx"]
    assert post(client, files[:2], format="batch-zip-exe").status_code == 400


def test_too_many_files_are_refused_with_what_to_do(client: Client) -> None:
    many = [(f"{count}.ttl", b"") for count in range(151)]
    response = post(client, many)
    assert response.status_code == 400
    assert "命令行" in response.data.decode()


def test_a_broken_file_of_rulings_is_told_once(client: Client, files: list[tuple[str, bytes]]) -> None:
    form: MultiDict[str, object] = MultiDict({"date": "2026-06-30"})
    for name, data in files[:2]:
        form.add("file", FileStorage(io.BytesIO(data), name))
    form.add("determinations", FileStorage(io.BytesIO(b"<a> <b> <c>"), "rulings.ttl"))
    response = sent(client, form)
    assert response.status_code == 400
    assert "评定总览" not in response.data.decode()


def test_rulings_that_no_firm_of_the_batch_used_are_told(client: Client, files: list[tuple[str, bytes]]) -> None:
    form: MultiDict[str, object] = MultiDict({"date": "2026-06-30"})
    for name, data in files[:2]:
        form.add("file", FileStorage(io.BytesIO(data), name))
    ruling = resources.path("data/determinations/equivalent-isolation.ttl").read_bytes()
    form.add("determinations", FileStorage(io.BytesIO(ruling), "rulings.ttl"))
    response = sent(client, form)
    assert response.status_code == 200
    assert "条款 5.4.1.3 的认定没有用在这一批的任何一家公司" in response.text
    assert "rulings.ttl" in response.text
