"""Any submission in, RDF or spreadsheet; its triples out."""

from __future__ import annotations

from zhiyin.form.context import json_context
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.submission import Submission, read_submission


def read_any(data: bytes, *, source: str = "", media_type: str = "") -> Submission:
    """Return what ``data`` states; a zip archive or an ``.xlsx`` name or media type is read as the Excel form.

    Raises BadSubmission, TooLarge or UnsupportedMediaType, each naming the place.
    """
    named = media_type.partition(";")[0].strip().lower() == XLSX_MEDIA_TYPE or source.lower().endswith(
        (".xlsx", ".xlsm")
    )
    if named or data.startswith(b"PK\x03\x04"):
        from zhiyin.intake.workbook_reader import read_workbook

        return read_workbook(data, source=source)
    return read_submission(data, source=source, media_type=media_type, context=json_context())
