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
from zhiyin.intake.rows import Listed, listed
from zhiyin.intake.submission import Submission
from zhiyin.law.rules import Rules, load_rules
from zhiyin.model import Edition
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, TYPE
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

    What its self-descriptions say counts, but for those that a later one of the same company supersedes: these are not
    judged. Raises BadSubmission where one names a vocabulary that no edition has, or they follow two.
    """
    statements = listed(submission.triples)
    named = statements.by_predicate.get(_CONFORMS_TO, ())
    if all(row[4] == law.edition.vocabulary for row in named):
        return law
    stated = _versions(statements)
    if not stated:
        return law
    known = editions()
    there_are = "、".join(known)
    for node, version in stated:
        if version not in known:
            raise BadSubmission(
                f"自述所遵循的词汇版本“{version[:200]}”不认识；可用：{there_are}",
                f"the vocabulary version '{version[:200]}' is not known; there are: {there_are}",
                place=submission.located(Place(source=submission.source or None, node=node, path=_CONFORMS_TO)),
            )
    first = stated[0][1]
    other = next((each for each in stated if each[1] != first), None)
    if other is not None:
        raise BadSubmission(
            f"一个文件中的自述遵循不同版本的词汇（{first}、{other[1]}），请分开提交",
            f"the self-descriptions of one file follow vocabularies of different editions ({first}, {other[1]}); send "
            "them apart",
            place=submission.located(Place(source=submission.source or None, node=other[0], path=_CONFORMS_TO)),
        )
    return rules(first)


def _versions(statements: Listed) -> list[tuple[str, str]]:
    """Return each self-description that stands with the vocabulary that it names, in the order of the document."""
    described: dict[str, set[str]] = {}
    for row in statements.by_predicate.get(TYPE, ()):
        if row[4] == str(ZY.SelfDescription):
            described.setdefault(row[1], set())
    for row in statements.by_predicate.get(str(ZY.describes), ()):
        described.setdefault(row[1], set()).add(row[4])
    left = {node: set(companies) for node, companies in described.items()}
    for row in statements.by_predicate.get(str(ZY.supersedes), ()):
        if row[1] != row[4] and row[4] in left:
            left[row[4]] -= described.get(row[1], set())
    return [
        (row[1], row[4] or str(getattr(row[3], "value", "")))
        for row in statements.by_predicate.get(_CONFORMS_TO, ())
        if row[1] in described and (left[row[1]] or not described[row[1]])
    ]


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
