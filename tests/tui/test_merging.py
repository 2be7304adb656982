"""« Réunir » on the screen: twenty disagreements chosen in few keys, each saved, found after a restart."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Coordinator, Profile, Rating, Status
from ctg_tui.services.received.intake import receive
from tests.databases import open_workspace
from tests.received import an_assessment, submission, write
from tests.strategies import charente
from tests.tui.driving import (
    Driver,
    faults_of_typography,
    in_database,
    messages,
    page,
    press,
    resized,
    running,
    shown,
)

NUMBER = 20
TO_THE_PAGE = ("c", "m", "o")
ASSESSMENTS = "SELECT count(*) FROM assessment"
FIRST = "SELECT note FROM answer WHERE activity = 'm1.a01' AND policy = 'famille'"
ANSWERS = "SELECT count(*) FROM answer"


def take(folder: Path, *, elsewhere: bool = False) -> None:
    """Receive three whole drafts of one territory, which differ on twenty cells; or two territories."""
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


def number(folder: Path, query: str) -> int:
    """Return the count that `query` gives."""
    ((found,),) = in_database(folder, query)
    return int(found)


def headline(pilot: Driver) -> str:
    return shown(pilot).splitlines()[0].replace("\N{NO-BREAK SPACE}", " ")


async def test_who_answered_what_is_read_at_each_size(tmp_path: Path) -> None:
    take(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, *TO_THE_PAGE)
        assert page(pilot) == "MergingScreen"
        async for size in resized(pilot):
            text = shown(pilot).replace("\N{NO-BREAK SPACE}", " ")
            assert "1.1 Famille  0 (Prénom Nom 0), 2 (Prénom Nom 1, Prénom N" in text, size
            assert "à choisir" in text, size
            assert not faults_of_typography(shown(pilot))


async def test_twenty_disagreements_take_few_keys_and_are_found_again_after_a_restart(tmp_path: Path) -> None:
    take(tmp_path)
    whole = len(charente().cells)
    keys = list(TO_THE_PAGE)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, *TO_THE_PAGE)
        assert "20 réponses à choisir" in headline(pilot)
        assert number(tmp_path, ANSWERS) == whole - NUMBER
        for done in range(1, 8):
            await press(pilot, "2")
            assert number(tmp_path, ANSWERS) == whole - NUMBER + done, "each key is on the disk"
        keys += ["2"] * 7
    async with running(tmp_path, (80, 24)) as pilot:
        await press(pilot, *TO_THE_PAGE)
        keys += TO_THE_PAGE
        assert "13 réponses à choisir" in headline(pilot)
        await press(pilot, *["é"] * 13)
        keys += ["é"] * 13
        assert "tout est choisi" in headline(pilot)
        assert number(tmp_path, ANSWERS) == whole
        assert number(tmp_path, ASSESSMENTS) == 1
        assert len(keys) <= 60
        await press(pilot, "ctrl+z")
        assert "1 réponse à choisir" in headline(pilot)


async def test_only_answers_that_somebody_gave_are_taken(tmp_path: Path) -> None:
    take(tmp_path)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, *TO_THE_PAGE, "3")
        assert "20 réponses à choisir" in headline(pilot)
        assert "Personne n’a donné cette réponse" in messages(pilot)[-1]
        await press(pilot, "enter")
        assert in_database(tmp_path, FIRST) == [("0",)]
        await press(pilot, "enter")
        assert in_database(tmp_path, FIRST) == [("2",)]
        await press(pilot, "enter")
        assert "20 réponses à choisir" in headline(pilot)
        await press(pilot, "enter", "f3", "delete", "g")
        assert page(pilot) == "GridScreen"


async def test_one_file_of_a_territory_has_nothing_to_be_merged_with(tmp_path: Path) -> None:
    take(tmp_path, elsewhere=True)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, *TO_THE_PAGE)
        assert page(pilot) == "ReceivedScreen"
        assert "qu’un fichier à réunir" in messages(pilot)[-1]
        assert number(tmp_path, ASSESSMENTS) == 0
