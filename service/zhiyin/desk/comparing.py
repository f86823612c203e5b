"""Two submissions in, what differs out: facts in words, by thing and property, and the clauses that this moved."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.errors import Message
from zhiyin.law.outcome import Outcome
from zhiyin.law.vocabulary import Vocabulary
from zhiyin.model import number_key
from zhiyin.namespaces import PREFIXES, ZY
from zhiyin.standards import TYPE, XSD

_DATE = XSD + "date"
_TITLE = PREFIXES["dcterms"] + "title"
_YES = {"true": Message("是", "yes"), "false": Message("否", "no")}
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class FactChange:
    """One property of one thing that differs; ``before`` and ``after`` are empty where it was not stated."""

    thing: Message
    node: str
    what: Message
    path: str
    before: Message
    after: Message

    @property
    def kind(self) -> str:
        """Added, removed or changed."""
        if not self.before.zh:
            return "added"
        return "removed" if not self.after.zh else "changed"

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""

        def both(text: Message) -> dict[str, str] | None:
            return {"zh": text.zh, "en": text.en} if text.zh else None

        return {
            "kind": self.kind,
            "thing": both(self.thing),
            "node": self.node,
            "property": both(self.what),
            "path": self.path,
            "before": both(self.before),
            "after": both(self.after),
        }


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause whose outcome differs, what its findings say now or said before, and the facts that moved it."""

    number: str
    before: str
    after: str
    said: Message
    facts: tuple[FactChange, ...]
    was: str = ""
    """The number under which the earlier text states the duty, where it is another edition's."""

    def as_json(self) -> dict[str, object]:
        """Return what the API tells of it."""
        return {
            "clause": self.number,
            **({"clauseBefore": self.was} if self.was else {}),
            "before": self.before or None,
            "after": self.after or None,
            "said": {"zh": self.said.zh, "en": self.said.en},
            "facts": [f.as_json() for f in self.facts],
        }


@dataclass(frozen=True, slots=True)
class Section:
    """The clauses of one section whose outcome differs; ``worse`` counts those that were satisfied and are no more."""

    number: str
    clauses: tuple[ClauseChange, ...]

    @property
    def worse(self) -> int:
        """How many clauses of it stood and stand no more."""
        return sum(c.before in _STANDS and c.after not in _STANDS for c in self.clauses)


@dataclass(frozen=True, slots=True)
class Property:
    """The facts of one property that were added, removed or changed."""

    kind: str
    what: Message
    facts: tuple[FactChange, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """From one outcome to another, and how many clauses went so."""

    before: str
    after: str
    count: int


_STANDS = {Outcome.SATISFIED, Outcome.NOT_APPLICABLE}


def by_section(clauses: Iterable[ClauseChange]) -> list[Section]:
    """Return the clauses by section (the first two numbers), in the order of the chapter."""
    found: dict[str, list[ClauseChange]] = defaultdict(list)
    for clause in clauses:
        found[".".join(clause.number.split(".")[:2])].append(clause)
    return [Section(number, tuple(found[number])) for number in sorted(found, key=number_key)]


def by_property(facts: Iterable[FactChange]) -> list[Property]:
    """Return the facts by what they state, those of most things first."""
    found: dict[tuple[str, str], list[FactChange]] = defaultdict(list)
    for fact in facts:
        found[fact.kind, fact.path].append(fact)
    grouped = [Property(kind, own[0].what, tuple(own)) for (kind, _), own in found.items()]
    return sorted(grouped, key=lambda p: (-len(p.facts), p.what.zh))


def moves(clauses: Iterable[ClauseChange]) -> list[Move]:
    """Return how many clauses went from which outcome to which, the most frequent first."""
    counted = Counter((c.before, c.after) for c in clauses)
    return [Move(before, after, count) for (before, after), count in counted.most_common()]


@dataclass(frozen=True, slots=True)
class _Thing:
    label: Message
    node: str


class _Facts:
    """The facts of one submission, each blank node named by where it hangs and what it is about."""

    def __init__(self, data: bytes, company: str, known: Vocabulary) -> None:
        self._known = known
        self._company = company
        self._said: dict[str, list[tuple[str, object]]] = defaultdict(list)
        for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
            self._said[_key(quad.subject)].append((quad.predicate.value, quad.object))
        self._blank = {key for key in self._said if key.startswith("_:")}
        self.things: dict[str, _Thing] = {}
        self.values: dict[tuple[str, str], set[str]] = defaultdict(set)
        for node in self._said:
            if node not in self._blank:
                self._walk(node, self._relative(node), self._title(node), 0)

    def _relative(self, node: str) -> str:
        """Return a node by its place below the company: a firm that moves to another address stays comparable."""
        return node.removeprefix(self._company) if node.startswith(self._company) else node

    def _walk(self, node: str, name: str, label: Message, depth: int) -> None:
        self.things.setdefault(name, _Thing(label, node))
        for predicate, value in self._said[node]:
            key = _key(value)
            if key in self._blank and depth < _DEEPEST:
                inner = self._about(key)
                term = self._label(predicate)
                title = self._title_of(key)
                below = Message(
                    f"{label.zh} · {inner.zh or term.zh}{title}", f"{label.en} · {inner.en or term.en}{title}"
                )
                self._walk(key, f"{name}/{predicate}/{inner.en or self._named(key)}", below, depth + 1)
            elif key not in self._blank:
                self.values[name, predicate].add(self._stated(value))

    def _about(self, node: str) -> Message:
        for predicate, value in self._said[node]:
            if predicate == str(ZY.about):
                return self._label(_key(value))
        return Message("", "")

    def _named(self, node: str) -> str:
        """Return what a thing without a name is called by: its title, as evidence has one, else all that it says."""
        return self._title_of(node) or self._content(node)

    def _title_of(self, node: str) -> str:
        """Return the title of a thing as it follows what the thing is; empty where it has none."""
        titles = sorted(_literal(value) for predicate, value in self._said[node] if predicate == _TITLE)
        return f" {titles[0]}" if titles else ""

    def _content(self, node: str, depth: int = 0) -> str:
        parts = []
        for predicate, value in self._said[node]:
            key = _key(value)
            if key in self._blank:
                parts.append(predicate + (self._content(key, depth + 1) if depth < _DEEPEST else ""))
            else:
                parts.append(f"{predicate}={key}")
        return "|".join(sorted(parts))

    def _stated(self, value: object) -> str:
        return self._relative(_key(value)) if isinstance(value, ox.NamedNode) else _literal(value)

    def _label(self, iri: str) -> Message:
        term = self._known.terms.get(iri)
        if term is not None and term.label.zh:
            return term.label
        end = iri.replace("#", "/").rstrip("/").rpartition("/")[2]
        return Message(end, end)

    def _title(self, node: str) -> Message:
        said = dict(self._said[node])
        name = said.get(str(ZY.name))
        kind = said.get(TYPE)
        own = _literal(name) if name is not None else self._relative(node).strip("/")
        if node == self._company:
            return Message("公司", "company")
        label = self._label(_key(kind)) if kind is not None else Message("", "")
        return Message(f"{label.zh} {own}".strip(), f"{label.en} {own}".strip())

    def words(self, values: Iterable[str]) -> Message:
        """Return values as people read them."""
        labels = [_YES.get(v) or (self._label(v) if "://" in v else Message(v, v)) for v in sorted(values)]
        return Message("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


def compare_facts(before: bytes, after: bytes, companies: tuple[str, str], known: Vocabulary) -> list[FactChange]:
    """Return what was added, removed and changed between the facts of two submissions (N-Triples)."""
    old, new = _Facts(before, companies[0], known), _Facts(after, companies[1], known)
    found = []
    for name, predicate in sorted({*old.values, *new.values}):
        was, now = old.values.get((name, predicate), set()), new.values.get((name, predicate), set())
        if was == now or predicate == TYPE:
            continue
        thing = new.things.get(name) or old.things[name]
        # Of a long list only what differs is told.
        many = max(len(was), len(now)) > 1
        found.append(
            FactChange(
                thing.label,
                thing.node,
                new._label(predicate),
                predicate,
                old.words(was - now if many else was),
                new.words(now - was if many else now),
            )
        )
    return found


def compare_clauses(
    before: bytes,
    after: bytes,
    facts: Sequence[FactChange],
    known: Vocabulary,
    same: Mapping[str, str] | None = None,
) -> list[ClauseChange]:
    """Return the clauses whose outcome differs between two verdict documents, each with the facts that moved it.

    Verdicts on different tiers differ by what each asks: only clauses that both have are compared then. For verdicts by
    different editions ``same`` maps each clause of the earlier one to the clause of the later one that states its duty.
    """
    old, new = _clauses(before), _clauses(after)
    numbers = {} if same is None else {now: was for was, now in same.items()}
    if same is not None:
        old = {same[number]: clause for number, clause in old.items() if number in same}
    found = []
    for number in sorted({*old, *new}, key=number_key):
        was, now = old.get(number), new.get(number)
        if was is None or now is None or was["outcome"] == now["outcome"]:
            continue
        findings = [*_findings(now), *_findings(was)]
        first = findings[0]["message"] if findings else {"zh": "", "en": ""}
        found.append(
            ClauseChange(
                number,
                str(was["outcome"]),
                str(now["outcome"]),
                Message(str(first["zh"]), str(first["en"])),
                tuple(f for f in facts if any(_bears(f, finding, known) for finding in findings)),
                numbers.get(number, ""),
            )
        )
    return found


def _bears(fact: FactChange, finding: Mapping[str, object], known: Vocabulary) -> bool:
    """Return whether a changed fact is one that a finding looks at."""
    about, path, node = str(finding.get("about") or ""), str(finding.get("path") or ""), str(finding["focusNode"])
    if path and fact.path == path:
        return node in (fact.node, "") or node.startswith("_:") or fact.node.startswith("_:")
    label = about.replace("#", "/").rpartition("/")[2]
    return bool(about) and (fact.path == about or _names(fact.thing, about, known) or label in fact.node)


def _names(thing: Message, about: str, known: Vocabulary) -> bool:
    term = known.terms.get(about)
    return term is not None and bool(term.label.zh) and thing.zh.endswith(f"· {term.label.zh}")


def _clauses(document: bytes) -> dict[str, dict[str, object]]:
    return {c["number"]: c for v in json.loads(document)["verdicts"] for c in v["clauses"]}


def _findings(clause: Mapping[str, object]) -> list[dict[str, dict[str, str]]]:
    findings = clause["findings"]
    return list(findings) if isinstance(findings, list) else []


def _key(term: object) -> str:
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return str(getattr(term, "value", term))


def _literal(value: object) -> str:
    text = str(getattr(value, "value", value))
    if isinstance(value, ox.Literal) and value.datatype.value == _DATE:
        return text[:10]
    if isinstance(value, ox.Literal) and value.datatype.value.endswith("decimal") and "." in text:
        return text.rstrip("0").rstrip(".")
    return text
