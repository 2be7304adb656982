"""« Reçues » on the screen: received, read in the ordinary pages, found, deleted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from ctg_tui.domain.assessment import Answer, Assessment, Cell, Rating, Status, Territory
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.review import FollowUp
from ctg_tui.grids.catalogue import Catalogue
from ctg_tui.services.files import Piece
from ctg_tui.services.received import intake
from ctg_tui.services.received.intake import receive
from ctg_tui.services.spreadsheet.reading import grid_made_of
from ctg_tui.tui.widgets.listing import Listing
from tests.cli.program import Answer as Answered
from tests.cli.program import Program
from tests.databases import DATABASE_NAME, documents, open_workspace
from tests.received import an_assessment, mailed, review_examples, submission, uuid_of, write
from tests.services.dossiers import save
from tests.spreadsheet.workbooks import Layout, make_workbook
from tests.spreadsheet.workbooks import saved as workbook_bytes
from tests.strategies import charente
from tests.tui.driving import faults_of_typography, in_database, resized, shown, until
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


async def test_a_submission_opens_in_the_ordinary_pages_and_no_key_changes_it(person: Person) -> None:
    take(person.folder, 1)
    journal = "SELECT count(*) FROM journal WHERE field <> 'avis'"
    async with person.at(RECEIVED, "enter", identity=None):
        person.sees("reçu le", "Fichier reçu, en lecture seule.")
        before = in_database(person.folder, journal)
        await person.does("1", "n", "delete", "ctrl+z")
        assert in_database(person.folder, journal) == before
        await person.will_see("Quatre actions sur cinq")
        await person.does("f9")
        assert person.page == "ReviewScreen", "what is sent about a file received is its review"
        await person.does("escape", "escape")
        assert person.page == "ReceivedScreen"


async def test_a_mail_dropped_on_the_window_is_told_what_to_do_with(person: Person) -> None:
    for name in ("envoi de Cognac.eml", "envoi.json", "envoi.xlsx"):
        mail = person.folder / name
        mail.write_bytes(mailed({"a.json": submission(an_assessment())}))
        async with person.at(identity=None):
            await person.does(f"{mail}!")
            await person.will_see("enregistrez sa pièce jointe")
    assert in_database(person.folder, KEPT) == [(0,)]


async def test_what_waits_is_under_the_cursor_counted_and_two_files_that_look_alike_are_told_apart(
    person: Person,
) -> None:
    said = FollowUp("a" * 64, question="q1", author="Prénom Nom", remark="Et après ?")
    answered = said._replace(review="b" * 64, text="Oui.")
    first, later = an_assessment(), an_assessment()._replace(follow_ups=(said, answered))
    files = [submission(first), submission(an_assessment(1)), submission(an_assessment(2, territory=1))]
    write(person.folder / "recus", files)
    (person.folder / "r2.json").write_bytes(submission(later, number=2))
    async with person.at(RECEIVED, identity=None):
        await person.does(str(person.folder / "recus"), "enter")
        await person.will_see("Fichiers reçus")
        await person.does("escape", "f7", "angou", "enter", "home", "enter")
        assert person.page == "GridScreen"
        await person.does("escape")
        person.sees("3 reçues · 2 à traiter", "chaque année, reçu le", "recu-1.json", "recu-2.json")
        await person.does("escape", "i", str(person.folder / "r2.json"), "enter")
        await person.will_see("Remplace l’envoi n° 1")
        await person.does("escape")
        person.sees("2027 n° 2", "1 remarque sans réponse", not_=("recu-2.json",))


async def test_a_long_reception_is_stopped_by_escape_and_nothing_is_then_received(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    found_at = intake.found_at

    def without_end(paths: Iterable[Path]) -> Iterator[Piece]:
        while True:
            yield from found_at(paths)
            sleep(0.02)

    (file,) = write(person.folder / "recus", [submission(an_assessment())])
    async with person.at(RECEIVED, identity=None):
        with monkeypatch.context() as patched:
            patched.setattr(intake, "found_at", without_end)
            await person.does(f"{file}!", "enter")
            await person.will_see("Échap pour arrêter")
            await person.does("escape")
            await person.will_see("Arrêté : rien n’a été reçu.")
        assert in_database(person.folder, KEPT) == [(0,)]
        await person.does("enter")
        await person.will_see("Reçu : ")


async def test_the_path_of_a_folder_is_typed_and_what_is_wrong_is_said(person: Person) -> None:
    write(person.folder / "recus", [submission(an_assessment())])
    async with person.at(RECEIVED, identity=None):
        person.sees(not_=("I recevoir",))  # letters are text there
        await person.does(str(person.folder / "nulle part"), "enter")
        person.sees("Indiquez un fichier ou un dossier.")
        await person.does("ctrl+u", str(person.folder / "recus"), "enter")
        await person.will_see("définitif")
        assert in_database(person.folder, KEPT) == [(1,)]
        await person.does("i", "escape")
        person.sees("I recevoir")


async def test_the_reviews_kept_stand_beside_what_they_answer(person: Person) -> None:
    take(person.folder, 2)
    avis = person.folder / "avis.json"
    avis.write_bytes(review_examples()["bon-complet.json"])
    async with person.at(RECEIVED, identity=None):
        await person.does(f"{avis}!")
        await person.will_see("Reçu : Avis de Prénom Nom")
        await person.does("escape", "f7", "avis")
        person.sees("GrandAngoulême", not_=("Grand Cognac",))


async def test_what_was_received_is_deleted_only_when_asked(person: Person) -> None:
    take(person.folder, 2)
    async with person.at(RECEIVED, "delete", "enter", identity=None):
        assert in_database(person.folder, KEPT) == [(2,)]
        await person.does("delete", "down", "enter")
        assert in_database(person.folder, KEPT) == [(1,)]
        left = documents(person.folder / DATABASE_NAME, "recu", "lineage")
        assert left in ([(uuid_of(0),)], [(uuid_of(1),)])


async def test_another_version_of_one_s_own_is_named_put_in_place_by_a_key_and_given_back_by_ctrl_z(
    person: Person,
) -> None:
    workspace = open_workspace(person.folder)
    own = save(workspace, an_assessment())
    mine = workspace.load(own)[1]
    workspace.close()
    changed = mine._replace(answers={**mine.answers, Cell("m1.a01", "famille"): Rating.NO})
    (path,) = write(person.folder / "retour", [submission(changed, status=Status.DRAFT)])

    def first() -> object:
        return person.stored().answers[Cell("m1.a01", "famille")]

    async with person.at():
        await person.does(f"{path}!")
        await person.will_see("une autre version de votre évaluation (1 note)")
        await person.does("escape")
        person.sees("Autre version de votre évaluation", "V remplacer la vôtre", not_=("n° 1", "déjà"))
        await person.does("v")
        await person.will_see("autre version de votre évaluation (1 note)")
        assert not faults_of_typography(shown(person.pilot))
        await person.does("n")
        assert first() == Rating.FULLY
        await person.does("v", "down", "enter")
        await until(person.pilot, lambda: first() == Rating.NO)
        person.sees(not_=("V remplacer la vôtre", "Autre version"))
        await person.does("escape", "ctrl+g", "ctrl+z")
        await until(person.pilot, lambda: first() == Rating.FULLY)


async def test_an_empty_folder_and_a_forecast_are_said_in_the_message_row(person: Person) -> None:
    (person.folder / "vide").mkdir()
    forecast = person.folder / "p.json"
    forecast.write_bytes(b'{"format": "ctg-previsionnel"}')
    async with person.at(identity=None):
        await person.does(f"{forecast}!")
        await person.will_see("laissée de côté")
        assert person.page == "HomeScreen"
        await person.does(RECEIVED, str(person.folder / "vide"), "enter")
        await person.will_see("ne contient aucun fichier")
        assert person.page == "ReceivedScreen"


def counted(document: dict[str, Any]) -> str:
    """Return what a row says of a file, counted from its JSON alone: `72 % · 4 lignes à 0 ou 1`."""
    of_charente = document["grille"]["id"].startswith("charente")
    proposed = {*charente().proposed_lines} if of_charente else set()
    notes = [
        (one["activite"], one["note"])
        for one in document["reponses"]
        if one["activite"] not in proposed and one["note"] != "NC"
    ]
    points, most = sum(note for _, note in notes), 3 * len(notes)
    low = {line for line, note in notes if note <= 1}
    lines = f"{len(low)} {'ligne' if len(low) < 2 else 'lignes'} à 0 ou 1"
    return f"{(200 * points + most) // (2 * most)} % · {lines}"


def of_a_cafs_own_grid(number: int, grid: Grid) -> Assessment:
    answers: dict[Cell, Answer] = {cell: Rating((rank + number) % 4) for rank, cell in enumerate(grid.cells)}
    return an_assessment(number)._replace(
        grid_id=grid.id,
        grid_version=grid.version,
        grid_fingerprint=grid.fingerprint,
        answers=answers,
        comments={},
        numbers={},
        remarks={},
        actions={},
    )


async def test_rows_are_what_the_files_of_twenty_territories_say(
    person: Person,
) -> None:
    """Drafts, sendings 1 and 2, a Caf's own grid, territories outside Charente, and other pieces."""
    blank = person.folder / "tableur vierge.xlsx"
    blank.write_bytes(workbook_bytes(make_workbook(charente(), {}, Layout())))
    own = grid_made_of(blank, Catalogue()).grid
    first, second = person.folder / "janvier", person.folder / "mars"
    documents: dict[str, list[dict[str, Any]]] = {}

    def put(folder: Path, number: int, content: bytes) -> None:
        folder.mkdir(exist_ok=True)
        (folder / f"envoi-{number}.json").write_bytes(content)
        document = json.loads(content)
        documents.setdefault(document["territoire"]["nom"], []).append(document)

    def assessment(number: int, first_note: Rating) -> Assessment:
        made = (
            of_a_cafs_own_grid(number, own) if number in {4, 5} else an_assessment(number, first=first_note)
        )
        place = Territory(f"Territoire {number:02}", None, "79" if number == 6 else "16")
        return made._replace(identity=made.identity._replace(territory=place))

    for number in range(20):
        status = Status.DRAFT if number % 5 == 3 else Status.FINAL
        grid = own if number in {4, 5} else None
        put(first, number, submission(assessment(number, Rating(number % 4)), status=status, grid=grid))
    for number in range(0, 20, 3):
        later = assessment(number, Rating((number + 1) % 4))
        later = later._replace(answers={**later.answers, Cell("m1.a06", "famille"): Rating.NO})
        put(second, number, submission(later, number=2, seconds=60))
    put(second, 30, submission(assessment(30, Rating.NO)))
    (second / "rapport.html").write_text('<meta name="generator" content="ctg-tui 1.0">')
    (second / "photo.png").write_bytes(b"x")
    (second / "salaires.json").write_bytes(b'{"format": "ctg-previsionnel"}')
    program = Program(person.folder)

    def receive_by_command(path: Path) -> Answered:
        return program.run("importer", path, "--base", person.folder / DATABASE_NAME)

    def row_of(name: str) -> str:
        """Return the row of a territory."""
        lines = shown(person.pilot).translate(SPACES).splitlines()
        (row,) = [line for line in lines if line[2:].strip().startswith(name)]
        return " ".join(row.split())

    assert receive_by_command(first).code == 0
    read = ["Territoire 00", "Territoire 06", "Territoire 09"]
    async with person.at(size=(120, 60), identity=None):
        assert person.page == "ReceivedScreen", "files received and no assessment: it opens here"
        for name in read:
            person.pilot.app.screen.query_one(Listing).select(uuid_of(int(name[-2:])))
            await person.does("enter", "escape")
        for name, (document, *_) in documents.items():
            said = "—" if name[-2:] in {"04", "05"} else counted(document)
            draft = " provisoire" if document["document"]["etat"] == "provisoire" else ""
            state = "lu" if name in read else "à lire"
            if name != "Territoire 30":
                assert row_of(name).removeprefix("► ") == f"{name} Prénom Nom 2027{draft} {said} {state}"
        await person.does(f"{second}!")
        await person.will_see("8 fichiers reçus")
        await person.does("escape", f"{blank}!")
        await person.will_see("c’est la grille de sa Caf, elle est gardée. 2 fichiers reçus")
        for name, files in documents.items():
            last = files[-1]
            assert f" {counted(last)} à lire" in row_of(name) or (name in read and len(files) == 1)
        person.sees("21 reçues")
    answer = receive_by_command(second)
    assert (answer.code, "3 pièces laissées de côté" in answer.out.translate(SPACES)) == (0, True)
