"""Any submission in, RDF or spreadsheet; its triples out, or one sentence on what the file is instead."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.errors import Place, UnsupportedMediaType
from zhiyin.form.context import json_context
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.foreign_files import foreign
from zhiyin.intake.submission import Submission, read_submission
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules

_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")


def read_any(
    data: bytes,
    rules: Rules,
    *,
    source: str = "",
    media_type: str = "",
    of_vocabulary: Callable[[str], Rules] | None = None,
) -> Submission:
    """Return what ``data`` states; a zip archive or the name or media type of a workbook is read as the Excel form.

    A form is read as that of the text it was made of, whose rules ``of_vocabulary`` gives where it is not that of
    ``rules``. Raises BadSubmission, TooLarge or UnsupportedMediaType, each naming the place. Faults that reading finds in single
    values are handed on in the submission, to be told with those found later.
    """
    media = media_type.partition(";")[0].strip().lower()
    if media == XLSX_MEDIA_TYPE or source.lower().endswith(_WORKBOOKS) or data.startswith(b"PK\x03\x04"):
        from zhiyin.intake.workbook_reader import read_workbook

        return read_workbook(data, rules, source=source, of_vocabulary=of_vocabulary)
    told = foreign(data, source.replace("\\", "/").rpartition("/")[2], media)
    if told is not None:
        raise UnsupportedMediaType(told.zh, told.en, place=Place(source=source or None))
    known = rules.vocabulary
    return read_submission(data, known, source=source, media_type=media_type, context=_context(rules))


@once
def _context(rules: Rules) -> dict[str, object]:
    return json_context(rules.vocabulary)
