"""Reads the question library: every ``.rq`` file of a folder, one question each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from zhiyin.questions.question import Question, read_question


def read_library(files: Iterable[Path]) -> dict[str, Question]:
    """Return the questions of ``files`` by name, sorted; OntologyError at the first faulty header."""
    questions = [read_question(file.stem, file.read_text(encoding="utf-8")) for file in files]
    return {question.name: question for question in sorted(questions, key=lambda question: question.name)}
