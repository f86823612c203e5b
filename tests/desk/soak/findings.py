"""What a run of the soak measured, and what does not hold."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Findings:
    """What was measured, and what does not hold."""

    faults: list[str] = field(default_factory=list)

    def told(self, what: str, value: object) -> None:
        """Print a figure."""
        print(f"{what}: {value}", flush=True)  # noqa: T201 - this is what the soak is for

    def must(self, holds: bool, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.faults.append(what)
            self.told("FAULT", what)
