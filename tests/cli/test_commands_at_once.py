"""Several commands on one database at once: each waits for the one that writes, and says so if in vain."""

from __future__ import annotations

import pytest

from ctg_tui.storage import connection
from ctg_tui.storage.connection import writer_lock
from tests.cli.program import Program


@pytest.mark.parametrize("command", [("exporter", "1", "--sortie", "."), ("effacer", "1", "--oui")])
def test_a_command_that_waited_three_seconds_in_vain_says_so_in_one_sentence(
    filled: Program, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    before, now = filled.database.read_bytes(), [0.0]

    def time_passes(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(connection, "sleep", time_passes)
    monkeypatch.setattr(connection, "monotonic", lambda: now[0])
    with writer_lock(filled.database):
        answer = filled.run(*command)
    assert (answer.code, answer.out) == (4, "")
    assert "déjà ouvertes dans une autre fenêtre de ctg-tui, ou une autre commande y écrit" in answer.said
    assert "Rien n’a été changé" in answer.said
    assert 3 <= now[0] < 3.2
    assert filled.database.read_bytes() == before
