"""A short round of the laboratory: every experiment runs, and every promise holds."""

from __future__ import annotations

import sys

import pytest

from tests.each_row import each_row
from tests.laboratory.__main__ import EXPERIMENTS, described
from tests.laboratory.by_hand import FAULTS, Fault
from tests.laboratory.laboratory import Round
from tests.laboratory.person import ROOT

SHORT = Round(scale=0.002)


@each_row("fault", FAULTS)
def test_each_fault_put_in_by_hand_still_applies(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.sound) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the faults are injected with Linux's own means")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_everything_injected_holds(name: str) -> None:
    outcomes = EXPERIMENTS[name](SHORT)

    assert outcomes
    assert all(outcome.is_good for outcome in outcomes), "".join(map(described, outcomes))
