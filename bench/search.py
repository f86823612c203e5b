"""How well and how fast search answers the judged questions, beside its peers, and how it grows. Run: make bench-search."""

from __future__ import annotations

import argparse
import gc
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from zlib import crc32

if __package__ in {None, ""}:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from bench.search_baselines import character_pairs, fts5_trigram, plain_jieba
from bench.search_judgements import KINDS, Figures, Question, Row, measure, read_questions

from zhiyin import composition
from zhiyin.search import SearchConcept, SearchDocument, SearchRequest
from zhiyin.search.build import build_parts
from zhiyin.search.corpus import concepts_of, documents_of
from zhiyin.search.index import SearchIndex
from zhiyin.search.storage import load_index, save_index
from zhiyin.search.weights import Weights

_ROUNDS: Final = 20
_COPIES: Final = 100
_PHRASE: Final = 5
_EIGHTH: Final = 8


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test", "all"), default="test")
    parser.add_argument("--no-growth", action="store_true", help="leave out the corpus of a hundred times the size")
    parser.add_argument("--no-peers", action="store_true", help="leave out the baselines")
    parser.add_argument("--no-wordings", action="store_true", help="leave out the duties' everyday wordings")
    parser.add_argument("--weight", action="append", default=[], metavar="NAME=VALUE", help="another weight of ranking")
    parser.add_argument(
        "--held-out", action="store_true", help="ask an eighth of the wordings of an index without them"
    )
    options = parser.parse_args()
    weights = Weights(**{name: float(value) for name, _, value in (pair.partition("=") for pair in options.weight)})
    catalogue = composition.load_graph().catalogue
    documents, concepts = documents_of(catalogue), concepts_of(catalogue)
    if options.held_out:
        _print_held_out(documents, concepts, weights)
        return
    if options.no_wordings:
        documents = tuple(replace(document, everyday=()) for document in documents)
    started = time.perf_counter()
    index = SearchIndex(build_parts(tuple(documents), tuple(concepts)), weights)
    built = time.perf_counter() - started
    questions = read_questions(None if options.split == "all" else options.split)

    print(f"Judged questions, {options.split} split; one row a family\n")
    print("| search | kind | questions | nDCG@10 | MRR | recall@10 | success@1 |\n|---|---|---|---|---|---|---|")
    systems: list[tuple[str, Callable[[str], list[Row]]]] = [("zhiyin", lambda query: _answer(index, query))]
    if not options.no_peers:
        systems += [
            ("BM25, character pairs", character_pairs(documents)),
            ("BM25, jieba words", plain_jieba(documents)),
            ("SQLite FTS5 trigram", fts5_trigram(documents)),
        ]
    for name, answer in systems:
        for kind in (*KINDS, "all"):
            chosen = [question for question in questions if kind in ("all", question.kind)]
            print(_row(name, kind, measure(chosen, answer)))

    print("\n| clauses | build s | load s | file MB | index MB | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|")
    print(_speed(index, built, questions))
    if not options.no_growth:
        del index
        gc.collect()
        started = time.perf_counter()
        large = SearchIndex(build_parts(tuple(_varied(documents)), tuple(concepts)))
        print(_speed(large, time.perf_counter() - started, questions))


def _print_held_out(documents: Sequence[SearchDocument], concepts: Sequence[SearchConcept], weights: Weights) -> None:
    """Print how well each duty is found by wordings of five characters or more that the index has not seen."""

    def held(phrase: str) -> bool:
        return len(phrase) >= _PHRASE and crc32(phrase.encode()) % _EIGHTH == 0

    families: dict[str, dict[str, int]] = {}
    for document in documents:
        for phrase in filter(held, document.everyday):
            families.setdefault(phrase, {})[document.family] = 3
    kept = [replace(d, everyday=tuple(phrase for phrase in d.everyday if not held(phrase))) for d in documents]
    index = SearchIndex(build_parts(tuple(kept), tuple(concepts)), weights)
    questions = [Question(phrase, "held out", "", phrase, grades) for phrase, grades in sorted(families.items())]
    print("| search | kind | questions | nDCG@10 | MRR | recall@10 | success@1 |\n|---|---|---|---|---|---|---|")
    print(_row("zhiyin", "held out", measure(questions, lambda query: _answer(index, query))))


def _answer(index: SearchIndex, query: str) -> list[Row]:
    return [Row(hit.family, hit.number) for hit in index.search(SearchRequest(query, limit=10)).hits]


def _row(name: str, kind: str, figures: Figures) -> str:
    return (
        f"| {name} | {kind} | {figures.questions} | {figures.ndcg:.3f} | {figures.mrr:.3f}"
        f" | {figures.recall:.3f} | {figures.success:.3f} |"
    )


def _speed(index: SearchIndex, built: float, questions: Sequence[Question]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "index.npz"
        save_index(index, path)
        size = path.stat().st_size / 2**20
        started = time.perf_counter()
        load_index(path)
        loaded = time.perf_counter() - started
    postings = index.parts.postings
    memory = (postings.documents.nbytes + postings.impacts.nbytes + postings.starts.nbytes) / 2**20
    times = sorted(_times(index, [question.text for question in questions]))
    return (
        f"| {len(index.documents)} | {built:.1f} | {loaded:.3f} | {size:.1f} | {memory:.1f}"
        f" | {statistics.median(times):.2f} | {times[int(len(times) * 0.99)]:.2f} |"
    )


def _times(index: SearchIndex, queries: Sequence[str]) -> Iterator[float]:
    """Yield milliseconds of processor per question, warm, with highlights, reasons and facets of a full page."""
    for query in queries:
        index.search(SearchRequest(query))
    rounds = _ROUNDS if len(index.documents) < 10_000 else 3
    for _ in range(rounds):
        for query in queries:
            started = time.thread_time()
            index.search(SearchRequest(query))
            yield (time.thread_time() - started) * 1000


def _varied(documents: Sequence[SearchDocument]) -> list[SearchDocument]:
    """Return a hundred corpora in one: each copy has families, numbers and figures of its own, its words reshuffled."""
    chance = random.Random("varied")  # noqa: S311 - a corpus, not a secret
    varied = list(documents)
    for copy in range(1, _COPIES):
        for document in documents:
            clauses = re.split(r"(?<=[，；。])", document.text)
            chance.shuffle(clauses)
            text = re.sub(r"\d+", lambda match: str(int(match[0]) + chance.randrange(1, 90)), "".join(clauses))
            chapter, section, rest = document.number.split(".", 2)
            varied.append(
                replace(
                    document,
                    number=f"{chapter}.{int(section) + 10 * copy}.{rest}",
                    family=f"{document.family}-{copy:02}",
                    text=text,
                )
            )
    return varied


if __name__ == "__main__":
    main()
