"""The verdict as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiyin import __version__
from zhiyin.form import workbook_style as style
from zhiyin.law.outcome import OUTCOME_LABELS
from zhiyin.model import tier_name
from zhiyin.report.causes import causes
from zhiyin.report.verdict_rows import COLUMNS, rows
from zhiyin.validation.day import DAY_FROM_LABELS
from zhiyin.validation.judgement import Judgement
from zhiyin.validation.policy import STATUS_LABELS
from zhiyin.validation.provenance import engine_version

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def verdict_workbook(judgement: Judgement) -> bytes:
    """Return the verdict as a workbook: an overview, a sheet of clauses with findings, the ladder, the provenance."""
    from openpyxl import Workbook

    book = Workbook()
    overview = book.create_sheet("总览", 0)
    del book[book.sheetnames[1]]
    style.header(
        overview,
        1,
        (
            "公司",
            "统一社会信用代码",
            "申报类别",
            "所评类别",
            "结论",
            "事实支持的最高类别",
            "符合",
            "不符合",
            "未声明",
            "不适用",
            "需人工",
            "核查日",
            "核查日来源",
        ),
    )
    for verdict in judgement.verdicts:
        counts = verdict.summary()
        overview.append(
            [
                style.text(verdict.name or verdict.company),
                verdict.credit_code,
                tier_name(verdict.declared_tier),
                tier_name(verdict.assessed_tier),
                STATUS_LABELS[verdict.status],
                (tier_name(verdict.achieved_tier) or "无"),
                *(counts[key] for key in ("satisfied", "violated", "undeclared", "not-applicable", "manual")),
                verdict.day.check.isoformat(),
                DAY_FROM_LABELS[verdict.day.source].zh,
            ]
        )
    style.widths(overview, (30, 22, 10, 10, 12, 18, 8, 8, 8, 8, 8, 12, 24))
    _by_cause(book.create_sheet("按原因"), judgement)
    detail = book.create_sheet("逐条", 1)
    style.header(detail, 1, COLUMNS)
    for verdict in judgement.verdicts:
        for row in rows(verdict, judgement):
            detail.append([style.text(cell) for cell in row])
    style.widths(detail, (24, 20, 9, 10, 9, 9, 9, 12, 60, 40, 20, 20, 14, 20, 40, 40, 40, 24, 12, 20))
    detail.freeze_panes = "E2"
    detail.auto_filter.ref = detail.dimensions
    if judgement.notices:
        _notices(book.create_sheet("须核对"), judgement)
    source = book.create_sheet("出处")
    for line in _origin(judgement):
        source.append([style.text(cell) for cell in line])
    style.widths(source, (30, 100))
    return style.packed(book)


def _origin(judgement: Judgement) -> list[tuple[str, str]]:
    """Return what the verdict rests on, in words: the same input, rules and programs give the same verdict."""
    days = sorted({day.isoformat() for day in judgement.check_dates})
    origins = sorted({DAY_FROM_LABELS[verdict.day.source].zh for verdict in judgement.verdicts})
    hashes, prefix = judgement.rules.hashes, "SHA-256"
    return [
        ("提交的文件", judgement.source or "（未给文件名）"),
        (f"提交的文件 {prefix}", judgement.sha256),
        (f"认定文件 {prefix}", judgement.determinations_sha256 or "没有认定文件"),
        ("核查日", "、".join(days)),
        ("核查日的由来", "、".join(origins)),
        ("评定引擎", f"{judgement.engine} {engine_version(str(judgement.engine))}"),
        ("程序版本", __version__),
        (f"指引原文 {prefix}", hashes["guideline"]),
        (f"本体 {prefix}", hashes["ontology"]),
        (f"评定规则 {prefix}", hashes["shapes"]),
        ("怎样读", "据自述：所评的是所陈述的内容"),
    ]


def _by_cause(sheet: Worksheet, judgement: Judgement) -> None:
    """Write what to fill in and put right, one line a cause, the next first."""
    style.header(sheet, 1, ("公司", "先后", "结论", "情况", "怎样做", "涉及条款", "条数", "所在", "对象"))
    for verdict in judgement.verdicts:
        for count, cause in enumerate(causes(verdict, judgement), 1):
            line = (
                verdict.name or "（未写名称）",
                str(count),
                OUTCOME_LABELS[cause.outcome],
                cause.message.zh,
                cause.remedy.zh if cause.remedy else "",
                cause.numbers,
                str(len(cause.clauses)),
                cause.group,
                "；".join(spot.words for spot in cause.spots[:20] if spot.words),
            )
            sheet.append([style.text(part) for part in line])
    style.widths(sheet, (24, 6, 9, 46, 50, 24, 6, 20, 50))
    sheet.freeze_panes = "D2"


def _notices(sheet: Worksheet, judgement: Judgement) -> None:
    style.header(sheet, 1, ("工作表", "单元格", "情况", "可能的意思", "怎样做"))
    for notice in judgement.notices:
        # What is told of the file of rulings stands beside what is told of the submission.
        other = notice.place.source if notice.place.source != judgement.source else None
        sheet.append(
            [
                style.text(part)
                for part in (
                    " ".join(filter(None, (other, notice.place.sheet))),
                    notice.place.cell or (f"第 {notice.place.line} 行" if other and notice.place.line else ""),
                    notice.message.zh,
                    notice.meant.zh if notice.meant else "",
                    notice.remedy.zh if notice.remedy else "",
                )
            ]
        )
    style.widths(sheet, (18, 10, 60, 40, 50))
