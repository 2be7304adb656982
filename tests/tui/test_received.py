"""« Reçues » on the screen: received, read in the ordinary pages, found, deleted."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.services.received.intake import receive
from tests.databases import DATABASE_NAME, documents, open_workspace
from tests.received import an_assessment, submission, uuid_of, write
from tests.tui.driving import faults_of_typography, in_database, resized, shown
from tests.tui.person import RECEIVED, Person

SPACES = {ord(space): " " for space in "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"}
KEPT = "SELECT count(*) FROM document WHERE kind = 'recu'"


def take(folder: Path, number: int) -> None:
    """Receive submissions of several territories."""
    made = [an_assessment(one, territory=one % 7) for one in range(number)]
    people = [one.identity.coordinators[0]._replace(last_name=f"Nom {n}") for n, one in enumerate(made)]
    contents = [
        submission(one._replace(identity=one.identity._replace(coordinators=(person,))))
        for one, person in zip(made, people, strict=True)
    ]
    workspace = open_workspace(folder)
    receive(workspace, write(folder / "recus", contents))
    workspace.close()


def rows(person: Person) -> list[str]:
    return [line for line in shown(person.pilot).splitlines() if "à lire" in line]


async def test_twenty_are_readable_and_found(person: Person) -> None:
    take(person.folder, 20)
    async with person.at(RECEIVED, identity=None):
        async for size in resized(person.pilot):
            await person.does("home")
            assert len(rows(person)) >= min(20, size[1] - 10)
            for line in rows(person):
                assert all(word in line for word in ("Prénom Nom", " 2027 ", "%")), line
            person.sees(
                "20 reçues · 20 à traiter",
                "GrandAngoulême",
                "de la Caf" if size[0] < 100 else "à 0 ou 1",
            )
            person.sees("Évaluation annuelle, définitive", "reçu le")
            assert not faults_of_typography(shown(person.pilot))
        await person.does("home", "f7", "coeur")
        assert len(rows(person)) == 3
        await person.does("enter", "escape")
        assert len(rows(person)) > 10
        await person.does("escape")
        assert person.page == "HomeScreen"


async def test_what_was_received_is_deleted_only_when_asked(person: Person) -> None:
    take(person.folder, 2)
    async with person.at(RECEIVED, "delete", "enter", identity=None):
        assert in_database(person.folder, KEPT) == [(2,)]
        await person.does("delete", "down", "enter")
        assert in_database(person.folder, KEPT) == [(1,)]
        left = documents(person.folder / DATABASE_NAME, "recu", "lineage")
        assert left in ([(uuid_of(0),)], [(uuid_of(1),)])
