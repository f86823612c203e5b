"""Changes the package in one place at a time and tells which changes no test of the area notices.

``python tests/mutants.py [COUNT] [--area NAME]``: a sample with a fixed seed; comparisons, constants, conditions and
arithmetic. Each change is made in a copy of the checkout. What means nothing is named in ``tests/mutants-equal.txt``,
a line each: file, the text of the line, and why. Exits 1 where less than 85 % of the rest are noticed.
"""

from __future__ import annotations

import ast
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "service" / "zhiyin"
EQUAL = Path(__file__).with_name("mutants-equal.txt")
SEED = 20_260_630
WANTED = 0.85
LONGEST = 900
AREAS = {
    "sparql": ("tests/sparql",),
    "server": ("tests/sparql", "tests/server"),
    "search": ("tests/search",),
    "graph": ("tests/graph", "tests/questions"),
    "guideline": ("tests/guideline",),
    "questions": ("tests/questions",),
    "asking": ("tests/asking",),
    "citing": ("tests/citing",),
    "law": ("tests/law", "tests/validation", "tests/ontology"),
    "form": ("tests/form", "tests/validation"),
    "intake": ("tests/intake", "tests/validation"),
    "validation": ("tests/validation",),
    "report": ("tests/validation", "tests/report"),
    "desk": ("tests/desk",),
    "composition": ("tests/composition", "tests/server", "tests/validation", "tests/questions", "tests/cli"),
    "web": ("tests/web",),
    "cli": ("tests/cli",),
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

    @property
    def area(self) -> str:
        return self.file.split("/")[0].removesuffix(".py")


def mutants() -> list[Mutant]:
    """Return every change that can be made, in one order on every machine."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        offsets = [0]
        for line in text.encode().splitlines(keepends=True):
            offsets.append(offsets[-1] + len(line))
        for node, new in _changes(ast.parse(text)):
            if node.end_lineno is None or node.end_col_offset is None:
                continue
            start = offsets[node.lineno - 1] + node.col_offset
            end = offsets[node.end_lineno - 1] + node.end_col_offset
            before = text.encode()[start:end].decode()
            found.append(
                Mutant(file.relative_to(PACKAGE).as_posix(), node.lineno, before, ast.unparse(new), start, end)
            )
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


def means_nothing(mutant: Mutant) -> bool:
    """Return whether the list says that a change means nothing."""
    if not EQUAL.is_file():
        return False
    rows = [line.split("\t") for line in EQUAL.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return any(row[0] == mutant.file and row[1] == mutant.before for row in rows)


def noticed(copy: Path, mutant: Mutant) -> bool:
    """Return whether a test of the area fails with the change made in ``copy``."""
    file = copy / "service" / "zhiyin" / mutant.file
    text = file.read_bytes()
    file.write_bytes(text[: mutant.start] + f"({mutant.after})".encode() + text[mutant.end :])
    tests = [name for name in AREAS.get(mutant.area, ("tests",)) if (copy / name).exists()]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy / "service"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=LONGEST, check=False)
    except subprocess.TimeoutExpired:
        return True
    finally:
        file.write_bytes(text)
    return done.returncode != 0


def main() -> None:
    """Try a sample and tell what was not noticed."""
    arguments = sys.argv[1:]
    area = arguments[arguments.index("--area") + 1] if "--area" in arguments else ""
    count = int(arguments[0]) if arguments and arguments[0].isdigit() else 200
    every = [m for m in mutants() if not means_nothing(m) and area in ("", m.area)]
    sample = random.Random(SEED).sample(every, min(count, len(every)))  # noqa: S311 - a fixed seed is what is wanted
    lost = []
    with tempfile.TemporaryDirectory(prefix="zhiyin-mutants-") as name:
        copy = Path(name) / "zhiyin"
        ignored = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "fuzz-findings", "dist")
        shutil.copytree(ROOT, copy, ignore=ignored, symlinks=True)
        for number, mutant in enumerate(sample, 1):
            found = noticed(copy, mutant)
            mark = "noticed" if found else "LOST"
            sys.stdout.write(
                f"{number}/{len(sample)} {mark} {mutant.file}:{mutant.line} {mutant.before} -> {mutant.after}\n"
            )
            sys.stdout.flush()
            if not found:
                lost.append(mutant)
    (ROOT / "mutants.json").write_text(
        json.dumps([asdict(m) for m in lost], ensure_ascii=False, indent=1), encoding="utf-8"
    )
    share = 1 - len(lost) / max(len(sample), 1)
    sys.stdout.write(f"noticed: {share:.1%} of {len(sample)}\n")
    sys.exit(0 if share >= WANTED else 1)


if __name__ == "__main__":
    main()
