"""A short round of the laboratory: every experiment runs, and every promise holds."""

from __future__ import annotations

import sys

import pytest

from tests.laboratory.__main__ import EXPERIMENTS, described
from tests.laboratory.laboratory import Round

SHORT = Round(scale=0.01)


@pytest.mark.night
@pytest.mark.skipif(sys.platform != "linux", reason="the faults are injected with Linux's own means")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_everything_injected_holds(name: str) -> None:
    outcomes = EXPERIMENTS[name](SHORT)

    assert outcomes
    assert all(outcome.is_good for outcome in outcomes), "".join(map(described, outcomes))
