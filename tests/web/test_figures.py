"""The ladder of a duty's figures: every threshold stands in it once, and a rung that differs from the one below says so."""

from __future__ import annotations

from zhiyin.services import Services
from zhiyin.web.figures import ladders


def test_every_threshold_of_the_graph_stands_once(services: Services) -> None:
    catalogue = services.catalogue
    shown = 0
    for family in catalogue.families.values():
        members = [catalogue.clauses[n] for n in family.members]
        expected = sorted((m.number, t.id) for m in members for t in m.thresholds)
        rungs = [r for ladder in ladders(members, tuple(catalogue.tiers)) for r in ladder.rungs if r is not None]
        assert sorted((r.clause, r.threshold.id) for r in rungs) == expected
        for ladder in ladders(members, tuple(catalogue.tiers)):
            for tier, rung in enumerate(ladder.rungs, 1):
                assert rung is None or catalogue.clauses[rung.clause].tier == tier
                assert rung is None or 0 <= rung.share <= 100
        shown += len(expected)
    assert shown == sum(len(c.thresholds) for c in catalogue.clauses.values()) > 200


def test_a_changed_figure_is_marked(services: Services) -> None:
    catalogue = services.catalogue
    members = [catalogue.clauses[n] for n in catalogue.families[catalogue.clauses["4.2.1.2"].family].members]
    (ladder,) = ladders(members, tuple(catalogue.tiers))
    assert [(r.value, r.sign, r.changed) for r in ladder.rungs if r] == [
        ("300", "≥", False),
        ("300", "≥", False),
        ("500", "≥", True),
        ("500", "≥", False),
    ]
