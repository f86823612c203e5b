"""Errors as problem+json (RFC 9457) in Chinese and English, or as a page for browsers."""

from __future__ import annotations

import logging
from http import HTTPStatus

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from zhiyin.errors import Message, Place, Problem, ZhiyinError

_LOG = logging.getLogger("zhiyin.web")
_TITLES = {
    400: Message("请求有误", "Bad request"),
    404: Message("没有找到", "Not found"),
    405: Message("不支持的方法", "Method not allowed"),
    413: Message("内容过大", "Content too large"),
    415: Message("不支持的格式", "Unsupported media type"),
}


def problem_response(problem: Problem) -> Response:
    """Return ``problem`` as ``application/problem+json``, with Retry-After where the error names it."""
    response = Response(
        orjson.dumps(problem.as_json(), default=str), problem.status, content_type="application/problem+json"
    )
    retry = problem.extra.get("retryAfter")
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def wants_page() -> bool:
    """Return whether the client is a browser asking for a page rather than for data."""
    if request.path.startswith(("/api/", "/data/", "/sparql")):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "application/problem+json", "text/html"])
    return best == "text/html" and request.accept_mimetypes["text/html"] > 0


def register(app: Flask) -> None:
    """Make every error of ``app`` a problem document, or a page where a browser asked for one."""

    def shown(problem: Problem) -> Response:
        render = app.extensions.get("zhiyin.problem_page")
        return render(problem) if render is not None and wants_page() else problem_response(problem)

    @app.errorhandler(ZhiyinError)
    def _own(error: ZhiyinError) -> Response:
        if error.status >= 500:
            # Its words may hold what was submitted.
            _LOG.warning("%s at %s", type(error).__name__, request.path)
        return shown(Problem.of(error))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = error.code or 500
        title = _TITLES.get(status, Message(HTTPStatus(status).phrase, HTTPStatus(status).phrase))
        detail = title
        if status == 404:
            detail = Message(f"没有 {request.path} 这个地址", f"there is nothing at {request.path}")
        elif isinstance(error, MethodNotAllowed):
            allowed = ", ".join(sorted(error.valid_methods or ()))
            detail = Message(f"此地址只支持 {allowed}", f"this address supports {allowed} only")
        elif isinstance(error, RequestEntityTooLarge):
            limit = app.config["MAX_CONTENT_LENGTH"]
            detail = Message(f"请求正文超过 {limit:,} 字节", f"the request body exceeds {limit:,} bytes")
        response = shown(Problem(status, title, detail, Place()))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        return response

    @app.errorhandler(Exception)
    def _unforeseen(error: Exception) -> Response:
        _LOG.error("unforeseen error at %s", request.path, exc_info=error)
        detail = Message("服务内部出错，已记入日志", "an internal error occurred and was logged")
        return shown(Problem(500, ZhiyinError.title, detail))
