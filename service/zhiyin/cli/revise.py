"""``zhiyin revise``: a new text of the guideline beside the shipped one, clause by clause, and the draft of its edition."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhiyin.cli.bounded import bounded
from zhiyin.cli.group import BilingualCommand
from zhiyin.cli.language import say

if TYPE_CHECKING:
    from collections import Counter

    from zhiyin.composition.revising import Revision
    from zhiyin.guideline.revision import Kind, Match

COLUMNS = ("类别", "建议", "结论", "新条款", "旧条款", "要求族", "数字", "理由", "新文本", "旧文本", "相近的旧条款")
TOUCHED_COLUMNS = ("形状", "数字（阈值）", "判读规则", "用例")


@click.command(
    cls=BilingualCommand,
    help=say(
        "把指引的新文本与现行文本逐条对照：未变、文字调整、数字变化、加强、新出现、删除、待定，"
        "并列出每处变化牵动的形状、数字、判读规则和用例。待定与新出现的条款由人在清单中写下结论后，"
        "用 --decisions 交回，再用 --write 写出新版本的草稿。",
        "Compare a new text of the guideline with the shipped one, clause by clause, with the shapes, figures, reading "
        "rules and cases that each change touches. A person writes decisions into the list (--format csv) and hands it "
        "back by --decisions; --write then writes the draft of the new edition.",
    ),
)
@click.argument("text", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="NEW.txt")
@click.option("--edition", default="next", show_default=True, help=say("新版本的名字，用于 IRI。", "Its name in IRIs."))
@click.option(
    "--vocabulary",
    metavar="IRI",
    help=say(
        "按新版本提交的自述所遵循的词汇版本。", "The vocabulary version that submissions under the edition follow."
    ),
)
@click.option(
    "--description",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("新版本自己的 edition.toml（章或类别不同时）。", "Its own edition.toml, where chapters or tiers differ."),
)
@click.option(
    "--decisions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("填好结论的清单（CSV）。", "The list with the decisions filled in (CSV)."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help=say("输出格式。", "Output format."),
)
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("把新版本的草稿写入此文件夹。", "Write the draft of the edition into this folder."),
)
@click.option("--all", "every", is_flag=True, help=say("也列出未变的条款。", "List unchanged clauses as well."))
@bounded
def command(
    text: Path,
    edition: str,
    vocabulary: str | None,
    description: Path | None,
    decisions: Path | None,
    form: str,
    folder: Path | None,
    every: bool,
) -> int:
    """Run the command; exit code 3 while something is left for a person to decide."""
    from zhiyin import composition
    from zhiyin.composition.revising import described, read_decisions, revise
    from zhiyin.namespaces import ONTOLOGY

    graph = composition.load_graph(lambda message: click.echo(say(message.zh, message.en), err=True))
    of = described(
        description.read_bytes() if description else b"",
        edition=edition,
        vocabulary=vocabulary or f"{ONTOLOGY}/company/{edition}",
        text=text.name,
    )
    decided = read_decisions(decisions.read_bytes(), name=decisions.name) if decisions else []
    revised = revise(text.read_bytes(), graph.catalogue, name=text.name, edition=of, decisions=decided)
    if folder is not None:
        from zhiyin.composition.drafting import write_edition

        for name in write_edition(revised, folder):
            click.echo(str(folder / name))
        for line in _by_hand(revised):
            click.echo(line, err=True)
        return 0
    {"table": _table, "csv": _csv, "json": _json}[form](revised, every)
    return 3 if revised.undecided else 0


def _shown(revised: Revision, every: bool) -> list[Match]:
    from zhiyin.guideline.revision import Kind

    return [m for m in revised.matches if every or m.kind is not Kind.SAME or m.old is None or _moved(m)]


def _moved(match: Match) -> bool:
    return match.old is not None and match.new is not None and match.old.number != match.new.number


def _row(revised: Revision, match: Match) -> dict[str, str]:
    from zhiyin.guideline.revision import KIND_LABELS

    clause = match.new or match.old
    touched = revised.touched.get(match.old.number) if match.old is not None else None
    cells = (
        str(clause.tier if clause else ""),
        KIND_LABELS[match.kind],
        "",
        match.new.number if match.new else "",
        match.old.number if match.old else "",
        match.family or "",
        "；".join(f"{a} → {b}" for a, b in match.figures),
        match.why.zh,
        match.new.text if match.new else "",
        match.old.text if match.old else "",
        "；".join(f"{number} {likeness:.2f}" for number, likeness in match.others),
    )
    parts = (touched.shapes, touched.thresholds, touched.readings, touched.cases) if touched else ((), (), (), ())
    return dict(zip((*COLUMNS, *TOUCHED_COLUMNS), (*cells, *("；".join(part) for part in parts)), strict=True))


def _guarded(row: Mapping[str, str]) -> dict[str, str]:
    """Return the row with nothing in it that a spreadsheet would take for a formula."""
    return {key: "'" + value if value[:1] in ("=", "+", "-", "@") else value for key, value in row.items()}


def _csv(revised: Revision, every: bool) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, (*COLUMNS, *TOUCHED_COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    for match in _shown(revised, every):
        writer.writerow(_guarded(_row(revised, match)))
    for kind, rows in (("标题", revised.headings), ("总则", revised.provisions)):
        for number, before, after in rows:
            told = {"建议": kind, "新条款": number if after else "", "旧条款": number if before else ""}
            writer.writerow(_guarded({**told, "新文本": after, "旧文本": before}))
    click.echo("﻿" + out.getvalue(), nl=False)


def _json(revised: Revision, every: bool) -> None:
    from zhiyin.guideline.revision import Kind

    document = {
        "edition": revised.new.edition.id,
        "summary": {str(kind): sum(m.kind is kind for m in revised.matches) for kind in Kind},
        "undecided": [m.new.number for m in revised.undecided if m.new is not None],
        "undecidedBefore": [m.old.number for m in revised.undecided if m.new is None and m.old is not None],
        "headings": [{"number": n, "before": a or None, "after": b or None} for n, a, b in revised.headings],
        "provisions": [{"number": n, "before": a or None, "after": b or None} for n, a, b in revised.provisions],
        "figuresByHand": [{"clause": n, "before": a, "after": b} for n, a, b in revised.by_hand],
        "changes": [
            {
                "kind": str(m.kind),
                "before": m.old.number if m.old else None,
                "after": m.new.number if m.new else None,
                "family": m.family,
                "likeness": m.likeness,
                "why": {"zh": m.why.zh, "en": m.why.en},
                "figures": [list(pair) for pair in m.figures],
                "others": [{"number": number, "likeness": likeness} for number, likeness in m.others],
            }
            for m in _shown(revised, every)
        ],
    }
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _table(revised: Revision, every: bool) -> None:
    from collections import Counter

    from zhiyin.guideline.revision import KIND_LABELS, Kind

    counts = Counter(match.kind for match in revised.matches)
    click.echo(_counted(counts) + say("；", "; ") + _left(revised))
    for number, before, after in revised.headings:
        click.echo(say(f"标题 {number}：{before or '无'} → {after or '无'}", f"heading {number}: {before} → {after}"))
    for number, before, after in revised.provisions:
        click.echo(say(f"总则 {number}：", f"general provision {number}: ") + _marked(before, after))
    for line in _by_hand(revised):
        click.echo(line)
    for match in _shown(revised, every):
        numbers = " → ".join(c.number for c in (match.old, match.new) if c is not None)
        click.echo(f"\n{numbers}  {say(KIND_LABELS[match.kind], str(match.kind))}  {say(match.why.zh, match.why.en)}")
        if match.old is not None and match.new is not None:
            click.echo("    " + _marked(match.old.text, match.new.text))
        else:
            clause = match.new or match.old
            click.echo("    " + (clause.text if clause else ""))
        for number, likeness in match.others if match.kind is Kind.UNSURE else ():
            click.echo(say(f"    相近：{number}（{likeness:.2f}）", f"    near: {number} ({likeness:.2f})"))
        touched = revised.touched.get(match.old.number) if match.old is not None else None
        if touched is not None:
            for zh, en, parts in (
                ("形状", "shapes", touched.shapes),
                ("数字", "figures", touched.thresholds),
                ("判读规则", "reading rules", touched.readings),
                ("用例", "cases", touched.cases),
            ):
                if parts:
                    more = say(f" 等 {len(parts)} 项", f" and more, {len(parts)} in all") if len(parts) > 4 else ""
                    click.echo(f"    {say(zh, en)}：{'、'.join(parts[:4])}{more}")
    if any(m.new is None for m in revised.undecided):
        gone = "、".join(m.old.number for m in revised.undecided if m.new is None and m.old is not None)
        click.echo(
            say(
                f"\n旧条款 {gone} 或已并入：是删除的，结论写“删除”",
                f"\nold clauses {gone} may have been merged: where withdrawn, decide so",
            )
        )
    if revised.undecided:
        do = say(
            "用 --format csv 写出清单，填“结论”列，再用 --decisions 交回",
            "write the list by --format csv, fill the column 结论, hand it back by --decisions",
        )
        click.echo(f"\n{_left(revised)}{say('：', ': ')}{do}")


def _by_hand(revised: Revision) -> list[str]:
    """Return a line for each figure that no draft takes: what was judged by it is judged by the old figure until then."""
    return [
        say(
            f"须由人写阈值与形状：{number} 的“{before}”{f'改为“{after}”' if after else '不再这样写'}",
            f"threshold and shape to be written by hand: {number}, '{before}' "
            + (f"is '{after}' now" if after else "does not stand there any more"),
        )
        for number, before, after in revised.by_hand
    ]


def _counted(counts: Counter[Kind]) -> str:
    from zhiyin.guideline.revision import KIND_LABELS, Kind

    return say("，", ", ").join(f"{say(KIND_LABELS[kind], str(kind))} {counts[kind]}" for kind in Kind if counts[kind])


def _left(revised: Revision) -> str:
    """Return how many clauses a person has to decide on and of which kinds they are: the same at the head and the foot."""
    from collections import Counter

    if not revised.undecided:
        return say("没有要由人认定的", "nothing left for a person to decide")
    kinds = _counted(Counter(match.kind for match in revised.undecided))
    most = len(revised.undecided)
    return say(f"要由人认定 {most} 条（{kinds}）", f"{most} for a person to decide ({kinds})")


def _marked(before: str, after: str) -> str:
    """Return the new text with what was taken away in [-…-] and what was put in as {+…+}."""
    from zhiyin.difference import readable_difference

    marks = {"keep": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(marks[str(part.kind)].format(part.text) for part in readable_difference(before, after))
