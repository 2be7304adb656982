"""Where the cursor goes on to after a note, and its place saved behind the edits that wait to be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ctg_tui.domain.answers import Cell
from ctg_tui.domain.assessment import Assessment, Place
from ctg_tui.domain.grid import Grid
from ctg_tui.storage.writer import Work

if TYPE_CHECKING:
    from ctg_tui.storage.store import Store


def next_cell(
    grid: Grid, assessment: Assessment, cell: Cell, *, down: bool = False, past_line: bool = False
) -> Cell | None:
    """Return the cell to go on to after a note in `cell`; None at the end.

    Cells of a column set to NC are passed over. The cells come line by line or, `down`, column by column of
    each mission. With `past_line`, return the first cell of the next line.
    """
    cells = _down(grid) if down else grid.cells
    for following in cells[cells.index(cell) + 1 :]:
        if past_line and following.activity == cell.activity:
            continue
        if following not in assessment.set_aside:
            return following
    return None


def _down(grid: Grid) -> tuple[Cell, ...]:
    """Return every cell, mission by mission, column by column."""
    return tuple(
        Cell(line.id, policy.id)
        for mission in grid.missions
        for policy in grid.policies
        for line in mission.activities
    )


class CursorSaver:
    """Writes the last place only: a place still in the queue is replaced by the next one.

    `dropped` is called when the place will never be written.
    """

    def __init__(self, store: Store, assessment_id: int, dropped: Callable[[], None]) -> None:
        self._store = store
        self._assessment_id = assessment_id
        self._dropped = dropped
        self._queued: tuple[Work, list[Place]] | None = None

    def save(self, place: Place) -> None:
        """Queue `place`. Raises as `Writer.put` does."""
        queued = self._queued
        if queued is not None and self._store.writer.amend(queued[0], lambda: queued[1].append(place)):
            return
        places = [place]
        work = Work(
            lambda: self._store.move(self._assessment_id, places[-1]),
            _ignore,
            self._dropped,
            is_counted=False,
        )
        self._queued = (work, places)
        self._store.writer.put(work)

    def go_behind(self) -> None:
        """Write the next place behind an edit that is queued now, which writes the place of its own time."""
        self._queued = None


def _ignore(_: Any) -> None:
    """Do nothing with the result of a write."""
