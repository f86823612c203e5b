"""The look of a cell is that of its own style: named styles, tables and dialogs have formats of theirs beside it."""

from __future__ import annotations

import pytest

from zhiyin.intake.cell_looks import Look, looks_of

STYLES = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="1"><numFmt numFmtId="170" formatCode="{code}"/></numFmts>'
    "<fonts><font/><font><strike/></font><font>{colour}</font></fonts>"
    '<fills><fill><patternFill patternType="none"/></fill></fills>'
    '<cellStyleXfs><xf fontId="1" fillId="0" numFmtId="0"/></cellStyleXfs>'
    '<cellXfs><xf fontId="0" fillId="0" numFmtId="{format}"/><xf fontId="2" fillId="0" numFmtId="0"/></cellXfs>'
    "<dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>"
)


def looks(colour: str = "", code: str = "", number: int = 0) -> tuple[Look, ...]:
    return looks_of(STYLES.format(colour=colour, code=code, format=number).encode(), source="a.xlsx")


def test_named_styles_are_none_of_a_cell() -> None:
    assert looks() == (Look.PLAIN, Look.PLAIN)


@pytest.mark.parametrize(
    ("colour", "look"),
    [
        ('<color rgb="FFFFFFFF"/>', Look.PALE),
        ('<color rgb="FF000000"/>', Look.PLAIN),
        ('<color theme="0"/>', Look.PALE),
        ('<color theme="1"/>', Look.PLAIN),
        ('<color theme="0" tint="-0.5"/>', Look.PLAIN),
        ('<color indexed="9"/>', Look.PALE),
        ('<color indexed="64"/>', Look.PLAIN),
        ('<color auto="1"/>', Look.PLAIN),
        ('<color theme="7"/>', Look.PLAIN),
    ],
)
def test_white_on_white_is_pale_however_the_colour_is_written(colour: str, look: Look) -> None:
    assert looks(colour)[1] is look


@pytest.mark.parametrize(
    ("code", "look"),
    [
        (";;;", Look.UNSHOWN),
        ("[White]0", Look.UNSHOWN),
        ("[白色]0", Look.UNSHOWN),
        ("0.00", Look.PLAIN),
        ("&quot;&quot;;&quot;&quot;", Look.UNSHOWN),
    ],
)
def test_a_format_that_shows_nothing_hides_the_cell(code: str, look: Look) -> None:
    assert looks(code=code, number=170)[0] is look
