"""Turns parameter values into RDF terms and writes them into a question's VALUES row; nothing else writes query text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from zhiyin.errors import BadParameter, OntologyError, Place
from zhiyin.model import Change, Mark, Obligation
from zhiyin.namespaces import NAMES, ZY, Names
from zhiyin.questions.question import Kind, Parameter, Question

Choices = Mapping[Kind, Sequence[str]]
"""The values that a kind of parameter allows, as the graph has them: tiers, sections, concept ids and so on."""

UNBOUND: Final = "UNDEF"

_OBLIGATIONS: Final = {"mandatory": "Mandatory", "optional": "Optional"}
_MARKS: Final = {"new": "New", "continued": "Continued"}
_WORDS: Final = {
    Kind.OBLIGATION: {**_OBLIGATIONS, str(Obligation.MANDATORY): "Mandatory", str(Obligation.OPTIONAL): "Optional"},
    Kind.MARK: {**_MARKS, str(Mark.NEW): "New", str(Mark.CONTINUED): "Continued"},
    Kind.CHANGE: {str(change): str(change).capitalize() for change in Change},
}
_NAMED: Final = frozenset({Kind.TIER, Kind.SECTION, Kind.TOPIC, Kind.CONCEPT, Kind.CLAUSE, Kind.FAMILY, Kind.METRIC})
"""The kinds whose values name things by IRI."""
_LOCAL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def bind(question: Question, values: Mapping[str, str], choices: Choices | None = None, names: Names = NAMES) -> str:
    """Return the question's query with ``values`` in its VALUES row; parameters not given take their defaults.

    ``names`` are those of the edition that is asked about, the shipped one where none is given.
    Raises BadParameter, with the values allowed, for an unknown name and for a value outside its kind.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for name, value in values.items():
        if name not in known:
            raise BadParameter(
                name,
                value,
                sorted(known),
                zh=f"问题 {question.name} 没有参数 {name}",
                en=f"{question.name} has no parameter {name}",
            )
    query = names.written(question.query)
    if not known:
        return query
    terms = [term(parameter, values.get(parameter.name), choices or {}, names) for parameter in question.parameters]
    row = values_row([parameter.name for parameter in question.parameters], terms)
    pattern = row_pattern(question.parameters)
    bound, count = pattern.subn(_constant(row), query)
    if count == 0:
        raise OntologyError(
            "查询里没有参数行", "the query has no row for its parameters", place=Place(source=f"{question.name}.rq")
        )
    return bound


def values_row(names: Sequence[str], terms: Sequence[str]) -> str:
    """Return one VALUES row; ``terms`` are RDF terms as SPARQL writes them."""
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ ({' '.join(terms)}) }}"


def row_pattern(parameters: Iterable[Parameter]) -> re.Pattern[str]:
    """Return what finds the row that binds ``parameters`` in a query's text."""
    names = r"\s+".join(rf"\?{parameter.name}" for parameter in parameters)
    return re.compile(rf"VALUES \({names}\) \{{ \(.*\) \}}")


def term(parameter: Parameter, value: str | None, choices: Choices, names: Names = NAMES) -> str:
    """Return ``value``, or the default where it is None or empty, as the RDF term that its kind wants."""
    given = (value or "").strip() or parameter.default
    if not given:
        return UNBOUND
    allowed = list(parameter.allowed) or list(choices.get(parameter.kind, ()))
    words = _WORDS.get(parameter.kind)
    if words is not None:
        if given not in words or (parameter.allowed and given not in parameter.allowed):
            raise BadParameter(parameter.name, given, list(parameter.allowed) or list(words))
        return f"<{ZY[words[given]]}>"
    if allowed and given not in allowed:
        raise BadParameter(parameter.name, given, allowed)
    if parameter.kind in _NAMED:
        if not _LOCAL.fullmatch(given):
            raise BadParameter(parameter.name, given, allowed or None)
        # Written in full: not every engine reads a local name with several dots, such as clause:4.3.3.1.
        return f"<{names.of(str(parameter.kind), given)}>"
    if parameter.kind is Kind.INTEGER:
        if not re.fullmatch(r"-?[0-9]{1,9}", given):
            raise BadParameter(parameter.name, given, None, zh="应为整数", en="an integer is wanted")
        return given
    return '"' + "".join(_ESCAPES.get(character, character) for character in given) + '"'


def _constant(text: str) -> Callable[[re.Match[str]], str]:
    # A replacement string would have its backslashes interpreted.
    return lambda _match: text
