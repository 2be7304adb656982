"""A clock that is centuries ahead: files that would carry its date are refused, all else is done."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import pytest

from ctg_tui.system import computer
from tests.cli.program import Program


def test_a_clock_far_ahead_ends_no_command_and_loses_nothing(
    filled: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).astimezone(tz)

    before = filled.run("synthese", "--json").json
    monkeypatch.setattr(computer, "datetime", Ahead)
    assert filled.run("rapport", "1", "--sortie", filled.home / "rapport.html").code == 0
    for command in ("liste", "sauvegarder", "docteur", "restaurer", "texte"):
        answer = filled.run(command)
        assert answer.code == 0, (command, answer.err)
    answer = filled.run("exporter", "1", "--sortie", filled.home)
    assert answer.code == 1
    assert "L’horloge de cet ordinateur indique le" in answer.said
    monkeypatch.undo()
    assert filled.run("synthese", "--json").json == before
