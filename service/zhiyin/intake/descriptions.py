"""The triples of a submission in, which companies it describes out: as of when, for which tier, and what is told of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Fault, Notice
from zhiyin.intake.rows import listed
from zhiyin.namespaces import ZY
from zhiyin.standards import TYPE

_SECTION = re.compile(r"[1-8](\.[1-7])?", re.ASCII)

_Values = Mapping[str, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Described:
    """What the self-description of one company says of itself; ``node`` is its IRI."""

    node: str
    declared: int | None
    as_of: date | None


def described_companies(
    triples: Sequence[ox.Triple], tier: int | None
) -> tuple[dict[str, Described], list[Notice], list[Fault]]:
    """Return each company to its self-description, what is told of them, and why the file cannot be judged.

    A description that another one of the same company supersedes is not judged.
    """
    statements = listed(triples)
    kinds = statements.by_predicate.get(TYPE, ())
    descriptions = {row[1] for row in kinds if row[4] == str(ZY.SelfDescription)}
    superseding = str(ZY.supersedes) in statements.by_predicate
    facts: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for subject, name, predicate, value, _ in statements.rows if descriptions else ():
        if name in descriptions or superseding:
            facts[subject][predicate].append(value)
    notices: list[Notice] = []
    faults: list[Fault] = []
    of: dict[str, list[object]] = defaultdict(list)
    for node, said in facts.items():
        if _name(node) not in descriptions:
            continue
        for company in said.get(str(ZY.describes), ()):
            if isinstance(company, ox.NamedNode):
                of[company.value].append(node)
            else:
                message = Message("公司须用 IRI 标识，不能是空白节点", "a company must be an IRI, not a blank node")
                faults.append(Fault(message, Place(node=_name(node), path=str(ZY.describes))))
    found: dict[str, Described] = {}
    for company, nodes in of.items():
        standing, told, wrong = _standing(company, nodes, facts)
        notices += told
        faults += wrong
        if standing is None:
            continue
        said = facts[standing]
        found[company] = described = _described(standing, said)
        notices += _of_itself(standing, said)
        if described.declared is None and tier is None:
            place = Place(node=_name(standing), path=str(ZY.claimedTier))
            faults.append(Fault(_NO_TIER, place, in_form=_NO_TIER_IN_FORM))
    if not found and not faults:
        companies = any(row[4] == str(ZY.Company) for row in kinds)
        faults.append(Fault(_NOT_DESCRIBED if companies else _misspelt(triples) or _NO_COMPANY, Place()))
    return found, notices, faults


def _misspelt(triples: Sequence[ox.Triple]) -> Message | None:
    """Return that the prefix stands for another address than the vocabulary's, where a file speaks in its words."""
    known = (str(ZY.SelfDescription).removeprefix(str(ZY)), str(ZY.describes).removeprefix(str(ZY)))
    for triple in triples:
        for iri in (triple.predicate.value, _iri(triple.object)):
            if iri.endswith(known) and not iri.startswith(str(ZY)):
                local = next(name for name in known if iri.endswith(name))
                used = iri.removesuffix(local)[:200]
                return Message(
                    f"词汇的前缀写成了 <{used}>，应是 <{ZY}>；请改前缀，其余不必动",
                    f"the prefix of the vocabulary is <{used}> and should be <{ZY}>; mend the prefix alone",
                )
    return None


def _standing(
    company: str, nodes: Sequence[object], facts: Mapping[object, _Values]
) -> tuple[object | None, list[Notice], list[Fault]]:
    """Return the one description of ``company`` that stands, or the fault that there is none or no single one."""
    notices: list[Notice] = []
    superseded: set[object] = set()
    for node in nodes:
        for earlier in facts[node].get(str(ZY.supersedes), ()):
            place = Place(node=_name(node), path=str(ZY.supersedes))
            if earlier == node:
                message = Message("自述声明取代自身，此句不计", "the self-description supersedes itself: not counted")
                notices.append(Notice("supersedes-itself", message, place, _name(earlier)))
            elif earlier in nodes:
                superseded.add(earlier)
                message = Message("已被取代的自述不评定", "a superseded self-description is not judged")
                notices.append(Notice("superseded", message, place, _name(earlier)))
            elif earlier in facts:
                message = Message(
                    "所取代的不是同一公司的自述，此句不计", "what it supersedes describes another company: not counted"
                )
                notices.append(Notice("supersedes-another", message, place, _name(earlier)))
    standing = [node for node in nodes if node not in superseded]
    if not standing:
        message = Message(
            "几份自述互相取代，不知以哪一份为准", "the self-descriptions supersede each other in a circle"
        )
        return None, notices, [Fault(message, Place(node=company, path=str(ZY.supersedes)))]
    if len(standing) == 1:
        return standing[0], notices, []
    described = [_described(node, facts[node]) for node in standing]
    for path, values, zh, en in (
        (ZY.claimedTier, {d.declared for d in described}, "同一公司申报了两个类别", "one company claims two tiers"),
        (
            ZY.asOf,
            {d.as_of for d in described},
            "同一公司的两份自述截至不同的日期",
            "one company is described as of two dates",
        ),
    ):
        if len(values) > 1:
            message = Message(
                f"{zh}；新的一份须以 zy:supersedes 取代旧的",
                f"{en}; the later one must supersede the other (zy:supersedes)",
            )
            return None, notices, [Fault(message, Place(node=company, path=str(path)))]
    message = Message(
        "同一公司有两份自述，截至同一日；所述合并评定", "one company is described twice as of one date: judged as one"
    )
    notices.append(Notice("described-twice", message, Place(node=company, path=str(ZY.describes)), _name(standing[1])))
    return standing[0], notices, []


def _described(node: object, said: _Values) -> Described:
    tiers = [int(o.value) for o in said.get(str(ZY.claimedTier), ()) if isinstance(o, ox.Literal)]
    days = [date.fromisoformat(o.value[:10]) for o in said.get(str(ZY.asOf), ()) if isinstance(o, ox.Literal)]
    return Described(_name(node), next(iter(tiers), None), next(iter(days), None))


def _of_itself(node: object, said: _Values) -> list[Notice]:
    """Return what is told of the sections covered."""
    notices = []
    sections = sorted({_name(o) for o in said.get(str(ZY.coversSection), ())})
    place = Place(node=_name(node), path=str(ZY.coversSection))
    for section in sections:
        if not _SECTION.fullmatch(section):
            message = Message(
                "覆盖章节须写省去类别号的节号，如 2 或 2.2；此值不计",
                "a section covered is written without the chapter number, such as 2 or 2.2; this one does not count",
            )
            notices.append(Notice("section-unknown", message, place, section))
    covered = [section for section in sections if _SECTION.fullmatch(section)]
    if covered:
        message = Message(
            f"自述只覆盖 {'、'.join(covered)} 节；其余各节照样评定，没有陈述的为未声明",
            f"the self-description covers sections {', '.join(covered)} only; the others are judged all the same, and "
            "what is not stated there is undeclared",
        )
        notices.append(Notice("partial", message, place, "、".join(covered)))
    return notices


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _name(node: object) -> str:
    return str(getattr(node, "value", node)) if isinstance(node, (ox.NamedNode, ox.Literal)) else str(node)


_NO_TIER_IN_FORM = Message(
    "“申报类别”是空的：请填类别的号，如 4", "the claimed tier is empty: type its number, such as 4"
)
_NO_TIER = Message(
    "未申报类别：请写 zy:claimedTier（类别的号，如 4），或用 tier 参数指定",
    "no tier claimed: state zy:claimedTier (its number, such as 4) or give the tier parameter",
)
_NOT_DESCRIBED = Message(
    "文件中有公司，但没有 zy:SelfDescription 用 zy:describes 指向它",
    "the file holds a company, but no zy:SelfDescription that zy:describes it",
)
_NO_COMPANY = Message(
    "文件中没有公司：须有一个 zy:SelfDescription，用 zy:describes 指向公司",
    "no company in the file: a zy:SelfDescription must describe one by zy:describes",
)
