"""LibreOffice run headless over workbooks: what their formulas come to, as Excel and WPS would show it."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def computed(books: Mapping[str, bytes]) -> dict[str, Any]:
    """Return each workbook with the values that LibreOffice computes for its formulas, opened by openpyxl."""
    from openpyxl import load_workbook

    if OFFICE is None:
        raise RuntimeError("LibreOffice is not installed")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.mkdir()
        for name, data in books.items():
            (source / f"{name}.xlsx").write_bytes(data)
        command = [
            OFFICE,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
        ]
        files = [str(source / f"{name}.xlsx") for name in books]
        subprocess.run(
            [*command, "--outdir", str(target), *files], check=True, capture_output=True, timeout=120 * len(books)
        )
        return {
            name: load_workbook(io.BytesIO((target / f"{name}.xlsx").read_bytes()), data_only=True) for name in books
        }
