"""Answers in every format, whole and cut."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import cast
from xml.etree import ElementTree

import openpyxl
import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sparql.conftest import Client

from zhiyin.errors import QueryTimeout
from zhiyin.server.representation import marked
from zhiyin.sparql import media
from zhiyin.sparql.job import Cut
from zhiyin.sparql.media import Kind
from zhiyin.sparql.results import Caps, Clock, write_answer, write_graph, write_table

SPARQL = "{http://www.w3.org/2005/sparql-results#}"
# Pieces that look like the seams between rows, to be found inside literals.
texts = st.lists(
    st.sampled_from(['}},{"', "},{", '"', "\\", "\r\n", "\n", "<result>", ",", "{}", "备份", "\t", 'a":{"', "x"]),
    max_size=6,
).map("".join)
rows_of_texts = st.lists(st.tuples(texts, st.booleans()), max_size=30)


def solutions(rows: list[tuple[str, bool]]) -> ox.QuerySolutions:
    store = ox.Store()
    for index, (text, bound) in enumerate(rows):
        subject = ox.NamedNode(f"urn:row:{index:05d}")
        store.add(ox.Quad(subject, ox.NamedNode("urn:is"), ox.Literal(index)))
        if bound:
            store.add(ox.Quad(subject, ox.NamedNode("urn:text"), ox.Literal(text)))
    found = store.query("SELECT ?i ?text { ?s <urn:is> ?i OPTIONAL { ?s <urn:text> ?text } } ORDER BY ?i")
    assert isinstance(found, ox.QuerySolutions)
    return found


def write(rows: list[tuple[str, bool]], form: media.Format, most: int, most_bytes: int = 1 << 40) -> tuple[bytes, Cut]:
    parts: list[bytes] = []
    cut = write_table(solutions(rows), form, parts.append, most, most_bytes)
    return b"".join(parts), cut


def read(body: bytes, form: media.Format) -> list[str]:
    """Return the row numbers that ``body`` holds, without the mark."""
    if form is media.JSON:
        return [row["i"]["value"] for row in json.loads(body)["results"]["bindings"]]
    if form is media.XML:
        root = ElementTree.fromstring(body)  # noqa: S314 - our own bytes
        return [str(row[0][0].text) for row in root.iter(f"{SPARQL}result")]
    if form is media.TSV:
        lines = body.decode().removesuffix("\n").split("\n")[1:]
        return [line.split("\t")[0] for line in lines if not line.startswith('"')]
    text = body.decode("utf-8-sig")
    return [row[0] for row in list(csv.reader(io.StringIO(text, newline="")))[1:] if row[0].isdigit()]


@settings(max_examples=80, deadline=None)
@given(
    rows_of_texts, st.integers(1, 35), st.sampled_from([media.JSON, media.XML, media.TSV, media.CSV, media.EXCEL_CSV])
)
def test_a_cut_answer_is_whole_and_holds_the_first_rows(
    rows: list[tuple[str, bool]], most: int, form: media.Format
) -> None:
    body, cut = write(rows, form, most)
    numbers = read(body, form)
    assert numbers == [str(index) for index in range(len(numbers))]
    if form is media.JSON and any("},{" in text for text, _ in rows):
        # A literal that looks like a seam may count for a row: never more rows than asked for.
        assert len(numbers) <= min(most, len(rows))
    else:
        assert len(numbers) == min(most, len(rows))
        assert (cut is Cut.ROWS) == (len(rows) > most)


@settings(max_examples=80, deadline=None)
@given(rows_of_texts, st.integers(1, 3000), st.sampled_from([media.JSON, media.XML, media.TSV, media.CSV]))
def test_an_answer_cut_by_bytes_is_whole_too(rows: list[tuple[str, bool]], most: int, form: media.Format) -> None:
    body, cut = write(rows, form, 1000, most)
    numbers = read(body, form)
    assert numbers == [str(index) for index in range(len(numbers))]
    assert (len(numbers) < len(rows)) == (cut is Cut.BYTES)


@pytest.mark.parametrize("form", [media.JSON, media.XML, media.TSV, media.CSV])
def test_rows_are_counted_across_blocks(form: media.Format) -> None:
    rows = [("x" * 60, True)] * 9000
    body, cut = write(rows, form, 8999)
    assert (len(read(body, form)), cut) == (8999, Cut.ROWS)
    body, cut = write(rows, form, 9000)
    assert (len(read(body, form)), cut) == (9000, Cut.NOT)
    assert len(body) > 1 << 18


@pytest.mark.parametrize("form", [media.JSON, media.XML, media.TSV, media.CSV])
def test_rows_without_bindings_are_counted_too(form: media.Format) -> None:
    found = ox.Store().query("SELECT ?x { VALUES (?y ?x) { " + "(1 UNDEF) " * 50 + "} }")
    assert isinstance(found, ox.QuerySolutions)
    parts: list[bytes] = []
    assert write_table(found, form, parts.append, 20, 1 << 20) is Cut.ROWS
    body = b"".join(parts)
    if form is media.JSON:
        assert json.loads(body)["results"]["bindings"] == [{}] * 20
    else:
        assert body.count({"xml": b"<result>", "tsv": b"\n", "csv": b"\r\n"}[form.name]) in {20, 22}


@pytest.mark.parametrize("form", [media.JSON, media.XML, media.TSV, media.CSV])
def test_the_mark_can_be_seen(form: media.Format) -> None:
    body, _ = write([("a", True)] * 5, form, 2)
    assert "结果已截断" in body.decode()
    assert "truncated at 2 rows" in body.decode()


def test_excel_opens_the_workbook_and_reads_no_formula() -> None:
    body, cut = write([("=1+1", True), ("核心系统\x08", True), ("_x0041_", True), ("", False)], media.XLSX, 100)
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    values = list(sheet.iter_rows(values_only=True))
    # The escape of the escape is Excel's own; openpyxl shows it as it stands in the file.
    assert values == [("i", "text"), (0, "=1+1"), (1, "核心系统\ufffd"), (2, "_x005F_x0041_"), (3, None)]
    assert sheet["B2"].data_type == "s"
    assert sheet["A2"].data_type == "n"
    assert cut is Cut.NOT


def test_a_cut_workbook_says_so_in_its_last_row() -> None:
    body, cut = write([("a", True)] * 5, media.XLSX, 2)
    values = list(openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows(values_only=True))
    assert cut is Cut.ROWS
    assert len(values) == 4
    assert "结果已截断" in str(values[-1][0])


def test_excel_csv_starts_with_the_byte_order_mark() -> None:
    assert write([("核", True)], media.EXCEL_CSV, 9)[0].startswith(b"\xef\xbb\xbfi,text\r\n")
    assert write([("核", True)], media.CSV, 9)[0].startswith(b"i,text\r\n")


TRIPLES = [
    ox.Triple(ox.NamedNode(f"urn:s{i}"), ox.NamedNode("urn:p"), ox.Literal("备份", language="zh")) for i in range(6)
]


@pytest.mark.parametrize(
    ("form", "syntax"),
    [
        (media.TURTLE, ox.RdfFormat.TURTLE),
        (media.N_TRIPLES, ox.RdfFormat.N_TRIPLES),
        (media.RDF_XML, ox.RdfFormat.RDF_XML),
        (media.JSON_LD, ox.RdfFormat.JSON_LD),
        (media.TRIG, ox.RdfFormat.TRIG),
        (media.N_QUADS, ox.RdfFormat.N_QUADS),
    ],
)
@pytest.mark.parametrize(("most", "expected"), [(6, Cut.NOT), (4, Cut.ROWS)])
def test_graphs_come_back_as_they_went(form: media.Format, syntax: ox.RdfFormat, most: int, expected: Cut) -> None:
    parts: list[bytes] = []
    cut = write_graph(iter(TRIPLES), form, parts.append, most, 1 << 30, {"u": "urn:"})
    body = b"".join(parts)
    assert cut is expected
    assert [quad.triple for quad in ox.parse(body, format=syntax)] == TRIPLES[:most]
    if form is not media.JSON_LD:
        assert (b"truncated" in body) == (expected is Cut.ROWS)


STRANGE = "a\\u0001b\\rc\\r\\nd\\uFFFE"
MENDED = "a\ufffdb\rc\r\nd\ufffd"


def whole(results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, form: media.Format) -> bytes:
    parts: list[bytes] = []
    write_answer(results, form, parts.append, Caps(10, 1 << 20), {}, whole=True)
    return b"".join(parts)


def test_what_xml_cannot_hold_leaves_it_well_formed() -> None:
    store = ox.Store()
    rows = f'SELECT ?x {{ VALUES ?x {{ "{STRANGE}" }} }}'
    parts: list[bytes] = []
    write_table(cast(ox.QuerySolutions, store.query(rows)), media.XML, parts.append, 10, 1 << 20)
    for body in (b"".join(parts), whole(store.query(rows), media.XML)):
        found = ElementTree.fromstring(body).find(f".//{SPARQL}literal")  # noqa: S314 - our own
        assert found is not None
        assert found.text == MENDED
    parts.clear()
    graph = cast(ox.QueryTriples, store.query(f'CONSTRUCT {{ <urn:s> <urn:p> "{STRANGE}" }} {{}}'))
    write_graph(graph, media.RDF_XML, parts.append, 10, 1 << 20, {})
    construct = f'CONSTRUCT {{ <urn:s> <urn:p> "{STRANGE}" }} {{}}'
    for body in (b"".join(parts), whole(store.query(construct), media.RDF_XML)):
        (triple,) = ox.parse(body, ox.RdfFormat.RDF_XML)
        assert cast(ox.Literal, triple.object).value == MENDED


@pytest.mark.parametrize("form", [media.JSON, media.XML, media.CSV, media.TSV, media.XLSX], ids=lambda form: form.name)
def test_an_answer_that_is_late_ends_itself_whole(form: media.Format) -> None:
    looks = iter([False, *[True] * 10_000])
    clock = Clock(lambda: next(looks), 2.5)
    parts: list[bytes] = []
    rows = solutions([("备份" * 40, True)] * 6000)
    assert write_table(rows, form, parts.append, 10**9, 1 << 40, clock) is Cut.TIME
    body = b"".join(parts)
    if form is media.XLSX:
        sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
        body = str(list(sheet.iter_rows(values_only=True))[-1]).encode()
    elif form is media.JSON:
        assert "2.5 秒" in json.loads(body)["truncated"]
    elif form is media.XML:
        ElementTree.fromstring(body)  # noqa: S314 - our own
    assert "结果已截断：上限 2.5 秒".encode() in body[-300:]
    assert clock.is_late()


@pytest.mark.parametrize(
    "form", [media.TURTLE, media.N_TRIPLES, media.JSON_LD, media.RDF_XML], ids=lambda form: form.name
)
@pytest.mark.parametrize("why", [Cut.ROWS, Cut.TIME])
def test_a_graph_that_is_cut_says_so_in_its_last_bytes(form: media.Format, why: Cut) -> None:
    triples = [ox.Triple(ox.NamedNode(f"urn:{n}"), ox.NamedNode("urn:p"), ox.Literal(n)) for n in range(1000)]
    looks = iter([False, *[why is Cut.TIME] * 10])
    parts: list[bytes] = []
    most = 300 if why is Cut.ROWS else 10**6
    assert write_graph(triples, form, parts.append, most, 1 << 40, {}, Clock(lambda: next(looks), 2.5)) is why
    body = b"".join(parts)
    assert "结果已截断".encode() in body[-150:]
    if form is media.JSON_LD:
        # The mark adds no triple.
        assert len(list(ox.parse(body, ox.RdfFormat.JSON_LD))) == (300 if why is Cut.ROWS else 256)


def test_an_answer_that_is_lost_on_its_way_says_so() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"<urn:s> <urn:p> <urn:o> .\n<urn:s> <ur"
        raise QueryTimeout("超时", "too late")

    body = b"".join(marked(chunks(), media.N_TRIPLES))
    assert "结果已截断".encode() in body
    with pytest.raises(SyntaxError):
        list(ox.parse(body, ox.RdfFormat.N_TRIPLES))
    assert b"".join(marked(iter([b"a\r\n", b"1\r\n"]), media.CSV)) == b"a\r\n1\r\n"


QUERIES = {
    Kind.TABLE: "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o LIMIT 5",
    Kind.BOOLEAN: "ASK { ?s ?p ?o }",
    Kind.GRAPH: "CONSTRUCT { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 5 } }",
}


@pytest.mark.parametrize(
    ("form", "kind"),
    [(item, kind) for item in media.FORMATS for kind in sorted(item.kinds)],
    ids=lambda value: str(getattr(value, "name", value)),
)
def test_every_format_is_the_same_however_often_it_is_asked_for(
    make_client: Callable[..., Client], form: media.Format, kind: Kind
) -> None:
    """The first answer comes from a worker, later ones of a cheap query from this process: nobody can tell."""
    client = make_client(result_cache=0, direct_seconds=5.0)
    answers = [client.get(QUERIES[kind], format=form.names[0]) for _ in range(4)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert {answer.headers["content-type"] for answer in answers} == {form.content_type}


def test_every_name_of_a_format_leads_to_it() -> None:
    for item in media.FORMATS:
        for kind in item.kinds:
            for name in (*item.names, *item.media_types):
                assert media.choose(kind, None, name).kinds & {kind}
        assert media.choose(next(iter(item.kinds)), None, item.names[0]) is item
