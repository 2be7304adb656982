"""The lines that are not the Caf's: marked wherever they stand, left aside and taken up by one key."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.answers import Cell, Rating
from tests.databases import read_again
from tests.tui.driving import (
    cursor,
    faults_of_typography,
    grid_screen,
    make,
    on_grid,
    press,
    resized,
    running,
    shown,
    until,
    until_painted,
    until_shown,
)


async def test_a_figure_on_proposed_lines_bears_the_mark_wherever_it_stands(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "3", "pagedown", "1")
        assert cursor(pilot) == Cell("m2.a01", "social")
        async for size in resized(pilot):
            await until_painted(pilot)
            text = shown(pilot)
            names, figures = text.replace("\N{NO-BREAK SPACE}", " ").splitlines()[2:4]
            caf, proposed, *_ = (figures[names.index(f"{number} ") :].strip() for number in (1, 2))
            assert caf.startswith("100 %"), "mission 1 rests on the line of the Caf"
            assert proposed.startswith("° 33 %"), "mission 2 on a proposed one"
            whole = figures[names.index("Ensemble") :]
            assert whole.startswith("100 % · ° 33 %"), "« Ensemble » tells them apart"
            assert "50" not in names + figures, "nothing is the mean of both"
            assert "Réalisation °" in text
            if size[0] >= 120:
                assert "Mission 2 · °\N{NO-BREAK SPACE}lignes proposées" in text
            assert not faults_of_typography(text)


async def test_why_says_on_how_many_lines_of_each_kind_the_figures_rest(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f8")
        text = " ".join(shown(pilot).split())
        assert "Pourquoi 67 %" in text.replace("\N{NO-BREAK SPACE}", " ")
        await press(pilot, "pagedown")
        lines = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
    assert "Pourquoi ° 67 %" in lines
    assert "14 lignes de la Caf" in lines
    assert "37 lignes proposées" in lines


async def test_one_key_leaves_the_proposed_lines_aside_and_takes_them_up_again(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await press(pilot, "pagedown", "d", "o")
        await until_shown(pilot, "laissées de côté")
        assert cursor(pilot) == Cell("m1.a01", "famille"), "the line under the cursor has gone"
        async for size in resized(pilot):
            text = shown(pilot)
            assert "1 Mettre" in text, size
            assert "2 Adapter" not in text, size
            assert not faults_of_typography(text)
        stored = read_again(tmp_path)
        assert not stored.proposed_lines
        assert len(stored.answers) == 153, "their answers stay in the base"
        await press(pilot, "d")
        await until_shown(pilot, "reprises")
        assert {line.is_proposed for line in grid_screen(pilot).view.grid.activities.values()} == {
            False,
            True,
        }
    assert read_again(tmp_path).proposed_lines


async def test_the_choice_is_undone_as_any_edit_and_survives_a_restart(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "d", "o")
    async with on_grid(tmp_path) as pilot:
        assert "2 Adapter" not in shown(pilot)
        assert "lignes ° de côté" in shown(pilot)
        await press(pilot, "ctrl+z")
        await until_shown(pilot, "2 Adapter")
        await press(pilot, "ctrl+y")
        assert "2 Adapter" not in shown(pilot)
    assert not read_again(tmp_path).proposed_lines


async def test_the_list_has_no_mark_once_the_proposed_lines_are_aside(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "d", "o", "escape")
        await until(pilot, lambda: "42/42" in shown(pilot) and "°" not in shown(pilot))


async def test_the_synthesis_gives_each_kind_of_lines_its_own_block(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.MOSTLY)
    async with running(tmp_path, (120, 60)) as pilot:
        await press(pilot, "s")
        text = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
    assert "42/42 réponses · ° 111/111" in text
    assert "1 Mettre en œuvre" in text
    assert "2 ° Adapter" in text
