"""Beside each finding stand the facts that it asks for or rests on, in the words of the vocabulary."""

from __future__ import annotations

from tests.validation import samples

from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.web.statement import facts_of


def test_every_finding_of_a_half_filled_form_names_its_facts() -> None:
    data = (samples.folder() / "half-filled-form.xlsx").read_bytes()
    (verdict,) = judge_bytes(data, rules(), Asked(CHECK_DATE), source="form.xlsx").verdicts
    findings = [finding for clause in verdict.clauses for finding in clause.findings]
    assert len(findings) > 100
    assert [f.shape for f in findings if not facts_of(f, rules())] == []
