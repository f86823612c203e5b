"""The file of a regulator's rulings in, RDF or a workbook with the sheet 认定; the rulings and the hash of the file out."""

from __future__ import annotations

from hashlib import sha256

from zhiyin.intake.determinations import Rulings, determinations
from zhiyin.intake.ruling_sheet import read_ruling_sheet
from zhiyin.intake.submission import read_submission
from zhiyin.law.vocabulary import Vocabulary


def read_rulings(data: bytes, known: Vocabulary, *, source: str = "", media_type: str = "") -> Rulings:
    """Return the rulings in a file of RDF, or on the sheet 认定 of a workbook; BadSubmission where it cannot be read or a ruling lacks a part."""
    if data.startswith(b"PK\x03\x04"):
        return Rulings(tuple(read_ruling_sheet(data, source=source)), sha256(data).hexdigest(), source)
    submission = read_submission(data, known, source=source, media_type=media_type)
    return Rulings(tuple(determinations(submission.triples, source=source)), sha256(data).hexdigest(), source)
