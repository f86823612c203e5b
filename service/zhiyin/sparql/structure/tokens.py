"""Tokens of a query taken one after another, and the names that they stand for."""

from __future__ import annotations

from zhiyin.sparql.scan import Token, resolve, tokens, unescape
from zhiyin.sparql.structure.parts import Node, StructureError
from zhiyin.standards import TYPE

_DEEPEST = 120


class TokenReader:
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

    def peek(self, ahead: int = 0) -> Token | None:
        """Return the token ``ahead`` of the next one, where there is one."""
        place = self.at + ahead
        return self.items[place] if place < len(self.items) else None

    def offset(self) -> int:
        """Return where the next token starts."""
        token = self.peek()
        return len(self.text) if token is None else token.start

    def last_end(self) -> int:
        """Return where the last token taken ends."""
        return self.items[self.at - 1].end if self.at else 0

    def fail(self) -> StructureError:
        """Return the error of this place."""
        return StructureError(self.offset())

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek()
        if token is None:
            raise self.fail()
        self.at += 1
        return token

    def word(self) -> str:
        """Return the next token in capitals where it is a word."""
        token = self.peek()
        return token.text.upper() if token is not None and token.kind == "word" else ""

    def is_sign(self, sign: str, ahead: int = 0) -> bool:
        """Return whether a sign stands here."""
        token = self.peek(ahead)
        return token is not None and token.text == sign and token.kind in {"open", "close", "other"}

    def take(self, sign: str) -> Token:
        """Take a sign that must stand here."""
        if not self.is_sign(sign):
            raise self.fail()
        return self.next()

    def take_word(self, *words: str) -> bool:
        """Take one of the words where it stands here."""
        if self.word() in words:
            self.at += 1
            return True
        return False

    def deeper(self) -> None:
        """Count one bracket more, of a bounded number."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.fail()

    def verb(self) -> Node:
        """Take a property, or ``a``."""
        token = self.peek()
        if token is not None and token.kind == "word" and token.text == "a":
            self.next()
            return Node("iri", TYPE, token.start, token.end)
        node = self.iri()
        self.iris[-1] = (node, True)
        return node

    def iri(self) -> Node:
        """Take an IRI, whole or with a prefix."""
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
        """Take a variable or an IRI."""
        token = self.peek()
        if token is not None and token.kind == "variable":
            self.next()
            return Node("variable", token.text[1:], token.start, token.end)
        return self.iri()

    def literal(self, token: Token) -> Node:
        """Return the literal that starts at a string taken, with its tag or type."""
        note = ""
        following = self.peek()
        if following is not None and following.kind == "language":
            note = self.next().text
        elif self.is_sign("^") and self.is_sign("^", 1):
            self.at += 2
            note = self.iri().value
        quotes = 3 if token.text[:3] in {'"""', "'''"} and len(token.text) >= 6 else 1
        return Node("literal", token.text[quotes:-quotes], token.start, self.last_end(), note)


def _plain(local: str) -> str:
    """Return a local name without the backslashes that escape its signs."""
    if "\\" not in local:
        return local
    parts = local.split("\\")
    return parts[0] + "".join(parts[1:])
