"""``/cite-check``: paste or upload a text and read it with marks; works without scripts, keeps nothing."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from zhiyin.citing.document import MAX_BYTES
from zhiyin.citing.outputs import OUTPUTS, mark_class, marked_text
from zhiyin.citing.statement import RULING_LABELS, Ruling
from zhiyin.composition.submitted import Posted, check_posted
from zhiyin.errors import BadRequest, Message, ZhiyinError
from zhiyin.web.catalogue_api import services
from zhiyin.web.citing_api import report_response

citing_page = Blueprint("citing_page", __name__)
_DOWNLOADS = (
    ("docx", Message("Word（带批注）", "Word with comments")),
    ("html", Message("HTML（带标记）", "HTML with marks")),
    ("csv", Message("CSV", "CSV")),
    ("json", Message("JSON", "JSON")),
)
EXAMPLE = (
    "根据《期货公司信息技术管理指引》第4.3.3.1条，三类公司核心系统及其部件应有热备份，RTO不超过5分钟、RPO不超过60秒。\n"
    "指引4.2.3.5将配备为空调供电的发电机列为必须要求。\n"
    "二类公司应提供双路市电，并能够采用发电机应急供电（《指引》4.2.2.2）。\n"
    "机房录像至少保存90天（指引4.2.1.5）；数据库用户口令可以明文存放在计算机中（4.4.6.4）。\n"
    "依据《指引》4.3.9.1条，公司应建立量化交易报备制度。"
)


@citing_page.get("/cite-check")
def empty() -> Response:
    """Show the form."""
    return _form(None, 200, EXAMPLE)


@citing_page.post("/cite-check")
def checked() -> Response:
    """Check what was uploaded, pasted or sent again for a download."""
    try:
        return _checked()
    except ZhiyinError as error:
        return _form(error, error.status, request.form.get("text", ""))


def _form(problem: ZhiyinError | None, status: int, text: str) -> Response:
    page = make_response(render_template("cite_check.html", problem=problem, text=text, checked=None), status)
    page.headers["Cache-Control"] = "no-store"
    return page


def _checked() -> Response:
    data, name = _submitted()
    posted = Posted(data, name)
    chosen = request.form.get("format", "")
    if chosen in OUTPUTS:
        return report_response(posted, OUTPUTS[chosen])
    asked = services()
    file = asked.contained.run(check_posted, posted, asked.rules.edition.vocabulary)
    found = file.checked
    page = make_response(
        render_template(
            "cite_check.html",
            problem=None,
            text="" if file.document else found.text,
            checked=found,
            warnings=file.warnings,
            marked=Markup(marked_text(found)),  # noqa: S704 - every piece of it is escaped there
            labels=RULING_LABELS,
            rulings=list(Ruling),
            mark_class=mark_class,
            downloads=_DOWNLOADS,
            again=base64.b64encode(data).decode(),
            name=name,
        )
    )
    page.headers["Cache-Control"] = "no-store"
    return page


def _submitted() -> tuple[bytes, str]:
    again = request.form.get("again", "")
    if again:
        try:
            return base64.b64decode(again, validate=True), request.form.get("again-name", "")
        except (binascii.Error, ValueError) as error:
            raise BadRequest(
                "重新提交的内容已损坏，请重新上传", "what was sent again is damaged; upload it anew"
            ) from error
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return upload.stream.read(MAX_BYTES + 1), upload.filename.replace("\\", "/").rpartition("/")[2]
    text = request.form.get("text", "")
    if text.strip():
        return text.encode(), ""
    raise BadRequest("请粘贴文字或选择文件", "paste a text or choose a file")
