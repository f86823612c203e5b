"""Receiving and reading submissions: in the browser, one file or many, and as an API."""

from __future__ import annotations

import json
import re

from flask import redirect, request
from werkzeug.wrappers import Response

from zhiyin.desk import jobs, packages, remedies, rulings, submissions, verdicts
from zhiyin.desk.duties import same_duty
from zhiyin.desk.faults import Conflict, absent
from zhiyin.errors import BadRequest, UnsupportedMediaType
from zhiyin.intake.submission import MAX_BYTES
from zhiyin.law.outcome import Outcome
from zhiyin.web.answers import json_answer
from zhiyin.web.desk.doors import EVERYBODY, SENDERS, desk_api, desk_pages, door
from zhiyin.web.desk.files import download, table_answer, wanted_format
from zhiyin.web.desk.gate import desk, note, person, source, the_submission
from zhiyin.web.desk.verdict_table import verdict_table
from zhiyin.web.desk.words import shown
from zhiyin.web.parameters import whole_number

_PAGE = 50
ORDER = (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL, Outcome.NOT_APPLICABLE, Outcome.SATISFIED)
_DETERMINED = Outcome.SATISFIED, Outcome.VIOLATED, Outcome.NOT_APPLICABLE


@door(desk_pages, "GET", "/submissions", EVERYBODY)
def submission_list() -> str:
    """List the submissions and take new ones."""
    offset = whole_number(request.args, "offset", 0, 0, 10_000_000)
    state, firm = request.args.get("state", ""), request.args.get("firm", "")
    with desk().database.read() as connection:
        total, found = submissions.listed(connection, person(), state=state, firm=firm, offset=offset, most=_PAGE)
    note("submissions.listed", firm or person().firm or "all")
    return shown(
        "submissions.html",
        found=found,
        total=total,
        offset=offset,
        size=_PAGE,
        state=state,
        states=submissions.STATE_LABELS,
    )


@door(desk_pages, "POST", "/submissions", SENDERS)
def submission_send() -> Response:
    """Keep what a form sends; one file leads to its page, many to the list."""
    uploads = [f for f in request.files.getlist("file") if f.filename]
    if not uploads:
        raise BadRequest("请选择文件", "choose a file")
    names = []
    for upload in uploads:
        data = upload.stream.read(MAX_BYTES + 1)
        media = upload.mimetype if "." not in (upload.filename or "") else ""
        kept, _ = submissions.receive(
            desk(), person(), person().actor(source()), data, filename=upload.filename or "", media=media
        )
        names.append(kept.id)
    return redirect(f"/desk/submissions/{names[0]}" if len(names) == 1 else "/desk/submissions", 303)


@door(desk_api, "POST", "/submissions", SENDERS)
def api_submission_send() -> Response:
    """Keep a body or a multipart ``file``; answered when it is durably kept: 201, or 200 where it was there."""
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        raise UnsupportedMediaType("请发送未压缩的文件", "send the file uncompressed")
    if request.mimetype == "multipart/form-data":
        uploads = request.files.getlist("file")
        if len(uploads) != 1:
            raise BadRequest("一次发送一个文件（字段 file）", "send one file at a time, in the field 'file'")
        data, name = uploads[0].stream.read(MAX_BYTES + 1), uploads[0].filename or ""
        media = "" if "." in name else uploads[0].mimetype
    else:
        data, name, media = request.get_data(cache=False), request.args.get("filename", "")[:300], request.mimetype
    kept, new = submissions.receive(desk(), person(), person().actor(source()), data, filename=name, media=media)
    response = json_answer(kept.as_json(), 201 if new else 200, cacheable=False)
    response.headers["Location"] = f"/api/desk/submissions/{kept.id}"
    return response


@door(desk_api, "GET", "/submissions", EVERYBODY)
def api_submission_list() -> Response:
    """List submissions, the newest first."""
    offset, most = (
        whole_number(request.args, "offset", 0, 0, 10_000_000),
        whole_number(request.args, "limit", 50, 1, 500),
    )
    state, firm = request.args.get("state", ""), request.args.get("firm", "")
    with desk().database.read() as connection:
        total, found = submissions.listed(connection, person(), state=state, firm=firm, offset=offset, most=most)
    note("submissions.listed", firm or person().firm or "all")
    return json_answer({"total": total, "items": [k.as_json() for k in found]}, cacheable=False)


@door(desk_api, "GET", "/submissions/<submission>", EVERYBODY)
def api_submission() -> Response:
    """Tell the state of a submission, how far its judging is and its verdicts."""
    kept = the_submission()
    with desk().database.read() as connection:
        made = verdicts.of_submission(connection, kept.id)
        progress = jobs.progress(connection, kept.id)
    told = {**kept.as_json(), "verdicts": [v.as_json() for v in made]}
    if progress is not None:
        told["progress"] = {"state": progress.state, "ahead": progress.ahead}
    if kept.state != submissions.WAITING:
        # A page that waits asks every second: until there is a verdict nothing confidential is read.
        note("submission.read", kept.id)
    return json_answer(told, cacheable=False)


@door(desk_pages, "GET", "/submissions/<submission>", EVERYBODY)
def submission_page() -> str:
    """Show a submission: what it came to, clause by clause, with rulings and items."""
    kept = the_submission()
    with desk().database.read() as connection:
        progress = jobs.progress(connection, kept.id)
        made = verdicts.of_submission(connection, kept.id)
        verdict = verdicts.find(connection, kept.verdict)
        whole = verdict is not None and kept.state != submissions.REMOVED
        document = json.loads(verdicts.document_of(desk(), connection, verdict)) if verdict and whole else None
        ruled = rulings.of_firm(connection, kept.firm) if kept.firm else []
        items = remedies.listed(connection, person(), firm=kept.firm) if kept.firm else []
        history = submissions.history(connection, kept.firm) if kept.firm else []
    note("submission.read", kept.id)
    clauses = document["verdicts"][0]["clauses"] if document else []
    grouped = {o: [c for c in clauses if c["outcome"] == o] for o in ORDER}
    return shown(
        "submission.html",
        kept=kept,
        progress=progress,
        made=made,
        verdict=verdict,
        document=document["verdicts"][0] if document else None,
        grouped=grouped,
        counts=verdict.counts() if verdict else {},
        order=ORDER,
        rulings_of=_by_clause([r for r in ruled if verdict and r.clauses == verdict.clauses]),
        rulings_elsewhere=_of_the_same_duty(ruled, verdict),
        items_of={i.clause: i for i in items if i.state in remedies.ALIVE and verdict and i.clauses == verdict.clauses},
        history=[k for k in history if k.state == submissions.JUDGED and k.id != kept.id],
        outputs=("html", "xlsx", "csv", "json"),
        rulable=_DETERMINED,
        signed=desk().options.signing is not None,
    )


def _of_the_same_duty(
    found: list[rulings.Ruling], verdict: verdicts.KeptVerdict | None
) -> dict[str, list[rulings.Ruling]]:
    """Return clause to the rulings on the same duty in another edition: they settle nothing here, and are not hidden."""
    by: dict[str, list[rulings.Ruling]] = {}
    for ruling in found:
        if verdict is None or ruling.clauses == verdict.clauses or ruling.state != rulings.IN_FORCE:
            continue
        if there := same_duty(desk().law, ruling.clauses, ruling.clause, verdict.clauses, verdict.tier):
            by.setdefault(there.rpartition("/")[2], []).append(ruling)
    return by


def _by_clause(found: list[rulings.Ruling]) -> dict[str, list[rulings.Ruling]]:
    by: dict[str, list[rulings.Ruling]] = {}
    for ruling in found:
        by.setdefault(ruling.clause, []).append(ruling)
    return by


@door(desk_pages, "GET", "/submissions/<submission>/received", EVERYBODY)
def submission_bytes() -> Response:
    """Give the bytes as they were received."""
    kept = the_submission()
    with desk().database.read() as connection:
        data = submissions.read_bytes(desk(), connection, kept)
    note("bytes.read", kept.id)
    suffix = re.sub(r"[^A-Za-z0-9.]", "", kept.filename[-8:].partition(".")[2]) or "bin"
    return download(data, "application/octet-stream", f"{kept.id}.{suffix}")


def _verdict_file(form: str) -> Response:
    kept = the_submission()
    with desk().database.read() as connection:
        verdict = verdicts.find(connection, kept.verdict)
        if verdict is None:
            raise Conflict("这份自述还没有评定", "this submission has not been judged yet")
        document = verdicts.document_of(desk(), connection, verdict)
    note("verdict.read", kept.id)
    if form == "json":
        return download(document, "application/json", f"{kept.id}-verdict.json")
    return table_answer(verdict_table(json.loads(document)), form)


@door(desk_pages, "GET", "/submissions/<submission>/verdict", EVERYBODY)
def verdict_file() -> Response:
    """Give the verdict as a file: the JSON is the very bytes that were kept."""
    return _verdict_file(wanted_format() or "json")


@door(desk_api, "GET", "/submissions/<submission>/verdict", EVERYBODY)
def api_verdict() -> Response:
    """Give the verdict as it was kept, or as a table."""
    return _verdict_file(wanted_format() or "json")


@door(desk_pages, "GET", "/submissions/<submission>/determinations", EVERYBODY)
def determinations_file() -> Response:
    """Give the rulings that the verdict rests on as the determinations file."""
    kept = the_submission()
    with desk().database.read() as connection:
        verdict = verdicts.find(connection, kept.verdict)
        data = b"" if verdict is None else verdicts.determinations_of(desk(), connection, verdict)
    if not data:
        raise absent()
    note("determinations.read", kept.id)
    return download(data, "text/turtle; charset=utf-8", f"{kept.id}-determinations.ttl")


@door(desk_pages, "GET", "/submissions/<submission>/package", EVERYBODY)
def package_file() -> Response:
    """Give the verdict as a sealed package."""
    kept = the_submission()
    with desk().database.read() as connection:
        data = packages.package(desk(), connection, kept)
    note("package.read", kept.id)
    return download(data, packages.MEDIA_TYPE, f"{kept.id}{packages.SUFFIX}")


@door(desk_api, "GET", "/submissions/<submission>/package", EVERYBODY)
def api_package() -> Response:
    """Give the verdict as a sealed package."""
    response: Response = package_file()
    return response
