"""Tables and files of the desk as answers: CSV, workbook or JSON by ``format``, each a download that is not kept."""

from __future__ import annotations

from flask import Response, request

from zhiyin.desk.tables import FORMATS, Table
from zhiyin.errors import BadParameter
from zhiyin.web.language import current


def wanted_format() -> str:
    """Return the form that ``format`` names, empty for the page; BadParameter for an unknown one."""
    named = request.args.get("format", "")
    if named and named not in FORMATS:
        raise BadParameter("format", named, list(FORMATS))
    return named


def table_answer(table: Table, form: str) -> Response:
    """Return a table as a download; JSON is shown."""
    response = Response(table.written(form, current()), content_type=FORMATS[form])
    if form != "json":
        response.headers["Content-Disposition"] = f'attachment; filename="{table.name}.{form}"'
    return response


def download(data: bytes, media: str, filename: str) -> Response:
    """Return bytes as a download that a browser never runs."""
    response = Response(data, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
