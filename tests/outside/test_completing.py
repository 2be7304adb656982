"""Two colleagues fill a grid each on their own computer; a third puts their files into hers, by commands."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.outside.commands import answers, begin, command, reported, sent_state

OUTSIDE_THE_STATE = ("document", "integrite")


def on_a_computer(folder: Path, first_name: str, *typed: str) -> Path:
    """Return a database in a folder of its own, with one assessment of a person who answers in its grid."""
    folder.mkdir()
    database = folder / "evaluations.db"
    begin(database)
    reported(database, "remplir", 1, "vous", f"personnes.1.prenom={first_name}", "personnes.1.nom=Nom")
    answers(database, "", "grille", *typed)
    return database


def file_of(database: Path, name: str = "envoi") -> Path:
    sent_state(database, 1, database.parent / name)
    (file,) = (database.parent / name).iterdir()
    return file


def state_of(database: Path, name: str) -> Mapping[str, Any]:
    sent = sent_state(database, 1, database.parent / name)
    return {key: value for key, value in sent.items() if key not in OUTSIDE_THE_STATE}


def test_two_colleagues_complete_one_assessment_in_any_order_and_what_differs_is_chosen(
    tmp_path: Path,
) -> None:
    own = on_a_computer(
        tmp_path / "la-mienne", "Claude", "2", "3", "1", "aller 1.1", "commentaire", "Deux comités.", ""
    )
    before = state_of(own, "avant")
    typed = ["2", "0", "1", "3", "nc", "2", "aller 1.1", "commentaire", "Trois, avec le bureau.", ""]
    alix = on_a_computer(tmp_path / "alix", "Alix", *typed)
    typed = ["2", "3", "1", "aller 1.3", "1", "1", "1", "aller 1.1", "commentaire", "Un bilan.", ""]
    bo = on_a_computer(tmp_path / "bo", "Bo", *typed)
    files = {"Alix": file_of(alix), "Bo": file_of(bo)}

    states = []
    for number, order in enumerate((("Alix", "Bo"), ("Bo", "Alix"))):
        copy = Path(shutil.copy(own, own.parent / f"copie-{number}.db"))
        for name in (*order, *order):
            (facts,) = reported(copy, "importer", files[name], "--dans", 1)
            left = [(one["cle"], one["ici"], one["fichier"]) for one in facts["differences"]]
            assert left == ([("note/m1.a01/education", "3", "0")] if name == "Alix" else []), "listed again"
        states.append(state_of(copy, f"apres-{number}"))
    assert states[0] == states[1]
    notes = {(one["activite"], one["politique"]): one["note"] for one in states[0]["reponses"]}
    assert notes["m1.a01", "education"] == 3, "one’s own stays"
    assert [notes["m1.a02", one] for one in ("famille", "education", "social")] == [3, "NC", 2]
    assert [notes["m1.a03", one] for one in ("famille", "education", "social")] == [1, 1, 1]
    (comment,) = (one["texte"] for one in states[0]["commentaires"])
    assert comment.split("\n") == [
        "Deux comités.",
        "— Alix Nom\N{NO-BREAK SPACE}: Trois, avec le bureau.",
        "— Bo Nom\N{NO-BREAK SPACE}: Un bilan.",
    ]

    done = command(own, "importer", files["Alix"], "--dans", 1, "--prendre", "note/m1.a02/famille")
    assert done.code == 3, "no value of hers differs there"
    assert state_of(own, "refuse") == before
    reported(own, "importer", files["Alix"], "--dans", 1, "--prendre", "note/m1.a01/education")
    taken = {(one["activite"], one["politique"]): one["note"] for one in state_of(own, "pris")["reponses"]}
    assert taken["m1.a01", "education"] == 0
    answers(own, "", "annuler")
    assert state_of(own, "annule") == before


def test_a_note_taken_in_a_column_that_was_nc_is_hers_before_the_next_file(tmp_path: Path) -> None:
    own = on_a_computer(tmp_path / "la-mienne", "Claude")
    reported(own, "remplir", 1, "vous", "personnes.1.politiques=famille")
    files = [
        file_of(on_a_computer(tmp_path / name, name, "2", note))
        for name, note in (("Alix", "0"), ("Bo", "3"))
    ]
    listed = [reported(own, "importer", file, "--dans", 1)[0]["differences"] for file in files]
    assert [[one["cle"] for one in each] for each in listed] == [[], ["note/m1.a01/education"]]


def test_what_was_there_before_a_file_completed_it_is_in_a_backup(tmp_path: Path) -> None:
    own = on_a_computer(tmp_path / "la-mienne", "Claude", "2")
    file = file_of(on_a_computer(tmp_path / "alix", "Alix", "2", "3"))
    before = state_of(own, "avant")
    kept = {one["fichier"] for one in reported(own, "restaurer")}
    reported(own, "importer", file, "--dans", 1)
    assert state_of(own, "apres") != before
    (backup,) = (one["fichier"] for one in reported(own, "restaurer") if one["fichier"] not in kept)
    assert command(own, "restaurer", Path(backup).name, "--oui").code == 0
    assert state_of(own, "remis") == before
