"""Restauration: the content of each backup is shown first, and going back can be undone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.services import backups
from ctg_tui.services.backups import Restored
from ctg_tui.storage.opening import locked
from ctg_tui.system.files import WriteRefusal
from tests.databases import DATABASE_NAME, Clock, insertion, raw
from tests.tui.driving import (
    IDENTITY,
    faults_of_typography,
    in_database,
    make,
    messages,
    page,
    press,
    resized,
    running,
    shown,
    until,
)

YEARS = "SELECT year FROM assessment ORDER BY id"


def back_up(folder: Path, clock: Clock) -> Path:
    return backups.back_up(folder / DATABASE_NAME, clock).path


async def test_what_is_in_each_backup_is_shown(tmp_path: Path) -> None:
    clock = Clock()
    make(tmp_path, rating=Rating.MOSTLY)
    back_up(tmp_path, clock)
    damaged = back_up(tmp_path, clock)
    damaged.write_bytes(b"x" * 5000)
    with raw(back_up(tmp_path, clock)) as connection:
        connection.execute("PRAGMA user_version = 99")
    make(tmp_path, IDENTITY._replace(year=2028))
    async with running(tmp_path, clock=clock) as pilot:
        await press(pilot, "b")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in (
                "2\u00a0évaluations, 153\u00a0réponses",
                "1\u00a0évaluation, 153\u00a0réponses, 0\u00a0commentaire",
                "12\u00a0janvier 2027 à ",
                "sauvegarde demandée",
                "abîmée, ne peut pas être restaurée",
                "d’une version plus récente",
            ):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)
    assert in_database(tmp_path, YEARS) == [(2027,), (2028,)]


async def test_going_back_asks_first_and_is_undone_the_same_way(tmp_path: Path) -> None:
    clock = Clock()
    make(tmp_path)
    back_up(tmp_path, clock)
    make(tmp_path, IDENTITY._replace(year=2028))
    clock.pass_by(hours=1)
    async with running(tmp_path, (120, 40), clock) as pilot:
        await press(pilot, "b")
        await press(pilot, "enter")
        assert "Restaurer la sauvegarde du 12" in shown(pilot)
        assert "1\u00a0évaluation, 0\u00a0réponse" in shown(pilot)
        await press(pilot, "enter")  # the cursor is on « non »
        assert in_database(tmp_path, YEARS) == [(2027,), (2028,)]
        await press(pilot, "enter", "down", "enter")
        assert in_database(tmp_path, YEARS) == [(2027,)]
        assert "avant une restauration" in shown(pilot)
        clock.pass_by(hours=1)
        await press(pilot, "enter", "down", "enter")  # the cursor is on the backup made before
        assert in_database(tmp_path, YEARS) == [(2027,), (2028,)]
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
        pilot.app.clear_notifications()
        await pilot.pause()
        assert "2028" in shown(pilot)
        await press(pilot, "enter", "é")  # the database can be written again
    assert in_database(tmp_path, "SELECT note FROM answer") == [("2",)]


async def test_what_cannot_be_undone_is_not_promised_and_the_damaged_file_is_named(tmp_path: Path) -> None:
    clock = Clock()
    make(tmp_path)
    back_up(tmp_path, clock)
    with raw(tmp_path / DATABASE_NAME) as connection:  # sound pages, but not a backup
        connection.execute(insertion(99, "note", "m1.a01/famille", "1"))
    async with running(tmp_path, (120, 40), clock) as pilot:
        await press(pilot, "b", "enter")
        asked = " ".join(shown(pilot).split())
        assert "le restaurer de la même façon" not in asked
        assert "mis de côté, jamais effacé" in asked
        assert not faults_of_typography(shown(pilot))
        await press(pilot, "down", "enter")
        (message,) = messages(pilot)
        assert "avant une restauration" not in message
        (aside,) = (tmp_path / "sauvegardes").glob("*mise-de-cote.db")
        assert f"«\u00a0{aside.name}\u00a0»" in message
        assert page(pilot) == "RestoreScreen"
    assert in_database(tmp_path, "SELECT note FROM answer") == []


@pytest.mark.skipif(os.name != "posix", reason="Windows removes no file that is open")
async def test_a_database_removed_meanwhile_comes_back_without_a_promise(tmp_path: Path) -> None:
    clock = Clock()
    make(tmp_path)
    back_up(tmp_path, clock)
    async with running(tmp_path, (120, 40), clock) as pilot:
        await press(pilot, "b")
        (tmp_path / DATABASE_NAME).unlink()
        await press(pilot, "enter", "down", "enter")
        (message,) = messages(pilot)
        assert "n’était plus là" in message
    assert in_database(tmp_path, YEARS) == [(2027,)]


async def test_a_backup_is_made_on_demand(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "b")
        assert "Aucune pour l’instant" in shown(pilot)
        await press(pilot, "s")
    (made,) = backups.list_backups(tmp_path / DATABASE_NAME)
    assert made.is_sound


async def test_without_a_backup_nothing_can_be_restored(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "b")
        await press(pilot, "enter")
        assert page(pilot) == "RestoreScreen"
    assert in_database(tmp_path, YEARS) == [(2027,)]


async def test_no_other_window_comes_in_while_a_backup_takes_the_place_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    make(tmp_path)
    back_up(tmp_path, clock)
    refused: list[str] = []

    def restored(*arguments: Any) -> Restored:
        done = restore(*arguments)
        with pytest.raises(DatabaseRefusal) as caught:
            locked(tmp_path / DATABASE_NAME)
        refused.append(caught.value.code)
        return done

    restore = backups.restore
    monkeypatch.setattr(backups, "restore", restored)
    async with running(tmp_path, (120, 40), clock) as pilot:
        await press(pilot, "b", "enter", "down", "enter")
        assert refused == ["base-occupee"]
        await press(pilot, "escape", "enter", "2")
    assert in_database(tmp_path, "SELECT note FROM answer") == [("2",)]


async def test_a_database_that_cannot_be_opened_any_more_ends_the_program_with_its_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise WriteRefusal("disque-plein", "Il n’y a plus de place : rien n’a été écrit.")

    make(tmp_path)
    back_up(tmp_path, Clock())

    async def restore_what_is_damaged_meanwhile() -> None:
        async with running(tmp_path, (120, 40)) as pilot:
            await press(pilot, "b")
            (tmp_path / DATABASE_NAME).write_bytes(b"abimee")
            monkeypatch.setattr("ctg_tui.storage.backups.restoring.atomic_replace", full)
            await pilot.press("enter", "down", "enter")
            await until(pilot, lambda: not pilot.app.is_running)

    with pytest.raises(DatabaseRefusal) as caught:
        await restore_what_is_damaged_meanwhile()
    assert caught.value.code == "base-abimee"
    assert (tmp_path / DATABASE_NAME).read_bytes() == b"abimee"
