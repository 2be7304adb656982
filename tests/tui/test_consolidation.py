"""« Consolider » on the screen: one file of all that was received, replaced or stopped on request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Status
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services import consolidation
from ctg_tui.services.received.intake import receive
from ctg_tui.services.received.mails import Piece, pieces
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui import consolidation as consolidating
from tests.databases import open_workspace
from tests.persons import SENTINEL, people
from tests.received import an_assessment, submission, write
from tests.tui.driving import control_characters, faults_of_typography, resized, shown
from tests.tui.person import RECEIVED, Person


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the page offers."""
    folder = tmp_path / "documents"
    folder.mkdir()
    monkeypatch.setattr(consolidating, "default_folder", lambda: folder)
    return folder


def take(folder: Path, number: int) -> list[Path]:
    """Receive the files of so many people; return the files."""
    files = write(folder / "recus", people(number))
    workspace = open_workspace(folder)
    receive(workspace, files)
    workspace.close()
    return files


async def test_each_row_writes_the_file_that_the_same_files_on_the_disk_give(
    person: Person, out: Path
) -> None:
    files = take(person.folder, 6)
    async with person.at(RECEIVED, "e", identity=None):
        async for _ in resized(person.pilot):
            person.sees(
                *("Les chiffres de 6 évaluations définitives de 2027.", "Pour vous", "consolidation.xlsx"),
                *("Enregistrer dans", "Échap"),
            )
            assert not faults_of_typography(shown(person.pilot))
            assert not control_characters(shown(person.pilot))
        for suffix in (".html", ".xlsx"):
            await person.does("enter", "down")
            await person.will_see(f"Fichier écrit : consolidation{suffix}")
    for path in out.iterdir():
        twin = person.folder / f"jumeau{path.suffix}"
        content = consolidation.consolidate(consolidation.gather(pieces(files), Catalogue()))
        consolidation.write(content, twin)
        assert path.read_bytes() == twin.read_bytes(), path.name
        assert SENTINEL.encode() in path.read_bytes() or path.suffix == ".xlsx"


async def test_it_says_of_what_year_it_counts_what_it_leaves_and_what_p_does(
    person: Person, out: Path
) -> None:
    whole = an_assessment()
    before = an_assessment(3)._replace(identity=whole.identity._replace(year=2026))
    drafts = [submission(an_assessment(number, territory=number), status=Status.DRAFT) for number in (1, 2)]
    workspace = open_workspace(person.folder)
    receive(workspace, write(person.folder / "recus", [submission(whole), submission(before), *drafts]))
    workspace.close()
    left = "Non comptée : 1 évaluation d’une année précédente."
    async with person.at(RECEIVED, "e", size=(80, 24), identity=None):
        person.sees("Les chiffres de 1 évaluation définitive de 2027", left, "Non comptées : 2 provisoires")
        person.sees("la touche P les ajoute")
        await person.does("p")
        person.sees("1 évaluation définitive et 2 provisoires de 2027", left, "la touche P les retire")
        person.sees(not_=("Non comptées",))
        await person.does("enter")
        await person.will_see("3 évaluations comptées")


async def test_a_file_that_is_there_is_replaced_only_once_agreed(person: Person, out: Path) -> None:
    take(person.folder, 2)
    there = out / "consolidation.html"
    there.write_text("à garder", encoding="utf-8")
    async with person.at(RECEIVED, "e", "enter", identity=None):
        await person.will_see("Le remplacer")
        assert there.read_text(encoding="utf-8") == "à garder"
        await person.does("down", "enter")
        await person.will_see("2 évaluations comptées")
    assert "Évaluations reçues" in there.read_text(encoding="utf-8")


async def test_echap_stops_the_reading_and_nothing_is_written(
    person: Person, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(person.folder, 3)
    goes_on, read = threading.Event(), consolidation.received

    def slowly(workspace: Workspace) -> Iterator[Piece]:
        for piece in read(workspace):
            yield piece
            goes_on.wait()

    monkeypatch.setattr(consolidation, "received", slowly)
    async with person.at(RECEIVED, "e", "enter", identity=None):
        await person.will_see("Échap pour arrêter")
        await person.does("escape")
        goes_on.set()
        await person.will_see("rien n’a été écrit")
        await person.does("tab", "escape")  # from the folder to the list
        person.sees("Consolider")
        await person.does("escape")
        person.sees("Évaluations reçues")
    assert not list(out.iterdir())
