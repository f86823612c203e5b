"""The sheets that explain: how to fill in, and the clauses with what each needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhiyin.form import workbook_layout as layout
from zhiyin.form import workbook_style as style
from zhiyin.form.clauses import clauses_of
from zhiyin.form.form_book import FormBook
from zhiyin.model import tier_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

LINES = (
    "浅黄色的格子由您填写，灰色的由表给出（有锁，无密码）；带 ● 的是必须条款所需。每一行是一项事实，不是一条条款。",
    "没有的写“否”，不知道的留空：留空即“未声明”，不会算作不符合。一个格子有几个值时用“；”分开。",
    "清单表：每项一行，写名称即可，编号由表给出。几项的情况完全相同，可写在一行（名称之间用“；”）。",
    "清单表：每一项都相同的事实，可另写一行，名称写“全部”；某一项不同的，该格不要写在“全部”行。",
    "清单列全后在该表 B1 选“是”。一项也没有的，不列而选“是”，即声明没有。",
    "“文件”：每份证据文件只写一次；日期、岗位与上一行相同的不必再写（右边显示采用的值）。不要排序。",
    "“做法与文件”：写证明该做法的文件序号即可；没有落实的选“否”。同一份文件可以证明多项做法。",
    "“定期工作”：写最近一次实际进行的日期；“定期”没有规定周期的，写公司自定的周期（天、月或年）。",
    "“保存期限”：数字加单位，或选“永久”。",
    "“对象”写公司、清单中的名称，或“全部机房”这样的全部；各项情况不同的，在表末加行分别写。",
    "“自查”随填随算：哪些条款事实齐全、哪些还缺什么；能由公式判断的，直接给出符合或不符合。",
    "人员写代号，不写姓名。不要改表头，不要插入列；不要用公式和宏。“示例”“条款”“自查”各表不读取。",
)

CLAUSE_COLUMNS = ("条款", "必须/可选", "原文", "所需事实（点击前往）")


def title_of(tier: int) -> str:
    """Return what the form of a tier is called."""
    return f"《期货公司信息技术管理指引》{tier_name(tier)}自述表"


def guide_sheet(sheet: Worksheet, form: FormBook) -> None:
    """Write how to fill the form in, and a list of its sheets to jump to."""
    sheet["A1"] = title_of(form.form.tier)
    sheet["A1"].font = style.font(bold=True, size=14)
    for row, line in enumerate(LINES, 2):
        sheet.cell(row, 1, line).alignment = style.wrapped()
    row = len(LINES) + 3
    sheet.cell(row, 1, "各表（点击前往）").font = style.font(bold=True)
    for title in form.book.sheetnames:
        if title not in (layout.GUIDE, layout.CHOICES):
            row += 1
            cell = sheet.cell(row, 1, title)
            style.link(cell, title, "A1")
    sheet.column_dimensions["A"].width = 100
    sheet["D1"], sheet[layout.TIER_CELL] = "tier", form.form.tier
    sheet["D2"], sheet[layout.EDITION_CELL] = "edition", layout.edition(form.form)
    sheet["D3"], sheet[layout.LAYOUT_CELL] = "layout", layout.LAYOUT
    if form.form.rules.edition.id:
        sheet["D4"], sheet[layout.FOLLOWED_CELL] = layout.FOLLOWS, form.form.rules.edition.vocabulary
    sheet.column_dimensions["D"].hidden = True
    sheet.column_dimensions["E"].hidden = True
    style.protected(sheet)


def clauses_sheet(form: FormBook) -> None:
    """Write every clause of the tier with its text and links to the cells that it needs."""
    sheet = form.book.create_sheet(layout.CLAUSES)
    style.header(sheet, 1, CLAUSE_COLUMNS)
    clauses = clauses_of(form.form.rules, form.form.tier)
    spots = {number: form.map.cited.get(number, [])[:12] for number in clauses}
    widest = 3 + max(1, *map(len, spots.values()))
    # As wide as a screen: the text of the clause gives way to the links, and these to how many they are.
    across = min(16.0, 126.0 / (widest - 3) - 0.8)
    for row, clause in enumerate(clauses.values(), 2):
        for index, value in enumerate((clause.number, str(clause.obligation), clause.text), 1):
            style.given(sheet.cell(row, index), value)
        for index, spot in enumerate(spots[clause.number], 4):
            cell = sheet.cell(row, index)
            style.given(cell, spot.label.removeprefix(f"{layout.COMPANY_ITSELF}·"))
            style.link(cell, spot.sheet, spot.cell, width=across)
    from openpyxl.utils import get_column_letter

    columns = (9.0, 6.0, 44.0, *[across] * (widest - 3))
    for index, width in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    style.heights(sheet, columns)
    sheet.freeze_panes = "D2"
    style.protected(sheet)
