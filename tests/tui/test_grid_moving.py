"""Grille: every cell and line can be reached by keys, and the cursor returns to its place."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell
from tests.strategies import charente
from tests.tui.driving import cursor, grid_screen, make, on_grid, press, shown
from tests.tui.person import Person


async def test_arrows_and_clicks_reach_every_cell_and_stop_at_the_ends(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        lines = shown(pilot).splitlines()
        line = next(y for y, row in enumerate(lines) if " 1.5 " in row)
        column = next(row.index("Social") for row in lines if "Éducation  Social" in row)
        await pilot.click(offset=(column + 2, line))
        assert cursor(pilot) == Cell("m1.a05", "social")
        await pilot.click(offset=(lines[1].index("4° Population") + 2, 1))
        assert cursor(pilot) == Cell("m4.a01", "social")
        await pilot.click(offset=(lines[1].index("1 Politiques") + 2, 1))
        await press(pilot, "left", "left")
        await press(pilot, "up", "left")
        assert cursor(pilot) == Cell("m1.a01", "famille")
        await press(pilot, "right", "right", "right", "down")
        assert cursor(pilot) == Cell("m1.a02", "social")
        await press(pilot, "pageup", "end", *["down"] * 9)
        assert grid_screen(pilot).view.indicator == list(charente().indicators)[-1]


async def test_missions_are_reached_by_page_and_tab_going_round(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        seen = []
        for key in ("pagedown", "tab", "tab", "tab", "pageup", "shift+tab"):
            await press(pilot, key)
            seen.append(cursor(pilot).activity)
        await press(pilot, "end")
        seen.append(cursor(pilot).activity)
        await press(pilot, "home")
        seen.append(cursor(pilot).activity)
    assert seen == ["m2.a01", "m3.a01", "m4.a01", "m1.a01", "m4.a01", "m3.a01", "m3.a13", "m3.a01"]


async def test_a_line_is_found_by_its_words_its_comment_or_its_notes(person: Person) -> None:
    async with person.at("enter", "right", "right", "n", "home", "left", "À Angoulême", "escape"):
        for words, seen, line in (
            ("CONT évalu", "Intègre de façon systématique", "m1.a03"),
            ("angou", "Contribue à répondre aux objectifs politiques", "m1.a01"),
            ("pil elus", "… de façon opérationnelle les projets validés par le comité", "m1.a01"),
        ):
            await person.does("end", "f7", words)
            person.sees(seen)
            await person.does("enter")
            assert cursor(person.pilot) == Cell(line, "famille"), words
        await person.does("f7", "zzz")
        person.sees("Aucun résultat.")
        await person.does("escape")
        assert cursor(person.pilot) == Cell("m1.a01", "famille")


async def test_after_a_restart_the_cursor_stands_where_it_went(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "pagedown", "down", "right")
    async with on_grid(tmp_path) as pilot:
        assert cursor(pilot) == Cell("m2.a02", "education")
        await press(pilot, "2")
    async with on_grid(tmp_path) as pilot:
        assert cursor(pilot) == Cell("m2.a02", "social")
