"""A submission in, the companies that it describes with their facts out; where it cannot be judged, every fault of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Message, Place
from zhiyin.intake.checks import canonical, credit_code_faults, structural_faults
from zhiyin.intake.faults import Fault
from zhiyin.intake.submission import Submission
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.validation.facts import Facts, facts_of, normalised

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MAX_FAULTS = 200
"""So many faults are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Described:
    """What the self-description of a company says of itself: its node, the tier claimed, the day it speaks of."""

    description: str
    declared: int | None
    as_of: str


@dataclass(frozen=True, slots=True)
class Companies:
    """The companies of one submission: its triples with every literal in its datatype, and the same as shapes see them."""

    triples: Sequence[ox.Triple]
    plain: Sequence[ox.Triple]
    described: Mapping[str, Described]

    def facts(self, company: str) -> Facts:
        """Return what hangs on ``company``, other companies left out."""
        return facts_of(company, self.plain, boundary=frozenset(self.described) - {company})


def companies_of(submission: Submission, known: Vocabulary, tier: int | None) -> Companies:
    """Return the companies that ``submission`` describes.

    ``tier`` is the tier to judge against where the submission need not claim one. Raises BadSubmission where the file
    cannot be judged; ``details['faults']`` then lists every fault found.
    """
    faults = [*submission.faults, *structural_faults(submission.triples, known)]
    triples, wrong = canonical(submission.triples, known)
    faults += wrong + credit_code_faults(triples)
    described, missing = _companies(triples, tier)
    faults += [fault for fault in missing if not _is_told(fault, faults, submission)]
    if faults:
        raise _refusal(faults, submission)
    return Companies(triples, normalised(triples), described)


def _is_told(missing: Fault, faults: Sequence[Fault], submission: Submission) -> bool:
    """Return whether what is missing is so for a fault that is told already."""
    node, path = missing.place.node, missing.place.path
    if path is None:
        return bool(submission.faults)
    cell = submission.places.get((node or "", path))
    return any(fault.place.path == path or (cell is not None and fault.place == cell) for fault in faults)


def _companies(triples: Sequence[ox.Triple], tier: int | None) -> tuple[dict[str, Described], list[Fault]]:
    descriptions = [
        t.subject for t in triples if t.predicate.value == _TYPE and _iri(t.object) == str(ZY.SelfDescription)
    ]
    faults: list[Fault] = []
    found: dict[str, Described] = {}
    facts: dict[object, dict[str, list[object]]] = {}
    for triple in triples:
        facts.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    for node in dict.fromkeys(descriptions):
        said = facts.get(node, {})
        for company in said.get(str(ZY.describes), []):
            if not isinstance(company, ox.NamedNode):
                faults.append(
                    Fault(
                        Message("公司须用 IRI 标识，不能是空白节点", "a company must be an IRI, not a blank node"),
                        Place(node=str(node), path=str(ZY.describes)),
                    )
                )
                continue
            declared = next(
                (int(o.value) for o in said.get(str(ZY.claimedTier), []) if isinstance(o, ox.Literal)), None
            )
            as_of = next((o.value for o in said.get(str(ZY.asOf), []) if isinstance(o, ox.Literal)), "")
            if company.value in found and found[company.value].declared != declared:
                faults.append(
                    Fault(
                        Message("同一公司申报了两个类别", "one company claims two tiers"),
                        Place(node=company.value, path=str(ZY.claimedTier)),
                    )
                )
            if declared is None and tier is None:
                faults.append(
                    Fault(
                        Message(
                            "未申报类别：请写 zy:claimedTier（1 至 4），或用 tier 参数指定",
                            "no tier claimed: state zy:claimedTier (1 to 4) or give the tier parameter",
                        ),
                        Place(
                            node=node.value if isinstance(node, ox.NamedNode) else str(node), path=str(ZY.claimedTier)
                        ),
                        in_form=Message(
                            "“申报类别”是空的：请填 1、2、3 或 4", "the claimed tier is empty: type 1, 2, 3 or 4"
                        ),
                    )
                )
            name = node.value if isinstance(node, ox.NamedNode) else str(node)
            found[company.value] = Described(name, declared, as_of)
    if not found and not faults:
        companies = [t.subject for t in triples if t.predicate.value == _TYPE and _iri(t.object) == str(ZY.Company)]
        if companies:
            message = Message(
                "文件中有公司，但没有 zy:SelfDescription 用 zy:describes 指向它",
                "the file holds a company, but no zy:SelfDescription that zy:describes it",
            )
        else:
            message = Message(
                "文件中没有公司：须有一个 zy:SelfDescription，用 zy:describes 指向公司",
                "no company in the file: a zy:SelfDescription must describe one by zy:describes",
            )
        faults.append(Fault(message, Place()))
    return found, faults


def _refusal(faults: Sequence[Fault], submission: Submission) -> BadSubmission:
    told = [_told(fault, submission) for fault in faults]
    first = told[0]
    more_zh = f"（共 {len(told)} 处错误，详见 faults）" if len(told) > 1 else ""
    more_en = f" ({len(told)} faults in all, see faults)" if len(told) > 1 else ""
    return BadSubmission(
        first.message.zh + more_zh,
        first.message.en + more_en,
        place=first.place,
        details={"faults": [fault.as_json() for fault in told[:MAX_FAULTS]], "faultCount": len(told)},
    )


def _told(fault: Fault, submission: Submission) -> Fault:
    """Return the fault as its sender may look it up: in a workbook by sheet and cell, in RDF with its line."""
    place = submission.located(fault.place)
    if submission.is_workbook:
        return fault.at(place if place.sheet else None)
    return replace(fault, place=place)


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""
