"""How long the tests may look: minutes with `make check`, longer at night."""

from __future__ import annotations

import os
from typing import Final

IS_NIGHT: Final = "TESTS_AT_NIGHT" in os.environ
"""Set by `make night`."""


def tries(number: int) -> int:
    """Return how many examples a property is tried on: `number` at night, a third of it by day."""
    return number if IS_NIGHT else max(10, number // 3)
