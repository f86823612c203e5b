"""The desk as one value: its database, its vault, and the callables that composition wires to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from zhiyin.desk.database import Database
from zhiyin.desk.judged import JudgeCase, TryCases
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.vault import Vault
from zhiyin.law.rules import Rules


class LawOf(Protocol):
    """Gives the law whose clauses stand in a namespace, or that submissions follow by the IRI of its vocabulary.

    That of the shipped edition where neither is named.
    """

    def __call__(self, clauses: str = "", *, vocabulary: str = "") -> Rules:
        """Return the law, read when first asked for; NotFound where no edition has such clauses any more."""


@dataclass(frozen=True, eq=False)
class Desk:
    """What every function of the desk works with; made once per process."""

    database: Database
    vault: Vault
    passwords: Passwords
    judge: JudgeCase
    try_cases: TryCases
    options: Options
    law: LawOf
