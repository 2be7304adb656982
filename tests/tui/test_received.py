"""« Reçues » on the screen: received, read in the ordinary pages, found, acknowledged, deleted."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.grids.catalogue import review_examples
from ctg_tui.services.received.intake import receive
from tests.databases import DATABASE_NAME, documents, open_workspace
from tests.received import an_assessment, mailed, submission, uuid_of, write
from tests.services.dossiers import save
from tests.tui.driving import faults_of_typography, in_database, resized, shown, until
from tests.tui.person import RECEIVED, Person

KEPT = "SELECT count(*) FROM document WHERE kind = 'recu'"


def take(folder: Path, number: int) -> None:
    """Receive submissions of several territories."""
    contents = [submission(an_assessment(one, territory=one % 7)) for one in range(number)]
    workspace = open_workspace(folder)
    receive(workspace, write(folder / "recus", contents))
    workspace.close()


def rows(person: Person) -> list[str]:
    return [line for line in shown(person.pilot).splitlines() if "à lire" in line]


async def test_twenty_are_readable_found_and_acknowledged_and_the_expected_ones_stand_below(
    person: Person,
) -> None:
    take(person.folder, 20)
    async with person.at(
        RECEIVED, "end", "enter", "GrandAngoulême", "enter", "Rouillacais", "escape", identity=None
    ):
        async for size in resized(person.pilot):
            await person.does("home")
            assert len(rows(person)) >= min(20, size[1] - 10)
            for line in rows(person):
                assert all(word in line for word in ("Prénom Nom", " 2027 ", "% · ")), line
            person.sees("20 reçues · 1 attendue", "GrandAngoulême", "Chaque année, définitif · reçu le")
            assert not faults_of_typography(shown(person.pilot))
            await person.does("end")
            person.sees("1 complet sur 2", "✓ GrandAngoulême · Rouillacais")
        await person.does("home", "f7", "coeur")
        assert len(rows(person)) == 3
        await person.does("enter", "a")
        person.sees("Copié : Fichier reçu, code de contrôle ")
        await person.does("escape")
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
        await person.does("f6")
        await person.will_see("Quatre actions sur cinq")
        await person.does("escape", "f9")
        assert person.page == "ReviewScreen", "what is sent about a file received is its review"
        await person.does("escape", "escape")
        assert person.page == "ReceivedScreen"


async def test_a_mail_dropped_on_the_window_is_received_and_its_refused_piece_named(person: Person) -> None:
    mail = person.folder / "envoi de Cognac.eml"
    mail.write_bytes(mailed({"a.json": submission(an_assessment()), "b.json": b"{}"}))
    async with person.at(identity=None):
        await person.does(f"{mail}!")
        await person.will_see("Fichiers reçus")
        person.sees("1 fichier reçu · 1 fichier refusé", "b.json")
        assert in_database(person.folder, KEPT) == [(1,)]
        await person.does("escape", "escape")
        assert person.page == "HomeScreen"


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
        await person.does("escape", "enter", "ctrl+z")
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
