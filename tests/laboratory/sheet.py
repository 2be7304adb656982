"""The grid as a person reads it on the screen, and the grid as the database holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pyte import Screen

from ctg_tui.domain.assessment import Answer, Cell, Place, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.storage.store import Store
from tests.databases import Clock, rows
from tests.outside.person import text_of

BLANK = "·"
_LINE = re.compile(r"^([►> ]) *(\d)\.(\d+) +(\S.*?)((?:\s+(?:[0-3]|NC|·)){3})(?=\s|$)")
_NOTE = re.compile(r"\S+")


def painted(screen: Screen, grid: Grid) -> tuple[dict[Cell, str], Cell | None]:
    """Return the notes on the screen, and the cell of the cursor; empty when no grid is shown.

    The cell of the cursor has a ground of its own. Empty too in the middle of a repaint, while lines of two
    missions are on the screen.
    """
    notes: dict[Cell, str] = {}
    cursor = None
    seen = set()
    for row, line in enumerate(text_of(screen).splitlines()):
        found = _LINE.match(line)
        if not found:
            continue
        mission = grid.missions[int(found[2]) - 1]
        seen.add(mission.number)
        rank, label = int(found[3]) - 1, found[4].strip(" ✎▤*…")
        if len(seen) > 1 or rank >= len(mission.activities):
            return {}, None
        activity = mission.activities[rank]
        if not activity.label.startswith(label):
            return {}, None
        for policy, note in zip(
            grid.policies, _NOTE.finditer(line, found.start(5), found.end(5)), strict=True
        ):
            cell = Cell(activity.id, policy.id)
            notes[cell] = note[0]
            if found[1] != " " and screen.buffer[row][note.start()].bg != screen.buffer[row][0].bg:
                cursor = cell
    return notes, cursor


def stored(database: Path) -> tuple[Mapping[Cell, Answer], Place | None]:
    """Return the notes of the database, and the cursor's last place; the database must be sound."""
    with Store(database, Clock()) as store:
        found = store.load(1)
    assert rows(database, "PRAGMA integrity_check") == [("ok",)], "the database is damaged"
    return found.assessment.answers, found.place


def spelt(answers: Mapping[Cell, Answer], cell: Cell) -> str:
    """Return the note of a cell as the screen shows it."""
    return answer_text(answers[cell]) if cell in answers else BLANK
