"""Opens a submitted workbook: bombs, macros and external links are refused before openpyxl reads a cell."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from zhiyin.errors import BadSubmission, Place, TooLarge
from zhiyin.intake.submission import MAX_BYTES

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_UNPACKED = 60_000_000


def opened(data: bytes, source: str) -> Workbook:
    """Return the workbook once its size, its archive and its parts are found harmless.

    Raises TooLarge for what is or unpacks too large, BadSubmission for what is no workbook or holds macros or links.
    """
    import openpyxl

    if len(data) > MAX_BYTES:
        raise TooLarge(
            f"文件超过 {MAX_BYTES:,} 字节", f"the file exceeds {MAX_BYTES:,} bytes", place=Place(source=source)
        )
    _check_archive(data, source)
    try:
        return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile, OSError, SyntaxError, AttributeError) as error:
        raise BadSubmission(
            f"工作簿无法读取：{error}", f"the workbook cannot be read: {error}", place=Place(source=source or None)
        ) from error


def _check_archive(data: bytes, source: str) -> None:
    place = Place(source=source or None)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > 2000:
                raise TooLarge(
                    f"工作簿解压后超过 {MAX_UNPACKED:,} 字节",
                    f"the workbook unpacks to over {MAX_UNPACKED:,} bytes",
                    place=place,
                )
            names = [part.filename.lower() for part in parts]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadSubmission("不是有效的 .xlsx 工作簿", "not a valid .xlsx workbook", place=place) from error
    if "xl/workbook.xml" not in names:
        raise BadSubmission("压缩包不是 .xlsx 工作簿", "the archive is not an .xlsx workbook", place=place)
    if any(name.endswith("vbaproject.bin") for name in names):
        raise BadSubmission(
            "工作簿含宏，请另存为不含宏的 .xlsx", "the workbook holds macros; save it without", place=place
        )
    if any(name.startswith("xl/externallinks/") for name in names):
        raise BadSubmission(
            "工作簿含外部链接，请断开后再提交", "the workbook holds external links; break them first", place=place
        )
