"""The rows of a batch in, files out: a report on each firm under a name of its own, and beside them the overview."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from zhiyin.composition.batch import Report, Row
from zhiyin.composition.batch_workbook import batch_workbook
from zhiyin.law.rules import Rules

OVERVIEW = "总览.xlsx"
"""The name of the overview beside the reports."""
_EPOCH = (2000, 1, 1, 0, 0, 0)


@dataclass(slots=True)
class BatchReports:
    """Hands each report to ``write`` (name, bytes) as it comes and keeps the rows, without bytes, for the overview."""

    write: Callable[[str, bytes], None]
    rows: list[Row] = field(default_factory=list)
    _taken: set[str] = field(default_factory=lambda: {OVERVIEW.casefold()})

    def keep(self, row: Row) -> Row:
        """Write the reports of ``row`` and return it with the names that they were given."""
        written = []
        for report in row.reports:
            name = self._free(report.name)
            self.write(name, report.data)
            written.append(Report(report.form, name, b""))
        kept = replace(row, reports=tuple(written))
        self.rows.append(kept)
        return kept

    def finish(self, law: Rules, skipped: Sequence[str] = ()) -> None:
        """Write the overview, which leads to the reports."""
        self.write(OVERVIEW, batch_workbook(self.rows, law, skipped))

    def _free(self, name: str) -> str:
        """Return ``name``, numbered where another firm's report has it: two firms may be called alike."""
        stem, dot, suffix = name.rpartition(".")
        free, count = name, 2
        while free.casefold() in self._taken:
            free, count = f"{stem}-{count}{dot}{suffix}", count + 1
        self._taken.add(free.casefold())
        return free


def into_folder(folder: Path) -> BatchReports:
    """Return what writes into ``folder``, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(name: str, data: bytes) -> None:
        (folder / name).write_bytes(data)

    return BatchReports(write)


def zipped(rows: Sequence[Row], law: Rules, skipped: Sequence[str] = ()) -> bytes:
    """Return the reports and the overview as one .zip; the same rows give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:

        def write(name: str, data: bytes) -> None:
            # What is packed already is stored as it is.
            packing = zipfile.ZIP_STORED if data.startswith(b"PK") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, packing)

        reports = BatchReports(write)
        for row in rows:
            reports.keep(row)
        reports.finish(law, skipped)
    return stream.getvalue()
