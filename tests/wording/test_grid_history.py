"""The history of a line: its sentences, all of them reachable in a small window."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating
from ctg_tui.domain.changes import Change, Field, JournalEntry, from_submission, from_workbook
from ctg_tui.wording.grid import history_lines
from tests.databases import open_workspace
from tests.strategies import make_grid
from tests.tui.driving import Driver, faults_of_typography, make, on_grid, page, press, shown

AT = datetime(2027, 1, 12, 13, 2, tzinfo=UTC)
CHANGES = 16


@pytest.mark.parametrize(
    ("before", "after", "verb"), [(None, "x", "écrit"), ("x", "y", "modifié"), ("x", None, "effacé")]
)
def test_a_comment_is_masculine_and_an_action_is_feminine(
    before: str | None, after: str | None, verb: str
) -> None:
    happened = [
        JournalEntry(AT, Change(field, "m1.a01", before, after)) for field in (Field.COMMENT, Field.ACTION)
    ]
    comment, action = history_lines(make_grid(), happened, date(2027, 1, 12))
    assert comment.startswith(f"Commentaire {verb}, le ")
    assert action.startswith(f"Action {verb}e, le ")


def make_with_history(folder: Path, changes: int) -> None:
    """Return a line whose only noted cell went from 0 to 1 and back so many times."""
    made = make(folder)
    workspace = open_workspace(folder)
    session = workspace.open(made)
    cell = session.grid.cells[0]
    for rank in range(changes):
        session.rate(cell, Rating.FULLY if rank == 0 else Rating(rank % 2))
    workspace.close()


def shown_changes(pilot: Driver) -> int:
    """Return how many changes the screen on top shows."""
    return sum("→" in line and ", le " in line for line in shown(pilot).splitlines())


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_a_history_that_does_not_fit_says_so_and_the_same_key_shows_the_whole_of_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    make_with_history(tmp_path, CHANGES)
    async with on_grid(tmp_path, size) as pilot:
        await press(pilot, ".grille.historique")
        seen = shown_changes(pilot)
        assert 0 < seen < CHANGES
        assert f"… et {CHANGES - seen}\u00a0plus anciens" in shown(pilot)
        assert not faults_of_typography(shown(pilot))
        await press(pilot, ".grille.historique")
        assert page(pilot) == "HistoryScreen"
        assert not faults_of_typography(shown(pilot))
        await press(pilot, "end")
        assert "sans réponse → 3, le " in shown(pilot), "the first of all"
        await press(pilot, ".grille.historique")
        assert page(pilot) == "GridScreen"
        assert "Historique de la ligne" not in shown(pilot)


async def test_a_history_that_fits_is_whole_and_the_same_key_closes_it(tmp_path: Path) -> None:
    make_with_history(tmp_path, 4)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await press(pilot, ".grille.historique")
        assert shown_changes(pilot) == 4
        assert "plus ancien" not in shown(pilot)
        await press(pilot, ".grille.historique")
        assert page(pilot) == "GridScreen"
        assert "Historique de la ligne" not in shown(pilot)


def test_a_value_read_in_a_workbook_says_in_which_cell() -> None:
    read = Change(Field.ANSWER, "m1.a01/famille", None, "2", from_workbook("0" * 64, "Mission 1!C14"))
    at = datetime(2027, 1, 12, 13, 2, tzinfo=UTC)
    (line,) = history_lines(make_grid(), [JournalEntry(at, read)], date(2027, 1, 12))
    assert "→ 2 (tableur, Mission 1!C14), le 12" in line
    taken = JournalEntry(at, read._replace(source=from_submission("0" * 64)))
    assert "(fichier repris)" in history_lines(make_grid(), [taken], date(2027, 1, 12))[0]
