"""The documents behind attestations: what a satisfied clause rests on, and the part that an attestation lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from zhiyin.errors import Message
from zhiyin.law.constraints import Constraint
from zhiyin.law.kept import once
from zhiyin.law.shapes import Shape, ShapeLibrary
from zhiyin.namespaces import ZY
from zhiyin.standards import DCTERMS
from zhiyin.validation.facts import Facts

# Spelt once: a namespace makes and checks an IRI anew at each look, and these are compared with every fact of a firm.
_ATTESTATION, _ABOUT, _EVIDENCE = str(ZY.attestation), str(ZY.about), str(ZY.evidence)
_HOLDS, _RESPONSIBLE_ROLE = str(ZY.holds), str(ZY.responsibleRole)
_PARTS = (DCTERMS + "title", DCTERMS + "identifier", DCTERMS + "issued", _RESPONSIBLE_ROLE)
"""What is told of a document, in the order of Document."""
_STATED = (Constraint.PRACTICE_STATED, Constraint.SOFT_PRACTICE_STATED)


@dataclass(frozen=True, slots=True)
class Document:
    """One document that an attestation names; what it does not state is empty."""

    title: str = ""
    identifier: str = ""
    issued: str = ""
    role: str = ""

    def __str__(self) -> str:
        number = f"（{self.identifier}）" if self.identifier else ""
        return f"{self.title or '未写名称的文件'}{number}" + (f"，{self.issued}" if self.issued else "")


@once
def practices_by_clause(shapes: ShapeLibrary, tier: int) -> Mapping[str, tuple[str, ...]]:
    """Return clause to the practices whose documents the shapes of ``tier`` ask for."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for shape in shapes.of_tier(tier).values():
        for name in _STATED:
            if name in shape.parameters:
                for number in shape.enforces:
                    found[number].setdefault(shape.parameters[name])
    return {number: tuple(practices) for number, practices in found.items()}


def documents_of(practices: Iterable[str], facts: Facts) -> tuple[Document, ...]:
    """Return the documents by which the company and its things attest ``practices``, each once."""
    found: dict[Document, None] = {}
    by_practice = facts.attested
    places = {place for practice in practices for place in by_practice.get(practice, ())}
    for _, node in sorted(places) if len(places) > 1 else places:
        for evidence in _values(node, _EVIDENCE, facts):
            found.setdefault(_document(evidence, facts))
    return tuple(found)


def lacking_part(shape: Shape, node: str, facts: Facts, check_date: date) -> Message | None:
    """Return what the attestation that ``shape`` asks for lacks; ``None`` where there is none at all or it is whole."""
    practice = next((shape.parameters[name] for name in _STATED if name in shape.parameters), "")
    if not practice:
        return None
    attested = [a for a in _values(node, _ATTESTATION, facts) if practice in _values(a, _ABOUT, facts)]
    if not attested:
        return None
    for attestation in attested:
        if not _values(attestation, _HOLDS, facts):
            return Message("没有写是否落实", "it is not said whether it is in place")
        evidence = _values(attestation, _EVIDENCE, facts)
        if not evidence:
            return Message("没有列出文件", "no document is named")
        for document in (_document(e, facts) for e in evidence):
            name = f"“{document.title}”" if document.title else ""
            lacks = [
                word
                for value, word in (
                    (document.title, Message("名称", "title")),
                    (document.issued, Message("日期", "date")),
                    (document.role, Message("责任岗位", "responsible role")),
                )
                if not value
            ]
            if lacks:
                zh, en = "、".join(w.zh for w in lacks), ", ".join(w.en for w in lacks)
                return Message(f"文件{name}没有{zh}", f"the document {document.title} has no {en}".replace("  ", " "))
            if document.issued > check_date.isoformat():
                return Message(
                    f"文件{name}的日期 {document.issued} 晚于核查日 {check_date}",
                    f"the document {document.title} is dated {document.issued}, after the check date {check_date}",
                )
    return None


def _document(node: str, facts: Facts) -> Document:
    said: dict[str, str] = {}
    for predicate, stated in facts.outgoing.get(node, ()):
        if predicate in _PARTS:
            value = getattr(stated, "value", "")
            said[predicate] = min(said.get(predicate, value), value)
    title, identifier, issued, role = (said.get(part, "") for part in _PARTS)
    return Document(title, identifier, issued[:10], role)


def _values(node: str, predicate: str, facts: Facts) -> list[str]:
    return [getattr(o, "value", "") for p, o in facts.outgoing.get(node, ()) if p == predicate]
