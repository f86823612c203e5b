"""A seed in, an invented submission out: complete, partial, contradictory, at the bounds, from nothing, several firms.

``python -m tests.validation.random_companies 17`` prints the Turtle of seed 17, for a look at what a test complains of.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

import pyoxigraph as ox

from zhiyin.composition.judging import rules
from zhiyin.composition.trial import CHECK_DATE, COMPANY, base_triples
from zhiyin.intake.credit_code import check_character
from zhiyin.law.vocabulary import Term
from zhiyin.namespaces import ZY
from zhiyin.standards import SH
from zhiyin.validation.assessment import cut_offs

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBER = re.compile(r"(?<![\w.?$:/#\"-])\d+(?:\.\d+)?(?![\w.])")
_NAMED = re.compile(r"\bzy:(\w+)")
_STATEMENTS = {str(ZY.attestation), str(ZY.activity)}
_DESCRIBING = {str(ZY.describes), str(ZY.claimedTier), str(ZY.asOf), str(ZY.unifiedSocialCreditCode), _TYPE}
_DEPTH = 3
_SPEAKS_OF = {
    "attestation": {str(ZY.Practice), str(ZY.ProhibitedPractice)},
    "activity": {str(ZY.RecurringTask)},
    "retention": {str(ZY.RecordKind)},
}
"""What each form of statement may be about: of anything else the submission is refused."""


@dataclass(frozen=True, slots=True)
class RandomCompany:
    """One submission; ``kind`` says how it was made, ``tier`` and ``day`` what it is to be judged by."""

    seed: int
    kind: str
    tier: int
    day: date
    triples: tuple[ox.Triple, ...]

    def turtle(self) -> bytes:
        """Return the submission as it would be sent."""
        prefixes = {"zy": str(ZY), "xsd": _XSD}
        return bytes(ox.serialize(self.triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes) or b"")


def random_company(seed: int) -> RandomCompany:
    """Return the submission of ``seed``; the kinds take turns, so that any run of seeds holds all of them."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    kind = list(_KINDS)[seed % len(_KINDS)]
    triples = _KINDS[kind](random)
    day = CHECK_DATE + timedelta(days=random.choice((0, 0, 0, 0, 1, 2, 30, 184, 400)))
    return RandomCompany(seed, kind, random.randint(1, 4), day, tuple(dict.fromkeys(_about_something(triples))))


def _about_something(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Return the triples without the statements that no longer say what they are about: a file with one is refused."""
    about = {t.subject for t in triples if t.predicate.value == str(ZY.about)}
    gone = {t.object for t in triples if t.predicate.value.removeprefix(str(ZY)) in _SPEAKS_OF} - about
    return [t for t in triples if t.object not in gone and t.subject not in gone]


def _complete(random: Random) -> list[ox.Triple]:
    """The complete company with figures and dates drawn anew on the side that complies or not, nothing left out."""
    return _redrawn(_base(), random, share=0.1)


def _partial(random: Random) -> list[ox.Triple]:
    share = random.choice((0.01, 0.05, 0.2, 0.5))
    return [t for t in _redrawn(_base(), random, share=0.05) if _kept(t) or random.random() > share]


def _sparse(random: Random) -> list[ox.Triple]:
    """Whole things left out, with all that hangs on them."""
    gone = {t.object for t in _base() if isinstance(t.object, (ox.NamedNode, ox.BlankNode)) and random.random() < 0.3}
    gone -= {ox.NamedNode(COMPANY)}
    return [t for t in _base() if _kept(t) or (t.subject not in gone and t.object not in gone)]


def _contradictory(random: Random) -> list[ox.Triple]:
    """Second values, denials beside statements, a fiscal year told twice, core systems that no room hosts.

    Lists said to be complete are not all there.
    """
    triples = list(_base())
    if random.random() < 0.5:
        triples += _told_twice(triples, str(ZY.fiscalYear), random)
    if random.random() < 0.3:
        hosts = str(ZY.hostsCoreSystem)
        triples = [
            ox.Triple(t.subject, t.predicate, _truth(False)) if t.predicate.value == hosts else t for t in triples
        ]
    holders = {t.object: (t.subject, t.predicate) for t in triples if t.predicate.value in _STATEMENTS}
    for triple in random.sample(triples, 400):
        value = triple.object
        term = rules().vocabulary.terms.get(triple.predicate.value)
        if term is None or _kept(triple):
            continue
        if triple.predicate.value == str(ZY.about) and triple.subject in holders:
            denial = ox.BlankNode(f"d{len(triples)}")
            subject, predicate = holders[triple.subject]
            triples += [
                ox.Triple(subject, predicate, denial),
                ox.Triple(denial, triple.predicate, value),
                ox.Triple(denial, ox.NamedNode(str(ZY.holds)), _truth(random.random() < 0.2)),
            ]
        elif term.functional or term.local == "between":  # an isolation lies between two networks, or is refused
            continue
        elif term.kind == "datatype":
            triples.append(ox.Triple(triple.subject, triple.predicate, _literal(term, random)))
        elif isinstance(value, ox.NamedNode) and rules().vocabulary.is_enumeration(term.range):
            other = random.choice(sorted(rules().vocabulary.values_of(term.range)))
            triples.append(ox.Triple(triple.subject, triple.predicate, ox.NamedNode(other)))
    redrawn = _redrawn(tuple(triples), random, share=0.15)
    return [t for t in redrawn if _kept(t) or random.random() > 0.02]


def _told_twice(triples: list[ox.Triple], holder: str, random: Random) -> list[ox.Triple]:
    """Return one of the things that ``holder`` points to once more, under another name and with other figures."""
    held = random.choice([t for t in triples if t.predicate.value == holder])
    again = ox.BlankNode("again")
    said = [ox.Triple(again, t.predicate, t.object) for t in triples if t.subject == held.object]
    key = str(ZY.year)  # by which it is the same one
    return [
        ox.Triple(held.subject, held.predicate, again),
        *(t for t in said if t.predicate.value == key),
        *_redrawn(tuple(t for t in said if t.predicate.value != key), random, share=0.8),
    ]


def _at_the_bounds(random: Random) -> list[ox.Triple]:
    return _redrawn(_base(), random, share=0.9)


def _from_nothing(random: Random) -> list[ox.Triple]:
    """A company drawn from the vocabulary alone: any property of any thing, with any value that it may have."""
    triples = [t for t in _base() if _kept(t)]
    company = ox.NamedNode(COMPANY)
    triples += _drawn(company, str(ZY.Company), random, 0, random.choice((0.2, 0.5, 0.9)))
    return triples


def _several(random: Random) -> list[ox.Triple]:
    """Two companies, one of them another kind, which share providers and evidence under the same names."""
    first = random.choice((_complete, _partial))(random)
    second = random.choice((_partial, _contradictory, _from_nothing))(random)
    # What is said of a shared provider is said once; two companies have two credit codes.
    coded = (_with_code(_renamed(t)) for t in second if not _shared(t.subject))
    return [*first, *coded]


_KINDS: Mapping[str, Callable[[Random], list[ox.Triple]]] = {
    "complete": _complete,
    "partial": _partial,
    "contradictory": _contradictory,
    "bounds": _at_the_bounds,
    "nothing": _from_nothing,
    "sparse": _sparse,
    "several": _several,
}


@cache
def _base() -> tuple[ox.Triple, ...]:
    """The complete company with fewer people and branches than it has, so that engines are soon through."""
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def same(node: object) -> object:
        return names.setdefault(node, ox.BlankNode(f"n{len(names)}")) if isinstance(node, ox.BlankNode) else node

    return tuple(ox.Triple(same(q.subject), q.predicate, same(q.object)) for q in base_triples())  # type: ignore[arg-type]


def _truth(value: bool) -> ox.Literal:
    return ox.Literal(str(value).lower(), datatype=ox.NamedNode(_XSD + "boolean"))


def _kept(triple: ox.Triple) -> bool:
    """Whether the submission could not be read without it."""
    return triple.predicate.value in _DESCRIBING


def _shared(node: object) -> bool:
    return isinstance(node, ox.NamedNode) and "/provider/" in node.value


def _renamed(triple: ox.Triple) -> ox.Triple:
    def other(node: object) -> object:
        if isinstance(node, ox.BlankNode):
            return ox.BlankNode(node.value + "x")
        if isinstance(node, ox.NamedNode) and node.value.startswith(COMPANY) and not _shared(node):
            return ox.NamedNode(node.value.replace(COMPANY, COMPANY + "-two"))
        return node

    return ox.Triple(other(triple.subject), triple.predicate, other(triple.object))  # type: ignore[arg-type]


def _with_code(triple: ox.Triple) -> ox.Triple:
    if triple.predicate.value != str(ZY.unifiedSocialCreditCode):
        return triple
    first = "91310000MA1DEM992"
    return ox.Triple(triple.subject, triple.predicate, ox.Literal(first + check_character(first)))


def _redrawn(triples: tuple[ox.Triple, ...], random: Random, *, share: float) -> list[ox.Triple]:
    """Return ``triples`` with that share of figures, dates and truths drawn anew."""
    result = []
    for triple in triples:
        term = rules().vocabulary.terms.get(triple.predicate.value)
        value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple = triple.object
        if term is not None and term.kind == "datatype" and not _kept(triple) and random.random() < share:
            measured = not term.range.endswith(("#boolean", "#string")) or random.random() < 0.1
            value = _literal(term, random, value) if measured else value
        result.append(ox.Triple(triple.subject, triple.predicate, value))
    return result


def _drawn(
    node: ox.NamedNode | ox.BlankNode, cls: str, random: Random, depth: int, density: float
) -> Iterator[ox.Triple]:
    yield ox.Triple(node, ox.NamedNode(_TYPE), ox.NamedNode(cls))
    known = rules().vocabulary
    for term in known.properties_of(cls):
        predicate = ox.NamedNode(term.iri)
        if random.random() > density or term.local in ("unifiedSocialCreditCode", "name"):
            continue
        if term.kind == "datatype":
            yield ox.Triple(node, predicate, _literal(term, random))
        elif term.range in known.terms and known.is_enumeration(term.range):
            values = sorted(known.values_of(term.range))
            for value in random.sample(values, 1 if term.functional else min(len(values), random.randint(1, 2))):
                yield ox.Triple(node, predicate, ox.NamedNode(value))
        elif term.local == "listsAll":
            lists = [t for t in known.properties_of(cls) if t.kind == "object" and t.range in known.terms]
            for each in lists:
                if random.random() < 0.6:
                    yield ox.Triple(node, predicate, ox.NamedNode(each.iri))
        elif depth < _DEPTH and term.range in known.terms:
            kinds = _SPEAKS_OF.get(term.local, set())
            about = [t for t in known.terms.values() if cls in t.practice_of and _kinds_of(t) & kinds]
            of_practice = str(ZY.about) in {t.iri for t in known.properties_of(term.range)}
            count = min(len(about), 12) if of_practice else random.randint(0, 2 if depth else 3)
            chosen = random.sample(about, count) if of_practice else [None] * count
            for number, practice in enumerate(chosen):
                thing = ox.NamedNode(f"{COMPANY}/{term.local}/{depth}-{random.randint(1, 10**9)}-{number}")
                yield ox.Triple(node, predicate, thing)
                for triple in _drawn(thing, term.range, random, depth + 1, density):
                    if triple.predicate.value != str(ZY.about):
                        yield triple
                if practice is not None:
                    yield ox.Triple(thing, ox.NamedNode(str(ZY.about)), ox.NamedNode(practice.iri))


def _kinds_of(term: Term) -> set[str]:
    return set(term.types).union(*(rules().vocabulary.superclasses.get(cls, frozenset()) for cls in term.types))


def _literal(term: Term, random: Random, stated: object = None) -> ox.Literal:
    kind = ox.NamedNode(term.range)
    if term.range == _XSD + "boolean":
        return ox.Literal(random.choice(("true", "false")), datatype=kind)
    if term.range == _XSD + "date":
        return ox.Literal(random.choice(_days()).isoformat(), datatype=kind)
    if term.range in (_XSD + "integer", _XSD + "decimal"):
        known = figures().get(term.local, ())
        own = [Decimal(stated.value)] if isinstance(stated, ox.Literal) and _NUMBER.fullmatch(stated.value) else []
        whole = term.range == _XSD + "integer"
        step = Decimal(1) if whole else Decimal("0.1")
        figure = random.choice([*known, *known, *own, Decimal(random.choice((0, 1, 2, 3, 10, 100, 1000)))])
        value = figure + step * random.choice((-1, 0, 0, 1))
        value = max(value, term.minimum if term.minimum is not None else Decimal(0))
        value = min(value, term.maximum if term.maximum is not None else value)
        return ox.Literal(str(int(value)) if whole else format(value, "f"), datatype=kind)
    return ox.Literal(random.choice(("示例", "另一个示例", "example")), datatype=kind)


@cache
def _days() -> tuple[date, ...]:
    """The days at which a judgement turns: every cut-off, the day before and after, the check date, the far past."""
    turning = {CHECK_DATE, date(2019, 2, 28), *(d for c in cut_offs(CHECK_DATE) for d in (c.rolling, c.calendar))}
    return tuple(sorted(day + timedelta(days=step) for day in turning for step in (-1, 0, 1)))


@cache
def figures() -> Mapping[str, tuple[Decimal, ...]]:
    """Local name of a property to the figures of the shapes that ask for it."""
    found: dict[str, set[Decimal]] = defaultdict(set)
    for node, said in rules().shapes.statements.items():
        texts = [v.value for p, v in said if p == SH + "select" and isinstance(v, ox.Literal)]
        for text in texts:
            numbers = {Decimal(n) for n in _NUMBER.findall(text)}
            for name in set(_NAMED.findall(text)):
                found[name] |= {n for n in numbers if n < 10**6}
        path = next((v.value for p, v in said if p == SH + "path" and isinstance(v, ox.NamedNode)), "")
        numbers = {Decimal(v.value) for _, v in said if isinstance(v, ox.Literal) and _NUMBER.fullmatch(v.value)}
        if path:
            found[path.rpartition("#")[2]] |= numbers
        elif isinstance(node, ox.NamedNode):
            for name in _PERIODS if any(p.endswith("Months") for p, _ in said) else ():
                found[name] |= numbers | {n * 30 for n in numbers} | {n * 31 for n in numbers}
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


_PERIODS = ("periodDays", "periodMonths", "periodYears")


if __name__ == "__main__":
    sys.stdout.buffer.write(random_company(int(sys.argv[1])).turtle())
