"""How well and how fast questions are answered. Run: python bench/asking.py [--set dev|test|given|blind] [--show wrong|declined]."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bench.asking_judgements import SETS, Question, judge, read_questions, table

from zhiyin import composition, resources
from zhiyin.asking import Asker
from zhiyin.composition.asking import open_asker

WORDS = ("answered", "near", "none")


def words_of(asker: Asker, rows: Sequence[tuple[Question, str]]) -> list[str]:
    """Return a table of the three words over judged questions, neighbours and what is off the subject, and their errors.

    ``answered`` errs where the answer is not right, or nothing is to be answered; ``near`` and ``none`` err where the
    guideline does say what is asked, ``none`` also where a clause touches it.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for question, verdict in rows:
        group = "to be declined" if question.wanted.form == "none" else "to be answered"
        word = str(asker.ask(question.text).outcome)
        counts[group, word] += 1
        counts["wrong", word] += (word == "answered" and verdict == "wrong") or (
            word != "answered" and group == "to be answered"
        )
    for name in ("neighbours", "off-topic"):
        for text in resources.path(f"data/asking/{name}.txt").read_text(encoding="utf-8").splitlines():
            word = str(asker.ask(text).outcome)
            counts[name, word] += 1
            counts["wrong", word] += word == "answered"
    groups = ("to be answered", "to be declined", "neighbours", "off-topic")
    lines = ["| | answered | near | none |", "|---|---|---|---|"]
    lines += [f"| {group} | " + " | ".join(str(counts[group, word]) for word in WORDS) + " |" for group in groups]
    said = {word: sum(counts[group, word] for group in groups) for word in WORDS}
    errors = " | ".join(f"{100 * counts['wrong', word] / said[word]:.1f} %" for word in WORDS)
    return [*lines, f"| wrong | {errors} |"]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=(*SETS, "all"), default="all")
    parser.add_argument("--show", choices=("right", "wrong", "declined", "all"))
    options = parser.parse_args()
    graph = composition.load_graph()
    search = composition.load_search(graph)
    started = time.process_time()
    asker = open_asker(graph, search)
    loaded = time.process_time() - started
    rows: list[tuple[Question, str]] = []
    questions = read_questions(graph.catalogue, None if options.set == "all" else options.set)
    for question in questions:
        reply = asker.ask(question.text).as_json()
        verdict, why = judge(question, reply)
        rows.append((question, verdict))
        if options.show in (verdict, "all"):
            print(
                f"{question.id} {verdict:<9}{question.kind:<12}{question.text}\n     {why} | {reply['kind']} {reply['text'] or reply['reason']}"[
                    :330
                ]
            )
    for name in SETS:
        chosen = [row for row in rows if row[0].set == name]
        if chosen:
            print(f"\n{name}\n" + "\n".join(table(chosen, lambda question: question.kind)))
    if options.set == "all":
        print("\nhow often each word is wrong\n" + "\n".join(words_of(asker, rows)))
    times = []
    for question in questions:
        started = time.process_time()
        asker.ask(question.text)
        times.append((time.process_time() - started) * 1000)
    times.sort()
    print(
        f"\nloads in {loaded:.2f} s; warm: median {statistics.median(times):.1f} ms, p95 {times[int(0.95 * len(times))]:.1f} ms of processor time"
    )


if __name__ == "__main__":
    main()
