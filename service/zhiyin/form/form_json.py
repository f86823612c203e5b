"""The form of a tier as plain JSON: what the page ``/declare`` and other programs ask a company for."""

from __future__ import annotations

from zhiyin.form import workbook_layout as layout
from zhiyin.form.clauses import clauses_of, section_titles, subsection_titles
from zhiyin.form.context import CONTEXT_IRI
from zhiyin.form.form import COMPANY, Form, form
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term
from zhiyin.model import Obligation
from zhiyin.standards import XSD

_KINDS = {XSD + "boolean": "boolean", XSD + "integer": "integer", XSD + "decimal": "decimal", XSD + "date": "date"}


@once
def form_json(rules: Rules, tier: int) -> dict[str, object]:
    """Return the form: facts, things, practices, tasks, records and the clauses that need them, in the form's order."""
    chosen = form(rules, tier)
    known = rules.vocabulary.terms
    return {
        "tier": tier,
        "context": CONTEXT_IRI,
        "conformsTo": rules.edition.vocabulary,
        "sections": [{"number": number, "title": title} for number, title in section_titles(rules, tier).items()],
        "subsections": [{"number": number, "title": title} for number, title in subsection_titles(rules, tier).items()],
        "clauses": {
            clause.number: {"text": clause.text, "obligation": str(clause.obligation), "section": clause.section}
            for clause in clauses_of(rules, tier).values()
        },
        "company": [_field(term, chosen) for term in chosen.company],
        "things": [
            {
                "key": sheet.cls.local,
                "iri": sheet.cls.iri,
                "label": sheet.cls.label.zh,
                "labelEn": sheet.cls.label.en,
                "comment": sheet.cls.comment.zh,
                "commentEn": sheet.cls.comment.en,
                "link": sheet.link.local,
                "linkIri": sheet.link.iri,
                "owner": None if sheet.owner == COMPANY else known[sheet.owner].local,
                "mustBeComplete": layout.must_be_complete(chosen, sheet),
                "listedByOwner": bool(
                    next(
                        (o for o in chosen.sheets if o.cls.iri == sheet.owner and layout.nested_lists(chosen, o)), None
                    )
                ),
                "fields": [_field(term, chosen) for term in sheet.columns],
            }
            for sheet in chosen.sheets
        ],
        "practices": [_subject(term, chosen) for term in chosen.practices],
        "prohibitions": [_subject(term, chosen) for term in chosen.prohibitions],
        "tasks": [
            {**_subject(term, chosen), "ownInterval": term.iri in chosen.interval_tasks} for term in chosen.tasks
        ],
        "records": [_subject(term, chosen) for term in chosen.records],
    }


def _field(term: Term, chosen: Form) -> dict[str, object]:
    known = chosen.vocabulary
    body = _labelled(term, chosen)
    body["many"] = not term.functional
    body["unit"] = layout.unit_of(term, known)
    if term.kind == "object" and known.is_enumeration(term.range):
        body["kind"] = "choice"
        body["choices"] = [
            {"key": t.local, "iri": t.iri, "label": t.label.zh, "labelEn": t.label.en}
            for t in known.individuals_of(term.range)
        ]
    elif term.kind == "object":
        body["kind"], body["of"] = "reference", known.terms[term.range].local
    else:
        body["kind"] = _KINDS.get(term.range, "text")
        if names := layout.suggested(term):
            body["suggestions"] = names
    if term.minimum is not None:
        body["minimum"] = str(term.minimum)
    if term.maximum is not None:
        body["maximum"] = str(term.maximum)
    return body


def _subject(term: Term, chosen: Form) -> dict[str, object]:
    body = _labelled(term, chosen)
    of = term.practice_of[0] if term.practice_of and COMPANY not in term.practice_of else COMPANY
    body["of"] = None if of == COMPANY else chosen.vocabulary.terms[of].local
    return body


def _labelled(term: Term, chosen: Form) -> dict[str, object]:
    known = clauses_of(chosen.rules, chosen.tier)
    own = [number for number in term.needed_by if number in known]
    return {
        "key": term.local,
        "iri": term.iri,
        "label": term.label.zh,
        "labelEn": term.label.en,
        "comment": term.comment.zh,
        "commentEn": term.comment.en,
        "clauses": list(term.needed_by),
        "section": known[own[0]].section if own else "",
        "subsection": known[own[0]].subsection if own else "",
        "required": any(known[number].obligation is Obligation.MANDATORY for number in own),
    }
