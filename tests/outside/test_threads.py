"""The thread by files that anybody can write: nothing is lost, a bad one is a sentence."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.effort import some
from tests.outside.by_the_docs import Row, points, row_id, sealed
from tests.outside.commands import (
    CAF_WORKBOOK,
    FAR_ZONES,
    answers,
    command,
    in_zone,
    reported,
    sent_state,
)

CAF, OTHER_CAF = "Prénom Nom", "Autre Nom"
FILE = "a" * 32
MOST_RECEIVED = 4000
INVALID = 3


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a database with the assessment of a Caf's workbook, sent once."""
    database = tmp_path / "evaluations.db"
    reported(database, "importer", CAF_WORKBOOK, "--nouvelle")
    sent_state(database, 1, tmp_path / "envoi")
    return database


@pytest.fixture
def sent(database: Path) -> bytes:
    (file,) = (database.parent / "envoi").iterdir()
    return file.read_bytes()


def row(author: str = CAF, *, minutes: int = 0, caf: bool = True, **more: Any) -> dict[str, Any]:
    """Return a row of `fil`, its keys in the order of the docs."""
    date = f"2027-03-12T{9 + minutes // 60:02}:{minutes % 60:02}:00Z"
    return {"date": date, "auteur": author, **({"caf": True} if caf else {}), "fichier": FILE, **more}


def with_thread(sent: bytes, path: Path, rows: Sequence[Row]) -> Path:
    path.write_bytes(sealed(sent, rows))
    return path


def thread_of(database: Path) -> list[Row]:
    return list(reported(database, "synthese", 1)["fil"])


def rows_by_chance(chance: random.Random, number: int) -> Iterator[dict[str, Any]]:
    """Yield what two people of the Caf and hers say, each answer of something said before."""
    made: list[dict[str, Any]] = []
    for minutes in range(number):
        place = chance.choice([{}, {"activite": "m1.a01"}, {"activite": "m1.a02", "politique": "famille"}])
        answers = chance.sample(made, min(len(made), chance.randint(0, 2)))
        said: dict[str, Any] = {}
        if chance.random() < 0.5 and "politique" in place:
            said["note"] = chance.choice([0, 1, 2, 3, "NC"])
        if chance.random() < 0.7 or not said:
            said["texte"] = chance.choice(["Merci de préciser.", "Une fois.", "Et les jeunes ?"])
        is_caf = chance.random() < 0.7
        author = chance.choice([CAF, OTHER_CAF, CAF.upper()]) if is_caf else "Claude Martin"
        if answers and (not is_caf or chance.random() < 0.6):
            said["repond_a"] = sorted({row_id(one) for one in answers})
        made.append(row(author, minutes=minutes, caf=is_caf, **place, **said))
    yield from made


@pytest.mark.parametrize("seed", some(range(9), 9))
def test_files_of_two_people_in_any_order_and_more_than_once_make_one_thread(
    database: Path, sent: bytes, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    every = [*rows_by_chance(chance, 40)]
    files = [
        with_thread(sent, tmp_path / f"fichier-{number}.json", chance.sample(every, 15))
        for number in range(5)
    ]
    said = {row_id(one): one for file in files for one in json.loads(file.read_bytes())["fil"]}
    notes = {
        (one["activite"], one["politique"]): one["note"]
        for one in sent_state(database, 1, tmp_path / "relu")["reponses"]
    }
    waiting = points(said.values(), notes)
    for number in range(3):
        copy = Path(shutil.copy(database, tmp_path / f"copie-{number}.db"))
        for _ in range(2):
            order = [*chance.sample(files, len(files)), *chance.choices(files, k=3)]
            assert {one["etat"] for one in reported(copy, "importer", *order)} <= {"pris", "deja"}
            thread = thread_of(copy)
            assert {one["cle"] for one in thread} == said.keys()
            assert {one["cle"] for one in thread if one["due"]} == {
                row_id(one) for rows in waiting for one in rows
            }
    again = sent_state(copy, 1, tmp_path / "renvoi")
    assert {row_id(one) for one in again["fil"]} == said.keys()
    (renewed,) = (tmp_path / "renvoi").iterdir()
    (verdict,) = reported(copy, "verifier", renewed)
    assert verdict["valide"]


def test_a_file_with_too_much_is_refused_whole_and_the_rest_stays(
    database: Path, sent: bytes, tmp_path: Path
) -> None:
    rows = [row(activite="m1.a01", texte=f"Parole {number}.") for number in range(MOST_RECEIVED + 1)]
    too_many = with_thread(sent, tmp_path / "trop.json", rows)
    some_rows = with_thread(sent, tmp_path / "assez.json", rows[:2])
    done = command(database, "importer", some_rows, too_many, "--json")
    assert done.code == INVALID
    assert [(one["etat"], one["paroles"]) for one in done.json] == [("pris", 2), ("refuse", 0)]
    assert len(done.json[1]["message"].split()) > 6
    rest = with_thread(sent, tmp_path / "juste.json", rows[:MOST_RECEIVED])
    assert [one["paroles"] for one in reported(database, "importer", rest)] == [MOST_RECEIVED - 2]
    one_more = with_thread(sent, tmp_path / "encore.json", rows[-1:])
    for more in ((), ("--dans", 1)):
        assert command(database, "importer", one_more, *more).code
    with closing(sqlite3.connect(database)) as base:
        assert base.execute("SELECT count(*) FROM value WHERE field = 'parole'").fetchone() == (
            MOST_RECEIVED,
        )


def test_undo_takes_back_what_a_file_brought_until_something_of_it_was_answered_and_sent(
    database: Path, sent: bytes, tmp_path: Path
) -> None:
    asked = {"Merci de préciser.": "b" * 32, "Et les jeunes ?": FILE}  # of two sendings
    rows = [
        row(minutes=rank, activite="m1.a01", fichier=file, texte=text)
        for rank, (text, file) in enumerate(asked.items())
    ]
    file = with_thread(sent, tmp_path / "f.json", rows)
    reported(database, "importer", file)
    answers(database, "", "annuler")
    assert thread_of(database) == []
    reported(database, "importer", file)
    answers(database, "", "répondre", "", "Voilà.", "")
    again = sent_state(database, 1, tmp_path / "envoi-2")["fil"]
    assert [one["fichier"] for one in again if not one.get("caf")] == [FILE], "that of the last row"
    answers(database, "", "annuler", "annuler", "annuler")
    said = {one["texte"]: one["due"] for one in thread_of(database)}
    assert said == dict.fromkeys((*asked, "Voilà."), False)
    answers(database, "", "grille", "aller 1.1", "commentaire", "Autre chose.")
    assert [one["etat"] for one in reported(database, "importer", tmp_path / "envoi-2")] == ["deja"]


def test_a_row_that_two_files_date_otherwise_has_its_earliest_date_in_any_order_and_stays_as_it_came(
    database: Path, sent: bytes, tmp_path: Path
) -> None:
    said = [
        row(author, minutes=minutes, activite="m1.a01", texte="Merci de préciser.")
        for minutes, author in ((0, "Prénom Nœud"), (30, "PRENOM NOEUD"))
    ]
    assert row_id(said[0]) == row_id(said[1])
    files = [with_thread(sent, tmp_path / f"f{number}.json", [one]) for number, one in enumerate(said)]
    for number in (0, 1):
        copy = Path(shutil.copy(database, tmp_path / f"copie-{number}.db"))
        for file in (files[number], files[1 - number]):
            reported(copy, "importer", file)
        kept = [(one["date"], one["auteur"]) for one in thread_of(copy)]
        assert kept == [(said[0]["date"], said[number]["auteur"])]


def test_what_is_said_in_a_file_that_completes_one_s_own_is_taken_with_it(
    database: Path, sent: bytes, tmp_path: Path
) -> None:
    file = with_thread(
        sent, tmp_path / "f.json", [row(minutes=90, activite="m1.a01", texte="Merci de préciser.")]
    )
    reported(database, "importer", file, "--dans", 1)
    assert [one["texte"] for one in thread_of(database)] == ["Merci de préciser."]
    if sys.platform != "win32":
        with in_zone(FAR_ZONES[0]):
            assert "Caf (Prénom Nom), 13 mars" in answers(database, "", "répondre").replace("\xa0", " ")


def test_an_answer_to_what_the_caf_did_not_say_is_kept_and_not_sent(
    database: Path, sent: bytes, tmp_path: Path
) -> None:
    own = row("Claude Martin", caf=False, activite="m1.a02", texte="Pour mémoire.")
    reported(database, "importer", with_thread(sent, tmp_path / "f.json", [own]))
    reported(database, "remplir", 1, "reponse", f"{row_id(own)}.choix=vu")
    assert [row_id(one) for one in sent_state(database, 1, tmp_path / "relu")["fil"]] == [row_id(own)]
