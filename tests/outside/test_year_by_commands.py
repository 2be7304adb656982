"""The year by commands: a Caf's workbook taken, sent, answered, read again elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outside.adviser import ADVISER, fill_blue_cells, words_of, workbook_to_answer
from tests.outside.commands import CAF_WORKBOOK, command, reported, sent_state


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database with the assessment of the Caf's workbook."""
    database = tmp_path / "evaluations.db"
    reported(database, "importer", CAF_WORKBOOK, "--nouvelle")
    return database


def test_what_is_sent_is_verified_and_is_the_same_on_another_computer(database: Path, tmp_path: Path) -> None:
    state = sent_state(database, 1, tmp_path / "envoi")
    (sent,) = (tmp_path / "envoi").iterdir()
    (facts,) = reported(database, "verifier", sent)
    assert facts["valide"], facts
    other = tmp_path / "ailleurs" / "evaluations.db"
    other.parent.mkdir()
    reported(other, "importer", sent, "--mienne")
    again = sent_state(other, 1, tmp_path / "envoi-d-ailleurs")
    for key in ("reponses", "commentaires", "indicateurs", "resultats"):
        assert again[key] == state[key], key


def test_one_changed_character_of_what_is_sent_is_refused(database: Path, tmp_path: Path) -> None:
    sent_state(database, 1, tmp_path / "envoi")
    (sent,) = (tmp_path / "envoi").iterdir()
    whole = sent.read_bytes()
    for former, changed in ((b'"note": 2', b'"note": 3'), (b"suivre", b"suivra"), (b"\n", b" \n")):
        assert former in whole
        sent.write_bytes(whole.replace(former, changed, 1))
        done = command(database, "verifier", sent)
        assert done.code == 3, (former, done)
        assert "Traceback" not in done.err


def test_every_surface_gives_the_same_figures(database: Path, tmp_path: Path) -> None:
    figures = sent_state(database, 1, tmp_path / "envoi")["resultats"]
    assert reported(database, "synthese", 1)["resultats"] == figures
    (listed,) = reported(database, "liste")
    assert listed["pourcentage"] == figures["ensemble"]["pourcentage"]
    printed = command(database, "synthese", 1).out
    page = tmp_path / "page.html"
    assert command(database, "rapport", 1, "--sortie", page).code == 0
    for surface in (printed, page.read_text(encoding="utf-8")):
        plain = surface.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        for rubric in (*figures["rubriques"], figures["ensemble"]):
            assert f"{rubric['pourcentage']} %" in plain


def test_what_the_adviser_writes_comes_back_beside_its_line_once_and_is_answered_in_the_next_file(
    database: Path, tmp_path: Path
) -> None:
    def opened(path: Path) -> list[tuple[str, str, int]]:
        rows = reported(database, "importer", path)
        return [(row["nature"], row["etat"], row["paroles"]) for row in rows]

    before = sent_state(database, 1, tmp_path / "avant")
    folder = tmp_path / "dossier"
    folder.mkdir()
    sent = reported(database, "dossier", 1, "--sortie", folder)
    assert sent["envoi"] == 1, "nothing changed since the file was exported"
    returned = tmp_path / "retour.xlsx"
    fill_blue_cells(workbook_to_answer(folder), returned, ADVISER)
    assert opened(returned) == [("classeur", "pris", 3)]
    assert opened(returned) == [("classeur", "deja", 0)], "read twice, said once"
    summary = reported(database, "synthese", 1)
    assert [row["due"] for row in summary["fil"]] == [True] * 3
    assert all(text in str(summary["fil"]) for text in words_of(ADVISER))
    assert summary["resultats"] == before["resultats"], "an answer of the Caf changes no note"
    second = sent_state(database, 1, tmp_path / "apres")
    assert second["document"]["envoi"] == 2, "what was said leaves with the next file"
    assert second["integrite"]["empreinte"] == before["integrite"]["empreinte"]
    assert all(text in str(second["fil"]) for text in words_of(ADVISER))
    (path,) = (tmp_path / "apres").iterdir()
    other = tmp_path / "ailleurs" / "evaluations.db"
    other.parent.mkdir()
    reported(other, "importer", path, "--nouvelle")
    assert reported(other, "synthese", 1)["fil"] == summary["fil"], "a successor has it whole"
    adviser = tmp_path / "caf" / "evaluations.db"
    adviser.parent.mkdir()
    (row,) = reported(adviser, "importer", returned)
    assert (row["nature"], row["etat"], row["code"]) == ("classeur", "lu", "evaluation-absente")
