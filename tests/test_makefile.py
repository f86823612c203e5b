"""Every command of the Makefile that starts something of ours can be started, and every documented word is a target."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from zhiyin import resources

MAKEFILE = resources.path("Makefile")
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE)
DOCUMENTS = [resources.path(name) for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")]
DOCUMENTS += sorted(resources.path("docs").glob("*.md"))
SLOW_TO_COLLECT = 300


def commands(target: str) -> list[list[str]]:
    """The commands that ``make target`` would run, by the interpreter that runs this test."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)*)", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE)
    assert recipe is not None
    lines = recipe[1].replace("\\\n", " ").splitlines()
    found = []
    for line in lines:
        plain = line.strip().lstrip("@-")
        guard = re.match(r"if \[ -f (\S+) \]", plain)
        if guard is not None and not resources.path(guard[1]).is_file():
            continue  # run only where the file is
        for part in re.findall(r"\$\(BIN\)/[^;|&]*", plain):
            found.append(shlex.split(part.replace("$(BIN)/", "").replace("$(HOST)", "h").replace("$(PORT)", "1")))
    return found


def test_the_makefile_is_read() -> None:
    assert {"test", "test-engines", "check", "bench", "serve"} <= set(TARGETS)
    assert ["python", "-m", "pytest", "tests/engines"] in commands("test-engines")


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_target_runs_can_be_started(target: str) -> None:
    for program, *arguments in commands(target):
        if program == "python" and arguments[:2] == ["-m", "pytest"]:
            # All tests are being collected just now; of a part, whether its options and paths are known.
            if not arguments[2:]:
                continue
            command = [sys.executable, *arguments, "--collect-only", "--quiet", "--no-header", "-p", "no:cacheprovider"]
            done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=SLOW_TO_COLLECT)
            assert done.returncode == 0, done.stdout[-800:] + done.stderr[-800:]
            assert re.search(r"[1-9]\d* tests? collected", done.stdout)
        elif program == "python" and arguments[0].endswith(".py"):
            file = resources.path(arguments[0])
            compile(file.read_text(encoding="utf-8"), arguments[0], "exec")
        elif program == "zhiyin":
            names = [a for a in arguments if not a.startswith("--")][:1]
            command = [str(Path(sys.executable).with_name("zhiyin")), *names, "--help"]
            done = subprocess.run(command, capture_output=True, check=False, text=True)
            assert done.returncode == 0
            for option in (a for a in arguments if a.startswith("--")):
                assert option in done.stdout, f"{target}: {' '.join(names)} knows no {option}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_documented_word_is_a_target(document: Path) -> None:
    named = set(re.findall(r"(?m)(?:`|^)make ([a-z][a-z-]+)", document.read_text(encoding="utf-8")))
    assert named <= set(TARGETS), named - set(TARGETS)
