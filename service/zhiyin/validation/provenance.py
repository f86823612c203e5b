"""What a judgement rests on, as hashes and versions, so that the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from zhiyin import __version__, resources
from zhiyin.law.shapes import shape_files
from zhiyin.validation.judgement import Judgement


def _hash(files: list[Path]) -> str:
    digest = sha256()
    for file in files:
        digest.update(file.relative_to(resources.root()).as_posix().encode())
        digest.update(b"\0")
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def rule_hashes() -> Mapping[str, str]:
    """Return the SHA-256 of the guideline's text, of the ontology and of the shapes, file names included."""
    return {
        "guideline": sha256(resources.path(resources.GUIDELINE_TEXT).read_bytes()).hexdigest(),
        "ontology": _hash(resources.turtle_files("ontology")),
        "shapes": _hash(shape_files()),
    }


def provenance(judgement: Judgement, determinations_sha256: str | None = None) -> dict[str, object]:
    """Return the provenance of ``judgement``; no time of day, no host, nothing that differs between two runs."""
    return {
        "input": {"source": judgement.source, "sha256": judgement.sha256},
        "determinations": None if determinations_sha256 is None else {"sha256": determinations_sha256},
        "checkDate": judgement.check_date.isoformat(),
        "engine": {"name": str(judgement.engine), "version": version(str(judgement.engine))},
        "zhiyin": __version__,
        "rules": dict(rule_hashes()),
        "reading": "据自述：所评的是所陈述的内容 / as stated by the company: what is stated is what is judged",
    }
