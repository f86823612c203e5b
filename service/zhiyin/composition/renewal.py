"""Last year's submission in, this year's form out: moved to a tier and format, with what ran out marked and listed."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox

from zhiyin.composition.judging import followed, rules
from zhiyin.errors import BadSubmission, Place
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.reading import read_any
from zhiyin.law.rules import Rules
from zhiyin.namespaces import PREFIXES, ZY
from zhiyin.standards import DCTERMS, XSD

_CONFORMS_TO = DCTERMS + "conformsTo"
_REPLACED = {str(ZY.claimedTier), str(ZY.asOf), _CONFORMS_TO, str(ZY.supersedes)}
_INTEGER = ox.NamedNode(XSD + "integer")


def renewed(
    data: bytes,
    law: Rules,
    tier: int | None,
    syntax: str,
    day: date | None,
    *,
    source: str = "",
    media_type: str = "",
) -> tuple[bytes, str, int]:
    """Return this year's form filled with last year's facts, its media type and its tier (the claimed one by default).

    Without ``day`` nothing is renewed: the submission is only put into another format, its as-of date and all.

    Raises BadSubmission where the file describes no company, or more than one, or follows a vocabulary that is not known.
    """
    submission = read_any(data, law, source=source, media_type=media_type, of_vocabulary=rules)
    if submission.faults:
        first = submission.faults[0]
        raise BadSubmission(
            first.message.zh,
            first.message.en,
            place=first.place,
            details={"faults": [fault.as_json() for fault in submission.faults]},
        )
    followed(submission, law)
    descriptions = [t for t in submission.triples if t.predicate.value == str(ZY.describes)]
    if len({str(t.object) for t in descriptions}) != 1:
        raise BadSubmission(
            "文件须描述一家公司，且只有一家，才能转成今年的表",
            "the file must describe one company to be moved to this year's form",
            place=Place(source=source or None),
        )
    node = descriptions[0].subject
    claimed = next(
        (
            int(t.object.value)
            for t in submission.triples
            if t.subject == node and t.predicate.value == str(ZY.claimedTier) and isinstance(t.object, ox.Literal)
        ),
        None,
    )
    chosen = tier or claimed
    if chosen is None or chosen not in law.edition.tiers:
        raise BadSubmission(
            "上一份自述没有申报类别，请指定类别",
            "last year's file claims no tier: choose one",
            place=Place(source=source or None),
        )
    replaced = _REPLACED if day is not None else _REPLACED - {str(ZY.asOf)}
    kept = [t for t in submission.triples if not (t.subject == node and t.predicate.value in replaced)]
    kept.append(ox.Triple(node, ox.NamedNode(str(ZY.claimedTier)), ox.Literal(str(chosen), datatype=_INTEGER)))
    if syntax == "xlsx":
        return form_workbook(law, chosen, kept, renewed_on=day), XLSX_MEDIA_TYPE, chosen
    kept.append(ox.Triple(node, ox.NamedNode(_CONFORMS_TO), ox.NamedNode(law.edition.vocabulary)))
    if syntax == "jsonld":
        body = bytes(ox.serialize(kept, format=ox.RdfFormat.JSON_LD) or b"")
        return body, "application/ld+json; charset=utf-8", chosen
    head = (
        b""
        if day is None
        else f"# 由上一份自述转来（{day}）：请补 zy:asOf，并更新到期的日期（zy:lastConductedOn 等）。\n".encode()
    )
    body = bytes(ox.serialize(kept, format=ox.RdfFormat.TURTLE, prefixes=_prefixes()) or b"")
    return head + body, "text/turtle; charset=utf-8", chosen


def _prefixes() -> dict[str, str]:
    return {prefix: PREFIXES[prefix] for prefix in ("dcterms", "practice", "xsd", "zy")}
