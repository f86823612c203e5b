"""The ontology in the tools of its field: HermiT finds it consistent, ROBOT merges it by its catalogue, offline.

ROBOT's own report is asked of the one file that ``zhiyin build --ontology`` writes; it counts a label in each of two
languages as an error (``multiple_labels``), and finds no other.
"""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
from tests.engines.outside_engines import CannotBeHad, jars

from zhiyin import resources
from zhiyin.composition import released_ontology

ROBOT = "org.obolibrary.robot:robot-command:1.9.7"
MAIN = "org.obolibrary.robot.CommandLineInterface"
BILINGUAL = """
<https://example.org/evidence> a <https://w3id.org/zhiyin/ontology#Evidence> ;
    <http://purl.org/dc/terms/title> "岗位说明书"@zh , "Post descriptions"@en .
"""
TWO_LANGUAGES = "multiple_labels"
"""The rule of ROBOT that a bilingual ontology breaks in every term."""
FAULTS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .
zy:AnotherTier a owl:Class ; rdfs:label "类别（类）"@zh .
zy:Nameless a owl:Class ; rdfs:comment "无名"@zh .
"""


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("robot")
    try:
        jars([ROBOT], folder)
    except CannotBeHad as reason:
        pytest.skip(f"ROBOT and HermiT are not tested: {reason}")
    ontology = resources.path("ontology")
    done = robot(
        folder,
        *("--catalog", str(ontology / "catalog-v001.xml"), "merge"),
        *("--input", str(ontology / "zhiyin.ttl"), "--output", str(folder / "merged.ttl")),
    )
    assert done.returncode == 0, done.stdout[-1000:]
    return folder / "merged.ttl"


def robot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["java", "-Xmx3g", "-cp", f"{folder / 'lib'}/*", MAIN, *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=1800)


def test_hermit_finds_it_consistent(merged: Path) -> None:
    whole = merged.with_name("with-a-bilingual-title.ttl")
    whole.write_text(merged.read_text(encoding="utf-8") + BILINGUAL, encoding="utf-8")
    output = str(merged.with_name("reasoned.ttl"))
    done = robot(merged.parent, "reason", "--reasoner", "hermit", "--input", str(whole), "--output", output)
    assert done.returncode == 0, done.stdout[-1000:]


@pytest.mark.parametrize("profile", ["DL", "RL"])
def test_it_is_in_the_profile(merged: Path, profile: str) -> None:
    report = merged.with_name(f"{profile}.txt")
    done = robot(
        merged.parent, "validate-profile", "--profile", profile, "--input", str(merged), "--output", str(report)
    )
    found = report.read_text(encoding="utf-8").splitlines()[1:] if report.is_file() else []
    assert done.returncode == 0, found[:10]


def errors(folder: Path, ontology: Path) -> set[tuple[str, str]]:
    """The errors that ROBOT reports by its own profile, each as its rule and its subject."""
    output = ontology.with_suffix(".tsv")
    done = robot(folder, "report", "--fail-on", "none", "--input", str(ontology), "--output", str(output))
    assert done.returncode == 0, done.stdout[-1000:]
    with output.open(encoding="utf-8", newline="") as lines:
        rows = [(row["Level"], row["Rule Name"], row["Subject"]) for row in csv.DictReader(lines, delimiter="\t")]
    return {(rule, subject) for level, rule, subject in rows if level == "ERROR"}


@pytest.fixture(scope="module")
def release(merged: Path) -> Path:
    path = merged.with_name("release.ttl")
    path.write_text(released_ontology(), encoding="utf-8")
    return path


def test_robot_reports_two_languages_and_no_other_error(release: Path) -> None:
    found = errors(release.parent, release)
    assert {rule for rule, _ in found} == {TWO_LANGUAGES}, sorted(one for one in found if one[0] != TWO_LANGUAGES)[:10]


def test_robot_would_speak_of_other_errors(release: Path) -> None:
    faulty = release.with_name("faulty.ttl")
    faulty.write_text(release.read_text(encoding="utf-8") + FAULTS, encoding="utf-8")
    found = {rule for rule, _ in errors(release.parent, faulty)}
    assert found == {TWO_LANGUAGES, "duplicate_label", "missing_label"}
