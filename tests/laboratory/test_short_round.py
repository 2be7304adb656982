"""A short round of the laboratory: every experiment runs, and every promise holds."""

from __future__ import annotations

import sys

import pytest

from tests.each_row import each_row
from tests.laboratory.__main__ import EXPERIMENTS, described
from tests.laboratory.by_hand import FAULTS, Fault
from tests.laboratory.laboratory import Round
from tests.laboratory.order import Case, play_both
from tests.laboratory.person import ROOT

SHORT = Round(scale=0.002)


@each_row("fault", FAULTS)
def test_each_fault_put_in_by_hand_still_applies(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.sound) == 1


@pytest.mark.night
@pytest.mark.skipif(sys.platform != "linux", reason="the faults are injected with Linux's own means")
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_everything_injected_holds(name: str) -> None:
    outcomes = EXPERIMENTS[name](SHORT)

    assert outcomes
    assert all(outcome.is_good for outcome in outcomes), "".join(map(described, outcomes))


@pytest.mark.night
@pytest.mark.skipif(sys.platform != "linux", reason="as above: the disk is slowed down in this process")
def test_the_fields_of_a_form_that_is_being_created_are_in_the_database_however_slow_the_disk() -> None:
    """Typed before the assessment is there, then another page: the last save of all must take them."""
    name = [*"ne pas oublier"]
    form = ["enter", "escape", *name, "enter", "enter", "o", *name]
    elsewhere = ["K", *"Réunion", "tab", "down", "enter", "escape", "down", "2", "shift+tab", "f5", "3"]
    then = ["ctrl+r", "down", "ctrl+r", "1", "2", "f3", "&", "x"]
    play_both(SHORT, Case([*form, *elsewhere, *then], 0.0, 40))
