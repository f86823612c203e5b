"""What a self-description for a tier is asked for, as a form: sheets of things that repeat, and rows that are facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from zhiyin.law.constraints import Constraint
from zhiyin.law.duties import Duties
from zhiyin.law.kept import once
from zhiyin.law.rules import Rules
from zhiyin.law.shapes import assembled
from zhiyin.law.vocabulary import SUBJECT, Term, Vocabulary
from zhiyin.model import number_key
from zhiyin.namespaces import PREFIXES, ZY
from zhiyin.standards import SH

COMPANY = str(ZY.Company)
_COMMON = {str(ZY[name]) for name in ("Attestation", "Activity", "Retention", "Evidence", "SelfDescription", "Subject")}
_PREFIXED = re.compile(r"\b(zy|dcterms):(\w+)")
_LISTED = re.compile(r"\\?list(?:ed)? = zy:(\w+)")
_FULL = re.compile(r"<(https://w3id\.org/zhiyin/[^>]+)>")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One class of things that repeat: ``link`` is the property by which ``owner`` holds them."""

    cls: Term
    link: Term
    owner: str
    columns: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that the form of a tier asks for by ``rules``, in the order of the vocabulary's files."""

    rules: Rules
    tier: int
    company: tuple[Term, ...]
    sheets: tuple[Sheet, ...]
    practices: tuple[Term, ...]
    prohibitions: tuple[Term, ...]
    tasks: tuple[Term, ...]
    records: tuple[Term, ...]
    lists: tuple[Term, ...]
    interval_tasks: frozenset[str]

    @property
    def vocabulary(self) -> Vocabulary:
        """The terms in which the form is filled in."""
        return self.rules.vocabulary

    def sheet_of(self, cls: str) -> Sheet | None:
        """Return the sheet of the things of ``cls``."""
        return next((s for s in self.sheets if s.cls.iri == cls), None)


@once
def form(rules: Rules, tier: int) -> Form:
    """Return the form for ``tier``: the terms that its shapes look at and what is needed to hold them.

    The few terms that only a lower tier looks at (its rule on the UPS, say) are asked for too: without them the
    highest tier that the facts support could not be told.
    """
    known, duties = rules.vocabulary, rules.duties
    asked = [terms_used(rules, each) for each in rules.edition.tiers if each <= tier]
    used = frozenset().union(*(terms for terms, _ in asked))
    intervals = frozenset().union(*(tasks for _, tasks in asked))
    sheets = _sheets(known, used)
    owners = [COMPANY, *(s.cls.iri for s in sheets)]

    def subjects(kind: str) -> tuple[Term, ...]:
        return _by_clause(_citing(t, tier, duties) for t in known.individuals_of(str(ZY[kind])) if t.iri in used)

    def columns(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(_citing(term, tier, duties) for term in terms)

    return Form(
        rules=rules,
        tier=tier,
        company=_by_clause(columns(_columns(known, COMPANY, used, owners))),
        sheets=_in_order([replace(sheet, columns=columns(sheet.columns)) for sheet in sheets]),
        practices=subjects("Practice"),
        prohibitions=subjects("ProhibitedPractice"),
        tasks=subjects("RecurringTask"),
        records=subjects("RecordKind"),
        lists=tuple(
            s.link
            for s in sheets
            if s.link.iri in listing(rules, tier) and (s.owner == COMPANY or s.owner not in listing_classes(known))
        ),
        interval_tasks=intervals,
    )


def _by_clause(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the terms in the order of the first clause that needs each; those that none needs stand first."""
    return tuple(sorted(terms, key=_first_clause))


def _first_clause(term: Term) -> tuple[int, ...]:
    return min((number_key(number) for number in term.needed_by), default=())


def _in_order(sheets: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """Return the sheets in the order of their first clauses, each right before those whose things it owns."""

    def first(sheet: Sheet) -> tuple[int, ...]:
        return min((_first_clause(t) for t in (sheet.cls, *sheet.columns) if t.needed_by), default=(9,))

    def under(owner: str) -> Iterator[Sheet]:
        for sheet in sorted((s for s in sheets if s.owner == owner), key=first):
            yield sheet
            yield from under(sheet.cls.iri)

    return tuple(under(COMPANY))


def _citing(term: Term, tier: int, duties: Duties) -> Term:
    """Return the term with the clauses of ``tier`` that need it; one that only other tiers need keeps theirs."""
    own = [duties.stated_in(number).get(tier) for number in term.needed_by]
    cited = tuple(dict.fromkeys(number for number in own if number))
    return replace(term, needed_by=cited) if cited else term


@once
def terms_used(rules: Rules, tier: int) -> tuple[frozenset[str], frozenset[str]]:
    """Return the IRIs that the shapes of ``tier`` speak of, and the tasks whose interval the company sets itself."""
    used: set[str] = set()
    intervals: set[str] = set()
    for triple in assembled(rules.shapes, tier, dict.fromkeys(rules.shapes.of_tier(tier), SH + "Info")):
        predicate, value = triple.predicate.value, triple.object
        if isinstance(value, ox.NamedNode):
            used.add(value.value)
            if predicate in (str(ZY[Constraint.INTERVAL_STATED]), str(ZY[Constraint.INTERVAL_KEPT])):
                intervals.add(value.value)
        elif isinstance(value, ox.Literal) and predicate in (SH + "select", SH + "ask"):
            used |= {PREFIXES[prefix] + name for prefix, name in _PREFIXED.findall(value.value)}
            used |= set(_FULL.findall(value.value))
    return frozenset(used), frozenset(intervals)


def listing_classes(known: Vocabulary) -> tuple[str, ...]:
    """Return the classes whose things may say that a list of theirs is complete; of other things the company says it."""
    return known.terms[str(ZY.listsAll)].domains


@once
def listing(rules: Rules, tier: int) -> frozenset[str]:
    """Return the properties whose list a shape of ``tier`` wants stated complete (zy:listsAll)."""
    found: set[str] = set()
    for shape in rules.shapes.of_tier(tier).values():
        if Constraint.LIST_COMPLETE in shape.parameters:
            found.add(shape.parameters[Constraint.LIST_COMPLETE])
    for triple in assembled(rules.shapes, tier, dict.fromkeys(rules.shapes.of_tier(tier), SH + "Info")):
        value = triple.object
        if isinstance(value, ox.Literal) and "zy:listsAll" in value.value:
            found |= {str(ZY[name]) for name in _LISTED.findall(value.value)}
    return frozenset(found)


@once
def listing_of_any_tier(rules: Rules) -> frozenset[str]:
    """Return the properties whose list a shape of some tier wants stated complete."""
    found = {
        s.parameters[Constraint.LIST_COMPLETE]
        for s in rules.shapes.shapes.values()
        if Constraint.LIST_COMPLETE in s.parameters
    }
    for pairs in rules.shapes.statements.values():
        for predicate, value in pairs:
            if (
                predicate in (SH + "select", SH + "ask")
                and isinstance(value, ox.Literal)
                and "zy:listsAll" in value.value
            ):
                found |= {str(ZY[name]) for name in _LISTED.findall(value.value)}
    return frozenset(found)


def _sheets(known: Vocabulary, used: frozenset[str]) -> list[Sheet]:
    """Return the classes reached from the company through properties that the shapes use, breadth first."""
    found: list[Sheet] = []
    seen = {COMPANY} | _COMMON
    queue = [COMPANY]
    while queue:
        owner = queue.pop(0)
        for link in known.properties_of(owner):
            cls = link.range
            if link.kind != "object" or cls in seen or cls not in known.terms or known.is_enumeration(cls):
                continue
            if link.iri not in used and cls not in used:
                continue
            if known.terms[cls].kind != "class" or SUBJECT in known.superclasses.get(cls, ()) or cls == SUBJECT:
                continue
            seen.add(cls)
            queue.append(cls)
            found.append(Sheet(known.terms[cls], link, owner, ()))
    owners = [COMPANY, *(s.cls.iri for s in found)]
    return [Sheet(s.cls, s.link, s.owner, _columns(known, s.cls.iri, used, owners)) for s in found]


def _columns(known: Vocabulary, cls: str, used: frozenset[str], owners: Sequence[str]) -> tuple[Term, ...]:
    always = {str(ZY.name), str(ZY.unifiedSocialCreditCode)}
    links = {t.iri for t in known.properties_of(cls) if t.kind == "object" and t.range in owners and not t.functional}
    return tuple(
        t
        for t in known.properties_of(cls)
        if (t.iri in used or t.iri in always)
        and t.range not in _COMMON
        and (t.iri not in links or _is_reference(known, t, cls, owners))
        and t.iri != str(ZY.listsAll)
    )


def _is_reference(known: Vocabulary, term: Term, cls: str, owners: Sequence[str]) -> bool:
    """Return whether a many-valued link names rows of a sheet that some other class owns."""
    first = next((o for o in owners if any(t.range == term.range for t in known.properties_of(o))), None)
    return term.range in owners and first is not None and first != cls
