"""The workbook as it grows: what is written so far of a form, and where each fact stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zhiyin.form.clauses import clauses_of
from zhiyin.form.filled import Filled
from zhiyin.form.form import Form
from zhiyin.form.workbook_examples import example_of
from zhiyin.form.workbook_map import FormMap
from zhiyin.law.vocabulary import Term
from zhiyin.model import Obligation

if TYPE_CHECKING:
    from openpyxl import Workbook


@dataclass(slots=True)
class FormBook:
    """The workbook as it grows: what is written so far, and where each fact stands."""

    book: Workbook
    form: Form
    filled: Filled
    titles: Mapping[str, str]
    map: FormMap = field(default_factory=FormMap)
    spare: bool = True
    """Whether room is kept for things that are yet to be listed: where only the places are wanted, it is not."""

    def mandatory(self, term: Term) -> bool:
        """Return whether a mandatory clause of the tier needs ``term``."""
        known = clauses_of(self.form.rules, self.form.tier)
        return any(n in known and known[n].obligation is Obligation.MANDATORY for n in term.needed_by)

    def example(self, term: Term, cls: str) -> object:
        """Return an example of a value of ``term`` of a thing of ``cls``; none where only the places are wanted."""
        return example_of(self.form.rules, self.form.tier, term, cls) if self.spare else None

    def source_of(self, cls: str) -> str | None:
        """Return the cells that hold the names of the things of ``cls``, to choose from."""
        table = self.map.tables.get(cls)
        if table is None or "name" not in table.ranges:
            return None
        return f"'{table.sheet}'!{table.ranges['name']}"
