"""« Consolider » on the screen: one file of all that was received, replaced or stopped on request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import consolidation
from ctg_tui.services.received.envelopes import Piece, pieces
from ctg_tui.services.received.intake import receive
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui import consolidation as consolidating
from tests.databases import open_workspace
from tests.persons import SENTINEL, people
from tests.received import write
from tests.tui.driving import (
    control_characters,
    faults_of_typography,
    key_bar,
    messages,
    one_line,
    page,
    press,
    resized,
    running,
    shown,
    until_shown,
)

CATALOGUE = Catalogue()


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the page offers."""
    folder = tmp_path / "documents"
    folder.mkdir()
    monkeypatch.setattr(consolidating, "default_folder", lambda: folder)
    return folder


def take(folder: Path, number: int) -> list[Path]:
    """Receive the files of so many people; return the files."""
    files = write(folder / "recus", people(number))
    workspace = open_workspace(folder)
    receive(workspace, files)
    workspace.close()
    return files


async def test_each_row_writes_the_file_that_the_same_files_on_the_disk_give(
    tmp_path: Path, out: Path
) -> None:
    files = take(tmp_path, 6)
    async with running(tmp_path) as pilot:
        await press(pilot, "c", "c")
        assert page(pilot) == "ConsolidatingScreen"
        for rank in range(3):
            await press(pilot, "home", *["down"] * rank, "enter")
            await until_shown(pilot, "Fichier écrit")
            while len(list(out.iterdir())) <= rank:
                await pilot.pause()
    written = sorted(out.iterdir())
    assert len(written) == 3
    for path in written:
        twin = tmp_path / f"jumeau{path.suffix}"
        content = consolidation.consolidate(consolidation.gather(pieces(files), CATALOGUE))
        consolidation.write(content, twin)
        assert path.read_bytes() == twin.read_bytes(), path.name
        assert SENTINEL.encode() in path.read_bytes() or path.suffix == ".xlsx"


async def test_a_file_that_is_there_is_replaced_only_once_agreed(tmp_path: Path, out: Path) -> None:
    take(tmp_path, 2)
    there = out / "consolidation.html"
    there.write_text("à garder", encoding="utf-8")
    async with running(tmp_path) as pilot:
        await press(pilot, "c", "c", "enter")
        await until_shown(pilot, "Le remplacer")
        assert there.read_text(encoding="utf-8") == "à garder"
        await press(pilot, "o")
        await until_shown(pilot, "2 évaluations comptées")
    assert "instruction" in there.read_text(encoding="utf-8")


async def test_echap_stops_the_reading_and_nothing_is_written(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(tmp_path, 3)
    goes_on, read = threading.Event(), consolidation.received

    def slowly(workspace: Workspace) -> Iterator[Piece]:
        for piece in read(workspace):
            yield piece
            goes_on.wait()

    monkeypatch.setattr(consolidation, "received", slowly)
    async with running(tmp_path) as pilot:
        await press(pilot, "c", "c", "enter")
        await until_shown(pilot, "Échap pour arrêter")
        await press(pilot, "escape")
        goes_on.set()
        await until_shown(pilot, "rien n’a été écrit")
        assert page(pilot) == "ConsolidatingScreen"
        await press(pilot, "escape")
        assert page(pilot) == "ReceivedScreen"
    assert not list(out.iterdir())


async def test_the_page_is_whole_at_any_size(tmp_path: Path, out: Path) -> None:
    take(tmp_path, 1)
    async with running(tmp_path) as pilot:
        await press(pilot, "c", "c")
        async for _ in resized(pilot):
            text = one_line(pilot).replace("\N{NO-BREAK SPACE}", " ")
            for said in ("Pour vous", "consolidation.db", "Enregistrer dans"):
                assert said in text, said
            assert not faults_of_typography(shown(pilot))
            assert not control_characters(shown(pilot))
            assert "Échap" in key_bar(pilot)
        assert not messages(pilot)
