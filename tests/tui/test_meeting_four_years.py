"""The actions of one year come back the next one to be closed; the end of the engagement sees them all."""

from __future__ import annotations

import sqlite3
from datetime import date
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from ctg_tui.domain.assessment import Action, Moment, Outcome, Rating
from ctg_tui.services.results import former_years, whole_engagement
from ctg_tui.storage.refusals import not_saved
from ctg_tui.storage.store import Store
from tests.databases import open_workspace, read_again
from tests.tui.driving import (
    IDENTITY,
    faults_of_typography,
    make,
    press,
    resized,
    running,
    shown,
    until,
    until_shown,
    until_written,
)

BOARD = Action("Tableau de bord partagé", "Prénom Nom", date(2026, 6, 30))


def two_years(folder: Path, moment: Moment = Moment.YEARLY) -> None:
    """Make an assessment with an action, and the one that follows it."""
    make(folder, IDENTITY._replace(year=2026), rating=Rating.MOSTLY)
    workspace = open_workspace(folder)
    workspace.open(1).plan("m1.a02", BOARD)
    workspace.duplicate(1, 2027, moment)
    workspace.close()


def are_stored(folder: Path, actions: dict[str, Action]) -> bool:
    """Return whether the second assessment has these actions in the database, and no other."""
    return read_again(folder, 2).actions == actions


async def test_an_action_of_last_year_is_closed_with_one_key_and_undo_opens_it_again(tmp_path: Path) -> None:
    two_years(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".etapes.entretien")
        for key, outcome, word in (
            ("f", Outcome.DONE, "fait"),
            ("r", Outcome.POSTPONED, "reporté"),
            ("a", Outcome.ABANDONED, "abandonné"),
        ):
            await until_shown(pilot, "Actions des années précédentes, à clore")
            await press(pilot, "end", key)
            closed = {"m1.a02": BOARD._replace(outcome=outcome)}
            await until(pilot, partial(are_stored, tmp_path, closed), "the outcome")
            assert "à clore" not in shown(pilot)
            assert f"30\u00a0juin 2026 · {word}" in shown(pilot)
            assert not faults_of_typography(shown(pilot))
            await press(pilot, "ctrl+z")
        await until_shown(pilot, "Actions des années précédentes, à clore")
    assert not read_again(tmp_path, 2).actions
    assert read_again(tmp_path, 1).actions == {"m1.a02": BOARD}


async def test_the_same_key_takes_back_what_became_of_an_action(tmp_path: Path) -> None:
    two_years(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", "end", "f", "f")
        await until(pilot, lambda: read_again(tmp_path, 2).actions == {"m1.a02": BOARD}, "no outcome")


async def test_a_disk_that_takes_no_note_still_shows_the_actions_of_last_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_years(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter")
        with monkeypatch.context() as full:
            full.setattr(Store, "record", refused)
            await press(pilot, "2", "escape", ".etapes.entretien")
            assert "NON ENREGISTRÉ" in shown(pilot)
            assert "Actions des années précédentes, à clore" in shown(pilot)
        await until_written(pilot)


def refused(*_: object) -> NoReturn:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    raise not_saved(error, waits=True)


async def test_the_end_of_the_engagement_sees_every_action(tmp_path: Path) -> None:
    two_years(tmp_path, Moment.END)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien")
        async for size in resized(pilot):
            await press(pilot, "end", *["down"] * 8)
            await until_shown(pilot, "Toutes les actions de l’engagement")
            assert "2026 → Tableau de bord partagé" in shown(pilot), size


def test_the_years_before_are_those_of_the_engagement(tmp_path: Path) -> None:
    two_years(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.open(2).plan("m1.a03", Action("Forum"))
    third = workspace.duplicate(2, 2028, Moment.END)
    grid, assessment = workspace.load(third)
    years = former_years(workspace, grid, assessment)
    assert [(plan.identity.year, list(plan.actions)) for plan in years] == [
        (2026, ["m1.a02"]),
        (2027, ["m1.a03"]),
    ]
    assert [past.planned for past in whole_engagement(workspace, grid, assessment)] == [2026, 2027]
    fourth = workspace.duplicate(third, 2029, Moment.YEARLY)
    assert former_years(workspace, *workspace.load(fourth)) == ()
    workspace.close()
