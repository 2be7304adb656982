"""Accueil: by what is there, the date that counts, one way on; a next year, a version, a deletion, asked."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ctg_tui.domain.assessment import Cell, PreparationTopic, Rating, Said, Territory
from ctg_tui.domain.steps import check, wants_number
from ctg_tui.services.home import open_example
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.page import Page
from tests.databases import DATABASE_NAME, Clock, open_workspace, raw, turn
from tests.received import an_assessment, answered, receive, submission, write
from tests.strategies import SOME_HOSTILE_TEXTS
from tests.tui.driving import (
    IDENTITY,
    SIZES,
    control_characters,
    faults_of_typography,
    in_database,
    key_bar,
    make,
    make_final,
    press,
    resized,
    shown,
    until,
)
from tests.tui.person import Person

SAID_AT = datetime(2027, 1, 12, 10, tzinfo=UTC)
YES = ("down", "enter")
"""The keys that agree: the cursor stands on « Annuler »."""


def _is_on(person: Person, name: str) -> bool:
    return person.page == name


def years(person: Person) -> list[tuple[int]]:
    return in_database(person.folder, "SELECT year FROM assessment ORDER BY id")


# What is there.


async def test_nothing_there_is_three_doors(person: Person) -> None:
    doors = {
        "n": ("Commencer une évaluation", "NewAssessmentScreen"),
        "x": ("Voir un exemple rempli", "GridScreen"),
        "o": ("Ouvrir un fichier", "OpeningScreen"),
        "enter": ("Par où commencer ?", "NewAssessmentScreen"),
    }
    async with person.at(identity=None):
        async for size in resized(person.pilot, *SIZES, (60, 16)):
            person.sees("Aucune évaluation pour l’instant", *(title for title, _ in doors.values()))
            for key in ("Entrée commencer", "Ctrl+Q quitter", "F1", "F2"):
                assert key in key_bar(person.pilot) or size[0] < 80, (key, size)
            assert not faults_of_typography(shown(person.pilot))
        for key, (_, name) in doors.items():
            await person.does(key)
            assert person.page == name
            await person.does("escape")
            assert person.page == "HomeScreen"


async def test_a_draft_goes_on_at_its_line_and_its_keys_are_few(person: Person) -> None:
    async with person.at("enter", "down", "down", "2", "escape"):
        async for size in resized(person.pilot, (80, 24), (120, 40)):
            await person.will_see("Continuer à la ligne 1.3")
            person.sees(
                *("Val de Charente", "► Continuer à la ligne 1.3", "Années", "2027 1 sur 42 · 67 %"),
                "À rendre au plus tard le 31 mars, dans 78 jours.",
            )
            person.sees(
                "Vous Prénom Nom ✓", "Grille 1 sur 42 · 67 %", "Entretien facultatif", "Envoi à faire"
            )
            person.sees("Entrée continuer", "F9 Envoi", "F1 Aide", "F2 autres", not_=("reçus",))
            assert not faults_of_typography(shown(person.pilot)), size
        await person.does("enter", "3")
    assert person.stored().answers[Cell("m1.a03", "education")] is Rating.FULLY


async def test_what_was_made_and_what_changed_since_stand_on_the_year_and_m_lists_it(person: Person) -> None:
    make(person.folder, IDENTITY._replace(year=2026), rating=Rating.PARTLY)
    make_final(person.folder)
    async with person.at(identity=None):
        await person.will_see("Rien n’a changé chez vous depuis")
        person.sees("42 sur 42 · 67 % · définitive, n° 1", "D commencer 2028", "Ctrl+Q quitter")
        await person.does("enter", "0", *YES, "1", "escape")
        await person.will_see("M 2 changements depuis")
        for way in ("m", "click"):
            if way == "click":
                await person.pilot.click("#faits", offset=(4, 1))
            else:
                await person.does(way)
            await person.will_see("1.1 Famille : 2 → 0")
            person.sees("1.1 Éducation : 2 → 1")
            await person.does("escape")
        await person.does("down")
        await person.will_see("Continuer")
        person.sees(not_=("commencer 2027", "D commencer"))
        await person.does("enter", "3")
        person.sees("C’est l’évaluation de 2026, une année passée. La modifier")


async def test_what_the_caf_answered_is_said_on_its_year_and_entree_leads_to_it(person: Person) -> None:
    made = make_final(person.folder)
    workspace = open_workspace(person.folder)
    (sent,) = (person.folder / "envoi").glob("*.json")
    rows = [
        Said(SAID_AT, "Prénom Nom", is_caf=True, line="m1.a08", policy="famille", note=Rating.NO),
        Said(SAID_AT, "Prénom Nom", is_caf=True, words="Venez avec le DGS."),
    ]
    receive(workspace, write(person.folder / "recus", [answered(sent.read_bytes(), *rows)]))
    workspace.open(made, asks=False).rate(Cell("m1.a01", "famille"), Rating.NO)
    workspace.close()
    async with person.at(identity=None):
        async for size in resized(person.pilot, (80, 24), (120, 30), (120, 40)):
            await person.will_see("Répondre à la Caf : 2 points")
            person.sees(
                "La Caf a répondu le 12 janvier", "Fichiers n° 1 créés le 12 janvier", "1 changement depuis"
            )
            person.sees("Entrée répondre", "O Ouvrir", "S Sauvegardes", not_=("reçu",))
            person.sees(
                "Grille 42 sur 42 · 65 % · 1 nombre à donner", "Envoi n° 1, définitive ✓", not_=("à faire",)
            )
            assert not faults_of_typography(shown(person.pilot)), size
        for part, row, name in (("#annee", 2, "AnswersScreen"), ("#lettres", 0, "OpeningScreen")):
            await person.pilot.click(part, offset=(5, row))
            await until(person.pilot, partial(_is_on, person, name), name)
            await person.does("escape")
        await person.does("enter")
        assert person.page == "AnswersScreen"
        await person.does("enter", "enter", "f3", "enter", "escape")
        await person.will_see("Créer les fichiers : 2 réponses")
        await person.does("enter")
        assert person.page == "SendingScreen"


async def test_a_draft_whose_lines_are_all_noted_goes_on_at_the_next_step(person: Person) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    async with person.at(identity=None):
        await person.will_see("Continuer : Entretien")
        person.sees("Ctrl+G Grille", "1 nombre à donner", not_=("Continuer : 1 nombre",))
        await person.does("enter")
        assert person.page == "PreparationScreen"
        await person.does("escape", "ctrl+g", "home", "backspace", "escape")
        await person.will_see("Continuer à la ligne")


async def test_only_files_received_open_on_their_page_and_lead_back_to_the_doors(person: Person) -> None:
    workspace = open_workspace(person.folder)
    receive(workspace, write(person.folder / "recus", [submission(an_assessment())]))
    workspace.close()
    async with person.at(identity=None):
        await until(person.pilot, lambda: person.page == "ReceivedScreen")
        await person.does("escape")
        assert person.page == "HomeScreen"
        person.sees("Commencer une évaluation")
        person.sees("R Fichiers reçus")


async def test_a_hostile_name_is_only_a_name(person: Person) -> None:
    for text in SOME_HOSTILE_TEXTS:
        make(person.folder, IDENTITY._replace(territory=Territory(text)))
    async with person.at(identity=None):
        for _ in SOME_HOSTILE_TEXTS:
            assert not control_characters(shown(person.pilot))
            await person.does("delete")
            assert not control_characters(shown(person.pilot))
            await person.does("escape", "down")
            assert person.page == "HomeScreen"


async def test_an_unknown_grid_is_said_on_its_line_and_a_list_that_cannot_be_read_is_not_shown_as_empty(
    person: Person,
) -> None:
    make(person.folder)
    with raw(person.folder / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET grid = json_set(grid, '$.empreinte', 'ailleurs')")
    async with person.at("enter", identity=None):
        assert person.page == "HomeScreen"
        person.sees("grille introuvable", "grille installer")
    with raw(person.folder / DATABASE_NAME) as database:
        database.execute("UPDATE assessment SET created_at = 'hier'")
    async with person.at(identity=None):
        person.sees("est abîmé", "ctg-tui docteur", not_=("Aucune évaluation",))


# A next year, a version, a deletion.


async def test_the_next_year_takes_people_and_nc_and_opens_its_grid_on_the_first_line(person: Person) -> None:
    workspace = open_workspace(person.folder)
    turn(workspace.open(workspace.create(IDENTITY)), "social")
    workspace.close()
    async with person.at("d", identity=None):
        person.sees("Commencer 2028 à partir de")
        await person.does("escape")
        assert person.page == "HomeScreen"
        await person.does("d", "enter")
        assert person.page == "GridScreen"
        await person.does("2", "3", "escape", "down", "d")
        assert person.page == "HomeScreen", "2028 exists: there is no D any more"
    notes = "SELECT key, value FROM value WHERE field = 'note' AND assessment_id = 2 AND value <> 'NC'"
    assert sorted(in_database(person.folder, notes)) == [("m1.a01/education", "3"), ("m1.a01/famille", "2")]
    neutral = "SELECT count(*) FROM value WHERE assessment_id = 2 AND field = 'note' AND value = 'NC'"
    assert in_database(person.folder, neutral) == [(14,)]


async def test_deleting_asks_first_and_leaves_a_backup(person: Person) -> None:
    async with person.at("delete"):
        person.sees("Supprimer", "Une sauvegarde est faite avant")
        await person.does("enter")
        assert len(years(person)) == 1
        await person.does("delete", *YES)
        person.sees("Commencer une évaluation", not_=("Entrée continuer",))
    assert years(person) == []
    assert [path for path in person.folder.rglob("*.db") if path.name != DATABASE_NAME]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def visit(person: Person, destination: Destination) -> None:
    top = person.pilot.app.screen
    assert isinstance(top, Page)
    top.visit(destination)
    await person.pilot.pause()
    await press(person.pilot)


async def test_every_page_says_that_it_is_an_example_and_a_visit_leaves_every_byte_of_the_folder(
    person: Person,
) -> None:
    made = make(person.folder, rating=Rating.PARTLY)
    async with person.at(identity=None):
        before = bytes_of(person.folder)
        await person.does("x", "0", "n", "enter", "Un essai.", "escape", "ctrl+z")
        for destination in Destination:
            if destination.is_of_files and destination is not Destination.HOME:
                await visit(person, destination)
                person.sees("Cette page n’est pas dans l’exemple")
            elif destination not in {Destination.HOME, Destination.ANSWER}:
                await visit(person, destination)
                assert person.page == destination.page
                await person.will_see("EXEMPLE : tout y est fictif")
                head, banner, *_ = shown(person.pilot).replace("\N{NO-BREAK SPACE}", " ").splitlines()
                assert "enregistré" not in head, destination
                assert "EXEMPLE : tout y est fictif" in banner, destination
        await visit(person, Destination.SENDING)
        await person.does("f9")
        person.sees("aucun fichier n’en est fait")
        await person.does("ctrl+s")
        person.sees("rien n’est gardé", not_=("enregistré automatiquement",))
        await visit(person, Destination.FORM)
        await person.does("down", "down", "down", "Ailleurs")
        while person.page != "HomeScreen":
            await person.does("escape")
        assert bytes_of(person.folder) == before
        person.sees(not_=("tout y est fictif",))
    assert in_database(person.folder, "SELECT id FROM assessment") == [(made,)]


def test_the_example_is_complete_on_every_page() -> None:
    workspace, session = open_example(Clock())
    grid, assessment = session.grid, session.assessment
    assert check(grid, assessment) == ()
    assert set(assessment.answers) == set(grid.cells)
    assert set(assessment.preparation) == set(PreparationTopic)
    asked = {line.id for line in grid.indicators.values() if wants_number(line, assessment)}
    assert set(assessment.numbers) == asked
    assert assessment.actions
    assert not session.forecast.is_blank
    workspace.close()
