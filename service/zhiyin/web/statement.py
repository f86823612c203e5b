"""A fact in, how a company states it out: an example in Turtle, its place in the Excel form, what a finding asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from zhiyin.errors import Message
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import COMPANY, Form, form
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import SUBJECT, Term, Vocabulary
from zhiyin.namespaces import ZY, compact
from zhiyin.validation.findings import Finding
from zhiyin.web.samples import facts_read
from zhiyin.web.snippets import EVIDENCE, attested, document, number, on, performed, retained, some_value

_MOST_FACTS = 8
_COLUMNS: Mapping[str, tuple[str, str]] = {
    "holds": (layout.PRACTICES, "是否落实"),
    "title": (layout.DOCUMENTS, "文件名称"),
    "identifier": (layout.DOCUMENTS, "文件编号"),
    "issued": (layout.DOCUMENTS, "文件日期"),
    "responsibleRole": (layout.DOCUMENTS, "责任岗位"),
    "sha256": (layout.DOCUMENTS, "SHA-256"),
    "exception": (layout.PRACTICES, "例外说明"),
    "lastConductedOn": (layout.TASKS, "最近一次日期"),
    "statedIntervalDays": (layout.TASKS, "自定周期"),
    "periodDays": (layout.RECORDS, "保存多久"),
    "periodMonths": (layout.RECORDS, "保存多久"),
    "periodYears": (layout.RECORDS, "保存多久"),
}
"""The columns that every practice, task and record shares."""
_ADDED = {str(ZY[name]) for name in ("Assessment", "CutOff")}
"""What the validator adds itself: nothing that a company states."""
_GENERAL = {str(ZY[name]) for name in ("attestation", "activity", "retention", "listsAll")}


def facts_of(finding: Finding, rules: Rules) -> tuple[Term, ...]:
    """Return the terms of the vocabulary that a finding asks for or rests on, the most telling first."""
    terms = rules.vocabulary.terms
    shape = rules.shapes.shapes.get(finding.shape)
    if shape is not None:
        named = [terms[v] for v in shape.parameters.values() if v in terms and _is_subject(terms[v], rules.vocabulary)]
        if named:
            return tuple(named)
    if finding.path in terms and finding.path not in _GENERAL:
        return (terms[finding.path],)
    return () if shape is None else facts_read(rules, shape.iri)[:_MOST_FACTS]


@once
def example_of(rules: Rules, iri: str) -> str:
    """Return the smallest Turtle document that states the term; empty for a class."""
    known = rules.vocabulary
    term = known.terms[iri]
    if term.kind in ("datatype", "object"):
        value = _bound(term, rules) or some_value(term, known)
        return "" if value is None else _stated(term, value)
    if term.kind != "individual":
        return ""
    name, owner = compact(iri), next(iter(term.practice_of), COMPANY)
    if _is(term, known, "ProhibitedPractice"):
        return document(owner, attested(name, "zy:holds false", EVIDENCE))
    if _is(term, known, "Practice"):
        return document(owner, attested(name, "zy:holds true", EVIDENCE))
    if _is(term, known, "RecurringTask"):
        return document(owner, performed(name, on("2026-06-26"), "zy:statedIntervalDays 90"))
    if _is(term, known, "RecordKind"):
        return document(owner, retained(name, "zy:periodYears 5"))
    holder = _holder(term, known)
    return "" if holder is None else _stated(holder, name)


@once
def places_of(rules: Rules, iri: str) -> tuple[Message, ...]:
    """Return where the Excel form asks for the term, in the highest tier whose form does; empty where none does."""
    term = rules.vocabulary.terms[iri]
    holder = _holder(term, rules.vocabulary)
    for label, (name, _) in layout.SELF_ROWS.items():
        if term.local == name:
            return (_row(layout.COMPANY_SHEET, label),)
    if term.local in _COLUMNS:
        return (_column(*_COLUMNS[term.local]),)
    return next(
        (found for tier in reversed(rules.edition.tiers) if (found := tuple(_places(form(rules, tier), term, holder)))),
        (),
    )


def _places(asked: Form, term: Term, holder: Term | None) -> Iterator[Message]:
    titles = layout.sheet_titles(asked)
    label = term.label.zh
    if _among(term, asked.company):
        yield _row(layout.COMPANY_SHEET, label)
    for sheet in asked.sheets:
        if _among(term, sheet.columns):
            yield _column(titles[sheet.cls.iri], label)
        elif term.iri in (sheet.link.iri, sheet.cls.iri):
            title = titles[sheet.cls.iri]
            yield Message(f"“{title}”表，每项一行", f"sheet “{title}”, one row for each")
    for terms, title in (
        ((*asked.practices, *asked.prohibitions), layout.PRACTICES),
        (asked.tasks, layout.TASKS),
        (asked.records, layout.RECORDS),
    ):
        if _among(term, terms):
            yield _row(title, label)
    if holder is not None:
        for place in _places(asked, holder, None):
            yield Message(f"{place.zh}，填“{label}”", f"{place.en}: “{label}”")


def _among(term: Term, asked: Sequence[Term]) -> bool:
    """Return whether the form asks for the term, of which it keeps a copy that cites its own tier's clauses."""
    return any(each.iri == term.iri for each in asked)


def _stated(term: Term, value: str) -> str:
    owner = next(iter(term.domains), COMPANY)
    return "" if owner in _ADDED else document(owner, [f"{compact(term.iri)} {value}"])


def _bound(term: Term, rules: Rules) -> str | None:
    """Return the strictest figure that a shape asks of the term, as Turtle."""
    asked = [s.parameters for s in rules.shapes.shapes.values() if s.path == term.iri]
    least = [Decimal(p["minInclusive"]) for p in asked if "minInclusive" in p]
    most = [Decimal(p["maxInclusive"]) for p in asked if "maxInclusive" in p]
    if not least and not most:
        return None
    return number(max(least) if least else min(most), term)


def _row(sheet: str, label: str) -> Message:
    return Message(f"“{sheet}”表，“{label}”一行", f"sheet “{sheet}”, row “{label}”")


def _column(sheet: str, label: str) -> Message:
    return Message(f"“{sheet}”表，“{label}”一列", f"sheet “{sheet}”, column “{label}”")


def _holder(term: Term, known: Vocabulary) -> Term | None:
    """Return the property whose values a named value is among."""
    if term.kind != "individual" or _is_subject(term, known):
        return None
    classes = set(term.types).union(*(known.superclasses.get(t, frozenset()) for t in term.types))
    return next((p for p in known.properties() if p.kind == "object" and p.range in classes), None)


def _is_subject(term: Term, known: Vocabulary) -> bool:
    return any(t == SUBJECT or SUBJECT in known.superclasses.get(t, ()) for t in term.types)


def _is(term: Term, known: Vocabulary, name: str) -> bool:
    cls = str(ZY[name])
    return any(t == cls or cls in known.superclasses.get(t, ()) for t in term.types)
