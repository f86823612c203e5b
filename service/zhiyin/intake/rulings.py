"""The file of a regulator's rulings in, RDF or a workbook with the sheet 认定; the rulings and the hash of the file out."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from zhiyin.errors import Place, UnsupportedMediaType
from zhiyin.intake.determinations import Rulings, beside_rulings, determinations
from zhiyin.intake.foreign_files import foreign
from zhiyin.intake.ruling_sheet import read_ruling_sheet
from zhiyin.intake.submission import read_submission
from zhiyin.law.vocabulary import Vocabulary


def read_rulings(data: bytes, known: Vocabulary, *, source: str = "", media_type: str = "") -> Rulings:
    """Return the rulings in a file of RDF, or on the sheet 认定 of a workbook, and what else of it is not read.

    BadSubmission where it cannot be read or a ruling lacks a part, UnsupportedMediaType where it is something else.
    """
    digest = sha256(data).hexdigest()
    if data.startswith(b"PK\x03\x04"):
        found, notices = read_ruling_sheet(data, known, source=source)
        told = tuple(replace(notice, kind=f"ruling-{notice.kind}") for notice in notices)
        return Rulings(tuple(found), digest, source, told)
    strange = foreign(data, source.replace("\\", "/").rpartition("/")[2], media_type.partition(";")[0].strip().lower())
    if strange is not None:
        raise UnsupportedMediaType(strange.zh, strange.en, place=Place(source=source or None))
    said = read_submission(data, known, source=source, media_type=media_type)
    faults = [replace(fault, place=said.located(fault.place)) for fault in said.faults]
    rulings = determinations(said.triples, source=source, located=said.located, known=faults)
    beside = beside_rulings(said.triples, source=source, located=said.located)
    told = tuple(replace(notice, kind=f"ruling-{notice.kind}") for notice in said.notices)
    return Rulings(tuple(rulings), digest, source, (*told, *beside))
