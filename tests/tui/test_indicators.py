"""Indicateurs: a number and ↓, saved as typed; the problem with an invalid number is shown below it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Profile
from ctg_tui.domain.text import clean
from ctg_tui.tui.widgets.indicator_rows import IndicatorBlock
from tests.databases import open_workspace
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    SIZES,
    WITHOUT_REST,
    control_characters,
    faults_of_typography,
    flush,
    in_database,
    make,
    messages,
    page,
    paste,
    press,
    running,
    shown,
    until,
    until_shown,
    write,
)

NUMBERS = "SELECT indicator, number FROM indicator_number ORDER BY indicator"
REMARKS = "SELECT indicator, text FROM indicator_remark ORDER BY indicator"
THEMATIC = IDENTITY._replace(coordinators=(IDENTITY.coordinators[0]._replace(profile=Profile.THEMATIC),))


@pytest.mark.parametrize("size", SIZES)
async def test_types_headings_and_proposals_are_shown(tmp_path: Path, size: tuple[int, int]) -> None:
    make(tmp_path)
    async with running(tmp_path, size) as pilot:
        await press(pilot, "enter", "f5")
        text = shown(pilot)
    assert "titre de rubrique (rien à saisir)" in text
    assert "Suivi" in text
    assert "0 sur 14 avec un nombre" in text
    assert not faults_of_typography(text)


async def test_numbers_one_after_the_other_are_saved(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5")
        await write(pilot, "4")
        await press(pilot, "down")
        await write(pilot, "1 200")
        await press(pilot, "enter")
        await write(pilot, "0")
        expected = [("m1.i02", 4), ("m2.i01", 1200), ("m2.i02", 0)]
        await until(pilot, lambda: in_database(tmp_path, NUMBERS) == expected)
        assert "3 sur 14 avec un nombre" in shown(pilot)


async def test_a_comment_is_saved_on_quitting_in_its_middle(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "tab")
        await write(pilot, "Dont deux à Ruffec")
        await press(pilot, "enter")
        await write(pilot, "et à")
        await press(pilot, "ctrl+q")
    assert in_database(tmp_path, REMARKS) == [("m1.i02", "Dont deux à Ruffec\net à")]


@pytest.mark.parametrize("typed", ["12a", "-1", "1,5", "1000000"])
async def test_a_bad_number_is_said_in_place_and_the_last_good_one_stays(tmp_path: Path, typed: str) -> None:
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.open(made).count("m1.i02", 3)
    workspace.close()
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, "enter", "f5", "backspace")
        await paste(pilot, typed)
        flush(pilot)
        await until_shown(pilot, "Enregistré : 3")
        await press(pilot, *["backspace"] * 10)
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
        await press(pilot, "enter", "f5")
        text = shown(pilot)
        assert "réservé au chef·fe de projet CTG" in text
        assert "Conservé\u00a0: 4" in text
        assert "0 sur 13 avec un nombre" in text
        await write(pilot, "9")  # the focus is in the first number that is asked
        await press(pilot, "enter")
    assert in_database(tmp_path, NUMBERS) == [("m1.i02", 4), ("m2.i01", 9)]


async def test_the_lines_asked_follow_the_people_of_the_form(tmp_path: Path) -> None:
    make(tmp_path, THEMATIC)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "enter", "f5", "f4", "f6")
        assert page(pilot) == "FormScreen"
        await press(pilot, *["down"] * 7, "left")  # the profile: project lead
        await press(pilot, "escape", "escape")
        assert page(pilot) == "IndicatorsScreen"
        assert "réservé au" not in shown(pilot)
        assert "0 sur 14 avec un nombre" in shown(pilot)
        numbers = [block for block in pilot.app.screen.query(IndicatorBlock) if block.has_number]
        numbers[0].number.focus()
        await write(pilot, "7")
    assert in_database(tmp_path, NUMBERS) == [("m1.i02", 7)]


async def test_undo_and_redo_show_in_the_fields(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5")
        await write(pilot, "4")
        await press(pilot, "down", "ctrl+z")
        assert in_database(tmp_path, NUMBERS) == []
        assert "0 sur 14" in shown(pilot)
        await press(pilot, "ctrl+y")
        assert in_database(tmp_path, NUMBERS) == [("m1.i02", 4)]
        assert "1 sur 14" in shown(pilot)


async def test_hostile_texts_are_kept_clean_in_number_and_comment(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5")
        block = list(pilot.app.screen.query(IndicatorBlock))[2]
        for text in HOSTILE_TEXTS:
            block.remark.load_text("")
            block.number.clear()
            await paste(pilot, text, block.remark)
            await paste(pilot, text, block.number)
            flush(pilot)
            await pilot.pause()
            assert not control_characters(shown(pilot))
            ((_, stored),) = in_database(tmp_path, REMARKS)
            assert stored == clean(text, multiline=True)
    assert in_database(tmp_path, NUMBERS) == []


async def test_what_is_no_number_stays_in_sight_after_the_help(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5")
        await write(pilot, "abc")
        await press(pilot, "f1", "escape")
        assert "abc" in shown(pilot)
        assert "Rien n’est enregistré" in " ".join(shown(pilot).split())


async def test_a_comment_undone_is_called_a_comment(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5", "tab")
        await write(pilot, "été")
        await press(pilot, "up", "ctrl+z", "shift+tab", "ctrl+z")
        assert not [one for one in messages(pilot) if "remarque" in one]
