"""Restauration: the content of each backup is shown first, and going back can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from ctg_tui.services import backups
from ctg_tui.storage.connection import Backup, BackupReason, backup_folder
from tests import databases
from tests.databases import DATABASE_NAME, Clock, insertion, raw
from tests.tui.driving import (
    DELAYS,
    IDENTITY,
    faults_of_typography,
    in_database,
    make,
    messages,
    running,
    shown,
    until,
)
from tests.tui.person import Person

YEARS = "SELECT year FROM assessment ORDER BY id"
NOTES = "SELECT value FROM value WHERE field = 'note'"
BOTH = [(2027,), (2028,)]


@pytest.fixture
def clock(person: Person) -> Clock:
    """Make an assessment and a backup of it."""
    clock = Clock()
    make(person.folder)
    back_up(person.folder, clock)
    return clock


def back_up(folder: Path, clock: Clock) -> Path:
    return databases.back_up(folder / DATABASE_NAME, clock).path


async def test_going_back_asks_first_and_is_undone_the_same_way(person: Person, clock: Clock) -> None:
    make(person.folder, IDENTITY._replace(year=2028))
    clock.pass_by(hours=1)
    async with person.at("s", "enter", clock=clock):
        person.sees(
            "1 évaluation, 0 case remplie", "Restaurer la sauvegarde du 12", "Ce qui a été fait depuis"
        )
        person.sees("d’abord sauvegardé", "restaure de la même façon")
        await person.does("enter")  # the cursor is on « non »
        assert in_database(person.folder, YEARS) == BOTH
        await person.does("enter", "down", "enter")
        assert in_database(person.folder, YEARS) == BOTH[:1]
        person.sees("avant une restauration")
        clock.pass_by(hours=1)
        await person.does("enter", "down", "enter")  # the cursor is on the backup made before
        assert in_database(person.folder, YEARS) == BOTH
        await person.does("escape", "enter", "é")  # the database can be written again
    assert in_database(person.folder, NOTES) == [("2",)]


async def test_what_cannot_be_undone_is_not_promised_and_the_damaged_file_is_named(
    person: Person, clock: Clock
) -> None:
    with raw(person.folder / DATABASE_NAME) as connection:  # sound pages, but not a backup
        connection.execute(insertion(99, "note", "m1.a01/famille", "1"))
    async with person.at("s", "enter", clock=clock):
        person.sees("mis de côté, jamais effacé", not_=("restaure de la même façon",))
        assert not faults_of_typography(shown(person.pilot))
        await person.does("down", "enter")
        (aside,) = (person.folder / "sauvegardes").glob("*mise-de-cote.db")
        person.sees(f"« {aside.name} »", not_=("avant une restauration",))
    assert in_database(person.folder, NOTES) == []


async def test_an_assessment_is_erased_from_every_backup_once_agreed_to(person: Person, clock: Clock) -> None:
    make(person.folder, IDENTITY._replace(year=2028))
    async with person.at("s", ".sauvegardes.effacer", "2027", "enter", clock=clock):
        person.sees("Effacer pour toujours", "2027", "Rien ne la rendra.")
        await person.does("enter")  # the cursor is on « non »
        assert in_database(person.folder, YEARS) == BOTH
        await person.does(".sauvegardes.effacer", "2027", "enter", "down", "enter")
        person.sees("L’évaluation est effacée.")
        await person.does("escape")
        person.sees("2028", not_=("► 2027", "  2027  "))
    assert in_database(person.folder, YEARS) == BOTH[1:]
    (left,) = backups.list_backups(person.folder / DATABASE_NAME)
    assert left.content is not None
    assert left.content.assessments == 1


# The daily one.

SOON = DELAYS._replace(backup=0.05)


async def test_a_backup_that_cannot_be_made_is_shown(tmp_path: Path) -> None:
    make(tmp_path)
    backup_folder(tmp_path / DATABASE_NAME).write_text("un fichier tient la place du dossier")
    async with running(tmp_path, (120, 40), delays=SOON) as pilot:
        await until(pilot, lambda: "sauvegarde n’a pas été faite" in " ".join(messages(pilot)))
        assert "Vos évaluations sont intactes" in " ".join(messages(pilot))


async def test_a_program_left_open_backs_up_each_day(tmp_path: Path) -> None:
    clock = Clock()
    make(tmp_path)

    def daily() -> Sequence[Backup]:
        return backups.list_backups(tmp_path / DATABASE_NAME)

    def are(number: int) -> bool:
        return len(daily()) == number

    async with running(tmp_path, clock=clock, delays=SOON._replace(next_backup=0.05)) as pilot:
        for day in (1, 2, 3):
            await until(pilot, partial(are, day))
            clock.pass_by(days=1)
    assert {backup.reason for backup in daily()} == {BackupReason.DAILY}
    assert len({backup.made_at.date() for backup in daily()}) >= 3
