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


async def test_the_filters_are_on_the_page_with_their_counts_and_list_their_lines(tmp_path: Path) -> None:
    make_filled(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f7")
        for words in (
            "toutes les lignes (51)",
            "notées 0 ou 1 (2)",
            "0 ou 1 sans commentaire (1)",
            "sans commentaire (50)",
            "avec commentaire (1)",
            "NC (1)",
        ):
            assert words in one_line(pilot), words
        await press(pilot, "tab", "right")
        assert numbers(pilot) == ["1.1", "1.2"]
        await press(pilot, "right")
        assert numbers(pilot) == ["1.2"]
        await press(pilot, "right", "right")
        assert numbers(pilot) == ["1.1"]
        await press(pilot, "right")
        assert numbers(pilot) == ["1.3"]
        assert "Social NC" in one_line(pilot)
        await press(pilot, "enter")
        assert cursor(pilot).activity == "m1.a03"


async def test_a_filter_is_chosen_with_the_mouse_and_words_narrow_it(tmp_path: Path) -> None:
    make_filled(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f7")
        rows = shown(pilot).splitlines()
        y, x = next((y, row.index("notées 0")) for y, row in enumerate(rows) if "notées 0" in row)
        await pilot.click(offset=(x, y))
        await press(pilot, "shift+tab")
        await write(pilot, "plan d'action")
        assert numbers(pilot) == ["1.2"]
        await press(pilot, "escape")
        assert page(pilot) == "GridScreen"
