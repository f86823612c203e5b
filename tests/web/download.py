"""What a browser test takes home: the file that a page makes the browser download."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Download, Page


def downloaded(page: Page, act: Callable[[], object]) -> tuple[str, bytes]:
    """Return name and bytes of the file that ``act`` makes the page download."""
    with page.expect_download() as waiting:
        act()
    found: Download = waiting.value
    return found.suggested_filename, Path(found.path()).read_bytes()
