"""``/browse``: the whole text of a tier by section and subsection, filtered by facets, also CSV, JSON and RDF."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from zhiyin.catalogue import Catalogue, ClauseView, Label
from zhiyin.model import CHANGE_LABELS, Change, Mark, Obligation
from zhiyin.web.answers import file_answer
from zhiyin.web.catalogue_api import catalogue, services, tiers_of_edition
from zhiyin.web.kept import kept_page
from zhiyin.web.language import told
from zhiyin.web.parameters import CHANGES, MARKS, OBLIGATIONS, one_of
from zhiyin.web.presentation import change_word, guideline_word
from zhiyin.web.resource import SYNTAXES, descriptions, elsewhere

browse_page = Blueprint("browse_page", __name__)
_COLUMNS = ("条款", "小节", "约束力", "标识", "相对前一类别", "前身", "原文")


@dataclass(frozen=True, slots=True)
class Asked:
    """The facets of the address."""

    tier: int
    section: str | None
    obligation: Obligation | None
    mark: Mark | None
    change: Change | None

    def fits(self, clause: ClauseView, *, but: str = "") -> bool:
        """Return whether ``clause`` passes every facet except ``but``."""
        return (
            (but == "obligation" or self.obligation is None or clause.obligation is self.obligation)
            and (but == "mark" or self.mark is None or clause.mark is self.mark)
            and (but == "change" or self.change is None or clause.change is self.change)
            and (but == "section" or self.section is None or topic(clause) == self.section)
        )

    def query(self) -> str:
        """Return the facets as the query of ``/api/clauses``."""
        section = f"{self.tier + 1}.{self.section}" if self.section else None
        given = {"tier": self.tier, "section": section, "obligation": self.obligation, "mark": self.mark}
        given["change"] = self.change
        return urlencode({**{k: v for k, v in given.items() if v is not None}, "limit": 1000})


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with the clauses under it, or with its subsections."""

    number: str
    title: Label
    parts: tuple[Part, ...] = ()
    clauses: tuple[ClauseView, ...] = ()


def topic(clause: ClauseView) -> str:
    """Return the section of a clause without its chapter: ``4.3.3`` is of section ``3``."""
    return clause.section.split(".")[1]


def asked_for(arguments: MultiDict[str, str]) -> Asked:
    """Return the facets of the address; BadParameter where one is not among its values."""
    return Asked(
        one_of(arguments, "tier", tiers_of_edition()) or 4,
        arguments.get("section") or None,
        one_of(arguments, "obligation", OBLIGATIONS),
        one_of(arguments, "mark", MARKS),
        one_of(arguments, "change", CHANGES),
    )


@browse_page.get("/browse")
def browse() -> BaseResponse:
    """Show a tier's text, or give what the facets leave of it as data."""
    asked = asked_for(request.args)
    own = [c for c in catalogue().clauses.values() if c.tier == asked.tier]
    chosen = [c for c in own if asked.fits(c)]
    form = request.args.get("format")
    if form in SYNTAXES:
        names = services().graph.names
        return descriptions([str(names.clause[c.number]) for c in chosen], form)
    if form == "csv":
        return file_answer(clauses_csv(chosen), "text/csv; charset=utf-8", f"zhiyin-tier-{asked.tier}.csv")
    if form == "json":
        return redirect(f"/api/clauses?{asked.query()}", 303)
    here = "/browse?" + urlencode([(k, v) for k, v in request.args.items(multi=True) if k != "lang"])
    here += "&format=" if request.args else "format="
    offered = {"application/json": f"/api/clauses?{asked.query()}", "text/csv": here + "csv"}
    offered.update({media: here + suffix for suffix, (media, _) in SYNTAXES.items()})
    if (data := elsewhere(offered)) is not None:
        return data
    return kept_page(
        "browse.html",
        lambda: {
            "catalogue": catalogue(),
            "level": asked.tier,
            "clauses": chosen,
            "total": len(own),
            "facets": _facets(own, asked),
            "outline": outline(catalogue(), chosen),
            "tiers": tuple(catalogue().tiers),
            "chosen": {f: getattr(asked, f) for f in ("obligation", "mark", "change", "section")},
        },
    )


def outline(found: Catalogue, clauses: Sequence[ClauseView]) -> list[Part]:
    """Return ``clauses`` under their subsections, and these under their sections."""
    by_sub: dict[str, list[ClauseView]] = {}
    for clause in clauses:
        by_sub.setdefault(clause.section, []).append(clause)
    by_section: dict[str, list[Part]] = {}
    for number, held in by_sub.items():
        part = Part(number, found.sections[number].title, clauses=tuple(held))
        by_section.setdefault(number.rpartition(".")[0], []).append(part)
    return [Part(number, found.sections[number].title, tuple(parts)) for number, parts in by_section.items()]


def _facets(own: Sequence[ClauseView], asked: Asked) -> dict[str, list[tuple[str, str, int]]]:
    """Return value, label and count for each facet, in the guideline's own order."""

    def counted(
        name: str, of: Callable[[ClauseView], object], label: Callable[[str], str]
    ) -> list[tuple[str, str, int]]:
        counts = Counter(str(of(c)) for c in own if of(c) is not None and asked.fits(c, but=name))
        order = {"section": catalogue().main_topics, "change": tuple(str(c) for c in reversed(Change))}.get(
            name, tuple(_WORDS)
        )
        return [(value, label(value), counts[value]) for value in order if counts[value]]

    return {
        "section": counted("section", topic, lambda v: f"{v} {told(catalogue().topics[v].title)}"),
        "obligation": counted("obligation", lambda c: c.obligation, guideline_word),
        "mark": counted("mark", lambda c: c.mark, guideline_word),
        "change": counted("change", lambda c: c.change, change_word),
    }


_WORDS = (*(str(o) for o in Obligation), *(str(m) for m in Mark))


def clauses_csv(clauses: Sequence[ClauseView]) -> bytes:
    """Return the clauses as CSV that Excel opens rightly."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for c in clauses:
        change = CHANGE_LABELS[c.change] if c.change else ""
        section = f"{c.section} {c.section_title.zh}"
        writer.writerow([c.number, section, str(c.obligation), str(c.mark), change, c.ancestor or "", c.text])
    return b"\xef\xbb\xbf" + text.getvalue().encode()
