"""The fixtures of every test of the interface."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual._compositor import Compositor

from ctg_tui.services import opening, sending, sending_form
from tests.tui.parsed_once import parse_each_style_sheet_once
from tests.tui.person import Person

parse_each_style_sheet_once()
DRAWN = {"test_app", "test_textual_internals"}
"""The tests of what the drawing of a frame does."""


def _no_frame(compositor: Compositor, **_: object) -> None:
    compositor._dirty_regions.clear()


@pytest.fixture(autouse=True)
def _only_what_is_looked_at_is_drawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw no frame: without a terminal nobody sees it, and a test that looks at the screen has it drawn."""
    if request.module.__name__.rpartition(".")[2] not in DRAWN:
        monkeypatch.setattr(Compositor, "render_update", _no_frame)


@pytest.fixture(autouse=True)
def _no_folder_of_this_computer_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for recent files in a folder of the test alone."""
    monkeypatch.setattr(opening, "usual_folders", lambda: {"Bureau": tmp_path / "Bureau"})
    monkeypatch.setattr(sending, "default_folder", lambda: tmp_path)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the page « Envoi » proposes."""
    chosen = tmp_path / "Documents"
    chosen.mkdir()
    monkeypatch.setattr(sending_form, "default_folder", lambda: chosen)
    return chosen


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Show the folder of the test where the pages show those of the person."""
    monkeypatch.setattr(sending_form, "default_folder", lambda: tmp_path)
    monkeypatch.setattr(opening, "usual_folders", lambda: {"Documents": tmp_path})


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder in which recent files are looked for."""
    found = tmp_path / "Téléchargements"
    found.mkdir()
    monkeypatch.setattr(opening, "usual_folders", lambda: {"Téléchargements": found})
    monkeypatch.setattr(sending_form, "default_folder", lambda: tmp_path)
    return found


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Return a person who opens the program on an empty folder."""
    return Person(tmp_path)
