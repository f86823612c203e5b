"""What is done with a submission apart from the process that took it: functions of plain values, for the containment."""

from __future__ import annotations

import io
import logging
import pickle
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from zhiyin.citing.outputs import OUTPUTS as CITED_OUTPUTS
from zhiyin.citing.statement import Checked
from zhiyin.composition.citing import check_bytes, citing_law
from zhiyin.composition.editions import editions
from zhiyin.composition.facts import Normalised, normalised_facts
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.renewal import renewed
from zhiyin.composition.services import in_use
from zhiyin.errors import Message
from zhiyin.intake.rulings import read_rulings
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Shape
from zhiyin.model import Requirement
from zhiyin.report.outputs import OUTPUTS, RETURNED, render, returned
from zhiyin.report.words import file_name
from zhiyin.validation.engine import fallback, prepared
from zhiyin.validation.judgement import Judgement

_LOG = logging.getLogger("zhiyin.contained")


@dataclass(frozen=True, slots=True)
class Posted:
    """The bytes of a file with its name and media type, as far as they are known."""

    data: bytes
    name: str = ""
    media: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The check of a file's citations; ``document`` says that it was a .docx, of which ``warnings`` tell what is unread."""

    checked: Checked
    document: bool
    warnings: tuple[Message, ...]


def warm() -> None:
    """Load what every piece of work needs, so that it is there when one is forked; starts no thread."""
    law = rules()
    slow = fallback()
    if slow is None:
        prepared(law.shapes).load()
    else:
        _LOG.warning("%s", slow)
    for module in ("openpyxl", "pyshacl", "docx", "zhiyin.intake.reading", "zhiyin.search.request"):
        __import__(module)
    for vocabulary in editions():
        graph, search = in_use(vocabulary)
        search()
        citing_law(graph)


class _Packer(pickle.Pickler):
    """Writes what belongs to the law by its name: it is the same on both sides, and most of a judgement."""

    def persistent_id(self, value: Any) -> tuple[str, str] | None:  # noqa: ANN401 - as the base class has it
        """Return the name of a shape or a requirement of the law in use."""
        if isinstance(value, Rules):
            return "rules", "" if value is rules() else value.edition.vocabulary
        if isinstance(value, Shape):
            return ("shape", value.iri) if _shapes().get(value.iri) is value else None
        if isinstance(value, Requirement):
            return ("clause", value.number) if _clauses().get(value.number) is value else None
        return None


class _Unpacker(pickle.Unpickler):
    def persistent_load(self, name: tuple[str, str]) -> Rules | Shape | Requirement:
        """Return what ``name`` names in the law in use."""
        kind, key = name
        if kind == "rules":
            return rules(key) if key else rules()
        return _shapes()[key] if kind == "shape" else _clauses()[key]


@cache
def _shapes() -> dict[str, Shape]:
    return dict(rules().shapes.shapes)


@cache
def _clauses() -> dict[str, Requirement]:
    return {requirement.number: requirement for requirement in rules().requirements}


def packed(posted: Posted, asked: Asked, ruled: Posted | None = None) -> bytes:
    """Return the judgement on a file as it passes between processes."""
    stream = io.BytesIO()
    _Packer(stream, pickle.HIGHEST_PROTOCOL).dump(judge_posted(posted, asked, ruled))
    return stream.getvalue()


def unpacked(data: bytes) -> Judgement:
    """Return the judgement that ``packed`` wrote."""
    found: Judgement = _Unpacker(io.BytesIO(data)).load()
    return found


def judge_posted(posted: Posted, asked: Asked, ruled: Posted | None = None) -> Judgement:
    """Return the judgement on a file, with the determinations in another."""
    return judge_bytes(posted.data, rules(), with_rulings(asked, ruled), source=posted.name, media_type=posted.media)


def report_posted(posted: Posted, asked: Asked, ruled: Posted | None, output: str) -> tuple[bytes, str]:
    """Return the verdict on a file in one of the outputs, or as the sender's own workbook, and a name for it."""
    judgement = judge_posted(posted, asked, ruled)
    if output == RETURNED:
        return returned(judgement, posted.data), file_name(judgement, "评定结果.xlsx")
    return render(judgement, OUTPUTS[output]), file_name(judgement, "评定报告" + OUTPUTS[output].suffix)


def facts_posted(posted: Posted, asked: Asked, company: str) -> Normalised:
    """Return what the shapes see of a company of a file."""
    return normalised_facts(posted.data, rules(), asked, company=company, source=posted.name, media_type=posted.media)


def renew_posted(
    posted: Posted, tier: int | None, syntax: str, day: date | None, vocabulary: str = ""
) -> tuple[bytes, str, int]:
    """Return the form of the edition of ``vocabulary`` filled with last year's file, its media type and its tier."""
    return renewed(posted.data, rules(vocabulary), tier, syntax, day, source=posted.name, media_type=posted.media)


def with_rulings(asked: Asked, ruled: Posted | None) -> Asked:
    """Return ``asked`` with the determinations of a file, if there is one."""
    if ruled is None or not ruled.data:
        return asked
    return replace(
        asked, rulings=read_rulings(ruled.data, rules().vocabulary, source=ruled.name, media_type=ruled.media)
    )


def check_posted(posted: Posted, vocabulary: str = "") -> CheckedFile:
    """Return the check of a file's citations of the edition of ``vocabulary``."""
    graph, search = in_use(vocabulary)
    checked, document = check_bytes(posted.data, posted.name, graph, search)
    return CheckedFile(checked, document is not None, document.warnings if document else ())


def check_report(posted: Posted, output: str, vocabulary: str = "") -> bytes:
    """Return the check of a file's citations of the edition of ``vocabulary`` in one of its forms."""
    graph, search = in_use(vocabulary)
    return CITED_OUTPUTS[output].write(*check_bytes(posted.data, posted.name, graph, search))
