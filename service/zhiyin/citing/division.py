"""Divides a claim that cites no number into one for each duty that it speaks of."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from zhiyin.citing.claims import Claim
from zhiyin.citing.law import Law
from zhiyin.citing.matching import best_matches, fit
from zhiyin.citing.parts import Part, Piece
from zhiyin.citing.words import features

_SURE = 0.55
_LEAST = 3


def divide(claim: Claim, folded: str, law: Law) -> list[Claim]:
    """Return the claims that ``claim`` is made of, in order; itself alone where it speaks of one duty."""
    if claim.references:
        return [claim]
    parts = [part for piece in claim.pieces for part in _parts(piece, folded)]
    groups: list[tuple[str | None, list[Piece]]] = []
    for part in parts:
        group = groups[-1][0] if groups else None
        family = _family(part, folded, law, claim.tiers, group) if part.part is Part.RULE else None
        if groups and (family is None or groups[-1][0] in (None, family)):
            groups[-1] = (groups[-1][0] or family, [*groups[-1][1], part])
        else:
            groups.append((family, [part]))
    if len([family for family, _ in groups if family]) < 2:
        return [claim]
    return [_of(claim, pieces) for _, pieces in groups]


def _parts(piece: Piece, folded: str) -> list[Piece]:
    """Return the piece, or its parts between 、 where each could be a statement of its own."""
    cuts = [match.start() for match in re.finditer("、", folded[piece.start : piece.end])]
    bounds = [piece.start, *(piece.start + cut + 1 for cut in cuts), piece.end]
    spans = [(a, b) for a, b in pairwise(bounds) if b > a]
    if len(spans) < 2 or any(len(re.findall(r"[一-鿿a-z0-9]", folded[a:b])) < 6 for a, b in spans):
        return [piece]
    return [Piece(a, b, piece.part) for a, b in spans]


def _family(piece: Piece, folded: str, law: Law, tiers: frozenset[int], group: str | None) -> str | None:
    """Return the duty that a part speaks of: the one spoken of already where it fits that about as well."""
    text = folded[piece.start : piece.end]
    if len(features(law.lexicon.words(text))) < _LEAST:
        return None
    found = best_matches(law, text, tiers, 1)
    if not found or found[0].said < _SURE:
        return None
    words = features(law.lexicon.words(text))
    members = [law.clauses[n] for t, n in law.families.get(group or "", {}).items() if not tiers or t in tiers]
    if members and max(fit(law, words, clause).said for clause in members) >= found[0].said - 0.15:
        return group
    return law.clauses[found[0].number].family or found[0].number


def _of(claim: Claim, pieces: list[Piece]) -> Claim:
    start, end = pieces[0].start, pieces[-1].end
    within = tuple(m for m in claim.mentions if start <= m.start < end)
    before = [m for m in claim.mentions if m.start < start and not m.beside]
    plain = [m for m in within if not m.beside]
    tiers = frozenset().union(*(m.tiers for m in plain)) if plain else before[-1].tiers if before else claim.tiers
    return replace(claim, start=start, end=end, pieces=tuple(pieces), mentions=within, tiers=tiers)
