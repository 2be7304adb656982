"""F7: a line found by its words, its comment or its notes."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.services.workspace import open_workspace as open_with
from tests.databases import DATABASE_NAME
from tests.tui.driving import Driver, cursor, make, on_grid, one_line, page, press, shown, write


def make_filled(folder: Path) -> None:
    """Note lines 1 to 3 of mission 1 with 0, 1 and NC, and comment the first two."""
    made = make(folder)
    workspace = open_with(folder / DATABASE_NAME, write=True)
    session = workspace.open(made)
    session.rate(Cell("m1.a01", "famille"), Rating.NO)
    session.rate(Cell("m1.a02", "social"), Rating.PARTLY)
    session.rate(Cell("m1.a03", "social"), NOT_CONCERNED)
    session.comment("m1.a01", "Le tableau partagé attend.\nÀ voir en mars avec l’équipe d’Angoulême.")
    workspace.close()


def numbers(pilot: Driver) -> list[str]:
    """Return the numbers of the lines listed."""
    rows = [row.partition("│")[2].removeprefix(" ").removeprefix("►") for row in shown(pilot).splitlines()]
    first = [row.split()[0] for row in rows if row.split()]
    return [word for word in first if word[:1].isdigit() and "." in word]


async def test_a_line_is_found_by_the_words_of_its_comment_without_accents(tmp_path: Path) -> None:
    make_filled(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "end", "f7")
        await write(pilot, "angouleme")
        assert numbers(pilot) == ["1.1"]
        assert "avec l’équipe d’Angoulême" in one_line(pilot)
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"
        assert cursor(pilot).activity == "m1.a01"


async def test_the_words_of_a_line_come_before_those_of_a_comment(tmp_path: Path) -> None:
    make_filled(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f7")
        await write(pilot, "tableau")
        assert numbers(pilot)[-1] == "1.1"
        assert len(numbers(pilot)) > 1


async def test_a_line_is_found_by_its_notes(tmp_path: Path) -> None:
    make_filled(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f7")
        await write(pilot, "social nc")
        assert numbers(pilot) == ["1.3"]
        assert "Social NC" in one_line(pilot)
        await press(pilot, "enter")
        assert cursor(pilot).activity == "m1.a03"
