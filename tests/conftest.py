"""How the tests are shared out."""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Twice the cores: the tests of the interface spend half their time waiting for it to come to rest."""
    return 2 * (os.cpu_count() or 1)
