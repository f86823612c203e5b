"""What a judgement rests on, as hashes and versions, so that the same input gives the same bytes."""

from __future__ import annotations

from importlib import import_module

from zhiyin import __version__
from zhiyin.validation.judgement import Judgement


def provenance(judgement: Judgement) -> dict[str, object]:
    """Return the provenance of ``judgement``; no time of day, no host, nothing that differs between two runs."""
    ruled = judgement.determinations_sha256
    days = [day.isoformat() for day in judgement.check_dates]
    origins = sorted({str(verdict.day.source) for verdict in judgement.verdicts})
    return {
        "input": {"source": judgement.source, "sha256": judgement.sha256},
        "determinations": None if ruled is None else {"sha256": ruled},
        "checkDate": days[0] if len(days) == 1 else None,
        "checkDateFrom": origins[0] if len(origins) == 1 else None,
        "engine": {"name": str(judgement.engine), "version": engine_version(str(judgement.engine))},
        "zhiyin": __version__,
        "rules": dict(judgement.rules.hashes),
        "reading": "据自述：所评的是所陈述的内容 / as stated by the company: what is stated is what is judged",
    }


def engine_version(engine: str) -> str:
    """Return the version of the engine, by its own word: it is loaded, the records of what is installed are not."""
    return str(import_module(engine).__version__)
