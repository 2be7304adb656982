"""Entretien: the day of the meeting, four texts, an action for each line chosen, actions over the years."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Action, Moment, Outcome, PreparationTopic, Rating
from ctg_tui.domain.text import clean
from ctg_tui.services.results import former_years, whole_engagement
from ctg_tui.tui.widgets.editor import ActionPane
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.wording.lines import planned_lines
from tests.databases import open_workspace, read_again
from tests.strategies import SOME_HOSTILE_TEXTS, make_assessment, make_grid
from tests.threads import FOUR_QUESTIONS, SIX_NOTES, hears
from tests.tui.driving import (
    IDENTITY,
    WITHOUT_REST,
    control_characters,
    faults_of_typography,
    hand_over,
    make,
    messages,
    resized,
    shown,
    until_stored,
)
from tests.tui.person import Person
from tests.tui.typing import settled

MEETING = (".etapes.entretien",)
"""The keys from the start to the page, on the day of the meeting."""
FIRST_ACTION = ("home", *["down"] * 5, "enter")
"""The keys to the action of the first line noted 0 or 1."""
BOARD = Action("Tableau de bord partagé", "Prénom Nom", date(2026, 6, 30))


@pytest.fixture
def low(person: Person) -> Person:
    """Return a person whose every line is noted 1."""
    make(person.folder, rating=Rating.PARTLY)
    return person


def two_years(folder: Path, moment: Moment = Moment.YEARLY) -> None:
    """Make an assessment with an action and a text, and the one that follows it."""
    make(folder, IDENTITY._replace(year=2026), rating=Rating.MOSTLY)
    workspace = open_workspace(folder)
    workspace.open(1).plan("m1.a02", BOARD)
    workspace.open(1).prepare(PreparationTopic.WEAK_POINTS, "Peu d’habitants associés.")
    workspace.duplicate(1, 2027, moment)
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


async def test_the_sheet_is_whole_at_every_size(low: Person) -> None:
    async with low.at(*MEETING) as person:
        async for size in resized(person.pilot):
            person.sees("Date de l’entretien à écrire", "Points forts", "Aide demandée à la Caf")
            assert not faults_of_typography(shown(person.pilot)), size
        await person.does(*FIRST_ACTION)
        async for size in resized(person.pilot):
            person.sees("Quoi", "Qui", "Pour quand")
            assert not faults_of_typography(shown(person.pilot)), size


async def test_the_day_of_the_meeting_is_shown_back_as_it_was_understood(person: Person) -> None:
    async with person.at(*MEETING, "enter", "12 mars 14h30", "enter") as person:
        person.sees("Date de l’entretien 12/03/2027 à 14 h 30")
        await person.does("enter", "end", "ctrl+u", "juin 2027", "escape")
        person.sees("Date de l’entretien 30/06/2027", not_=("14 h 30",))
        await person.does("ctrl+z")
        person.sees("12/03/2027 à 14 h 30")
    assert person.stored().preparation[PreparationTopic.MEETING].startswith("12/03/2027 à 14")


async def test_a_day_that_is_none_stays_in_its_field_with_the_cursor_and_the_reason(person: Person) -> None:
    typed, why = "31/02/2027", "Le 31 février 2027 n’existe pas : ce mois a 28 jours."
    async with person.at(*MEETING, "enter", typed, delays=WITHOUT_REST) as person:
        for key in ("enter", "f4", "escape"):
            await person.does(key)
            assert person.page == "PreparationScreen", key
            person.sees(why, typed)
        await person.does("x")
        person.sees(f"{typed}x")
        await person.does("ctrl+u", "12/3", "enter")
        person.sees("Date de l’entretien 12/03/2027", not_=(why,))
    assert person.stored().preparation == {PreparationTopic.MEETING: "12/03/2027"}


async def test_a_text_is_written_over_last_years_and_saved_on_quitting_in_its_middle(person: Person) -> None:
    two_years(person.folder)
    async with person.at(*MEETING) as person:
        person.sees("Points à travailler à écrire en 2026 Peu d’habitants associés.")
        await person.does("down", "down", "enter", "Le réseau, à q", "ctrl+q")
    assert read_again(person.folder, 2).preparation == {PreparationTopic.WEAK_POINTS: "Le réseau, à q"}


async def test_an_action_with_who_and_when_is_saved_and_read_on_the_page(low: Person) -> None:
    async with low.at(
        *MEETING, *FIRST_ACTION, "Réunir le comité", "tab", "Prénom Nom", "enter", "31 mars", "enter"
    ) as person:
        person.sees("31/03/2027")
        await person.does("escape")
        person.sees("→ Réunir le comité · Prénom Nom · pour le 31 mars 2027")
    assert person.stored().actions == {"m1.a01": Action("Réunir le comité", "Prénom Nom", date(2027, 3, 31))}


async def test_a_refused_date_keeps_the_cursor_and_its_text_until_it_is_corrected_or_left_knowingly(
    low: Person,
) -> None:
    planned = {"m1.a01": Action("Réunir le comité", "", date(2027, 3, 31))}
    async with low.at(*MEETING, *FIRST_ACTION, delays=WITHOUT_REST) as person:
        await person.does("Réunir le comité", "tab", "tab", "31/02/2027")
        for key in ("enter", "escape"):
            await person.does(key)
            person.sees("Le 31 février 2027 n’existe pas", "31/02/2027")
        assert "La date « 31/02/2027 » n’est pas enregistrée" in messages(person.pilot)[-1].replace(
            "\u00a0", " "
        )
        await person.does(*["backspace"] * 7, "03/2027", "escape")
        assert person.stored().actions == planned
        await person.does("enter", "enter", "tab", "tab", "backspace", "x", "escape", "escape")
        person.sees(not_=("Pour quand",))
        assert "n’est pas enregistrée" in messages(person.pilot)[-1]
    assert person.stored().actions == planned


async def test_an_emptied_action_is_taken_away_and_undo_gives_it_back(low: Person) -> None:
    workspace = open_workspace(low.folder)
    workspace.open(1).plan("m1.a01", Action("A"))
    workspace.close()
    async with low.at(*MEETING, *FIRST_ACTION, "enter", "backspace", "escape") as person:
        assert person.stored().actions == {}
        await person.does("ctrl+z")
    assert person.stored().actions == {"m1.a01": Action("A")}


async def test_an_action_typed_with_pauses_is_one_edit_to_undo(low: Person) -> None:
    async with low.at(*MEETING, *FIRST_ACTION) as person:
        for word, so_far in (("A", "A"), (" et", "A et")):
            await person.does(word)
            await until_stored(low.folder, person.pilot, "actions", {"m1.a01": Action(so_far)})
        await person.does("tab", "Prénom", "escape")
        assert person.stored().actions == {"m1.a01": Action("A et", "Prénom")}
        await person.does("ctrl+z")
        assert person.stored().actions == {}
        person.sees("Annulé : ")


async def test_hostile_texts_are_kept_clean(low: Person) -> None:
    async with low.at(*MEETING, *FIRST_ACTION, delays=WITHOUT_REST) as person:
        pane = person.pilot.app.screen.query_one(ActionPane)
        who, due = pane.query(TextField)
        for text in SOME_HOSTILE_TEXTS:
            pane.editor.load_text("")
            who.clear()
            due.clear()
            for field in (pane.editor, who, due):
                hand_over(text, field)
            await settled(person.pilot)
            person.saves()
            assert not control_characters(shown(person.pilot))
            action = person.stored().actions["m1.a01"]
            assert action.what == clean(text.strip(), multiline=True).strip()
            assert (action.who, action.due) == (clean(text.strip())[:200].strip(), None)


async def test_the_line_of_an_action_is_one_key_away_and_escape_ends_what_is_written(low: Person) -> None:
    async with low.at(*MEETING, *FIRST_ACTION, "l") as person:
        person.sees("Échap finir")
        await person.does("escape")
        person.sees("L voir la ligne")
        await person.does("l")
        assert person.page == "GridScreen"
    assert person.stored().actions == {"m1.a01": Action("l")}, "a letter is text in a text"


# The actions of one year come back the next one to be closed; the end of the engagement sees them all.


async def test_what_became_of_an_action_of_last_year_is_chosen_in_a_list_and_undone(person: Person) -> None:
    two_years(person.folder)
    async with person.at(*MEETING, size=(120, 60)) as person:
        for down, (outcome, word) in enumerate(
            ((Outcome.DONE, "fait"), (Outcome.POSTPONED, "reporté"), (Outcome.ABANDONED, "abandonné"))
        ):
            person.sees("Actions des années précédentes, suite à noter")
            await person.does("end", "enter")
            person.sees(f"C’est {word}", "Annuler")
            await person.does(*["down"] * down, "enter")
            person.sees(f"30 juin 2026 · {word}", not_=("suite à noter",))
            assert read_again(person.folder, 2).actions == {"m1.a02": BOARD._replace(outcome=outcome)}
            assert not faults_of_typography(shown(person.pilot))
            await person.does("ctrl+z")
        await person.does("end", "enter", "escape")
        person.sees("Actions des années précédentes, suite à noter")
    assert not read_again(person.folder, 2).actions
    assert read_again(person.folder, 1).actions == {"m1.a02": BOARD}


async def test_what_became_of_an_action_can_be_taken_back(person: Person) -> None:
    two_years(person.folder)
    async with person.at(*MEETING, "end", "enter", "enter", "enter") as person:
        person.sees("Rien de cela : elle est à faire")
        await person.does("end", "up", "enter")
    assert read_again(person.folder, 2).actions == {"m1.a02": BOARD}


async def test_the_end_of_the_engagement_sees_every_action(person: Person) -> None:
    two_years(person.folder, Moment.END)
    async with person.at(*MEETING) as person:
        async for size in resized(person.pilot):
            await person.does("end", *["down"] * 8)
            person.sees("Toutes les actions de l’engagement", "2026 → Tableau de bord partagé")
            assert not faults_of_typography(shown(person.pilot)), size


def test_the_years_before_are_those_of_the_engagement(tmp_path: Path) -> None:
    two_years(tmp_path)
    workspace = open_workspace(tmp_path)
    workspace.open(2).plan("m1.a03", Action("Forum"))
    third = workspace.duplicate(2, 2028, Moment.END)
    grid, assessment = workspace.load(third)
    years = former_years(workspace, grid, assessment)
    assert [(plan.identity.year, list(plan.actions)) for plan in years] == [
        (2026, ["m1.a02"]),
        (2027, ["m1.a03"]),
    ]
    assert [past.planned for past in whole_engagement(workspace, grid, assessment)] == [2026, 2027]
    fourth = workspace.duplicate(third, 2029, Moment.YEARLY)
    assert former_years(workspace, *workspace.load(fourth)) == ()
    workspace.close()


async def test_the_points_in_discussion_stand_on_the_page_and_lead_to_the_answers(person: Person) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    hears(person.folder, SIX_NOTES[0], SIX_NOTES[4], *FOUR_QUESTIONS)
    async with person.at(*MEETING, size=(120, 40)):
        person.sees(
            "Points de la Caf", "1.8 Famille à voir", "« Avec quels partenaires ? »", "Sur l’ensemble"
        )
        await person.does("home", *["down"] * 6, "enter")
        assert person.page == "AnswersScreen"
        person.sees("► ● 1.3")
        for _ in range(6):
            await person.does("f3", "enter")
        await person.does("escape", ".etapes.entretien")
        person.sees("Tous les points sont réglés.", not_=("à voir",))
