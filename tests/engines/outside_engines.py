"""SHACL engines other than ours, fetched and started: two files in, the results as shape, focus node and severity out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

import pyoxigraph as ox

from zhiyin.law.outside import TRIED, Outside

HERE = Path(__file__).parent / "outside"
SH = "http://www.w3.org/ns/shacl#"
RUDOF = "pyrudof"
Said = frozenset[tuple[str, str, str]]


class CannotBeHad(Exception):
    """An engine that this machine cannot fetch; the message says why."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an engine is fetched: its runner, and what Maven, npm or pip is asked for."""

    key: str
    runner: str
    packages: tuple[str, ...]

    @property
    def tried(self) -> Outside:
        """What the exported files say of this engine."""
        return next(engine for engine in TRIED if engine.key == self.key)


_SILENT = "org.slf4j:slf4j-nop:2.0.16"
RECIPES: Mapping[str, Recipe] = {
    recipe.key: recipe
    for recipe in (
        Recipe("jena", "JenaRunner", ("org.apache.jena:jena-shacl:{version}", _SILENT)),
        Recipe("topbraid", "TopBraidRunner", ("org.topbraid:shacl:{version}", _SILENT)),
        Recipe(
            "rdf4j",
            "Rdf4jRunner",
            tuple(
                f"org.eclipse.rdf4j:rdf4j-{part}:{{version}}"
                for part in ("shacl", "sail-memory", "rio-ntriples", "rio-turtle")
            ),
        ),
        Recipe("shacl-engine", "shacl-engine.mjs", ("shacl-engine@{version}", "n3@1")),
        Recipe(
            "rdf-validate-shacl", "rdf-validate-shacl.mjs", ("rdf-validate-shacl@{version}", "@zazuko/env@2", "n3@1")
        ),
        Recipe("rudof", "rudof_runner.py", (RUDOF + "=={version}",)),
    )
}

RDF4J_STORE = [
    *(
        f"org.eclipse.rdf4j:rdf4j-{part}:{RECIPES['rdf4j'].tried.version}"
        for part in ("repository-sail", "sail-memory", "queryresultio-sparqljson", "rio-ntriples")
    ),
    _SILENT,
]
"""What RDF4J's store in memory is made of."""

_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>zhiyin</groupId><artifactId>engines</artifactId><version>1</version><dependencies>{}</dependencies></project>
"""
_DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def fetched(key: str, folder: Path) -> list[str]:
    """Fetch the engine ``key`` into ``folder`` and return the command that runs it; CannotBeHad with the reason."""
    recipe = RECIPES[key]
    packages = [package.format(version=recipe.tried.version) for package in recipe.packages]
    if recipe.runner.endswith(".mjs"):
        _need("npm", "node")
        shutil.copy(HERE / recipe.runner, folder)
        (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
        _run(["npm", "install", "--no-audit", "--no-fund", *packages], folder)
        return ["node", str(folder / recipe.runner)]
    if recipe.runner.endswith(".py"):
        _run([sys.executable, "-m", "venv", "venv"], folder)
        python = str(folder / "venv" / "bin" / "python")
        _run([python, "-m", "pip", "install", "--quiet", *packages], folder)
        return [python, str(HERE / recipe.runner)]
    return started_by(recipe.runner, packages, folder)


def fetched_many(folder: Path) -> list[str]:
    """Fetch Apache Jena for many graphs in one machine; the command wants the number of threads as well."""
    recipe = RECIPES["jena"]
    return started_by("JenaMany", [package.format(version=recipe.tried.version) for package in recipe.packages], folder)


def started_by(runner: str, packages: list[str], folder: Path) -> list[str]:
    """Fetch what the Java class ``runner`` needs, compile it and return the command that starts it."""
    _need("mvn", "java", "javac")
    jars(packages, folder)
    path = f"{folder / 'lib'}/*"
    _run(["javac", "-cp", path, "-d", str(folder), str(HERE / f"{runner}.java")], folder)
    return ["java", "-Xmx1g", "-cp", f"{folder}:{path}", runner]


def jars(packages: list[str], folder: Path) -> None:
    """Fetch ``group:name:version`` and all they need from Maven Central into ``folder/lib``."""
    _need("mvn")
    dependencies = "".join(_DEPENDENCY.format(*package.split(":")) for package in packages)
    (folder / "pom.xml").write_text(_POM.format(dependencies), encoding="utf-8")
    _run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], folder)


def _need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            raise CannotBeHad(f"{program} is not installed")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=900, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-400:]
        raise CannotBeHad(f"{' '.join(command[:3])} failed: {said}")


class Running:
    """A started engine with one shapes file; it is given one data file after another."""

    def __init__(self, command: list[str], shapes: Path, log: Path) -> None:
        self._log = log
        self._errors = log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [*command, str(shapes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )
        self.microseconds: list[int] = []
        """What the engine itself measured for each file, parsing and writing left out."""

    def results(self, data: Path) -> Said:
        """Return what the engine says of the file."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the engine was started without pipes")
        self._process.stdin.write(f"{data}\n")
        self._process.stdin.flush()
        lines: list[str] = []
        for line in self._process.stdout:
            if line.startswith(". "):
                self.microseconds.append(int(line[2:]))
                return results_of("".join(lines))
            lines.append(line)
        raise RuntimeError("the engine ended: " + self._log.read_text(encoding="utf-8")[-1500:])

    def close(self) -> None:
        """End the engine."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(60)
        self._errors.close()


class Many:
    """Apache Jena with several threads, each shapes file parsed once; answers come in the order in which they are done."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._log = log
        self._errors = log.open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )
        self._answers: SimpleQueue[tuple[str, Said] | None] = SimpleQueue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self.microseconds: dict[str, int] = {}
        """Processor time that the engine itself measured for each data file, parsing and writing left out."""

    def ask(self, shapes: Path, data: str) -> None:
        """Hand over one data file."""
        if self._process.stdin is None:
            raise RuntimeError("the engine was started without pipes")
        self._process.stdin.write(f"{shapes}\t{data}\n")
        self._process.stdin.flush()

    def answers(self, seconds: float) -> Iterator[tuple[str, Said]]:
        """Yield what is there, data file and results, after waiting so long at most for the first one."""
        try:
            answer = self._answers.get(timeout=seconds) if seconds else self._answers.get_nowait()
            while answer is not None:
                yield answer
                answer = self._answers.get_nowait()
        except Empty:
            return
        raise RuntimeError("the engine ended: " + self._log.read_text(encoding="utf-8")[-1500:])

    def _read(self) -> None:
        lines: list[tuple[str, str, str]] = []
        for line in self._process.stdout or ():
            first, *rest = line.rstrip("\n").split("\t")
            if first.startswith("! "):
                break
            if first.startswith(". "):
                self.microseconds[first[2:]] = int(rest[0])
                self._answers.put((first[2:], frozenset(lines)))
                lines = []
            else:
                lines.append((first, rest[0], rest[1]))
        self._answers.put(None)

    def close(self) -> None:
        """End the engine, which first says what it has begun."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._reader.join(600)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait(60)
        self._errors.close()


def results_of(report: str) -> Said:
    """Return the results of a validation report in N-Triples."""
    about: dict[str, dict[str, str]] = {}
    found: list[str] = []
    for quad in ox.parse(report, format=ox.RdfFormat.N_TRIPLES):
        value = getattr(quad.object, "value", "")
        about.setdefault(str(quad.subject), {})[quad.predicate.value.removeprefix(SH)] = value
        if quad.predicate.value == SH + "result":
            found.append(str(quad.object))
    return frozenset(
        (said.get("sourceShape", ""), said.get("focusNode", ""), said.get("resultSeverity", "").removeprefix(SH))
        for said in (about[node] for node in found)
    )
