"""Envoi: what goes, for whom, where; what is missing; the files made, whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission.file import read
from ctg_tui.system import computer
from tests.effort import some
from tests.services.test_sending_whole import needs_mount, small_disk
from tests.strategies import HOSTILE_TEXTS
from tests.threads import caf_says, hears
from tests.tui.driving import (
    IDENTITY,
    control_characters,
    faults_of_typography,
    in_database,
    make,
    make_final,
    messages,
    resized,
    shown,
)
from tests.tui.person import Person
from tests.tui.typing import at_rest

SENDING = ("f9",)
"""The keys from the start to the page."""
FOLDER = ("down", "down", "down", "enter", "end", "ctrl+u")
"""The keys from the first row to an empty field for the folder."""
LEFT_OUT = ("down", "enter", *["down", "enter"] * 3)
"""The keys that leave out the three pieces beside the file for the Caf."""


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_the_page_says_in_rows_what_goes_to_whom_and_what_is_missing(
    person: Person, folder: Path
) -> None:
    async with person.at(*SENDING) as person:
        async for size in resized(person.pilot):
            person.sees(
                *("(x) provisoire ( ) définitive", "Créer les fichiers (rien n’est"),
                "Ce qui part Le fichier pour la Caf, le rapport à lire, le classeur pour y répondre",
                *("un courriel tout prêt.", "Prénom Nom", "prenom.nom@exemple.fr", str(folder)[:40]),
                "Il manque, pour la version définitive Grille 42 cases vides, la première à la ligne 1.1",
                "Facultatif",
                not_=("dossier", " révision"),
            )
            assert not faults_of_typography(shown(person.pilot)), size
    assert not files_of(folder)


async def test_f9_twice_makes_a_draft_and_says_where_the_files_are(person: Person, folder: Path) -> None:
    async with person.at("enter", "f9", "f9", size=(120, 60)) as person:
        person.sees(
            "Fichiers créés, relus et vérifiés",
            "Fichiers créés. Rien n’a été envoyé.",
            *files_of(folder) - {"courriel.txt"},
        )
        person.sees("0 notée · 0 NC · 42", not_=("Code de contrôle",))
        assert not control_characters(shown(person.pilot))
    assert {Path(name).suffix for name in files_of(folder)} == {".json", ".html", ".xlsx", ".eml", ".txt"}


async def test_after_writing_what_was_made_and_its_state_are_in_sight(person: Person, folder: Path) -> None:
    async with person.at("f9", "f9", size=(80, 24)) as person:
        person.sees(
            "Fichiers créés, relus et vérifiés",
            "Créer les fichiers (rien n’est envoyé)",
            "envoi-1",
        )
    async with person.at("f9", "f9", size=(120, 40)) as person:
        person.sees("Fichiers créés, relus et vérifiés", "(x) provisoire ( ) définitive")


async def test_what_is_optional_is_folded_until_one_changes_it(person: Person, folder: Path) -> None:
    async with person.at(*SENDING) as person:
        person.sees("Ce qui part", not_=("[x]",))
        await person.does("down", "enter")
        person.sees("[x] le fichier pour la Caf", "[x] le rapport à lire")
        await person.does("down", "enter")
        person.sees("[ ] le rapport à lire", "Le fichier pour la Caf, le classeur où la Caf répond")
        await person.does("f9")
    assert {Path(name).suffix for name in files_of(folder)} == {".json", ".xlsx", ".eml", ".txt"}


async def test_f9_again_spares_every_file_that_is_there_also_under_our_own_name(
    person: Person, folder: Path
) -> None:
    async with person.at(*SENDING, "f9") as person:
        (answered,) = folder.rglob("*_rapport.xlsx")
        sent = answered.read_bytes()
        answered.write_text("ce que la Caf a répondu", encoding="utf-8")
        note = answered.with_name("à moi.txt")
        note.write_text("à moi", encoding="utf-8")
        await person.does("f9")
        person.sees("Fichiers créés, relus et vérifiés", "rapport (2).xlsx")
        second = answered.with_name(f"{answered.stem} (2).xlsx")
        assert second.read_bytes() == sent
        await person.does("escape", "enter", "2", "f9", "f9")
    assert answered.read_text(encoding="utf-8") == "ce que la Caf a répondu"
    assert note.read_text(encoding="utf-8") == "à moi"
    assert {path.parent.name for path in folder.rglob("*.json")} == {"envoi-1", "envoi-2"}


async def test_the_file_for_the_caf_can_go_alone(person: Person, folder: Path) -> None:
    async with person.at(*SENDING, *LEFT_OUT) as person:
        person.sees("Le fichier pour la Caf, seul.")
        await person.does("f9")
    (written,) = [path for path in folder.rglob("*") if path.is_file()]
    assert read(written, Catalogue()).status is Status.DRAFT


async def test_a_salary_that_goes_is_said_and_so_is_a_forecast_left_out(person: Person, folder: Path) -> None:
    async with person.at(*SENDING) as person:
        person.sees("Le tableau prévisionnel n’est pas rempli", not_=("salaire",))
        await person.does(".etapes.previsionnel", "100", "enter", "24000", "f9")
        person.sees("le tableau prévisionnel et un courriel", "contient un nom et un salaire.")
        await person.does("home", "down", "enter", "down", "down", "down", "enter")
        person.sees("n’est pas joint", "[ ] le tableau prévisionnel", not_=("un salaire",))


async def test_a_definitive_sending_locks_nothing_and_the_first_change_after_it_asks_once(
    person: Person, folder: Path
) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    first = Cell("m1.a01", "famille")
    question = "Fichiers définitifs créés le 12 janvier. La modifier"
    async with person.at(*SENDING, "right", "f9", "escape", "f9") as person:
        person.sees("Fichiers n° 1 créés le 12 janvier (définitive)", "rien n’a changé depuis")
        (written,) = folder.rglob("*.json")
        assert read(written, Catalogue()).status is Status.FINAL
        await person.does("escape", "enter", "0")
        person.sees(question, "Oui, la modifier", "Non")
        await person.does("enter")
        assert person.stored().answers[first] is Rating.MOSTLY, "the question stands on « Non »"
        await person.does("0", "down", "enter")
        assert person.stored().answers[first] is Rating.NO
        await person.does("1", "ctrl+z")
        person.sees(not_=(question,))
    async with person.at("enter", "ctrl+z") as person:
        person.sees(question)
        await person.does("down", "enter")
        assert person.stored().answers[first] is Rating.MOSTLY
    async with person.at("enter", "P") as person:
        person.sees(question)
        await person.does("escape")
        assert not person.stored().comments, "« Non » leaves the comment as it was"
        await person.does("P", "down", "enter", "resque rien", "escape")
        assert person.stored().comments == {"m1.a01": "Presque rien"}
        await person.does("f9")
        person.sees("Fichiers n° 1 créés le 12 janvier (définitive) · 1 changement depuis")
        await person.does("m")
        person.sees("1.1, commentaire : « Presque rien »")


async def test_a_final_version_with_empty_cells_is_refused_and_the_cursor_is_on_what_is_missing(
    person: Person, folder: Path
) -> None:
    async with person.at(*SENDING, "right", "f9") as person:
        person.sees("il manque ce qui est dit ici. Rien n’a été écrit.")
        await person.does("enter")
        assert person.page == "GridScreen"
    assert not files_of(folder)


async def test_a_wrong_folder_is_said_under_its_field_where_cursor_and_text_stay(
    person: Person, folder: Path
) -> None:
    async with person.at(*SENDING, *FOLDER, size=(80, 24)) as person:
        for typed, sentence in (
            ("/nulle/part", "n’existe pas"),
            ("~personne-ici/x", "n’existe pas"),
            ("", "Indiquez le dossier"),
        ):
            for key in ("enter", "f9"):
                await person.does("end", "ctrl+u", *([f"{typed}!"] if typed else []), key)
                person.sees(typed, sentence)
        await person.does("Ici", "enter")
        person.sees("Ici")
        await person.does("escape")
        person.sees(str(folder)[:40], not_=("n’existe pas",))
        await person.does(*FOLDER[3:])
        for text in some(HOSTILE_TEXTS):
            await person.does("ctrl+u", f"{folder}/{text}!", "enter")
            assert not control_characters(shown(person.pilot))
    assert not files_of(folder)


async def test_a_folder_pasted_with_quotes_is_taken_and_proposed_again(person: Person, folder: Path) -> None:
    other = person.folder / "Été à l’étranger"
    other.mkdir()
    async with person.at(*SENDING, *FOLDER, f'"{other}"!', "enter", "f9", "escape", "f9") as person:
        person.sees("Été à l’étranger")
    assert files_of(other)
    assert not files_of(folder)


async def test_each_missing_piece_leads_to_its_step(person: Person, folder: Path) -> None:
    make(person.folder, IDENTITY._replace(adviser=IDENTITY.adviser._replace(email="")))
    async with person.at(*SENDING) as person:
        visited = []
        for up in range(4):
            await person.does("end", *["up"] * up, "enter")
            visited.append(person.page)
            await person.does("f9")
        assert visited == ["PreparationScreen", "ForecastScreen", visited[2], "FormScreen"]


async def test_points_that_the_caf_waits_for_are_named_and_what_was_answered_leaves_with_the_files(
    person: Person, folder: Path
) -> None:
    make(person.folder)
    hears(person.folder, caf_says("m1.a01", "Une seule réunion ?"), caf_says("", "Venez avec le DGS."))
    async with person.at(*SENDING) as person:
        person.sees("À regarder Réponses 2 points de la Caf sans réponse")
        while "► Réponses" not in person.screen:
            await person.does("down")
        await person.does("enter")
        assert person.page == "AnswersScreen"
        await person.does("enter", "Trois, avec celle de mars.", "enter", "f9")
        person.sees("1 point de la Caf sans réponse")
        await person.does("f9")
        person.sees("Fichiers créés, relus et vérifiés")
        assert not person.stored().drafts
    (sent,) = folder.rglob("*.json")
    words = [one.words for one in read(sent, Catalogue()).assessment.said.values() if not one.is_caf]
    assert words == ["Trois, avec celle de mars."]


async def test_the_folder_and_the_mail_are_opened_and_what_is_copied_is_in_the_clipboard(
    person: Person, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside: list[str] = []
    monkeypatch.setattr(computer, "show", lambda path: outside.append(path.name))
    async with person.at(*SENDING) as person:
        await person.does("o", "t")
        assert not outside, "nothing is there to open or copy before"
        await person.does("f9", "o", ".envoi.courriel")
        await person.pilot.app.workers.wait_for_complete()
        (submission,) = folder.rglob("*.json")
        made = submission.parent
        assert outside[-1] == "courriel.eml"
        assert made.name in outside
        clipboard = []
        for typed in ("t", ".envoi.code", ".envoi.chemin"):
            await person.does(typed)
            clipboard.append(person.pilot.app.clipboard)
        assert "Val de Charente" in clipboard[0]
        assert f"_{clipboard[1]}.json" in next(path.name for path in made.glob("*.json"))
        assert clipboard[2] == str(made)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has always one")
async def test_without_a_desktop_the_path_is_shown(
    person: Person, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    async with person.at(*SENDING, "f9", "o") as person:
        await person.pilot.app.workers.wait_for_complete()
        await at_rest(person.pilot)
        await person.will_see("Ouvrez-le")


@needs_mount
async def test_a_disk_that_gets_full_leaves_no_sending_and_says_so(person: Person, folder: Path) -> None:
    make(person.folder, rating=Rating.MOSTLY)
    with small_disk(folder, 500_000):
        async with person.at(*SENDING, "right", "f9") as person:
            text = " ".join(" ".join(messages(person.pilot)).split())
            assert "Il n’y a plus de place" in text
            assert "rien n’a été écrit" in text
            person.sees(not_=("relus et vérifiés",))
            assert files_of(folder) == {"photo"}
            assert in_database(person.folder, "SELECT number FROM sending") == []
            (folder / "photo").unlink()
            await person.does("f9")
            person.sees("relus et vérifiés")
        assert in_database(person.folder, "SELECT number, status FROM sending") == [(1, "definitif")]


async def test_a_change_of_grid_that_was_agreed_to_is_asked_about_once(person: Person) -> None:
    make_final(person.folder)
    question = "Fichiers définitifs créés le 12 janvier. La modifier"
    async with person.at("enter", ".etapes.grilles") as person:
        await person.does("enter")
        person.sees("C’est déjà la grille de cette évaluation", not_=(question,))
        await person.does("down", "enter")
        person.sees(question)
        await person.does("down", "enter")
        await person.will_see("Grille changée")
        await person.does("0")
        person.sees(not_=(question,))
        assert person.stored().answers[Cell("m1.a01", "famille")] is Rating.NO
