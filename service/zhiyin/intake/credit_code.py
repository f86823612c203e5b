"""The unified social credit code (GB 32100-2015): 18 characters, the last a check character modulo 31."""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_character(first17: str) -> str:
    """Return the check character of the first 17; ValueError for a character outside the code's alphabet."""
    total = sum(_ALPHABET.index(character) * weight for character, weight in zip(first17, _WEIGHTS, strict=True))
    return _ALPHABET[(31 - total % 31) % 31]


def is_credit_code(code: str) -> bool:
    """Return whether ``code`` is well formed and its check character right."""
    if len(code) != 18 or any(character not in _ALPHABET for character in code):
        return False
    return check_character(code[:17]) == code[17]
