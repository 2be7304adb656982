from __future__ import annotations

import pytest

from ctg_tui.domain.grid import Grid
from tests.strategies import charente


@pytest.fixture(scope="session")
def grid() -> Grid:
    return charente()
