"""The forms to fill in for a tier: Turtle and JSON-LD with every term explained, and the Excel workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator

from zhiyin.form.context import CONTEXT_IRI
from zhiyin.form.form import COMPANY, Form, Sheet, form
from zhiyin.form.workbook_layout import XLSX_MEDIA_TYPE, nested_lists
from zhiyin.law.rules import Rules
from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.model import tier_name
from zhiyin.namespaces import PREFIXES, ZY, compact
from zhiyin.standards import XSD

TEMPLATE_FORMATS = ("ttl", "jsonld", "xlsx")
_EXAMPLE = "https://example.org/futures/my-company"


def template(rules: Rules, tier: int, syntax: str) -> tuple[bytes, str]:
    """Return the blank form of ``tier`` in ``syntax`` (one of TEMPLATE_FORMATS) and its media type."""
    if syntax == "xlsx":
        from zhiyin.form.workbook_writer import form_workbook

        return form_workbook(rules, tier), XLSX_MEDIA_TYPE
    if syntax == "jsonld":
        document = json.dumps(_json(form(rules, tier)), ensure_ascii=False, indent=2)
        return document.encode() + b"\n", "application/ld+json; charset=utf-8"
    return _turtle(form(rules, tier)).encode(), "text/turtle; charset=utf-8"


def _turtle(chosen: Form) -> str:
    used = ("dcterms", "practice", "xsd", "zy")
    head = [f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in used]
    head += [
        "",
        f"# 《期货公司信息技术管理指引》{tier_name(chosen.tier)}自述模板 · self-description template, tier {chosen.tier}",
        "# 去掉行首的“# ”并填值；不知道的留着不动，即“未声明”。没有的写 false。人员写代号。",
        "# Uncomment and fill in; what stays commented is undeclared. Say false for what there is not.",
        "",
        f"<{_EXAMPLE}/self-description>",
        "    a zy:SelfDescription ;",
        f"    zy:describes <{_EXAMPLE}> ;",
        f"    dcterms:conformsTo <{chosen.rules.edition.vocabulary}> ;",
        f"    zy:claimedTier {chosen.tier} ;",
        '    # zy:asOf "2026-01-01"^^xsd:date ;',
        '    # zy:submitterRole "" ;',
        ".",
        "",
        f"<{_EXAMPLE}>",
        "    a zy:Company ;",
    ]
    head += [f"    {line}" for term in chosen.company for line in _statement(term, chosen.vocabulary)]
    for term in chosen.lists:
        head += [f"    # zy:listsAll {compact(term.iri)} ;  # {term.label.zh}已列全 · all listed"]
    head += ["."]
    for sheet in chosen.sheets:
        head += ["", *_thing(chosen, sheet)]
    head += ["", "# 做法与文件 · practices and documents", ""]
    for term in (*chosen.practices, *chosen.prohibitions):
        head += [*_explained(term), *_attestation(term)]
    head += ["", "# 定期工作 · dated activities", ""]
    for term in chosen.tasks:
        interval = " ; zy:statedIntervalDays 0" if term.iri in chosen.interval_tasks else ""
        head += [
            *_explained(term),
            f'# <{_EXAMPLE}> zy:activity [ zy:about {compact(term.iri)} ; zy:lastConductedOn "2026-01-01"^^xsd:date{interval} ] .',
        ]
    head += [
        "",
        "# 保存期限 · retention periods（zy:periodDays、zy:periodMonths、zy:periodYears 写一种 · one of them）",
        "",
    ]
    for term in chosen.records:
        head += [
            *_explained(term),
            f"# <{_EXAMPLE}> zy:retention [ zy:about {compact(term.iri)} ; zy:periodMonths 0 ] .",
        ]
    return "\n".join(head) + "\n"


def _statement(term: Term, known: Vocabulary) -> Iterator[str]:
    yield f"# {_explanation(term)}"
    yield f"# {compact(term.iri)} {_placeholder(term, known)} ;"


def _thing(chosen: Form, sheet: Sheet) -> Iterator[str]:
    owner = "" if sheet.owner == COMPANY else "（属于上一级的某一项）"
    yield f"# {sheet.cls.label.zh} · {sheet.cls.label.en}{owner}：{sheet.cls.comment.zh}"
    node = f"<{_EXAMPLE}/{sheet.cls.local}/1>"
    holder = (
        f"<{_EXAMPLE}>" if sheet.owner == COMPANY else f"<{_EXAMPLE}/{chosen.vocabulary.terms[sheet.owner].local}/1>"
    )
    yield f"# {holder} {compact(sheet.link.iri)} {node} ."
    yield f"# {node}"
    yield f"#     a {compact(sheet.cls.iri)} ;"
    for term in sheet.columns:
        yield f"#     # {_explanation(term)}"
        yield f"#     {compact(term.iri)} {_placeholder(term, chosen.vocabulary)} ;"
    for _, inner in nested_lists(chosen, sheet):
        yield f"#     zy:listsAll {compact(inner.link.iri)} ;  # 该项的“{inner.cls.label.zh}”已列全 · all listed"
    yield "# ."


def _attestation(term: Term) -> Iterator[str]:
    subject = f"<{_EXAMPLE}>" if COMPANY in term.practice_of or not term.practice_of else f"<{_EXAMPLE}/…>"
    if str(ZY.ProhibitedPractice) in term.types:
        yield f"# {subject} zy:attestation [ zy:about {compact(term.iri)} ; zy:holds false ] ."
        return
    yield (
        f"# {subject} zy:attestation [ zy:about {compact(term.iri)} ; zy:holds true ; zy:evidence [ "
        'dcterms:title "" ; dcterms:identifier "" ; dcterms:issued "2026-01-01"^^xsd:date ; zy:responsibleRole "" ] ] .'
    )


def _explained(term: Term) -> list[str]:
    return [f"# {_explanation(term)}"]


def _explanation(term: Term) -> str:
    clauses = f" [{', '.join(term.needed_by)}]" if term.needed_by else ""
    return f"{term.label.zh} · {term.label.en}：{term.comment.zh}{clauses}".replace("\n", " ")


def _placeholder(term: Term, known: Vocabulary) -> str:
    if term.kind == "object":
        if known.is_enumeration(term.range):
            return " | ".join(compact(t.iri) for t in known.individuals_of(term.range))
        return "<…>"
    return {
        XSD + "boolean": "true",
        XSD + "integer": "0",
        XSD + "decimal": "0.0",
        XSD + "date": '"2026-01-01"^^xsd:date',
    }.get(term.range, '""')


def _json(chosen: Form) -> dict[str, object]:
    company: dict[str, object] = {"id": _EXAMPLE, "type": "Company"}
    company |= {term.local: None for term in chosen.company}
    company["listsAll"] = []
    nested = {sheet.cls.iri: _blank(chosen, sheet) for sheet in chosen.sheets}
    for sheet in chosen.sheets:
        if nested_lists(chosen, sheet):
            nested[sheet.cls.iri]["listsAll"] = []
    for sheet in chosen.sheets:
        holder = company if sheet.owner == COMPANY else nested[sheet.owner]
        holder[sheet.link.local] = []
    for sheet in chosen.sheets:
        holder = company if sheet.owner == COMPANY else nested[sheet.owner]
        holder[sheet.link.local] = [nested[sheet.cls.iri]]
    company |= _statements(chosen, COMPANY)
    return {
        "@context": CONTEXT_IRI,
        "id": _EXAMPLE + "/self-description",
        "type": "SelfDescription",
        "conformsTo": chosen.rules.edition.vocabulary,
        "claimedTier": chosen.tier,
        "asOf": None,
        "submitterRole": None,
        "describes": company,
    }


def _statements(chosen: Form, cls: str) -> dict[str, object]:
    """Return the slots for what is stated of things of ``cls``: practices with their documents, work, retention."""

    def of(terms: tuple[Term, ...]) -> list[Term]:
        return [t for t in terms if cls in (t.practice_of or (COMPANY,))]

    evidence = {"title": None, "identifier": None, "issued": None, "responsibleRole": None, "sha256": None}
    practices: list[dict[str, object]] = [
        {"about": t.local, "holds": None, "evidence": dict(evidence)} for t in of(chosen.practices)
    ]
    practices += [{"about": t.local, "holds": None} for t in of(chosen.prohibitions)]
    tasks = [
        {"about": t.local, "lastConductedOn": None}
        | ({"statedIntervalDays": None} if t.iri in chosen.interval_tasks else {})
        for t in of(chosen.tasks)
    ]
    records = [
        {"about": t.local, "periodDays": None, "periodMonths": None, "periodYears": None} for t in of(chosen.records)
    ]
    slots = {"attestation": practices, "activity": tasks, "retention": records}
    return {key: entries for key, entries in slots.items() if entries}


def _blank(chosen: Form, sheet: Sheet) -> dict[str, object]:
    """Return the slots of one thing, with a name by which others can refer to it."""
    named: dict[str, object] = {"id": f"{_EXAMPLE}/{sheet.cls.local}/1", "type": sheet.cls.local}
    return named | {term.local: None for term in sheet.columns} | _statements(chosen, sheet.cls.iri)
