"""Préparation: four texts and an action for each line chosen, saved as typed, read on the same page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ctg_tui.domain.assessment import Action, Assessment, PreparationTopic, Rating, Status
from ctg_tui.domain.text import clean
from ctg_tui.services.sending import export
from ctg_tui.tui.meeting import PreparationScreen
from ctg_tui.tui.widgets.editor import ActionPane, WritingPane
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.wording.lines import planned_lines
from tests.databases import open_workspace, read_again
from tests.effort import some
from tests.strategies import HOSTILE_TEXTS, make_assessment, make_grid
from tests.tui.driving import (
    WITHOUT_REST,
    Driver,
    control_characters,
    faults_of_typography,
    flush,
    hand_over,
    make,
    messages,
    page,
    press,
    resized,
    running,
    shown,
    until,
    until_stored,
    write,
)
from tests.tui.typing import settled


def stored(folder: Path) -> Assessment:
    workspace = open_workspace(folder)
    try:
        return workspace.load(1)[1]
    finally:
        workspace.close()


def test_the_lines_are_those_noted_low_and_those_that_have_an_action() -> None:
    grid = make_grid()
    first, second, third = list(grid.activities)[:3]
    low, high = (cell for cell in grid.cells[: 2 * len(grid.policies)] if cell.policy == grid.policies[0].id)
    assert (low.activity, high.activity) == (first, second)
    assessment = make_assessment(
        grid, {low: Rating.PARTLY, high: Rating.FULLY}, actions={third: Action("quoi")}
    )
    assert [line.id for line in planned_lines(grid, assessment)] == [first, third]


async def test_the_sheet_is_whole_at_every_size(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in (
                "Points forts",
                "Aide demandée à la Caf",
                "0\u00a0action sur 14 · °\u00a00 sur 37",
            ):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)
        await press(pilot, *["down"] * 4, "enter")
        async for size in resized(pilot):
            text = shown(pilot)
            for expected in ("Quoi", "Qui", "Pour quand"):
                assert expected in text, (expected, size)
            assert not faults_of_typography(text)


async def test_a_text_is_saved_on_quitting_in_its_middle(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", "down", "enter")
        await write(pilot, "Le réseau, à q")
        await press(pilot, "ctrl+q")
    assert stored(tmp_path).preparation == {PreparationTopic.WEAK_POINTS: "Le réseau, à q"}


async def test_an_action_with_who_and_when_is_saved_and_read_on_the_page(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter")
        await write(pilot, "Réunir le comité")
        await press(pilot, "tab")
        await write(pilot, "Prénom Nom")
        await press(pilot, "enter")
        await write(pilot, "31 mars")
        await press(pilot, "escape")
        assert page(pilot) == "PreparationScreen"
        assert "→ Réunir le comité · Prénom Nom · pour le 31\u00a0mars 2027" in shown(pilot)
        assert "1\u00a0action sur 14 · °\u00a00 sur 37" in shown(pilot)
    assert stored(tmp_path).actions == {"m1.a01": Action("Réunir le comité", "Prénom Nom", date(2027, 3, 31))}


async def test_a_wrong_date_is_said_in_place_and_the_rest_is_kept(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter")
        await write(pilot, "Quoi")
        await press(pilot, "tab", "tab")
        await write(pilot, "31/02/2027")
        await press(pilot, "enter")
        assert "n’existe pas" in shown(pilot)
    assert stored(tmp_path).actions == {"m1.a01": Action("Quoi")}


async def test_a_refused_date_keeps_the_cursor_and_its_text_until_it_is_corrected_or_left_knowingly(
    tmp_path: Path,
) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, (120, 40), delays=WITHOUT_REST) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter")
        await write(pilot, "Réunir le comité")
        await press(pilot, "tab", "tab")
        await write(pilot, "31/02/2027")
        for key in ("enter", "escape"):
            await press(pilot, key)
            field = pilot.app.focused
            assert isinstance(field, TextField), key
            assert (field.value, "n’existe pas" in shown(pilot)) == ("31/02/2027", True), key
        assert "La date « 31/02/2027 » n’est pas enregistrée" in messages(pilot)[-1].replace("\u00a0", " ")
        await press(pilot, *["backspace"] * 7)
        await write(pilot, "03/2027")
        await press(pilot, "escape")
        planned = {"m1.a01": Action("Réunir le comité", "", date(2027, 3, 31))}
        assert stored_here(pilot).actions == planned
        assert not pilot.app.screen.query(ActionPane)
        await press(pilot, "enter", "tab", "tab", "backspace", "x", "escape", "escape")
        assert not pilot.app.screen.query(ActionPane)
        assert "n’est pas enregistrée" in messages(pilot)[-1]
    assert stored(tmp_path).actions == planned


async def test_a_date_half_corrected_leaves_the_last_good_one(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter")
        await write(pilot, "Quoi")
        await press(pilot, "tab", "tab")
        await write(pilot, "31/03/2027")
        planned = {"m1.a01": Action("Quoi", "", date(2027, 3, 31))}
        await until(pilot, lambda: read_again(tmp_path).actions == planned)
        await write(pilot, "x")
        await press(pilot, "escape")
    assert stored(tmp_path).actions == {"m1.a01": Action("Quoi", "", date(2027, 3, 31))}


async def test_an_emptied_action_is_taken_away_and_undo_gives_it_back(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    workspace = open_workspace(tmp_path)
    workspace.open(1).plan("m1.a01", Action("A"))
    workspace.close()
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter", "backspace", "escape")
        flush(pilot)
        assert stored_here(pilot).actions == {}
        await press(pilot, "ctrl+z")
        assert stored_here(pilot).actions == {"m1.a01": Action("A")}
    assert stored(tmp_path).actions == {"m1.a01": Action("A")}


async def test_an_action_typed_with_pauses_is_one_edit_to_undo(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter")
        for word, so_far in (("Réunir", "Réunir"), (" le", "Réunir le"), (" comité", "Réunir le comité")):
            await write(pilot, word)
            await until_stored(tmp_path, pilot, "actions", {"m1.a01": Action(so_far)})
        await press(pilot, "tab")
        await write(pilot, "Prénom")
        await press(pilot, "escape")
        assert stored_here(pilot).actions == {"m1.a01": Action("Réunir le comité", "Prénom")}
        await press(pilot, "ctrl+z")
        assert stored_here(pilot).actions == {}


def stored_here(pilot: Driver) -> Assessment:
    top = pilot.app.screen
    assert isinstance(top, PreparationScreen)
    return top.opened.assessment


async def test_hostile_texts_are_kept_clean(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 4, "enter")
        pane = pilot.app.screen.query_one(ActionPane)
        who, due = pane.query(TextField)
        for text in some(HOSTILE_TEXTS):
            pane.editor.load_text("")
            who.clear()
            due.clear()
            for field in (pane.editor, who, due):
                hand_over(text, field)
            await settled(pilot)
            flush(pilot)
            assert not control_characters(shown(pilot))
            action = stored_here(pilot).actions["m1.a01"]
            assert action.what == clean(text.strip(), multiline=True).strip()
            assert action.who == clean(text.strip())[:200].strip()
            assert action.due is None


async def test_a_final_assessment_is_read_and_not_written(tmp_path: Path) -> None:
    made = make(tmp_path, rating=Rating.PARTLY)
    (tmp_path / "envoi").mkdir()
    workspace = open_workspace(tmp_path)
    export(workspace, made, tmp_path / "envoi", Status.FINAL)
    workspace.close()
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", "enter")
        assert not pilot.app.screen.query(WritingPane)
        assert "définitive" in shown(pilot)


async def test_the_line_of_an_action_is_one_key_away(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", *["down"] * 5, "l")
        assert page(pilot) == "GridScreen"
        await press(pilot, "escape")
        assert page(pilot) == "PreparationScreen"


async def test_while_a_part_is_written_the_keys_are_those_that_act(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien")
        assert "Entrée\u00a0écrire" in shown(pilot).splitlines()[-1]
        await press(pilot, "enter")
        bar = shown(pilot).splitlines()[-1]
        assert "Échap\u00a0finir" in bar
        assert "écrire" not in bar
        assert "annuler" not in bar
        await press(pilot, "escape")
        assert "Entrée\u00a0écrire" in shown(pilot).splitlines()[-1]


async def test_what_is_undone_is_named_in_french_and_what_is_asked_for_is_said(tmp_path: Path) -> None:
    make(tmp_path, rating=Rating.PARTLY)
    async with running(tmp_path) as pilot:
        await press(pilot, ".etapes.entretien", "enter")
        assert "Votre texte" in shown(pilot)
        await write(pilot, "un point")
        await press(pilot, "escape", "ctrl+z")
        assert "Annulé\u00a0: préparation." in shown(pilot)
        await press(pilot, "end", "enter")
        assert "Ce qui sera fait" in shown(pilot)
