"""How long the tests may look: minutes with `make check`, longer at night."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, TypeVar

Row = TypeVar("Row")

IS_NIGHT: Final = "TESTS_AT_NIGHT" in os.environ
"""Set by `make night`."""


def tries(number: int) -> int:
    """Return how many examples a property is tried on: `number` at night, a sixth of it by day."""
    return number if IS_NIGHT else max(8, number // 6)


def some(rows: Sequence[Row], step: int = 3) -> Sequence[Row]:
    """Return the rows that a table is walked for: all of them at night, the first of each `step` by day."""
    return rows if IS_NIGHT else rows[::step]
