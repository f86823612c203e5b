"""Every command of the Makefile that starts something of ours can be started, and every documented word is a target."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from zhiyin import resources

MAKEFILE = resources.path("Makefile")
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE)
DOCUMENTS = [resources.path(name) for name in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")]
DOCUMENTS += sorted(resources.path("docs").glob("*.md"))
SLOW_TO_COLLECT = 300
LOADED = """
import sys
from importlib.metadata import entry_points
del sys.argv[0]
entry_points(group="console_scripts")[sys.argv[0]].load()()
"""
IMPORTED = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1]).parent))
spec = spec_from_file_location("tried", sys.argv[1])
sys.modules["tried"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["tried"])
"""
SUBCOMMANDS = {"zhiyin", "ruff", "pip", "cyclonedx-py"}


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


def fault(program: str, arguments: list[str]) -> str:
    """What keeps a command of the Makefile from starting; empty where nothing does."""
    if program == "python" and arguments[:2] == ["-m", "pytest"]:
        # Whether its options and paths are known; all tests are being collected just now.
        if not any(argument.startswith("tests") for argument in arguments):
            arguments = [*arguments, "tests/test_makefile.py"]
        collect = ["--collect-only", "--quiet", "--no-header", "-p", "no:cacheprovider"]
        return unsaid([sys.executable, *arguments, *collect], [" collected"])
    if program == "python":
        # Its imports are made and its names defined; under another name than __main__ it does not go to work.
        if arguments[0] == "-m":
            return unsaid([sys.executable, "-c", f"import {arguments[1]}"], [])
        return unsaid([sys.executable, "-c", IMPORTED, arguments[0]], [])
    names = [a for a in arguments if not a.startswith("-")][:1] if program in SUBCOMMANDS else []
    found = Path(sys.executable).with_name(program)
    # Where packages are shared with another environment, the programs of that one stand elsewhere.
    installed = not found.exists() and entry_points(group="console_scripts", name=program)
    start = [sys.executable, "-c", LOADED, program] if installed else [str(found)]
    return unsaid([*start, *names, "--help"], [a for a in arguments if a.startswith("--")])


def unsaid(command: list[str], words: list[str]) -> str:
    """What a command says that fails, or which of ``words`` it does not say."""
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, text=True, timeout=SLOW_TO_COLLECT, cwd=resources.root()
        )
    except OSError as error:
        return str(error)
    if done.returncode:
        return done.stdout[-800:] + done.stderr[-800:] or f"it ends with {done.returncode}"
    missing = [word for word in words if word not in done.stdout]
    return f"{' '.join(command)} knows no {missing}" if missing else ""


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_target_runs_can_be_started(target: str) -> None:
    for program, *arguments in commands(target):
        assert fault(program, arguments) == ""


@pytest.mark.parametrize(
    "broken",
    [
        ["python", "-m", "pytest", "tests/test_makefile.py", "--no-such-option"],
        ["python", "-m", "pytest", "tests/no_such_folder"],
        ["python", "-m", "tests.no_such_module"],
        ["python", "bench/no_such_file.py"],
        ["zhiyin", "build", "--no-such-option"],
        ["zhiyin", "no-such-command"],
        ["no-such-program"],
    ],
    ids=" ".join,
)
def test_a_command_that_cannot_be_started_is_noticed(broken: list[str]) -> None:
    assert fault(broken[0], broken[1:])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_documented_word_is_a_target(document: Path) -> None:
    named = set(re.findall(r"(?m)(?:`|^)make ([a-z][a-z-]+)", document.read_text(encoding="utf-8")))
    assert named <= set(TARGETS), named - set(TARGETS)
