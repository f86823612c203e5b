"""The catalogue by which Protégé and ROBOT find the imported files offline names each of them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from zhiyin import resources

FOLDER = resources.path("ontology")


def test_the_catalogue_names_every_file_by_its_ontology() -> None:
    root = ElementTree.fromstring((FOLDER / "catalog-v001.xml").read_text(encoding="utf-8"))  # noqa: S314
    named = {entry.attrib["name"]: entry.attrib["uri"] for entry in root}
    found = {}
    for file in resources.turtle_files("ontology"):
        match = re.search(r"<([^<>]+)>\s+a owl:Ontology", file.read_text(encoding="utf-8"))
        assert match is not None, file.name
        found[match[1]] = file.relative_to(FOLDER).as_posix()
    assert named == found
