"""Shapes of shared constraint components in, one question for all of them out, and its answers back as their results.

A component's query is run by an engine for every shape and every focus node, and planning it takes longer than running
it. Where its text allows, it is asked once, with the focus node and the parameters left open: the rows are those that
break it (or, of a query that demands something, those that meet it), and each shape takes its own. The components as
written stay the law; what cannot be derived from their text is run as written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from zhiyin.law.shapes import BINDINGS
from zhiyin.standards import LABEL, SH, TYPE
from zhiyin.validation.assessment import ASSESSMENT

ASKED = "urn:x-zhiyin:asked:"
"""Prefix of the names of the questions."""
_FOCUS, _ALL = "zyFocus", "zyAll"
_FEW = 32
"""To so few values a question is limited; a longer list is dearer than the answers that nobody looks at."""
_INSTANCES = ASKED + "instances"
_SILENT = frozenset({TYPE, LABEL, SH + "name", SH + "message", SH + "targetClass"})
_ASK = re.compile(r"\s*ASK\s*(?:WHERE\s*)?\{(.*)\}\s*", re.DOTALL)
_NEVER = re.compile(r"\s*FILTER\s+NOT\s+EXISTS\s*\{(.*)\}\s*", re.DOTALL)
_SELECT = re.compile(r"\s*SELECT\s+DISTINCT\s+([^{]*?)\s*WHERE\s*\{(.*)\}\s*", re.DOTALL)
_HOLDS = re.compile(r"FILTER\s+EXISTS\s*\{\s*(\$this zy:\w+ \?\w+)\s*\}")
_BEYOND = re.compile(r"\b(?:UNION|OPTIONAL|MINUS|SELECT|GROUP|SERVICE|GRAPH|VALUES|HAVING|LIMIT)\b", re.IGNORECASE)
_BEFORE_GROUP = re.compile(r"\bEXISTS\s*$")

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Statements = Mapping[Node, Sequence[tuple[str, Value]]]
_UNIT, _RECORD = "\x1f", "\x1e"
"""What stands between the values of one answer, and between answers; no value holds such a character."""


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component whose query can be asked of all at once.

    ``body``: its query with focus node and parameters left open. ``demanding``: a row is what meets it; else a row is
    what breaks it, with the variables ``shown``.
    """

    iri: str
    parameters: tuple[str, ...]
    body: str
    prefixes: Node
    demanding: bool
    shown: tuple[str, ...]

    @property
    def asked(self) -> str:
        """The name of the question."""
        return ASKED + self.iri


@dataclass(frozen=True, slots=True)
class Answered:
    """One shape that is answered by a question: which of its rows are its own."""

    shape: str
    component: Component
    values: tuple[str, ...]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """One result that follows from the answers."""

    shape: str
    focus: str
    component: str
    bindings: tuple[tuple[str, str], ...]


class Together:
    """The shapes of ``triples`` that can be asked together: their questions, and ``rest``, the shapes that cannot."""

    def __init__(self, triples: Sequence[ox.Triple]) -> None:
        said: dict[Node, list[tuple[str, Value]]] = defaultdict(list)
        for triple in triples:
            if not isinstance(triple.subject, ox.Triple):
                said[triple.subject].append((triple.predicate.value, triple.object))
        self._components = list(_components(said))
        self._answered = list(_answered(said, self._components))
        gone = {ox.NamedNode(answered.shape) for answered in self._answered}
        self.rest = [triple for triple in triples if triple.subject not in gone]
        self._by_component: dict[str, list[Answered]] = defaultdict(list)
        for answered in self._answered:
            self._by_component[answered.component.asked].append(answered)

    def questions(self) -> list[ox.Triple]:
        """Return the questions as SHACL: each a constraint on the assessment node, its rows handed over by its message."""
        if not self._answered:
            return []
        classes = sorted({f"<{cls}>" for answered in self._answered for cls in answered.classes})
        body = f"?{_FOCUS} a ?zy0 . FILTER (?zy0 IN ({', '.join(classes)}))"
        found = _question(_INSTANCES, body, (_FOCUS, "zy0"), None)
        for component in self._components:
            of = self._by_component.get(component.asked)
            if of:
                body = component.body
                for i in range(len(component.parameters)):
                    asked_for = sorted({f"<{answered.values[i]}>" for answered in of})
                    if len(asked_for) <= _FEW:
                        body += f"\nFILTER (?zy{i} IN ({', '.join(asked_for)}))"
                variables = (_FOCUS, *(f"zy{i}" for i in range(len(component.parameters))), *component.shown)
                found += _question(component.asked, body, variables, component.prefixes)
        return found

    def broken(self, answers: Mapping[str, str]) -> Iterator[Broken]:
        """Yield what the shapes find, from the answers to all questions, by their names."""
        if self._answered and (len(answers) <= len(self._by_component) or any("{?" in a[:2] for a in answers.values())):
            raise RuntimeError("the engine left a question unanswered")
        instances: dict[str, set[str]] = defaultdict(set)
        for node, cls in _rows(answers.get(_INSTANCES, "")):
            instances[cls].add(node)
        for question, of in self._by_component.items():
            component = of[0].component
            end = 1 + len(component.parameters)
            rows: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
            for row in _rows(answers.get(question, "")):
                rows[row[1:end]].append(row)
            for answered in of:
                said = rows.get(answered.values, ())
                if not said and not component.demanding:
                    continue
                nodes = set().union(*(instances.get(cls, ()) for cls in answered.classes))
                if component.demanding:
                    for node in nodes.difference(row[0] for row in said):
                        yield Broken(answered.shape, node, component.iri, ())
                for row in () if component.demanding else said:
                    if row[0] in nodes:
                        shown = tuple(sorted(zip(component.shown, row[end:], strict=True)))
                        yield Broken(answered.shape, row[0], component.iri, shown)


def _rows(answer: str) -> Iterator[tuple[str, ...]]:
    if answer:
        for record in answer.split(_RECORD):
            yield tuple(record.split(_UNIT))


def _components(said: Statements) -> Iterator[Component]:
    kind = ox.NamedNode(SH + "ConstraintComponent")
    for node, pairs in said.items():
        if not isinstance(node, ox.NamedNode) or (TYPE, kind) not in pairs:
            continue
        parameters = [of for p, o in pairs if p == SH + "parameter" and (of := _parameter(o, said))]
        validators = [o for p, o in pairs if p in (SH + "validator", SH + "nodeValidator", SH + "propertyValidator")]
        if len(validators) != 1 or not isinstance(validators[0], (ox.NamedNode, ox.BlankNode)):
            continue
        validator = dict(said.get(validators[0], ()))
        prefixes = validator.get(SH + "prefixes")
        ask, select = validator.get(SH + "ask"), validator.get(SH + "select")
        text = ask or select
        if not isinstance(text, ox.Literal) or not isinstance(prefixes, (ox.NamedNode, ox.BlankNode)):
            continue
        asked = body_asked(text.value, [name.rpartition("#")[2] for name in parameters])
        if asked is not None:
            body, demanding, shown = asked
            yield Component(node.value, tuple(parameters), body, prefixes, demanding, shown)


def _parameter(node: Value, said: Statements) -> str:
    paths = [o for p, o in said.get(node, ()) if p == SH + "path"] if isinstance(node, ox.BlankNode) else []
    return paths[0].value if paths and isinstance(paths[0], ox.NamedNode) else ""


def body_asked(text: str, parameters: Sequence[str]) -> tuple[str, bool, tuple[str, ...]] | None:
    """Return the body of the query with all left open, whether its rows are those that meet it, and the variables it shows.

    ``None`` where the text is not plain enough: the focus node and every parameter must be bound by triple patterns of
    the outermost group, and all other groups be those of EXISTS, which see what stands around them.
    """
    shown: tuple[str, ...] = ()
    demanding = False
    if (match := _ASK.fullmatch(text)) is not None:
        body = match[1]
        never = _NEVER.fullmatch(body)
        demanding = never is None
        body = body if never is None else never[1]
    elif (match := _SELECT.fullmatch(text)) is not None:
        names, body = re.findall(r"[?$](\w+)", match[1]), match[2]
        shown = tuple(name for name in names if name != "this")
    else:
        return None
    body = _HOLDS.sub(r"\1 .", body)
    outermost = _outermost(body)
    names = ["this", *parameters]
    if outermost is None or any(re.search(rf"[?$]{name}\b", outermost) is None for name in names):
        return None
    for name, open_name in zip(names, (_FOCUS, *(f"zy{i}" for i in range(len(parameters)))), strict=True):
        body = re.sub(rf"[?$]{name}\b", f"?{open_name}", body)
    return body, demanding, shown


def _outermost(body: str) -> str | None:
    """Return the triple patterns of the outermost group; ``None`` where a group is of another kind than EXISTS."""
    if _BEYOND.search(body) or '"' in body or "'" in body or "#" in body:
        return None
    kept: list[str] = []
    depth = round_depth = 0
    for at, character in enumerate(body):
        if character == "{":
            if _BEFORE_GROUP.search(body[:at]) is None:
                return None
            depth += 1
        elif character == "}":
            depth -= 1
            if depth < 0:
                return None
        elif character in "()" and not depth:
            round_depth += 1 if character == "(" else -1
        elif not depth and not round_depth:
            kept.append(character)
    return "".join(kept) if not depth and not round_depth else None


def _answered(said: Statements, components: Sequence[Component]) -> Iterator[Answered]:
    of = {component.parameters[0]: component for component in components if component.parameters}
    pointed = {value for pairs in said.values() for _, value in pairs if isinstance(value, ox.NamedNode)}
    asked_for = {
        name
        for pairs in said.values()
        for predicate, value in pairs
        if predicate == SH + "parameter" and (name := _parameter(value, said))
    }
    for node, pairs in said.items():
        if not isinstance(node, ox.NamedNode) or node in pointed:
            continue
        component = next((of[p] for p, _ in pairs if p in of), None)
        if component is None:
            continue
        # One component and nothing else that constrains or targets: the rows of one question say all of the shape.
        others = [p for p, _ in pairs if (p.startswith(SH) and p not in _SILENT) or p in asked_for]
        values = [o for name in component.parameters for p, o in pairs if p == name]
        classes = tuple(o.value for p, o in pairs if p == SH + "targetClass" and isinstance(o, ox.NamedNode))
        if sorted(others) == sorted(component.parameters) and classes:
            named = tuple(value.value for value in values if isinstance(value, ox.NamedNode))
            if len(named) == len(component.parameters):
                yield Answered(node.value, component, named, classes)


def _question(name: str, body: str, variables: Sequence[str], prefixes: Node | None) -> list[ox.Triple]:
    """Return the question as a constraint of the assessment node, all its answers in one result: a result is dear."""
    node, constraint = ox.NamedNode(name), ox.BlankNode()
    joined = ', "\\u001F", '.join(f"STR(?{variable})" for variable in variables)
    query = (
        f'SELECT $this ?{_ALL} WHERE {{ {{ SELECT (GROUP_CONCAT(DISTINCT CONCAT({joined}); SEPARATOR = "\\u001E") '
        f"AS ?{_ALL}) WHERE {{ {body} }} }} }}"
    )
    pairs: list[tuple[Node, str, Value]] = [
        (node, TYPE, ox.NamedNode(SH + "NodeShape")),
        (node, SH + "targetNode", ox.NamedNode(ASSESSMENT)),
        (node, SH + "sparql", constraint),
        (constraint, TYPE, ox.NamedNode(SH + "SPARQLConstraint")),
        (constraint, SH + "select", ox.Literal(query)),
        (constraint, SH + "message", ox.Literal(f"{{?{_ALL}}}", language=BINDINGS)),
    ]
    if prefixes is not None:
        pairs.append((constraint, SH + "prefixes", prefixes))
    return [ox.Triple(subject, ox.NamedNode(predicate), value) for subject, predicate, value in pairs]
