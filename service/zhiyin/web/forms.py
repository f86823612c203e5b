"""The request of our app: uploads stay in memory, and a form has a bound on its fields.

What is read in the process that takes requests must not cost more than its size.
"""

from __future__ import annotations

import io
import re
from typing import IO, Any

from flask import Request
from werkzeug.formparser import FormDataParser

from zhiyin.errors import TooLarge

MOST_FIELDS = 20_000
"""Fields of a form; the fullest of ours has some thousands."""
MOST_ENCODED = 4_000_000
"""Bytes of a form in one line: undoing its escapes takes fifty times their size. What is larger comes as multipart."""
MOST_HEAD = 16_384
"""Bytes of the head of a part: its name and the file's. They are taken apart letter by letter."""


class _Parser(FormDataParser):
    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:  # noqa: ANN401 - werkzeug's own tuple
        """Refuse a form of millions of empty fields before each of them becomes an object."""
        if mimetype == "application/x-www-form-urlencoded":
            if (content_length or 0) > MOST_ENCODED:
                raise TooLarge(
                    f"这种编码的表单至多 {MOST_ENCODED:,} 字节：较大的内容请用 multipart/form-data 上传",
                    f"a form encoded so has at most {MOST_ENCODED:,} bytes: send what is larger as multipart/form-data",
                )
            body = stream.read()
            if body.count(b"&") >= MOST_FIELDS:
                raise TooLarge(f"表单的字段超过 {MOST_FIELDS:,} 个", f"the form has more than {MOST_FIELDS:,} fields")
            stream = io.BytesIO(body)
        elif mimetype == "multipart/form-data" and options and options.get("boundary"):
            body = stream.read()
            _check_heads(body, options["boundary"].encode("utf-8", "replace"))
            stream = io.BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


def _check_heads(body: bytes, boundary: bytes) -> None:
    """Refuse a part whose head is longer than any name of a field and a file."""
    for found in re.finditer(rb"(?:\A|[\r\n])--" + re.escape(boundary) + rb"[ \t]*[\r\n]", body):
        head = body[found.end() - 1 : found.end() + MOST_HEAD]
        if len(head) > MOST_HEAD and not re.search(rb"\r\n\r\n|\n\n|\r\r", head):
            raise TooLarge(
                f"表单中某一部分的首部超过 {MOST_HEAD:,} 字节：文件名是否过长",
                f"the head of a part of the form has more than {MOST_HEAD:,} bytes: is a file's name too long?",
            )


class InMemoryRequest(Request):
    """A request whose uploads stay in memory: a submission is confidential and never touches the disk.

    A form has no more than so many fields.
    """

    form_data_parser_class = _Parser

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()
