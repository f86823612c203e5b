"""Puts into a wheel what lies beside the package in a checkout, and the reasoned graph and search index already built."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("data", "ontology", "shapes", "queries")


class CustomBuildHook(BuildHookInterface[Any]):
    """Adds the data folders and the built graph below ``zhiyin/_bundled``; an editable install needs neither."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to include; the graph is built into a temporary folder, never into the source tree."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        included: dict[str, str] = build_data["force_include"]
        for folder in FOLDERS:
            for file in sorted((root / folder).rglob("*")):
                if file.is_file():
                    included[str(file)] = f"zhiyin/_bundled/{file.relative_to(root).as_posix()}"
        self._bundle_editor(root, included)
        sys.path.insert(0, str(root / "service"))
        try:
            from zhiyin import composition

            self._built = tempfile.TemporaryDirectory(prefix="zhiyin-built-")
            built = Path(self._built.name)
            path = composition.build_graph(lambda message: self.app.display_info(message.en), built)
            composition.load_search(composition.open_graph(path), built)
        finally:
            sys.path.pop(0)
        for file in sorted(Path(self._built.name).iterdir()):
            included[str(file)] = f"zhiyin/_bundled/built/{file.name}"

    def _bundle_editor(self, root: Path, included: dict[str, str]) -> None:
        """Build the query editor where Node is there; git ignores the bundle, so it is named file by file."""
        script = root / "frontend" / "build.py"
        if script.is_file():
            subprocess.run([sys.executable, str(script)], check=False)  # noqa: S603
        vendor = root / "service" / "zhiyin" / "web" / "static" / "vendor"
        for file in sorted(vendor.glob("editor*")):
            included[str(file)] = f"zhiyin/web/static/vendor/{file.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the temporary folder."""
        if hasattr(self, "_built"):
            self._built.cleanup()
