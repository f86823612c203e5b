"""``POST /api/validate``, ``/api/shapes`` and ``/api/template``: one submission in, the verdict out, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from zhiyin.composition.blank_forms import blank_form
from zhiyin.composition.judging import Asked, check_date, today
from zhiyin.composition.submitted import Posted, renew_posted, report_posted
from zhiyin.errors import BadParameter, BadRequest, NotAcceptable, UnsupportedMediaType
from zhiyin.form.template import TEMPLATE_FORMATS
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE
from zhiyin.intake.submission import MAX_BYTES
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.report.outputs import OUTPUTS, RETURNED, Output
from zhiyin.validation.engine import Engine
from zhiyin.web.answers import attached, file_answer, kept_file
from zhiyin.web.catalogue_api import services, tiers_of_any, tiers_of_edition
from zhiyin.web.editions import first
from zhiyin.web.parameters import one_of, refuse_unknown, required_one_of

validation_api = Blueprint("validation_api", __name__, url_prefix="/api")
_ENGINES: Mapping[str, Engine] = {str(engine): engine for engine in Engine}


@validation_api.post("/validate")
def validate() -> Response:
    """Judge the posted self-description."""
    args = request.args
    refuse_unknown(args, {"tier", "date", "engine", "format"})
    contained = services().contained
    if args.get("format") == RETURNED:
        posted, asked, ruled = judging(args)
        return file_answer(*_as_file(*contained.run(report_posted, posted, asked, ruled, RETURNED)))
    output = chosen_output(args)
    posted, asked, ruled = judging(args)
    response = Response(status=200)
    response.data, name = contained.run(report_posted, posted, asked, ruled, output.name)
    response.content_type = output.content_type
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    if output.download:
        response.headers["Content-Disposition"] = attached(name)
    return response


def _as_file(data: bytes, name: str) -> tuple[bytes, str, str]:
    return data, XLSX_MEDIA_TYPE, name


def judging(arguments: Mapping[str, str]) -> tuple[Posted, Asked, Posted | None]:
    """Return the request's body or its multipart ``file``, how it is to be judged, and its ``determinations``."""
    tier = one_of(arguments, "tier", tiers_of_any())
    engine = one_of(arguments, "engine", _ENGINES) or Engine.COMPILED
    day = check_date(arguments.get("date"))
    data, name, media = submitted()
    ruled = request.files.get("determinations") if request.mimetype == "multipart/form-data" else None
    rulings = Posted(*_bytes(ruled)) if ruled is not None and ruled.filename else None
    return Posted(data, name, media), Asked(day, tier, engine=engine), rulings


def submitted() -> tuple[bytes, str, str]:
    """Return the bytes of the request's body or of its multipart ``file``, with its file name and media type."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(
            f"不支持压缩的请求正文（{coding}）：请发送未压缩的文件",
            f"a request body in {coding} is not supported: send the file uncompressed",
        )
    if request.mimetype != "multipart/form-data":
        data = request.get_data(cache=False)
        if not data:
            raise BadRequest("请求正文是空的：请放入 RDF 或 .xlsx", "the request body is empty: send RDF or .xlsx")
        return data, "", request.mimetype
    uploads = [f for f in request.files.getlist("file") if f.filename or f.content_length]
    pasted = request.form.get("text", "")
    if len(uploads) > 1:
        raise BadRequest("一次只验证一个文件", "one file at a time, please")
    if uploads:
        return _bytes(uploads[0])
    if pasted.strip():
        return pasted.encode(), "", request.form.get("mediaType", "")
    raise BadRequest("没有收到文件：请用字段 file 上传", "no file received: upload it in the field 'file'")


def chosen_output(arguments: Mapping[str, str]) -> Output:
    """Return the output that ``format`` names or ``Accept`` prefers; JSON where anything will do."""
    named = arguments.get("format")
    if named:
        if named not in OUTPUTS:
            raise BadParameter("format", named, [*OUTPUTS, RETURNED])
        return OUTPUTS[named]
    offered: dict[str, Output] = {}
    for output in OUTPUTS.values():
        offered.setdefault(output.media_type, output)
    best = request.accept_mimetypes.best_match(list(offered))
    if not request.accept_mimetypes or best == "application/json":
        return OUTPUTS["json"]
    if best is None:
        raise NotAcceptable(
            f"可提供：{'、'.join(offered)}", f"available: {', '.join(offered)}", details={"available": list(offered)}
        )
    return offered[best]


def _bytes(upload: FileStorage) -> tuple[bytes, str, str]:
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    media = upload.mimetype or ""
    return upload.stream.read(MAX_BYTES + 1), name, "" if "." in name else media


@validation_api.get("/shapes")
def shapes() -> Response:
    """Return the shapes of a tier as one self-contained Turtle file."""
    refuse_unknown(request.args, {"tier", "portable"})
    tier = required_one_of(request.args, "tier", tiers_of_edition())
    portable = one_of(request.args, "portable", {"0": False, "1": True}) or False
    name = f"zhiyin-shapes-tier-{tier}{'-portable' if portable else ''}.ttl"
    return kept_file(_shapes_file(services().rules, tier, portable), "text/turtle; charset=utf-8", name)


@once
def _shapes_file(rules: Rules, tier: int, portable: bool) -> bytes:
    return shapes_turtle(tier, rules.requirements, rules.shapes, portable=portable).encode()


def _vocabulary() -> str:
    """Return the vocabulary of the edition asked of; empty for the shipped one."""
    return services().rules.edition.vocabulary if services() is not first() else ""


@validation_api.get("/template")
def blank() -> Response:
    """Return the form of a tier to fill in."""
    refuse_unknown(request.args, {"tier", "format"})
    tier = required_one_of(request.args, "tier", tiers_of_edition())
    chosen = required_one_of(request.args, "format", {f: f for f in TEMPLATE_FORMATS})
    data, media = blank_form(services().rules, tier, chosen)
    return file_answer(data, media, f"zhiyin-template-tier-{tier}.{chosen}")


@validation_api.post("/template")
def from_last_year() -> Response:
    """Return this year's form filled with last year's submission, what ran out being marked and listed."""
    args = {**request.args.to_dict(), **{k: v for k, v in request.form.items() if k in ("tier", "format", "date")}}
    refuse_unknown(request.args, {"tier", "format", "date", "renew"})
    renew = one_of(args, "renew", {"0": False, "1": True})
    tier = one_of(args, "tier", tiers_of_edition())
    chosen = one_of(args, "format", {f: f for f in TEMPLATE_FORMATS}) or "xlsx"
    day = check_date(args.get("date")) or today()
    data, name, media = submitted()
    body, media_type, moved_to = services().contained.run(
        renew_posted, Posted(data, name, media), tier, chosen, None if renew is False else day, _vocabulary()
    )
    return file_answer(body, media_type, f"zhiyin-template-tier-{moved_to}-{day.year}.{chosen}")
