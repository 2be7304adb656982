"""The whole job by questions and answers, as somebody with a screen reader does it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from tests.outside.adviser import ADVISER, fill_blue_cells, workbook_to_answer
from tests.outside.commands import CAF_WORKBOOK, command, reported, sent_state
from tests.outside.person import DATA

TALK: dict[str, Any] = tomllib.loads((DATA / "texte.toml").read_text(encoding="utf-8"))
NOTES = ("2", "3", "1", "0", "nc", "2") * 7
"""One for each cell of the Caf's grid."""


def talk(database: Path, scene: str, **words: object) -> None:
    """Type the answers of a scene; the program says what it must, and draws nothing."""
    typed = (line.format(notes="\n".join(NOTES), **words) for line in TALK[scene]["tape"])
    done = command(database, "texte", typed="".join(f"{line}\n" for line in typed))
    said = " ".join(done.out.split())
    assert done.code == 0, done
    assert all(words in said for words in TALK[scene]["dit"]), said
    assert "\x1b" not in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_an_assessment_is_made_sent_and_answered_by_questions_alone(tmp_path: Path) -> None:
    database, folder = tmp_path / "evaluations.db", tmp_path / "envoi"
    folder.mkdir()
    talk(database, "remplir", dossier=folder)
    sent = sent_state(database, 1, tmp_path / "relu")
    assert [str(one["note"]).lower() for one in sent["reponses"]] == list(NOTES)
    assert [one["texte"] for one in sent["commentaires"]] == ["Tableau partagé au comité."]
    people, adviser = sent["charges_de_cooperation"], sent["destinataire"]
    assert [(one["nom"], one["prenom"]) for one in people] == [("Martin", "Claude")]
    assert adviser["nom"] == "Alix Durand"
    assert sent["preparation"]["points-forts"] == "Une équipe."
    assert [one["nombre"] for one in sent["indicateurs"]] == [12]
    assert [one["quoi"] for one in sent["actions"]] == ["Un tableau"]
    fill_blue_cells(workbook_to_answer(folder), tmp_path / "retour.xlsx", ADVISER)
    talk(database, "repondre", retour=tmp_path / "retour.xlsx", dossier=folder)
    (second,) = (json.loads(path.read_bytes()) for path in folder.rglob("*_envoi-2_*.json"))
    thread, notes = second["fil"], [str(one["note"]).lower() for one in second["reponses"]]
    of_caf = {row["texte"]: row for row in thread if row.get("caf") and "texte" in row}
    assert {*of_caf} == {*filter(None, (each.get("Votre remarque ou question") for each in ADVISER.values()))}
    answers = {row["repond_a"][0]: row for row in thread if not row.get("caf")}
    assert len(answers) == 3
    assert notes == [*NOTES[:3], "1", *NOTES[4:]], "the note that the Caf proposed was taken"
    thread = reported(database, "synthese", 1)["fil"]
    assert [row["due"] for row in thread] == [False] * 6
    talk(database, "revenir")


def test_a_colleague_s_file_is_put_into_the_assessment_of_a_caf_s_workbook(tmp_path: Path) -> None:
    database, alix = tmp_path / "mien.db", tmp_path / "alix.db"
    said = command(database, "texte", typed=f"ouvrir {CAF_WORKBOOK}\nquitter\n").out
    assert "importer CHEMIN --nouvelle" in said
    reported(database, "importer", CAF_WORKBOOK, "--nouvelle")
    given = notes_of(database, tmp_path / "relu")
    talk(alix, "collegue")
    notes_of(alix, tmp_path / "fichier")
    (file,) = (tmp_path / "fichier").iterdir()
    taken = notes_of(alix, tmp_path / "sien")
    reported(database, "importer", file, "--dans", 1)
    assert notes_of(database, tmp_path / "complet") == taken | given
    assert command(database, "texte", typed="\nannuler\nquitter\n").code == 0
    assert notes_of(database, tmp_path / "annule") == given


def notes_of(database: Path, folder: Path) -> dict[tuple[str, str], Any]:
    """Return the notes of the file for the Caf, which is written in `folder`."""
    answers = sent_state(database, 1, folder)["reponses"]
    return {(one["activite"], one["politique"]): one["note"] for one in answers}
