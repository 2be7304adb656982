"""The whole job by questions and answers, as somebody with a screen reader does it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tests.outside.commands import command, sent_state
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
    assert [one["nombre"] for one in sent["indicateurs"]] == [12]
