"""The whole exchange by questions and answers: made, sent, the Caf's answer opened, answered, sent again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ctg_tui.domain.assessment import Cell, Rating
from tests.databases import read_again
from tests.received import review_of_file
from tests.text_mode.talker import conversation

LINE = "m1.a01"


def said(folder: Path, *answers: str) -> str:
    """Talk on the database of `folder`; return all that was said, in one line."""
    return " ".join(conversation(folder, *answers).text.split())


def sent(person: Path, folder: Path, kind: str) -> list[Path]:
    """Return the files that the person makes in `folder`: the one for the Caf alone, or all of them."""
    folder.mkdir()
    said(person, "", "envoi", kind, "", str(folder), "")
    return [path for path in folder.glob("**/*") if path.is_file()]


def test_an_assessment_is_sent_the_answer_of_the_caf_is_opened_by_its_path_and_answered(
    folder: Path, tmp_path: Path
) -> None:
    person = folder
    said(person, "", "2", "3", "NC", "1", "menu")
    assert read_again(person).answers[Cell(LINE, "famille")] is Rating.FULLY
    first, *_ = (path for path in sent(person, tmp_path / "un", "1") if path.suffix == ".json")
    answer = tmp_path / "réponse de la Caf.json"
    parts = {"note:m1.a01/famille": "1", "commentaire:m1.a01": "À revoir."}
    answer.write_bytes(review_of_file(first.read_bytes(), parts))

    text = said(person, f"ouvrir {answer}", "", "avis", "écrire", "Le COPIL.", ".", "", "gardée")
    assert "La Caf a répondu" in text
    assert "Note de la Caf : 1." in text
    assert "À revoir." in text
    assert read_again(person).answers[Cell(LINE, "famille")] is Rating.FULLY, "an answer changes no note"

    (second,) = (path for path in sent(person, tmp_path / "deux", "1") if path.suffix == ".json")
    held: dict[str, Any] = json.loads(second.read_text(encoding="utf-8"))
    assert {row.get("decision") or row.get("texte") for row in held["suites"]} >= {"gardee", "Le COPIL."}


def test_a_mail_a_folder_and_a_path_that_leads_nowhere_are_each_said_in_a_sentence(tmp_path: Path) -> None:
    mail = tmp_path / "Réponse.txt"
    mail.write_bytes(b"Subject: avis\r\nFrom: caf@exemple.fr\r\n\r\nBonjour,")
    text = said(tmp_path, f"ouvrir {mail}", f"OUVRIR « {tmp_path / 'rien.json'} »", "ouvrir", "")
    assert "est un courriel. Rien n’a été repris. Dans votre messagerie, enregistrez sa pièce" in text
    assert "n’existe pas" in text
    assert text.endswith("Tout est enregistré. Au revoir.")
