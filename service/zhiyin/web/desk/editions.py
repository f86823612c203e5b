"""The namespace of a clause in, how a page names its edition and where the clause stands out; with one edition nothing shows."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import g, request

from zhiyin.catalogue import Catalogue
from zhiyin.composition.editions import name_of, of_clauses
from zhiyin.desk.duties import edition_name
from zhiyin.errors import BadParameter
from zhiyin.model import Edition
from zhiyin.namespaces import BASE, NAMES, Names, names_of
from zhiyin.web.editions import PARAMETER, by_name, edition_label, first
from zhiyin.web.language import say


def _known() -> Mapping[str, Edition]:
    """Return the editions by the namespace of their clauses, looked up once a request."""
    if "desk_editions" not in g:
        g.desk_editions = of_clauses()
    found: Mapping[str, Edition] = g.desk_editions
    return found


def several() -> bool:
    """Return whether there is more than one edition."""
    return len({edition.vocabulary for edition in _known().values()}) > 1


def edition_word(clauses: str = "") -> str:
    """Return what the edition of clauses is called beside others; empty where there is one alone."""
    edition = _known().get(clauses)
    if edition is None:
        # Its folder is gone: what was judged by it stands, and says so by its name.
        return edition_name(clauses)
    if not several():
        return ""
    label = edition_label(edition)
    return say(label.zh, label.en)


def clause_address(number: str, clauses: str = "") -> str:
    """Return the address of the page of a clause in its own edition."""
    edition = _known().get(clauses)
    if edition is None:
        return "/" + f"{clauses}{number}".removeprefix(BASE)
    name = name_of(edition)
    return f"/clauses/{number}" + (f"?{PARAMETER}={quote(name, safe='')}" if name else "")


def offered() -> dict[str, str]:
    """Return the name of every edition, as an address writes it, to the namespace of its clauses as verdicts name it."""
    shipped = _known()[""]
    named = {name_of(e): "" if e == shipped else clauses for clauses, e in _known().items() if clauses}
    return named if several() else {}


def asked_edition() -> str | None:
    """Return the namespace of the clauses of the edition that ``?edition=`` asks for, None where all are wanted.

    BadParameter where there is no such edition.
    """
    name = request.values.get(PARAMETER)
    if name is None or name == "all":
        return None
    if name not in (known := offered()):
        raise BadParameter(PARAMETER, name, ["all", *filter(None, known)])
    return known[name]


def catalogue_of(clauses: str = "") -> Catalogue:
    """Return the read model of the edition of clauses, that of the shipped one where it is not served."""
    edition = _known().get(clauses)
    name = "" if edition is None else name_of(edition)
    return by_name().get(name, first()).catalogue


def names_in(clauses: str = "") -> Names:
    """Return the namespaces of the edition of clauses, those of the shipped one where it is gone."""
    edition = _known().get(clauses)
    return NAMES if edition is None else names_of(edition.guideline, edition.id)
