"""What every test of the interface runs in."""

from __future__ import annotations

import pytest

from ctg_tui.storage import writer


@pytest.fixture(autouse=True)
def _every_commit_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a quick disk is slow: tests of a slow disk set their own patience."""
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 60)


@pytest.fixture(autouse=True)
def _what_is_refused_is_tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "RETRY_SECONDS", 0.2)
