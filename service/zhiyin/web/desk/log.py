"""The log as a page, CSV and JSON lines; reading it is logged too."""

from __future__ import annotations

import json

from flask import request
from werkzeug.wrappers import Response

from zhiyin.desk import journal
from zhiyin.desk.tables import Cell, Table, column
from zhiyin.errors import BadParameter, Message
from zhiyin.web.desk.doors import REGULATORS, desk_api, desk_pages, door
from zhiyin.web.desk.files import download, table_answer
from zhiyin.web.desk.gate import desk, note
from zhiyin.web.desk.words import shown
from zhiyin.web.parameters import whole_number

_PAGE = 60
_COLUMNS = (
    column("number", "序号", "number"),
    column("made", "时间", "time"),
    column("who", "人", "who"),
    column("source", "来源", "from"),
    column("what", "事项", "what"),
    column("thing", "对象", "object"),
    column("before", "之前", "before"),
    column("after", "之后", "after"),
    column("rows", "改动的行", "rows changed"),
    column("previous", "上一行哈希", "previous hash"),
    column("hash", "哈希", "hash"),
)


def _export(form: str) -> Response:
    note("log.exported", form)
    with desk().database.read() as connection:
        if form == "jsonl":
            lines = (json.dumps(line.as_json(), ensure_ascii=False) for line in journal.lines(connection))
            return download(("\n".join(lines) + "\n").encode(), "application/x-ndjson", "log.jsonl")
        if form != "csv":
            raise BadParameter("format", form, ["csv", "jsonl"])
        rows: list[list[Cell]] = [[str(v) for v in line.as_json().values()] for line in journal.lines(connection)]
    return table_answer(Table("log", Message("日志", "log"), _COLUMNS, rows), "csv")


@door(desk_pages, "GET", "/log", REGULATORS, whole=True)
def log_page() -> str | Response:
    """Show the log, the newest lines first."""
    form = request.args.get("format", "")
    if form:
        return _export(form)
    offset = whole_number(request.args, "before", 0, 0, 2_000_000_000)
    thing = request.args.get("thing", "")[:120]
    with desk().database.read() as connection:
        number, digest = journal.head(connection)
        found = list(journal.lines(connection, most=_PAGE, thing=thing, newest_first=True, before=offset or None))
    note("log.read", thing or "log")
    return shown("log.html", found=found, number=number, digest=digest, thing=thing, size=_PAGE)


@door(desk_api, "GET", "/log", REGULATORS, whole=True)
def api_log() -> Response:
    """Give the whole log as JSON lines or CSV."""
    return _export(request.args.get("format", "jsonl"))
