"""``POST /api/validate``, ``/api/shapes`` and ``/api/template``: one submission in, the verdict out, nothing kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from zhiyin.errors import BadParameter, BadRequest, NotAcceptable, UnsupportedMediaType
from zhiyin.form.template import TEMPLATE_FORMATS, template
from zhiyin.intake.determinations import determinations
from zhiyin.intake.reading import read_any
from zhiyin.intake.submission import MAX_BYTES, read_submission
from zhiyin.law.shapes_file import shapes_turtle
from zhiyin.report.outputs import OUTPUTS, Output, render
from zhiyin.validation.engine import Engine
from zhiyin.validation.judgement import Judgement, judge
from zhiyin.web.answers import file_answer
from zhiyin.web.catalogue_api import services
from zhiyin.web.parameters import TIERS, one_of, refuse_unknown, required_one_of

validation_api = Blueprint("validation_api", __name__, url_prefix="/api")
_ENGINES: Mapping[str, Engine] = {str(engine): engine for engine in Engine}
_ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Return today's date in Asia/Shanghai, the check date where none is given."""
    return datetime.now(_ZONE).date()


def check_date(arguments: Mapping[str, str]) -> date:
    """Return the ``date`` parameter (YYYY-MM-DD), today where it is absent."""
    raw = arguments.get("date")
    if not raw:
        return today()
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        found = None
    if found is None or len(raw) != 10 or not 2000 <= found.year <= 2200:
        raise BadParameter("date", raw, ["YYYY-MM-DD"])
    return found


@validation_api.post("/validate")
def validate() -> Response:
    """Judge the posted self-description."""
    args = request.args
    refuse_unknown(args, {"tier", "date", "engine", "format"})
    judgement, ruling_hash = judged(args)
    response = Response(status=200)
    output = chosen_output(args)
    response.data = render(judgement, output, ruling_hash)
    response.content_type = output.content_type
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    if output.download:
        response.headers["Content-Disposition"] = f'attachment; filename="verdict{output.suffix}"'
    return response


def judged(arguments: Mapping[str, str]) -> tuple[Judgement, str | None]:
    """Return the judgement on the request's body or its multipart ``file``, and the hash of its ``determinations``."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType(
            f"不支持压缩的请求正文（{coding}）：请发送未压缩的文件",
            f"a request body in {coding} is not supported: send the file uncompressed",
        )
    tier = one_of(arguments, "tier", TIERS)
    engine = one_of(arguments, "engine", _ENGINES) or Engine.COMPILED
    day = check_date(arguments)
    rulings, ruling_hash = [], None
    if request.mimetype == "multipart/form-data":
        uploads = [f for f in request.files.getlist("file") if f.filename or f.content_length]
        pasted = request.form.get("text", "")
        if len(uploads) > 1:
            raise BadRequest("一次只验证一个文件", "one file at a time, please")
        if uploads:
            data, name, media = _bytes(uploads[0])
        elif pasted.strip():
            data, name, media = pasted.encode(), "", request.form.get("mediaType", "")
        else:
            raise BadRequest("没有收到文件：请用字段 file 上传", "no file received: upload it in the field 'file'")
        ruled = request.files.get("determinations")
        if ruled is not None and ruled.filename:
            ruling_data, ruling_name, ruling_media = _bytes(ruled)
            ruling_hash = sha256(ruling_data).hexdigest()
            found = read_submission(ruling_data, source=ruling_name, media_type=ruling_media)
            rulings = determinations(found.triples, source=ruling_name)
    else:
        data, name, media = request.get_data(cache=False), "", request.mimetype
        if not data:
            raise BadRequest("请求正文是空的：请放入 RDF 或 .xlsx", "the request body is empty: send RDF or .xlsx")
    submission = read_any(data, source=name, media_type=media)
    judgement = judge(
        submission, services().requirements, check_date=day, tier=tier, determinations=rulings, engine=engine
    )
    return judgement, ruling_hash


def chosen_output(arguments: Mapping[str, str]) -> Output:
    """Return the output that ``format`` names or ``Accept`` prefers; JSON where anything will do."""
    named = arguments.get("format")
    if named:
        if named not in OUTPUTS:
            raise BadParameter("format", named, list(OUTPUTS))
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
    refuse_unknown(request.args, {"tier"})
    tier = required_one_of(request.args, "tier", TIERS)
    text = shapes_turtle(tier, services().requirements)
    return file_answer(text.encode(), "text/turtle; charset=utf-8", f"zhiyin-shapes-tier-{tier}.ttl")


@validation_api.get("/template")
def blank() -> Response:
    """Return the form of a tier to fill in."""
    refuse_unknown(request.args, {"tier", "format"})
    tier = required_one_of(request.args, "tier", TIERS)
    chosen = required_one_of(request.args, "format", {f: f for f in TEMPLATE_FORMATS})
    data, media = template(tier, chosen)
    return file_answer(data, media, f"zhiyin-template-tier-{tier}.{chosen}")
