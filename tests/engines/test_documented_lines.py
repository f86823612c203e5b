"""The lines that docs/other-engines.md prints, run as a newcomer would: they give what the page says, and our own results.

The programs are those of Jena's and of TopBraid's command line, by the names that the page has for them.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.engines.invented import Own, exported
from tests.engines.outside_engines import RECIPES, CannotBeHad, jars, results_of

from zhiyin import resources
from zhiyin.law.outside import Form

PAGE = resources.path("docs/other-engines.md").read_text(encoding="utf-8")
PROGRAMS = {
    "jena": ("Apache Jena", "shacl", "org.apache.jena:jena-cmds:{}", "shacl.shacl"),
    "topbraid": ("TopBraid", "shaclvalidate.sh", "org.topbraid:shacl:{}", "org.topbraid.shacl.tools.Validate"),
}
"""The heading of each engine on the page, the program it names, what Maven is asked for, and the class that it starts."""


def blocks(heading: str) -> list[str]:
    """The blocks of code below a heading of the page."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    assert section is not None
    return re.findall(r"^```\w*\n(.*?)^```", section[1], re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("key", sorted(PROGRAMS))
def test_the_printed_lines_give_the_printed_output(key: str, tmp_path: Path) -> None:
    heading, program, package, main = PROGRAMS[key]
    try:
        jars([package.format(RECIPES[key].tried.version), "org.slf4j:slf4j-nop:2.0.16"], tmp_path)
    except CannotBeHad as reason:
        pytest.skip(f"{heading} is not tested: {reason}")
    script = tmp_path / "bin" / program
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\nexec java -cp '{tmp_path}/lib/*' {main} \"$@\"\n", encoding="utf-8")
    script.chmod(0o755)
    (tmp_path / "data").symlink_to(resources.path("data"))
    lines, *printed = blocks(heading)
    path = os.pathsep.join([str(script.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", lines], cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, check=False, text=True
    )
    # TopBraid ends with 1 where there is any result, Jena with 0.
    assert done.returncode == (1 if key == "topbraid" else 0), done.stderr[-1000:]
    said = plain(done.stdout)
    for block in printed:
        for statement in re.split(r"…|\s*;\s*\n|\[", block):
            texts = re.findall(r'"[^"]*"@\w+', statement)  # the two languages come in any order
            assert all(text in said for text in texts or [plain(statement)]), statement
    facts = (tmp_path / "facts.nt").read_text(encoding="utf-8")
    report = ox.serialize(ox.parse(done.stdout, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    there = results_of(bytes(report or b"").decode())
    assert there == Own(exported(tmp_path, Form.COMPONENTS)).results(4, facts)
    assert {severity for _, _, severity in there} == {"Info"}


def plain(text: str) -> str:
    """The text as one line, whatever stands between words."""
    return " ".join(text.split()).strip(" ;]")


def test_the_page_prints_lines_and_output() -> None:
    for heading, program, _, _ in PROGRAMS.values():
        lines, *printed = blocks(heading)
        assert [line.split()[0] for line in lines.splitlines()] == ["zhiyin", "zhiyin", program]
        assert printed
