"""The installed command, run as a user runs it: what it prints, in which formats, and with which exit code."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from pyoxigraph import RdfFormat, parse
from rdflib import Graph
from rdflib.namespace import SH
from tests.sparql.test_remote import Oxigraph

from zhiyin import resources
from zhiyin.cli.revise import COLUMNS, TOUCHED_COLUMNS
from zhiyin.composition import guideline_text
from zhiyin.composition.judging import rules
from zhiyin.intake.credit_code import check_character

COMMAND = Path(sys.executable).with_name("zhiyin")
COMPANIES = resources.path("data/companies")
DAY = ("--date", "2026-06-30")
GOOD = COMPANIES / "tier-1-complete.ttl"
BAD = COMPANIES / "no-generator.ttl"
OPEN = COMPANIES / "half-filled-form.xlsx"


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        env={**os.environ, "ZHIYIN_LANG": "zh", "COLUMNS": "100", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("broken") / "broken.ttl"
    file.write_text("@prefix zy: <https://w3id.org/zhiyin/ontology#> .\n<urn:a> zy:name 虚构 .\n", encoding="utf-8")
    return file


@pytest.mark.parametrize(("file", "code"), [(GOOD, 0), (BAD, 1), (OPEN, 3)], ids=["met", "not-met", "undetermined"])
def test_validate_says_its_verdict_in_words_and_in_its_exit_code(file: Path, code: int) -> None:
    done = run("validate", file, *DAY)
    text = done.stdout.decode()
    assert done.returncode == code, done.stderr.decode()
    assert {0: "一类 达到", 1: "三类 未达到", 3: "四类 尚不能确定"}[code] in text
    assert re.search(r"符合 \d+  不符合 \d+  未声明 \d+  不适用 \d+  需人工 \d+", text)
    if code == 1:
        assert re.search(r"4\.2\.2\.5 +不符合 +必须", text)
        assert "为该机房配备应急供电的发电机" in text


def test_validate_lists_satisfied_clauses_only_when_asked() -> None:
    assert "2.1.1.1" not in run("validate", GOOD, *DAY).stdout.decode()
    every = run("validate", GOOD, *DAY, "--all")
    assert len(re.findall(r"(?m)^  2\.\d\.\d\.\d+ +符合", every.stdout.decode())) == 177


def test_bad_input_is_told_with_its_place_and_exits_2(broken: Path) -> None:
    done = run("validate", broken, *DAY)
    assert done.returncode == 2
    assert done.stdout == b""
    assert "broken.ttl" in done.stderr.decode()
    assert "2" in done.stderr.decode()


def test_a_verdict_that_stands_does_not_hide_a_broken_file(broken: Path) -> None:
    assert run("validate", GOOD, broken, *DAY).returncode == 2


@pytest.mark.parametrize("form", ["json", "html", "csv", "xlsx", "docx", "ttl", "jsonld", "rdf", "nt", "trig"])
def test_validate_writes_each_format(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"verdict.{form}"
    done = run("validate", BAD, *DAY, "--format", form, "--output", file)
    assert done.returncode == 1, done.stderr.decode()
    data = file.read_bytes()
    if form == "json":
        clauses = json.loads(data)["verdicts"][0]["clauses"]
        assert [c["outcome"] for c in clauses if c["number"] == "4.2.2.5"] == ["violated"]
    elif form == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert len(rows) > 202
    elif form == "xlsx":
        assert len(load_workbook(io.BytesIO(data)).sheetnames) > 1
    elif form == "html":
        assert "4.2.2.5" in data.decode()
    elif form == "docx":
        assert "未达到" in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    else:
        formats = {"ttl": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD, "rdf": RdfFormat.RDF_XML}
        formats |= {"nt": RdfFormat.N_TRIPLES, "trig": RdfFormat.TRIG}
        stated = [quad.object.value for quad in parse(data, format=formats[form]) if "conforms" in str(quad.predicate)]
        assert stated == ["false"]


def test_the_senders_workbook_comes_back_and_nothing_else_does(tmp_path: Path) -> None:
    file = tmp_path / "back.xlsx"
    done = run("validate", COMPANIES / "half-filled-form.xlsx", *DAY, "--format", "returned", "--output", file)
    assert done.returncode in (1, 3), done.stderr.decode()
    assert load_workbook(file).sheetnames[0] == "评定结果"
    refused = run("validate", GOOD, *DAY, "--format", "returned", "--output", tmp_path / "no.xlsx")
    assert refused.returncode == 2
    assert "只有 Excel 自述表" in refused.stderr.decode()


def test_a_batch_gives_a_report_on_each_firm_beside_the_overview(folder: Path, tmp_path: Path) -> None:
    twin = folder / "twin.ttl"  # another firm of the same name
    code = "91310000MA1DEM099"
    own = GOOD.read_bytes().replace(b"91310000MA1DEM040Y", (code + check_character(code)).encode())
    twin.write_bytes(own)
    place = tmp_path / "reports"
    asked = ("validate", folder, *DAY, "--json", "--reports", place, "--report-format", "docx")
    done = run(*asked, "--report-format", "html")
    twin.unlink()
    assert done.returncode == 2, done.stderr.decode()
    names = sorted(file.name for file in place.iterdir())
    assert len(names) == 7, names
    assert "总览.xlsx" in names
    sheet = load_workbook(place / "总览.xlsx")["公司"]
    head = [cell.value for cell in sheet[1]]
    linked: list[str] = []
    for row in (2, 3, 4):
        for title in ("报告（Word）", "报告（打印版）"):
            link = sheet.cell(row, head.index(title) + 1).hyperlink
            assert link is not None
            linked.append(unquote(str(link.target)))
        page = (place / linked[-1]).read_text(encoding="utf-8")
        assert str(sheet.cell(row, 1).value) in page
        assert str(sheet.cell(row, 2).value) in page
    assert sorted([*linked, "总览.xlsx"]) == names
    assert run("validate", folder, "--report-format", "docx").returncode == 2


def test_a_tier_given_is_the_tier_judged() -> None:
    done = run("validate", GOOD, *DAY, "--tier", "2", "--json")
    verdict = json.loads(done.stdout)["verdicts"][0]
    assert verdict["assessedTier"] == 2
    assert verdict["declaredTier"] == 1
    assert done.returncode == {"met": 0, "not met": 1, "undetermined": 3}[verdict["status"]]


def test_determinations_settle_what_only_a_person_can() -> None:
    file = COMPANIES / "equivalent-isolation.ttl"
    ruling = resources.path("data/determinations/equivalent-isolation.ttl")
    assert run("validate", file, *DAY).returncode == 3
    assert run("validate", file, *DAY, "--determinations", ruling).returncode == 0


def test_rulings_of_a_batch_that_nothing_used_are_told_and_all_their_faults_too(tmp_path: Path) -> None:
    text = resources.path("data/determinations/equivalent-isolation.ttl").read_text(encoding="utf-8")
    head, _, ruling = text.partition("<https://example.org/determinations/1>")
    place, file = tmp_path / "firms", tmp_path / "r.ttl"
    place.mkdir()
    (place / "a.ttl").write_bytes((COMPANIES / "equivalent-isolation.ttl").read_bytes())
    file.write_text(f"{text}\n<urn:2> {ruling.replace('5.4.1.3', '5.1.1.1')}\n", encoding="utf-8")
    done = run("validate", place, *DAY, "--determinations", file)
    told = [line for line in done.stderr.decode().splitlines() if "r.ttl" in line]
    assert done.returncode == 0
    assert len(told) == 1
    assert "5.1.1.1" in told[0]
    wrong = ruling.replace("2026-06-28", "上周")
    file.write_text(f"{head}<urn:1> {wrong}\n<urn:2> {wrong}\n<urn:3> a zy:Determination .\n", encoding="utf-8")
    done = run("validate", place, *DAY, "--determinations", file)
    assert done.returncode == 2
    assert all(f"urn:{n}" in done.stderr.decode() for n in (1, 2, 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, broken: Path) -> Path:
    place = tmp_path_factory.mktemp("folder")
    for file in (GOOD, BAD, broken):
        (place / file.name).write_bytes(file.read_bytes())
    return place


def test_a_folder_gives_a_matrix_with_the_broken_file_as_a_row(folder: Path) -> None:
    done = run("validate", folder, *DAY)
    text = done.stdout.decode()
    assert done.returncode == 2
    assert "一类 达到" in text
    assert "✗4" in text
    assert "broken.ttl" in text


def test_the_matrix_as_json_and_csv(folder: Path, tmp_path: Path) -> None:
    rows = json.loads(run("validate", folder, *DAY, "--json").stdout)
    by_file = {Path(row["source"]).name: row for row in rows}
    assert by_file["tier-1-complete.ttl"]["sections"]["2"]["satisfied"] > 0
    assert by_file["no-generator.ttl"]["sections"]["2"]["violated"] == 4
    assert by_file["broken.ttl"]["error"]["zh"]
    file = tmp_path / "matrix.csv"
    assert run("validate", folder, *DAY, "--format", "csv", "--output", file).returncode == 2
    lines = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))
    assert [line[0].rpartition("/")[2] for line in lines[1:]] == sorted(by_file)
    assert lines[1][-1]
    assert "✗4" in [cell for line in lines for cell in line]


def test_the_matrix_as_a_workbook_names_firms_clauses_and_what_was_not_judged(folder: Path, tmp_path: Path) -> None:
    (folder / "~$form.xlsx").write_bytes(b"lock")
    (folder / "notes.docx").write_bytes(b"notes")
    file = tmp_path / "matrix.xlsx"
    done = run("validate", folder, *DAY, "--format", "xlsx", "--output", file)
    for name in ("~$form.xlsx", "notes.docx"):
        assert name in done.stderr.decode()
        (folder / name).unlink()
    book = load_workbook(file)
    assert book.sheetnames == ["公司", "一类·公司×条款", "三类·公司×条款", "条款·问题最多", "未能评定"]
    firms = [row[0] for row in book["公司"].iter_rows(min_row=2, values_only=True)]
    assert firms[2:] == ["合计 2 家", None, "达到 1 家", "未达到 1 家", "尚不能确定 0 家"]
    failing = next(book["条款·问题最多"].iter_rows(min_row=2, values_only=True))
    assert (failing[0], failing[2]) == ("4.2.2.2", 1)
    told = {row[0]: row[3] for row in book["三类·公司×条款"].iter_rows(min_row=2, values_only=True)}
    assert (told["4.2.2.5"], told["4.1.1.1"], len(told)) == ("不符合", None, 202)
    refused = [(Path(str(row[0])).name, row[2]) for row in book["未能评定"].iter_rows(min_row=2, values_only=True)]
    assert [name for name, _ in refused] == ["broken.ttl", "notes.docx", "~$form.xlsx"]
    assert all(str(reason).startswith("略过") for _, reason in refused[1:])
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert not [text for text in texts if "w3id.org" in text or "violated" in text]


def test_two_jobs_say_what_one_says(folder: Path) -> None:
    one, two = (run("validate", folder, *DAY, "--json", "--jobs", jobs) for jobs in (1, 2))
    assert one.stdout == two.stdout
    assert one.returncode == two.returncode == 2


@pytest.mark.parametrize(
    "arguments", [("--date", "30.6.2026"), ("--date", "2026-6-30"), ("--tier", "5"), ("--jobs", 0)]
)
def test_validate_refuses_what_it_does_not_know(arguments: tuple[object, ...]) -> None:
    done = run("validate", GOOD, *arguments)
    assert done.returncode == 2
    assert str(arguments[0]).strip("-") in done.stderr.decode()


def test_search_prints_clauses_with_reasons_and_json() -> None:
    done = run("search", "停电了怎么办", "--tier", "3", "--limit", "3")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "显示 3 项" in text
    assert re.search(r"(?m)^4\.2\.2\.\d", text)
    found = json.loads(run("search", "停电了怎么办", "--tier", "3", "--limit", "3", "--json").stdout)
    assert len(found["hits"]) == 3
    assert {hit["tier"] for hit in found["hits"]} == {3}
    assert all(hit["why"] for hit in found["hits"])


def test_search_narrows_by_every_filter() -> None:
    asked = run("search", "发电机", "--obligation", "可选", "--mark", "新增", "--tier", "3", "--every", "--json")
    hits = json.loads(asked.stdout)["hits"]
    assert "4.2.3.5" in [hit["number"] for hit in hits]
    assert {(hit["obligation"], hit["mark"], hit["tier"]) for hit in hits} == {("可选", "新增", 3)}


@pytest.mark.parametrize("tier", [1, 4])
def test_shapes_writes_one_file_that_holds_every_shape_of_the_tier(tier: int, tmp_path: Path) -> None:
    file = tmp_path / "shapes.ttl"
    done = run("shapes", "--tier", tier, "-o", file)
    assert done.returncode == 0, done.stderr.decode()
    graph = Graph().parse(file, format="turtle")
    severities = set(graph.subjects(SH.severity, None))
    assert {str(node) for node in severities} == set(rules().shapes.of_tier(tier))
    assert run("shapes").returncode == 2


@pytest.mark.parametrize("form", ["ttl", "jsonld", "xlsx"])
def test_template_writes_each_format(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"form.{form}"
    done = run("template", "--tier", 2, "--format", form, "-o", file)
    assert done.returncode == 0, done.stderr.decode()
    data = file.read_bytes()
    if form == "xlsx":
        assert "公司" in load_workbook(io.BytesIO(data)).sheetnames
    elif form == "jsonld":
        assert json.loads(data)
    else:
        assert list(parse(data, format=RdfFormat.TURTLE))


@pytest.fixture
def store() -> Iterator[Oxigraph]:
    server = Oxigraph()
    yield server
    server.close()


def test_publish_loads_both_graphs_and_says_how_much(store: Oxigraph) -> None:
    where = (f"{store.url}/store", "--query-endpoint", f"{store.url}/query")
    done = run("publish", *where, "--json")
    assert done.returncode == 0, done.stderr.decode()
    counts = {row["graph"].rpartition("/")[2]: row["triples"] for row in json.loads(done.stdout)}
    assert set(counts) == {"asserted", "inferred"}
    assert counts["asserted"] > 771 * 10
    again = run("publish", *where)
    assert str(counts["asserted"]) in again.stdout.decode()


def test_publish_to_nobody_is_told_and_exits_2() -> None:
    done = run("publish", "http://127.0.0.1:9/store", "--query-endpoint", "http://127.0.0.1:9/query")
    assert done.returncode == 2
    assert "127.0.0.1:9" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_no_cell_of_the_list_of_changes_is_a_formula(source_text: str, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text(source_text.replace("技术管理", "=1+1 技术管理"), encoding="utf-8")
    listed = run("revise", new, "--format", "csv").stdout.decode().removeprefix("\ufeff")
    cells = [cell for row in csv.reader(io.StringIO(listed)) for cell in row]
    assert any(cell.startswith("'=1+1") for cell in cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]


def test_revise_lists_changes_takes_decisions_and_writes_the_draft(source_text: str, tmp_path: Path) -> None:
    new, decided, folder = tmp_path / "new.txt", tmp_path / "list.csv", tmp_path / "draft"
    new.write_text(source_text.replace("RTO<=12小时", "RTO<=8小时").replace("制度和记录", "制度"), encoding="utf-8")
    done = run("revise", new)
    assert done.returncode == 3, done.stderr.decode()
    said = done.stdout.decode()
    assert "RTO<=[-12-]{+8+}小时" in said
    head, foot = said.splitlines()[0], said.rstrip().splitlines()[-1]
    left = re.search(r"要由人认定 \d+ 条（[^）]*）", head)
    assert left is not None, head
    assert left[0] in foot, "head and foot tell the same, in the same words"
    assert run("revise", new, "--write", folder).returncode == 2
    listed = run("revise", new, "--format", "csv").stdout.decode()
    decided.write_text(re.sub(r"(?m)^(\d),待定,,", r"\1,待定,文字调整,", listed), encoding="utf-8")
    of_figure = next(
        row for row in csv.DictReader(io.StringIO(listed.removeprefix("\ufeff"))) if "8" in row[COLUMNS[6]]
    )
    assert all(of_figure[name] for name in TOUCHED_COLUMNS[:2]), of_figure
    settled = run("revise", new, "--decisions", decided, "--format", "json")
    assert (settled.returncode, json.loads(settled.stdout)["undecided"]) == (0, [])
    assert run("revise", new, "--decisions", decided, "--write", folder).returncode == 0
    assert (folder / "new.txt").read_bytes() == new.read_bytes()
    assert "f166" in (folder / "shapes/changed-figures.ttl").read_text(encoding="utf-8")


def test_query_clause_and_diff_through_the_installed_command() -> None:
    clause = run("clause", "4.3.3.1")
    assert "RTO" in clause.stdout.decode()
    grown = run("diff", "2", "3")
    assert "加强 7" in grown.stdout.decode()
    table = run("query", "counts_by_tier", "--format", "csv")
    assert "771" in table.stdout.decode() or table.stdout.decode().count("\n") >= 5
    assert {clause.returncode, grown.returncode, table.returncode} == {0}
    assert len(guideline_text().requirements) == 771


def test_ask_leaves_by_0_for_an_answer_and_by_3_for_a_refusal() -> None:
    answered = run("ask", "机房录像保存60天够吗")
    assert answered.returncode == 0
    assert "90 天" in answered.stdout.decode()
    for refused in ("口令多久换一次", "今天天气怎么样"):
        done = run("ask", refused, "--json")
        assert done.returncode == 3
        assert json.loads(done.stdout)["answered"] is False
    assert run("ask", "机房" * 2000).returncode == 2
