"""« Résultats »: the key sentence, the figures, the radar, the lines that unfold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.cells import cell_len

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.domain.results import Years, year_of
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.results import FigureTable
from tests.databases import open_workspace
from tests.each_row import each_row
from tests.strategies import charente_of_caf, filled_assessment, make_assessment, make_grid
from tests.threads import SIX_NOTES, hears
from tests.tui.driving import make, shown
from tests.tui.person import Person

FIRST = Cell("m1.a01", "famille")


def in_database(folder: Path, do: Callable[[Workspace], object]) -> None:
    workspace = open_workspace(folder)
    do(workspace)
    workspace.close()


def row(person: Person, words: str) -> str:
    """Return the line of the screen that has these words, its spaces as one."""
    lines = [" ".join(line.split()) for line in shown(person.pilot).splitlines()]
    return next((line for line in lines if words in line), "")


def height(person: Person, words: str) -> int:
    return next(y for y, line in enumerate(shown(person.pilot).splitlines()) if words in line)


async def until_at(person: Person, words: str) -> None:
    """Go down until the cursor is on the row that has these words."""
    for _ in range(100):
        if row(person, words):
            return
        await person.does("down")
    person.sees(words)


async def test_without_a_note_there_are_dashes_and_with_fewer_than_three_rubrics_the_axes_are_lines(
    person: Person,
) -> None:
    async with person.at("f4", grid=charente_of_caf()):
        person.sees("Aucune note pour l’instant", "Famille", "—", not_=("%", "G par ligne"))
        await person.does("escape", "enter", "2", "left", "down", "3", "f4")
        person.sees("83 % en 2027. 2 cases remplies sur 42.", not_=("Mission 1, par ligne",))
        await person.does("g")
        person.sees("Mission 1, par ligne", "1.2 100 %", not_=("2 cases remplies",))
        await person.does("escape")
        person.sees("2 cases remplies sur 42.")


async def test_a_line_of_one_s_own_unfolds_with_what_the_caf_said_and_the_answer_that_was_not_sent(
    person: Person,
) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    hears(person.folder, SIX_NOTES[0])
    async with person.at("ctrl+g", "home", "enter", "Il s’est réuni deux fois.", "escape", "f4"):
        await until_at(person, "► 1.1 ")
        await person.does("enter")
        person.sees("Caf (Prénom Nom), 15 mars : Famille, 1", "Il s’est réuni deux fois.")


@each_row("missions, policies", [(1, 5), (2, 1), (4, 5), (12, 3)])
def test_the_table_of_any_grid_fits_in_its_columns_with_every_figure(missions: int, policies: int) -> None:
    """Names are cut, figures never."""
    names = [f"politique au nom très long {rank}" for rank in range(policies)]
    grid = make_grid([1] * missions, names, [], proposed={"m1.a01"})
    assessment = filled_assessment(grid)
    alone = make_assessment(grid, dict.fromkeys(grid.cells, NOT_CONCERNED))
    for number in (1, 2, 5):
        each = [year_of(alone, grid, grid)] * (number - 1)
        years = Years(grid, (*each, year_of(assessment, grid, grid)))
        for width in (38, 60, 103):
            table = FigureTable(years, frozenset())
            items = (*table.rows(), *(table.line(line, lambda _: ()) for line in grid.activities))
            lines = ["".join(p.text for p in line) for item in items for line in item.lines(width)]
            assert max(map(cell_len, lines)) <= width, (width, number)
            for whole in years.wholes:
                assert any(line.endswith(f"{whole.present.percentage}\u00a0%") for line in lines)
