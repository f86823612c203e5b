"""``POST /api/cite-check``: a text, Markdown or .docx in, every statement about the guideline judged; nothing kept."""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from flask import Blueprint, Response, request

from zhiyin.citing.document import MAX_BYTES
from zhiyin.citing.outputs import OUTPUTS, Output
from zhiyin.composition.submitted import Posted, check_report
from zhiyin.errors import BadParameter, BadRequest, NotAcceptable, UnsupportedMediaType
from zhiyin.web.catalogue_api import services
from zhiyin.web.parameters import refuse_unknown

citing_api = Blueprint("citing_api", __name__, url_prefix="/api")


@citing_api.post("/cite-check")
def cite_check() -> Response:
    """Check the posted text."""
    refuse_unknown(request.args, {"format"})
    output = _chosen(request.args)
    data, name = _posted()
    return report_response(Posted(data, name), output)


def report_response(posted: Posted, output: Output) -> Response:
    """Return the check in one of its forms, made where it can be ended, never kept on the way."""
    asked = services()
    report = asked.contained.run(check_report, posted, output.name, asked.rules.edition.vocabulary)
    response = Response(report, content_type=output.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept"
    if output.name == "html":
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    if output.download:
        response.headers["Content-Disposition"] = f'attachment; filename="cite-check{output.suffix}"'
    return response


def _posted() -> tuple[bytes, str]:
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedMediaType(
            "不支持压缩的请求正文：请发送未压缩的文件", "a compressed body is not supported: send the file uncompressed"
        )
    if request.mimetype == "multipart/form-data":
        upload = request.files.get("file")
        if upload is not None:
            return upload.stream.read(MAX_BYTES + 1), (upload.filename or "").replace("\\", "/").rpartition("/")[2]
        return request.form.get("text", "").encode(), ""
    data = request.get_data(cache=False)
    if not data:
        raise BadRequest(
            "请求正文是空的：请放入文本、Markdown 或 .docx", "the request body is empty: send text, Markdown or .docx"
        )
    if request.mimetype == "application/json":
        return _text_of(data).encode("utf-8", "surrogatepass"), ""
    return data, ""


def _text_of(data: bytes) -> str:
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest("请求正文不是有效的 JSON", "the body is not valid JSON") from error
    if not isinstance(body, dict) or not isinstance(body.get("text"), str):
        raise BadRequest('JSON 正文的形式为 {"text": "要核验的文字"}', 'a JSON body reads {"text": "what to check"}')
    return str(body["text"])


def _chosen(arguments: Mapping[str, str]) -> Output:
    named = arguments.get("format")
    if named:
        if named not in OUTPUTS:
            raise BadParameter("format", named, list(OUTPUTS))
        return OUTPUTS[named]
    offered = {output.media_type: output for output in OUTPUTS.values()}
    best = request.accept_mimetypes.best_match(list(offered))
    if not request.accept_mimetypes or best == "application/json":
        return OUTPUTS["json"]
    if best is None:
        raise NotAcceptable(
            f"可提供：{'、'.join(offered)}", f"available: {', '.join(offered)}", details={"available": list(offered)}
        )
    return offered[best]
