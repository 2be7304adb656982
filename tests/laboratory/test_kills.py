"""SIGKILL at random moments of a comment being typed, on the real program; notes are killed in `outside`."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, open_workspace
from tests.outside.person import Person
from tests.strategies import charente, make_identity

_TIMES = 100 if os.environ.get("LABORATORY") else 2
"""How often a text is typed."""
_MARK = "pas encore enregistré"
_RESTS = 0.05
"""How often one rests between two letters."""
_LETTERS = "Le suivi du plan d’actions, à reprendre au comité ; vu"
"""On one row of the editor."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    workspace = open_workspace(tmp_path)
    workspace.create(make_identity(), charente())
    workspace.close()
    return tmp_path / DATABASE_NAME


@pytest.mark.night
@pytest.mark.parametrize("seed", range(_TIMES))
def test_without_the_mark_every_letter_painted_is_in_the_database_with_it_their_beginning(
    database: Path, seed: int
) -> None:
    """Type a comment at ten letters a second, with rests, then end the program."""
    draw = random.Random(f"texte {seed}")
    typed = ""
    with Person(database, (80, 24)) as person:
        person.open_grid()
        person.press(b"\r")
        person.wait_for("Commentaire")
        for letter in _LETTERS[: draw.randint(1, len(_LETTERS))]:
            person.press(letter.encode())
            typed += letter
            person.look(draw.choice((0.05, 0.1, 0.15)))
            if draw.random() < _RESTS:
                person.look(draw.uniform(0.3, 1.5))
        person.let_pass(draw.choice((0.0, 1.5)))
        person.kill(signal.SIGKILL)
        person.wait_end()
        shown = person.text
    with Store(database, Clock()) as store:
        kept = store.load(1).assessment.comments.get("m1.a01", "")
    assert typed.startswith(kept), f"{kept!r} was never typed"
    if _MARK not in shown.replace("\N{NO-BREAK SPACE}", " "):
        seen = next(n for n in range(len(typed), -1, -1) if typed[:n].rstrip() in shown)
        assert len(kept) >= len(typed[:seen].rstrip()), f"{typed[:seen]!r} is shown as saved, {kept!r} kept"
