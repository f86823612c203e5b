"""The report of a firm and of the sector: as a document and as a page to print, in Chinese."""

from __future__ import annotations

from flask import Response, render_template
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.desk import moments, reports
from zhiyin.desk.report_document import document
from zhiyin.web.desk.doors import EVERYBODY, OVERSEERS, desk_pages, door
from zhiyin.web.desk.files import download
from zhiyin.web.desk.gate import desk, note, person, the_firm

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _print(report: reports.Report) -> Response:
    page = Response(
        render_template("desk/report.html", report=report, day=moments.today().isoformat()),
        content_type="text/html; charset=utf-8",
    )
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; img-src 'self'"
    return page


@door(desk_pages, "GET", "/sector/report", OVERSEERS, whole=True)
def sector_report() -> BaseResponse:
    """Show the report of the sector, ready to print."""
    with desk().database.read() as connection:
        report = reports.sector_report(desk(), connection, person())
    note("report.read", "sector")
    return _print(report)


@door(desk_pages, "GET", "/sector/report.docx", OVERSEERS, whole=True)
def sector_document() -> BaseResponse:
    """Give the report of the sector as a document."""
    with desk().database.read() as connection:
        report = reports.sector_report(desk(), connection, person())
    note("report.read", "sector")
    return download(document(report), _DOCX, "sector-report.docx")


@door(desk_pages, "GET", "/firms/<firm>/report", EVERYBODY)
def firm_report() -> BaseResponse:
    """Show the report of a firm, ready to print."""
    with desk().database.read() as connection:
        report = reports.firm_report(desk(), connection, person(), the_firm())
    note("report.read", the_firm().id)
    return _print(report)


@door(desk_pages, "GET", "/firms/<firm>/report.docx", EVERYBODY)
def firm_document() -> BaseResponse:
    """Give the report of a firm as a document."""
    with desk().database.read() as connection:
        report = reports.firm_report(desk(), connection, person(), the_firm())
    note("report.read", the_firm().id)
    return download(document(report), _DOCX, f"{the_firm().id}-report.docx")
