"""Expressions of a query: the variables, aggregates and groups in them; what stands between is the engine's to read."""

from __future__ import annotations

from abc import abstractmethod

from zhiyin.sparql.structure.parts import Expression, Group, StructureError, Use
from zhiyin.sparql.structure.tokens import TokenReader

AGGREGATES = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_CLAUSES = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES", "GROUP"})


class ExpressionReader(TokenReader):
    """Reads conditions and calls."""

    @abstractmethod
    def group(self) -> Group:
        """Take a group: an EXISTS holds one."""

    def starts_call(self) -> bool:
        """Return whether a call stands here."""
        token = self.peek()
        if token is None or token.kind not in {"word", "iri", "prefixed"} or token.text.upper() in _CLAUSES:
            return False
        return self.is_sign("(", 1) or token.text.upper() in {"EXISTS", "NOT"}

    def constraint(self) -> Expression:
        """Take a condition: a bracket or a call."""
        return self.bracketed() if self.is_sign("(") else self.call()

    def call(self) -> Expression:
        """Take a call, or an EXISTS with its group."""
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
        """Take an expression in brackets."""
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
