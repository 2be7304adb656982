"""The result of one check of `docteur`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ctg_tui.domain.errors import typeset


class State(StrEnum):
    """The outcome of a check. Only PROBLEM makes the command fail."""

    GOOD = "bon"
    REPAIRED = "repare"
    ATTENTION = "attention"
    PROBLEM = "probleme"


@dataclass(frozen=True)
class CheckResult:
    """The result of one check. `code` is stable; `found` and `advice` are French sentences."""

    code: str
    title: str
    state: State
    found: str
    advice: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "found", typeset(self.found))
        object.__setattr__(self, "advice", typeset(self.advice))
