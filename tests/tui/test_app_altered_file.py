"""A file whose structure another program changed: read-only, and copied if the person agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.services.workspace import open_to_work
from ctg_tui.storage.opening import aside_files
from ctg_tui.tui.app import CtgApp
from tests.databases import DATABASE_NAME, Clock, raw
from tests.tui.driving import (
    in_database,
    make,
    messages,
    on_grid,
    one_line,
    page,
    press,
    resized,
    until_shown,
    until_written,
)

TRIGGER = "CREATE TRIGGER efface AFTER INSERT ON value BEGIN DELETE FROM value WHERE value <> new.value; END"


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_file_altered_by_another_program_is_only_read_until_it_is_copied(
    tmp_path: Path, agreed: bool
) -> None:
    make(tmp_path)
    database = tmp_path / DATABASE_NAME
    with raw(database) as connection:
        connection.execute(TRIGGER)
    altered = database.read_bytes()
    workspace = open_to_work(database, None, Clock())
    try:
        app = CtgApp(workspace)
        async with app.run_test(notifications=True, tooltips=True) as pilot:
            await until_shown(pilot, "Un autre programme a changé la structure")
            async for _ in resized(pilot):
                assert "Un autre programme a changé la structure" in one_line(pilot)
            await press(pilot, *(("down", "enter") if agreed else ("escape",)))
            assert page(pilot) == "HomeScreen"
            assert any("mis de côté" in message for message in messages(pilot)) is agreed
            await press(pilot, "enter", "é", "à")
            if not agreed:
                assert any("docteur --corriger" in message for message in messages(pilot))
    finally:
        workspace.close()
    assert in_database(tmp_path, "SELECT note FROM answer ORDER BY note") == (
        [("0",), ("2",)] if agreed else []
    )
    assert (database.read_bytes() == altered) is not agreed
    assert [path.read_bytes() for path in aside_files(database)] == ([altered] if agreed else [])


async def test_a_file_altered_while_its_window_is_open_keeps_every_note_and_takes_no_more(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "1", "2")
        await until_written(pilot)
        with raw(tmp_path / DATABASE_NAME) as connection:
            connection.execute(TRIGGER)
        await press(pilot, "3")
        await until_shown(pilot, "NON ENREGISTRÉ")
        assert "docteur --corriger" in one_line(pilot)
        await press(pilot, "ctrl+q", "down", "enter")
    assert in_database(tmp_path, "SELECT note FROM answer ORDER BY note") == [("1",), ("2",)]
