"""The rows of a batch in, one workbook out: firms, firm by clause, which clauses fail most, files that were not judged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from zhiyin.composition.batch import Row
from zhiyin.form import workbook_style as style
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.law.rules import Rules
from zhiyin.model import number_key, tier_name
from zhiyin.report.outputs import RETURNED
from zhiyin.validation.policy import STATUS_LABELS, TierStatus

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

REPORT_WORDS: Final = {"docx": "Word", "html": "打印版", "xlsx": "Excel", RETURNED: "原表带批注"}
_COLOURS: Final = {Outcome.VIOLATED: "F8CBAD", Outcome.UNDECLARED: "FFF2CC", Outcome.MANUAL: "E4DFEC"}


def batch_workbook(rows: Iterable[Row], law: Rules, skipped: Sequence[str] = ()) -> bytes:
    """Return the workbook; every row is held until it is written. ``skipped`` names the files that were passed over."""
    from openpyxl import Workbook

    known = list(rows)
    judged = [row for row in known if row.error is None]
    book = Workbook()
    del book[book.sheetnames[0]]
    _overview(book, judged)
    for tier in sorted({row.assessed_tier or 0 for row in judged}):
        _clauses(book, tier, [row for row in judged if row.assessed_tier == tier], law)
    _frequent(book, judged, law)
    _refused(book, [row for row in known if row.error is not None], skipped)
    return style.packed(book)


def _overview(book: Workbook, rows: Sequence[Row]) -> None:
    sheet = book.create_sheet("公司")
    titles = ("公司", "统一社会信用代码", "申报类别", "所评类别", "结论", "事实支持的最高类别", "核查日")
    forms = list(dict.fromkeys(report.form for row in rows for report in row.reports))
    named = ["报告"] if len(forms) == 1 else [f"报告（{REPORT_WORDS[form]}）" for form in forms]
    style.header(sheet, 1, (*titles, *(OUTCOME_LABELS[o] for o in Outcome), "须核对", "文件", *named))
    for row in rows:
        counts = Counter(outcome for _, outcome in row.outcomes)
        sheet.append(
            [
                style.text(row.name or row.company),
                row.credit_code,
                tier_name(row.declared_tier),
                tier_name(row.assessed_tier),
                STATUS_LABELS[TierStatus(row.status)],
                (tier_name(row.achieved_tier) or "无"),
                row.check_date,
                *(counts[str(outcome)] for outcome in Outcome),
                row.notices,
                style.text(row.source),
            ]
        )
        for report in row.reports:
            cell = sheet.cell(sheet.max_row, len(titles) + len(Outcome) + 3 + forms.index(report.form), report.name)
            # Beside the overview: a name alone leads there, whatever folder the two are put into.
            cell.hyperlink = quote(report.name)
            cell.font = style.font(colour="1F4E9C", underline="single")
    totals = Counter(outcome for row in rows for _, outcome in row.outcomes)
    sheet.append([f"合计 {len(rows)} 家", *[""] * 6, *(totals[str(outcome)] for outcome in Outcome), "", ""])
    _states(sheet, rows)
    _shaped(sheet, (30, 22, 9, 9, 12, 14, 12, *[9] * len(Outcome), 9, 32, *[50] * len(forms)))
    sheet.freeze_panes = "B2"


def _shaped(sheet: Worksheet, columns: Sequence[float]) -> None:
    """Set the widths of the columns and the heights of the rows; the head stands on each printed page."""
    style.widths(sheet, columns)
    style.heights(sheet, columns)
    sheet.print_title_rows = "1:1"


def _states(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Write how many firms came to each conclusion below the list."""
    found = Counter(TierStatus(row.status) for row in rows)
    sheet.append([])
    for status in TierStatus:
        sheet.append([f"{STATUS_LABELS[status]} {found[status]} 家"])


def _clauses(book: Workbook, tier: int, rows: Sequence[Row], law: Rules) -> None:
    """Write the sheet of one tier: a line a clause, a column a firm, what is satisfied left blank."""
    sheet = book.create_sheet(f"{tier_name(tier)}·公司×条款")
    style.header(sheet, 1, ("条款", "必须/可选", "内容", *(style.text(row.name or row.company) for row in rows)))
    found = [dict(row.outcomes) for row in rows]
    for index, requirement in enumerate(law.of_tier(tier), 2):
        sheet.cell(index, 1, requirement.number)
        sheet.cell(index, 2, str(requirement.obligation))
        sheet.cell(index, 3, requirement.text).alignment = style.wrapped()
        for column, outcomes in enumerate(found, 4):
            outcome = Outcome(outcomes[requirement.number])
            if outcome is not Outcome.SATISFIED:
                cell = sheet.cell(index, column, OUTCOME_LABELS[outcome])
                if outcome in _COLOURS:
                    cell.fill = style.fill(_COLOURS[outcome])
    _shaped(sheet, (10, 10, 60, *[16] * len(rows)))
    sheet.freeze_panes = "D2"


def _frequent(book: Workbook, rows: Sequence[Row], law: Rules) -> None:
    sheet = book.create_sheet("条款·问题最多")
    style.header(sheet, 1, ("条款", "必须/可选", "不符合", "未声明", "需人工", "公司数", "内容"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for number, outcome in row.outcomes:
            counts[number][outcome] += 1
    told = (Outcome.VIOLATED, Outcome.UNDECLARED, Outcome.MANUAL)
    requirements = {r.number: r for r in law.requirements}
    ranked = sorted(counts, key=lambda n: (*(-counts[n][str(o)] for o in told), number_key(n)))
    for number in ranked:
        if any(counts[number][str(outcome)] for outcome in told):
            clause = requirements[number]
            tally = [counts[number][str(outcome)] for outcome in told]
            sheet.append([number, str(clause.obligation), *tally, counts[number].total(), clause.text])
    _shaped(sheet, (10, 10, 9, 9, 9, 9, 80))


def _refused(book: Workbook, rows: Sequence[Row], skipped: Sequence[str]) -> None:
    sheet = book.create_sheet("未能评定")
    style.header(sheet, 1, ("文件", "位置", "原因"))
    for row in rows:
        told = row.faults or ((row.where, row.error),)
        for where, fault in told:
            sheet.append([style.text(row.source), style.text(where), style.text(fault.zh) if fault else ""])
    for name in skipped:
        sheet.append([style.text(name), "", "略过：不是自述文件（锁文件、隐藏文件或其他类型的文件）"])
    _shaped(sheet, (50, 40, 80))
