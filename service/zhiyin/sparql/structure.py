"""Query text in, its structure out: groups, triple patterns and selections, each with the place where it stands.

For what must be known beyond an outline: rewriting, sentences for what is meant but not allowed, hints on empty answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from zhiyin.sparql.scan import Token, resolve, tokens, unescape
from zhiyin.standards import TYPE

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_DEEPEST = 120
_CLAUSES = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "GROUP"})
_REMEMBERED = 16_384


class StructureError(Exception):
    """The text leaves the grammar at ``offset``; the engine's own parser says it better."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(f"at offset {offset}")


@dataclass(frozen=True, slots=True)
class Node:
    """A term of a pattern: ``kind`` is iri, literal, variable, blank, path or list; an IRI's ``value`` is resolved.

    ``zero`` is whether a path may have length zero (``*`` or ``?`` outermost), ``steps`` its IRIs where it is a
    plain sequence; ``note`` is a literal's tag or type.
    """

    kind: str
    value: str
    start: int
    end: int
    note: str = ""
    zero: bool = False
    steps: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Triple:
    """One triple pattern; ``start`` and ``end`` enclose all of the statement that it is a part of."""

    subject: Node
    predicate: Node
    object: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Use:
    """A variable in an expression: where, and whether an aggregate holds it."""

    name: str
    start: int
    aggregated: bool


@dataclass(slots=True)
class Expression:
    """What an expression uses: variables, aggregates (name and place, and whether within another), EXISTS groups."""

    start: int
    end: int = 0
    uses: list[Use] = field(default_factory=list)
    aggregates: list[tuple[str, int, bool]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class Element:
    """One part of a group: ``kind`` is filter, optional, minus, graph, service, bind, values, union or select."""

    kind: str
    start: int
    end: int = 0
    name: Node | None = None
    groups: list[Group] = field(default_factory=list)
    expression: Expression | None = None
    variables: list[tuple[str, int]] = field(default_factory=list)
    constants: list[tuple[str, Node]] = field(default_factory=list)
    """The terms that VALUES gives to its variables."""
    select: Select | None = None


@dataclass(slots=True)
class Group:
    """What stands between two braces; ``blanks`` are its blank node labels, one list for each basic graph pattern."""

    start: int
    end: int = 0
    triples: list[Triple] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    blanks: list[tuple[str, int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Select:
    """A SELECT, of the query or within a group."""

    start: int
    star: int | None = None
    plain: list[tuple[str, int]] = field(default_factory=list)
    named: list[tuple[Expression, str, int]] = field(default_factory=list)
    where: Group | None = None
    group_by: int | None = None
    grouped: list[tuple[str, int]] = field(default_factory=list)
    group_expressions: list[Expression] = field(default_factory=list)
    having: list[Expression] = field(default_factory=list)
    order: list[Expression] = field(default_factory=list)
    values: Element | None = None


@dataclass(slots=True)
class Structure:
    """A whole query."""

    form: str
    prefixes: dict[str, str]
    select: Select
    default_graphs: list[Node]
    named_graphs: list[Node]
    has_dataset: bool
    where_start: int
    iris: list[tuple[Node, bool]]
    """Every IRI with whether it stands as a predicate or a step of a path."""

    def groups(self) -> Iterator[Group]:
        """Yield every group, the outermost first."""
        if self.select.where is not None:
            yield from within(self.select.where)
        for expression in (*self.select.having, *self.select.order, *(e for e, _, _ in self.select.named)):
            for group in expression.groups:
                yield from within(group)


def within(group: Group) -> Iterator[Group]:
    """Yield ``group`` and every group in it."""
    yield group
    for element in group.elements:
        for inner in element.groups:
            yield from within(inner)
        if element.expression is not None:
            for inner in element.expression.groups:
                yield from within(inner)
        if element.select is not None and element.select.where is not None:
            yield from within(element.select.where)


def bound(group: Group) -> set[str]:
    """Return the variables in scope at the end of ``group`` (SPARQL 1.1, 18.2.1)."""
    found: set[str] = set()
    for triple in group.triples:
        found.update(n.value for n in (triple.subject, triple.predicate, triple.object) if n.kind == "variable")
    for element in group.elements:
        if element.kind in {"filter", "minus"}:
            continue
        found.update(name for name, _ in element.variables)
        if element.name is not None and element.name.kind == "variable":
            found.add(element.name.value)
        for inner in element.groups:
            found |= bound(inner)
        if element.select is not None:
            found |= projected(element.select)
    return found


def projected(select: Select) -> set[str]:
    """Return the variables that a SELECT gives."""
    if select.star is not None:
        return bound(select.where) if select.where is not None else set()
    return {name for name, _ in select.plain} | {name for _, name, _ in select.named}


def structure(text: str, base: str = "") -> Structure:
    """Return the structure of a query; raises StructureError where the text leaves the grammar of SPARQL 1.1."""
    return _memo(text, base) if len(text) <= _REMEMBERED else _Reader(text, base).query()


@lru_cache(maxsize=256)
def _memo(text: str, base: str) -> Structure:
    return _Reader(text, base).query()


class _Reader:
    """Reads tokens one after another; every loop takes at least one."""

    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.items: list[Token] = list(tokens(text))
        self.at = 0
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.iris: list[tuple[Node, bool]] = []
        self.depth = 0
        self.bgp = 0

    # Looking at tokens

    def peek(self, ahead: int = 0) -> Token | None:
        place = self.at + ahead
        return self.items[place] if place < len(self.items) else None

    def offset(self) -> int:
        token = self.peek()
        return len(self.text) if token is None else token.start

    def last_end(self) -> int:
        return self.items[self.at - 1].end if self.at else 0

    def fail(self) -> StructureError:
        return StructureError(self.offset())

    def next(self) -> Token:
        token = self.peek()
        if token is None:
            raise self.fail()
        self.at += 1
        return token

    def word(self) -> str:
        token = self.peek()
        return token.text.upper() if token is not None and token.kind == "word" else ""

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return token is not None and token.text == sign and token.kind in {"open", "close", "other"}

    def take(self, sign: str) -> Token:
        if not self.is_sign(sign):
            raise self.fail()
        return self.next()

    def take_word(self, *words: str) -> bool:
        if self.word() in words:
            self.at += 1
            return True
        return False

    # The query

    def query(self) -> Structure:
        self.prologue()
        form = self.word()
        select = Select(self.offset())
        default: list[Node] = []
        named: list[Node] = []
        if form == "SELECT":
            self.projection(select)
        elif form == "CONSTRUCT":
            self.next()
            if self.is_sign("{"):
                self.group()
                self.bgp += 1
        elif form == "DESCRIBE":
            self.next()
            while (token := self.peek()) is not None and (
                token.kind in {"variable", "iri", "prefixed"} or self.is_sign("*")
            ):
                if token.kind in {"iri", "prefixed"}:
                    self.iri()
                else:
                    self.next()
        elif form == "ASK":
            self.next()
        else:
            raise self.fail()
        has_dataset = False
        while self.take_word("FROM"):
            has_dataset = True
            if self.take_word("NAMED"):
                named.append(self.iri())
            else:
                default.append(self.iri())
        where = self.offset()
        if form != "DESCRIBE" or self.word() == "WHERE" or self.is_sign("{"):
            self.take_word("WHERE")
            select.where = self.group()
        self.modifiers(select)
        if self.peek() is not None:
            raise self.fail()
        return Structure(form, self.prefixes, select, default, named, has_dataset, where, self.iris)

    def prologue(self) -> None:
        while self.word() in {"BASE", "PREFIX"}:
            if self.next().text.upper() == "BASE":
                token = self.next()
                if token.kind != "iri":
                    raise StructureError(token.start)
                self.base = resolve(self.base, token.text[1:-1])
                continue
            name = self.next()
            iri = self.next()
            if name.kind != "prefixed" or not name.text.endswith(":") or iri.kind != "iri":
                raise StructureError(name.start)
            self.prefixes[name.text[:-1]] = resolve(self.base, iri.text[1:-1])

    def projection(self, select: Select) -> None:
        self.next()
        self.take_word("DISTINCT", "REDUCED")
        if self.is_sign("*"):
            select.star = self.next().start
            return
        while True:
            token = self.peek()
            if token is not None and token.kind == "variable":
                select.plain.append((token.text[1:], token.start))
                self.next()
            elif self.is_sign("("):
                expression = self.bracketed()
                name, start = self.named_as(expression)
                select.named.append((expression, name, start))
            else:
                break
        if not select.plain and not select.named:
            raise self.fail()

    def named_as(self, expression: Expression) -> tuple[str, int]:
        """Return the variable after AS at the end of a bracket, which is no use of it."""
        if not expression.uses or self.items[self.at - 2].kind != "variable":
            raise self.fail()
        if self.items[self.at - 3].text.upper() != "AS":
            raise StructureError(self.items[self.at - 2].start)
        use = expression.uses.pop()
        return use.name, use.start

    def modifiers(self, select: Select) -> None:
        while word := self.word():
            if word == "GROUP":
                select.group_by = self.next().start
                if not self.take_word("BY"):
                    raise self.fail()
                self.group_conditions(select)
            elif word == "HAVING":
                self.next()
                select.having += self.constraints()
            elif word == "ORDER":
                self.next()
                if not self.take_word("BY"):
                    raise self.fail()
                select.order += self.order_conditions()
            elif word in {"LIMIT", "OFFSET"}:
                self.next()
                if self.next().kind != "number":
                    raise self.fail()
            elif word == "VALUES":
                select.values = self.values()
            else:
                return

    def group_conditions(self, select: Select) -> None:
        before = self.at
        while (token := self.peek()) is not None:
            if token.kind == "variable":
                select.grouped.append((token.text[1:], token.start))
                self.next()
            elif self.is_sign("("):
                expression = self.bracketed()
                if self.items[self.at - 2].kind == "variable" and self.items[self.at - 3].text.upper() == "AS":
                    use = expression.uses.pop()
                    select.grouped.append((use.name, use.start))
                elif len(expression.uses) == 1 and self.at - before == 3:
                    select.grouped.append((expression.uses[0].name, expression.uses[0].start))
                select.group_expressions.append(expression)
            elif self.starts_call():
                select.group_expressions.append(self.call())
            else:
                break
        if self.at == before:
            raise self.fail()

    def constraints(self) -> list[Expression]:
        found = []
        while self.is_sign("(") or self.starts_call():
            found.append(self.constraint())
        if not found:
            raise self.fail()
        return found

    def order_conditions(self) -> list[Expression]:
        found = []
        while True:
            token = self.peek()
            if token is not None and token.kind == "variable":
                found.append(Expression(token.start, token.end, [Use(token.text[1:], token.start, False)]))
                self.next()
            elif self.word() in {"ASC", "DESC"}:
                self.next()
                found.append(self.bracketed())
            elif self.is_sign("(") or self.starts_call():
                found.append(self.constraint())
            else:
                break
        if not found:
            raise self.fail()
        return found

    # Groups

    def group(self) -> Group:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail()
        group = Group(self.take("{").start)
        self.bgp += 1
        if self.word() == "SELECT":
            inner = Element("select", self.offset(), select=self.subselect())
            inner.end = self.last_end()
            group.elements.append(inner)
        else:
            while not self.is_sign("}"):
                self.element(group)
        group.end = self.take("}").end
        self.bgp += 1
        self.depth -= 1
        return group

    def subselect(self) -> Select:
        select = Select(self.offset())
        self.projection(select)
        self.take_word("WHERE")
        select.where = self.group()
        self.modifiers(select)
        return select

    def element(self, group: Group) -> None:
        if self.is_sign("."):
            self.next()
            return
        start, word = self.offset(), self.word()
        element = Element(word.lower(), start)
        if word in {"OPTIONAL", "MINUS"}:
            self.next()
            element.groups.append(self.group())
        elif word in {"GRAPH", "SERVICE"}:
            self.next()
            if word == "SERVICE":
                self.take_word("SILENT")
            element.name = self.var_or_iri()
            element.groups.append(self.group())
        elif word == "FILTER":
            self.next()
            # A filter belongs to its group and ends no basic graph pattern.
            element.expression = self.constraint()
        elif word == "BIND":
            self.next()
            element.expression = self.bracketed()
            element.variables.append(self.named_as(element.expression))
        elif word == "VALUES":
            element = self.values()
        elif self.is_sign("{"):
            element.kind = "union"
            element.groups.append(self.group())
            while self.take_word("UNION"):
                element.groups.append(self.group())
        else:
            self.statement(group)
            return
        element.end = self.last_end()
        group.elements.append(element)

    def values(self) -> Element:
        element = Element("values", self.next().start)
        if self.is_sign("("):
            self.next()
            while (token := self.next()).kind == "variable":
                element.variables.append((token.text[1:], token.start))
            if token.text != ")":
                raise StructureError(token.start)
            wide = True
        else:
            token = self.next()
            if token.kind != "variable":
                raise StructureError(token.start)
            element.variables.append((token.text[1:], token.start))
            wide = False
        self.take("{")
        while not self.is_sign("}"):
            if wide:
                start = self.take("(").start
                count = 0
                while not self.is_sign(")"):
                    self.value(element, count)
                    count += 1
                self.next()
                if count != len(element.variables):
                    raise RowError(start, count, len(element.variables))
            else:
                self.value(element, 0)
        self.next()
        element.end = self.last_end()
        return element

    def value(self, element: Element, place: int) -> None:
        if self.take_word("UNDEF"):
            return
        node = self.term()
        if node.kind not in {"iri", "literal"}:
            raise StructureError(self.last_end())
        if place < len(element.variables):
            element.constants.append((element.variables[place][0], node))

    # Triples

    def statement(self, group: Group) -> None:
        start = self.offset()
        found: list[tuple[Node, Node, Node]] = []
        bare = self.is_sign("[") or self.is_sign("(")
        subject = self.term(found, group)
        token = self.peek()
        ends = token is None or self.is_sign(".") or self.is_sign("}")
        if not (bare and found and ends):
            self.properties(subject, found, group)
        end = self.last_end()
        group.triples += [Triple(s, p, o, start, end) for s, p, o in found]

    def properties(self, subject: Node, found: list[tuple[Node, Node, Node]], group: Group) -> None:
        while True:
            predicate = self.path()
            while True:
                found.append((subject, predicate, self.term(found, group)))
                if not self.is_sign(","):
                    break
                self.next()
            if not self.is_sign(";"):
                return
            while self.is_sign(";"):
                self.next()
            if self.is_sign(".") or self.is_sign("}") or self.is_sign("]") or self.peek() is None:
                return
            if self.word() and self.word() not in {"A", "_"}:
                return

    def path(self) -> Node:
        """Return the predicate: a variable, an IRI, or a path of which only its outermost form is told."""
        token = self.peek()
        if token is not None and token.kind == "variable":
            self.next()
            return Node("variable", token.text[1:], token.start, token.end)
        start, first, begun = self.offset(), len(self.iris), self.at
        zero, single = self.alternatives()
        end = self.last_end()
        if single is not None:
            return single
        steps = tuple(node for node, _ in self.iris[first:])
        signs = {item.text for item in self.items[begun : self.at] if item.kind not in {"iri", "prefixed"}}
        plain = signs == {"/"}
        return Node("path", self.text[start:end], start, end, zero=zero, steps=steps if plain else ())

    def alternatives(self) -> tuple[bool, Node | None]:
        zero, single = self.sequence()
        while self.is_sign("|"):
            self.next()
            other, _ = self.sequence()
            zero, single = zero or other, None
        return zero, single

    def sequence(self) -> tuple[bool, Node | None]:
        zero, single = self.step()
        while self.is_sign("/"):
            self.next()
            self.step()
            # A sequence goes through a variable, which takes the nodes of the graph alone (18.2.2.4).
            zero, single = False, None
        return zero, single

    def step(self) -> tuple[bool, Node | None]:
        inverse = False
        while self.is_sign("^"):
            self.next()
            inverse = True
        zero, single = self.primary()
        if self.is_sign("*") or self.is_sign("?"):
            self.next()
            return True, None
        if self.is_sign("+"):
            self.next()
            # One or more steps, each of which may be of length zero.
            return zero, None
        return zero, None if inverse else single

    def primary(self) -> tuple[bool, Node | None]:
        if self.is_sign("("):
            self.deeper()
            self.next()
            zero, single = self.alternatives()
            self.take(")")
            self.depth -= 1
            return zero, single
        if self.is_sign("!"):
            self.next()
            if self.is_sign("("):
                self.next()
                while not self.is_sign(")"):
                    if self.is_sign("^") or self.is_sign("|"):
                        self.next()
                    else:
                        self.verb()
                self.next()
            else:
                if self.is_sign("^"):
                    self.next()
                self.verb()
            return False, None
        return False, self.verb()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail()

    def verb(self) -> Node:
        token = self.peek()
        if token is not None and token.kind == "word" and token.text == "a":
            self.next()
            return Node("iri", TYPE, token.start, token.end)
        node = self.iri()
        self.iris[-1] = (node, True)
        return node

    def iri(self) -> Node:
        token = self.next()
        node = self.meant(token)
        if node is None:
            raise StructureError(token.start)
        return node

    def meant(self, token: Token) -> Node | None:
        """Return the IRI that a token stands for, and note it."""
        node = None
        if token.kind == "iri":
            node = Node("iri", resolve(self.base, token.text[1:-1]), token.start, token.end)
        elif token.kind == "prefixed":
            prefix, _, local = unescape(token.text).partition(":")
            if prefix in self.prefixes:
                node = Node("iri", self.prefixes[prefix] + _plain(local), token.start, token.end)
        if node is not None:
            self.iris.append((node, False))
        return node

    def var_or_iri(self) -> Node:
        token = self.peek()
        if token is not None and token.kind == "variable":
            self.next()
            return Node("variable", token.text[1:], token.start, token.end)
        return self.iri()

    def term(self, found: list[tuple[Node, Node, Node]] | None = None, group: Group | None = None) -> Node:
        token = self.next()
        kind = token.kind
        if kind == "variable":
            return Node("variable", token.text[1:], token.start, token.end)
        if kind in {"iri", "prefixed"}:
            self.at -= 1
            return self.iri()
        if kind == "string":
            return self.literal(token)
        if kind == "word" and token.text in {"true", "false"}:
            return Node("literal", token.text, token.start, token.end, "boolean")
        if kind == "word" and token.text == "_":
            label = self.next()
            if label.kind != "prefixed" or not label.text.startswith(":") or label.start != token.end:
                raise StructureError(token.start)
            if group is not None:
                group.blanks.append((label.text[1:], token.start, self.bgp))
            return Node("blank", label.text[1:], token.start, label.end)
        if kind == "number" or (kind == "other" and token.text in {"+", "-", "."}):
            while kind != "number":
                token = self.next()
                kind = token.kind
                if kind != "number" and token.text != ".":
                    raise StructureError(token.start)
            start = token.start
            while start and self.text[start - 1] in "+-.":
                start -= 1
            return Node("literal", self.text[start : token.end], start, token.end, "number")
        if found is not None and group is not None and token.text in {"[", "("}:
            return self.nested(token, found, group)
        raise StructureError(token.start)

    def nested(self, opening: Token, found: list[tuple[Node, Node, Node]], group: Group) -> Node:
        self.deeper()
        node = Node("blank", "", opening.start, opening.end)
        if opening.text == "[":
            if not self.is_sign("]"):
                self.properties(node, found, group)
            self.take("]")
        else:
            while not self.is_sign(")"):
                member = self.term(found, group)
                found.append((node, Node("iri", "", member.start, member.start), member))
            self.next()
        self.depth -= 1
        return Node("blank", "", opening.start, self.last_end())

    def literal(self, token: Token) -> Node:
        note = ""
        following = self.peek()
        if following is not None and following.kind == "language":
            note = self.next().text
        elif self.is_sign("^") and self.is_sign("^", 1):
            self.at += 2
            note = self.iri().value
        quotes = 3 if token.text[:3] in {'"""', "'''"} and len(token.text) >= 6 else 1
        return Node("literal", token.text[quotes:-quotes], token.start, self.last_end(), note)

    # Expressions

    def starts_call(self) -> bool:
        token = self.peek()
        if token is None or token.kind not in {"word", "iri", "prefixed"} or token.text.upper() in _CLAUSES:
            return False
        return self.is_sign("(", 1) or token.text.upper() in {"EXISTS", "NOT"}

    def constraint(self) -> Expression:
        return self.bracketed() if self.is_sign("(") else self.call()

    def call(self) -> Expression:
        expression = Expression(self.offset())
        if self.take_word("NOT") and self.word() != "EXISTS":
            raise self.fail()
        if self.take_word("EXISTS"):
            expression.groups.append(self.group())
        else:
            name = self.next()
            held = name.kind == "word" and name.text.upper() in AGGREGATES
            if held:
                expression.aggregates.append((name.text.upper(), name.start, False))
            self.arguments(expression, held)
        expression.end = self.last_end()
        return expression

    def bracketed(self) -> Expression:
        expression = Expression(self.offset())
        self.arguments(expression, False)
        expression.end = self.last_end()
        return expression

    def arguments(self, expression: Expression, aggregated: bool) -> None:
        """Take a bracket with all in it: the engine's parser looks at the signs between."""
        self.take("(")
        open_brackets = [aggregated]
        while open_brackets:
            if self.word() == "EXISTS":
                self.next()
                expression.groups.append(self.group())
                continue
            token = self.next()
            if token.kind == "variable":
                expression.uses.append(Use(token.text[1:], token.start, any(open_brackets)))
            elif token.text == "(":
                before = self.items[self.at - 2]
                held = before.kind == "word" and before.text.upper() in AGGREGATES
                if held:
                    expression.aggregates.append((before.text.upper(), before.start, any(open_brackets)))
                open_brackets.append(held)
                if len(open_brackets) > 1000:
                    raise self.fail()
            elif token.text == ")":
                open_brackets.pop()
            elif token.kind in {"open", "close", "unclosed"}:
                raise StructureError(token.start)
            else:
                self.meant(token)


class RowError(StructureError):
    """A row of VALUES with too few or too many terms."""

    def __init__(self, offset: int, has: int, wants: int) -> None:
        super().__init__(offset)
        self.has = has
        self.wants = wants


def _plain(local: str) -> str:
    """Return a local name without the backslashes that escape its signs."""
    if "\\" not in local:
        return local
    parts = local.split("\\")
    return parts[0] + "".join(parts[1:])
