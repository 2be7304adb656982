"""What the tests of the storage begin with: a session with a note, or a closed database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.services.editing import Session
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, FIRST_CELL, Clock, open_workspace, session_on
from tests.strategies import make_identity


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Iterator[Session]:
    with session_on(tmp_path, clock) as opened:
        opened.rate(FIRST_CELL, Rating.FULLY)
        opened.comment("m1.a01", "x")
        yield opened


@pytest.fixture
def database(session: Session) -> Path:
    """Return the database of the session, which stays open meanwhile, as in the interface."""
    return session._store.path


@pytest.fixture
def closed_database(tmp_path: Path) -> Path:
    """Return a closed database with one assessment."""
    workspace = open_workspace(tmp_path)
    workspace.create(make_identity())
    workspace.close()
    return tmp_path / DATABASE_NAME


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / DATABASE_NAME, Clock()) as opened:
        yield opened
