"""Rows that satisfy every rule of SQLite and make no sense: reported as damage, wherever they are read."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Rating
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.services.backups import back_up
from ctg_tui.storage import backups, repair
from ctg_tui.storage.journal import read_forecast
from ctg_tui.storage.opening import backup_folder
from ctg_tui.storage.repair import read_all
from ctg_tui.storage.rows import parse_moment
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, raw, rows, session_on, write_forecast
from tests.each_row import each_row, new_folder

DEEP = "[" * 990 + "]" * 990
"""As deep as SQLite accepts JSON, deeper than Python parses it."""
FAR = ("0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "0001-01-01", "hier")
WITHOUT_SENSE = [
    *(
        f"UPDATE assessment SET {column} = '{text}'"
        for column in ("created_at", "changed_at")
        for text in FAR
    ),
    *(f"UPDATE forecast_value SET at = '{text}'" for text in FAR),
    *(
        f"UPDATE value SET value = json_set(value, '$[0].politiques', json('{text}')) WHERE key = 'personnes'"
        for text in ('[5, "famille"]', "5", "[{}]")
    ),
    f"UPDATE value SET value = '{DEEP}' WHERE key = 'personnes'",
    *(
        f"UPDATE value SET value = '{text}' WHERE field = 'action'"
        for text in (DEEP, f'{{"quoi": {DEEP}}}', "[]", "3")
    ),
    """UPDATE value SET value = '{"quoi": 5, "qui": "", "quand": ""}' WHERE field = 'action'""",
    """UPDATE value SET value = '{"quoi": "", "qui": "", "quand": 5}' WHERE field = 'action'""",
]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a closed database that holds a note, an action and a forecast."""
    with session_on(tmp_path) as session:
        session.rate(FIRST_CELL, Rating.FULLY)
        session.plan(FIRST_CELL.activity, Action("Réunir"))
        write_forecast(session._store, 1, Forecast((ForecastLine("Nom", "Prénom"),)))
    return tmp_path / DATABASE_NAME


@each_row("statement", WITHOUT_SENSE)
def test_what_nothing_can_be_made_of_is_told_as_damage_by_all_who_read_it(
    database: Path, statement: str
) -> None:
    database = Path(shutil.copy(database, new_folder(database.parent)))
    sound = back_up(database, Clock())
    with raw(database) as connection:
        connection.execute(statement)
    with Store(database, Clock()) as store, pytest.raises(DatabaseRefusal) as caught:
        read_all(store)
    assert caught.value.code == "base-abimee"
    with pytest.raises(DatabaseRefusal) as caught:
        repair.examine(database)
    assert caught.value.code == "base-abimee"
    assert list(backup_folder(database).iterdir()) == [sound.path]


def test_a_backup_that_nothing_can_be_made_of_is_kept_for_who_could(database: Path) -> None:
    with raw(database) as connection:
        connection.execute("UPDATE value SET value = '[]' WHERE field = 'action'")
    assert not backups.is_damaged(back_up(database, Clock()).path)


def test_a_forecast_whose_moment_is_none_is_told_to_the_page_that_opens_it(database: Path) -> None:
    with raw(database) as connection:
        connection.execute("UPDATE forecast_value SET at = 'hier'")
    with Store(database, Clock(), write=False) as store, pytest.raises(DatabaseRefusal, match="abîmé"):
        read_forecast(store, 1)


@each_row("text", ["2027-01-12T14:02:11+01:00", "2027-01-12T13:02:11", "2027-01-12 13:02:11Z"])
def test_a_moment_is_told_in_utc_however_another_program_wrote_it(text: str) -> None:
    found = parse_moment(text)
    assert found == datetime(2027, 1, 12, 13, 2, 11, tzinfo=UTC)
    assert found.tzinfo is UTC


@each_row("text", FAR)
def test_a_moment_that_cannot_be_told_in_local_time_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(text)


def test_the_base_itself_takes_all_that_is_told_here_as_damage(database: Path) -> None:
    for statement in WITHOUT_SENSE:
        with raw(database) as connection:
            connection.execute(statement)
        assert rows(database, "PRAGMA integrity_check") == [("ok",)], statement
