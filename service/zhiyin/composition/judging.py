"""The one door to a verdict: the bytes of a submission, the rules and a day in, the judgement out.

Page, API, command, batch, desk and benches all come through here, so that none of them reads or judges otherwise.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from zhiyin.collector import uncollected
from zhiyin.composition.editions import EditionFiles, edition_text, editions, of_clauses, shipped
from zhiyin.errors import BadParameter, BadSubmission, NotFound, Place
from zhiyin.intake.determinations import NO_RULINGS, Rulings
from zhiyin.intake.reading import read_any
from zhiyin.intake.rows import listed
from zhiyin.intake.submission import Submission
from zhiyin.law.rules import Rules, load_rules
from zhiyin.model import Edition
from zhiyin.standards import DCTERMS
from zhiyin.validation.engine import Engine
from zhiyin.validation.judgement import Judgement, judge
from zhiyin.validation.policy import DEFAULT_POLICY, Policy

_ZONE = ZoneInfo("Asia/Shanghai")
_CONFORMS_TO = DCTERMS + "conformsTo"


@cache
def rules(vocabulary: str = "") -> Rules:
    """Return the law of the edition whose submissions follow ``vocabulary``, read once per process.

    The shipped edition where it is empty; NotFound where no edition has that vocabulary.
    """
    files = editions().get(vocabulary) if vocabulary else shipped()
    if files is None:
        raise NotFound(f"没有使用词汇表 {vocabulary} 的版本", f"no edition follows the vocabulary {vocabulary}")
    base = None if files == shipped() else rules()
    with uncollected():
        law = load_rules(edition_text(files), files.turtle("ontology"), files.turtle("shapes"), base)
    # The law stays as long as the process: the collector need not look through its hundred thousand objects again.
    gc.freeze()
    return law


@cache
def law_of(clauses: str = "", *, vocabulary: str = "") -> Rules:
    """Return the law whose clauses stand in the namespace ``clauses``, or that submissions follow by ``vocabulary``.

    The shipped one where neither is named. NotFound where no edition is so: what was judged by it stands, but nothing
    can be told of it anew.
    """
    if vocabulary or not clauses:
        return rules(vocabulary)
    edition = of_clauses().get(clauses)
    if edition is None:
        raise NotFound(f"没有条款为 {clauses} 的版本", f"no edition has the clauses {clauses}")
    return rules_of(editions()[edition.vocabulary])


def rules_of(files: EditionFiles) -> Rules:
    """Return the law of an edition."""
    return rules() if files == shipped() else rules(files.edition.vocabulary)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a submission is to be judged, in values that pass between processes.

    ``day`` is the check date and ``tier`` the tier to judge against, each ``None`` for what the submission says.
    """

    day: date | None = None
    tier: int | None = None
    rulings: Rulings = NO_RULINGS
    engine: Engine = Engine.COMPILED
    policy: Policy = DEFAULT_POLICY


def judge_bytes(data: bytes, law: Rules, asked: Asked, *, source: str = "", media_type: str = "") -> Judgement:
    """Read and judge one submission: by ``law``, or by the law of the edition that it says it follows.

    Raises BadSubmission with every fault found, TooLarge or UnsupportedMediaType, each naming the place.
    """
    with uncollected():
        submission = read_any(data, law, source=source, media_type=media_type, of_vocabulary=rules)
        return judge_submission(submission, law, asked)


def judge_submission(submission: Submission, law: Rules, asked: Asked) -> Judgement:
    """Judge one submission that was read: the judgement names the rules by which it was made."""
    rules_followed = followed(submission, law)
    check_tier(asked.tier, rules_followed.edition)
    return judge(
        submission,
        rules_followed,
        check_date=asked.day,
        today=today(),
        tier=asked.tier,
        rulings=asked.rulings,
        engine=asked.engine,
        policy=asked.policy,
    )


def check_tier(tier: int | None, edition: Edition, parameter: str = "tier") -> None:
    """Raise BadParameter where ``edition`` has no such tier; ``None`` is the one that the submission claims."""
    if tier is not None and tier not in edition.tiers:
        raise BadParameter(parameter, tier, list(map(str, edition.tiers)))


def followed(submission: Submission, law: Rules) -> Rules:
    """Return the law that ``submission`` follows by dcterms:conformsTo, ``law`` where it names none.

    Raises BadSubmission where it names a vocabulary that no edition has, or those of two editions.
    """
    stated = listed(submission.triples).by_predicate.get(_CONFORMS_TO, ())
    named = sorted({row[4] or getattr(row[3], "value", "") for row in stated})
    if not named or named == [law.edition.vocabulary]:
        return law
    known = editions()
    place = Place(source=submission.source or None, node=min(row[1] for row in stated), path=_CONFORMS_TO)
    there_are = "、".join(known)
    for version in named:
        if version not in known:
            raise BadSubmission(
                f"自述所遵循的词汇版本“{version[:200]}”不认识；可用：{there_are}",
                f"the vocabulary version '{version[:200]}' is not known; there are: {there_are}",
                place=place,
            )
    if len(named) > 1:
        raise BadSubmission(
            "一个文件中的自述遵循不同版本的词汇，请分开提交",
            "the self-descriptions of one file follow vocabularies of different editions; send them apart",
            place=place,
        )
    return rules(named[0])


def today() -> date:
    """Return today's date in Asia/Shanghai."""
    return datetime.now(_ZONE).date()


def check_date(raw: str | None, parameter: str = "date") -> date | None:
    """Return the day that ``raw`` (YYYY-MM-DD) names, ``None`` where it is empty; BadParameter where it names none."""
    if not raw:
        return None
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        found = None
    if found is None or len(raw) != 10 or not 2000 <= found.year <= 2200:
        raise BadParameter(parameter, raw, ["YYYY-MM-DD"])
    return found
