"""Which edition a request asks of (``?edition=``), and how its pages stay in it; with one edition nothing of this shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import ImmutableMultiDict

from zhiyin.catalogue import Catalogue, ClauseView
from zhiyin.composition.editions import name_of
from zhiyin.errors import BadParameter, Message
from zhiyin.model import Edition
from zhiyin.services import Services
from zhiyin.web.language import say

PARAMETER = "edition"
_TAKE = (
    *("/browse", "/clauses", "/compare", "/concepts", "/families", "/questions", "/search", "/docs/reading"),
    *("/api/clauses", "/api/tiers", "/api/sections", "/api/families", "/api/concepts", "/api/readings"),
    *("/api/search", "/api/suggest", "/api/ask", "/api/queries", "/data/zhiyin"),
    *("/declare", "/api/form", "/api/template", "/api/shapes", "/docs/vocabulary"),
    *("/cite-check", "/api/cite-check"),
)
"""The beginnings of the addresses that answer from one edition."""
_BOTH = "/compare/editions"
_ADDRESS = re.compile(r"""(\s(?:href|formaction)=")(/[^"?#]*)(\?[^"#]*)?(#[^"]*)?(?=")""")
_VALUE = re.compile(r"""([:\[,]\s*")(/[^"\\\s]*)(?=")""")
_FORM = re.compile(r"""<form\b[^>]*\saction="(/[^"]*)"[^>]*>""")


@dataclass(frozen=True, slots=True)
class Offered:
    """An edition as the menu shows it: what it is called, where this page is in it, and whether it is the one shown."""

    name: str
    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The same duty, of the same tier, in another edition; ``clause`` is ``None`` where that edition has no such duty."""

    name: str
    label: str
    clause: ClauseView | None


def takes_edition(path: str) -> bool:
    """Return whether the address answers from one edition."""
    if path == _BOTH:
        return False
    if path == "/":
        return True
    return any(path == start or path.startswith((start + "/", start + ".")) for start in _TAKE)


def edition_label(edition: Edition) -> Message:
    """Return what an edition is called beside others."""
    name = name_of(edition)
    return Message(f"{name} 版", f"edition {name}") if name else Message("随项目发布的文本", "the shipped text")


def first() -> Services:
    """Return the services of the shipped edition, those of the others within."""
    found: Services = current_app.extensions["zhiyin"]
    return found


def by_name() -> Mapping[str, Services]:
    """Return the services of every edition by name, the shipped one (without a name) first."""
    return {"": first(), **first().others}


def chosen() -> Services:
    """Return the services of the edition that the request asks of."""
    found: Services = g.get("zhiyin_edition") or first()
    return found


def named(name: str) -> Services:
    """Return the services of the edition called ``name``; BadParameter where there is none."""
    known = by_name()
    if name not in known:
        raise BadParameter(PARAMETER, name, [name for name in known if name])
    return known[name]


def counterparts(clause: ClauseView) -> list[Counterpart]:
    """Return where the duty of ``clause``, of the edition asked of, stands in each other edition."""
    return [
        Counterpart(name, _told(other), _same_duty(other.catalogue, clause))
        for name, other in by_name().items()
        if other is not chosen()
    ]


def _same_duty(catalogue: Catalogue, clause: ClauseView) -> ClauseView | None:
    family = catalogue.families.get(clause.family)
    members = [] if family is None else [catalogue.clauses[number] for number in family.members]
    return next((member for member in members if member.tier == clause.tier), None)


def _told(services: Services) -> str:
    label = edition_label(services.graph.edition)
    return say(label.zh, label.en)


def register(app: Flask, services: Services) -> None:
    """Have the app read ``edition=`` and show its menu; where there is one edition, have it do nothing."""
    app.jinja_env.globals.update(editions=list)
    if not services.others:
        return

    @app.before_request
    def _choose() -> None:
        if PARAMETER not in request.args or not takes_edition(request.path):
            return
        g.zhiyin_edition = named(request.args[PARAMETER])
        # Routes take their own parameters alone: this one is answered here.
        rest = [(key, value) for key, value in request.args.items(multi=True) if key != PARAMETER]
        request.args = ImmutableMultiDict(rest)

    def offered() -> list[Offered]:
        """Return the editions to choose from, on a page that answers from one."""
        if not takes_edition(request.path):
            return []
        return [Offered(n, _told(s), _here(n, s), s is chosen()) for n, s in by_name().items()]

    app.jinja_env.globals.update(editions=offered)
    app.context_processor(lambda: {"graph_hash": chosen().graph.sha256})


def _here(name: str, services: Services) -> str:
    """Return the address of this page in another edition: of a clause, where its duty stands there."""
    path = request.path
    clause = chosen().catalogue.clauses.get(path.removeprefix("/clauses/")) if "/clauses/" in path else None
    if clause is not None and services is not chosen():
        there = _same_duty(services.catalogue, clause)
        path = f"/clauses/{there.number}" if there else "/browse"
        kept = [] if there else [("tier", str(clause.tier))]
    else:
        kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{path}?{urlencode([*kept, (PARAMETER, name)])}"


def within_edition(response: Response) -> Response:
    """Have the links, forms and redirect of an answer lead on in the edition that was asked of."""
    services: Services | None = g.get("zhiyin_edition")
    name = "" if services is None else name_of(services.graph.edition)
    if not name:
        return response
    location = response.headers.get("Location", "")
    if location.startswith("/") and takes_edition(location.partition("?")[0]):
        response.headers["Location"] = _with_edition(location, name, "&")
    if response.mimetype == "text/html" and not response.is_streamed:
        response.set_data(_page_within(response.get_data(as_text=True), name))
    elif response.mimetype == "application/json" and not response.is_streamed:
        response.set_data(_data_within(response.get_data(as_text=True), name))
    return response


def _data_within(body: str, name: str) -> str:
    """Return JSON whose addresses of this service name the edition."""

    def address(match: re.Match[str]) -> str:
        whole = match[2]
        return match[1] + (_with_edition(whole, name, "&") if takes_edition(re.split("[?#]", whole)[0]) else whole)

    return _VALUE.sub(address, body)


def _with_edition(address: str, name: str, separator: str) -> str:
    if re.search(rf"[?&;]{PARAMETER}=", address):
        return address
    path, mark, fragment = address.partition("#")
    return f"{path}{separator if '?' in path else '?'}{PARAMETER}={quote(name, safe='')}{mark}{fragment}"


def _page_within(page: str, name: str) -> str:
    """Return a page whose links and forms name the edition; what names one already is left as it is."""

    def link(match: re.Match[str]) -> str:
        if not takes_edition(match[2]):
            return match[0]
        return match[1] + _with_edition(match[2] + (match[3] or "") + (match[4] or ""), name, "&amp;")

    def form(match: re.Match[str]) -> str:
        if 'method="post"' in match[0]:
            # What is posted is read by its route; the address is read here.
            return (
                match[0].replace(match[1], _with_edition(match[1], name, "&amp;"))
                if takes_edition(match[1])
                else match[0]
            )
        hidden = f'<input type="hidden" name="{PARAMETER}" value="{escape(name)}">'
        return match[0] + (hidden if takes_edition(match[1]) else "")

    return _FORM.sub(form, _ADDRESS.sub(link, page))
