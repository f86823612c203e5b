"""A term of the company vocabulary in, the address of its entry in the documentation out."""

from __future__ import annotations

from zhiyin.law.vocabulary import Term


def topic_of(term: Term) -> str:
    """Return the topic of a term: the name of the file that defines it, without the section's number."""
    return term.source.partition("-")[2]


def term_address(term: Term) -> str:
    """Return where the entry of a term stands."""
    return f"/docs/vocabulary/{topic_of(term)}#{term.local}"
