"""Fixtures of the tests of the reader."""

from __future__ import annotations

import pytest

from ctg_tui.grids.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue()
