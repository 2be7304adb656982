"""A disk slower than typing: typed values are shown at once with a mark, and as saved once committed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from ctg_tui.storage import writer
from ctg_tui.system import crash_log
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.dialogs import Question
from ctg_tui.tui.grid.layout import GridDisplay
from tests.databases import DATABASE_NAME, NO_NEXT_ID, raw, read_again
from tests.effort import some
from tests.tui.driving import Driver, make, on_grid, page, press, resize, shown, write

FIRST, SECOND, THIRD = (Cell("m1.a01", policy) for policy in ("famille", "education", "social"))
FIRST_LINE = re.compile(r"Contribue[^│]*?…?\s+(\[?[0-3·]\*?\]?)\s+(\[?[0-3·]\*?\]?)\s+(\[?[0-3·]\*?\]?)")


class Disk:
    """A disk that ends each commit when it is allowed to."""

    def __init__(self) -> None:
        self.quick = Event()
        self.is_full = False
        self.commits = 0


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Return a disk that ends no commit until it is quick; edits wait 30 ms for it."""
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 0.03)
    disk = Disk()
    before_commit = writer.Writer.before_commit

    def slow(self: writer.Writer) -> None:
        before_commit(self)
        assert disk.quick.wait(60)
        if disk.is_full:
            raise OSError(28, "no space")
        disk.commits += 1

    monkeypatch.setattr(writer.Writer, "before_commit", slow)
    yield disk
    disk.quick.set()


def first_line(pilot: Driver) -> tuple[str, ...]:
    """Return the notes of the first line, with their marks."""
    found = FIRST_LINE.search(shown(pilot))
    assert found, shown(pilot)
    return found.groups()


async def until(pilot: Driver, seen: Callable[[], bool]) -> None:
    """Wait for a state of the screen."""
    for _ in range(400):
        if seen():
            return
        await pilot.pause(0.02)
    pytest.fail(shown(pilot))


async def test_notes_are_shown_with_their_mark_while_the_disk_writes_and_lose_it_when_they_are_there(
    tmp_path: Path, disk: Disk
) -> None:
    disk.quick.set()
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        disk.quick.clear()
        disk.commits = 0
        await press(pilot, "2", "3", "1")
        assert first_line(pilot) == ("2*", "3*", "1*")
        assert "3 sur 42" in shown(pilot), "the figures follow"
        assert "* pas encore enregistré" in shown(pilot)
        assert not re.search(r"enregistré \d", shown(pilot)), "no moment of what is not on the disk"
        assert read_again(tmp_path).answers == {}
        disk.quick.set()
        await until(pilot, lambda: "*" not in shown(pilot))
        assert first_line(pilot) == ("2", "3", "1")
        assert "enregistré 13:02" in shown(pilot), "saved, at the moment of the clock"
        assert disk.commits == 2, "the first, then all that waited for it"
        assert read_again(tmp_path).answers == {
            FIRST: Rating.MOSTLY,
            SECOND: Rating.FULLY,
            THIRD: Rating.PARTLY,
        }


async def test_the_first_line_marks_what_is_not_saved_at_any_width(tmp_path: Path, disk: Disk) -> None:
    disk.quick.set()
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for width in some(range(60, 121, 5), 5):
            disk.quick.clear()
            await resize(pilot, width, 24)
            await press(pilot, "0" if width % 2 else "1")
            await until(pilot, lambda: "*" in shown(pilot))
            first = shown(pilot).splitlines()[0]
            assert "*" in first, (width, first)
            disk.quick.set()
            await until(pilot, lambda: "*" not in shown(pilot))


async def test_a_note_painted_while_the_disk_works_is_marked_when_the_disk_refuses_it(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.quick.set()
    make(tmp_path)
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 60.0)
    prepared: list[Cell] = []
    prepare = GridDisplay.prepare

    def prepare_and_end(self: GridDisplay, cell: Cell) -> None:
        prepare(self, cell)
        prepared.append(cell)
        disk.quick.set()

    monkeypatch.setattr(GridDisplay, "prepare", prepare_and_end)
    async with on_grid(tmp_path) as pilot:
        for is_full, expected in ((True, ("2*", "·", "·")), (False, ("2", "3", "·"))):
            disk.quick.clear()
            disk.is_full = is_full
            await press(pilot, "2" if is_full else "3")
            assert first_line(pilot) == expected
            assert prepared.pop() == Cell("m1.a01", "education" if is_full else "social")
            disk.is_full = False
            await until(pilot, lambda: "*" not in shown(pilot))
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY, SECOND: Rating.FULLY}


async def test_undo_redo_and_a_comment_do_not_wait_for_the_disk(tmp_path: Path, disk: Disk) -> None:
    disk.quick.set()
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        disk.quick.clear()
        await press(pilot, "2", "3", "ctrl+z", "ctrl+z", "ctrl+y")
        assert first_line(pilot)[0] in {"2*", "[2*]"}
        assert "1 sur 42" in shown(pilot)
        await press(pilot, "enter")
        await write(pilot, "texte")
        await press(pilot, "escape")
        assert read_again(tmp_path).answers == {}
        disk.quick.set()
        await until(pilot, lambda: "*" not in shown(pilot))
        await press(pilot, "ctrl+z", "ctrl+z")
        assert read_again(tmp_path).answers == {}
        await press(pilot, "ctrl+y", "ctrl+y", "ctrl+y")
    stored = read_again(tmp_path)
    assert (stored.answers, stored.comments) == ({FIRST: Rating.MOSTLY}, {"m1.a01": "texte"})


async def test_quitting_on_a_slow_disk_waits_for_what_was_typed(tmp_path: Path, disk: Disk) -> None:
    disk.quick.set()
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        disk.quick.clear()
        await press(pilot, "2")
        assert first_line(pilot)[0] == "2*"
        disk.quick.set()
        await press(pilot, "ctrl+q")
    assert pilot.app.return_code == 0
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}


async def test_the_end_of_the_thread_that_writes_is_said_counted_and_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    recorded: list[BaseException] = []
    monkeypatch.setattr(crash_log, "record", recorded.append)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2")
        with raw(tmp_path / DATABASE_NAME) as other:
            other.execute(NO_NEXT_ID)
        await press(pilot, "3", "1")
        text = " ".join(shown(pilot).split())
        assert "NON ENREGISTRÉ (2 changements en attente)" in text
        assert "L’enregistrement s’est arrêté sur une erreur imprévue" in text
        assert first_line(pilot) == ("2", "3*", "1*")
        await until(pilot, lambda: bool(recorded))
        await press(pilot, "ctrl+q")
        assert isinstance(pilot.app.screen, Question), page(pilot)
        await press(pilot, "down", "enter")
    assert isinstance(pilot.app, CtgApp)
    assert pilot.app.return_code == 4
    assert len(recorded) == 1
    assert read_again(tmp_path).answers == {FIRST: Rating.MOSTLY}
