"""A draft of other rules in Turtle in, the rules with it laid over out; the law's own graph stays as it is.

An overlay may say anything anew of a shape (a figure, a whole constraint), add shapes, change a clause's obligation by
``zy:obligation``, and add draft clauses (``a zy:Requirement`` with text and obligation). It is of one edition, which it
names by ``dcterms:conformsTo`` as a submission does; of the shipped one where it names none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

import pyoxigraph as ox

from zhiyin.desk.desk import LawOf
from zhiyin.errors import BadRequest, NotFound, OntologyError, TooLarge
from zhiyin.intake.submission import read_submission
from zhiyin.law.duties import Duties
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import overlaid
from zhiyin.model import Mark, Obligation, Requirement, number_key
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS, RDF, SH

MAX_OVERLAY = 200_000
_CONFORMS_TO = DCTERMS + "conformsTo"
_OBLIGATIONS = {str(ZY.Mandatory): Obligation.MANDATORY, str(ZY.Optional): Obligation.OPTIONAL}


def base_of(law: LawOf, data: bytes) -> Rules:
    """Return the law that an overlay is to lie over: that of the edition it names by dcterms:conformsTo, else the shipped.

    BadRequest where it names what no edition has, or two.
    """
    named = sorted({_value(t.object) for t in _read(law(), data) if t.predicate.value == _CONFORMS_TO})
    if len(named) > 1:
        raise BadRequest("一份试算只能改一个版本", "an overlay changes one edition")
    try:
        return law(vocabulary=named[0] if named else "")
    except NotFound as error:
        raise BadRequest(error.message.zh, error.message.en) from error


def _read(law: Rules, data: bytes) -> Sequence[ox.Triple]:
    if len(data) > MAX_OVERLAY:
        raise TooLarge(f"试算文件超过 {MAX_OVERLAY:,} 字节", f"the overlay has more than {MAX_OVERLAY:,} bytes")
    return read_submission(data, law.vocabulary, source="overlay.ttl", media_type="text/turtle").triples


def _value(term: object) -> str:
    return str(getattr(term, "value", ""))


def laid_over(law: Rules, data: bytes) -> Rules:
    """Return the rules under the overlay ``data``; BadRequest where it cannot be read, says nothing or is of another edition."""
    read = _read(law, data)
    triples = [t for t in read if t.predicate.value != _CONFORMS_TO]
    if any(_value(t.object) != law.edition.vocabulary for t in read if t.predicate.value == _CONFORMS_TO):
        raise BadRequest("试算文件是另一版本的", "the overlay is of another edition")
    requirements, rest = _requirements(law, triples)
    try:
        shapes = overlaid(law.shapes, rest, "overlay.ttl", _with_drafts(law, requirements))
    except OntologyError as error:
        raise BadRequest(error.message.zh, error.message.en, place=error.place) from error
    if not triples:
        raise BadRequest("试算文件没有内容", "the overlay says nothing")
    return replace(
        law, requirements=requirements, shapes=shapes, hashes={**law.hashes, "overlay": sha256(data).hexdigest()}
    )


def changed_obligation(law: Rules, clause: str, obligation: Obligation) -> list[ox.Triple]:
    """Return the overlay that gives a clause another obligation."""
    value = ZY.Mandatory if obligation is Obligation.MANDATORY else ZY.Optional
    return [
        ox.Triple(
            ox.NamedNode(str(law.shapes.duties.names.clause[clause])),
            ox.NamedNode(str(ZY.obligation)),
            ox.NamedNode(str(value)),
        )
    ]


def as_turtle(triples: Sequence[ox.Triple], law: Rules | None = None) -> bytes:
    """Return triples as an overlay file, which names the edition of ``law`` where that is not the shipped one."""
    prefixes = {"zy": str(ZY), "sh": SH}
    stated = list(dict.fromkeys(triples))
    if law is not None and law.edition.id:
        this, vocabulary = ox.NamedNode(str(law.duties.names.guideline)), ox.NamedNode(law.edition.vocabulary)
        stated.append(ox.Triple(this, ox.NamedNode(_CONFORMS_TO), vocabulary))
        prefixes["dcterms"] = str(DCTERMS)
    return bytes(ox.serialize(stated, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"")


def _with_drafts(law: Rules, requirements: Sequence[Requirement]) -> Duties:
    """Return the duties with each draft clause as one of its own."""
    duties = law.shapes.duties
    drafts = {f"draft-{r.number}": {r.tier: r.number} for r in requirements if r.number not in duties.of_clause}
    return Duties(duties.names, {**duties.members, **drafts}, duties.base)


def _requirements(law: Rules, triples: Sequence[ox.Triple]) -> tuple[tuple[Requirement, ...], list[ox.Triple]]:
    about: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(
            str(law.shapes.duties.names.clause)
        ):
            about[triple.subject.value.removeprefix(str(law.shapes.duties.names.clause))][triple.predicate.value] = (
                getattr(triple.object, "value", "")
            )
    known = {r.number: r for r in law.requirements}
    for number, said in about.items():
        obligation = _OBLIGATIONS.get(said.get(str(ZY.obligation), ""))
        if obligation is None:
            raise BadRequest(
                f"条款 {number} 须写 zy:obligation（zy:Mandatory 或 zy:Optional）",
                f"clause {number} needs zy:obligation (zy:Mandatory or zy:Optional)",
            )
        if number in known:
            known[number] = replace(known[number], obligation=obligation)
            continue
        known[number] = _draft(law, number, said, obligation)
    rest = [
        t
        for t in triples
        if getattr(t.subject, "value", "").removeprefix(str(law.shapes.duties.names.clause)) not in about
    ]
    ordered = sorted(known.values(), key=lambda r: number_key(r.number))
    return tuple(ordered), rest


def _draft(law: Rules, number: str, said: dict[str, str], obligation: Obligation) -> Requirement:
    text, parts = said.get(str(ZY.text), ""), number.split(".")
    tiers = {r.number.split(".")[0]: r.tier for r in law.requirements}
    fits = len(parts) >= 4 and all(p.isascii() and p.isdigit() for p in parts) and parts[0] in tiers
    if said.get(RDF + "type") != str(ZY.Requirement) or not text or not fits:
        raise BadRequest(
            f"草案条款 {number} 须有 a zy:Requirement 和 zy:text，编号以一类要求的章号开头",
            f"draft clause {number} needs a zy:Requirement and zy:text, and a number that begins with a tier's chapter",
        )
    return Requirement(number, obligation, Mark.NEW, text, 0, tiers[parts[0]])
