"""The adviser's answer: `importer` keeps it with the assessment that it is about."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating, Status, Territory
from ctg_tui.domain.review import Decision
from ctg_tui.services.review import answering
from ctg_tui.services.review.answering import decided, review_to_answer
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.databases import documents, raw, rows
from tests.make_review_examples import REFUSED_FOLDER
from tests.received import (
    a_review,
    an_assessment,
    review_examples,
    review_of_file,
    submission,
    uuid_of,
    write,
)
from tests.strategies import charente

ASKED = "question:/0001"
KEPT = "SELECT id, lineage, json_extract(facts, '$.sending') FROM document WHERE kind = 'avis'"


def sent(folder: Path, *contents: bytes) -> list[Path]:
    return write(folder / "recus", contents or [submission(an_assessment())])


def answered(folder: Path, of: Path, parts: Mapping[str, str] | None = None) -> Path:
    path = folder / "avis.json"
    path.write_bytes(review_of_file(of.read_bytes(), parts or {"note:m1.a03/famille": "2"}))
    return path


@pytest.mark.skipif(os.name == "nt", reason="names of files are text")
def test_a_path_is_taken_as_it_is_also_when_its_bytes_are_not_utf_8(program: Program, tmp_path: Path) -> None:
    (path,) = sent(tmp_path)
    odd = path.rename(tmp_path / "re\udce7u.json")
    assert program.run("synthese", odd).code == 0
    assert program.run("rapport", odd, "--sortie", tmp_path / "\udcff.html").code == 0


def test_a_review_is_kept_once_with_its_submission_and_acknowledged(program: Program, tmp_path: Path) -> None:
    (path,) = sent(tmp_path)
    review = answered(tmp_path, path)
    program.run("importer", path)
    first = program.run("importer", review, "--json")
    assert first.code == 0
    (facts,) = first.json
    assert (facts["nature"], facts["etat"], facts["code"]) == ("avis", "pris", "avis-pris")
    kept = [(hashlib.sha256(review.read_bytes()).hexdigest(), uuid_of(0), 1)]
    assert rows(program.database, KEPT) == kept
    assert documents(program.database, "avis", "content") == [(review.read_bytes(),)]
    (again,) = program.run("importer", review, "--json").json
    assert (again["etat"], "déjà importé" in again["message"]) == ("deja", True)
    assert rows(program.database, KEPT) == kept


def test_a_review_of_an_earlier_sending_says_so(program: Program, tmp_path: Path) -> None:
    first, second = sent(
        tmp_path, submission(an_assessment()), submission(an_assessment(first=Rating.NO), number=2)
    )
    review = answered(tmp_path, first)
    program.run("importer", first, second)
    (facts,) = program.run("importer", review, "--json").json
    assert facts["etat"] == "pris"
    plain = " ".join(facts["message"].split())
    assert "Il porte sur l’envoi n° 1 ; votre dernier est le n° 2." in plain


def test_a_review_of_an_assessment_that_is_not_here_is_read_and_not_kept(
    program: Program, tmp_path: Path
) -> None:
    first, other = sent(tmp_path, submission(an_assessment()), submission(an_assessment(1)))
    program.run("importer", other)
    answer = program.run("importer", answered(tmp_path, first), "--json")
    assert (answer.code, answer.json[0]["etat"]) == (0, "lu")
    assert "n’est pas ici" in answer.json[0]["message"]
    assert "Importez d’abord son fichier" in answer.json[0]["message"]
    assert rows(program.database, KEPT) == []


def test_a_review_on_another_territory_is_refused_with_both_names(program: Program, tmp_path: Path) -> None:
    first, other = sent(
        tmp_path, submission(an_assessment(territory=0)), submission(an_assessment(territory=1))
    )
    program.run("importer", other)
    answer = program.run("importer", answered(tmp_path, first))
    assert answer.code == 3
    for number in (0, 1):
        assert an_assessment(territory=number).identity.territory.name in answer.said
    assert rows(program.database, KEPT) == []


def test_a_review_is_taken_also_when_the_territory_was_renamed_or_the_assessment_came_back_after_it(
    program: Program, tmp_path: Path
) -> None:
    of = an_assessment()
    unnamed = of.identity._replace(territory=Territory("CC de l’Exemple", None, "16", None))
    (path,) = sent(tmp_path, submission(of._replace(identity=unnamed), status=Status.DRAFT))
    first, second = (
        answered(tmp_path, path).rename(tmp_path / "un.json"),
        answered(tmp_path, path, {ASKED: "Quand ?"}),
    )
    assert program.run("importer", path, first, "--json").json[1]["etat"] == "pris"
    assert program.run("importer", path, "--nouvelle").code == 0
    (row,) = program.run("synthese", "--json").json["suites"]
    assert (row["note_initiale"], row["note_conseiller"]) == (1, 2), "what the adviser read is known again"

    workspace = open_workspace(program.database, write=True)
    session = workspace.open(1)
    territory = session.assessment.identity.territory._replace(name="CC de l’Essai")
    session.identify(session.assessment.identity._replace(territory=territory))
    workspace.close()
    (facts,) = program.run("importer", second, "--json").json
    assert (facts["etat"], "devenue celle de «\N{NO-BREAK SPACE}CC de l’Essai" in facts["message"]) == (
        "pris",
        True,
    )
    assert len(program.run("synthese", "--json").json["suites"]) == 2
    elsewhere = review_of_file(submission(an_assessment(territory=1)), {ASKED: "Où ?"})
    second.write_bytes(elsewhere)
    assert program.run("importer", second).code == 3, (
        "on another state, of a territory that never was this one"
    )


def test_a_review_of_one_s_own_assessment_is_kept_with_it(filled: Program, tmp_path: Path) -> None:
    with raw(filled.database) as connection:
        name, siren = connection.execute("SELECT territory_name, siren FROM assessment").fetchone()
        connection.execute("UPDATE assessment SET uuid = ?", (uuid_of(0),))
    of = an_assessment()
    territory = of.identity.territory._replace(name=name, siren=siren)
    (path,) = sent(tmp_path, submission(of._replace(identity=of.identity._replace(territory=territory))))
    before = rows(filled.database, "SELECT * FROM answer")
    (facts,) = filled.run("importer", answered(tmp_path, path), "--json").json
    assert facts["etat"] == "pris"
    assert rows(filled.database, "SELECT * FROM answer") == before


def test_before_sending_the_command_names_a_note_retained_and_not_set_and_the_remarks_without_an_answer(
    program: Program, tmp_path: Path
) -> None:
    assessment = an_assessment(first=Rating.PARTLY)
    (file,) = sent(tmp_path, submission(assessment, status=Status.DRAFT))
    assert program.run("importer", file, "--nouvelle").code == 0
    review = tmp_path / "avis.json"
    review.write_bytes(a_review(charente(), assessment))
    assert program.run("importer", review).code == 0
    workspace = open_workspace(program.database, write=True)
    session = workspace.open(1)
    first = charente().cells[0]
    found = review_to_answer(workspace, session.grid, session.assessment)
    assert found is not None
    row = decided(next(item for item in found.items if item.cell == first), Decision.TAKEN)
    assert row is not None
    session.answer_review(row)
    retained = "1 note de la Caf retenue, mais la vôtre n’a pas changé : 1.1 Famille (1, Caf 3)."
    open_ = "4 remarques de la Caf sans réponse."
    workspace.close()
    for command in ("exporter", "dossier"):
        said = program.run(command, "1", "--sortie", tmp_path).said
        assert f"- {retained}" in said, command
        assert f"- {open_}" in said, command
    workspace = open_workspace(program.database, write=True)
    workspace.open(1).rate(first, Rating.FULLY)
    workspace.close()
    said = program.run("exporter", "1", "--sortie", tmp_path, "--definitif").said
    assert "retenue" not in said
    assert open_ in said


def test_remarks_that_do_not_go_into_the_file_are_counted_before_it_is_sent_and_stay_here(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_MOST_ROWS", 2)
    (file,) = sent(tmp_path, submission(an_assessment(), status=Status.DRAFT))
    assert program.run("importer", file, "--nouvelle").code == 0
    first = review_of_file(file.read_bytes(), {f"commentaire:m1.a0{line}": "Tôt." for line in (1, 2, 3)})
    later = review_of_file(file.read_bytes(), {"commentaire:m1.a04": "Tard."}, days=1)
    reviews = write(tmp_path / "avis", [first, later])
    assert [one["etat"] for one in program.run("importer", *reviews, "--json").json] == ["pris", "pris"]
    said = "2 remarques de la Caf, les plus anciennes, n’entrent pas dans le fichier, qui est plein :"
    assert said in program.run("dossier", 1, "--sortie", tmp_path).said
    answer = program.run("exporter", 1, "--sortie", tmp_path, "--definitif")
    assert said in answer.said
    (written,) = tmp_path.glob("CTG_*_envoi-*.json")
    kept = json.loads(written.read_bytes())["suites"]
    assert [row["remarque"] for row in kept] == ["Tôt.", "Tard."]
    (again,) = program.run("importer", written, "--json").json
    assert again["etat"] == "deja", "the file is known as one's own"


@pytest.mark.parametrize("name", ["mauvais-note-changee.json", "mauvais-note-privee.json"])
def test_a_bad_review_is_refused_with_why_and_nothing_is_kept(
    program: Program, tmp_path: Path, name: str
) -> None:
    good = tmp_path / "bon.json"
    good.write_bytes(review_examples()["bon-complet.json"])
    program.run("importer", *sent(tmp_path))
    answer = program.run("importer", REFUSED_FOLDER / name, good, "--json")
    assert answer.code == 3
    assert [(one["nature"], one["etat"]) for one in answer.json] == [("avis", "refuse"), ("avis", "pris")]
    assert len(rows(program.database, KEPT)) == 1
