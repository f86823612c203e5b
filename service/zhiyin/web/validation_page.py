"""``/validate``: upload or paste, and read the verdict; works without scripts, keeps nothing."""

from __future__ import annotations

import base64
import binascii
from functools import partial

from flask import Blueprint, Response, make_response, render_template, request

from zhiyin.composition.judging import Asked, check_date
from zhiyin.composition.submitted import Posted, packed, report_posted, unpacked
from zhiyin.errors import BadRequest, Message, ZhiyinError
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.submission import MAX_BYTES
from zhiyin.law.outcome import Basis
from zhiyin.law.rules import Rules
from zhiyin.report.causes import causes
from zhiyin.report.outputs import OUTPUTS, RETURNED
from zhiyin.report.verdict_rows import BASIS_LABELS
from zhiyin.report.words import file_name
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.provenance import provenance
from zhiyin.web.answers import attached, file_answer
from zhiyin.web.batch_page import MOST_FILES, Batch, batch_answer, opened, uploaded
from zhiyin.web.catalogue_api import catalogue, services, tiers_of_any
from zhiyin.web.language import say
from zhiyin.web.parameters import one_of
from zhiyin.web.ruling_form import RULING_WORDS, as_file, with_form
from zhiyin.web.statement import places_of
from zhiyin.web.verdict_view import ORDER, tally, told_once, with_outcome

validation_page = Blueprint("validation_page", __name__)
_RETURNED = (RETURNED, Message("原表带批注（Excel）", "your workbook with the findings"))
_RULED = ("determinations", Message("认定文件", "determinations file"))
_DOWNLOADS = (
    ("html", Message("打印版 HTML", "HTML for print")),
    ("docx", Message("Word", "Word")),
    ("xlsx", Message("结果 Excel", "Excel")),
    ("csv", Message("CSV", "CSV")),
    ("json", Message("JSON", "JSON")),
    ("ttl", Message("SHACL Turtle", "SHACL Turtle")),
)
_BASIS_WORDS = {
    Basis.FACT: "fact",
    Basis.ATTESTATION: "attestation with evidence",
    Basis.DETERMINATION: "determination",
}


@validation_page.get("/validate")
def empty() -> Response:
    """Show the form."""
    return _form(None, 200)


@validation_page.post("/validate")
def judged() -> Response:
    """Judge what was uploaded, pasted or sent again for a download."""
    try:
        return _judged()
    except ZhiyinError as error:
        return _form(error, error.status)


def _form(problem: ZhiyinError | None, status: int) -> Response:
    page = make_response(
        render_template(
            "validate.html",
            problem=problem,
            pasted=request.form.get("text", "") if request.method == "POST" else "",
            tier=request.form.get("tier", request.args.get("tier", "")),
            day=request.form.get("date", ""),
        ),
        status,
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _judged() -> Response:
    request.max_form_parts = 4 * MOST_FILES
    batch = uploaded()
    one = opened(batch) if batch is not None else None
    if batch is not None and one is None:
        return _judged_batch(batch)
    data, name = (one.data, one.name) if one is not None else _submitted()
    ruled, ruled_name = _ruled()
    ruled = with_form(ruled, ruled_name, services().rules.vocabulary, request.form)
    rulings = Posted(ruled, ruled_name) if ruled else None
    asked = Asked(check_date(request.form.get("date")), one_of(request.form, "tier", tiers_of_any()))
    posted, contained = Posted(data, name), services().contained
    chosen = request.form.get("format", "")
    if chosen == "determinations":
        judgement = unpacked(contained.run(packed, posted, asked, rulings))
        firm = judgement.verdicts[0].company if judgement.verdicts else ""
        ruling_file = as_file(ruled, ruled_name, judgement.rules, firm)
        return file_answer(ruling_file, "text/turtle; charset=utf-8", file_name(judgement, "认定.ttl"))
    if chosen == RETURNED:
        report, file = contained.run(report_posted, posted, asked, rulings, RETURNED)
        return file_answer(report, XLSX_MEDIA_TYPE, file)
    if chosen in OUTPUTS:
        output = OUTPUTS[chosen]
        report, file = contained.run(report_posted, posted, asked, rulings, output.name)
        response = Response(report, content_type=output.content_type)
        if output.name != "html":
            response.headers["Content-Disposition"] = attached(file)
        else:
            response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
        response.headers["Cache-Control"] = "no-store"
        return response
    judgement = unpacked(contained.run(packed, posted, asked, rulings))
    page = make_response(
        render_template(
            "verdict.html",
            judgement=judgement,
            provenance=provenance(judgement),
            basis_word=lambda basis: say(BASIS_LABELS[basis], _BASIS_WORDS[basis]),
            downloads=(
                *((_RETURNED,) if data.startswith(b"PK\x03\x04") else ()),
                *_DOWNLOADS,
                *((_RULED,) if ruled else ()),
            ),
            causes=causes,
            rulings=RULING_WORDS,
            named_clause=partial(_named_clause, judgement.rules),
            order=ORDER,
            tally=tally,
            told_once=told_once,
            with_outcome=with_outcome,
            places_of=partial(places_of, judgement.rules),
            again=base64.b64encode(data).decode(),
            again_determinations=base64.b64encode(ruled).decode(),
            tier=request.form.get("tier", ""),
            day=request.form.get("date", ""),
            day_from=DAY_FROM_LABELS,
            catalogue=catalogue(),
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _named_clause(law: Rules, number: str) -> str:
    """Return the number of a clause, of another edition than the shipped one its IRI: so the form of rulings names it."""
    return str(law.duties.names.clause[number]) if law.edition.id else number


def _judged_batch(batch: Batch) -> Response:
    ruled, ruled_name = _ruled()
    asked = Asked(check_date(request.form.get("date")), one_of(request.form, "tier", tiers_of_any()))
    chosen = request.form.get("format", "")
    return batch_answer(batch, asked, Posted(ruled, ruled_name) if ruled else None, chosen)


def _submitted() -> tuple[bytes, str]:
    again = request.form.get("again", "")
    if again:
        return _decoded(again), request.form.get("again-name", "")
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.stream.read(MAX_BYTES + 1), upload.filename.replace("\\", "/").rpartition("/")[2]
    pasted = request.form.get("text", "")
    if pasted.strip():
        return pasted.encode(), ""
    raise BadRequest("请选择文件或粘贴自述的文本", "choose a file or paste the text of the self-description")


def _ruled() -> tuple[bytes, str]:
    again = request.form.get("again-determinations", "")
    if again:
        return _decoded(again), "determinations.ttl"
    upload = request.files.get("determinations")
    if upload is not None and upload.filename:
        return upload.stream.read(MAX_BYTES + 1), upload.filename.replace("\\", "/").rpartition("/")[2]
    return b"", ""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(
            "重新提交的内容已损坏，请重新上传", "what was sent again is damaged; upload it anew"
        ) from error
