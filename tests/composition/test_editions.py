"""Two editions at once: the shipped one and a plainly invented next one, each judged and stored by its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from openpyxl import load_workbook
from tests.guideline.invented_revision import INSERTED, revised_text
from tests.invented_edition import DECISIONS, NEXT, following, revised, sample

from zhiyin import composition
from zhiyin.cli.revise import COLUMNS, TOUCHED_COLUMNS
from zhiyin.composition import Assembly, BuiltGraph
from zhiyin.composition.blank_forms import blank_form
from zhiyin.composition.drafting import write_edition
from zhiyin.composition.editions import EditionFiles, editions, shipped
from zhiyin.composition.judging import Asked, judge_bytes, rules
from zhiyin.composition.renewal import renewed
from zhiyin.composition.revising import described, read_decisions
from zhiyin.composition.trial import CHECK_DATE
from zhiyin.errors import BadRequest, BadSubmission, OntologyError, Place
from zhiyin.graph.nquads import write_nquads
from zhiyin.guideline.revision import Decision, Kind
from zhiyin.intake.rulings import read_rulings
from zhiyin.law.outcome import Outcome
from zhiyin.namespaces import CLAUSE, SECTION, TIER, names_of
from zhiyin.report.outputs import OUTPUTS, render


@pytest.fixture(scope="module")
def folder(next_edition: Path) -> Path:
    """The draft of the invented edition, as ``zhiyin revise --write`` leaves it."""
    return next_edition / "futures-it" / "next"


@pytest.fixture
def known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EditionFiles]:
    monkeypatch.setenv("ZHIYIN_EDITIONS", str(folder.parents[1]))
    rules.cache_clear()
    yield editions()[NEXT]
    rules.cache_clear()


@pytest.fixture(scope="module")
def second(folder: Path) -> Assembly:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIYIN_EDITIONS", str(folder.parents[1]))
        return composition.assemble(edition=editions()[NEXT])


def test_with_one_edition_nothing_shows() -> None:
    assert list(editions().values()) == [shipped()]


def test_a_draft_is_not_written_while_anything_is_undecided(
    source_text: str, built: BuiltGraph, tmp_path: Path
) -> None:
    with pytest.raises(BadRequest, match=r"5\.2\.1\.7"):
        write_edition(revised(revised_text(source_text), built), tmp_path / "draft")
    assert not (tmp_path / "draft").exists()


def test_nothing_is_written_over(folder: Path, source_text: str, built: BuiltGraph) -> None:
    with pytest.raises(BadRequest):
        write_edition(revised(revised_text(source_text), built, DECISIONS), folder)


def test_the_second_edition_has_its_own_counts(second: Assembly) -> None:
    assert len(second.text.requirements) == 771 + len(INSERTED) - 4
    assert {step.tier for step in second.steps} == {1, 2, 3, 4}
    assert len(second.steps) == len(second.text.requirements)


def test_both_stand_in_one_store_without_a_clash(second: Assembly, assembly: Assembly) -> None:
    names = names_of("futures-it", "next")
    store = ox.Store()
    for graph, own in ((assembly.asserted, names_of("futures-it", "")), (second.asserted, names)):
        store.load(write_nquads(graph, (), own).encode(), format=ox.RdfFormat.N_QUADS)
    texts = store.query(
        "PREFIX zy: <https://w3id.org/zhiyin/ontology#> SELECT ?c (COUNT(DISTINCT ?t) AS ?n) WHERE "
        "{ GRAPH ?g { ?c a zy:Requirement ; zy:text ?t } } GROUP BY ?c"
    )
    assert isinstance(texts, ox.QuerySolutions)
    rows = [(row["c"].value, int(row["n"].value)) for row in texts]
    assert {count for _, count in rows} == {1}
    assert sum(iri.startswith(str(names.clause)) for iri, _ in rows) == 770
    assert sum(iri.startswith(str(CLAUSE)) for iri, _ in rows) == 771


def test_what_the_second_edition_makes_is_not_the_first_ones(second: Assembly) -> None:
    """Forced through the first edition's names, a second text would say other things of the same IRIs."""
    made = [text for name, text in second.generated.items() if "chapter" in name]
    first = (str(CLAUSE), str(SECTION), str(TIER))
    assert made
    assert not any(f"<{namespace}>" in text for text in made for namespace in first)


def test_each_submission_is_judged_by_the_edition_it_follows(known: EditionFiles) -> None:
    data = sample("tier-4-complete.ttl")
    old = judge_bytes(data, rules(), Asked(CHECK_DATE))
    new = judge_bytes(following(data, NEXT), rules(), Asked(CHECK_DATE))
    assert (old.rules.edition.id, new.rules.edition.id) == ("", "next")
    by_number = {c.requirement.number: c for c in new.verdicts[0].clauses}
    assert len(by_number) == 209 + 2 - 1
    assert by_number["5.3.2.5"].outcome is Outcome.UNDECLARED, "a new duty has no shape yet: never satisfied"
    told = {number: c.outcome for number, c in by_number.items() if c.outcome is not Outcome.SATISFIED}
    assert set(told) >= {"5.3.2.5", "5.7.4.4"}


@pytest.mark.parametrize(
    ("path", "clause", "value", "old", "new"),
    [
        ("recoveryTimeHours", "5.6.2.9", "12", Outcome.SATISFIED, Outcome.VIOLATED),
        ("recoveryTimeHours", "5.6.2.9", "8", Outcome.SATISFIED, Outcome.SATISFIED),
        ("floorLoadKgPerM2", "5.2.1.2", "500", Outcome.SATISFIED, Outcome.VIOLATED),
        ("floorLoadKgPerM2", "5.2.1.2", "600", Outcome.SATISFIED, Outcome.SATISFIED),
        ("floorLoadKgPerM2", "5.2.1.2", "499", Outcome.VIOLATED, Outcome.VIOLATED),
    ],
)
def test_a_changed_figure_binds_in_its_own_edition_alone(
    known: EditionFiles, path: str, clause: str, value: str, old: Outcome, new: Outcome
) -> None:
    import re

    text = sample("tier-4-complete.ttl").decode()
    changed, count = re.subn(rf"zy:{path} [\d.]+", f"zy:{path} {value}", text)
    assert count
    for data, expected in ((changed.encode(), old), (following(changed.encode(), NEXT), new)):
        judged = judge_bytes(data, rules(), Asked(CHECK_DATE))
        (found,) = [c.outcome for c in judged.verdicts[0].clauses if c.requirement.number == clause]
        assert found is expected


def test_a_report_names_the_clauses_of_its_edition(known: EditionFiles) -> None:
    judged = judge_bytes(following(sample("no-generator.ttl"), NEXT), rules(), Asked(CHECK_DATE))
    text = render(judged, OUTPUTS["nt"]).decode()
    assert str(names_of("futures-it", "next").clause) in text
    assert f"<{CLAUSE}" not in text


RULING = """@prefix zy: <https://w3id.org/zhiyin/ontology#> .
<urn:r> a zy:Determination ; zy:ofCompany <https://w3id.org/zhiyin/id/org/{code}> ; zy:ofClause {clause} ;
    zy:ruling zy:Satisfied ; zy:determinedBy "检查岗" ; zy:determinedOn "2026-06-20" ; zy:reason "经查" .
"""


@pytest.mark.parametrize(
    ("clause", "applied"),
    [
        ("<https://w3id.org/zhiyin/id/futures-it/next/clause/{n}>", True),
        ('"{n}"', True),
        ("<https://w3id.org/zhiyin/id/clause/{n}>", False),
        ("<https://w3id.org/zhiyin/id/futures-it/2099/clause/{n}>", False),
    ],
)
def test_a_ruling_settles_the_clause_of_the_edition_that_it_names(
    known: EditionFiles, clause: str, applied: bool
) -> None:
    data = following(sample("equivalent-isolation.ttl"), NEXT)
    plain = judge_bytes(data, rules(), Asked(CHECK_DATE)).verdicts[0]
    number = "5.4.1.3"
    assert number in {c.requirement.number for c in plain.clauses if c.outcome is Outcome.MANUAL}
    text = RULING.replace("<https://w3id.org/zhiyin/id/org/{code}>", f"<{plain.company}>")
    ruled = read_rulings(text.replace("{clause}", clause.format(n=number)).encode(), rules().vocabulary)
    judged = judge_bytes(data, rules(), Asked(CHECK_DATE, rulings=ruled))
    (found,) = [c for c in judged.verdicts[0].clauses if c.requirement.number == number]
    assert (found.outcome is Outcome.SATISFIED) is applied
    assert any("另一版本" in notice.message.zh for notice in judged.notices) is not applied


def test_an_unknown_vocabulary_is_an_error(built: BuiltGraph) -> None:
    with pytest.raises(BadSubmission, match="company/7"):
        judge_bytes(
            following(sample("tier-1-complete.ttl"), "https://w3id.org/zhiyin/ontology/company/7"),
            rules(),
            Asked(CHECK_DATE),
        )


_OWN = "https://w3id.org/zhiyin/ontology/company/1.0"
_COMPANY = "https://example.org/futures/tier-1-complete"
_VERSION = "<http://purl.org/dc/terms/conformsTo>"


def _told(data: bytes) -> tuple[str, Place]:
    with pytest.raises(BadSubmission) as told:
        judge_bytes(data, rules(), Asked(CHECK_DATE), source="f.ttl")
    assert told.value.place is not None
    return str(told.value.message), told.value.place


@pytest.mark.parametrize(
    "named",
    [
        "<https://w3id.org/zhiyin/ontology/company/9.9>",
        f"<{_OWN}> , <https://w3id.org/zhiyin/ontology/company/9.9>",
        f"<{_OWN}/>",
        '"1.0"',
        '""',
        "[]",
    ],
)
def test_a_version_that_is_not_known_is_told_with_its_line(named: str) -> None:
    """Also beside one that is: nothing is judged by a text that the sender does not name alone."""
    text = sample("tier-1-complete.ttl").decode()
    data = text.replace(f"<{_OWN}>", named)
    line = next(n for n, each in enumerate(data.splitlines(), 1) if "conformsTo" in each)
    said, place = _told(data.encode())
    assert "词汇版本" in said
    assert "vocabulary version" in said
    assert (place.node, place.line) == (f"{_COMPANY}/self-description", line)


def test_a_version_is_one_of_a_self_description() -> None:
    """Elsewhere it is told as misplaced, or as what nothing looks at: it names no text to judge by."""
    text = sample("tier-1-complete.ttl").decode()
    iso = f"{_VERSION} <https://www.iso.org/standard/27001> .\n"
    said, place = _told(f"{text}<{_COMPANY}/room/1> {iso}".encode())
    assert "自述" in said
    assert "词汇版本" not in said
    assert place.node == f"{_COMPANY}/room/1"
    alone = judge_bytes(f"{text}<urn:x-foreign> {iso}".encode(), rules(), Asked(CHECK_DATE))
    assert "urn:x-foreign" in alone.unvisited


@pytest.mark.parametrize("version", ["https://w3id.org/zhiyin/ontology/company/0.9", NEXT])
def test_a_superseded_description_names_no_text_to_judge_by(known: EditionFiles, version: str) -> None:
    text = sample("tier-1-complete.ttl").decode()
    old = f"<urn:x-old> a zy:SelfDescription ; zy:describes <{_COMPANY}> ; {_VERSION} <{version}> .\n"
    said = f"<{_COMPANY}/self-description> zy:supersedes <urn:x-old> .\n"
    judged = judge_bytes((text + old + said).encode(), rules(), Asked(CHECK_DATE))
    assert judged.rules.edition.id == ""
    assert any(notice.kind == "superseded" for notice in judged.notices)
    for stands in (
        old,  # nothing supersedes it
        old + "<urn:x-old> zy:supersedes <urn:x-old> .\n",
        old + "<urn:x-b> a zy:SelfDescription ; zy:describes <urn:x-other> ; zy:supersedes <urn:x-old> .\n",
    ):
        assert _told((text + stands).encode())[1].node == "urn:x-old"


def test_last_years_form_of_a_version_that_is_not_known_is_not_renewed() -> None:
    data = following(sample("tier-1-complete.ttl"), "https://w3id.org/zhiyin/ontology/company/9.9")
    with pytest.raises(BadSubmission, match=r"9\.9"):
        renewed(data, rules(), None, "ttl", CHECK_DATE, source="f.ttl")


@pytest.mark.parametrize(
    ("cells", "at"),
    [
        ({"D4": "follows", "E4": "https://w3id.org/zhiyin/ontology/company/9.9"}, "E4"),
        ({"D9": "follows", "E9": "https://w3id.org/zhiyin/ontology/company/9.9"}, "E9"),
        ({"D4": "follows"}, "E4"),
        ({"D4": "follows", "E4": _OWN, "D5": "follows", "E5": NEXT}, "E5"),
    ],
)
def test_a_form_that_names_no_single_version_is_refused_at_its_cell(
    known: EditionFiles, cells: dict[str, str], at: str
) -> None:
    book = load_workbook(io.BytesIO(blank_form(rules(), 1, "xlsx")[0]))
    for cell, value in cells.items():
        book["说明"][cell] = value
    held = io.BytesIO()
    book.save(held)
    with pytest.raises(BadSubmission) as told:
        judge_bytes(held.getvalue(), rules(), Asked(), source="form.xlsx")
    assert told.value.place is not None
    assert (told.value.place.sheet, told.value.place.cell) == ("说明", at)


def test_two_editions_of_one_name_are_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        place = tmp_path / "futures-it" / name
        place.mkdir(parents=True)
        (place / "edition.toml").write_bytes((folder / "edition.toml").read_bytes())
    monkeypatch.setenv("ZHIYIN_EDITIONS", str(tmp_path))
    with pytest.raises(OntologyError, match="next"):
        editions()


def test_decisions_come_from_the_list_that_was_written() -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, (*COLUMNS, *TOUCHED_COLUMNS))
    writer.writeheader()
    writer.writerow({"结论": "加强", "新条款": "5.1.2.4", "旧条款": "5.1.2.4"})
    writer.writerow({"结论": "", "新条款": "5.1.2.5", "旧条款": "5.1.2.5"})
    writer.writerow({"结论": "新出现", "新条款": "5.3.2.5", "旧条款": ""})
    found = read_decisions(("﻿" + out.getvalue()).encode())
    assert found == [Decision("5.1.2.4", "5.1.2.4", Kind.STRENGTHENED), Decision("5.3.2.5", None, Kind.NEW)]


@pytest.mark.parametrize(
    "row", ["新出现,5.3.2.5,5.3.2.4", "加强,5.3.2.5,", "待定,5.3.2.5,5.3.2.4", "大概,5.3.2.5,5.3.2.4"]
)
def test_a_decision_that_does_not_fit_is_told_with_its_line(row: str) -> None:
    with pytest.raises(BadRequest) as fault:
        read_decisions(f"结论,新条款,旧条款\n{row}\n".encode(), name="list.csv")
    assert fault.value.place.line == 2


def test_a_decision_on_what_does_not_exist_is_refused(source_text: str, built: BuiltGraph) -> None:
    with pytest.raises(BadRequest, match=r"5\.9\.9\.9"):
        revised(source_text, built, (Decision("5.9.9.9", None, Kind.NEW),))


def test_a_second_description_keeps_the_shape_of_the_first() -> None:
    assert (
        replace(
            described(b"", edition="x", vocabulary="urn:v", text="t"),
            id="",
            vocabulary=shipped().edition.vocabulary,
            text=shipped().edition.text,
        )
        == shipped().edition
    )
