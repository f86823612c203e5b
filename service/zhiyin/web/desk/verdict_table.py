"""A kept verdict's JSON in, its rows as a table out: one for each finding, and one for each clause without any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiyin.desk.tables import Cell, Table, column
from zhiyin.errors import Message
from zhiyin.namespaces import compact

_COLUMNS = (
    column("company", "公司", "company"),
    column("clause", "条款", "clause"),
    column("obligation", "必须/可选", "obligation"),
    column("outcome", "结论", "outcome"),
    column("text", "条款原文", "text"),
    column("finding", "发现", "finding"),
    column("node", "节点", "node"),
    column("path", "属性", "property"),
    column("value", "现值", "value"),
    column("remedy", "整改", "remedy"),
)


def verdict_table(document: Mapping[str, Any]) -> Table:
    """Return the table of a verdict document."""
    rows: list[list[Cell]] = []
    for verdict in document["verdicts"]:
        for clause in verdict["clauses"]:
            head: list[Cell] = [
                verdict["name"] or verdict["company"],
                clause["number"],
                clause["obligation"],
                clause["outcomeLabel"],
                clause["text"],
            ]
            for found in clause["findings"] or [None]:
                rows.append([*head, *_finding(found, clause)])
    return Table("verdict", Message("逐条结论", "verdict"), _COLUMNS, rows)


def _finding(found: Mapping[str, Any] | None, clause: Mapping[str, Any]) -> list[Cell]:
    if found is None:
        return ["", "", "", "", clause["remedy"]["zh"] if clause["remedy"] else ""]
    remedy = found["remedy"]
    path = compact(found["path"]) if found["path"] else ""
    return [found["message"]["zh"], found["focusNode"], path, found["value"] or "", remedy["zh"] if remedy else ""]
