"""The command line as a user meets it: help in both languages, one line for an error, tables and JSON."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

from zhiyin import __version__
from zhiyin.cli import COMMANDS, main
from zhiyin.cli.language import language
from zhiyin.composition import BuiltGraph


@dataclass(frozen=True)
class Outcome:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Outcome:
    """Run the command in this process, in Chinese."""
    raw, err = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main(list(arguments))
    code = ended.value.code
    return Outcome(code if isinstance(code, int) else 0, raw.getvalue().decode("utf-8"), err.getvalue())


def shell(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, whose locale is ``environment`` alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "ZHIYIN_LANG"))}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONWARNINGS": "error", "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )


def run_in_english(*cases: tuple[str, ...]) -> list[Outcome]:
    """Run several commands in one process whose locale is English."""
    code = f"""
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from zhiyin.cli import main
found = []
for case in {list(map(list, cases))!r}:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main(case)
        except SystemExit as ended:
            found.append([ended.code or 0, out.getvalue(), err.getvalue()])
print(json.dumps(found))
"""
    done = shell(code, LANG="en_US.UTF-8")
    assert done.returncode == 0, done.stderr
    return [Outcome(*row) for row in json.loads(done.stdout)]


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages are made when they are told; help is made on import, by the locale of the test run."""
    monkeypatch.setenv("ZHIYIN_LANG", "zh")
    language.cache_clear()


@pytest.fixture(scope="session")
def english_help() -> dict[str, Outcome]:
    names = ["", *sorted(COMMANDS)]
    cases = [(name, "--help") if name else ("--help",) for name in names]
    return dict(zip(names, run_in_english(*cases), strict=True))


@pytest.fixture(scope="session")
def chinese_help() -> dict[str, str]:
    names = ["", *sorted(COMMANDS)]
    script = (
        "import json\nfrom contextlib import redirect_stdout\nimport io\nfrom zhiyin.cli import main\nfound = {}\n"
        f"for name in {names!r}:\n"
        "    out = io.StringIO()\n"
        "    with redirect_stdout(out):\n"
        "        try:\n"
        "            main([name, '--help'] if name else ['--help'])\n"
        "        except SystemExit:\n"
        "            found[name] = out.getvalue()\n"
        "print(json.dumps(found))"
    )
    found: dict[str, str] = json.loads(shell(script, LANG="zh_CN.UTF-8").stdout)
    return found


def test_help_names_every_command_in_both_languages(
    chinese_help: dict[str, str], english_help: dict[str, Outcome]
) -> None:
    for name, row in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(row.zh)}", chinese_help[""], re.MULTILINE)
        assert re.search(rf"^  {name} +{re.escape(row.en[:20])}", english_help[""].stdout, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_each_command_has_help_in_both_languages(
    chinese_help: dict[str, str], english_help: dict[str, Outcome], name: str
) -> None:
    assert english_help[name].returncode == 0
    assert chinese_help[name].startswith(f"用法： zhiyin {name}")
    assert english_help[name].stdout.startswith(f"Usage: zhiyin {name}")
    # An example of a question may be Chinese in both; what tells of the command is not.
    assert re.match(r"[A-Z][\x00-\x7f]{8}", english_help[name].stdout.split("\n\n")[1].strip())
    assert re.search(r"[\u4e00-\u9fff]{6}", chinese_help[name])


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom zhiyin.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'rdflib', 'owlrl', 'pyshacl', 'jieba', 'flask', 'openpyxl', 'rich', 'pyoxigraph'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, True),
        ({}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, False),
    ],
)
def test_language_follows_the_locale(environment: dict[str, str], chinese: bool) -> None:
    code = "from zhiyin.cli.language import language; print(language())"
    assert shell(code, **environment).stdout.strip() == ("zh" if chinese else "en")


def test_version() -> None:
    assert __version__ in run("--version").stdout


BAD: list[tuple[tuple[str, ...], str, str]] = [
    (("nonsense",), "没有命令“nonsense”", "no command 'nonsense'"),
    (("build", "--nonsense"), "没有选项 --nonsense", "No such option"),
    (("build", "nonsense", "twice"), "多余的参数：nonsense twice", "unexpected extra arguments"),
    (("diff", "3", "2"), "from 须小于 to", "from must be less than to"),
    (("diff", "2", "9"), "TO", "TO"),
    (("clause", "9.9.9.9"), "没有条款 9.9.9.9", "there is no clause 9.9.9.9"),
    (("query", "nonsense"), "问题库里没有“nonsense”", "no question 'nonsense'"),
    (("query", "tier_additions", "--tier", "1"), "可用的值：2、3、4", "allowed: 2, 3, 4"),
    (("query", "tier_additions", "--colour", "1"), "没有参数 colour", "has no parameter colour"),
    (("query", "tier_additions", "--tier"), "缺少值", "needs a value"),
    (("query", "tier_additions", "stray"), "多余的参数", "unexpected argument"),
    (("query", "tier_additions", "--format", "xlsx"), "--output", "--output"),
]


def check_bad_input(found: Outcome, text: str) -> None:
    assert found.returncode == 2
    assert found.stdout == ""
    assert text in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("arguments", "zh"), [(arguments, zh) for arguments, zh, _ in BAD])
def test_bad_input_is_told_in_one_line_and_exits_2(built: BuiltGraph, arguments: tuple[str, ...], zh: str) -> None:
    check_bad_input(run(*arguments), zh)


def test_bad_input_is_told_in_english_too(built: BuiltGraph) -> None:
    for (_, _, en), found in zip(BAD, run_in_english(*(case[0] for case in BAD)), strict=True):
        check_bad_input(found, en)


def test_build_tells_what_it_built(built: BuiltGraph) -> None:
    found = run("build", "--json")
    report = json.loads(found.stdout)
    assert (report["sha256"], report["asserted"], report["inferred"]) == (built.sha256, built.asserted, built.inferred)
    assert report["clauses"] == 771
    assert "771" in run("build").stdout


def test_build_makes_again_only_what_it_is_told_to(monkeypatch: pytest.MonkeyPatch, built: BuiltGraph) -> None:
    made = []

    def build_graph(show: object) -> Path:
        made.append(show)
        return built.path

    monkeypatch.setattr("zhiyin.composition.build_graph", build_graph)
    monkeypatch.setattr("zhiyin.composition.find_graph", lambda: built.path)
    assert run("build").returncode == 0
    assert made == []
    assert run("build", "--force").returncode == 0
    assert len(made) == 1


def test_build_writes_a_copy(built: BuiltGraph, tmp_path: Path) -> None:
    copy = tmp_path / "graph.nq"
    assert run("build", "--output", str(copy)).returncode == 0
    assert copy.read_bytes() == built.path.read_bytes()


def test_diff_reads_well(built: BuiltGraph) -> None:
    text = run("diff", "2", "3").stdout
    assert text.startswith("二类 → 三类  未变 172，文字调整 0，可选变必须 4，加强 7，新出现 19")
    assert "总部技术部门人员不少于[-8-]{+11+}人" in text
    assert "3.3.2.6 → 4.3.2.6  [可选 → 必须] 可选变必须" in text
    assert "4.3.3 系统冗余" in text
    # A rule that took another's place is shown whole, not interleaved.
    assert "应提供双路市电，双路供电应能实现自动切换" in run("diff", "1", "4").stdout.replace("\n", "")


def test_diff_as_json_has_the_decided_shape(built: BuiltGraph) -> None:
    body = json.loads(run("diff", "2", "3", "--json").stdout)
    assert (body["from"], body["to"]) == (2, 3)
    assert body["summary"] == {"same": 172, "reworded": 0, "promoted": 4, "strengthened": 7, "introduced": 19}
    assert len(body["changes"]) == 30
    assert {"change", "section", "before", "after"} <= set(body["changes"][0])


def test_diff_lists_the_same_on_demand(built: BuiltGraph) -> None:
    assert run("diff", "2", "3", "--same").stdout.count("] ") >= 202


def test_clause_in_words_and_as_json(built: BuiltGraph) -> None:
    text = run("clause", "4.3.3.1").stdout
    assert "[必须][延续]  加强" in text
    assert "2.3.3.1 → 3.3.3.1 → *4.3.3.1* → 5.3.3.1" in text
    assert json.loads(run("clause", "4.3.3.1", "--json").stdout) == built.catalogue.clauses["4.3.3.1"].as_json()
    assert "核心系统指" in run("clause", "1.4.1").stdout


def test_statements_that_hold_are_listed_only_when_asked(built: BuiltGraph, tmp_path: Path) -> None:
    file = tmp_path / "policy.txt"
    file.write_text("4.2.1.5条：机房录像至少保存90天。\n4.3.3.1条：RPO不超过60秒。\n", encoding="utf-8")
    found = run("cite-check", str(file))
    assert found.returncode == 1
    assert "4.3.3.1条：RPO不超过60秒。" in found.stdout
    assert "4.2.1.5条：机房录像" not in found.stdout
    assert "4.2.1.5条：机房录像至少保存90天。" in run("cite-check", str(file), "--all").stdout


def test_questions_are_listed(built: BuiltGraph) -> None:
    body = json.loads(run("query", "--json").stdout)
    assert len(body) >= 24
    assert "tier_additions" in run("query").stdout


def test_question_tells_its_parameters() -> None:
    text = run("query", "tier_additions", "--help").stdout
    assert "--tier" in text
    assert "2 3 4" in text
    assert "zhiyin query tier_additions --tier 3" in text


@pytest.mark.parametrize("form", ["table", "csv", "json", "xml", "tsv", "ttl"])
def test_question_in_each_format(built: BuiltGraph, form: str) -> None:
    found = run("query", "tier_additions", "--tier", "3", "--format", form)
    assert found.returncode == 0, found.stderr
    assert "4.2.2.5" in found.stdout


def test_table_has_headings_in_the_language_and_wraps(built: BuiltGraph) -> None:
    text = run("query", "tier_additions", "--tier=2").stdout
    (english,) = run_in_english(("query", "tier_additions", "--tier=2"))
    assert "原文（前）" in text
    assert "text before" in english.stdout
    assert max(map(len, text.splitlines())) <= 160


def test_question_as_a_workbook(built: BuiltGraph, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    file = tmp_path / "answer.xlsx"
    assert run("query", "counts_by_tier", "--format", "xlsx", "--output", str(file)).returncode == 0
    rows = list(load_workbook(file).active.values)  # type: ignore[union-attr]
    assert rows[0][:2] == ("类别", "条款数")
    assert [row[1] for row in rows[1:]] == [177, 183, 202, 209]


def test_question_shows_its_sparql_without_running_it(built: BuiltGraph) -> None:
    text = run("query", "duty_ladder", "--clause", "5.2.2.2", "--sparql").stdout
    assert "VALUES (?clause) { (<https://w3id.org/zhiyin/id/clause/5.2.2.2>) }" in text


def test_construct_gives_turtle(built: BuiltGraph) -> None:
    assert "zy:strengthens" in run("query", "lineage_graph", "--format", "ttl").stdout


def test_a_reader_that_stops_is_no_fault(built: BuiltGraph) -> None:
    command = f'"{sys.executable}" -c "from zhiyin.cli import main; main()" diff 1 4 --same | head -n 1'
    found = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tier", "5"), "--tier 有误：5 不在范围内，应为 1 至 4"),
        (("--jobs", "0"), "--jobs 有误：0 不在范围内"),
        (("--format", "pdf"), "不在可选的值中"),
        (("--tier", "二"), "不是整数"),
    ],
)
def test_a_bad_option_is_told_in_chinese_throughout(arguments: tuple[str, str], said: str) -> None:
    done = run("validate", __file__, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert " is not " not in done.stderr
