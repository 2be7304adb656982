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
    form = ["n", *"Val", "down", "enter", *"neuf lignes", "tab", "tab", "f5", "2", "k", *"Réunion", "enter"]
    elsewhere = ["f5", "f5", "1", *["down"] * 3, *"ne pas oublier", "f5", "f5", "3", "down", "enter", *"nous"]
    then = ["f5", "f5", "4", *"12", "tab", *"1 250,50", "f5", "f5", "2", "f3", "&", "x", "escape", "3"]
    play_both(SHORT, Case([*form, *elsewhere, *then], 0.0, 40))
