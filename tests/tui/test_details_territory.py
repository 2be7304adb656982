"""The territory and its SIREN: found quickly, kept as typed, said in place when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Territory
from ctg_tui.grids.catalogue import known_territories
from ctg_tui.services.details import matching
from ctg_tui.tui.widgets.fields import FormRow, TextField
from ctg_tui.wording.french import NARROW, NBSP
from tests.databases import read_again
from tests.tui.driving import (
    IDENTITY,
    in_database,
    make,
    page,
    press,
    running,
    shown,
    write,
)


async def test_a_territory_is_found_without_accents_and_by_its_short_name(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "coeur")
        assert "Communauté de communes Cœur de Charente" in shown(pilot)
        await press(pilot, "down", "enter", "escape")
    assert read_again(tmp_path).identity.territory.name == "Communauté de communes Cœur de Charente"


async def test_the_list_of_territories_selects_none_by_itself(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "cognac")
        assert "Grand Cognac" in shown(pilot)
        assert "►" not in shown(pilot)
        await press(pilot, "enter")
        assert f"garder «{NBSP}cognac{NBSP}» tel quel" in shown(pilot)
        assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]
        await press(pilot, "enter", "escape")
    assert read_again(tmp_path).identity.territory == Territory("cognac")


async def test_the_first_down_goes_to_the_first_match_and_the_cursor_ends_after_the_name(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Val de")
        await press(pilot, "down", "enter", "up")
        await write(pilot, "!")
        await press(pilot, "tab", "tab", "tab")
        await write(pilot, "!")
        await press(pilot, "tab")
        (stored,) = in_database(tmp_path, "SELECT territory_name FROM assessment")
        assert stored == ("Communauté de communes Val de Charente!",)
        siren = pilot.app.screen.query_one("#ligne-siren", FormRow).field
        assert isinstance(siren, TextField)
        assert siren.value == "200043016!"


async def test_up_from_the_first_match_selects_none_again(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n", "down", "down", "up")
        assert "► Communauté d'agglomération du Grand Angoulême" in shown(pilot)
        await press(pilot, "up")
        assert "►" not in shown(pilot)
        await press(pilot, "down")
        assert "► Communauté d'agglomération du Grand Angoulême" in shown(pilot)


async def test_a_territory_of_elsewhere_is_kept_as_typed(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Ruffec")
        assert f"Garder «{NBSP}Ruffec{NBSP}» tel quel" in shown(pilot)
        await press(pilot, "enter", "escape")
    assert read_again(tmp_path).identity.territory == Territory("Ruffec")


async def test_nothing_is_made_before_there_is_a_territory(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n", "ctrl+g")
        assert page(pilot) == "FormScreen"
        assert "Le territoire est nécessaire" in shown(pilot)
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
    assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]


async def test_a_territory_left_half_typed_is_kept_on_quitting(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Ruff")
        await press(pilot, "ctrl+q")
    assert read_again(tmp_path).identity.territory.name == "Ruff"


@pytest.mark.parametrize("rest", [0.0, 0.6])
async def test_a_wrong_siren_is_said_in_place_and_the_former_stays(tmp_path: Path, rest: float) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "down", "backspace")
        await write(pilot, "7")
        await pilot.pause(rest)
        await press(pilot, "enter")
        assert "sa clé de contrôle est fausse" in shown(pilot)
        assert "reste 200043016" in shown(pilot)
    assert read_again(tmp_path).identity.territory == IDENTITY.territory


async def test_a_wrong_siren_where_there_was_none_is_said_and_not_kept(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY._replace(territory=Territory("Ruffec")))
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "down")
        await write(pilot, "200043017")
        await press(pilot, "enter")
        assert "n’est pas enregistré" in shown(pilot)
    assert read_again(tmp_path).identity.territory.siren is None


async def test_a_siren_taken_away_is_gone(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "down", *["backspace"] * 9, "enter")
    assert read_again(tmp_path).identity.territory.siren is None


@pytest.mark.parametrize("rest", [0.0, 0.6])
async def test_an_emptied_territory_is_said_in_place_and_the_former_stays(
    tmp_path: Path, rest: float
) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", "ctrl+u")
        await pilot.pause(rest)
        assert in_database(tmp_path, "SELECT territory_name FROM assessment") == [(IDENTITY.territory.name,)]
        await press(pilot, "tab")
        assert "Le territoire reste" in shown(pilot)
        await press(pilot, "escape")
        assert "Val de Charente" in shown(pilot)
    assert read_again(tmp_path).identity == IDENTITY


async def test_a_siren_typed_with_spaces_is_kept_without(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY._replace(territory=Territory("Ruffec")))
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "down")
        await write(pilot, f"241 600{NARROW}303")
        await press(pilot, "enter")
        assert "Rouillacais" in shown(pilot), "it is another territory's"
    assert read_again(tmp_path).identity.territory.siren == "241600303"


def test_a_territory_whose_words_begin_as_typed_is_offered_first() -> None:
    found = [territory.id for territory in matching("Val de", known_territories())]

    assert found[0] == "val-de-charente"
    assert "lavalette-tude-dronne" in found
    phrase = [territory.id for territory in matching("de c", known_territories())]
    assert phrase[:2] == ["coeur-de-charente", "val-de-charente"], "before every « communauté de communes »"
