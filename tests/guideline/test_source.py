from __future__ import annotations

import hashlib

import pytest

from zhiyin.errors import SourceTextError
from zhiyin.guideline import check_sum, read_text

SHA256 = "9dcce0a06dc8054f0f811293c85bd6d9e2ffd08eab735bbd804c03b353b98035"


def test_source_is_the_text_that_the_project_is_about(source_bytes: bytes) -> None:
    assert hashlib.sha256(source_bytes).hexdigest() == SHA256


def test_read_text_gives_every_character(source_bytes: bytes) -> None:
    assert read_text(source_bytes).encode("utf-8") == source_bytes


def test_byte_order_mark_is_dropped() -> None:
    assert read_text(b"\xef\xbb\xbf1. \xe6\x80\xbb\xe5\x88\x99") == "1. 总则"


def test_other_encoding_is_refused_with_line_and_byte(source_text: str) -> None:
    with pytest.raises(SourceTextError) as caught:
        read_text("1. 总则\n".encode() + source_text.encode("gb18030"), name="a.txt")
    assert caught.value.place.source == "a.txt"
    assert caught.value.place.line == 2
    assert isinstance(caught.value.details["byteOffset"], int)
    assert "UTF-8" in caught.value.message.zh
    assert "UTF-8" in caught.value.message.en


@pytest.mark.parametrize("at", [0, 7, 1000])
def test_offset_of_the_first_bad_byte_is_told(source_bytes: bytes, at: int) -> None:
    prefix = source_bytes[:at].decode("utf-8", errors="ignore").encode()
    with pytest.raises(SourceTextError) as caught:
        read_text(prefix + b"\xff" + source_bytes)
    assert caught.value.details["byteOffset"] == len(prefix)
    assert caught.value.place.line == prefix.count(b"\n") + 1


def test_control_character_is_refused_with_its_line() -> None:
    with pytest.raises(SourceTextError) as caught:
        read_text(b"1. a\n1.1 b\x00c\n")
    assert caught.value.place.line == 2
    assert "U+0000" in caught.value.message.en


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \n\t"])
def test_empty_text_is_refused(data: bytes) -> None:
    with pytest.raises(SourceTextError, match="empty"):
        read_text(data)


def test_checksum_is_returned_where_it_is_right() -> None:
    digest = hashlib.sha256(b"abc").hexdigest()
    assert check_sum(b"abc", f"{digest}  a.txt\n", "a.txt") == digest


def test_wrong_checksum_is_refused_naming_both() -> None:
    digest = hashlib.sha256(b"abc").hexdigest()
    with pytest.raises(SourceTextError) as caught:
        check_sum(b"abd", f"{digest}  a.txt\n", "a.txt")
    assert digest in caught.value.message.en
    assert hashlib.sha256(b"abd").hexdigest() in caught.value.message.zh


def test_missing_checksum_is_refused() -> None:
    with pytest.raises(SourceTextError, match="no checksum"):
        check_sum(b"abc", "", "a.txt")
