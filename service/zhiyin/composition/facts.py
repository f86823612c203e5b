"""A submission in, what the shapes see of one company of it out: the second of two files that another engine needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhiyin.composition.judging import Asked, check_tier, followed, rules, today
from zhiyin.errors import BadParameter
from zhiyin.intake.reading import read_any
from zhiyin.law.rules import Rules
from zhiyin.validation.companies import Companies, companies_of
from zhiyin.validation.counts import nobody_counted
from zhiyin.validation.readings import as_judged


@dataclass(frozen=True, slots=True)
class Normalised:
    """The facts of one company as N-Triples, with the zy:Assessment node of a tier and a day."""

    company: str
    tier: int
    day: date
    text: str


def normalised_facts(
    data: bytes, law: Rules, asked: Asked, *, company: str = "", source: str = "", media_type: str = ""
) -> Normalised:
    """Return the facts of ``company`` exactly as our own engines get them: tier and day as asked, else as it says.

    Raises what judging the same bytes would raise, and BadParameter where the file describes several companies and
    none of them is named.
    """
    submission = read_any(data, law, source=source, media_type=media_type, of_vocabulary=rules)
    law = followed(submission, law)
    check_tier(asked.tier, law.edition)
    companies = companies_of(submission, law, asked.tier, asked.day, today())
    known = list(companies.described)
    if company not in known and (company or len(known) > 1):
        raise BadParameter("company", company, known)
    return normalised_company(companies, company or known[0], asked.tier)


def normalised_company(companies: Companies, company: str, asked_tier: int | None) -> Normalised:
    """Return the facts of one of ``companies``, at the tier asked for or else the one that it claims."""
    tier = asked_tier or companies.described[company].declared or 0
    day = companies.days[company]
    facts = nobody_counted(as_judged(companies.facts(company), day)[0])
    return Normalised(company, tier, day.check, facts.text(day.check, tier, day.until))
