"""A drawing comes back with all that it relates to, each part once, and nothing that is not in the file."""

from __future__ import annotations

import io
from zipfile import ZipFile

from zhiyin.report.kept_drawings import _closure

RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="../media/image1.png"/>'
    '<Relationship Id="rId2" Target="../media/image1.png"/>'
    '<Relationship Id="rId3" Target="drawing1.xml"/>'
    '<Relationship Id="rId4" Target="https://example.org/" TargetMode="External"/>'
    "</Relationships>"
)


def test_what_a_drawing_relates_to_comes_once_and_only_what_is_there() -> None:
    stream = io.BytesIO()
    with ZipFile(stream, "w") as made:
        made.writestr("xl/drawings/drawing1.xml", "<d/>")
        made.writestr("xl/drawings/_rels/drawing1.xml.rels", RELATIONS)
        made.writestr("xl/media/image1.png", b"png")
    with ZipFile(stream) as source:
        names = {name: name for name in source.namelist()}
        found = list(_closure(source, names, "xl/drawings/drawing1.xml"))
    assert sorted(name for name, _ in found) == sorted(names)
