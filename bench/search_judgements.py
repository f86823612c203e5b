"""Reads the judged questions and scores an answer against them: nDCG@10, reciprocal rank, recall@10, success@1."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from zhiyin import resources

QUESTIONS: Final = "data/search/questions.tsv"
KINDS: Final = ("direct", "everyday", "variants", "structured")
_DEPTH: Final = 10
# A duty of this grade answers the question; grade 1 is only a neighbour.
_ANSWERS: Final = 2


@dataclass(frozen=True, slots=True)
class Question:
    """One judged question; ``grades`` are keyed by family id or clause number."""

    id: str
    kind: str
    split: str
    text: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer: a family and the clause that shows it."""

    family: str
    number: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The mean measures over some questions."""

    questions: int
    ndcg: float
    mrr: float
    recall: float
    success: float


def read_questions(split: str | None = None) -> list[Question]:
    """Return the judged questions of ``split``, or all."""
    with resources.path(QUESTIONS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    questions = [
        Question(row["id"], row["kind"], row["split"], row["question"], _grades(row["judgements"])) for row in rows
    ]
    return [question for question in questions if split in (None, question.split)]


def _grades(judgements: str) -> dict[str, int]:
    pairs = (judgement.rpartition(":") for judgement in judgements.split())
    return {key: int(grade) for key, _, grade in pairs}


def grade(row: Row, question: Question) -> int:
    """Return the grade of a row: that of its clause where clauses are judged, else that of its family."""
    return question.grades.get(row.number, question.grades.get(row.family, 0))


def ndcg(rows: Sequence[Row], question: Question) -> float:
    """Return nDCG@10 with gain 2^grade - 1."""
    gained = _discounted(grade(row, question) for row in rows[:_DEPTH])
    return gained / _discounted(sorted(question.grades.values(), reverse=True)[:_DEPTH])


def measure(questions: Sequence[Question], answer: Callable[[str], list[Row]]) -> Figures:
    """Return the mean figures of ``answer`` over ``questions``."""
    gains, reciprocals, recalls, firsts = [], [], [], []
    for question in questions:
        rows = answer(question.text)[:_DEPTH]
        right = [grade(row, question) >= _ANSWERS for row in rows]
        wanted = min(_DEPTH, sum(value >= _ANSWERS for value in question.grades.values()))
        gains.append(ndcg(rows, question))
        reciprocals.append(1 / (right.index(True) + 1) if True in right else 0.0)
        recalls.append(min(1.0, sum(right) / wanted))
        firsts.append(float(right[:1] == [True]))
    return Figures(len(questions), *(sum(values) / len(values) for values in (gains, reciprocals, recalls, firsts)))


def _discounted(grades: Iterable[int]) -> float:
    return sum(float(2**value - 1) / math.log2(position + 2) for position, value in enumerate(grades))
