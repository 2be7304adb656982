"""Prévisionnel: hours and salaries saved as typed, findings in place, the estimate with its basis."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Coordinator, Profile
from ctg_tui.domain.forecast import Forecast, ForecastLine
from ctg_tui.services.forecast import ForecastSession
from ctg_tui.storage.forecast import read_forecast
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.forecast import ForecastScreen
from ctg_tui.tui.widgets.forecast import ForecastBlock
from ctg_tui.wording.french import NARROW
from tests.databases import open_workspace
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    WITHOUT_REST,
    Driver,
    control_characters,
    faults_of_typography,
    flush,
    give,
    hand_over,
    make,
    one_line,
    page,
    paste,
    press,
    resized,
    running,
    shown,
    until,
    until_shown,
    write,
)
from tests.tui.typing import settled

TWO = IDENTITY._replace(
    coordinators=(*IDENTITY.coordinators, Coordinator("c2", "Autre", "Prénom", Profile.THEMATIC)),
)


def stored(folder: Path) -> Forecast:
    workspace = open_workspace(folder)
    try:
        return read_forecast(workspace.store, 1).forecast
    finally:
        workspace.close()


async def test_people_rates_and_sums_are_there_at_every_size(tmp_path: Path) -> None:
    make(tmp_path, TWO)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in (
                "Nom Prénom",
                "Autre Prénom",
                "80\u00a0%",
                "Total\u00a0: 2\u00a0personnes",
                "personnelles",
            ):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)


async def test_hours_and_salary_are_saved_and_the_share_is_marked_as_an_estimate(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "803 h 30")
        await press(pilot, "enter")
        await write(pilot, "24 000,50 €")
        await press(pilot, "enter", "enter", "down", "right")  # the first rate
        text = shown(pilot)
        for expected in ("0,50\u00a0ETP", "24\u202f000,50\u00a0€", "estimation", "48\u202f000\u00a0€"):
            assert expected in text, expected
    (line,) = stored(tmp_path).lines
    assert (line.centihours, line.salary_cents) == (80_350, 2_400_050)
    assert stored(tmp_path).rate is not None


async def test_two_people_share_a_post_and_both_readings_of_the_rate_are_shown(tmp_path: Path) -> None:
    make(tmp_path, TWO)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "1000")
        await press(pilot, "enter")
        await write(pilot, "40000")
        await press(pilot, "enter", "enter")
        await write(pilot, "500")
        await press(pilot, "enter")
        await write(pilot, "20000")
        await press(pilot, "enter")
        await write(pilot, "1")
        await press(pilot, "enter", "down", "right", "right", "down", "down")
        await write(pilot, "20000")
        flush(pilot)
        await until_shown(pilot, "poste 1 partagé · Caf ≈ 38 400 € ou 48 000 €")
        text = one_line(pilot)
        for expected in ("deux façons", "la part des postes aidés", "7 500 €, hors total"):
            assert expected in text, expected
        assert [block.post.value for block in pilot.app.screen.query(ForecastBlock)] == ["1", "1"]
        await press(pilot, "ctrl+z", *["up"] * 4, "backspace")
        await write(pilot, "un")
        await press(pilot, "enter")
        assert "Un numéro de poste va de 1 à 200. Ce n’est pas enregistré." in one_line(pilot)
    forecast = stored(tmp_path)
    assert [line.post for line in forecast.lines] == [1, 1], "what was saved before stays"
    assert forecast.diagnosis_cents is None


async def test_a_final_assessment_shows_its_forecast_and_keeps_it(tmp_path: Path) -> None:
    made = make(tmp_path)
    workspace = open_workspace(tmp_path)
    ForecastSession(workspace.open(made)).set_hours(0, 80_350)
    workspace.store.finalise(made, "sha256:abc")
    workspace.close()
    async with running(tmp_path, (80, 16)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        text = shown(pilot)
        assert "définitive, en lecture seule" in text.splitlines()[0]
        assert "R (révision)" in text
        assert not [word for word in ("Ajouter", "ajouter", "retirer", "Vider", "annuler") if word in text]
        await write(pilot, "12")
        await press(pilot, "ctrl+z")
        assert "n’est plus modifiable" in shown(pilot)
        await press(pilot, *["down"] * 9)
        assert shown(pilot) != text, "the arrows scroll"
        async for _ in resized(pilot):
            assert not faults_of_typography(shown(pilot))
    (line,) = stored(tmp_path).lines
    assert line.centihours == 80_350


async def test_a_diagnosis_that_is_no_amount_is_said_in_place(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40), delays=WITHOUT_REST) as pilot:
        await press(pilot, ".accueil.previsionnel", *["down"] * 6)
        for typed in ("beaucoup", "+5"):
            await press(pilot, "ctrl+u")
            await paste(pilot, typed)
            flush(pilot)
            await until_shown(pilot, "Ce n’est pas enregistré")
            assert stored_now(pilot).diagnosis_cents is None, typed


async def test_a_number_left_half_typed_is_saved_on_quitting(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "160")
        await press(pilot, "ctrl+q")
    assert stored(tmp_path).lines[0].centihours == 16_000


async def test_a_bad_number_is_said_in_place_and_the_former_stays(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "100")
        await press(pilot, "enter", "up")
        for typed in ("douze", "-5", "9999999"):
            await press(pilot, "ctrl+u")
            await paste(pilot, typed)
            await press(pilot, "tab")
            assert "Ce n’est pas enregistré" in one_line(pilot), typed
            await press(pilot, "shift+tab")
        await press(pilot, "ctrl+q")
    assert stored(tmp_path).lines[0].centihours == 10_000


async def test_more_hours_than_a_year_of_work_is_a_doubt_and_is_kept(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "1700")
        await press(pilot, "enter")
        assert "temps plein" in shown(pilot)
    assert stored(tmp_path).lines[0].centihours == 170_000


@pytest.mark.parametrize(
    ("typed", "question"),
    [("24h", "Moins d’une heure par semaine"), ("0", "0\u00a0heure dans l’année\u00a0: est-ce bien cela")],
)
async def test_hours_too_few_for_a_year_are_asked_about_and_saved_all_the_same(
    tmp_path: Path, typed: str, question: str
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, typed)
        await press(pilot, "enter")
        await write(pilot, "30000")
        await press(pilot, "enter", "enter", "down", "right")  # the first rate
        text = shown(pilot)
    assert question in text
    assert ("15\u202f000\u00a0€" in text) is (typed == "24h")
    assert "heure n’y est pas comptée" in text or typed == "24h"
    assert stored(tmp_path).lines[0].salary_cents == 3_000_000


async def test_somebody_is_added_named_and_removed(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await give(pilot, "previsionnel.ajouter")
        await write(pilot, "Ailleurs")
        await press(pilot, "enter")
        await write(pilot, "Prénom")
        await press(pilot, "enter")
        await write(pilot, "10")
        flush(pilot)
        register_lines = [(line.last_name, line.first_name, line.centihours) for line in lines_now(pilot)]
        assert register_lines == [("Nom", "Prénom", None), ("Ailleurs", "Prénom", 1_000)]
        await give(pilot, "previsionnel.retirer")
        assert f"Retirer Prénom Ailleurs du tableau{NARROW}?" in shown(pilot)
        await press(pilot, "escape")
        assert len(lines_now(pilot)) == 2, "« non » changes nothing"
        await give(pilot, "previsionnel.retirer")
        await press(pilot, "enter")
        assert len(lines_now(pilot)) == 2, "the question stands on « non »"
        await give(pilot, "previsionnel.retirer")
        await press(pilot, "down", "enter")
        assert [line.last_name for line in lines_now(pilot)] == ["Nom"]
    assert [line.last_name for line in stored(tmp_path).lines] == ["Nom"]


async def test_a_line_that_holds_nothing_is_removed_without_a_question(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await give(pilot, "previsionnel.ajouter")
        await give(pilot, "previsionnel.retirer")
        assert page(pilot) == "ForecastScreen"
        assert [line.last_name for line in lines_now(pilot)] == ["Nom"]


async def test_keys_typed_faster_than_lines_are_made_lose_none(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        screen = pilot.app.screen
        assert isinstance(screen, ForecastScreen)
        for _ in range(4):  # a key of the application and a line of the page, at the same moment
            pilot.app.call_later(screen.action_add)
            screen.call_later(screen.action_add)
            screen.call_later(screen.on_show_again)
        await until(pilot, lambda: len(lines_now(pilot)) == 9)
        assert len(screen.query(ForecastBlock)) == 9
        pilot.app.call_later(screen.action_add)
        screen.call_later(screen.action_leave)
        await until(pilot, lambda: page(pilot) == "HomeScreen")
        assert len(lines_now(pilot)) in {9, 10}


async def test_a_number_that_is_none_stays_in_sight_when_somebody_is_added_or_taken_away(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "douze")
        await give(pilot, "previsionnel.ajouter")
        assert "douze" in shown(pilot)
        assert "Ce n’est pas enregistré" in " ".join(shown(pilot).split())
        await write(pilot, "Ailleurs")
        await give(pilot, "previsionnel.retirer")
        await press(pilot, "down", "enter")
        assert "douze" in shown(pilot)
        await press(pilot, "f5", "1", "escape")
        assert "douze" in shown(pilot)
        await press(pilot, "home")
        flush(pilot)
    assert stored(tmp_path).lines[0].centihours is None


async def test_emptying_the_line_of_a_person_of_the_form_takes_its_numbers_away(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "160")
        await press(pilot, "enter")
        await write(pilot, "beaucoup")
        await give(pilot, "previsionnel.retirer")
        assert "Effacer les heures et le coût de Prénom Nom" in shown(pilot)
        await press(pilot, "down", "enter")
        await until(pilot, lambda: "160" not in shown(pilot))
        assert "beaucoup" not in shown(pilot)
        assert "Ce n’est pas enregistré" not in shown(pilot)
        assert lines_now(pilot)[0].centihours is None


def lines_now(pilot: Driver) -> tuple[ForecastLine, ...]:
    app = pilot.app
    assert isinstance(app, CtgApp)
    return read_forecast(app.workspace.store, 1).forecast.lines


async def test_a_name_corrected_in_the_form_is_followed(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.previsionnel", "f5", "1", *["tab"] * 5)
        await write(pilot, "-Composé")
        await press(pilot, "escape")
        assert page(pilot) == "ForecastScreen"
        assert "Nom-Composé Prénom" in shown(pilot)


async def test_hostile_names_and_numbers_are_only_text(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await give(pilot, "previsionnel.ajouter")
        block = pilot.app.screen.query(ForecastBlock).last()
        for text in some(HOSTILE_TEXTS):
            for field in (block.last_name, block.first_name, block.hours, block.salary):
                field.clear()
                hand_over(text, field)
            await settled(pilot)
            flush(pilot)
            assert not control_characters(shown(pilot))
    last = stored(tmp_path).lines[-1]
    assert (last.centihours, last.salary_cents) == (None, None)


async def test_what_was_filled_in_is_undone_and_redone_on_the_page_also_after_a_restart(
    tmp_path: Path,
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        await write(pilot, "803")
        await press(pilot, "enter")
        await write(pilot, "24000")
        await press(pilot, "enter")
        await give(pilot, "previsionnel.ajouter")
        await write(pilot, "Ailleurs")
        await press(pilot, "enter", "escape")
    full = stored(tmp_path)
    assert len(full.lines) == 2
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.previsionnel")
        for lines, hours, salary in ((2, "803", "24000"), (1, "803", "24000"), (1, "803", ""), (1, "", "")):
            await press(pilot, "ctrl+z")
            blocks = pilot.app.screen.query(ForecastBlock)
            assert len(blocks) == lines
            assert (blocks.first().hours.value, blocks.first().salary.value) == (hours, salary)
        assert stored_now(pilot) == Forecast()
        await press(pilot, *["ctrl+y"] * 4)
        assert "Ailleurs" in shown(pilot)
    assert stored(tmp_path) == full


def stored_now(pilot: Driver) -> Forecast:
    app = pilot.app
    assert isinstance(app, CtgApp)
    return read_forecast(app.workspace.store, 1).forecast
