"""Groups and selections of a query, and the query itself."""

from __future__ import annotations

from zhiyin.sparql.scan import resolve
from zhiyin.sparql.structure.parts import (
    Element,
    Expression,
    Group,
    Node,
    RowError,
    Select,
    Structure,
    StructureError,
    Use,
)
from zhiyin.sparql.structure.triples import TripleReader


class QueryReader(TripleReader):
    """Reads a whole query."""

    def query(self) -> Structure:
        """Take the whole query."""
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
        if form != "DESCRIBE" or self.word() == "WHERE" or self.is_sign("{"):
            self.take_word("WHERE")
            select.where = self.group()
        self.modifiers(select)
        if self.peek() is not None:
            raise self.fail()
        return Structure(form, self.prefixes, select, default, named, has_dataset, self.iris)

    def prologue(self) -> None:
        """Take BASE and PREFIX."""
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
        """Take SELECT and what it gives."""
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
        """Take what stands after the group: grouping, conditions, order, limits, values."""
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
        """Take what GROUP BY names."""
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
        """Take conditions beside each other, at least one."""
        found = []
        while self.is_sign("(") or self.starts_call():
            found.append(self.constraint())
        if not found:
            raise self.fail()
        return found

    def order_conditions(self) -> list[Expression]:
        """Take what ORDER BY names."""
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

    def group(self) -> Group:
        """Take a group in braces."""
        self.deeper()
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
        """Take a SELECT within a group."""
        select = Select(self.offset())
        self.projection(select)
        self.take_word("WHERE")
        select.where = self.group()
        self.modifiers(select)
        return select

    def element(self, group: Group) -> None:
        """Take one part of a group."""
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
        """Take VALUES with its rows."""
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
        """Take one term of a row."""
        if self.take_word("UNDEF"):
            return
        node = self.term()
        if node.kind not in {"iri", "literal"}:
            raise StructureError(self.last_end())
        if place < len(element.variables):
            element.constants.append((element.variables[place][0], node))
