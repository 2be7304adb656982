"""Fiche: people come, go, keep their references, and come back by undo."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ctg_tui.domain.assessment import Profile
from ctg_tui.tui.details import FormScreen
from tests.databases import read_again
from tests.effort import some
from tests.tui.driving import (
    give,
    make,
    page,
    press,
    running,
    shown,
    write,
)


async def test_people_come_and_go_and_keep_their_references(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements")
        await give(pilot, "fiche.ajouter")
        await write(pilot, "Second")
        await give(pilot, "fiche.ajouter")
        await write(pilot, "Troisième")
        await press(pilot, "enter")
        assert [(one.ref, one.last_name) for one in read_again(tmp_path).identity.coordinators] == [
            ("c1", "Nom"),
            ("c2", "Second"),
            ("c3", "Troisième"),
        ]
        await press(pilot, "up", "up", "up", "up")
        await give(pilot, "fiche.retirer")  # somewhere in the second block
        assert "Retirer Second" in shown(pilot)
        await press(pilot, "enter")
        assert len(read_again(tmp_path).identity.coordinators) == 3, "it stands on « non »"
        await give(pilot, "fiche.retirer")
        await press(pilot, "down", "enter")
    assert [person.ref for person in read_again(tmp_path).identity.coordinators] == ["c1", "c3"]


async def test_a_second_person_is_numbered_and_starts_as_thematic(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (80, 60)) as pilot:
        await press(pilot, ".accueil.renseignements")
        assert "Personne 1" not in shown(pilot)
        await give(pilot, "fiche.ajouter")
        await write(pilot, "Second")
        await give(pilot, "fiche.ajouter")
        await write(pilot, "Troisième")
        await press(pilot, "enter")
        for rank in (1, 2, 3):
            assert f"Personne {rank}" in shown(pilot)
        profiles = [one.profile for one in read_again(tmp_path).identity.coordinators]
        assert profiles == [Profile.PROJECT_LEAD, Profile.THEMATIC, Profile.THEMATIC]
        await press(pilot, "up")
        await give(pilot, "fiche.retirer")
        await press(pilot, "down", "enter")
        assert "Personne 2" in shown(pilot)
        assert "Personne 3" not in shown(pilot)


async def test_two_people_added_at_once_never_have_one_reference(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        await asyncio.gather(form.action_add_person(), form.action_add_person())
        assert [texts.ref for texts in form._fields.people.texts] == ["c1", "c2"]
        await give(pilot, "fiche.ajouter")
        assert [texts.ref for texts in form._fields.people.texts] == ["c1", "c2", "c3"]


async def test_a_person_without_a_name_is_not_stored(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n", "down", "enter")
        await give(pilot, "fiche.ajouter")
        await press(pilot, "escape")
    assert read_again(tmp_path).identity.coordinators == ()


async def test_people_taken_away_by_an_undo_leave_the_keys_alive(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        for fields_on in some(range(4), 2):
            await press(pilot, ".accueil.renseignements")
            await give(pilot, "fiche.ajouter")
            await press(pilot, "n")
            await give(pilot, "fiche.ajouter")
            await press(pilot, *["tab"] * fields_on, "ctrl+z", "ctrl+z")
            assert pilot.app.focused is None or pilot.app.focused.is_attached
            await press(pilot, "f1")
            assert page(pilot) == "HelpScreen", fields_on
            await press(pilot, "escape", "escape")
            assert page(pilot) == "HomeScreen"
