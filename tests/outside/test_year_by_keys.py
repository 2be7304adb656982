"""The year as a person lives it, by keys in a real terminal: notes, files, the Caf's answer, next year."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.outside.adviser import ADVISER, fill_blue_cells, words_of, workbook_to_answer
from tests.outside.commands import reported, sent_state
from tests.outside.person import YEAR, Person, play

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs POSIX")
CELLS = 42
NOTES: dict[str, int | str] = {"0": 0, "1": 1, "2": 2, "3": 3, "n": "NC"}
"""The note of each key, as the file for the Caf writes it."""
TAKEN = 3
"""The cell of 1.2 Famille, of which the note that the Caf proposes is taken."""


def pressed() -> str:
    """Return the keys of the notes, one for each cell."""
    return "".join(YEAR["notes"][rank % len(YEAR["notes"])] for rank in range(CELLS))


def test_the_year_by_keys_from_the_first_note_to_the_next_year_beside_it(
    tmp_path: Path, watched: dict[str, str]
) -> None:
    """And no page opens a socket."""
    database = tmp_path / "evaluations.db"
    returned = tmp_path / "retour.xlsx"
    with Person(database, (120, 40), watched) as person:
        person.sees("Commencer")
        play(person, "commencer")
        (begun,) = reported(database, "liste")
        words = {"annee": begun["annee"], "suivante": begun["annee"] + 1, "retour": returned}
        person.press(pressed().encode())
        play(person, "notee", **words)
        play(person, "commenter", **words)
        play(person, "resultats", **words)
        play(person, "envoyer", **words)
        (page,) = tmp_path.rglob("CTG*_rapport.html")
        assert YEAR["commentaire"] in page.read_text(encoding="utf-8")
        fill_blue_cells(workbook_to_answer(tmp_path), returned, ADVISER)
        play(person, "accueil", **words)
        play(person, "recevoir", **words)
        play(person, "prendre", **words)
        play(person, "repondre", **words)
        play(person, "tout-regarder", **words)
        play(person, "revenir", **words)
        play(person, "suivante", **words)
        person.quit()
    assert not (tmp_path / "uses").exists()
    first, second = (sent_state(database, number, tmp_path / f"relu-{number}") for number in (1, 2))
    own = [NOTES[key] for key in pressed()]
    own[TAKEN] = ADVISER["1.2"]["Note Famille"]
    assert [answer["note"] for answer in first["reponses"]] == own
    answers = [(said.get("note"), said.get("texte", "")) for said in first["fil"] if not said.get("caf")]
    assert sorted(answers, key=str) == [(own[TAKEN], ""), (None, ""), (None, YEAR["reponse"])]
    assert {answer["note"] for answer in second["reponses"]} == {"NC"}, "the others are to be noted again"
    assert second["evaluation"]["precedente"] == first["evaluation"]["id"]
    words_said = str(first)
    assert all(text in words_said for text in (*words_of(ADVISER), YEAR["reponse"]))
