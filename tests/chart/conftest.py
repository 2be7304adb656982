from __future__ import annotations

import pytest

from ctg_tui.domain.grid import Grid
from ctg_tui.grids.catalogue import shipped_grids


@pytest.fixture(scope="session")
def grid() -> Grid:
    return shipped_grids()[0]
