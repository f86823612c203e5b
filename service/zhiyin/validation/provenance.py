"""What a judgement rests on, as hashes and versions, so that the same input gives the same bytes."""

from __future__ import annotations

from importlib.metadata import version

from zhiyin import __version__
from zhiyin.validation.judgement import Judgement


def provenance(judgement: Judgement) -> dict[str, object]:
    """Return the provenance of ``judgement``; no time of day, no host, nothing that differs between two runs."""
    ruled = judgement.determinations_sha256
    return {
        "input": {"source": judgement.source, "sha256": judgement.sha256},
        "determinations": None if ruled is None else {"sha256": ruled},
        "checkDate": judgement.check_date.isoformat(),
        "engine": {"name": str(judgement.engine), "version": version(str(judgement.engine))},
        "zhiyin": __version__,
        "rules": dict(judgement.rules.hashes),
        "reading": "据自述：所评的是所陈述的内容 / as stated by the company: what is stated is what is judged",
    }
