"""The whole exchange by questions and answers, between two computers that only pass files to each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.services.received.kept import Progress, lineages, open_received
from tests.databases import read_again
from tests.received import an_assessment, submission
from tests.text_mode.talker import conversation, workspace_in

LINE = "m1.a01"


def said(folder: Path, *answers: str) -> str:
    """Talk on the database of `folder`; return all that was said, in one line."""
    folder.mkdir(exist_ok=True)
    return " ".join(conversation(folder, *answers).text.split())


def file_sent(person: Path, folder: Path) -> Path:
    """Return the provisional file that the person makes in `folder`."""
    folder.mkdir()
    said(person, "", "envoi", "1", "", str(folder))
    (sent,) = folder.iterdir()
    return sent


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder with the files of two people of one territory, who differ on one note."""
    folder = tmp_path / "recus"
    folder.mkdir()
    mine, other = an_assessment(1), an_assessment(2, first=Rating.NO)
    (person,) = other.identity.coordinators
    people = (person._replace(last_name="Autre"),)
    other = other._replace(identity=other.identity._replace(coordinators=people))
    (folder / "a.json").write_bytes(submission(mine, status=Status.DRAFT))
    (folder / "b.json").write_bytes(submission(other))
    return folder


def test_a_review_is_written_line_by_line_and_a_second_round_says_what_was_answered(tmp_path: Path) -> None:
    caf, person, out = tmp_path / "caf", tmp_path / "ici", tmp_path / "fichiers"
    out.mkdir()
    made = tmp_path / "depart.json"
    made.write_bytes(submission(an_assessment()))
    said(person, "importer", str(made), "oui")
    sent = file_sent(person, out / "1")

    text = said(
        caf,
        *("recues", "recevoir", str(sent), "1", "grille"),
        *("Famille 1, éducation NC", "remarque", "À revoir.", "Ensemble.", ".", "ordre du jour"),
        *("famille 7", "", "FAMILLE 2", "famille vide", "annuler", "question", "Qui suit ?", ".", "menu"),
        *("avis", "ajouter", "Et après ?", ".", "", "oui", "2", "", "", "11/02/2027", "", "", "2", ""),
        *("ecrire", str(out)),
    )
    assert "À lire." in text
    assert "Notes : Famille 3, Éducation 3, Social NC." in text
    assert "« famille 7 » n’est pas une réponse possible. Rien n’a été changé." in text
    assert (
        "Ligne 1.1. Votre note, Famille : 1. Votre note, Éducation : NC. Votre remarque : À revoir." in text
    )
    assert "1.1 Famille, auto-évaluation 3, Caf 1. Note convenue, actuellement vide." in text
    assert "Avis provisoire écrit et relu : 4 remarques, 2 questions, 1 note convenue" in text
    assert "Voici mon avis, provisoire, sur l’auto-évaluation CTG 2027" in text
    (review,) = out.glob("AVIS_*.json")
    assert len(list(out.glob("ENTRETIEN_*.html"))) == 1
    held: dict[str, Any] = json.loads(review.read_text(encoding="utf-8"))
    assert "À revoir.\nEnsemble." in json.dumps(held, ensure_ascii=False).replace("\\n", "\n")
    with workspace_in(caf) as workspace:
        (lineage,) = lineages(workspace)
        assert lineage.progress is Progress.SENT
        session = open_received(workspace, lineage)
        session.book.note(session.grid.cells[0], None)
        workspace.writer.settle()
        assert lineages(workspace)[0].progress is Progress.BEGUN, "a note was taken out since"
        session.undo()
        workspace.writer.settle()
        assert lineages(workspace)[0].progress is Progress.SENT
        assert not workspace.summaries(), "nothing becomes the adviser's own assessment"

    before = read_again(person).answers
    said(person, "importer", str(review))
    said(person, "", "avis", "", "gardée", "", "", "écrire", "Moi.", ".", "menu", "grille", "aller 1.4", "0")
    second = file_sent(person, out / "2")
    assert read_again(person).answers != before

    text = said(caf, "", "recevoir", str(second), "1", "grille", "suivante", "suivante", "menu")
    assert "Depuis votre lecture : 1 note" in text
    assert "1.4 Famille : 2, puis 0" in text
    assert "Votre note, Famille : 1. Note convenue, Famille : 2. Réponse : gardée" in text
    assert "Changé depuis votre lecture : Famille 2, puis 0." in text


def test_the_files_of_two_people_are_merged_after_a_question_and_what_differs_is_chosen(
    tmp_path: Path, files: Path
) -> None:
    caf = tmp_path / "caf"
    said(caf, "recues", "recevoir", str(files))
    assert "Rien n’a été enregistré." in said(caf, "recues", "reunir 1", "non")
    text = said(caf, "recues", "réunir 1", "oui", "2", "retour")
    assert "1 : 0, Prénom Autre 2 : 3, Prénom Nom 3 : laisser vide" in text
    assert "Évaluation 1, à l’accueil : tout est choisi." in text
    assert read_again(caf).answers[Cell(LINE, "famille")] is Rating.FULLY
    assert len(read_again(caf).identity.coordinators) == 2


def test_what_was_received_is_consolidated_and_deleted_once_agreed(tmp_path: Path, files: Path) -> None:
    caf = tmp_path / "caf"
    said(caf, "recues", "recevoir", str(files), "attendues", "Grand Cognac", ".")
    text = said(caf, "", "consolider", "1", "oui", str(tmp_path), "supprimer 1", "oui", "chercher zzz")
    assert "Territoires attendus pour 2027 : 0 complet sur 1. Il manque Grand Cognac." in text
    assert "2 évaluations comptées, 2 personnes." in text
    assert "Prénom Nom" in (tmp_path / "consolidation.html").read_text(encoding="utf-8")
    assert "« zzz » : 0 trouvée." in text
    with workspace_in(caf) as workspace:
        assert len(lineages(workspace)) == 1


def test_the_territories_expected_are_never_lost_to_a_wrong_path_or_a_word_typed_by_habit(
    tmp_path: Path, files: Path
) -> None:
    caf = tmp_path / "caf"
    said(caf, "recues", "recevoir", str(files), "attendues", "Grand Cognac", "", "Rouillacais", ".")
    text = said(caf, "", "attendues", "retour", "attendues", ".", "attendues", "/nulle/part/liste.txt", ".")
    assert "« liste.txt » n’existe pas" in text
    assert text.count("0 complet sur 2. Il manque Grand Cognac et Rouillacais.") >= 2
    assert "0 complet sur 3. Il manque" in said(caf, "", "attendues", "Val de Charente", ".")
    assert "attendus" not in said(caf, "", "attendues", "effacer").rpartition("Enregistré")[2]


def test_a_review_begun_of_the_file_before_is_named_where_it_would_be_deleted(tmp_path: Path) -> None:
    first, second = tmp_path / "r1.json", tmp_path / "r2.json"
    first.write_bytes(submission(an_assessment()))
    second.write_bytes(submission(an_assessment(), revision=2, seconds=1))
    said(tmp_path, "recues", "recevoir", str(first), "1", "1", "famille 1", "menu", "retour")
    text = said(tmp_path, "", "recevoir", str(second), "supprimer 1", "non")
    assert "À lire." in text.rpartition("version 2")[2]
    assert ", et votre avis ?" in text


def test_once_the_final_file_is_sent_it_says_what_is_closed_and_what_can_still_be_done(
    tmp_path: Path,
) -> None:
    here, out = tmp_path / "ici", tmp_path / "fichiers"
    out.mkdir()
    sent = out / "envoi.json"
    sent.write_bytes(submission(an_assessment()))
    said(here, "importer", str(sent), "oui")
    said(tmp_path / "caf", *("recues", "recevoir", str(sent), "1", "", "famille 1", "menu", "4", str(out)))
    (review,) = out.glob("AVIS_*.json")
    text = said(here, "", "envoi", "1", "2", "oui", str(out))
    closed = (
        "« corriger 1 » ouvre une version corrigée, où répondre ; « année suivante 1 » commence la suite."
    )
    assert closed in text
    said(here, "importer", str(review))
    text = said(here, "", "avis", "gardée", "")
    assert "dans une version corrigée : « corriger 1 »." in text
    assert "et y répondre" not in text
    assert "Votre réponse, ou Entrée" not in text
    assert text.count(closed) == 2, "on opening, and where an answer is tried"
    assert not any(row.is_answered for row in read_again(here).follow_ups)
    assert "Votre réponse, ou Entrée" in said(here, "corriger 1", "oui", "1", "avis")
