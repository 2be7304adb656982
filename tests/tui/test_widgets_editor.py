"""The editor of a text: any paste can be undone, on every page that has an editor."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.tui.widgets.editor import CommentEditor
from tests.databases import read_again
from tests.tui.driving import Driver, make, paste, press, running, shown, write

NINE_LINES = "\n".join(f"ligne {number}" for number in range(9))


def editor(pilot: Driver) -> CommentEditor:
    """Return the editor that has the focus."""
    focused = pilot.app.screen.focused
    assert isinstance(focused, CommentEditor)
    return focused


async def test_a_paste_of_many_lines_is_undone_and_redone_however_it_was_removed(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (60, 16)) as pilot:
        await press(pilot, "enter", "enter")
        await paste(pilot, NINE_LINES)
        await press(pilot, "ctrl+z")
        assert editor(pilot).text == ""
        await press(pilot, "ctrl+y")
        assert editor(pilot).text == NINE_LINES
        await press(pilot, *["shift+up"] * 6, "delete")
        assert editor(pilot).text != NINE_LINES
        await press(pilot, "ctrl+z")
        assert editor(pilot).text == NINE_LINES
        await press(pilot, "ctrl+a", "delete", "ctrl+z", "ctrl+y", "ctrl+z", "ctrl+z")
        assert editor(pilot).text == ""
        await write(pilot, "après")
    assert read_again(tmp_path).comments == {"m1.a01": "après"}


async def test_a_paste_that_is_cut_is_shown(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "enter")
        await paste(pilot, "é" * 20_000)
        assert "la fin n’a pas été prise" not in shown(pilot)
        await paste(pilot, "à")
        assert "la fin n’a pas été prise" in shown(pilot)
    assert read_again(tmp_path).comments == {"m1.a01": "é" * 20_000}
