"""What is told of a submission's content: faults, for which it cannot be judged, and notices, with which it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhiyin.errors import BadSubmission, Message, Place


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a submission cannot be judged.

    ``in_form`` says it in the words of the workbook where ``message`` speaks of RDF.
    """

    message: Message
    place: Place
    value: str = ""
    in_form: Message | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as the API prints it."""
        return {"zh": self.message.zh, "en": self.message.en, "value": self.value, **self.place.as_dict()}

    def at(self, cell: Place | None) -> Fault:
        """Return the fault in the words of the workbook, at ``cell`` and without the IRIs that stand for it."""
        place = cell or Place(source=self.place.source, sheet=self.place.sheet, cell=self.place.cell)
        return replace(self, message=self.in_form or self.message, place=place)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a submission that no judgement uses, or that is hardly meant: where, what, and what to do.

    ``kind`` is one of a few words that programs may tell them apart by, ``found`` what stands there as it stands.
    """

    kind: str
    message: Message
    place: Place
    found: str = ""
    meant: Message | None = None
    remedy: Message | None = None

    def as_json(self) -> dict[str, object]:
        """Return it as the API prints it."""
        return {
            "kind": self.kind,
            "message": _both(self.message),
            "place": self.place.as_dict(),
            "found": self.found,
            "meant": _both(self.meant),
            "remedy": _both(self.remedy),
        }


def refused(faults: Sequence[Fault]) -> BadSubmission:
    """Return the error that tells all ``faults``, the first one in its own words."""
    first = faults[0]
    return BadSubmission(
        first.message.zh,
        first.message.en,
        place=first.place,
        details={"faults": [fault.as_json() for fault in faults]},
    )


def _both(message: Message | None) -> dict[str, str] | None:
    return None if message is None else {"zh": message.zh, "en": message.en}
