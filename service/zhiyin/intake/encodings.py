"""The bytes of a text file in, its text out; what is no UTF-8 is told by its encoding, or by the damaged character."""

from __future__ import annotations

import re
from itertools import islice

from zhiyin.errors import BadSubmission, Message, Place

_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_SIMPLIFIED = re.compile("公司|期货|机房|系统|有限|网络|信息|技术|数据|虚构|示例|中国|管理|安全|备份")
_TRADITIONAL = re.compile("公司|期貨|機房|系統|有限|網絡|網路|資訊|信息|技術|數據|虛構|示例|中國|管理|安全|備份")
_CURE = Message("请另存为 UTF-8 再提交", "save it as UTF-8 and send it again")
_SAMPLE = 200_000


def decoded(data: bytes, source: str) -> str:
    """Return the text of ``data``; BadSubmission that names the encoding it seems to be in, or line and column."""
    place = Place(source=source or None)
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise _other(name, place)
    zeros = data[:_SAMPLE].count(0)
    if zeros:
        name = _without_mark(data[:_SAMPLE], zeros)
        if name:
            raise _other(name, place)
        at = data.index(0)
        raise BadSubmission(
            f"第 {data[:at].count(10) + 1} 行有空字节，不是文本文件；请提交 RDF 文本或 .xlsx",
            f"line {data[:at].count(10) + 1} holds a null byte, so this is no text file; send RDF or .xlsx",
            place=_place_of(data, at, source),
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _broken(data, error, source) from error
    if not text.isascii():
        _refuse_twice_encoded(text, source)
    return text


def _refuse_twice_encoded(text: str, source: str) -> None:
    """Refuse text that was taken for another encoding once and saved again: its characters are no longer those written.

    Read in that encoding its bytes are UTF-8 again, which Chinese that is in order hardly ever is.
    """
    at = next(index for index, character in enumerate(text) if character > "\u007f")
    line = text.count("\n", 0, at)
    sample = text[at : at + _SAMPLE]
    words = [match[0] for match in islice(re.finditer(r"[^\x00-\x7f\ufffd]{4,}", sample), 40)]
    for encoding, name in (("cp1252", "Latin-1"), ("gb18030", "GBK")):
        meant = [_again(word, encoding) for word in words]
        if sum(word is not None for word in meant) * 3 > len(words) and any(
            c >= "\u3400" for w in meant for c in w or ""
        ):
            shown = next(word for word in meant if word)
            raise BadSubmission(
                f"文字成了乱码（第 {line + 1} 行，“{words[0][:12]}”本应像“{shown[:12]}”）：UTF-8 被当作 {name} 打开又存了一次；"
                "请从原件重新以 UTF-8 保存",
                f"the text is garbled (line {line + 1}): UTF-8 was opened as {name} and saved again; save the original as UTF-8",
                place=Place(source=source or None, line=line + 1),
            )


def _again(word: str, encoding: str) -> str | None:
    """Return what a word was before it was taken for another encoding, ``None`` where it was not; its last part may be cut."""
    try:
        data = word.encode(encoding)
    except UnicodeEncodeError:
        data = b""
        for character in word:
            try:
                data += character.encode(encoding)
            except UnicodeEncodeError:
                if ord(character) > 0xFF:
                    return None
                data += bytes((ord(character),))  # what that encoding has no character for is kept as a control
    for cut in range(3):
        try:
            return data[: len(data) - cut].decode() or None
        except UnicodeDecodeError:
            continue
    return None


def _without_mark(sample: bytes, zeros: int) -> str:
    """Return the wide encoding that the null bytes of unmarked text show, empty where they show none."""
    if len(sample) < 4:
        return ""
    of_four = [sample[offset::4].count(0) for offset in range(4)]
    quarter = len(sample) / 4
    if min(of_four[1:]) > quarter / 2 or min(of_four[:3]) > quarter / 2:
        return "UTF-32"
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if zeros > len(sample) / 10 and (odd > 3 * even or even > 3 * odd):
        return "UTF-16"
    return ""


def _broken(data: bytes, error: UnicodeDecodeError, source: str) -> BadSubmission:
    place = _place_of(data, error.start, source)
    sound = sum(1 for byte in data[: error.start] if byte >= 0x80)
    rest = data[error.start :]
    if error.end >= len(data) and len(rest) < 4 and (sound or not _decodes(data, "gb18030")):
        return BadSubmission(
            f"文件在第 {place.line} 行末的一个字符中间断了：内容不完整，请重新导出或传送整个文件",
            f"the file ends inside a character of line {place.line}: it is incomplete; export or send it whole again",
            place=place,
        )
    readable = data.decode("utf-8", "replace")
    lost = readable.count("\ufffd")
    wide = sum(1 for character in readable if character > "\u007f" and character != "\ufffd")
    if wide > 2 * lost:
        return BadSubmission(
            f"第 {place.line} 行第 {place.column} 字节处有一个损坏的 UTF-8 字符（全文 {lost} 处）；请用编辑器改正后以 UTF-8 保存",
            f"line {place.line}, byte {place.column} holds a damaged UTF-8 character ({lost} in all); put it right, save as UTF-8",
            place=place,
        )
    name = _double_byte(data)
    if name:
        return _other(name, place)
    return BadSubmission(
        f"第 {place.line} 行不是有效的 UTF-8；{_CURE.zh}",
        f"line {place.line} is not valid UTF-8; {_CURE.en}",
        place=place,
    )


def _double_byte(data: bytes) -> str:
    """Tell GBK from Big5: by words that the text then holds, else by the bytes that only one of them uses."""
    simplified, traditional = _decodes(data, "gb18030"), _decodes(data, "big5")
    if simplified is None or traditional is None:
        return "GBK" if simplified else "Big5" if traditional else ""
    words = len(_SIMPLIFIED.findall(simplified)), len(_TRADITIONAL.findall(traditional))
    if words[0] != words[1]:
        return "GBK" if words[0] > words[1] else "Big5"
    pairs = re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", data[:_SAMPLE])
    low = sum(1 for pair in pairs if pair[1] < 0x80 or 0xA4 <= pair[0] <= 0xAF)
    return "Big5" if low * 5 > len(pairs) else "GBK"


def _decodes(data: bytes, encoding: str) -> str | None:
    for cut in (0, 1):
        try:
            return data[: len(data) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _other(name: str, place: Place) -> BadSubmission:
    where_zh = f"第 {place.line} 行不是有效的 UTF-8，" if place.line else ""
    where_en = f"line {place.line} is not valid UTF-8, " if place.line else ""
    return BadSubmission(
        f"{where_zh}内容像是 {name} 编码；{_CURE.zh}", f"{where_en}the file looks like {name}; {_CURE.en}", place=place
    )


def _place_of(data: bytes, at: int, source: str) -> Place:
    line = data[:at].count(b"\n") + 1
    return Place(source=source or None, line=line, column=at - (data.rfind(b"\n", 0, at) + 1) + 1)
