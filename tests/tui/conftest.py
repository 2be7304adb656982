"""What every test of the interface runs in."""

from __future__ import annotations

import pytest

from ctg_tui.storage import writer
from ctg_tui.tui import background


@pytest.fixture(autouse=True)
def _no_backup_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup of the day comes some seconds after the start, and says so when it cannot be made."""
    monkeypatch.setattr(background, "BACKUP_SECONDS", 3600)


@pytest.fixture(autouse=True)
def _every_commit_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a quick disk is slow: what a test of a slow one is about is said there."""
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 60)
