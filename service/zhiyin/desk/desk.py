"""The desk as one value: its database, its vault, and the callables that composition wires to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zhiyin.desk.database import Database
from zhiyin.desk.judged import JudgeCase, TryCases
from zhiyin.desk.options import Options
from zhiyin.desk.passwords import Passwords
from zhiyin.desk.vault import Vault
from zhiyin.law.rules import Rules


@dataclass(frozen=True, eq=False)
class Desk:
    """What every function of the desk works with; made once per process."""

    database: Database
    vault: Vault
    passwords: Passwords
    judge: JudgeCase
    try_cases: TryCases
    options: Options
    law: Callable[[], Rules]
    """The law in use, read when first asked for."""
