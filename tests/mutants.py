"""Changes the package in one place at a time and tells which changes no test of the area notices.

``python tests/mutants.py [COUNT] [--area NAME] [--again] [--seconds N] [--skip N] [--list]``: a sample with a fixed seed;
comparisons, constants, conditions and arithmetic. The sample is drawn by the digest of what each change is, not by its
place: code written elsewhere leaves it as it was. Each change is made in a copy of the checkout with a cache of its own,
and tried on the test that ``tests/mutants-noticed.txt`` names, then on the test files of its area, those that name its
module first, until one fails or the processor time allowed is spent. A test that fails without the change too counts for
nothing. A change that alters nothing that anybody could see is named in ``tests/mutants-equal.txt``, a line each: file,
function, change, why; it stays in the sample and is not tried. ``--again`` tries what the last run lost, ``--list`` tries
nothing. Exits 1 where less than 85 % of the rest are noticed.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "service" / "zhiyin"
EQUAL = Path(__file__).with_name("mutants-equal.txt")
NOTICED = Path(__file__).with_name("mutants-noticed.txt")
RESULTS = ROOT / "mutants.json"
SEED = 20_260_630
WANTED = 0.85
# Processor seconds for one change; a change that makes tests hang is ended by the wall clock and counts as noticed.
SECONDS = 120
LONGEST_TEST = 300
OFFICE = "tests.form.office"
"""What tests import that let LibreOffice compute: only they see what a formula comes to."""
AREAS = {
    "server": ("tests/server", "tests/sparql"),
    "graph": ("tests/graph", "tests/questions"),
    "law": ("tests/validation", "tests/ontology", "tests/form"),
    "form": ("tests/form", "tests/intake", "tests/report", "tests/validation"),
    "intake": ("tests/intake", "tests/form", "tests/validation"),
    "report": ("tests/report", "tests/validation"),
    "composition": (
        "tests/composition",
        "tests/server",
        "tests/validation",
        "tests/questions",
        "tests/cli",
        "tests/desk",
    ),
    "web/desk": ("tests/desk",),
}
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


@dataclass(frozen=True)
class Mutant:
    """One change: where, what stood there, what stands there now."""

    file: str
    line: int
    before: str
    after: str
    start: int
    end: int
    within: str
    nth: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """File, function and change, told apart from the same change further up: the same wherever the code moves."""
        number = f" #{self.nth}" if self.nth > 1 else ""
        return self.file, self.within, " ".join(f"{self.before} -> {self.after}{number}".split())

    @property
    def rank(self) -> str:
        return hashlib.sha256("\t".join((str(SEED), *self.key)).encode()).hexdigest()

    @property
    def area(self) -> str:
        return self.file.split("/")[0].removesuffix(".py")

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {' '.join(self.before.split())} -> {self.after}"


def mutants() -> list[Mutant]:
    """Return every change that can be made, in one order on every machine."""
    found: list[Mutant] = []
    alike: Counter[tuple[str, str, str]] = Counter()
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        offsets = [0]
        for line in text.encode().splitlines(keepends=True):
            offsets.append(offsets[-1] + len(line))
        tree = ast.parse(text)
        holders = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
        for node, new in sorted(_changes(tree), key=lambda c: (c[0].lineno, c[0].col_offset)):
            if node.end_lineno is None or node.end_col_offset is None:
                continue
            start = offsets[node.lineno - 1] + node.col_offset
            end = offsets[node.end_lineno - 1] + node.end_col_offset
            before = text.encode()[start:end].decode()
            within = " ".join(h.name for h in holders if h.lineno <= node.lineno <= (h.end_lineno or h.lineno))
            name = file.relative_to(PACKAGE).as_posix()
            mutant = Mutant(name, node.lineno, before, ast.unparse(new), start, end, within)
            alike[mutant.key] += 1
            found.append(replace(mutant, nth=alike[mutant.key]))
    return found


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:
            yield node, ast.Compare(node.left, [_COMPARED[type(node.ops[0])]()], node.comparators)
        elif isinstance(node, ast.BoolOp):
            yield node, ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, node.operand
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            yield node, ast.BinOp(node.left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), node.right)
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield node, ast.Constant(node.value + 1)
        elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.BoolOp):
            yield node.test, ast.UnaryOp(ast.Not(), node.test)


def named(file: Path) -> dict[tuple[str, str, str], str]:
    """Return what a list says of changes: the file's columns are file, function, change, and what is said."""
    if not file.is_file():
        return {}
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def test_files(mutant: Mutant, root: Path) -> list[list[str]]:
    """Return the test files that a change is tried on, nearest first: named after its module, naming it, of its area.

    In groups, since collecting a whole area takes longer than most changes need to be noticed.
    """
    path = Path(mutant.file)
    stem, package = path.stem, ".".join(("zhiyin", *path.parent.parts))
    imports = re.compile(
        rf"\b{re.escape(package)}\.{stem}\b|from {re.escape(package)} import [^\n]*\b{stem}\b"
        if stem != "__init__"
        else rf"\b{re.escape(package)}\b"
    )
    names = re.compile("|".join(rf"\b{name}\b" for name in mutant.within.split() if len(name) > 5) or r"(?!)")
    desk = mutant.file.startswith("web/desk/")
    folders = AREAS["web/desk"] if desk else AREAS.get(mutant.area, (f"tests/{mutant.area}",))
    ranked: list[tuple[int, int, str]] = []
    for file in sorted((root / "tests").rglob("test_*.py")):
        name = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        at = next((i for i, folder in enumerate(folders) if name.startswith(folder + "/")), None)
        called = file.stem.removeprefix("test_")
        near = 0 if called == stem and at is not None else 1 if imports.search(text) else 2 if names.search(text) else 3
        if near == 3 and at is not None and (called in stem or stem in called):
            near = 2
        if near < 2 or at is not None:
            # A browser, a server or another process comes last: dear, and beside other work they may fail by themselves.
            slow = ("playwright", "open_context", "Popen", "processes import", "served:", OFFICE)
            dear = any(word in text for word in slow)
            ranked.append((near + (4 if dear else 0), len(folders) if at is None else at, name))
    ranked.sort()
    groups = [[n for near, _, n in ranked if near in levels] for levels in ((0, 1), (2,), (3,), (4, 5, 6, 7))]
    return [group for group in groups if group] or [["tests"]]


@dataclass
class Copy:
    """A copy of the checkout in which one change at a time is made."""

    root: Path
    cache: Path
    sound: dict[str, bool] = field(default_factory=dict)
    stamp: float = field(default_factory=time.time)

    def failing(self, tests: list[str], seconds: int, without: list[str]) -> str | None:
        """Return the first test that fails, ``""`` where none did; ``None`` where the wall clock ended it."""
        told = self.root / "mutants-told.txt"
        told.unlink(missing_ok=True)
        fresh = self.root / "mutants-cache"
        shutil.rmtree(fresh, ignore_errors=True)
        # Built things come from a cache of its own; ours replaces files and never writes into one.
        shutil.copytree(self.cache, fresh, copy_function=os.link)
        fresh.chmod(0o700)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "tests.mutants_watch"]
        command += [f"--deselect={name}" for name in without] + tests
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(self.root / "service"), str(self.root))),
            "ZHIYIN_CACHE": str(fresh),
            "ZHIYIN_MUTANT_TOLD": str(told),
            "ZHIYIN_MUTANT_SECONDS": str(seconds),
            "ZHIYIN_MUTANT_LONGEST": str(LONGEST_TEST),
        }
        files = [file for test in tests if (file := self.root / test.split("::")[0]).is_file()]
        if any(OFFICE in file.read_text(encoding="utf-8") for file in files):
            environment["ZHIYIN_OFFICE"] = "1"
        with tempfile.TemporaryFile() as sink:
            process = subprocess.Popen(
                command, cwd=self.root, env=environment, stdout=sink, stderr=sink, start_new_session=True
            )
            try:
                process.wait(max(20 * seconds, 4 * LONGEST_TEST))
            except subprocess.TimeoutExpired:
                return None
            finally:
                _end(process)
            if told.is_file():
                return told.read_text(encoding="utf-8")
            sink.seek(0)
            # 0: all passed; 5: nothing to run. Anything else without a named test is a start that failed.
            return "" if process.returncode in (0, 5) else "start: " + sink.read().decode("utf-8", "replace")[-300:]

    def noticed_by(self, mutant: Mutant, seconds: int, first: str = "") -> str:
        """Return the test that fails with the change and passes without it, or ``""``; ``first`` is tried first."""
        file = self.root / "service" / "zhiyin" / mutant.file
        text = file.read_bytes()
        without = [name for name, sound in self.sound.items() if not sound]
        groups = test_files(mutant, self.root)
        if first and (self.root / first.split("::")[0]).is_file():
            groups.insert(0, [first])
        while groups:
            self._write(file, text[: mutant.start] + f"({mutant.after})".encode() + text[mutant.end :])
            try:
                found = self.failing(groups[0], seconds, without)
            finally:
                self._write(file, text)
            if found is None:
                return "the clock"
            if not found or found in without or (groups[0] == [first] and found.startswith("start:")):
                # A test that is no more is none that notices.
                groups.pop(0)
            elif found.startswith("start:") or self._is_sound(found):
                return found
            else:
                without.append(found)
        return ""

    def _is_sound(self, test: str) -> bool:
        if test not in self.sound:
            self.sound[test] = self.failing([test], 10 * SECONDS, []) == ""
        return self.sound[test]

    def _write(self, file: Path, data: bytes) -> None:
        file.write_bytes(data)
        # A time of its own for each text: compiled files are known by whole seconds.
        self.stamp += 2
        os.utime(file, (self.stamp, self.stamp))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what a run has started and not ended: changed code leaves servers behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 9)
    process.wait()


def _write_noticed(noticed: dict[tuple[str, str, str], str]) -> None:
    lines = [f"{line}\n" for line in NOTICED.read_text(encoding="utf-8").splitlines() if line[:1] == "#"]
    lines += ["\t".join((*key, test)) + "\n" for key, test in sorted(noticed.items())]
    NOTICED.write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Try a sample and tell what was not noticed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=200)
    parser.add_argument("--area", default="")
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--part", default="1/1", help="2/3: the second of every three")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first of the sample: tried before")
    asked = parser.parse_args()
    sample = sorted((m for m in mutants() if asked.area in ("", m.area)), key=lambda m: m.rank)[: asked.count]
    nothing, before = named(EQUAL), named(NOTICED)
    known = sum(m.key in nothing for m in sample)
    if asked.list:
        for number, mutant in enumerate(sample, 1):
            said = "means nothing" if mutant.key in nothing else before.get(mutant.key, "untried")
            sys.stdout.write(f"{number} {mutant} | {mutant.within} | {said}\n")
        return
    sample = [m for m in sample if m.key not in nothing]
    if asked.again:
        lost_before = {tuple(key) for key in json.loads(RESULTS.read_text(encoding="utf-8"))}
        sample = [m for m in sample if m.key in lost_before]
    part, parts = map(int, asked.part.split("/"))
    sample = sample[asked.skip :][part - 1 :: parts]
    lost = []
    with tempfile.TemporaryDirectory(prefix="zhiyin-mutants-") as name:
        root = Path(name) / "zhiyin"
        ignored = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "fuzz-findings", "dist")
        shutil.copytree(ROOT, root, ignore=ignored, symlinks=True)
        copy = Copy(root, Path(name) / "cache")
        kept = Path(os.environ.get("ZHIYIN_CACHE") or Path.home() / ".cache" / "zhiyin")
        if kept.is_dir():
            shutil.copytree(kept, copy.cache)
        copy.cache.mkdir(mode=0o700, exist_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(root / "service"), "ZHIYIN_CACHE": str(copy.cache)}
        built = [sys.executable, "-c", "from zhiyin.cli import main; main(['build'])"]
        subprocess.run(built, cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
        for number, mutant in enumerate(sample, 1):
            began = time.monotonic()
            found = copy.noticed_by(mutant, asked.seconds, before.get(mutant.key, ""))
            mark = "noticed" if found else "LOST"
            took = time.monotonic() - began
            sys.stdout.write(f"{number}/{len(sample)} {mark} {mutant} [{took:.0f} s] {' '.join(found.split())}\n")
            sys.stdout.flush()
            if not found:
                lost.append(mutant)
            elif found.startswith("tests/"):
                before[mutant.key] = found.split("[")[0].strip()
    RESULTS.write_text(json.dumps([m.key for m in lost], ensure_ascii=False, indent=1), encoding="utf-8")
    _write_noticed(before)
    share = 1 - len(lost) / max(len(sample), 1)
    sys.stdout.write(f"noticed: {share:.1%} of {len(sample)} tried, {len(lost)} lost; {known} mean nothing\n")
    sys.exit(0 if share >= WANTED else 1)


if __name__ == "__main__":
    main()
