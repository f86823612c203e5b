"""Opens a submitted workbook: what is no plain ``.xlsx`` is refused in one sentence before a cell is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping

from zhiyin.errors import BadSubmission, Message, Place, TooLarge
from zhiyin.intake.foreign_files import foreign, foreign_archive
from zhiyin.intake.submission import MAX_BYTES

MAX_ASIDE = 20_000_000
"""Bytes that are read of what lies beside the cells: comments and drawings, which state nothing."""
MAX_UNPACKED = 60_000_000
"""Bytes of XML that are read of one workbook; pictures and the like are left packed."""
_MAX_PARTS = 2000
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class Archive:
    """The XML parts of one workbook by their names in small letters."""

    def __init__(self, archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], source: str) -> None:
        self._archive = archive
        self._parts = parts
        self._read = self._aside = 0
        self.source = source

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def part(self, name: str, *, sheet: str | None = None) -> bytes:
        """Return a part's bytes; BadSubmission where it is missing or damaged, named by ``sheet`` where it is one."""
        info = self._parts.get(name.lower())
        if info is None:
            raise damaged(self.source, sheet, f"缺少 {name}", f"{name} is missing")
        self._read += info.file_size
        if self._read > MAX_UNPACKED:
            raise _too_large(self.source)
        try:
            return self._archive.read(info)
        except _DAMAGE as error:
            raise damaged(self.source, sheet, f"{name} 无法解压", f"{name} cannot be unpacked") from error

    def aside(self, name: str) -> bytes | None:
        """Return the bytes of a part that states nothing; ``None`` where it is missing, damaged or too large to look at."""
        info = self._parts.get(name.lower())
        if info is None or self._aside + info.file_size > MAX_ASIDE:
            return None
        self._aside += info.file_size
        try:
            return self._archive.read(info)
        except _DAMAGE:
            return None


def opened(data: bytes, source: str) -> Archive:
    """Return the parts of the workbook once its size, its archive and its parts are found harmless.

    Raises TooLarge for what is or unpacks too large, BadSubmission for what is no workbook or holds macros or links.
    """
    place = Place(source=source or None)
    if len(data) > MAX_BYTES:
        raise TooLarge(f"文件超过 {MAX_BYTES:,} 字节", f"the file exceeds {MAX_BYTES:,} bytes", place=place)
    told = foreign(data, source.replace("\\", "/").rpartition("/")[2])
    if told is not None:
        raise BadSubmission(told.zh, told.en, place=place)
    if not data:
        raise BadSubmission("文件是空的", "the file is empty", place=place)
    if not data.startswith(b"PK"):
        raise BadSubmission(
            "不是有效的 .xlsx 工作簿；请用 Excel 或 WPS 打开原件，另存为 .xlsx",
            "not a valid .xlsx workbook; open the original in Excel or WPS and save it as .xlsx",
            place=place,
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        found = archive.infolist()
    except _DAMAGE as error:
        raise damaged(source, None, "压缩包不完整", "the archive is incomplete") from error
    if sum(part.file_size for part in found) > 5 * MAX_UNPACKED or len(found) > _MAX_PARTS:
        raise _too_large(source)
    parts = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in found}
    if any(part.flag_bits & 1 for part in found):
        raise BadSubmission(
            "压缩包加了密码，无法读取；请去掉密码再提交", "the archive is encrypted; remove the password", place=place
        )
    _check_parts(archive, parts, source)
    return Archive(archive, parts, source)


def _check_parts(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], source: str) -> None:
    place = Place(source=source or None)
    if not any(name.startswith("xl/") for name in parts):
        mimetype = b""
        if "mimetype" in parts:
            try:
                mimetype = archive.read(parts["mimetype"])[:200]
            except _DAMAGE:
                mimetype = b""
        told = foreign_archive(parts, mimetype) or Message(
            "压缩包不是 .xlsx 工作簿；请用 Excel 或 WPS 另存为 .xlsx",
            "the archive is not an .xlsx workbook; save it as .xlsx in Excel or WPS",
        )
        raise BadSubmission(told.zh, told.en, place=place)
    binary = foreign_archive(["xl/workbook.bin"], b"") if "xl/workbook.bin" in parts else None
    if binary is not None:
        raise BadSubmission(binary.zh, binary.en, place=place)
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in parts):
        raise BadSubmission(
            "工作簿含宏，请另存为不含宏的 .xlsx", "the workbook holds macros; save it as .xlsx without", place=place
        )
    if any(name.startswith("xl/externallinks/") for name in parts):
        raise BadSubmission(
            "工作簿含外部链接，请断开后再提交（数据 → 编辑链接 → 断开链接）",
            "the workbook holds external links; break them first (Data, Edit Links, Break Link)",
            place=place,
        )


def damaged(source: str, sheet: str | None, zh: str, en: str) -> BadSubmission:
    """Return the refusal of a damaged workbook."""
    where_zh, where_en = (f"工作表“{sheet}”", f"the sheet '{sheet}'") if sheet else ("工作簿", "the workbook")
    return BadSubmission(
        f"{where_zh}已损坏（{zh}）；请用 Excel 或 WPS 打开并修复，另存为 .xlsx 再提交",
        f"{where_en} is damaged ({en}); open and repair it in Excel or WPS, save it as .xlsx and send it again",
        place=Place(source=source or None, sheet=sheet),
    )


def _too_large(source: str) -> TooLarge:
    return TooLarge(
        f"工作簿解压后超过 {MAX_UNPACKED:,} 字节；请把表中多余的内容删去",
        f"the workbook unpacks to over {MAX_UNPACKED:,} bytes; delete what does not belong to the form",
        place=Place(source=source or None),
    )
