"""The facts of a submission in, what is hardly meant out: amounts in another unit, more people than there are, dates of 1926."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from zhiyin.errors import Message, Place
from zhiyin.intake.faults import Notice
from zhiyin.intake.rows import Listed, listed
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.namespaces import ZY
from zhiyin.standards import XSD

_WEIGHED = ("integer", "decimal", "date")
_YEAR, _FISCAL_YEAR = str(ZY.year), str(ZY.fiscalYear)
_REVENUE = str(ZY.revenueYuan)
MONEY = (str(ZY.itSpendYuan), str(ZY.netProfitYuan), _REVENUE)
"""The amounts of a fiscal year, all in yuan."""
_LEAP = 2_000
"""One year's amount is hardly this many times another's: 元 and 万元 differ by ten thousand."""
_SMALL = Decimal(10_000)
"""A futures company's revenue of a year in yuan is hardly below this."""
_FEWER = tuple(
    (str(ZY[part]), str(ZY[whole]))
    for part, whole in (
        ("headquartersTechnicianCount", "headquartersStaffCount"),
        ("fullTimeTechnicianCount", "headquartersStaffCount"),
        ("degreeTechnicianCount", "headquartersTechnicianCount"),
        ("oneYearExperienceCount", "headquartersTechnicianCount"),
        ("twoYearExperienceCount", "oneYearExperienceCount"),
        ("jobTrainedTechnicianCount", "onDutyTechnicianCount"),
        ("onDutyTechnicianCount", "headquartersStaffCount"),
        ("technicalLiaisonCount", "headquartersStaffCount"),
        ("securityAdministratorCount", "headquartersStaffCount"),
        ("networkAdministratorCount", "headquartersStaffCount"),
        ("headquartersTechnicianCount", "onDutyTechnicianCount"),
        ("personsOnDutyCount", "onDutyTechnicianCount"),
        # At full load a battery lasts no longer than at any other; nothing is supplied before the generator runs.
        ("upsFullLoadMinutes", "upsMinutes"),
        ("generatorStartMinutes", "generatorSupplyMinutes"),
    )
)
"""Pairs of figures of which the first is hardly more than the second: a part of it, or of what it is told by."""
_EARLIEST = date(1990, 1, 1)
"""No document, training or work of a futures company is older: the first exchange opened that year."""
_LATEST_YEARS = 20
_PERCENT = "Percent"
"""How the name of a property ends whose unit is %."""
_FIGURES = 8
_INTERVAL = str(ZY.statedIntervalDays)
_LONGEST_INTERVAL = 1096
"""Three years with a leap day: what is done more rarely is hardly done 定期."""
_STALE_DAYS = 731
_BRANCH, _ON_SITE, _AREA = str(ZY.branch), str(ZY.offersOnSiteTrading), str(ZY.hasCustomerTradingArea)
_TRAINING, _HELD_ON, _CLASS_HOURS = str(ZY.associationTraining), str(ZY.heldOn), str(ZY.classHours)
_DESCRIBES, _AS_OF, _SETTLED = str(ZY.describes), str(ZY.asOf), str(ZY.lastSettlementDay)
_LONGEST_HOLIDAY = 15
"""So many days no futures exchange is closed: settlement is not longer ago."""


def implausible(triples: Sequence[ox.Triple], vocabulary: Vocabulary, day: date) -> list[Notice]:
    """Return what of the facts is hardly meant as it stands; ``day`` is the latest day that they are judged at."""
    numbers: dict[str, dict[str, Decimal]] = defaultdict(dict)
    dates: list[tuple[str, str, str]] = []
    years: dict[str, str] = {}
    statements = listed(triples)
    entries = [(row[1], row[4]) for row in statements.by_predicate.get(_FISCAL_YEAR, ()) if row[4]]
    passed = vocabulary.of_range(XSD + "string") | vocabulary.of_range(XSD + "boolean")
    for _, node, predicate, value, target in statements.rows:
        if target or predicate in passed or not isinstance(value, ox.Literal):
            continue
        kind = value.datatype.value.removeprefix(XSD)
        if kind not in _WEIGHED:
            continue
        if predicate == _YEAR:
            years[node] = value.value
        if kind != "date":
            numbers[node].setdefault(predicate, Decimal(value.value))
        else:
            dates.append((node, predicate, value.value))
    return [
        *_several(statements, vocabulary),
        *_amounts(numbers, vocabulary),
        *_results(numbers, vocabulary),
        *_all_ones(numbers),
        *_counts(numbers, vocabulary),
        *_intervals(numbers, vocabulary),
        *_days(dates, day, vocabulary),
        *_settled(statements, dates, vocabulary),
        *_years(entries, years, vocabulary),
        *_areas(statements, vocabulary),
        *_trainings(statements, vocabulary),
    ]


def unsigned_shares(triples: Sequence[ox.Triple], vocabulary: Vocabulary) -> list[Notice]:
    """Return the percentages of one or less that stand without a sign, as all do in RDF: 0.95 may be meant as 95 %."""
    by_predicate = listed(triples).by_predicate
    return [
        Notice(
            "unlikely-share",
            Message(
                f"“{vocabulary.terms[predicate].label.zh}”是 {value.value}，单位是 %",
                f"'{vocabulary.terms[predicate].label.en}' is {value.value}, and its unit is %",
            ),
            Place(node=node, path=predicate),
            value.value,
            Message(
                f"可能是 {(Decimal(value.value) * 100).normalize():f}%",
                f"{(Decimal(value.value) * 100).normalize():f} % may be meant",
            ),
            Message("按百分数填写，请核对", "it is stated in hundredths: check it"),
        )
        for predicate in sorted(p for p in by_predicate if p.endswith(_PERCENT) and p in vocabulary.terms)
        for _, node, _, value, _ in by_predicate[predicate]
        if isinstance(value, ox.Literal) and 0 < Decimal(value.value) <= 1
    ]


def stale(as_of: date, check: date, node: str) -> Notice | None:
    """Return what is told of facts that are years old on the day they are judged at."""
    days = (check - as_of).days
    if days <= _STALE_DAYS:
        return None
    years = days // 365
    return Notice(
        "old-facts",
        Message(
            f"事实截止日 {as_of} 距核查日 {check} 已有 {years} 年",
            f"the facts are as of {as_of}, {years} years before {check}",
        ),
        Place(node=node, path=str(ZY.asOf)),
        str(as_of),
        Message("可能填错了年份，或用了旧的自述", "the year may be mistyped, or this is an old self-description"),
        Message("请核对事实截止日", "check the as-of date"),
    )


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money that may be in another unit: where, how much, and the largest of its kind beside it."""

    node: str
    predicate: str
    amount: Decimal
    largest: Decimal | None


def suspect_amounts(numbers: Mapping[str, Mapping[str, Decimal]]) -> list[Amount]:
    """Return the amounts that are hardly in yuan: far from other years', or a revenue no futures company has."""
    found = []
    for predicate in MONEY:
        stated = [(abs(said[predicate]), node) for node, said in numbers.items() if said.get(predicate)]
        largest = max(stated)[0] if stated else Decimal(0)
        for amount, node in stated:
            if predicate == _REVENUE and amount < _SMALL:
                found.append(Amount(node, predicate, amount, None))
            elif amount * _LEAP < largest:
                found.append(Amount(node, predicate, amount, largest))
    return found


def meant_century(day: str) -> str | None:
    """Return the day (or moment) a century after ``day`` where that is probably meant, as for 1926."""
    return (
        f"{int(day[:4]) + 100}{day[4:10]}" if day[:4].isdigit() and day[:4] < "1950" and day[5:10] != "02-29" else None
    )


def _amounts(numbers: dict[str, dict[str, Decimal]], vocabulary: Vocabulary) -> Iterator[Notice]:
    for found in suspect_amounts(numbers):
        label, others = vocabulary.terms[found.predicate].label, found.largest
        yield Notice(
            "unit",
            Message(
                f"“{label.zh}”填的是 {found.amount:f}" + ("" if others is None else f"，别的年度却有 {others:f}"),
                f"'{label.en}' is {found.amount:f}" + ("" if others is None else f", another year's is {others:f}"),
            ),
            Place(node=found.node, path=found.predicate),
            f"{found.amount:f}",
            Message("可能以万元填写", "it may be in ten thousands"),
            Message("本项单位是元，请核对", "the unit is yuan: check it"),
        )


def _results(numbers: dict[str, dict[str, Decimal]], vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield the years whose revenue is none, or less than the profit or the IT spend of that year."""
    for node, said in numbers.items():
        revenue = said.get(_REVENUE)
        more = [p for p in MONEY if p != _REVENUE and said.get(p, Decimal(0)) > (revenue or Decimal(0))]
        if revenue is None or (revenue > 0 and not more):
            continue
        others = [vocabulary.terms[p].label for p in more]
        label = vocabulary.terms[_REVENUE].label
        yield Notice(
            "unlikely-revenue",
            Message(
                f"“{label.zh}”是 {revenue:f}" + "".join(f"，少于“{other.zh}”" for other in others),
                f"'{label.en}' is {revenue:f}" + "".join(f", less than '{other.en}'" for other in others),
            ),
            Place(node=node, path=_REVENUE),
            f"{revenue:f}",
            Message("其中一个可能填错了，或单位不同", "one of them may be wrong, or in another unit"),
            Message("IT投入按这些数评定，请核对", "the IT spend is judged by these figures: check them"),
        )


def _several(statements: Listed, vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield the facts that take one value and have several: whether they decide a clause is judged apart."""
    for predicate, rows in statements.by_predicate.items():
        term = vocabulary.terms.get(predicate)
        if term is None or not term.functional or len({row[1] for row in rows}) == len(rows):
            continue
        stated: dict[str, dict[str, None]] = {}
        for _, node, _, value, target in rows:
            stated.setdefault(node, {})[target or getattr(value, "value", "")] = None
        for node, values in stated.items():
            if len(values) < 2:
                continue
            shown = sorted(_as_text(value, vocabulary) for value in values)
            yield Notice(
                "several-values",
                Message(
                    f"“{term.label.zh}”只应有一个值，却有 {'、'.join(f'“{v}”' for v in shown)}",
                    f"'{term.label.en}' takes one value and has {', '.join(repr(v) for v in shown)}",
                ),
                Place(node=node, path=predicate),
                shown[0],
                Message("其中一个是旧的或写错了", "one of them is old or mistyped"),
                Message(
                    "请只留一个；结论因此不同的条款须人工核实", "leave one; clauses that depend on it are for a person"
                ),
            )


def _as_text(value: str, vocabulary: Vocabulary) -> str:
    term = vocabulary.terms.get(value)
    return term.label.zh if term is not None else {"true": "是", "false": "否"}.get(value, value[:80])


def _all_ones(numbers: dict[str, dict[str, Decimal]]) -> Iterator[Notice]:
    figures = [(value, node, p) for node, found in numbers.items() for p, value in found.items() if p not in _IGNORED]
    if len(figures) >= _FIGURES and len({value for value, _, _ in figures}) == 1:
        value, node, predicate = figures[0]
        yield Notice(
            "all-alike",
            Message(f"全部 {len(figures)} 个数都是 {value:f}", f"all {len(figures)} figures are {value:f}"),
            Place(node=node, path=predicate),
            f"{value:f}",
            Message("像是为填满而填的", "they look like place-holders"),
            Message("请填实际的数", "give the actual figures"),
        )


def _intervals(numbers: dict[str, dict[str, Decimal]], vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield intervals of several years for what is to be done 定期."""
    for node, found in numbers.items():
        if found.get(_INTERVAL, Decimal(0)) > _LONGEST_INTERVAL:
            days, label = found[_INTERVAL], vocabulary.terms[_INTERVAL].label
            yield Notice(
                "long-interval",
                Message(
                    f"“{label.zh}”填的是 {days:f}，三年以上才一次",
                    f"'{label.en}' is {days:f}: less than every third year",
                ),
                Place(node=node, path=_INTERVAL),
                f"{days:f}",
                Message(
                    "指引的“定期”没有写明多久一次，按自定周期评定",
                    "the guideline's 定期 names no interval: your own counts",
                ),
                Message("请核对周期；检查人员请留意", "check the interval; inspectors should look at it"),
            )


_IGNORED = frozenset(str(ZY[name]) for name in ("claimedTier", "year", "firstFiscalYear"))


def _counts(numbers: dict[str, dict[str, Decimal]], vocabulary: Vocabulary) -> Iterator[Notice]:
    for node, found in numbers.items():
        for part, whole in _FEWER:
            if part in found and whole in found and found[part] > found[whole]:
                a, b = vocabulary.terms[part].label, vocabulary.terms[whole].label
                yield Notice(
                    "more-than-there-are",
                    Message(
                        f"“{a.zh}”{found[part]:f} 多于“{b.zh}”{found[whole]:f}",
                        f"'{a.en}' is {found[part]:f}, more than '{b.en}', {found[whole]:f}",
                    ),
                    Place(node=node, path=part),
                    f"{found[part]:f}",
                    Message("其中一个填错了", "one of them is wrong"),
                    Message("请核对两个数", "check both"),
                )


def _days(dates: Sequence[tuple[str, str, str]], day: date, vocabulary: Vocabulary) -> Iterator[Notice]:
    for node, predicate, lexical in dates:
        stated = date.fromisoformat(lexical)
        if stated >= _EARLIEST and stated.year <= day.year + _LATEST_YEARS:
            continue
        term = vocabulary.terms.get(predicate)
        label = term.label if term is not None else Message(predicate, predicate)
        century = meant_century(lexical)
        yield Notice(
            "unlikely-date",
            Message(f"“{label.zh}”是 {lexical}", f"'{label.en}' is {lexical}"),
            Place(node=node, path=predicate),
            lexical,
            Message(f"可能是 {century[:4]} 年", f"{century[:4]} may be meant") if century else None,
            Message("请核对年份", "check the year"),
        )


def _settled(statements: Listed, dates: Sequence[tuple[str, str, str]], vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield a last day of settlement so long before the facts that a firm in business has settled since."""
    described = {row[1]: row[4] for row in statements.by_predicate.get(_DESCRIBES, ())}
    # A file may hold several firms, each with its own day.
    until = {described.get(node, ""): lexical for node, predicate, lexical in dates if predicate == _AS_OF}
    for node, predicate, lexical in dates:
        if predicate != _SETTLED or node not in until:
            continue
        days, label = (
            (date.fromisoformat(until[node]) - date.fromisoformat(lexical)).days,
            vocabulary.terms[_SETTLED].label,
        )
        if days > _LONGEST_HOLIDAY:
            yield Notice(
                "old-settlement-day",
                Message(
                    f"“{label.zh}”是 {lexical}，比事实截止日早 {days} 天",
                    f"'{label.en}' is {lexical}, {days} days before the as-of date",
                ),
                Place(node=node, path=_SETTLED),
                lexical,
                Message("可能填错了日期；休市没有这样长", "the date may be wrong: no holiday is so long"),
                Message(
                    "每日备份按此日评定，请核对；检查人员请留意",
                    "daily backups are judged by this day: check it; inspectors should look at it",
                ),
            )


def _areas(statements: Listed, vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield that customers trade on site and no place has an area for them: 1.4.5 has them trade at the firm's own devices."""
    area = {row[1]: getattr(row[3], "value", "") for row in statements.by_predicate.get(_AREA, ())}
    if not area or "true" in area.values():
        return
    trading = {row[1] for row in statements.by_predicate.get(_ON_SITE, ()) if getattr(row[3], "value", "") == "true"}
    for row in statements.by_predicate.get(_BRANCH, ()):
        if row[4] in trading:
            place, site = vocabulary.terms[_AREA].label, vocabulary.terms[_ON_SITE].label
            yield Notice(
                "nowhere-to-trade",
                Message(
                    f"有分支机构“{site.zh}”，各营业场所却都没有“{place.zh}”",
                    f"a branch '{site.en}', and no business place has one: '{place.en}'",
                ),
                Place(node=row[4], path=_ON_SITE),
                "true",
                Message("其中一个可能填错了", "one of them may be wrong"),
                Message(
                    "现场交易是客户用公司现场的网络和设备交易（1.4.5），请核对",
                    "on-site trading is trading at the firm's own network and devices (1.4.5): check both",
                ),
            )
            return


def _trainings(statements: Listed, vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield the trainings that one person took twice on one day for as many hours: one may stand there twice."""
    entries = statements.by_predicate.get(_TRAINING, ())
    if not entries:
        return
    days = {row[1]: getattr(row[3], "value", "") for row in statements.by_predicate.get(_HELD_ON, ())}
    hours = {row[1]: getattr(row[3], "value", "") for row in statements.by_predicate.get(_CLASS_HOURS, ())}
    of: dict[tuple[str, str, Decimal], str] = {}
    for row in entries:
        person, entry = row[1], row[4]
        day, length = days.get(entry, ""), hours.get(entry, "")
        if day and length and of.setdefault((person, day, Decimal(length)), entry) != entry:
            label = vocabulary.terms[_TRAINING].label
            yield Notice(
                "training-twice",
                Message(
                    f"同一人的“{label.zh}”列了两次：{day}，都是 {length} 学时",
                    f"one person's '{label.en}' of {day} is listed twice, with {length} class hours each",
                ),
                Place(node=entry, path=_HELD_ON),
                day,
                Message("可能是同一次培训", "it may be one and the same"),
                Message("请核对，重复的删去一项", "check it, and delete what is listed twice"),
            )


def _years(entries: Sequence[tuple[str, str]], years: Mapping[str, str], vocabulary: Vocabulary) -> Iterator[Notice]:
    """Yield the fiscal years that one company states twice; ``entries`` are companies with a year's entry."""
    of: dict[str, str] = {}
    for company, node in entries:
        if node not in years:
            continue
        key = f"{company} {years[node]}"
        if of.setdefault(key, node) != node:
            label = vocabulary.terms[_FISCAL_YEAR].label
            yield Notice(
                "year-twice",
                Message(f"“{label.zh}”{years[node]} 年列了两次", f"the fiscal year {years[node]} is listed twice"),
                Place(node=node, path=_YEAR),
                years[node],
                Message("其中一个可能是别的年度", "one of them may be another year"),
                Message("请核对年度，删去多余的一项", "check the years and delete one"),
            )
