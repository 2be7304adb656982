"""Envoi: what goes, for whom, where; what is missing; the files made, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.submission import read
from ctg_tui.system import computer
from tests.threads import caf_says, hears
from tests.tui.driving import IDENTITY, make, until
from tests.tui.person import Person

SENDING = ("f9",)
"""The keys from the start to the page, on its button; above it the version, the folder."""
VERSION, FOLDER = ("up",), ("up", "up")
MADE = "fichiers et le courriel créés et relus. Rien n’a été envoyé."


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_enter_makes_the_files_names_them_and_never_touches_one_that_is_there(
    person: Person, folder: Path
) -> None:
    async with person.at(*SENDING, "enter", size=(120, 60)):
        names = {name for name in files_of(folder) if name.endswith(".json")}
        person.sees(
            MADE,
            *names,
            "À lire _rapport.html",
            "Pour répondre _reponse.xlsx",
            "Pour l’entretien",
            not_=("À compléter",),
        )
        assert {Path(name).suffix for name in files_of(folder)} == {".json", ".html", ".xlsx", ".eml", ".txt"}
        (answered,) = folder.rglob("*_reponse.xlsx")
        sent = answered.read_bytes()
        answered.write_text("ce que la Caf a répondu", encoding="utf-8")
        await person.does("f9", "f9")
        person.sees("_reponse (2).xlsx")
        assert answered.with_name(f"{answered.stem} (2).xlsx").read_bytes() == sent
        await person.does("escape", "enter", "2", "f9", "f9")
    assert answered.read_text(encoding="utf-8") == "ce que la Caf a répondu"
    assert {path.parent.name for path in folder.rglob("*.json")} == {"envoi-1", "envoi-2"}


async def test_a_definitive_version_with_empty_cells_is_refused_and_enter_goes_to_them(
    person: Person, folder: Path
) -> None:
    async with person.at(*SENDING, *VERSION, "right", "f9"):
        person.sees("L’évaluation n’est pas complète. 42 cases vides.")
        await person.does("enter")
        assert person.page == "GridScreen"
    assert not files_of(folder)


async def test_what_is_missing_leads_to_its_page_and_answers_to_the_caf_leave_with_the_files(
    person: Person, folder: Path
) -> None:
    make(person.folder, IDENTITY._replace(adviser=IDENTITY.adviser._replace(email="")))
    hears(person.folder, caf_says("m1.a01", "Une seule réunion ?"), caf_says("", "Venez avec le DGS."))
    async with person.at(*SENDING):
        visited = []
        for row in range(5):
            await person.does(*["up"] * (7 - row), "enter")
            visited.append(person.page)
            await person.does("f9")
        pages = ["GridScreen", "AnswersScreen", "FormScreen", "GridScreen", "ForecastScreen"]
        assert visited == pages, "blank cells, points, the contact, a number, hours"
        await person.does(*["up"] * 6, "enter", "enter", "Trois, avec celle de mars.", "enter", "f9")
        person.sees("[ 1 point de la Caf sans réponse ]", "Fichier pour la Caf, 1 réponse à la Caf,")
        await person.does("f9")
        assert not person.stored().drafts
    (sent,) = folder.rglob("*.json")
    words = [one.words for one in read(sent, Catalogue()).assessment.said.values() if not one.is_caf]
    assert words == ["Trois, avec celle de mars."]


async def test_the_folder_and_the_mail_are_opened(
    person: Person, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside: list[str] = []
    monkeypatch.setattr(computer, "show", lambda path: outside.append(path.name))
    async with person.at(*SENDING, "enter", "enter", "down", "enter"):
        await until(person.pilot, lambda: outside == ["envoi-1", "courriel.eml"])
