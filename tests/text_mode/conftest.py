"""A database with one empty assessment, to talk about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.strategies import charente, make_identity
from tests.text_mode.talker import workspace_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder whose database has one empty assessment."""
    with workspace_in(tmp_path) as workspace:
        workspace.create(make_identity(year=2027), charente())
    return tmp_path
