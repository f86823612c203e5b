"""A workbook in, its bytes out, without a file in between: what a company states must not touch a disk."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook


def saved(book: Workbook) -> bytes:
    """Return the bytes of ``book``.

    openpyxl's own way writes each sheet into a temporary file first, which a process that works on a submission may not
    write, and which stays behind where it fails.
    """
    from zipfile import ZIP_DEFLATED, ZipFile

    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):
        def write_worksheet(self, ws: object) -> None:
            sheet: Any = ws
            sheet._drawing = SpreadsheetDrawing()
            sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images
            out = io.BytesIO()
            writer: Any = WorksheetWriter(sheet, out)
            writer.write()
            sheet._rels = writer._rels
            archive.writestr(sheet.path[1:], out.getvalue())
            self.manifest.append(sheet)

    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        InMemory(book, archive).save()
    return stream.getvalue()
