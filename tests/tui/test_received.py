"""« Reçues » on the screen: files listed, read on « Résultats », answered, put together, deleted."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from ctg_tui.domain.assessment import Assessment, Cell, Rating, Said
from tests.databases import Clock, open_workspace
from tests.received import an_assessment, receive, submission, write
from tests.tui.driving import faults_of_typography, in_database, resized, shown
from tests.tui.person import RECEIVED, Person

KEPT = "SELECT count(*) FROM document WHERE kind = 'recu'"
FIRST = Cell("m1.a01", "famille")
AT = datetime(2027, 3, 12, 9, tzinfo=UTC)
ASKED = Said(AT, "Prénom Nom", True, "a" * 32, *FIRST, Rating.MOSTLY, Rating.PARTLY, "Et le COPIL ?")
ANSWERED = Said(AT, "Nom Prénom", False, "a" * 32, *FIRST, words="Deux fois.", answers=(ASKED.id,))
OF_THE_WHOLE = Said(AT, "Prénom Nom", True, "a" * 32, words="Bravo pour cette année.")


def take(folder: Path, *contents: bytes) -> None:
    """Receive files, one after the other."""
    clock = Clock()
    workspace = open_workspace(folder, clock)
    for path in write(folder / "recus", contents):
        clock.pass_by(minutes=1)
        receive(workspace, [path])
    workspace.close()


def of_territories(number: int) -> list[bytes]:
    made = [an_assessment(one, territory=one % 7) for one in range(number)]
    people = [one.identity.coordinators[0]._replace(last_name=f"Nom {n}") for n, one in enumerate(made)]
    return [
        submission(one._replace(identity=one.identity._replace(coordinators=(person,))))
        for one, person in zip(made, people, strict=True)
    ]


def with_thread(assessment: Assessment, *rows: Said) -> Assessment:
    return assessment._replace(said={said.id: said for said in rows})


def rows(person: Person) -> list[str]:
    return [line for line in shown(person.pilot).splitlines() if re.search(r" 2027 +1 ", line)]


async def test_twenty_are_readable(person: Person) -> None:
    take(person.folder, *of_territories(20))
    async with person.at(RECEIVED, identity=None):
        async for size in resized(person.pilot):
            await person.does("home")
            assert len(rows(person)) >= min(20, size[1] // 2)
            assert all(word in line for line in rows(person) for word in ("2027", "%"))
            person.sees("20 reçues", "Grand Angoulême", "Limousine · ", "N°", "Lignes Caf", "T tableau")
            assert not faults_of_typography(shown(person.pilot))
        await person.does("escape")
        assert person.page == "HomeScreen"


async def test_a_file_is_read_on_the_results_with_its_notes_comments_and_thread_and_no_key_changes_it(
    person: Person,
) -> None:
    sent = with_thread(an_assessment(), ASKED, ANSWERED, OF_THE_WHOLE)
    sent = sent._replace(comments={**sent.comments, "m1.a01": "Quatre réunions sur cinq."})
    former = [submission(an_assessment(), number=1, seconds=one) for one in (20, 21)]
    take(person.folder, former[0], submission(sent, number=2), former[1])  # late, by a clock that is ahead
    async with person.at(RECEIVED, "enter", size=(80, 24), identity=None):
        assert person.page == "ResultsScreen"
        person.sees("Résultats", "envoi n° 2")
        before = in_database(person.folder, "SELECT count(*) FROM journal")
        await to(person, "1.1 ")
        await person.does("enter")
        person.sees("Quatre réunions sur cinq.", "Caf (Prénom Nom), 12 mars : Famille, 1 plutôt que 2.")
        await person.does("home")
        while "Bravo pour cette année." not in person.screen:
            await person.does("down")
        await person.does("1", "n", "delete", "ctrl+z", "f5", "f9")
        person.sees("rien ne s’y change")
        assert in_database(person.folder, "SELECT count(*) FROM journal") == before
        await person.does("escape", "escape")
        assert person.page == "ReceivedScreen"
        assert line_of_cursor(person).split()[-1] == "1", "of two points, one waits"


def line_of_cursor(person: Person) -> str:
    return next((line for line in shown(person.pilot).splitlines() if "►" in line), "")


async def to(person: Person, name: str) -> None:
    """Go down to the row of that name."""
    for _ in range(100):
        if name in line_of_cursor(person):
            return
        await person.does("down")
    raise AssertionError(name)


def workbooks(folder: Path) -> dict[str, list[str]]:
    """Return the names of the sheets of each workbook of a folder."""
    return {
        path.name: openpyxl.load_workbook(io.BytesIO(path.read_bytes())).sheetnames
        for path in sorted(folder.glob("*.xlsx"))
    }


async def test_one_key_writes_the_workbook_to_answer_in_and_one_the_table_and_neither_replaces_one(
    person: Person,
) -> None:
    (path,) = write(person.folder / "recus", [submission(with_thread(an_assessment(), ASKED), number=2)])
    path = path.rename(path.with_suffix(".txt"))  # as some mail programs save it
    workspace = open_workspace(person.folder)
    receive(workspace, [path])
    workspace.close()
    async with person.at(RECEIVED, "c", identity=None):
        person.sees("Complétez les cellules bleues", "envoi-2")
        ((name, sheets),) = workbooks(person.folder).items()
        assert "Grille" in sheets
        assert name.endswith("_reponse.xlsx")
        (person.folder / name).write_bytes(b"filled in by the adviser")
        await person.does("c")
        person.sees("(2).xlsx")
        await person.does("t")
        await person.will_see("1 évaluation.")
    assert (person.folder / name).read_bytes() == b"filled in by the adviser"
