"""Runs the shapes of a tier over a company's facts with one of two SHACL engines; both give the same results."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.law.kept import once
from zhiyin.law.shapes import ShapeLibrary, working_copy
from zhiyin.validation.together import ASKED, Together

if TYPE_CHECKING:
    import shacl

    from zhiyin.validation.reference import Reference


class Engine(StrEnum):
    """The SHACL engines: ``pyshacl`` is the reference, ``shacl`` the compiled one for bulk work."""

    PYSHACL = "pyshacl"
    COMPILED = "shacl"


@cache
def fallback() -> Message | None:
    """Return what to tell where the compiled engine cannot be loaded, as on 64-bit Arm, which has no wheel of it."""
    try:
        importlib.import_module("shacl")
    except ImportError:
        return Message(
            "此平台没有编译的 SHACL 引擎（shacl），改用 pyshacl：结论相同，约慢 50 倍（一份自述数秒至数十秒）",
            "there is no compiled SHACL engine (shacl) on this platform, pyshacl takes its place: the same verdicts, some "
            "50 times slower (seconds to tens of seconds for one submission)",
        )
    return None


def usable(engine: Engine) -> Engine:
    """Return ``engine``, or the reference where the compiled one cannot be loaded."""
    return Engine.PYSHACL if engine is Engine.COMPILED and fallback() is not None else engine


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One SHACL result: the shape that spoke, the node and value it spoke of, and the variables it bound."""

    shape: str
    focus: str
    path: str
    value: str
    component: str
    bindings: tuple[tuple[str, str], ...]


class PreparedShapes:
    """Shapes in an engine's own form, prepared once per process."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        self._triples = triples
        self._compiled: tuple[shacl.Shapes, Together] | None = None
        self._reference: Reference | None = None

    def load(self) -> tuple[shacl.Shapes, Together]:
        """Have the compiled engine read the shapes now, which is left to the first run otherwise."""
        import shacl

        together = Together(self._triples)
        shapes = shacl.Shapes.from_text(_text([*together.rest, *together.questions()]), "ntriples")
        self._compiled = shapes, together
        return self._compiled

    def run(self, text: str, engine: Engine) -> list[Result]:
        """Return the results over the N-Triples ``text``, sorted."""
        results = self._run_compiled(text) if engine is Engine.COMPILED else self._run_pyshacl(text)
        return sorted(set(results))

    def _run_compiled(self, text: str) -> list[Result]:
        compiled, together = self._compiled or self.load()
        report = compiled.validate_text(text, "ntriples")
        results = []
        answers = {}
        for found in report.results:
            shape = _plain(found.source_shape or found.root_shape)
            if shape.startswith(ASKED):
                answers[shape] = "".join(found.messages)
                continue
            bindings = _bindings(found.messages)
            results.append(
                Result(
                    shape,
                    _plain(found.focus_node),
                    # SHACL 5.3.2: the variable ?path gives sh:resultPath, which this engine leaves out.
                    _plain(found.path) or dict(bindings).get("path", ""),
                    found.value_plain or "",
                    found.component_iri,
                    bindings,
                )
            )
        results += [Result(b.shape, b.focus, "", b.focus, b.component, b.bindings) for b in together.broken(answers)]
        return results

    def _run_pyshacl(self, text: str) -> list[Result]:
        # Imported here: with it come rdflib's query engine and its grammar, which take longer than a verdict.
        from zhiyin.validation.reference import Reference

        if self._reference is None:
            self._reference = Reference(_text(self._triples))
        return [
            Result(
                said.get("sourceShape", ""),
                said.get("focusNode", ""),
                said.get("resultPath", ""),
                said.get("value", ""),
                said.get("sourceConstraintComponent", ""),
                _bindings(messages),
            )
            for said, messages in self._reference.results(text)
        ]


@once
def prepared(library: ShapeLibrary) -> PreparedShapes:
    """Return the shapes of all tiers prepared once, for as long as they are there: one run serves the assessed tier, the ladder and all statuses."""
    return PreparedShapes(working_copy(library))


def _text(triples: Sequence[ox.Triple]) -> str:
    return bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def _plain(term: str | None) -> str:
    return "" if term is None else term.removeprefix("<").removesuffix(">")


def _bindings(messages: list[str]) -> tuple[tuple[str, str], ...]:
    pairs: dict[str, str] = {}
    for message in messages:
        for part in message.split("\x1f"):
            name, equals, value = part.partition("=")
            if equals and name.isidentifier() and not value.startswith("{?"):
                pairs[name] = value
    return tuple(sorted(pairs.items()))


__all__ = ["Engine", "PreparedShapes", "Result", "prepared"]
