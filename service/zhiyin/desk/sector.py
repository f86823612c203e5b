"""The latest verdicts and figures of all firms in, what they say side by side out: heat map, clauses, spreads, lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson
import pyoxigraph as ox
import sqlalchemy as sa
from sqlalchemy import Connection

from zhiyin.desk import firms as books
from zhiyin.desk import verdicts
from zhiyin.desk.duties import edition_name
from zhiyin.desk.firms import Firm
from zhiyin.desk.judged import Figure
from zhiyin.desk.people import Person
from zhiyin.desk.schema import firms, submissions
from zhiyin.desk.tables import Cell, Table, column
from zhiyin.desk.verdicts import KeptVerdict
from zhiyin.errors import Message
from zhiyin.law.outcome import OUTCOME_LABELS, Outcome
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import ShapeLibrary
from zhiyin.model import number_key
from zhiyin.namespaces import ZY
from zhiyin.standards import SH


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A firm: its verdict, and for each subsection how many clauses came to each outcome."""

    firm: Firm
    verdict: KeptVerdict
    cells: Mapping[str, Counter[str]]

    def count(self, subsection: str, outcome: str) -> int:
        """Return how many clauses of a subsection came to an outcome."""
        return self.cells.get(subsection, Counter())[outcome]

    def total(self, outcome: str) -> int:
        """Return how many clauses came to an outcome."""
        return sum(cell[outcome] for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Firms by subsections."""

    subsections: tuple[str, ...]
    rows: tuple[HeatRow, ...]


def heat_map(
    connection: Connection,
    person: Person,
    *,
    tier: int | None = None,
    clauses: str | None = None,
    section: str = "",
    outcome: str = Outcome.VIOLATED,
    order: str = "",
) -> HeatMap:
    """Return the latest verdicts side by side; ``order`` is a subsection, ``name`` or empty for the most first.

    ``clauses`` asks for one edition alone, by the namespace of its clauses.
    """
    known = {firm.id: firm for firm in books.all_firms(connection, person)}
    latest = verdicts.latest_of_firms(connection, person.firm)
    rows = [
        HeatRow(known[firm], verdict, _by_subsection(verdict.outcomes, section))
        for firm, verdict in latest.items()
        if firm in known and (tier is None or verdict.tier == tier) and clauses in (None, verdict.clauses)
    ]
    subsections = sorted({s for row in rows for s in row.cells}, key=number_key)

    def key(row: HeatRow) -> tuple[int, str]:
        if order == "name":
            return 0, row.firm.title
        return -(row.count(order, outcome) if order in subsections else row.total(outcome)), row.firm.title

    return HeatMap(tuple(subsections), tuple(sorted(rows, key=key)))


def _by_subsection(outcomes: Mapping[str, str], section: str) -> dict[str, Counter[str]]:
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    for number, outcome in outcomes.items():
        _, first, second, *_ = number.split(".")
        if not section or section == first:
            cells[f"{first}.{second}"][outcome] += 1
    return cells


def heat_table(heat: HeatMap, outcome: str) -> Table:
    """Return the heat map as a table of counts of one outcome."""
    columns = (
        column("firm", "公司", "firm"),
        column("unifiedSocialCreditCode", "统一社会信用代码", "credit code"),
        column("tier", "类别", "tier"),
        column("status", "结论", "status"),
        *(column(s, s, s) for s in heat.subsections),
    )
    rows: list[list[Cell]] = [
        [r.firm.title, r.firm.code, r.verdict.tier, r.verdict.status, *(r.count(s, outcome) for s in heat.subsections)]
        for r in heat.rows
    ]
    label = OUTCOME_LABELS[Outcome(outcome)]
    table = Table("heat-map", Message(f"各公司各小节{label}的条款数", f"{outcome} clauses by firm"), columns, rows)
    return table.of_editions([edition_name(r.verdict.clauses) for r in heat.rows])


def firm_table(found: Sequence[Firm], latest: Mapping[str, KeptVerdict]) -> Table:
    """Return the firms with where they stand: of each outcome so many clauses; nothing where nothing was judged."""
    columns = (
        column("firm", "公司", "firm"),
        column("unifiedSocialCreditCode", "统一社会信用代码", "credit code"),
        column("tier", "类别", "tier"),
        column("status", "结论", "status"),
        column("checkDate", "核查日", "check date"),
        *(column(str(o), OUTCOME_LABELS[o], str(o)) for o in Outcome),
    )
    rows: list[list[Cell]] = []
    for firm in found:
        verdict = latest.get(firm.id)
        if verdict is None:
            rows.append([firm.title, firm.code, *("" for _ in columns[2:])])
            continue
        counts = verdict.counts()
        stands = (verdict.tier, verdict.status, verdict.check_date)
        rows.append([firm.title, firm.code, *stands, *(counts.get(o, 0) for o in Outcome)])
    table = Table("firms", Message("各公司结论", "where the firms stand"), columns, rows)
    return table.of_editions([edition_name(latest[f.id].clauses) if f.id in latest else "" for f in found])


@dataclass(frozen=True, slots=True)
class ClauseCount:
    """A clause of a tier and how many firms came to each outcome; ``clauses`` is the namespace of its edition."""

    clauses: str
    tier: int
    number: str
    counts: Counter[str]

    @property
    def firms(self) -> int:
        """How many firms it was judged for."""
        return sum(self.counts.values())


def clause_counts(
    latest: Iterable[KeptVerdict], tier: int | None = None, clauses: str | None = None
) -> list[ClauseCount]:
    """Return each clause of each edition, or of the one of ``clauses``, with how many firms came to each outcome.

    Those that most firms violate come first.
    """
    counts: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    for verdict in latest:
        if (tier is None or verdict.tier == tier) and clauses in (None, verdict.clauses):
            for number, outcome in verdict.outcomes.items():
                counts[verdict.clauses, verdict.tier, number][outcome] += 1
    found = [ClauseCount(*key, own) for key, own in counts.items()]
    found.sort(
        key=lambda c: (
            -c.counts[Outcome.VIOLATED],
            -c.counts[Outcome.UNDECLARED],
            c.tier,
            number_key(c.number),
            c.clauses,
        )
    )
    return found


def clause_table(counted: Sequence[ClauseCount]) -> Table:
    """Return the clause counts as a table."""
    columns = (
        column("tier", "类别", "tier"),
        column("clause", "条款", "clause"),
        *(column(str(o), OUTCOME_LABELS[o], str(o)) for o in Outcome),
        column("firms", "公司数", "firms"),
    )
    rows: list[list[Cell]] = [[c.tier, c.number, *(c.counts[str(o)] for o in Outcome), c.firms] for c in counted]
    table = Table("clauses", Message("各条款的结论分布", "outcomes by clause"), columns, rows)
    return table.of_editions([edition_name(c.clauses) for c in counted])


@dataclass(frozen=True, slots=True)
class Spread:
    """How one figure is spread over the firms: five numbers, all values without names, and the asker's own place.

    ``greatest_counts`` says that of several values of a firm the greatest was taken, as it is for an upper bound.
    """

    name: str
    label: Message
    greatest_counts: bool
    count: int
    least: float
    lower: float
    median: float
    upper: float
    greatest: float
    values: tuple[float, ...]
    own: float | None
    rank: int | None


def figures_of(connection: Connection, person: Person | None = None) -> dict[str, dict[str, Figure]]:
    """Return firm to its figures, from the submission that stands for it."""
    chosen = sa.select(firms.c.id, submissions.c.figures).join(firms, firms.c.latest == submissions.c.id)
    if person is not None and person.firm is not None:
        chosen = chosen.where(firms.c.id == person.firm)
    return {
        row.id: {name: Figure(**figure) for name, figure in orjson.loads(row.figures).items()}
        for row in connection.execute(chosen)
    }


FEWEST = 4
"""With fewer firms a spread would give single firms away to another firm."""


_NO_QUANTITY = frozenset({"claimedTier", "year", "firstFiscalYear"})
"""Numbers that name something: a spread of them says nothing."""


def bounded_above(shapes: ShapeLibrary) -> frozenset[str]:
    """Return the local names of the properties that a clause bounds from above, such as a recovery time."""
    found = set()
    for shape in shapes.shapes.values():
        said = dict(shapes.statements[ox.NamedNode(shape.iri)])
        path = said.get(SH + "path")
        if isinstance(path, ox.NamedNode) and not {SH + "maxInclusive", SH + "maxExclusive"}.isdisjoint(said):
            found.add(path.value.removeprefix(str(ZY)))
    return frozenset(found)


def plainly(number: float) -> str:
    """Return a figure as people read it: 190,000,000, never 1.9e+08."""
    text = f"{number:,.4f}"
    return text.rstrip("0").rstrip(".")


def spreads(figures: Mapping[str, Mapping[str, Figure]], person: Person, law: Rules) -> list[Spread]:
    """Return the spread of every figure that is the same kind of number for several firms, by its label.

    Of several values of a firm the least favourable counts: the greatest where the clauses bound it from above, else
    the least. A firm sees its own place and nobody's name, and no spread of fewer firms than ``FEWEST``.
    """
    above = bounded_above(law.shapes)
    by_property: dict[str, dict[str, float]] = defaultdict(dict)
    for firm, own in figures.items():
        for name, figure in own.items():
            if name not in _NO_QUANTITY:
                by_property[name][firm] = figure.greatest if name in above else figure.least
    found = []
    for name, by_firm in by_property.items():
        term = law.vocabulary.terms.get(str(ZY[name]))
        if term is None or len(by_firm) < (FEWEST if person.firm else 1):
            continue
        values = sorted(by_firm.values())
        own_value = by_firm.get(person.firm) if person.firm else None
        rank = None if own_value is None else 1 + sum(1 for v in values if v < own_value)
        found.append(
            Spread(
                name,
                term.label,
                name in above,
                len(values),
                values[0],
                _quantile(values, 0.25),
                _quantile(values, 0.5),
                _quantile(values, 0.75),
                values[-1],
                () if person.firm else tuple(values),
                own_value,
                rank,
            )
        )
    return sorted(found, key=lambda s: s.label.zh)


def _quantile(values: Sequence[float], share: float) -> float:
    at = share * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)


def spread_table(found: Sequence[Spread]) -> Table:
    """Return the spreads as a table."""
    columns = (
        column("property", "属性", "property"),
        column("label", "指标", "figure"),
        column("firms", "公司数", "firms"),
        column("least", "最小", "least"),
        column("lowerQuartile", "下四分位", "lower quartile"),
        column("median", "中位", "median"),
        column("upperQuartile", "上四分位", "upper quartile"),
        column("greatest", "最大", "greatest"),
        column("own", "本公司", "own"),
        column("rank", "本公司名次（由小到大）", "own rank from the least"),
    )
    rows = [
        [s.name, s.label.zh, s.count, s.least, s.lower, s.median, s.upper, s.greatest, s.own, s.rank] for s in found
    ]
    return Table("figures", Message("各项指标的分布", "spread of each figure"), columns, rows)


@dataclass(frozen=True, slots=True)
class Point:
    """A submission of a firm on the line over time: for each section the share of its clauses that stand."""

    verdict: KeptVerdict
    as_of: str
    shares: Mapping[str, float]


def line_of_firm(connection: Connection, firm: str) -> list[Point]:
    """Return the firm's outcomes over time, by the day of the facts: satisfied or not applicable, of all that apply."""
    points = []
    for verdict in verdicts.history_of_firm(connection, firm):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for number, outcome in verdict.outcomes.items():
            counts[number.split(".")[1]][outcome] += 1
        shares = {s: (c[Outcome.SATISFIED] + c[Outcome.NOT_APPLICABLE]) / sum(c.values()) for s, c in counts.items()}
        points.append(Point(verdict, verdict.check_date, shares))
    return points


def line_table(points: Sequence[Point]) -> Table:
    """Return the line over time as a table."""
    sections = sorted({s for p in points for s in p.shares})
    columns = (
        column("checkDate", "核查日", "check date"),
        column("submission", "自述", "submission"),
        column("tier", "类别", "tier"),
        column("status", "结论", "status"),
        *(column(f"section{s}", f"第 {s} 节符合率", f"section {s}") for s in sections),
    )
    rows: list[list[Cell]] = [
        [
            p.as_of,
            p.verdict.submission,
            p.verdict.tier,
            p.verdict.status,
            *(round(p.shares.get(s, 0), 4) for s in sections),
        ]
        for p in points
    ]
    table = Table("over-time", Message("历次自述各节的符合率", "share that stands, by section"), columns, rows)
    return table.of_editions([edition_name(p.verdict.clauses) for p in points])
