"""The ontology in the tools of its field: HermiT finds it consistent, ROBOT merges it by its catalogue, offline."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.engines.outside_engines import CannotBeHad, jars

from zhiyin import resources

ROBOT = "org.obolibrary.robot:robot-command:1.9.7"
MAIN = "org.obolibrary.robot.CommandLineInterface"
BILINGUAL = """
<https://example.org/evidence> a <https://w3id.org/zhiyin/ontology#Evidence> ;
    <http://purl.org/dc/terms/title> "岗位说明书"@zh , "Post descriptions"@en .
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
