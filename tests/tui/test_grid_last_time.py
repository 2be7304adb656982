"""Last time beside this time: notes in the table, the comment below, taken over."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.tui.widgets.editor import CommentEditor
from tests.databases import open_workspace, read_again
from tests.strategies import charente
from tests.tui.driving import IDENTITY, Driver, on_grid, press, resize, resized, shown
from tests.tui.person import Person

FORMER = "Pas encore d’outil commun."


def make_two_years(folder: Path, comment: str = FORMER) -> int:
    """Make an assessment of 2026 with notes and a comment, and the next one; return the id of the latter."""
    workspace = open_workspace(folder)
    former = workspace.open(workspace.create(IDENTITY._replace(year=2026), charente()))
    former.rate(Cell("m1.a01", "famille"), Rating.FULLY)
    former.rate(Cell("m1.a01", "social"), NOT_CONCERNED)
    former.comment("m1.a01", comment)
    made = workspace.duplicate(former.assessment.id, 2027, IDENTITY.moment)
    workspace.open(made).rate(Cell("m1.a01", "famille"), Rating.PARTLY)
    workspace.close()
    return made


def row(pilot: Driver, words: str) -> str:
    """Return the row of the screen with `words`, its columns set apart by one space."""
    return next(
        " ".join(line.split()) for line in shown(pilot).splitlines() if words in " ".join(line.split())
    )


async def test_last_times_note_stands_beside_each_cell_that_had_one(tmp_path: Path) -> None:
    made = make_two_years(tmp_path)
    async with on_grid(tmp_path) as pilot:
        async for size in resized(pilot):
            await press(pilot, "home")
            assert "2026 Famille Éducati" in row(pilot, "2026 Famille"), size
            assert "1 3 · NC NC" in row(pilot, "1.1 Contribue"), size
        await press(pilot, "home", "2")
        assert "2 3 · NC NC" in row(pilot, "1.1 Contribue")
        assert read_again(tmp_path, made).answers[Cell("m1.a01", "famille")] is Rating.MOSTLY


async def test_last_years_text_is_taken_up_in_the_open_comment_by_f7_once(person: Person) -> None:
    made = make_two_years(person.folder)
    async with person.at("enter"):
        async for _ in resized(person.pilot, (80, 24), (120, 30), (120, 40)):
            person.sees("En 2026 Pas encore d’outil commun")
        await person.does("Cette année")
        person.sees("F7 reprendre", "En 2026 (F7 : reprendre) : Pas encore")
        await person.does("f7")
        assert person.pilot.app.screen.query_one(CommentEditor).text == f"Cette année\n{FORMER}"
        person.sees(not_=("reprendre",))
        await person.does("f7", "escape")
        assert read_again(person.folder, made).comments == {"m1.a01": f"Cette année\n{FORMER}"}
        await person.does("down", "enter", "f7")
        person.sees("Commentaire de 1.2", not_=("F7 reprendre",))


async def test_from_160_columns_on_the_radar_stands_beside_the_table_and_follows_each_note(
    person: Person,
) -> None:
    make_two_years(person.folder)
    async with person.at("enter", size=(200, 60)):
        await person.does("tab", "3")  # with one figure alone there is no picture
        await person.will_see("⠒⠒ 2027")
        person.sees("2° Offre", "3° Réseau", "4° Population")
        await resize(person.pilot, 120, 40)
        person.sees(not_=("⠒⠒ 2027",))
