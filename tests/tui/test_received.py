"""« Reçues » on the screen: received, read in the ordinary pages, found, acknowledged, deleted."""

from __future__ import annotations

from pathlib import Path

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.grids.catalogue import review_examples
from ctg_tui.services.received.intake import receive
from tests.databases import DATABASE_NAME, documents, open_workspace
from tests.received import an_assessment, mailed, submission, uuid_of, write
from tests.services.dossiers import save
from tests.tui.driving import (
    faults_of_typography,
    in_database,
    key_bar,
    messages,
    page,
    paste,
    press,
    resized,
    running,
    shown,
    until,
    until_shown,
)
from tests.tui.driving import (
    write as type_text,
)

KEPT = "SELECT count(*) FROM document WHERE kind = 'recu'"


def take(folder: Path, number: int = 20) -> None:
    """Receive submissions of several territories."""
    contents = [submission(an_assessment(one, territory=one % 7)) for one in range(number)]
    workspace = open_workspace(folder)
    receive(workspace, write(folder / "recus", contents))
    workspace.close()


async def test_twenty_are_readable_and_the_expected_ones_stand_below(tmp_path: Path) -> None:
    take(tmp_path)
    async with running(tmp_path) as pilot:
        assert "C reçues" in key_bar(pilot)
        await press(pilot, "c")
        assert page(pilot) == "ReceivedScreen"
        async for size in resized(pilot):
            await press(pilot, "home")
            text = shown(pilot)
            assert "2 attendues" in text.replace("\N{NO-BREAK SPACE}", " ").splitlines()[0]
            lines = [line for line in text.splitlines() if "définitif" in line]
            assert len(lines) >= min(20, size[1] - 5)
            assert all("Prénom Nom" in line and "2027 chaque année" in line for line in lines)
            assert "GrandAngoulême" in text
            assert not faults_of_typography(text)
            await press(pilot, *["down"] * 28)  # past the last row
            assert "7\N{NO-BREAK SPACE}reçues sur 9" in shown(pilot)


async def test_a_submission_opens_in_the_ordinary_pages_and_no_key_changes_it(tmp_path: Path) -> None:
    take(tmp_path, 1)
    async with running(tmp_path, (120, 40)) as pilot:
        await press(pilot, "c", "enter")
        assert page(pilot) == "GridScreen"
        assert "reçu le" in shown(pilot)
        assert "Fichier reçu, en lecture seule." in shown(pilot)
        before = in_database(tmp_path, "SELECT count(*) FROM journal WHERE field <> 'avis'")
        await press(pilot, "1", "n", "P", "delete", "ctrl+z")
        assert in_database(tmp_path, "SELECT count(*) FROM journal WHERE field <> 'avis'") == before
        await press(pilot, "f6")
        await until_shown(pilot, "Quatre actions sur cinq")
        await press(pilot, "escape", "f9")
        assert page(pilot) == "ReviewScreen", "what is sent about a file received is its review"
        await press(pilot, "escape")
        assert "exporter" not in key_bar(pilot)
        await press(pilot, "f4")
        assert page(pilot) == "SummaryScreen"
        await press(pilot, "f3")
        assert "Dans ce fichier" in shown(pilot)
        await press(pilot, "p")
        assert page(pilot) == "PreparationScreen"
        assert "Le réseau des acteurs est vivant" in shown(pilot)
        await press(pilot, "enter")
        assert "lecture seule" in " ".join(messages(pilot))
        await press(pilot, "escape", "escape", "f5", "3")
        assert page(pilot) == "IndicatorsScreen"
        await press(pilot, "escape", "escape")
        assert page(pilot) == "ReceivedScreen"


async def test_a_mail_dropped_on_the_window_is_received_and_its_refused_piece_named(tmp_path: Path) -> None:
    mail = tmp_path / "envoi de Cognac.eml"
    mail.write_bytes(mailed({"a.json": submission(an_assessment()), "b.json": b"{}"}))
    async with running(tmp_path) as pilot:
        assert "reçues" not in key_bar(pilot)
        await paste(pilot, str(mail))
        await until_shown(pilot, "Fichiers reçus")
        text = shown(pilot)
        assert "refusé" in text
        assert "b.json" in text
        assert in_database(tmp_path, KEPT) == [(1,)]
        await press(pilot, "escape", "escape")
        assert page(pilot) == "HomeScreen"
        assert "C reçues" in key_bar(pilot)


async def test_the_path_of_a_folder_is_typed_and_what_is_wrong_is_said(tmp_path: Path) -> None:
    write(tmp_path / "recus", [submission(an_assessment())])
    async with running(tmp_path) as pilot:
        await press(pilot, "c")
        assert "recevoir" not in key_bar(pilot), "letters are text there"
        await type_text(pilot, str(tmp_path / "nulle part"))
        await press(pilot, "enter")
        assert "Indiquez un fichier ou un dossier." in shown(pilot)
        await press(pilot, "ctrl+u")
        await type_text(pilot, str(tmp_path / "recus"))
        await press(pilot, "enter")
        await until(pilot, lambda: in_database(tmp_path, KEPT) == [(1,)])
        await until_shown(pilot, "définitif")
        assert "I recevoir" in key_bar(pilot)


async def test_rows_are_filtered_grouped_and_acknowledged(tmp_path: Path) -> None:
    take(tmp_path)
    async with running(tmp_path) as pilot:
        await press(pilot, "c", "g")
        assert "3\N{NO-BREAK SPACE}évaluations" in shown(pilot)
        await press(pilot, "g", "r")
        await type_text(pilot, "coeur")
        assert shown(pilot).count("définitif") == 3
        await press(pilot, "enter", "a")
        assert "Fichier reçu, code de contrôle " in " ".join(messages(pilot))
        await press(pilot, "escape")
        assert page(pilot) == "ReceivedScreen"
        assert shown(pilot).count("définitif") > 10


async def test_the_reviews_kept_stand_beside_what_they_answer(tmp_path: Path) -> None:
    take(tmp_path, 2)
    (tmp_path / "avis.json").write_bytes(review_examples()["bon-complet.json"])
    async with running(tmp_path) as pilot:
        await press(pilot, "c")
        await paste(pilot, str(tmp_path / "avis.json"))
        await until_shown(pilot, "avis · Reçu le")
        await press(pilot, "r")
        await type_text(pilot, "avis")
        assert "Grand Cognac" not in shown(pilot)
        assert "GrandAngoulême" in shown(pilot)


async def test_what_was_received_is_deleted_only_when_asked(tmp_path: Path) -> None:
    take(tmp_path, 2)
    async with running(tmp_path) as pilot:
        await press(pilot, "c", "delete", "enter")
        assert in_database(tmp_path, KEPT) == [(2,)]
        await press(pilot, "delete", "up", "enter")
        assert in_database(tmp_path, KEPT) == [(1,)]
        left = documents(tmp_path / DATABASE_NAME, "recu", "lineage")
        assert left in ([(uuid_of(0),)], [(uuid_of(1),)])


async def test_another_version_of_one_s_own_is_named_put_in_place_by_a_key_and_given_back_by_ctrl_z(
    tmp_path: Path,
) -> None:
    workspace = open_workspace(tmp_path)
    own = save(workspace, an_assessment())
    mine = workspace.load(own)[1]
    workspace.close()
    notes = "SELECT note FROM answer WHERE activity = 'm1.a01' AND policy = 'famille'"
    changed = mine._replace(answers={**mine.answers, Cell("m1.a01", "famille"): Rating.NO})
    (path,) = write(tmp_path / "retour", [submission(changed, status=Status.DRAFT)])
    async with running(tmp_path, (120, 40)) as pilot:
        await paste(pilot, str(path))
        await until(pilot, lambda: in_database(tmp_path, KEPT) == [(1,)])
        assert page(pilot) == "ReceivedScreen"
        await until_shown(pilot, "Autre version de votre évaluation n° 1")
        assert "déjà" not in " ".join(messages(pilot))
        assert "V remplacer la vôtre" in key_bar(pilot)
        await press(pilot, "v")
        await until_shown(pilot, "(1 note)")
        assert not faults_of_typography(shown(pilot))
        await press(pilot, "n")
        assert in_database(tmp_path, notes) == [("3",)]
        await press(pilot, "v", "o")
        await until(pilot, lambda: in_database(tmp_path, notes) == [("0",)])
        assert "V remplacer la vôtre" not in key_bar(pilot), "it is the same content now"
        assert "Autre version" not in shown(pilot)
        await press(pilot, "escape", "enter", "ctrl+z")
        await until(pilot, lambda: in_database(tmp_path, notes) == [("3",)])


async def test_an_empty_folder_and_a_forecast_are_said_in_the_message_row(tmp_path: Path) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "p.json").write_bytes(b'{"format": "ctg-previsionnel"}')
    async with running(tmp_path) as pilot:
        await paste(pilot, str(tmp_path / "p.json"))
        await until(pilot, lambda: "laissée de côté" in " ".join(messages(pilot)))
        assert page(pilot) == "HomeScreen"
        await press(pilot, "c")
        await type_text(pilot, str(tmp_path / "vide"))
        await press(pilot, "enter")
        await until(pilot, lambda: "ne contient aucun fichier" in " ".join(messages(pilot)))
        assert page(pilot) == "ReceivedScreen"
