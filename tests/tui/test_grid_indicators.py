"""Indicateurs: a number and ↓, saved as typed; the problem with an invalid number is shown below it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Profile
from ctg_tui.domain.text import clean
from ctg_tui.tui.widgets.indicators import IndicatorBlock
from tests.databases import open_workspace
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS, make_grid
from tests.tui.driving import (
    IDENTITY,
    WITHOUT_REST,
    Driver,
    control_characters,
    faults_of_typography,
    flush,
    hand_over,
    in_database,
    make,
    make_final,
    messages,
    one_line,
    page,
    paste,
    press,
    resize,
    resized,
    running,
    shown,
    until,
    until_shown,
    write,
)
from tests.tui.test_grid_shapes import grid_page
from tests.tui.typing import at_rest, settled

NUMBERS = "SELECT key, CAST(value AS INTEGER) FROM value WHERE field = 'nombre' ORDER BY key"
REMARKS = "SELECT key, value FROM value WHERE field = 'remarque' ORDER BY key"
THEMATIC = IDENTITY._replace(coordinators=(IDENTITY.coordinators[0]._replace(profile=Profile.THEMATIC),))


async def test_types_headings_and_proposals_are_shown(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in (
                "titre de rubrique\N{NO-BREAK SPACE}: pas de nombre",
                "Suivi",
                "0 sur 1 · °\N{NO-BREAK SPACE}0 sur 13 avec un nombre",
            ):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)


async def test_numbers_one_after_the_other_are_saved(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3")
        await write(pilot, "4")
        await press(pilot, "down")
        await write(pilot, "1 200")
        await press(pilot, "enter")
        await write(pilot, "0")
        expected = [("m1.i02", 4), ("m2.i01", 1200), ("m2.i02", 0)]
        await until(pilot, lambda: in_database(tmp_path, NUMBERS) == expected)
        assert "1 sur 1 · °\N{NO-BREAK SPACE}2 sur 13 avec un nombre" in shown(pilot)


async def test_a_comment_is_saved_on_quitting_in_its_middle(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3", "tab")
        await write(pilot, "Dont deux à Ruffec")
        await press(pilot, "enter")
        await write(pilot, "et à")
        await press(pilot, "ctrl+q")
    assert in_database(tmp_path, REMARKS) == [("m1.i02", "Dont deux à Ruffec\net à")]


async def test_a_bad_number_is_said_in_place_and_the_last_good_one_stays(tmp_path: Path) -> None:
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.open(made).count("m1.i02", 3)
    workspace.close()
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, "enter", "f5", "3")
        for typed in ("12a", "-1", "1,5", "1000000"):
            await press(pilot, "ctrl+u")
            await paste(pilot, typed)
            flush(pilot)
            await until_shown(pilot, "Enregistré : 3")
            assert in_database(tmp_path, NUMBERS) == [("m1.i02", 3)], typed
        await press(pilot, "ctrl+u")
        await write(pilot, "5")
        flush(pilot)
        await until(pilot, lambda: in_database(tmp_path, NUMBERS) == [("m1.i02", 5)])
        assert "Enregistré\u00a0:" not in shown(pilot)
    assert in_database(tmp_path, NUMBERS) == [("m1.i02", 5)]


async def test_another_profiles_line_is_not_asked_and_what_it_held_is_kept(tmp_path: Path) -> None:
    made = make(tmp_path, THEMATIC)
    workspace = open_workspace(tmp_path)
    workspace.open(made).count("m1.i02", 4)
    workspace.close()
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f5", "3")
        text = shown(pilot)
        assert "réservé au chef·fe de projet CTG" in text
        assert "Conservé\u00a0: 4" in text
        assert "°\N{NO-BREAK SPACE}0 sur 13 avec un nombre" in text
        await write(pilot, "9")  # the focus is in the first number that is asked
        await press(pilot, "enter")
    assert in_database(tmp_path, NUMBERS) == [("m1.i02", 4), ("m2.i01", 9)]


async def test_the_lines_asked_follow_the_people_of_the_form(tmp_path: Path) -> None:
    make(tmp_path, THEMATIC)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f5", "3", "f4", "f5", "1")
        assert page(pilot) == "FormScreen"
        await press(pilot, *["down"] * 7, "left")  # the profile: project lead
        await press(pilot, "escape", "escape")
        assert page(pilot) == "IndicatorsScreen"
        assert "réservé au" not in shown(pilot)
        assert "0 sur 1 · °\N{NO-BREAK SPACE}0 sur 13 avec un nombre" in shown(pilot)
        numbers = [block for block in pilot.app.screen.query(IndicatorBlock) if block.has_number]
        numbers[0].number.focus()
        await write(pilot, "7")
    assert in_database(tmp_path, NUMBERS) == [("m1.i02", 7)]


async def test_undo_and_redo_show_in_the_fields(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3")
        await write(pilot, "4")
        await press(pilot, "down", "ctrl+z")
        assert in_database(tmp_path, NUMBERS) == []
        assert "0 sur 1 · °\N{NO-BREAK SPACE}0 sur 13" in shown(pilot)
        await press(pilot, "ctrl+y")
        assert in_database(tmp_path, NUMBERS) == [("m1.i02", 4)]
        assert "1 sur 1 · °\N{NO-BREAK SPACE}0 sur 13" in shown(pilot)


async def test_hostile_texts_are_kept_clean_in_number_and_comment(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, "enter", "f5", "3")
        block = list(pilot.app.screen.query(IndicatorBlock))[2]
        for text in some(HOSTILE_TEXTS):
            block.remark.load_text("")
            block.number.clear()
            for field in (block.remark, block.number):
                hand_over(text, field)
            await settled(pilot)
            flush(pilot)
            assert not control_characters(shown(pilot))
            ((_, stored),) = in_database(tmp_path, REMARKS)
            assert stored == clean(text, multiline=True)
    assert in_database(tmp_path, NUMBERS) == []


async def test_what_is_no_number_stays_in_sight_after_the_help(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3")
        await write(pilot, "abc")
        await press(pilot, "f1", "escape")
        assert "abc" in shown(pilot)
        assert "Rien n’est enregistré" in " ".join(shown(pilot).split())


async def test_a_comment_undone_is_called_a_comment(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "3", "tab")
        await write(pilot, "été")
        await press(pilot, "up", "ctrl+z", "shift+tab", "ctrl+z")
        assert not [one for one in messages(pilot) if "remarque" in one]


@asynccontextmanager
async def many_indicators(folder: Path, count: int) -> AsyncIterator[Driver]:
    """Open the page on six missions with so many indicators in all; the first of each is a heading."""
    async with grid_page(folder, make_grid((1,) * 6, ("famille",), (count // 6,) * 6), (80, 24)) as pilot:
        await press(pilot, "f2")
        await write(pilot, "indicateurs")
        await press(pilot, "enter")
        assert page(pilot) == "IndicatorsScreen"
        yield pilot
        await press(pilot, "escape")


def number_with_focus(pilot: Driver) -> str:
    """Return the id of the indicator whose number has the focus."""
    (block,) = [each for each in pilot.app.screen.query(IndicatorBlock) if each.has_focus_within]
    assert pilot.app.focused is block.number
    return block.indicator.id


async def test_of_300_indicators_no_more_are_made_than_of_a_few(tmp_path: Path) -> None:
    made = {}
    for count in (18, 300):
        folder = tmp_path / str(count)
        folder.mkdir()
        async with many_indicators(folder, count) as pilot:
            made[count] = len(pilot.app.screen.query("*"))
            assert len(pilot.app.screen.query(IndicatorBlock)) <= 20
            await press(pilot, *["down"] * 20)
            assert len(pilot.app.screen.query("*")) <= made[18] * 1.5
    assert made[300] <= made[18] * 1.5


async def test_each_of_many_indicators_is_reached_by_keys_and_its_number_saved(tmp_path: Path) -> None:
    async with many_indicators(tmp_path, 24) as pilot:
        grid = pilot.app.screen.opened.grid  # type: ignore[attr-defined]
        numbered = [one.id for one in grid.indicators.values() if not one.is_heading]
        for rank, expected in enumerate(numbered):
            assert number_with_focus(pilot) == expected
            await write(pilot, str(rank))
            await press(pilot, "down")
        assert number_with_focus(pilot) == numbered[-1], "the last one stays"
        await press(pilot, *["up"] * (len(numbered) + 2))
        assert number_with_focus(pilot) == numbered[0]
        flush(pilot)
        stored = in_database(tmp_path, NUMBERS)
        assert sorted(number for _, number in stored) == list(range(len(numbered)))


async def test_the_next_without_a_number_is_found_out_of_sight(tmp_path: Path) -> None:
    async with many_indicators(tmp_path, 60) as pilot:
        for _ in range(19):
            await write(pilot, "7")
            await press(pilot, "f3")
        assert number_with_focus(pilot) == "m3.i03", "one of the second twenty"
        await press(pilot, "ctrl+z")
        assert "18 sur 54" in shown(pilot)


async def test_what_is_no_number_is_there_again_when_its_page_comes_back(tmp_path: Path) -> None:
    async with many_indicators(tmp_path, 60) as pilot:
        first = number_with_focus(pilot)
        await write(pilot, "douze")
        await press(pilot, *["down"] * 19, *["up"] * 19)
        assert number_with_focus(pilot) == first
        assert "douze" in shown(pilot)
        assert "Rien n’est enregistré" in one_line(pilot)


async def test_the_following_ones_can_be_clicked(tmp_path: Path) -> None:
    async with many_indicators(tmp_path, 60) as pilot:
        await resize(pilot, 80, 100)
        await pilot.pause()
        assert "Les suivants\N{NO-BREAK SPACE}: 21 à 40 sur 60" in shown(pilot)
        await pilot.click("#indicateurs-0-20")
        await at_rest(pilot)
        await until(pilot, lambda: "Les précédents\N{NO-BREAK SPACE}: 1 à 20 sur 60" in shown(pilot))
        assert pilot.app.focused is not None


async def test_a_blank_is_reached_over_a_page_without_any(tmp_path: Path) -> None:
    async with many_indicators(tmp_path, 60) as pilot:
        session = pilot.app.screen.opened  # type: ignore[attr-defined]
        numbered = [one.id for one in session.grid.indicators.values() if not one.is_heading]
        for line in numbered[:-1]:
            session.count(line, 1)
        await press(pilot, "escape")
        await press(pilot, "f2")
        await write(pilot, "indicateurs")
        await press(pilot, "enter")
        assert number_with_focus(pilot) == numbered[0]
        await press(pilot, "f3")
        assert number_with_focus(pilot) == numbered[-1]


async def test_undo_of_a_number_leaves_what_is_no_number_elsewhere_in_sight(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f5", "3")
        await write(pilot, "douze")
        await press(pilot, "down")
        await write(pilot, "7")
        await press(pilot, "down", "ctrl+z")
        assert "douze" in shown(pilot)
        assert "Rien n’est enregistré" in one_line(pilot)
    assert in_database(tmp_path, NUMBERS) == []


@pytest.mark.parametrize(("step", "page_name"), [("3", "IndicatorsScreen"), ("4", "PreparationScreen")])
async def test_what_is_only_read_offers_nothing_that_edits(tmp_path: Path, step: str, page_name: str) -> None:
    make_final(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f5", step)
        assert page(pilot) == page_name
        words = one_line(pilot)
        offered = ("annuler", "reprendre le carnet", "Votre commentaire", "Un nombre, puis", "sans nombre ")
        assert [
            word for word in (*offered, "écrire", "abandonné") if word in words.replace("\u00a0", " ")
        ] == []
        await press(pilot, "ctrl+z", "ctrl+r", "f", "enter", "down", "up")
        assert page(pilot) == page_name
        await press(pilot, "escape")
        assert page(pilot) == "GridScreen"
