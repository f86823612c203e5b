"""Terms of the company vocabulary in, the pieces of Turtle by which a company states them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from zhiyin.law.vocabulary import Term, Vocabulary
from zhiyin.namespaces import PREFIXES, compact
from zhiyin.standards import XSD

CHECK_DATE = "2026-06-30"
"""The check date for which the dates of the snippets are written."""
EVIDENCE = (
    'zy:evidence [ dcterms:title "……" ; dcterms:issued "2026-01-15"^^xsd:date ; zy:responsibleRole "信息技术部负责人" ]'
)


def document(focus: str, lines: Sequence[str]) -> str:
    """Return a Turtle document with one node of class ``focus`` (an IRI) that says ``lines``."""
    about = [f"a {compact(focus)}", *lines]
    body = " ;\n    ".join(about)
    text = f"[] {body} .\n"
    used = sorted({p for p in re.findall(r"(?<![\w\"])([a-z]+):", text) if p in PREFIXES})
    return "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in used) + "\n" + text


def some_value(term: Term, known: Vocabulary) -> str | None:
    """Return a value that ``term`` may take, as Turtle; ``None`` where there is no telling."""
    local = term.range.removeprefix(XSD)
    if term.kind == "datatype":
        low = term.minimum if term.minimum is not None else Decimal(1)
        return {
            "boolean": "true",
            "integer": number(max(low, Decimal(1)), term),
            "decimal": number(max(low, Decimal(1)), term),
            "date": f'"{CHECK_DATE}"^^xsd:date',
            "string": '"……"',
        }.get(local)
    individuals = known.individuals_of(term.range)
    return compact(individuals[0].iri) if individuals else f"[ a {compact(term.range)} ]"


def number(value: Decimal, term: Term) -> str:
    """Return ``value`` as Turtle of the term's range: a decimal keeps its point."""
    text = f"{value.normalize():f}"
    return text if "." in text or not term.range.endswith("#decimal") else f"{text}.0"


def attested(practice: str, *rest: str) -> list[str]:
    """Return the lines of an attestation about ``practice`` (a prefixed name)."""
    return [_thing("zy:attestation", f"zy:about {practice}", *rest)]


def performed(practice: str, *rest: str) -> list[str]:
    """Return the lines of an activity, performed from time to time."""
    return [_thing("zy:activity", "a zy:Activity", f"zy:about {practice}", *rest)]


def retained(practice: str, period: str) -> list[str]:
    """Return the lines that say how long a kind of record is kept."""
    return [f"zy:retention [ a zy:Retention ; zy:about {practice} ; {period} ]"]


def on(day: str) -> str:
    """Return when an activity was performed last."""
    return f'zy:lastConductedOn "{day}"^^xsd:date'


def _thing(path: str, *lines: str) -> str:
    inside = " ;\n        ".join(lines)
    return f"{path} [\n        {inside}\n    ]"
