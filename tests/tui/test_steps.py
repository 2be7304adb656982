"""The road: on every page of an assessment, two keys or a click to each step, and what each lacks."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import NOT_CONCERNED, Cell, Rating
from ctg_tui.tui.steps import RoadHead
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.indicators import IndicatorBlock
from ctg_tui.tui.widgets.listing import Listing
from tests.databases import open_workspace, read_again
from tests.effort import IS_NIGHT, some
from tests.strategies import charente
from tests.tui.driving import (
    IDENTITY,
    Driver,
    cursor,
    grid_screen,
    make,
    messages,
    on_grid,
    page,
    press,
    resize,
    running,
    shown,
    write,
)
from tests.tui.typing import at_rest, type_fast
from tests.tui.walk import go_home

STEPS = (
    *("FormScreen", "GridScreen", "IndicatorsScreen"),
    *("PreparationScreen", "ForecastScreen", "SendingScreen"),
)
STARTS = {
    "HomeScreen": (),
    "SummaryScreen": ("s",),
    **{name: ("f5", str(number)) for number, name in enumerate(STEPS, start=1)},
}
UNSHIFTED = "&é\"'(-"


def road_line(pilot: Driver) -> str:
    return shown(pilot).splitlines()[1]


def make_complete(folder: Path) -> int:
    """Make an assessment in which nothing lacks but the forecast."""
    made = make(folder, rating=Rating.MOSTLY)
    workspace = open_workspace(folder)
    workspace.open(made).count("m1.i02", 4)
    workspace.close()
    return made


async def test_two_keys_lead_from_any_page_to_any_step(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        for rank, start in enumerate(STARTS):
            ways = [*zip(UNSHIFTED if start == "HomeScreen" else "123456", STEPS, strict=True)]
            for digit, target in ways if IS_NIGHT else ways[rank % 6 :][:1]:
                if page(pilot) != start:
                    await go_home(pilot)
                    await press(pilot, *STARTS[start])
                assert page(pilot) == start
                await press(pilot, "f5", digit)
                assert page(pilot) == target


async def test_the_road_opens_over_a_comment_that_is_being_written_and_keeps_it(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "enter")
        await write(pilot, "Fait en mars")
        await at_rest(pilot)
        await press(pilot, "f5", "3")
        assert page(pilot) == "IndicatorsScreen"
        await press(pilot, "escape")
        assert "Fait en mars" in shown(pilot)


async def test_every_step_has_its_number_and_its_count_at_any_width(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        for name, keys in STARTS.items():
            await press(pilot, *keys)
            assert page(pilot) == name
            for width in some((60, 80, 120, 200), 2) if keys else ():
                await resize(pilot, width, 24)
                line = road_line(pilot)
                assert all(f" {number}" in line for number in range(1, 7)), line
                assert "0/42" in line
                assert "0/1" in line
                assert "%" not in line
            await go_home(pilot)


async def test_the_counts_follow_each_note(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "2", "n")
        assert "2 Grille 2/42" in road_line(pilot)
        await press(pilot, "ctrl+z")
        assert "2 Grille 1/42" in road_line(pilot)


async def test_a_click_on_a_step_goes_to_it(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        for name, target in (("5 Prévisionnel", "ForecastScreen"), ("2 Grille", "GridScreen")):
            column = road_line(pilot).index(name)
            await pilot.click(RoadHead, offset=(column + 2, 1))
            await at_rest(pilot)
            assert page(pilot) == target


async def test_what_a_step_lacks_is_said_and_has_the_focus_once_there(tmp_path: Path) -> None:
    identity = IDENTITY._replace(adviser=IDENTITY.adviser._replace(email=""))
    make(tmp_path, identity)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f5")
        text = shown(pilot)
        for words in ("42\u00a0cases sans réponse", "1\u00a0indicateur sans nombre", "courriel"):
            assert words in text
        await press(pilot, "1")
        focused = pilot.app.focused
        assert isinstance(focused, TextField)
        await write(pilot, "prenom.nom@exemple.fr")
        await at_rest(pilot)
        await press(pilot, "f5", "3")
        assert "1 Renseignements ✓" in road_line(pilot)
        assert isinstance(pilot.app.focused, TextField)
        assert any(
            block.number is pilot.app.focused
            for block in pilot.app.screen.query(IndicatorBlock)
            if block.has_number
        )


async def test_the_forecast_opens_on_the_first_field_that_is_empty(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "p", *"160", "escape", "p")
        await write(pilot, "30000")
        await at_rest(pilot)
        assert "30000" in shown(pilot).split("Heures par an  160")[1].splitlines()[0]


async def test_it_says_when_all_is_filled_in_and_not_before(tmp_path: Path) -> None:
    make_complete(tmp_path)
    async with on_grid(tmp_path) as pilot:
        assert "Évaluation remplie\u00a0: F9 préparer l’envoi" in road_line(pilot)
        await press(pilot, "delete")
        assert "remplie" not in road_line(pilot)
        await press(pilot, "ctrl+z")
        assert "remplie" in road_line(pilot)
        assert not messages(pilot) or "remplie" not in messages(pilot)[0], "quietly"
        await press(pilot, "f9")
        assert page(pilot) == "SendingScreen"


async def test_escape_leaves_the_road_where_it_was_opened(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f5", "escape")
        assert page(pilot) == "GridScreen"
        await press(pilot, "f5", "2")
        assert page(pilot) == "GridScreen"
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"


async def test_a_new_form_has_no_road_until_it_has_a_territory(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "n", "f5")
        assert messages(pilot) == ["La route commence avec une évaluation\u00a0: donnez-lui un territoire."]
        await write(pilot, "Ma commune")
        await at_rest(pilot)
        await press(pilot, "tab")
        assert "1 Renseignements 1/3" in road_line(pilot)


async def test_a_finished_mission_shows_its_result_before_the_next_note_goes_on(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path, (80, 24)) as pilot:
        await write(pilot, "2" * 41)
        await at_rest(pilot)
        assert not messages(pilot)
        await write(pilot, "n")
        await at_rest(pilot)
        (result,) = messages(pilot)
        assert "Mission 1 terminée\u00a0: 67\u00a0%" in result
        assert "la prochaine note ira à 2.1\u00a0°, Famille" in result
        assert grid_screen(pilot).view.mission.number == 1
        await press(pilot, "3")
        assert not messages(pilot)
        assert cursor(pilot).activity == "m2.a01"
    answers = read_again(tmp_path).answers
    assert [answers[cell] for cell in charente().own_cells] == [Rating.MOSTLY] * 41 + [NOT_CONCERNED]
    assert answers[Cell("m2.a01", "famille")] is Rating(3)


async def test_notes_typed_fast_over_the_end_of_a_mission_are_those_typed_slowly(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await type_fast(pilot, ["2"] * 45)
    answers = read_again(tmp_path).answers
    assert len(answers) == 45
    assert Cell("m2.a01", "social") in answers


async def test_after_the_result_the_cursor_is_where_it_is_seen(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await write(pilot, "2" * 42)
        await at_rest(pilot)
        await press(pilot, "left", "1")
        assert read_again(tmp_path).answers[Cell("m1.a14", "education")] is Rating.PARTLY
        await press(pilot, "f3")
        assert cursor(pilot) == Cell("m2.a01", "famille")


async def test_what_lacks_a_comment_leads_to_the_comment_being_written(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "e")
        listing = pilot.app.screen.query_one(Listing)
        listing.focus()
        listing.select("manques:notes-basses-sans-commentaire")
        await press(pilot, "enter")
        assert page(pilot) == "GridScreen"
        await write(pilot, "Repris en juin")
        await at_rest(pilot)
        await press(pilot, "escape", "escape")
        assert page(pilot) == "SendingScreen"
    assert read_again(tmp_path).comments == {"m1.a01": "Repris en juin"}


async def test_escape_leads_where_one_came_from_and_never_in_a_circle(tmp_path: Path) -> None:
    make(tmp_path)
    async with on_grid(tmp_path) as pilot:
        await press(pilot, "f9", "f5", "2")  # the grid, from the sending
        assert page(pilot) == "GridScreen"
        await write(pilot, "2")
        await at_rest(pilot)
        await press(pilot, "escape")
        assert page(pilot) == "SendingScreen"
        for step in "123456" * 2:
            await press(pilot, "f5", step)
        assert len(pilot.app.screen_stack) == 7, "each page once, over the list"
        for _ in STEPS:
            await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
    assert [*read_again(tmp_path).answers.values()] == [Rating.MOSTLY]


async def test_what_is_typed_behind_a_new_form_lands_on_the_page_asked_for(tmp_path: Path) -> None:
    for key, wanted in (("f4", "SummaryScreen"), ("f5", "RoadScreen")):
        folder = tmp_path / key
        folder.mkdir()
        async with running(folder) as pilot:
            await type_fast(pilot, ["n", "à", key, "n"])
            assert page(pilot) == wanted
        assert read_again(folder).identity.territory.name == "à"


async def test_the_road_has_keys_of_its_own_and_shows_each_step_at_any_size(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "f5")
        for size in ((60, 16), (80, 24), (120, 40), (200, 60)):
            await resize(pilot, *size)
            bar = shown(pilot).splitlines()[-1]
            assert "aller à l’étape" in bar, size
            assert "Échap\u00a0fermer" in bar, size
            assert "F4" not in bar, "keys of the page below do nothing here"
            await press(pilot, "home")
            for step in ("Renseignements", "Grille", "Indicateurs", "Entretien", "Prévisionnel", "Envoi"):
                assert any("►" in line and step in line for line in shown(pilot).splitlines()), (size, step)
                await press(pilot, "down")
