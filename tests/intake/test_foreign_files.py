"""A file that is no .xlsx gets one sentence that says what it is and what to do; number formats say what a cell shows."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.intake.submissions import refusal

from zhiyin.errors import BadSubmission
from zhiyin.intake.cell_formats import Format, Kind, format_of, parsed_format
from zhiyin.intake.foreign_files import OLE, foreign, foreign_archive
from zhiyin.intake.workbook_archive import opened


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), ".xls"),
        ("a.xlsx", OLE + "Workbook".encode("utf-16-le"), ".xls"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("a.xlsx", OLE, "旧式"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.xlsx", b"%PDF-1.7", "PDF"),
        ("a.csv", "项目,填写".encode("gbk"), "CSV"),
        ("a.xls", b"<html><table></table></html>", "网页"),
        ("a.html", b'<!DOCTYPE html>\n<html><head><meta charset="utf-8"/></head></html>', "网页"),
        ("a.htm", b'\xef\xbb\xbf<html xmlns:x="urn:schemas-microsoft-com:office:excel"></html>', "另存为 .xlsx"),
        ("a", b'<?xml version="1.0"?>\n<!-- saved --><!doctype HTML PUBLIC "-//W3C//DTD XHTML 1.0">', "网页"),
        ("a.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页"),
        ("a.xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "2003"),
        ("a.fods", b'<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>', ".ods"),
        ("a.doc", OLE + "WordDocument".encode("utf-16-le"), "Word"),
        ("~$a.xlsx", b"\x05user", "锁文件"),
        ("a.rar", b"Rar!\x1a\x07", "RAR"),
        ("a.xlsx", b"", "空的"),
    ],
)
def test_one_sentence_says_what_it_is(name: str, data: bytes, told: str) -> None:
    error = refusal(data, name)
    assert told in error.message.zh
    assert "faults" not in error.details
    assert error.place.source == name


@pytest.mark.parametrize(
    ("part", "told"), [("a.txt", "压缩包不是 .xlsx 工作簿"), ("word/document.xml", "Word"), ("ppt/a.xml", "演示文稿")]
)
def test_an_archive_without_sheets_is_told_for_what_it_is(part: str, told: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(BadSubmission) as caught:
        opened(held.getvalue(), "a.xlsx")
    assert told in caught.value.message.zh


def test_archives_are_told_by_what_they_hold() -> None:
    ods = foreign_archive(["content.xml"], b"application/vnd.oasis.opendocument.spreadsheet")
    assert ods is not None
    assert ".ods" in ods.zh
    for part, word in (("word/document.xml", "Word"), ("自述表.xlsx", "压缩包"), ("xl/workbook.bin", ".xlsb")):
        found = foreign_archive([part], b"")
        assert found is not None
        assert word in found.zh
    assert foreign(b"@prefix zy: <urn:x> .", "a.ttl") is None
    assert foreign_archive(["a.txt"], b"") is None


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        *((n, Kind.DATE) for n in (14, 15, 16, 17, 22, 28, 30, 31, 51, 58)),
        *((n, Kind.MONTH) for n in (27, 36, 50, 57)),
        *((n, Kind.TIME) for n in (18, 21, 32, 45, 55)),
        *((n, Kind.PERCENT) for n in (9, 10)),
        *((n, Kind.NUMBER) for n in (1, 4, 38, 44)),
        (49, Kind.TEXT),
        (0, Kind.GENERAL),
    ],
)
def test_built_in_formats(identifier: int, kind: Kind) -> None:
    assert format_of(identifier, {}).kind is kind


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", Format()),
        ('yyyy"年"m"月"d"日"', Format(Kind.DATE, "年月日")),
        ("[$-804]yyyy\\-mm\\-dd;@", Format(Kind.DATE, "--")),
        ('yyyy"年"m"月"', Format(Kind.MONTH, "年月")),
        ("0.00%", Format(Kind.PERCENT)),
        ('0"%"', Format(Kind.NUMBER, "%")),
        ('#,##0"万元"', Format(Kind.NUMBER, "万元")),
        ('0!.0,"万"', Format(Kind.NUMBER, ".万", scaled=True)),
        ("[$¥-804]#,##0.00", Format(Kind.NUMBER, currency="CNY")),
        ("[$€-407]#,##0", Format(Kind.NUMBER, currency="EUR")),
        ("0.00;[Red]-0.00", Format(Kind.NUMBER)),
        ("[h]:mm", Format(Kind.TIME)),
        ("0.00E+00", Format(Kind.NUMBER)),
        ("@", Format(Kind.TEXT)),
    ],
)
def test_written_formats(code: str, expected: Format) -> None:
    assert parsed_format(code) == expected
