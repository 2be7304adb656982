"""Grille: the missions that the Caf does not ask for are doors, opened and closed by the person."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
from tests.strategies import make_grid
from tests.tui.driving import cursor, faults_of_typography, grid_screen, press, resized, shown
from tests.tui.person import Person
from tests.tui.test_grid_shapes import grid_page


async def test_a_closed_mission_says_what_it_is_and_enter_opens_it(person: Person) -> None:
    async with person.at("enter", closed=True):
        person.sees("demandée par la Caf", "fermées : la Caf n’en demande rien")
        await person.does("tab")
        person.sees("Tab", not_=("0 Non", "toute la ligne"))
        person.sees(
            "La Caf n’a publié que ce titre.",
            "2 d’après le référentiel national, 10 écrites pour ce programme",
            "Utiliser ces 12 lignes",
            "Ouvrir aussi les missions 3 et 4",
            "Une mission ouverte peut être refermée",
        )
        async for _ in resized(person.pilot, (60, 16), (80, 24), (120, 40)):
            assert not faults_of_typography(shown(person.pilot))
            person.sees("Utiliser ces 12 lignes")
        await person.does("2", "n")
        assert not person.stored().answers, "nothing can be noted at a door"
        await person.does("enter")
        assert cursor(person.pilot) == Cell("m2.a01", "famille")
        person.sees("12 lignes proposées par ctg-tui, facultatives", "Mission 2 ouverte.")
        person.sees("0 sur 36, facultatif", not_=("annuler. · enregistré",))
        await person.does("2")
        assert person.stored().open_missions == frozenset({"m2"})
        await person.does("ctrl+z", "ctrl+z")
        assert not person.stored().open_missions
        person.sees("Utiliser ces 12 lignes")


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_an_opened_mission_is_said_to_be_optional_and_saved_in_a_small_window(
    person: Person, size: tuple[int, int]
) -> None:
    async with person.at("enter", "tab", "enter", size=size, closed=True):
        person.sees("12 lignes proposées par ctg-tui" + ", facultatives" * (size[0] >= 80))
        await person.will_see("Mission 2 ouverte. Ctrl+Z pour annuler. · enregistré ")


async def test_one_button_or_one_command_opens_all_and_closes_all(person: Person) -> None:
    async with person.at("enter", "tab", "right", "enter", closed=True):
        assert person.stored().open_missions == {"m2", "m3", "m4"}
        await person.does(".grille.missions")
        assert not person.stored().open_missions
        await person.does(".grille.missions")
        assert person.stored().open_missions == {"m2", "m3", "m4"}


async def test_closing_a_mission_with_answers_asks_and_keeps_them(person: Person) -> None:
    async with person.at("enter", "tab", "3", "2"):
        await person.does(".grille.mission")
        person.sees("Ne plus utiliser ces lignes ?", "Vos 2 réponses sont gardées")
        await person.does("enter")
        assert "m2" in person.stored().open_missions, "« Annuler » is under the cursor"
        person.sees("Échap accueil")
        await person.does("f8")
        person.sees("Échap fermer")
        await person.does("escape")
        person.sees("Échap accueil")
        await person.does(".grille.mission", "down", "enter")
        stored = person.stored()
        assert "m2" not in stored.open_missions
        assert len(stored.answers) == 2, "they stay in the base"
        person.sees("Utiliser ces 12 lignes")
    async with person.at("enter", "tab"):
        person.sees("Utiliser ces 12 lignes")
        await person.does(".grille.mission")
        assert person.stored().answers[Cell("m2.a01", "famille")] is Rating.FULLY


async def test_only_the_lines_of_open_missions_are_walked_through(person: Person) -> None:
    async with person.at("enter", closed=True):
        for _ in range(20):
            await person.does("down")
        assert grid_screen(person.pilot).view.indicator == "m1.i02", "the last line in sight"
        await person.does("shift+tab")
        person.sees("Organiser et animer la relation", "Utiliser ces 12 lignes")
        await person.does("f3")
        assert grid_screen(person.pilot).view.mission.id == "m1"


async def test_a_figure_on_proposed_lines_bears_the_mark_beside_those_of_the_caf(person: Person) -> None:
    async with person.at("enter", "3", "tab", "1"):
        async for _ in resized(person.pilot, (80, 24), (120, 40)):
            person.sees("2° Adapter", "33 %", "12 lignes proposées par ctg-tui", not_=("2.1 °", "2.1°"))
        await person.does("shift+tab")
        person.sees("° : proposé par ctg-tui", "100 %")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_in_a_mission_of_both_kinds_the_proposed_lines_are_a_door_at_its_foot(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    grid = make_grid((3, 1), ("famille", "social"), (0, 0), proposed={"m1.a03"})
    async with grid_page(tmp_path, grid, size) as pilot:
        await press(pilot, "2", ".grille.mission")
        text = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert "+ 1 ligne proposée par ctg-tui : D pour les utiliser" in text
        await press(pilot, ".grille.mission", "down", "down")
        assert cursor(pilot).activity == "m1.a03"
        await press(pilot, "3", "up")
        text = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
        assert "1 ligne proposée par ctg-tui" in text
        assert "Réalisation °" in text
    assert read_again(tmp_path).answers[Cell("m1.a03", "social")] is Rating.FULLY


async def test_a_grid_without_a_line_of_the_caf_has_no_door(tmp_path: Path) -> None:
    grid = make_grid((2, 2), ("famille",), (0, 0), proposed={"m1.a01", "m1.a02", "m2.a01", "m2.a02"})
    async with grid_page(tmp_path, grid, (80, 24)) as pilot:
        await press(pilot, "tab", "2")
        assert cursor(pilot).activity == "m2.a02"
        assert not any(each.id == "grille.mission" for each in grid_screen(pilot).commands())


async def test_a_mission_without_a_line_is_a_tab_that_says_so(tmp_path: Path) -> None:
    grid = make_grid((2, 0, 1), ("famille",), (0, 0, 0))
    async with grid_page(tmp_path, grid, (80, 24)) as pilot:
        await press(pilot, "tab")
        assert "Cette mission n’a aucune ligne dans cette grille." in shown(pilot)
        await press(pilot, "2", "enter", "tab", "2")
    assert set(read_again(tmp_path).answers) == {Cell("m3.a01", "famille")}
