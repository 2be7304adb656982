"""What `docteur` reports about one thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ctg_tui.domain.errors import typeset


class State(StrEnum):
    """What a look gave. Only PROBLEM makes the command fail."""

    GOOD = "bon"
    REPAIRED = "repare"
    ATTENTION = "attention"
    PROBLEM = "probleme"


@dataclass(frozen=True)
class CheckResult:
    """One thing looked at. `code` is stable; `found` and `advice` are French sentences."""

    code: str
    title: str
    state: State
    found: str
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", typeset(self.found))
        object.__setattr__(self, "advice", typeset(self.advice))
