"""Bytes that are no ``.xlsx`` in, one sentence out: what the file is and what to do with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from zhiyin.errors import Message

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = Message("请用 Excel 或 WPS 打开，另存为 .xlsx", "open it in Excel or WPS and save it as .xlsx")
_TEMPLATE = Message("请填写模板的 .xlsx 表再提交", "fill in the .xlsx form and send that")

_MAGIC: tuple[tuple[bytes, Message, Message], ...] = (
    (b"%PDF", Message("PDF 文件", "a PDF file"), _TEMPLATE),
    (b"{\\rtf", Message("RTF 文档", "an RTF document"), _TEMPLATE),
    (b"Rar!", Message("RAR 压缩包", "a RAR archive"), Message("请解压后提交其中的 .xlsx", "unpack it")),
    (b"7z\xbc\xaf", Message("7z 压缩包", "a 7z archive"), Message("请解压后提交其中的 .xlsx", "unpack it")),
    (b"\x1f\x8b", Message("gzip 压缩文件", "a gzip file"), Message("请解压后提交其中的文件", "unpack it")),
    (b"\x89PNG", Message("图片", "a picture"), _TEMPLATE),
    (b"\xff\xd8\xff", Message("图片", "a picture"), _TEMPLATE),
    (b"GIF8", Message("图片", "a picture"), _TEMPLATE),
    (b"BM", Message("图片", "a picture"), _TEMPLATE),
)
_PARTS: tuple[tuple[re.Pattern[str], Message, Message], ...] = (
    (re.compile(r"^xl/workbook\.bin$"), Message("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"), _SAVE),
    (re.compile(r"^word/"), Message("Word 文档", "a Word document"), _TEMPLATE),
    (re.compile(r"^ppt/"), Message("演示文稿", "a presentation"), _TEMPLATE),
    (re.compile(r"^index/.*\.iwa$|^index\.zip$"), Message("Numbers 表格", "a Numbers document"), _SAVE),
    (
        re.compile(r"\.(xlsx|xlsm|xls|et)$"),
        Message("装有工作簿的压缩包", "an archive that holds workbooks"),
        Message("请解压后逐个提交", "unpack it and send each workbook"),
    ),
)
_OPEN_DOCUMENT: Mapping[bytes, tuple[Message, Message]] = {
    b"spreadsheet": (Message("OpenDocument 表格（.ods）", "an OpenDocument spreadsheet (.ods)"), _SAVE),
    b"text": (Message("OpenDocument 文档", "an OpenDocument text"), _TEMPLATE),
}
_BY_NAME: Mapping[str, tuple[Message, Message]] = {
    "csv": (
        Message("CSV 文件，只含一张表的文字", "a CSV file, the text of one sheet only"),
        Message("请把全部工作表存为一个 .xlsx 再提交", "send all the sheets as one .xlsx"),
    ),
    "tsv": (
        Message("TSV 文件，只含一张表的文字", "a TSV file, the text of one sheet only"),
        Message("请把全部工作表存为一个 .xlsx 再提交", "send all the sheets as one .xlsx"),
    ),
    "xls": (Message("旧式 .xls 工作簿", "an old .xls workbook"), _SAVE),
    "et": (Message("WPS 的 .et 表格", "a WPS .et workbook"), _SAVE),
    "ods": (Message("OpenDocument 表格（.ods）", "an OpenDocument spreadsheet (.ods)"), _SAVE),
    "pdf": (Message("PDF 文件", "a PDF file"), _TEMPLATE),
    "doc": (Message("Word 文档", "a Word document"), _TEMPLATE),
    "docx": (Message("Word 文档", "a Word document"), _TEMPLATE),
    "xlsb": (Message("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)"), _SAVE),
    "zip": (Message("压缩包", "an archive"), Message("请解压后逐个提交", "unpack it and send each file")),
}
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>]|mime-version:)",
    re.DOTALL,
)
"""How a page begins that an office program wrote, be it one file of several parts (.mht)."""
SUFFIXES = frozenset({*_BY_NAME, "xlsx", "xlsm", "xltx", "xltm", "xlam"})
"""Suffixes that say that a file is no RDF."""
_BY_MEDIA_TYPE: Mapping[str, str] = {
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/vnd.ms-excel": "xls",
    "application/pdf": "pdf",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/msword": "doc",
}


def foreign(data: bytes, name: str, media_type: str = "") -> Message | None:
    """Return what ``data`` is and the cure where its first bytes, else its name or type, show a file we never read."""
    suffix = name.lower().rpartition(".")[2] if "." in name else _BY_MEDIA_TYPE.get(media_type, "")
    lowered = data[:2000].lower()
    if name.startswith("~$"):
        return Message(
            "这是 Office 打开文件时的锁文件，不是自述；请提交不以“~$”开头的那个文件",
            "this is the lock file of an open document; send the file without '~$' in its name",
        )
    if data.startswith(OLE):
        return _ole(data)
    for magic, what, cure in _MAGIC:
        if data.startswith(magic):
            return _told(what, cure)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in lowered:
        return _told(Message("XML 表格 2003", "an XML Spreadsheet 2003"), _SAVE)
    if b"urn:oasis:names:tc:opendocument" in lowered and not data.startswith(b"PK"):
        return _told(*_OPEN_DOCUMENT[b"spreadsheet"])
    if suffix in SUFFIXES and (b"<html" in lowered or b"<table" in lowered):
        return _told(Message("网页，只是名为表格", "a web page under the name of a workbook"), _SAVE)
    if _PAGE.match(lowered):
        return _told(Message("网页", "a web page"), _SAVE)
    if suffix in _BY_NAME and not data.startswith(b"PK\x03\x04"):
        return _told(*_BY_NAME[suffix])
    return None


def foreign_archive(names: Collection[str], mimetype: bytes) -> Message | None:
    """Return what a zip archive is that holds ``names`` and no ``xl/workbook.xml``, where they tell."""
    for kind, (what, cure) in _OPEN_DOCUMENT.items():
        if mimetype.startswith(b"application/vnd.oasis.opendocument." + kind):
            return _told(what, cure)
    for pattern, what, cure in _PARTS:
        if any(pattern.search(name) for name in names):
            return _told(what, cure)
    return None


def _ole(data: bytes) -> Message:
    """Tell an encrypted workbook from an old one by the names of the streams in the compound file."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Message(
            "工作簿加了打开密码，无法读取；请去掉密码（文件 → 信息 → 保护工作簿）再提交",
            "the workbook is encrypted with a password; remove the password (File, Info, Protect Workbook) and send it again",
        )
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return _told(*_BY_NAME["xls"])
    if "WordDocument".encode("utf-16-le") in data:
        return _told(*_BY_NAME["doc"])
    return _told(Message("旧式 Office 文件", "an old Office file"), _SAVE)


def _told(what: Message, cure: Message) -> Message:
    return Message(f"这是{what.zh}，不能读取；{cure.zh}", f"this is {what.en}, which is not read; {cure.en}")
