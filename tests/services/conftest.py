"""What the tests of services begin with: a session on a new assessment, or a workspace without any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.services.editing import Session
from ctg_tui.services.workspace import Workspace
from tests.databases import Clock, open_workspace, session_on


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with session_on(tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    opened = open_workspace(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "envoi"
    folder.mkdir()
    return folder
