"""A draft of other rules in Turtle in, the rules with it laid over out; the law's own graph stays as it is.

An overlay may say anything anew of a shape (a figure, a whole constraint), add shapes, change a clause's obligation by
``zy:obligation``, and add draft clauses (``a zy:Requirement`` with text and obligation).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import pyoxigraph as ox

from zhiyin.errors import BadRequest, OntologyError, TooLarge
from zhiyin.intake.submission import read_submission
from zhiyin.law.duties import Duties
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import Node, Shape, ShapeLibrary, Value, overlaid
from zhiyin.model import Mark, Obligation, Requirement, number_key
from zhiyin.namespaces import ZY
from zhiyin.standards import RDF, SH, XSD

MAX_OVERLAY = 200_000
_NUMBER = re.compile(r"(?<![\w.?$:/#\"-])\d+(?:\.\d+)?(?![\w.])")
_OBLIGATIONS = {str(ZY.Mandatory): Obligation.MANDATORY, str(ZY.Optional): Obligation.OPTIONAL}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a shape that an overlay may change; ``index`` counts the numbers of the shape."""

    shape: str
    name: str
    clauses: tuple[str, ...]
    index: int
    value: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a number stands: in which statement of the shape, on the way down, and where in its text."""

    root: str
    node: Node
    position: int
    start: int
    end: int
    value: str


def laid_over(law: Rules, data: bytes) -> Rules:
    """Return the rules under the overlay ``data``; BadRequest where it cannot be read or says nothing."""
    if len(data) > MAX_OVERLAY:
        raise TooLarge(f"试算文件超过 {MAX_OVERLAY:,} 字节", f"the overlay has more than {MAX_OVERLAY:,} bytes")
    triples = read_submission(data, law.vocabulary, source="overlay.ttl", media_type="text/turtle").triples
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


def figures(shapes: ShapeLibrary) -> list[Figure]:
    """Return every number in the shapes, by the clauses they enforce."""
    found = []
    for shape in shapes.shapes.values():
        numbers = tuple(sorted(shape.enforces, key=number_key))
        for index, spot in enumerate(_spots(shapes, shape)):
            found.append(Figure(shape.iri, shape.name.zh, numbers, index, spot.value))
    return sorted(found, key=lambda f: (number_key(f.clauses[-1]) if f.clauses else (), f.shape, f.index))


def changed_figure(shapes: ShapeLibrary, shape: str, index: int, value: str) -> list[ox.Triple]:
    """Return the overlay that gives one number of a shape another value; BadRequest where there is no such number."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", value):
        raise BadRequest("新数值须是非负数字", "the new value is a number, not negative")
    known = shapes.shapes.get(shape)
    spots = [] if known is None else list(_spots(shapes, known))
    if not 0 <= index < len(spots):
        raise BadRequest("没有这个数字", "there is no such number")
    spot = spots[index]
    triples: list[ox.Triple] = []
    todo: list[tuple[Node, str | None]] = [(ox.NamedNode(shape), spot.root)]
    while todo:
        node, only = todo.pop()
        for position, (predicate, stated) in enumerate(shapes.statements[node]):
            if only is not None and predicate != only:
                continue
            said: Value = stated
            if (node, position) == (spot.node, spot.position) and isinstance(stated, ox.Literal):
                said = _with_number(stated, spot, value)
            triples.append(ox.Triple(node, ox.NamedNode(predicate), said))
            if isinstance(stated, ox.BlankNode):
                todo.append((stated, None))
    return triples


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


def as_turtle(triples: Sequence[ox.Triple]) -> bytes:
    """Return triples as an overlay file."""
    prefixes = {"zy": str(ZY), "sh": SH}
    return bytes(ox.serialize(list(dict.fromkeys(triples)), format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"")


def _spots(shapes: ShapeLibrary, shape: Shape) -> Iterator[_Spot]:
    for predicate in dict.fromkeys(p for p, _ in shapes.statements[ox.NamedNode(shape.iri)]):
        stack: list[tuple[Node, str | None]] = [(ox.NamedNode(shape.iri), predicate)]
        while stack:
            node, only = stack.pop()
            for position, (stated, value) in enumerate(shapes.statements[node]):
                if only is not None and stated != only:
                    continue
                if isinstance(value, ox.BlankNode):
                    stack.append((value, None))
                elif isinstance(value, ox.Literal):
                    yield from _numbers(predicate, node, position, stated, value)


def _numbers(root: str, node: Node, position: int, stated: str, value: ox.Literal) -> Iterator[_Spot]:
    if stated == SH + "select":
        for match in _NUMBER.finditer(value.value):
            yield _Spot(root, node, position, match.start(), match.end(), match[0])
    elif value.datatype.value.endswith(("#integer", "#decimal")):
        presence = stated in (SH + "minCount", SH + "maxCount") and value.value == "1"
        if not presence:
            yield _Spot(root, node, position, 0, len(value.value), value.value)


def _with_number(stated: ox.Literal, spot: _Spot, value: str) -> ox.Literal:
    text = stated.value[: spot.start] + value + stated.value[spot.end :]
    if not stated.datatype.value.endswith(("#integer", "#decimal")):
        return ox.Literal(text)
    kind = "decimal" if "." in text else stated.datatype.value.rpartition("#")[2]
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


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
