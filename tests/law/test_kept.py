"""What is made of a value of the law is made once for it, and goes with it: the law of a what-if leaves nothing behind."""

from __future__ import annotations

import gc
import weakref
from datetime import date

from zhiyin import resources
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.desk.overlay import as_turtle, laid_over
from zhiyin.desk.rule_figures import changed_figures, figures
from zhiyin.validation.engine import prepared


def test_the_law_of_a_what_if_goes_when_it_is_done() -> None:
    own = rules()
    figure = next(f for f in figures(own.shapes) if "5.1.1.3" in f.clauses)
    company = resources.path("data/companies/tier-4-complete.ttl").read_bytes()
    law = laid_over(own, as_turtle(changed_figures(own.shapes, [(figure.shape, figure.index, "999")])))
    judgement = judge_bytes(company, law, Asked(date(2026, 6, 30)))
    assert judgement.rules is law
    left: list[weakref.ref[object]] = [weakref.ref(law), weakref.ref(law.shapes), weakref.ref(prepared(law.shapes))]
    assert prepared(law.shapes) is not prepared(own.shapes)
    del law, judgement
    gc.collect()
    assert [each() for each in left] == [None, None, None]
    assert prepared(own.shapes) is prepared(own.shapes)
