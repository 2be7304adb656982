"""« Réunir » on the screen: twenty disagreements chosen in few keys, each saved, found after a restart."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Coordinator, Profile, Rating, Status
from ctg_tui.services.received.intake import receive
from tests.databases import open_workspace
from tests.received import an_assessment, submission, write
from tests.strategies import charente
from tests.tui.driving import faults_of_typography, in_database, resized, shown
from tests.tui.person import RECEIVED, Person

NUMBER, WHOLE = 20, len(charente().cells)
TO_THE_PAGE = (RECEIVED, "m", "down", "enter")
FIRST = "SELECT note FROM answer WHERE activity = 'm1.a01' AND policy = 'famille'"


def take(folder: Path, *, elsewhere: bool = False) -> None:
    """Receive three whole drafts of one territory, which differ on twenty cells; or of three territories."""
    grid = charente()
    contents = []
    for number in range(3):
        notes = dict.fromkeys(grid.cells, Rating.MOSTLY)
        if number == 0:
            notes |= dict.fromkeys(grid.cells[:NUMBER], Rating.NO)
        whole = an_assessment(number, territory=number if elsewhere else 0)
        person = Coordinator("c1", f"Nom {number}", "Prénom", Profile.THEMATIC, ())
        identity = whole.identity._replace(coordinators=(person,))
        one = whole._replace(answers=notes, identity=identity, numbers={})
        contents.append(submission(one, status=Status.DRAFT))
    workspace = open_workspace(folder)
    receive(workspace, write(folder / "recus", contents))
    workspace.close()


def stored(folder: Path, table: str) -> int:
    ((found,),) = in_database(folder, f"SELECT count(*) FROM {table}")
    return int(found)


async def test_twenty_disagreements_take_few_keys_and_are_found_again_after_a_restart(person: Person) -> None:
    take(person.folder)
    async with person.at(*TO_THE_PAGE, identity=None):
        async for _ in resized(person.pilot):
            person.sees("Réunir 3 fichiers", "20 réponses restent à choisir")
            person.sees("0 (Prénom Nom 0), 2 (Prénom Nom 1, P")
            assert not faults_of_typography(shown(person.pilot))
        for done in range(1, 8):
            await person.does("2")
            assert stored(person.folder, "answer") == WHOLE - NUMBER + done, "each key is on the disk"
    async with person.at(*TO_THE_PAGE, identity=None, size=(80, 24)):
        person.sees("13 réponses restent à choisir")
        await person.does(*"é" * 13)
        person.sees("tout est choisi")
        assert (stored(person.folder, "answer"), stored(person.folder, "assessment")) == (WHOLE, 1)
        await person.does("ctrl+z")
        person.sees("1 réponse reste à choisir")
        await person.does("escape")
        person.sees("Évaluations reçues")


async def test_only_answers_that_somebody_gave_are_taken(person: Person) -> None:
    take(person.folder)
    async with person.at(*TO_THE_PAGE, "3", identity=None):
        person.sees("20 réponses restent à choisir", "Personne n’a donné cette note")
        for answers in ([("0",)], [("2",)], []):
            await person.does("enter")
            assert in_database(person.folder, FIRST) == answers
        await person.does("s")
        person.sees("La somme ne se prend que pour un indicateur")


async def test_one_file_of_a_territory_has_nothing_to_be_merged_with(person: Person) -> None:
    take(person.folder, elsewhere=True)
    async with person.at(*TO_THE_PAGE, identity=None):
        person.sees("Évaluations reçues", "qu’un fichier à réunir")
        assert stored(person.folder, "assessment") == 0
