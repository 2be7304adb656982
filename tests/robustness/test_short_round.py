"""A short round of the laboratory: every experiment runs, and everything injected holds."""

from __future__ import annotations

import sys

import pytest

from tests.robustness.__main__ import EXPERIMENTS, told
from tests.robustness.laboratory import Round

SHORT = Round(scale=0.004)


@pytest.mark.skipif(sys.platform != "linux", reason="the faults are injected with Linux's own means")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_everything_injected_holds(name: str) -> None:
    outcomes = EXPERIMENTS[name](SHORT)

    assert outcomes
    assert all(outcome.is_good for outcome in outcomes), "".join(map(told, outcomes))
