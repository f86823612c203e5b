"""The number of tiers, chapters and headings is the edition's own: one of five tiers beside the shipped one of four."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from tests.composition.five_tiers import DESCRIPTION, VOCABULARY, text_of_five
from tests.invented_edition import following, sample
from werkzeug.test import Client

from zhiyin.cli import cli
from zhiyin.composition import BuiltGraph
from zhiyin.composition.drafting import write_edition
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.revising import described, revise
from zhiyin.composition.services import open_services
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.edition import chapters_in_words
from zhiyin.errors import BadParameter, BadSubmission
from zhiyin.form.template import template
from zhiyin.guideline.revision import Decision, Kind
from zhiyin.law.outcome import Outcome
from zhiyin.model import tier_name
from zhiyin.settings import Settings
from zhiyin.validation.policy import TierStatus
from zhiyin.web.site import site_of


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, source_text: str, built: BuiltGraph) -> Path:
    """The draft that ``zhiyin revise`` makes of the text once every new clause is called new by a person."""
    edition = described(DESCRIPTION.encode(), edition="five", vocabulary=VOCABULARY, text="five.txt")
    text = text_of_five(source_text).encode()
    asked = revise(text, built.catalogue, name="five.txt", edition=edition)
    decided = tuple(Decision(m.new.number, None, Kind.NEW) for m in asked.undecided if m.new is not None)
    assert len(decided) == 209
    root = tmp_path_factory.mktemp("five")
    drafted = revise(text, built.catalogue, name="five.txt", edition=edition, decisions=decided)
    write_edition(drafted, root / "futures-it" / "five")
    return root


@pytest.fixture(autouse=True)
def known(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIYIN_EDITIONS", str(folder))
        rules.cache_clear()
        yield
    rules.cache_clear()


def claiming(tier: int) -> bytes:
    data = following(sample("tier-4-complete.ttl"), VOCABULARY)
    return re.sub(rb"zy:claimedTier \d", f"zy:claimedTier {tier}".encode(), data)


def test_the_law_has_the_tiers_of_its_edition() -> None:
    law = rules(VOCABULARY)
    assert list(law.edition.tiers) == [1, 2, 3, 4, 5]
    assert [len(law.of_tier(tier)) for tier in law.edition.tiers] == [177, 183, 202, 209, 209]
    assert tier_name(5) == "五类"
    words = chapters_in_words(law.edition.tier_chapters)
    assert (words.zh, words.en) == ("2 至 6 对应一类至五类", "2 to 6 are tiers 1 to 5")
    assert law.vocabulary.terms["https://w3id.org/zhiyin/ontology#claimedTier"].maximum == 5
    assert rules().vocabulary.terms["https://w3id.org/zhiyin/ontology#claimedTier"].maximum == 4


def test_a_firm_of_the_fifth_tier_is_judged_by_its_chapter() -> None:
    verdict = judge_bytes(claiming(5), rules(), Asked(CHECK_DATE)).verdicts[0]
    assert (verdict.assessed_tier, verdict.achieved_tier) == (5, 4)
    assert list(verdict.statuses) == [1, 2, 3, 4, 5]
    assert {clause.requirement.number.partition(".")[0] for clause in verdict.clauses} == {"6"}
    # What asks only of the whole duty cannot know a figure of the new tier: undeclared until shapes name its clauses.
    assert {clause.outcome for clause in verdict.clauses} == {Outcome.UNDECLARED}
    assert verdict.status is TierStatus.UNDETERMINED


@pytest.mark.parametrize(
    "data", [claiming(6), re.sub(rb"claimedTier \d", b"claimedTier 5", sample("no-generator.ttl"))]
)
def test_a_tier_that_the_edition_lacks_is_refused(data: bytes) -> None:
    with pytest.raises(BadSubmission):
        judge_bytes(data, rules(), Asked(CHECK_DATE))


def test_a_tier_asked_for_that_the_edition_lacks_is_refused() -> None:
    with pytest.raises(BadParameter, match="4"):
        judge_bytes(sample("tier-4-complete.ttl"), rules(), Asked(CHECK_DATE, tier=5))


def test_form_and_shapes_of_the_fifth_tier() -> None:
    data, _ = template(rules(VOCABULARY), 5, "xlsx")
    book = load_workbook(io.BytesIO(data))
    rows = {str(row[0]): row for sheet in book for row in sheet.iter_rows(values_only=True) if row and row[0]}
    claimed = next(row for label, row in rows.items() if label.startswith("申报类别"))
    assert claimed[1] == 5
    assert "1、2、3、4、5" in claimed
    runner = CliRunner()
    for tier in ("4", "5"):
        shapes = runner.invoke(cli, ["shapes", "--tier", tier, "--edition", "five"])
        assert shapes.exit_code == 0, shapes.output
        assert ("/futures-it/five/clause/" in shapes.output) is (tier == "4")
    refused = runner.invoke(cli, ["shapes", "--tier", "5"])
    assert isinstance(refused.exception, BadParameter)


@pytest.mark.skipif("ZHIYIN_FIVE_TIERS" not in os.environ, reason="half a minute of reasoning over the fifth tier")
def test_pages_and_answers_of_the_fifth_tier() -> None:
    services = open_services(Settings(access_log=False))
    try:
        site = Client(site_of(services), use_cookies=False)

        def told(address: str) -> str:
            response = site.get(address, headers={"Accept": "text/html" if "/api/" not in address else "*/*"})
            assert response.status_code == 200, (address, response.get_data(as_text=True)[:300])
            return response.get_data(as_text=True)

        assert [t["tier"] for t in site.get("/api/tiers?edition=five").get_json()["items"]] == [1, 2, 3, 4, 5]
        assert site.get("/api/clauses?tier=5").status_code == 400
        assert site.get("/api/clauses?tier=5&edition=five").get_json()["total"] == 209
        assert "五类" in told("/?edition=five")
        assert "五类" not in told("/")
        assert "6.2.1.2" in told("/browse?tier=5&edition=five")
        assert "章号 2 至 6 对应一类至五类" in told("/browse?tier=5&edition=five")
        assert "从四类到五类" in told("/compare?from=4&to=5&edition=five")
        assert "五类" in told("/clauses/6.2.1.2?edition=five")
        assert "五类" in told("/declare?tier=5&edition=five")
        assert "五类" in told("/validate")
        for question, clause in (("五类机房承重多少", "6.2.1.2"), ("最高一档的机房承重多少", "6.2.1.2")):
            answer = site.get(f"/api/ask?q={question}&edition=five").get_json()
            assert clause in answer["clauses"], answer
        assert "五类" in site.get("/api/ask?q=五类机房承重多少").get_json()["reason"]
        cited = {"text": "《指引》第6.2.1.2条要求五类公司的机房承重不少于500公斤/平方米。指引分为五类。"}
        for query, expected in (("", "figure-differs"), ("?edition=five", "holds")):
            checked = site.post(f"/api/cite-check{query}", json=cited).get_json()["statements"]
            assert ({s["verdict"] for s in checked} == {"holds"}) is (expected == "holds"), checked
        hits = site.get("/api/search?q=五类 机房承重&edition=five").get_json()["hits"]
        assert {hit["tier"] for hit in hits} == {5}
        facets = site.get("/api/search?q=机房&edition=five&collapse=none").get_json()["facets"]["tier"]
        assert [facet["value"] for facet in facets] == [1, 2, 3, 4, 5]
        posted = site.post(
            "/api/validate?date=2026-06-30", data=claiming(5), headers={"Content-Type": "text/turtle"}
        ).get_json()
        assert posted["verdicts"][0]["assessedTier"] == 5
        counts = site.get("/api/queries/counts_by_tier?edition=five&format=json").get_json()["results"]["bindings"]
        assert [row["clauses"]["value"] for row in counts] == ["177", "183", "202", "209", "209"]
    finally:
        services.sparql.close()
