"""Forms: filling the Excel form with a sample's values gives the sample's verdict; templates are whole and stable."""

from __future__ import annotations

import io
import json
import re

import pytest
from tests.validation import samples
from tests.validation.conftest import Judging
from tests.validation.samples import SAMPLES, Sample
from tests.validation.turtle_writer import turtle

from zhiyin.composition.judging import rules
from zhiyin.form import workbook_layout as layout
from zhiyin.form.form import form
from zhiyin.form.template import TEMPLATE_FORMATS, template
from zhiyin.form.workbook_writer import form_workbook
from zhiyin.intake.reading import read_any
from zhiyin.namespaces import ZY
from zhiyin.validation.judgement import Judgement


def outcomes(judgement: Judgement) -> object:
    verdict = judgement.verdicts[0]
    return (
        verdict.company,
        verdict.name,
        verdict.credit_code,
        verdict.as_of,
        verdict.declared_tier,
        verdict.status,
        dict(verdict.statuses),
        {c.requirement.number: c.outcome for c in verdict.clauses if c.outcome != "satisfied"},
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.slug)
def test_the_filled_form_gives_the_verdict_of_the_turtle(sample: Sample, judged: Judging) -> None:
    triples = samples.facts(sample)
    direct = samples.judged(sample, samples.written(sample)) if sample.syntax == "ttl" else None
    filled = judged(form_workbook(rules(), 4, triples), "form.xlsx")
    plain = judged(turtle(triples, [], company=sample.slug).encode())
    assert outcomes(filled) == outcomes(direct or plain)
    assert [f for c in filled.verdicts[0].clauses for f in c.findings if f.node == ""] == []


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_the_form_of_a_lower_tier_holds_what_that_tier_needs(tier: int, judged: Judging) -> None:
    sample = next(s for s in SAMPLES if s.slug == f"tier-{tier}-complete")
    verdict = judged(form_workbook(rules(), tier, samples.facts(sample)), "form.xlsx").verdicts[0]
    assert verdict.assessed_tier == tier
    assert {c.requirement.number: c.outcome for c in verdict.clauses if c.outcome != "satisfied"} == {}
    assert verdict.achieved_tier == tier


def test_findings_of_a_form_name_sheet_and_cell(judged: Judging) -> None:
    from zhiyin.report.verdict_json import judgement_json

    sample = next(s for s in SAMPLES if s.slug == "ups-too-short")
    judgement = judged(form_workbook(rules(), 4, samples.facts(sample)), "form.xlsx")
    document = json.loads(json.dumps(judgement_json(judgement), default=str))
    clause = next(c for c in document["verdicts"][0]["clauses"] if c["number"] == "2.2.2.2")
    place = clause["findings"][0]["place"]
    assert place["sheet"]
    assert place["cell"]


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
@pytest.mark.parametrize("syntax", TEMPLATE_FORMATS)
def test_a_template_is_stable_and_blank(tier: int, syntax: str, judged: Judging) -> None:
    first, media_type = template(rules(), tier, syntax)
    assert template(rules(), tier, syntax) == (first, media_type)
    suffix = {"ttl": ".ttl", "jsonld": ".jsonld", "xlsx": ".xlsx"}[syntax]
    if syntax == "xlsx":
        return
    judgement = judged(first, f"template{suffix}", media_type=media_type)
    verdict = judgement.verdicts[0]
    assert verdict.assessed_tier == tier
    assert verdict.summary()["violated"] == 0, "a blank form breaks no rule"
    assert verdict.summary()["undeclared"] > 100
    assert judgement.unknown == ()


def test_the_blank_excel_form_says_nothing(judged: Judging) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(form_workbook(rules(), 3)))
    company = book["公司"]
    rows = {str(company.cell(row, 1).value): row for row in range(2, company.max_row + 1)}
    company.cell(rows["公司标识"], 2, "https://example.org/futures/blank")
    filled = io.BytesIO()
    book.save(filled)
    verdict = judged(filled.getvalue(), "form.xlsx", tier=3).verdicts[0]
    assert verdict.summary()["violated"] == 0
    assert verdict.summary()["undeclared"] > 100


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_form_cites_the_clauses_of_its_tier(tier: int) -> None:
    """What only a lower tier asks for cites that tier's clause: the UPS rule of tier 1 has none above it."""
    asked = form(rules(), tier)
    terms = [*asked.company, *(c for s in asked.sheets for c in s.columns), *asked.practices, *asked.tasks]
    chapters = {term.local: {number[0] for number in term.needed_by} for term in terms if term.needed_by}
    foreign = {name for name, found in chapters.items() if str(tier + 1) not in found}
    assert all(max(chapters[name]) <= str(tier + 1) for name in foreign)
    assert len(foreign) < 12
    assert len(chapters) > 200


def test_units_are_written_in_chinese() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(form_workbook(rules(), 4, [])))
    titles = [str(cell.value) for sheet in book for cell in sheet[layout.HEADER_ROW] if cell.value]
    column = layout.COMPANY_COLUMNS.index("单位")
    units = {str(row[column].value) for row in book["公司"].iter_rows(min_row=2) if row[column].value}
    assert {"人", "元", "天"} & units
    assert not any(re.search(r"[A-Z]{3}|#", unit) for unit in units)
    assert not any(re.search(r"（[A-Za-z_#]{3,}）", title) for title in titles)


@pytest.mark.parametrize("tier", [1, 2, 3, 4])
def test_the_form_asks_for_facts_never_for_clauses(tier: int) -> None:
    """No row and no column of the form is a clause to be answered with yes or no."""
    from openpyxl import load_workbook

    asked = form(rules(), tier)
    terms = [*asked.company, *(c for s in asked.sheets for c in s.columns), *asked.practices, *asked.tasks]
    assert not [t.iri for t in terms if "/id/clause/" in t.iri]
    book = load_workbook(io.BytesIO(form_workbook(rules(), tier)))
    asking = [sheet for sheet in book if sheet.title not in layout.UNREAD]
    named = {str(cell.value) for sheet in asking for row in sheet.iter_rows(max_col=2) for cell in row if cell.value}
    assert not [name for name in named if name.count(".") == 3 and name.replace(".", "").isdigit()]
    assert len(named) > 100


def test_a_form_of_every_tier_holds_every_term_its_shapes_use() -> None:
    from zhiyin.form.form import terms_used

    known = rules().vocabulary
    missing: dict[int, list[str]] = {}
    for tier in (1, 2, 3, 4):
        asked = form(rules(), tier)
        offered = {t.iri for t in asked.company} | {t.iri for s in asked.sheets for t in (*s.columns, s.link, s.cls)}
        offered |= {t.iri for t in (*asked.practices, *asked.prohibitions, *asked.tasks, *asked.records, *asked.lists)}
        common = {"Attestation", "Activity", "Retention", "Evidence", "SelfDescription", "Assessment", "CutOff"}
        used, _ = terms_used(rules(), tier)
        missing[tier] = sorted(
            t.local
            for iri in used
            if (t := known.terms.get(iri)) is not None
            and iri not in offered
            and t.kind in ("datatype", "object")
            and not {d.rpartition("#")[2] for d in t.domains} & common
            and t.local != "listsAll"
        )
    assert missing == {tier: ["activity", "attestation", "retention"] for tier in (1, 2, 3, 4)}


def test_json_and_turtle_of_one_company_read_alike() -> None:
    sample = next(s for s in SAMPLES if s.syntax == "jsonld")
    stated = {
        str(t) for t in read_any(samples.written(sample), rules(), source="a.jsonld").triples if "_:" not in str(t)
    }
    direct = {str(t) for t in samples.facts(sample) if "_:" not in str(t)}
    assert stated == direct


def test_what_is_not_filled_in_is_named_by_its_cell(judged: Judging) -> None:
    judgement = judged((samples.folder() / "half-filled-form.xlsx").read_bytes(), "half-filled-form.xlsx")
    company = judgement.verdicts[0].company
    findings = [f for c in judgement.verdicts[0].clauses for f in c.findings if f.outcome == "undeclared"]
    of_company = [f for f in findings if f.node == company and (f.about or f.path.startswith(str(ZY)))]
    named = [f for f in of_company if (place := judgement.place_of(f)) is not None and place.sheet and place.cell]
    assert len(of_company) > 20
    assert len(named) >= 0.8 * len(of_company)
