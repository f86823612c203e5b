"""The ontology in the tools of its field: HermiT finds it consistent, ROBOT merges it by its catalogue, offline.

ROBOT's report is asked for with three of its rules as this ontology means them (``robot/``): it speaks two languages, its
text gives sections of four tiers the same heading, and its concepts are named by SKOS.
"""

from __future__ import annotations

import csv
import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.engines.outside_engines import CannotBeHad, jars

from zhiyin import resources

HERE = Path(__file__).parent / "robot"
ROBOT = "org.obolibrary.robot:robot-command:1.9.7"
MAIN = "org.obolibrary.robot.CommandLineInterface"
BILINGUAL = """
<https://example.org/evidence> a <https://w3id.org/zhiyin/ontology#Evidence> ;
    <http://purl.org/dc/terms/title> "岗位说明书"@zh , "Post descriptions"@en .
"""
RULES = {
    "multiple_labels": "two_labels_in_a_language",
    "duplicate_label": "label_of_two_terms",
    "missing_label": "no_label",
}
"""Rules of ROBOT, and the query that stands in place of each."""
FAULTS = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix zy: <https://w3id.org/zhiyin/ontology#> .
zy:Tier rdfs:label "第二个名称"@zh .
zy:AnotherTier a owl:Class ; rdfs:label "类别"@zh .
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


def errors(folder: Path, ontology: Path, profile: Path | None = None) -> set[tuple[str, str]]:
    """The errors that ROBOT reports, each as its rule and its subject."""
    output = ontology.with_suffix(".tsv")
    chosen = () if profile is None else ("--profile", str(profile))
    done = robot(folder, "report", *chosen, "--fail-on", "none", "--input", str(ontology), "--output", str(output))
    assert done.returncode == 0, done.stdout[-1000:]
    with output.open(encoding="utf-8", newline="") as lines:
        rows = [(row["Level"], row["Rule Name"], row["Subject"]) for row in csv.DictReader(lines, delimiter="\t")]
    return {(rule.rpartition("/")[2], subject) for level, rule, subject in rows if level == "ERROR"}


@pytest.fixture(scope="module")
def profile(merged: Path) -> Path:
    """ROBOT's own profile with three rules replaced."""
    (jar,) = (merged.parent / "lib").glob("robot-core-*.jar")
    with zipfile.ZipFile(jar) as archive:
        text = archive.read("report_profile.txt").decode()
    for rule, query in RULES.items():
        file = (HERE / f"{query}.rq").resolve()
        assert f"ERROR\t{rule}" in text.splitlines()
        text = "\n".join(f"ERROR\tfile://{file}" if line == f"ERROR\t{rule}" else line for line in text.splitlines())
    path = merged.with_name("profile.txt")
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_robot_reports_no_error(merged: Path, profile: Path) -> None:
    assert errors(merged.parent, merged, profile) == set()


def test_the_rules_in_place_of_robots_own_notice(merged: Path, profile: Path) -> None:
    faulty = merged.with_name("faulty.ttl")
    faulty.write_text(merged.read_text(encoding="utf-8") + FAULTS, encoding="utf-8")
    found = errors(merged.parent, faulty, profile)
    assert {rule.removesuffix(".rq") for rule, _ in found} == set(RULES.values()), found


def test_by_its_own_rules_robot_speaks_of_labels_alone(merged: Path) -> None:
    assert {rule for rule, _ in errors(merged.parent, merged)} <= set(RULES)
