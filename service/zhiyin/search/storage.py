"""Stores an index in one file and loads it again in milliseconds; nothing in the file is executed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
import orjson
from numpy.typing import NDArray

from zhiyin import kept_files
from zhiyin.collector import uncollected
from zhiyin.errors import OntologyError
from zhiyin.search.build import build_parts
from zhiyin.search.concepts import ConceptPostings
from zhiyin.search.documents import Label, LabelKind, SearchConcept, SearchDocument
from zhiyin.search.index import Parts, SearchIndex
from zhiyin.search.latent import LatentSpace
from zhiyin.search.lexicon import Entry, Lexicon
from zhiyin.search.misprints import Misprints
from zhiyin.search.normalisation import Normaliser
from zhiyin.search.pinyin import PinyinKeys
from zhiyin.search.postings import Postings
from zhiyin.search.weights import DEFAULT_WEIGHTS, Weights

FORMAT: Final = 4
_KINDS: Final = tuple(LabelKind)
_ARRAYS: Final = ("starts", "documents", "impacts", "idf")


def save_index(index: SearchIndex, path: Path) -> None:
    """Write ``index`` to ``path``, whole or not at all."""
    parts = index.parts
    old, new = parts.normaliser.as_strings()
    # The clauses of a family share its wordings, which are most of what is told: each list is written once.
    wordings = {everyday: i for i, everyday in enumerate(dict.fromkeys(d.everyday for d in parts.documents))}
    told = {
        "format": FORMAT,
        "wordings": list(wordings),
        "documents": [[*(getattr(d, name) for name in _DOCUMENT), wordings[d.everyday]] for d in parts.documents],
        "concepts": [[c.id, [[x.text, int(x.kind), x.language] for x in c.labels], c.broader, c.related] for c in parts.concepts],
        "units": parts.postings.units,
        "broader": parts.concept_postings.broader,
        "entries": [[e.folded, e.original, e.concept, int(e.kind)] for e in parts.lexicon.entries],
        "pinyin": [parts.lexicon.pinyin.full, parts.lexicon.pinyin.initials],
        "spelt": [parts.lexicon.words, parts.lexicon.spelt.full, parts.lexicon.spelt.initials],
        "misprints": [
            parts.misprints.words,
            {c: sorted(told) for c, told in parts.misprints.sounds.items()},
            sorted(parts.misprints.real),
        ],
        "characters": [old, new],
        "frequencies": parts.frequencies,
        "latin": parts.text_latin,
        "regional": parts.regional,
    }  # fmt: skip
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with beside.open("wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            told=np.frombuffer(orjson.dumps(told), dtype=np.uint8),
            **{name: getattr(parts.postings, name) for name in _ARRAYS},
            mention_starts=parts.concept_postings.starts,
            mention_documents=parts.concept_postings.documents,
            mention_salience=parts.concept_postings.salience,
            latent_units=parts.latent.units,
            latent_duties=parts.latent.duties,
            latent_duty_of=parts.latent.duty_of,
        )
    beside.replace(path)


def load_index(path: Path, weights: Weights = DEFAULT_WEIGHTS) -> SearchIndex:
    """Return the index stored at ``path``; OntologyError where it is damaged or of another format."""
    # Nothing that loading makes is garbage: looking for it would take as long as the loading.
    try:
        with uncollected(), path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            told = orjson.loads(arrays["told"].tobytes())
            if told["format"] != FORMAT:
                raise ValueError(f"format {told['format']}")
            return SearchIndex(_parts(told, arrays), weights)
    except (BadZipFile, ValueError, KeyError, IndexError, TypeError, EOFError) as error:
        raise OntologyError(
            f"检索索引文件 {path.name} 已损坏或版本不符，请重新构建",
            f"the search index {path.name} is damaged or of another version; build it again",
        ) from error


def load_or_build(
    key: str,
    inputs: Callable[[], tuple[tuple[SearchDocument, ...], tuple[SearchConcept, ...]]],
    folder: Path,
    shipped: Sequence[Path] = (),
) -> SearchIndex:
    """Return the index of the content ``key`` from ``shipped`` folders or ``folder``; else build it there.

    ``key`` names the content (a hash of the graph): with the hash of this package's own code it names the file, so
    neither another content nor other code meets an old index.
    """
    name = index_name(key)
    for place in (*shipped, folder):
        if (place / name).is_file():
            try:
                index = load_index(place / name)
                kept_files.used(place / name)
                return index
            except OntologyError:
                # A broken cache is only a cache: build it again.
                continue
    documents, concepts = inputs()
    index = SearchIndex(build_parts(documents, concepts))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    save_index(index, folder / name)
    kept_files.prune(folder, "search-*.npz")
    return index


def index_name(key: str) -> str:
    """Return the file name of the index over the content ``key`` as this code builds it."""
    digest = sha256(f"{FORMAT}\0{key}".encode())
    for file in sorted(Path(__file__).parent.glob("*.py"), key=lambda file: file.name):
        digest.update(file.read_bytes())
    return f"search-{digest.hexdigest()[:24]}.npz"


_DOCUMENT: Final = (
    "number", "tier", "section", "subsection", "obligation", "mark", "text", "change", "family", "family_label",
    "family_label_en", "concepts",
)  # fmt: skip


def _parts(told: dict[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Parts:
    wordings = [tuple(phrases) for phrases in told["wordings"]]
    documents = []
    for row in told["documents"]:
        values = dict(zip(_DOCUMENT, row[:-1], strict=True))
        values["everyday"], values["concepts"] = wordings[row[-1]], tuple(values["concepts"])
        documents.append(SearchDocument(**values))
    concepts = tuple(
        SearchConcept(id_, tuple(Label(t, _KINDS[k], lang) for t, k, lang in labels), tuple(broader), tuple(related))
        for id_, labels, broader, related in told["concepts"]
    )
    words, sounds, real = told["misprints"]
    spelt, full, initials = told["spelt"]
    return Parts(
        documents=tuple(documents),
        concepts=concepts,
        postings=Postings(tuple(told["units"]), *(arrays[name] for name in _ARRAYS)),
        concept_postings=ConceptPostings(
            arrays["mention_starts"],
            arrays["mention_documents"],
            arrays["mention_salience"],
            told["broader"],
            len(documents),
        ),
        latent=LatentSpace(arrays["latent_units"], arrays["latent_duties"], arrays["latent_duty_of"]),
        lexicon=Lexicon(
            [Entry(f, o, c, _KINDS[k]) for f, o, c, k in told["entries"]],
            PinyinKeys(*told["pinyin"]),
            spelt,
            PinyinKeys(full, initials),
        ),
        misprints=Misprints(words, {c: frozenset(told) for c, told in sounds.items()}, real),
        normaliser=Normaliser.from_strings(*told["characters"]),
        frequencies=told["frequencies"],
        text_latin=tuple(told["latin"]),
        regional=told["regional"],
    )
