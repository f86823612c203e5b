from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from zhiyin.namespaces import CLAUSE, PREFIXES, ZY, compact, local_name
from zhiyin.validation.engine import Engine
from zhiyin.validation.provenance import engine_version


def test_prefixes_are_sorted_and_no_two_share_a_namespace() -> None:
    assert list(PREFIXES) == sorted(PREFIXES)
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        ("https://w3id.org/zhiyin/id/clause/4.3.3.1", "clause:4.3.3.1"),
        ("https://w3id.org/zhiyin/ontology#Requirement", "zy:Requirement"),
        ("http://www.w3.org/2004/02/skos/core#Concept", "skos:Concept"),
        ("https://w3id.org/zhiyin/id/clause/a/b", "https://w3id.org/zhiyin/id/clause/a/b"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_compact(iri: str, short: str) -> None:
    assert compact(iri) == short


def test_local_name_is_what_follows_the_namespace() -> None:
    assert local_name(str(CLAUSE["4.3.3.1"]), str(CLAUSE)) == "4.3.3.1"
    with pytest.raises(ValueError, match="is not in"):
        local_name(str(ZY.tier), str(CLAUSE))


def test_a_verdict_loads_nothing_that_it_does_not_use() -> None:
    """A first verdict would wait a tenth of a second for rdflib, a fiftieth for the records of what is installed."""
    code = (
        "import sys, zhiyin.composition.judging, zhiyin.report.outputs; "
        "sys.exit(not {'rdflib', 'importlib.metadata'}.isdisjoint(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("engine", Engine)
def test_an_engine_says_the_version_that_is_installed(engine: Engine) -> None:
    assert engine_version(engine) == version(engine)
