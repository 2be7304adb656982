"""The grid as a person reads it on the screen, and the grid as the database holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ctg_tui.domain.assessment import Answer, Cell, Place, answer_text
from ctg_tui.domain.grid import Grid
from ctg_tui.storage.store import Store
from tests.databases import Clock, rows

BLANK = "·"
_MISSION = re.compile(r"^ ?(\d) · \S")
_LINE = re.compile(r"^[►> ]\d+\.(\d+) *[°o ] (.*?)((?:\s+\[?(?:[0-3]|NC|·)\*?\]?){3})\s*(?:│|$)")


def painted(text: str, grid: Grid) -> tuple[dict[Cell, str], Cell | None]:
    """Return the notes on the screen, and the cell of the cursor; empty when no grid is shown.

    A note that is not on the disk yet is read with its mark: `2*`.

    Empty too in the middle of a repaint, while the lines of one mission stand under the title of another.
    """
    notes: dict[Cell, str] = {}
    cursor = None
    mission = None
    for line in text.splitlines():
        if found := _MISSION.match(line):
            mission = grid.missions[int(found[1]) - 1]
        elif mission and (found := _LINE.match(line)):
            rank, label = int(found[1]) - 1, found[2].strip(" ✎+*…")
            if rank >= len(mission.activities) or not mission.activities[rank].label.startswith(label):
                return {}, None
            activity = mission.activities[rank]
            for policy, note in zip(grid.policies, found[3].split(), strict=True):
                cell = Cell(activity.id, policy.id)
                notes[cell] = note.strip("[]")
                if note.startswith("["):
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
