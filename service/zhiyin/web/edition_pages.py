"""``/compare/editions`` and ``/api/editions``: two editions word by word; routes only where there are two."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.catalogue import Catalogue
from zhiyin.composition.edition_comparison import EditionChange, EditionDifference, edition_difference
from zhiyin.errors import BadParameter, Message
from zhiyin.guideline.revision import KIND_LABELS, Kind
from zhiyin.web.answers import file_answer, json_answer
from zhiyin.web.catalogue_api import tiers_of_any
from zhiyin.web.editions import by_name, edition_label, named
from zhiyin.web.kept import kept_page
from zhiyin.web.parameters import one_of, refuse_unknown
from zhiyin.web.resource import elsewhere

edition_pages = Blueprint("edition_pages", __name__)
KIND_WORDS: Mapping[Kind, Message] = {
    **{kind: Message(label, str(kind)) for kind, label in KIND_LABELS.items()},
    Kind.UNSURE: Message("实词有删改", "words removed or replaced"),
}
_KINDS = {str(kind): kind for kind in Kind}
_COLUMNS = ("变化", "类别", "原条款", "条款", "小节", "数字（前）", "数字（后）", "原文（前）", "原文（后）")


def _two() -> tuple[str, str]:
    """Return the names of the editions that ``from`` and ``to`` ask for: the shipped one and the last unless given."""
    names = list(by_name())
    before, after = request.args.get("from", names[0]), request.args.get("to", names[-1])
    for name in (before, after):
        named(name)
    if before == after:
        raise BadParameter("to", after, [n for n in names if n != before], zh="两个版本相同", en="the editions are one")
    return before, after


def _difference() -> EditionDifference:
    return edition_difference(*_catalogues(), one_of(request.args, "tier", tiers_of_any()))


@edition_pages.get("/api/editions")
def editions() -> Response:
    """List the editions with their vocabulary and the hash of their graph."""
    refuse_unknown(request.args, set())
    items = [
        {
            "name": name,
            "label": {"zh": (label := edition_label(s.graph.edition)).zh, "en": label.en},
            "guideline": str(s.graph.names.guideline),
            "title": {"zh": s.graph.edition.title_zh, "en": s.graph.edition.title_en},
            "vocabulary": s.graph.edition.vocabulary,
            "requirements": len(s.catalogue.clauses),
            "graph": s.graph.sha256,
        }
        for name, s in by_name().items()
    ]
    return json_answer({"total": len(items), "items": items})


@edition_pages.get("/api/editions/diff")
def difference() -> Response:
    """Compare two editions: every duty that is not the same, with the clause before and after."""
    refuse_unknown(request.args, {"from", "to", "tier"})
    found, (before, after) = _difference(), _two()
    summary = {str(kind): count for kind, count in found.summary.items()}
    changes = [change.as_json() for change in found.changed]
    return json_answer({"from": before, "to": after, "summary": summary, "changes": changes})


@edition_pages.get("/compare/editions")
def compared() -> BaseResponse:
    """Show two editions word by word, by tier and kind of change."""
    before, after = _two()
    kind, found = one_of(request.args, "kind", _KINDS), _difference()
    if request.args.get("format") == "csv":
        return file_answer(difference_csv(found), "text/csv; charset=utf-8", "zhiyin-editions.csv")
    tier = one_of(request.args, "tier", tiers_of_any())
    api = f"/api/editions/diff?from={before}&to={after}" + (f"&tier={tier}" if tier else "")
    if (data := elsewhere({"application/json": api})) is not None:
        return data
    shown: dict[int, list[EditionChange]] = {}
    for change in found.changed:
        if kind is None or change.kind is kind:
            shown.setdefault(change.clause.tier, []).append(change)
    return kept_page(
        "editions.html",
        lambda: {
            "found": found,
            "by_tier": shown,
            "names": (before, after),
            "known": {name: edition_label(s.graph.edition) for name, s in by_name().items()},
            "kind": kind,
            "kinds": KIND_WORDS,
            "tier": tier,
            "tiers": sorted({change.clause.tier for change in edition_difference(*_catalogues()).changes}),
            "moved": sum(change.renumbered for change in found.changes),
            "api": api,
        },
    )


def _catalogues() -> tuple[Catalogue, Catalogue]:
    before, after = _two()
    return named(before).catalogue, named(after).catalogue


def difference_csv(found: EditionDifference) -> bytes:
    """Return a row for each duty that changed, as CSV that Excel opens rightly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for change in found.changed:
        writer.writerow(
            [
                KIND_WORDS[change.kind].zh,
                change.clause.tier,
                change.before.number if change.before else "",
                change.after.number if change.after else "",
                change.clause.section_title.zh,
                "；".join(before for before, _ in change.figures),
                "；".join(after for _, after in change.figures),
                change.before.text if change.before else "",
                change.after.text if change.after else "",
            ]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()
