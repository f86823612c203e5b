"""The peers that search is shown beside: BM25 over character pairs, BM25 over jieba's words, SQLite FTS5 trigrams."""

from __future__ import annotations

import sqlite3
import unicodedata
import warnings
from collections.abc import Callable, Sequence
from typing import Final

from bench.search_judgements import Row

from zhiyin import resources
from zhiyin.search import SearchDocument

Answer = Callable[[str], list[Row]]
_DEPTH: Final = 60


def character_pairs(documents: Sequence[SearchDocument]) -> Answer:
    """Return BM25 over pairs of characters."""
    return _bm25(documents, _pairs)


def plain_jieba(documents: Sequence[SearchDocument]) -> Answer:
    """Return BM25 over the words of jieba with its own dictionary, cut for search."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel("ERROR")
    tokeniser = jieba.Tokenizer()
    tokeniser.tmp_dir = str(resources.cache_folder())
    return _bm25(documents, lambda text: [word for word in tokeniser.cut_for_search(_fold(text)) if word.strip()])


def fts5_trigram(documents: Sequence[SearchDocument]) -> Answer:
    """Return SQLite's full-text search over trigrams, any trigram of the question matching."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE clauses USING fts5(text, tokenize = 'trigram')")
    database.executemany(
        "INSERT INTO clauses(rowid, text) VALUES (?, ?)", [(i, _fold(d.text)) for i, d in enumerate(documents)]
    )

    def answer(query: str) -> list[Row]:
        folded = "".join(c if c.isalnum() else " " for c in _fold(query))
        grams = dict.fromkeys(word[i : i + 3] for word in folded.split() for i in range(len(word) - 2))
        if not grams:
            return []
        found = database.execute(
            "SELECT rowid FROM clauses WHERE clauses MATCH ? ORDER BY bm25(clauses), rowid LIMIT ?",
            (" OR ".join(f'"{gram}"' for gram in grams), _DEPTH),
        )
        return _collapsed(documents, [position for (position,) in found])

    return answer


def _bm25(documents: Sequence[SearchDocument], cut: Callable[[str], list[str]]) -> Answer:
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([cut(document.text) for document in documents], show_progress=False)

    def answer(query: str) -> list[Row]:
        words = [word for word in cut(query) if word in retriever.vocab_dict]
        if not words:
            return []
        scores = retriever.get_scores(words)
        order = sorted((i for i, score in enumerate(scores) if score > 0), key=lambda i: (-scores[i], i))
        return _collapsed(documents, order[:_DEPTH])

    return answer


def _pairs(text: str) -> list[str]:
    folded = "".join(c if c.isalnum() else " " for c in _fold(text))
    return [word[i : i + 2] for word in folded.split() for i in range(max(1, len(word) - 1))]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _collapsed(documents: Sequence[SearchDocument], positions: Sequence[int]) -> list[Row]:
    """Return one row a family, as the search's own answers are collapsed."""
    rows: dict[str, Row] = {}
    for position in positions:
        document = documents[position]
        rows.setdefault(document.family, Row(document.family, document.number))
    return list(rows.values())
