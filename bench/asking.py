"""How well and how fast questions are answered. Run: python bench/asking.py [--set dev|test|given|blind] [--show wrong|declined]."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bench.asking_judgements import SETS, Question, judge, read_questions, table

from zhiyin import composition
from zhiyin.composition.asking import open_asker


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
