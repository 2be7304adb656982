"""What every test of the interface runs in."""

from __future__ import annotations

import pytest

from ctg_tui.tui import background


@pytest.fixture(autouse=True)
def _no_backup_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup of the day comes some seconds after the start, and says so when it cannot be made."""
    monkeypatch.setattr(background, "BACKUP_SECONDS", 3600)
