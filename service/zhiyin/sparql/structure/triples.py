"""Triple patterns of a query, with paths, brackets and lists."""

from __future__ import annotations

from zhiyin.sparql.scan import Token
from zhiyin.sparql.structure.expressions import ExpressionReader
from zhiyin.sparql.structure.parts import Group, Node, StructureError, Triple


class TripleReader(ExpressionReader):
    """Reads statements."""

    def statement(self, group: Group) -> None:
        """Take a subject with all that is said of it."""
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
        """Take properties and objects up to the end of the statement."""
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
        """Take paths set apart by bars; return whether one may have length zero, and the one property where there is no more."""
        zero, single = self.sequence()
        while self.is_sign("|"):
            self.next()
            other, _ = self.sequence()
            zero, single = zero or other, None
        return zero, single

    def sequence(self) -> tuple[bool, Node | None]:
        """Take steps set apart by slashes, as ``alternatives`` does."""
        zero, single = self.step()
        while self.is_sign("/"):
            self.next()
            self.step()
            # A sequence goes through a variable, which takes the nodes of the graph alone (18.2.2.4).
            zero, single = False, None
        return zero, single

    def step(self) -> tuple[bool, Node | None]:
        """Take a step with its sign of repetition."""
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
        """Take a property, a negated set or a path in brackets."""
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

    def term(self, found: list[tuple[Node, Node, Node]] | None = None, group: Group | None = None) -> Node:
        """Take a term; brackets and lists only where ``group`` is given."""
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
        """Take what stands in square brackets, or a list."""
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
