"""A regulator's rulings on clauses that need a person: RDF in, checked values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from zhiyin.errors import BadSubmission, Place
from zhiyin.intake.submission import read_submission
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE, ZY

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_RULINGS = {
    str(ZY.Satisfied): Outcome.SATISFIED,
    str(ZY.Violated): Outcome.VIOLATED,
    str(ZY.NotApplicable): Outcome.NOT_APPLICABLE,
}


@dataclass(frozen=True, slots=True)
class Determination:
    """One ruling: which clause of which company, what, by whom, when and why."""

    company: str
    clause: str
    outcome: Outcome
    by: str
    on: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rulings:
    """The second input of a judgement: the rulings of one file and the hash of its bytes, which provenance names."""

    determinations: tuple[Determination, ...]
    sha256: str | None


NO_RULINGS = Rulings((), None)


def read_rulings(data: bytes, *, source: str = "", media_type: str = "") -> Rulings:
    """Return the rulings in a file of RDF; BadSubmission where it cannot be read or a ruling lacks a part."""
    submission = read_submission(data, source=source, media_type=media_type)
    return Rulings(tuple(determinations(submission.triples, source=source)), sha256(data).hexdigest())


def determinations(triples: Sequence[ox.Triple], *, source: str = "") -> list[Determination]:
    """Return the rulings in ``triples``, sorted; BadSubmission where one lacks who, when, why, company or clause."""
    facts: dict[object, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        facts[triple.subject][triple.predicate.value].append(getattr(triple.object, "value", ""))
    found = []
    for node, said in facts.items():
        if str(ZY.Determination) not in said.get(_TYPE, []):
            continue
        place = Place(source=source or None, node=str(node))
        need = {
            "zy:ofCompany": said.get(str(ZY.ofCompany)),
            "zy:ofClause": said.get(str(ZY.ofClause)),
            "zy:ruling": said.get(str(ZY.ruling)),
            "zy:determinedBy": said.get(str(ZY.determinedBy)),
            "zy:determinedOn": said.get(str(ZY.determinedOn)),
            "zy:reason": said.get(str(ZY.reason)),
        }
        missing = [name for name, values in need.items() if not values or not values[0].strip()]
        if missing:
            raise BadSubmission(
                f"认定缺少 {'、'.join(missing)}", f"the determination lacks {', '.join(missing)}", place=place
            )
        ruling = _RULINGS.get((need["zy:ruling"] or [""])[0])
        if ruling is None:
            raise BadSubmission(
                "zy:ruling 须是 zy:Satisfied、zy:Violated 或 zy:NotApplicable",
                "zy:ruling must be zy:Satisfied, zy:Violated or zy:NotApplicable",
                place=place,
            )
        for clause in need["zy:ofClause"] or []:
            found.append(
                Determination(
                    (need["zy:ofCompany"] or [""])[0],
                    clause.removeprefix(str(CLAUSE)),
                    ruling,
                    (need["zy:determinedBy"] or [""])[0],
                    (need["zy:determinedOn"] or [""])[0][:10],
                    (need["zy:reason"] or [""])[0],
                )
            )
    if not found:
        raise BadSubmission(
            "认定文件中没有 zy:Determination", "no zy:Determination in the file", place=Place(source=source or None)
        )
    return sorted(found, key=lambda d: (d.company, d.clause))
