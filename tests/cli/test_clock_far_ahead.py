"""A clock that is centuries ahead: files that would carry its date are refused, all else is done."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo
from typing import NoReturn

import pytest

from ctg_tui.system import computer
from tests.cli.program import Program

PAST_2262 = datetime(2262, 4, 11, 23, 47, 16, tzinfo=UTC)
"""What Python shows from then on: it counts nanoseconds in 64 bits."""


@pytest.mark.parametrize("now", [PAST_2262, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_a_clock_far_ahead_ends_no_command_and_loses_nothing(
    filled: Program, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    class Ahead(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return now.astimezone(tz)

    def too_large() -> NoReturn:
        raise OverflowError("timestamp too large to convert to C _PyTime_t")

    before = filled.run("synthese", "--json").json
    made = [filled.home / name for name in ("rapport.html", "rapport.xlsx")]
    with monkeypatch.context() as clock:
        clock.setattr(computer, "datetime", Ahead)
        clock.setattr(time, "time", too_large)
        for path in made:
            assert filled.run("rapport", "1", "--sortie", path).code == 0
        for command in ("liste", "sauvegarder", "docteur", "restaurer", "texte"):
            answer = filled.run(command)
            assert answer.code == 0, (command, answer.err)
        for command in ("exporter", "dossier"):
            answer = filled.run(command, "1", "--sortie", filled.home)
            assert answer.code == 1
            assert "L’horloge de cet ordinateur indique le" in answer.said
            assert "Rien n’a été écrit ; vos réponses sont enregistrées. Réglez la date" in answer.said
        assert filled.run("restaurer", "1", "--oui").code == 0
    assert all(path.stat().st_size for path in made)
    assert filled.run("synthese", "--json").json == before
    assert filled.run("exporter", "1", "--sortie", filled.home).code == 0
