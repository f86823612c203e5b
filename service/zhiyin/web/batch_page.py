"""Several files in one upload in, an overview of the firms out: each with its conclusion, its verdict and its report.

Nothing is kept: what was sent travels with the page, where it is not too large to be sent again.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Response, make_response, render_template, request

from zhiyin.composition.batch import REPORTS, Row, is_foreign, judge_content, refused, told_of_rulings
from zhiyin.composition.batch_reports import zipped
from zhiyin.composition.batch_workbook import REPORT_WORDS, batch_workbook
from zhiyin.composition.judging import Asked, rules
from zhiyin.composition.submitted import Posted, with_rulings
from zhiyin.errors import BadRequest, ZhiyinError
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.submission import MAX_BYTES
from zhiyin.law.outcome import Outcome
from zhiyin.web.answers import file_answer
from zhiyin.web.catalogue_api import services
from zhiyin.web.verdict_view import ORDER

MOST_FILES = 150
"""So many files may be sent at once; more are for the command line."""
_SENT_AGAIN = 12_000_000
"""Up to so many bytes the files travel with the page; as text they are a third larger, and have to fit an upload."""
OVERVIEW, ARCHIVE = "batch-xlsx", "batch-zip-"
"""The two downloads of a batch, the second followed by the form of the reports."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of one upload: those to judge, and the names of those that are no submissions."""

    files: tuple[Posted, ...]
    skipped: tuple[str, ...]


def uploaded() -> Batch | None:
    """Return the files of the request where there are several, ``None`` where there is at most one."""
    again = request.form.getlist("again")
    if len(again) > 1:
        names = request.form.getlist("again-name")
        if len(names) != len(again):
            raise BadRequest("重新提交的内容不完整，请重新上传", "what was sent again is not whole; upload it anew")
        files = [Posted(_decoded(data), name) for data, name in zip(again, names, strict=True)]
        return Batch(tuple(files), tuple(request.form.getlist("skipped")))
    uploads = [upload for upload in request.files.getlist("file") if upload.filename]
    if len(uploads) < 2:
        return None
    if len(uploads) > MOST_FILES:
        raise BadRequest(
            f"一次最多 {MOST_FILES} 个文件，收到 {len(uploads)} 个；更多的请用命令行 zhiyin validate 文件夹",
            f"at most {MOST_FILES} files at once, {len(uploads)} came; for more use zhiyin validate FOLDER",
        )
    chosen, skipped = [], []
    for upload in uploads:
        name = (upload.filename or "").replace("\\", "/")
        if is_foreign(name.rpartition("/")[2]):
            skipped.append(name)
        else:
            chosen.append(Posted(upload.stream.read(MAX_BYTES + 1), name))
    return Batch(tuple(chosen), tuple(skipped))


def opened(batch: Batch) -> Posted | None:
    """Return the one file of the batch that the button ``open`` names, if it was pressed."""
    number = request.form.get("open", "")
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 5 and int(number) < len(batch.files)):
        raise BadRequest("没有这份文件", "there is no such file")
    return batch.files[int(number)]


def batch_answer(batch: Batch, asked: Asked, ruled: Posted | None, chosen: str) -> Response:
    """Return the overview, its workbook or the reports; a file that cannot be judged is a row with its faults."""
    form = chosen.removeprefix(ARCHIVE) if chosen.startswith(ARCHIVE) else ""
    if form not in ("", *REPORTS):
        raise BadRequest("没有这种报告", "there is no such form of report")
    # Determinations are read once, and apart: a broken file of theirs is no fault of a firm's.
    asked = services().contained.run(with_rulings, asked, ruled) if ruled else asked
    rows = [row for file in batch.files for row in _rows(file, asked, (form,) if form else ())]
    if form:
        return file_answer(zipped(rows, rules(), batch.skipped), "application/zip", f"评定报告-{len(rows)}家.zip")
    if chosen == OVERVIEW:
        return file_answer(
            batch_workbook(rows, rules(), batch.skipped), XLSX_MEDIA_TYPE, f"评定总览-{len(rows)}家.xlsx"
        )
    page = make_response(
        render_template(
            "batch.html",
            rows=[(row, _counts(row)) for row in rows],
            number={file.name: index for index, file in enumerate(batch.files)},
            failing=_failing(rows),
            statuses=[row.status for row in rows],
            skipped=batch.skipped,
            rulings=told_of_rulings(asked.rulings, {each for row in rows for each in row.ruled}),
            order=ORDER,
            again=_again(batch),
            again_determinations=base64.b64encode(ruled.data).decode() if ruled else "",
            archives=[(ARCHIVE + name, REPORT_WORDS[name]) for name in REPORTS],
            overview=OVERVIEW,
            base_name=lambda path: Path(path).name,
            tier=request.form.get("tier", ""),
            day=request.form.get("date", ""),
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _rows(file: Posted, asked: Asked, reports: Sequence[str]) -> list[Row]:
    """Judge one file on its own, so that one that takes too much is a row as well."""
    try:
        return services().contained.run(judge_content, file.data, file.name, asked, reports)
    except ZhiyinError as error:
        return [refused(file.name, error)]


def _counts(row: Row) -> dict[str, int]:
    found = dict.fromkeys(map(str, Outcome), 0)
    for _, outcome in row.outcomes:
        found[outcome] += 1
    return found


def _failing(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """Return the clauses that most firms violate, with how many do."""
    counts: dict[str, int] = {}
    for row in rows:
        for number, outcome in row.outcomes:
            if outcome == Outcome.VIOLATED:
                counts[number] = counts.get(number, 0) + 1
    return sorted(counts.items(), key=lambda found: -found[1])[:10]


def _again(batch: Batch) -> list[tuple[str, str]]:
    if sum(len(file.data) for file in batch.files) > _SENT_AGAIN:
        return []
    return [(file.name, base64.b64encode(file.data).decode()) for file in batch.files]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise BadRequest(
            "重新提交的内容已损坏，请重新上传", "what was sent again is damaged; upload it anew"
        ) from error
