"""Fiche: quick with the keyboard alone, checked in place, saved at once."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from textual import events

from ctg_tui.domain.assessment import (
    Adviser,
    Coordinator,
    Identity,
    Moment,
    Profile,
    Rating,
    Status,
    Territory,
)
from ctg_tui.domain.errors import NotSaved
from ctg_tui.domain.text import clean
from ctg_tui.services.sending import export
from ctg_tui.tui.app import CtgApp
from ctg_tui.tui.details import FormScreen
from ctg_tui.tui.results.items import MISSING
from ctg_tui.tui.settings import THEMES
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.listing import Listing
from ctg_tui.wording.french import NARROW, NBSP
from tests.databases import Clock, open_workspace, read_again
from tests.effort import some
from tests.strategies import ALL_OPEN, HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    WITHOUT_REST,
    Driver,
    control_characters,
    faults_of_typography,
    flush,
    give,
    hand_over,
    in_database,
    make,
    messages,
    note_everything,
    page,
    paste,
    press,
    resized,
    running,
    shown,
    toasts,
    until,
    write,
)
from tests.tui.typing import settled


async def test_from_an_empty_database_to_a_saved_note_in_few_keys(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "enter", "down", "down", "enter")  # the second territory of the list
        await press(pilot, "ctrl+g")
        assert page(pilot) == "GridScreen"
        await press(pilot, "é")
        assert in_database(tmp_path, "SELECT note FROM answer") == [("2",)]
    stored = read_again(tmp_path).identity.territory
    assert (stored.siren, stored.department, stored.known_id) == ("200070514", "16", "grand-cognac")


async def test_a_new_form_shows_every_field_with_sensible_values(tmp_path: Path) -> None:
    labels = ("Territoire", "Année N", "Moment", "SIREN", "Département", "Profil", "Politiques", "Courriel")
    async with running(tmp_path) as pilot:
        await press(pilot, "n", "tab")
        async for size in resized(pilot):
            text = shown(pilot)
            for label in (*labels, "2027", "(x) chaque année", "[x] Famille"):
                assert label in text, (label, size)
            assert not faults_of_typography(text)


async def test_escape_never_creates_an_assessment(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        for before in ((), ("f1", "escape"), ("f2", "escape"), ("left",)):
            await press(pilot, "n")
            await write(pilot, "Ruff")
            await press(pilot, *before, "escape")
            assert page(pilot) == "HomeScreen"
            assert messages(pilot) == ["Aucune évaluation n’a été créée."], before
            assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]


async def test_looking_at_another_window_creates_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        await write(pilot, "Ruff")
        pilot.app.post_message(events.AppBlur())
        await pilot.pause()
        pilot.app.post_message(events.AppFocus())
        await pilot.pause()
        assert in_database(tmp_path, "SELECT count(*) FROM assessment") == [(0,)]
        await write(pilot, "ec")
        await press(pilot, "tab", "escape")
    assert read_again(tmp_path).identity.territory.name == "Ruffec"


async def test_a_wrong_year_is_said_in_place_and_the_former_stays(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, ".accueil.renseignements", "down")
        for typed in ("20", "1999", "2200", "abcd", "²²²²"):
            await press(pilot, "ctrl+u")
            await paste(pilot, typed)
            await press(pilot, "enter", "up")
            assert "reste en 2027" in shown(pilot), typed
            assert identity_now(pilot).year == 2027, typed


async def test_moment_profile_and_policies_are_chosen_with_the_arrows(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "right")
        await press(pilot, *["down"] * 5, "right")  # the profile
        await press(pilot, "down", "right", "space")  # the second policy is left out
    stored = read_again(tmp_path).identity
    assert stored.moment is Moment.END
    assert stored.coordinators == (
        Coordinator("c1", "Nom", "Prénom", Profile.THEMATIC, ("famille", "social")),
    )


@pytest.mark.parametrize("from_page", ["f4", "e"])
async def test_going_to_what_is_missing_lands_in_the_very_field(tmp_path: Path, from_page: str) -> None:
    make(tmp_path, IDENTITY._replace(territory=Territory("Ruffec"), coordinators=(), adviser=Adviser()))
    async with running(tmp_path) as pilot:
        await press(pilot, from_page)
        for code, typed in (
            ("siren-absent", "200043016"),
            ("charge-absent", "Nom"),
            ("conseiller-absent", "Prénom Nom"),
            ("conseiller-absent", "prenom.nom@exemple.fr"),  # the name is there by now
        ):
            listing = pilot.app.screen.query_one(Listing)
            listing.select(f"{MISSING}:{code}")
            listing.focus()
            await press(pilot, "enter")
            assert page(pilot) == "FormScreen"
            await write(pilot, typed)
            assert typed in shown(pilot), "the field is in sight"
            await press(pilot, "enter", "escape")
    stored = read_again(tmp_path).identity
    assert stored.territory == Territory("Ruffec", "200043016", stored.territory.department)
    assert [person.last_name for person in stored.coordinators] == ["Nom"]
    assert stored.adviser == Adviser("Prénom Nom", "prenom.nom@exemple.fr")


async def test_an_odd_address_is_said_in_place_and_kept_as_typed(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", *["tab"] * 11)
        await press(pilot, *["backspace"] * 25)
        await write(pilot, "prenom@")
        await press(pilot, "enter")
        assert "prenom.nom@organisme.fr" in shown(pilot)
    assert read_again(tmp_path).identity.adviser.email == "prenom@"


async def test_every_printable_character_arrives(tmp_path: Path) -> None:
    text = (
        string.digits
        + string.ascii_letters
        + string.punctuation
        + "àâäçéèêëîïôöùûüÿœæÀÉŒ€«»’…"
        + NBSP
        + NARROW
    )
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", *["tab"] * 10, *["backspace"] * 20)
        await write(pilot, text)
        await press(pilot, "enter")
    assert read_again(tmp_path).identity.adviser.name == text.strip()


async def test_hostile_texts_are_kept_clean_in_every_text_field(tmp_path: Path) -> None:
    make(tmp_path, IDENTITY)
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, ".accueil.renseignements")
        fields = list(pilot.app.screen.query(TextField))
        fields[4].focus()
        for text in some(HOSTILE_TEXTS):
            for field in fields:
                field.clear()
                hand_over(text, field)
            await settled(pilot)
            assert not control_characters(shown(pilot))
            flush(pilot)
            (stored,) = in_database(
                tmp_path,
                "SELECT territory_name, adviser_name, adviser_email, json_extract(value, '$[0].nom'),"
                " json_extract(value, '$[0].prenom')"
                " FROM assessment JOIN value ON key = 'personnes'",
            )
            assert set(stored) == {clean(text.strip())[:200].strip()}
        await give(pilot, "fiche.retirer")  # the question with the person's name
        assert page(pilot) == "Question"
        assert not control_characters(shown(pilot))


async def test_a_new_form_of_the_same_territory_year_and_moment_is_asked_about(tmp_path: Path) -> None:
    make(tmp_path)

    def made() -> list[tuple[int, str]]:
        return in_database(tmp_path, "SELECT year, moment FROM assessment ORDER BY id")

    first, form = (2027, "annuelle"), ("n", *"Val de Cha", "down", "enter")
    async with running(tmp_path, delays=WITHOUT_REST) as pilot:
        await press(pilot, *form)
        assert "existe déjà" in shown(pilot)
        assert not faults_of_typography(shown(pilot))
        await press(pilot, "home", "enter")
        assert page(pilot) == "GridScreen"
        await press(pilot, "escape")
        assert page(pilot) == "HomeScreen"
        assert made() == [first]

        await press(pilot, *form, "escape", "down", "down", "ctrl+g")
        assert "existe déjà" in shown(pilot)
        await press(pilot, "escape", "escape")
        assert messages(pilot) == ["Aucune évaluation n’a été créée."]
        assert made() == [first]

        await press(pilot, *form, "enter", "ctrl+u", *"2029", "tab")
        await until(pilot, lambda: made() == [first, (2029, "annuelle")], "the other year")
        await press(pilot, "up", "ctrl+u", *"2027", "tab")
        assert "existe déjà" in toasts(pilot)
        assert "deuxième" in toasts(pilot)
        await press(pilot, "up", "ctrl+u", *"2029", "tab", "escape")

        await press(pilot, *form, "up", "enter")
        await until(pilot, lambda: made() == [first, (2029, "annuelle"), first], "the second")
        assert page(pilot) == "FormScreen"


async def test_a_final_assessment_shows_its_form_and_keeps_it(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path)
    made = workspace.create(IDENTITY, open_missions=ALL_OPEN)
    note_everything(workspace, made, Rating.FULLY)
    (tmp_path / "envoi").mkdir()
    export(workspace, made, tmp_path / "envoi", Status.FINAL)
    workspace.close()
    async with running(tmp_path, (80, 16)) as pilot:
        await press(pilot, ".accueil.renseignements")
        text = shown(pilot)
        assert "lecture seule" in text
        offered = ("Ajouter", "Remplir", "ajouter", "retirer", "annuler", "facultatif", "proposées")
        assert not [word for word in offered if word in text]
        assert "voir la grille" in text
        await press(pilot, *["down"] * 3)
        assert shown(pilot) != text, "the arrows scroll"
        await write(pilot, "x")
        await press(pilot, "ctrl+z", "ctrl+g")
        assert page(pilot) == "GridScreen"
        await press(pilot, "escape", "escape")
        assert page(pilot) == "HomeScreen"
    assert read_again(tmp_path).identity == IDENTITY


async def test_typing_is_saved_after_a_short_rest(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, ".accueil.renseignements", *["tab"] * 10, "end")
        await write(pilot, "-Autre")
        name = "SELECT adviser_name FROM assessment"
        await until(pilot, lambda: in_database(tmp_path, name) == [("Prénom Nom-Autre",)])


async def test_what_the_database_refuses_is_said_asked_about_on_quitting_and_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements", *["tab"] * 10, "end")
        app = pilot.app
        assert isinstance(app, CtgApp)

        def refuse(*_: object, **__: object) -> None:
            raise NotSaved("disque-plein", "Le disque est plein.", "Libérez de la place.", waits=True)

        with monkeypatch.context() as full:
            full.setattr(app.workspace.store, "record", refuse)
            await write(pilot, "-Autre")
            await press(pilot, "enter")
            assert "NON ENREGISTRÉ" in shown(pilot)
            await press(pilot, "ctrl+q")
            assert "Quitter quand même" in shown(pilot)
            await press(pilot, "n")
            assert page(pilot) == "FormScreen"
        app.flush()
        await pilot.pause()
        assert "NON ENREGISTRÉ" not in shown(pilot)
    assert read_again(tmp_path).identity.adviser.name == "Prénom Nom-Autre"


async def test_the_placeholder_of_the_field_in_hand_can_be_read_in_every_theme(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        for theme in THEMES:
            pilot.app.theme = theme
            await press(pilot, "n")
            strips = pilot.app.screen._compositor.render_strips()
            (style,) = {piece.style for line in strips for piece in line if "om de la commune" in piece.text}
            assert style is not None
            assert style.color is not None
            assert style.color.get_truecolor().hex == THEMES[theme].variables["curseur-texte"], theme
            await press(pilot, "escape")


async def test_what_was_changed_is_undone_and_redone_on_the_page_also_after_a_restart(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "right")  # the moment
        await press(pilot, *["down"] * 3)
        await write(pilot, "-Autre")  # the last name
        await press(pilot, "enter")
        await give(pilot, "fiche.ajouter")
        await write(pilot, "Second")
        await press(pilot, "enter", "escape")
    changed = read_again(tmp_path).identity
    assert [person.last_name for person in changed.coordinators] == ["Nom-Autre", "Second"]
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, ".accueil.renseignements")
        for message in ("personnes", "personnes", "moment"):
            await press(pilot, "ctrl+z")
            assert f"Annulé{NBSP}: renseignements ({message})." in messages(pilot)[-1]
        assert "Second" not in shown(pilot)
        assert "Nom-Autre" not in shown(pilot)
        assert identity_now(pilot) == IDENTITY
        await press(pilot, "ctrl+z")
        assert messages(pilot)[-1] == "Il n’y a rien à annuler."
        await press(pilot, "ctrl+y", "ctrl+y", "ctrl+y")
        assert "Second" in shown(pilot)
    assert read_again(tmp_path).identity == changed


async def test_the_time_of_saving_at_the_top_is_that_of_the_undo(tmp_path: Path) -> None:
    make(tmp_path)
    clock = Clock()
    async with running(tmp_path, (120, 40), clock) as pilot:
        await press(pilot, ".accueil.renseignements", "down", "down", "right")  # the moment
        for key, word in (("ctrl+z", "Annulé"), ("ctrl+y", "Refait")):
            clock.pass_by(minutes=1)
            await press(pilot, key)
            assert messages(pilot)[-1].startswith(word)
            assert f"enregistré {clock.now.astimezone():%H:%M:%S}" in shown(pilot)


def identity_now(pilot: Driver) -> Identity:
    app = pilot.app
    assert isinstance(app, CtgApp)
    return app.workspace.load(1)[1].identity


async def test_in_a_new_form_there_is_nothing_to_undo_yet(tmp_path: Path) -> None:
    async with running(tmp_path) as pilot:
        await press(pilot, "n")
        for key, message in (("ctrl+z", "Il n’y a rien à annuler."), ("ctrl+y", "Il n’y a rien à refaire.")):
            await press(pilot, key)
            assert messages(pilot)[-1] == message
        assert page(pilot) == "FormScreen"


async def test_undoing_leaves_what_is_typed_elsewhere_and_what_is_typed_next_is_saved(tmp_path: Path) -> None:
    make(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(
            pilot, ".accueil.renseignements", "down", "down", "right", "down"
        )  # the moment, then the SIREN
        await press(pilot, *["backspace"] * 2)
        await press(pilot, "tab")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        form.action_undo()
        form._fields.department.value = "17"  # typed before the page is painted again
        await pilot.pause()
        assert form._fields.siren.value == IDENTITY.territory.siren[:7]  # type: ignore[index]  # it has one
        await press(pilot, "tab")
        stored = identity_now(pilot)
    assert (stored.moment, stored.territory.department) == (IDENTITY.moment, "17")
