"""SIGKILL at random moments of typing, on the real program."""

from __future__ import annotations

import os
import random
import re
import signal
from pathlib import Path

import pytest
from pyte import Screen

from ctg_tui.domain.assessment import Cell, parse_answer
from ctg_tui.domain.grid import Grid
from ctg_tui.storage.store import Store
from tests.databases import DATABASE_NAME, Clock, open_workspace, rows
from tests.outside.person import Person, text_of
from tests.strategies import charente, make_identity

KEYS = {"0": b"0", "1": b"&", "2": "é".encode(), "3": b"3", "NC": b"n"}
_TIMES = (300, 100) if os.environ.get("LABORATORY") else (2, 2)
"""How often notes, and texts, are typed."""
_MARK = "pas encore enregistré"
_RESTS = 0.05
"""How often one rests between two letters."""
_SIZE = (80, 24)
_LETTERS = "Le suivi du plan d’actions, à reprendre au comité ; vu"
"""On one row of the editor."""
_LINE = re.compile(r"^([►> ]) *1\.(\d+) +(\S.*?)((?:\s+(?:[0-3]|NC|·)){3})(?=\s|$)")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    workspace = open_workspace(tmp_path)
    workspace.create(make_identity(), charente())
    workspace.close()
    return tmp_path / DATABASE_NAME


@pytest.mark.night
@pytest.mark.parametrize("seed", range(_TIMES[0]))
def test_every_note_painted_is_in_the_database_and_one_goes_on_at_the_next_cell(
    database: Path, seed: int
) -> None:
    """Type notes, one for each next cell, faster or slower, and end the program."""
    draw = random.Random(f"notes {seed}")
    grid, typed = charente(), []
    with Person(database, _SIZE) as person:
        person.open_grid()
        person.wait_for(lambda _: painted(person.screen, grid)[1] == grid.cells[0])
        rhythm = draw.choice((0.0, 0.0, 0.01, 0.04, 0.12))
        for cell in grid.cells[: draw.randint(1, 14)]:
            typed.append((cell, draw.choice([*KEYS])))
            person.press(KEYS[typed[-1][1]])
            person.look(draw.random() * rhythm)
        person.let_pass(draw.random() * 0.25)
        person.kill(signal.SIGKILL)
        person.wait_end()
        shown = painted(person.screen, grid)[0]
    with Store(database, Clock()) as store:
        stored = store.load(1).assessment.answers
    assert rows(database, "PRAGMA integrity_check") == [("ok",)], "the database is damaged"
    assert stored == {cell: parse_answer(note) for cell, note in typed[: len(stored)]}, "no state typed"
    seen = [rank for rank, (cell, note) in enumerate(typed, 1) if shown.get(cell) == note]
    assert max(seen, default=0) <= len(stored), f"{max(seen)} notes painted, {len(stored)} in the database"
    with Person(database, _SIZE) as person:
        person.open_grid()
        person.wait_for(lambda _: painted(person.screen, grid)[1] == grid.cells[len(stored)])


def painted(screen: Screen, grid: Grid) -> tuple[dict[Cell, str], Cell | None]:
    """Return the notes of mission 1 on the screen, and the cell of the cursor, on a ground of its own."""
    notes: dict[Cell, str] = {}
    cursor = None
    activities = grid.missions[0].activities
    for row, line in enumerate(text_of(screen).splitlines()):
        if not (found := _LINE.match(line)) or int(found[2]) > len(activities):
            continue
        activity = activities[int(found[2]) - 1]
        if not activity.label.startswith(found[3].strip(" ✎▤*…")):
            continue
        for policy, note in zip(
            grid.policies, re.compile(r"\S+").finditer(line, found.start(4), found.end(4)), strict=True
        ):
            cell = Cell(activity.id, policy.id)
            notes[cell] = note[0]
            if found[1] != " " and screen.buffer[row][note.start()].bg != screen.buffer[row][0].bg:
                cursor = cell
    return notes, cursor


@pytest.mark.night
@pytest.mark.parametrize("seed", range(_TIMES[1]))
def test_without_the_mark_every_letter_painted_is_in_the_database_with_it_their_beginning(
    database: Path, seed: int
) -> None:
    """Type a comment at ten letters a second, with rests, then end the program."""
    draw = random.Random(f"texte {seed}")
    typed = ""
    with Person(database, _SIZE) as person:
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
