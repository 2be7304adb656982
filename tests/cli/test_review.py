"""`avis` writes the adviser's answer; `importer` keeps it with the assessment that it is about."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.review import Decision
from ctg_tui.grids.catalogue import review_examples
from ctg_tui.services.review.answering import decided, review_to_answer
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.databases import documents, raw, rows
from tests.each_row import each_row
from tests.make_review_examples import REFUSED_FOLDER
from tests.received import a_review, an_assessment, submission, uuid_of, write
from tests.strategies import charente

KEPT = "SELECT id, lineage, json_extract(facts, '$.revision') FROM document WHERE kind = 'avis'"


def sent(folder: Path, *contents: bytes) -> list[Path]:
    return write(folder / "recus", contents or [submission(an_assessment())])


def answered(program: Program, folder: Path, of: Path, *more: object) -> Path:
    path = folder / "avis.json"
    answer = program.run("avis", of, "--ligne", "1.3/famille=2", "--sortie", path, "--remplacer", *more)
    assert answer.code == 0, answer.said
    return path


def test_the_review_says_what_was_asked_in_grid_order_and_changes_no_self_note(
    program: Program, tmp_path: Path
) -> None:
    (path,) = sent(tmp_path)
    before = path.read_bytes()
    out = tmp_path / "A.json"
    answer = program.run(
        *("avis", path, "--ligne", "1.3/Éducation=nc", "--ligne", "1.3/famille=2"),
        *("--commentaire", "1.3=À revoir : 2 = peu", "--ordre-du-jour", "1.1"),
        *("--question", "Quand = bientôt ?", "--question", "1.3=Qui suit ?"),
        *("--convenue", "m1.a03/famille=2", "--entretien", "2027-02-11", "--sortie", out, "--json"),
    )
    assert answer.code == 0, answer.said
    assert (answer.json["remarques"], answer.json["questions"], answer.json["notes_convenues"]) == (4, 2, 1)
    document = json.loads(out.read_bytes())
    assert document["lignes"] == [
        {"activite": "m1.a01", "ordre_du_jour": True},
        {"activite": "m1.a03", "commentaire": "À revoir : 2 = peu"},
        {"activite": "m1.a03", "politique": "famille", "note_conseiller": 2},
        {"activite": "m1.a03", "politique": "education", "note_conseiller": "NC"},
    ]
    assert document["questions"] == [
        {"id": "q1", "texte": "Quand = bientôt ?"},
        {"id": "q2", "activite": "m1.a03", "texte": "Qui suit ?"},
    ]
    assert document["auteur"] == {"nom": "Prénom Nom", "courriel": "prenom.nom@exemple.fr"}
    assert document["soumission"]["evaluation"] == uuid_of(0)
    assert path.read_bytes() == before
    assert not program.database.exists()


@each_row(
    "arguments, code, said",
    [
        (("--ligne", "1.99/famille=2"), 1, "n’est pas une ligne"),
        (("--ligne", "1.3=2"), 1, "quelle politique"),
        (("--ligne", "1.3/famille=4"), 1, "n’est pas une note"),
        (("--commentaire", "1.3="), 1, "vide"),
        (("--ligne", "1.3"), 2, "LIGNE=VALEUR"),
        (("--entretien", "demain"), 2, "n’est pas une date"),
        (("--entretien", "0001-01-01"), 3, "l’année de cette date doit être"),
        (("--commentaire", "1.3=\udce0 revoir"), 2, "--commentaire : des caractères n’ont pas pu être lus"),
        (("--question", "Qui ?", "--question", "Quand \udce0 peu près ?"), 2, "ne sont pas en UTF-8"),
        (("--auteur", "H\udce9l\udce8ne"), 2, "Rien n’a été enregistré"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is(
    program: Program, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    (path,) = sent(tmp_path)
    out = tmp_path / "A.json"
    answer = program.run("avis", path, *arguments, "--sortie", out)
    assert (answer.code, said in answer.said) == (code, True), answer.said
    assert not out.exists()


@pytest.mark.skipif(os.name == "nt", reason="names of files are text")
def test_a_path_is_taken_as_it_is_also_when_its_bytes_are_not_utf_8(program: Program, tmp_path: Path) -> None:
    (path,) = sent(tmp_path)
    odd = path.rename(tmp_path / "re\udce7u.json")
    review = tmp_path / "\udce9crit.json"
    assert program.run("avis", odd, "--ligne", "1.3/famille=2", "--sortie", review).code == 0
    assert program.run("compte-rendu", review, "--sortie", tmp_path / "entret\udcefen.html").code == 0
    assert program.run("synthese", odd).code == 0
    assert program.run("rapport", odd, "--sortie", tmp_path / "\udcff.html").code == 0


def test_an_existing_file_and_the_submission_itself_are_not_replaced(
    program: Program, tmp_path: Path
) -> None:
    (path,) = sent(tmp_path)
    out = answered(program, tmp_path, path)
    assert program.run("avis", path, "--sortie", out).code == 1
    before = path.read_bytes()
    assert program.run("avis", path, "--sortie", path, "--remplacer").code == 1
    assert path.read_bytes() == before


def test_a_review_is_kept_once_with_its_submission_and_acknowledged(program: Program, tmp_path: Path) -> None:
    (path,) = sent(tmp_path)
    review = answered(program, tmp_path, path)
    program.run("importer", path)
    first = program.run("importer", review, "--json")
    assert first.code == 0
    (facts,) = first.json
    assert (facts["nature"], facts["etat"], facts["code"]) == ("avis", "pris", "avis-pris")
    assert facts["accuse"] == f"Avis reçu, code de contrôle {facts['empreinte_courte']}."
    kept = [(hashlib.sha256(review.read_bytes()).hexdigest(), uuid_of(0), 1)]
    assert rows(program.database, KEPT) == kept
    assert documents(program.database, "avis", "content") == [(review.read_bytes(),)]
    (again,) = program.run("importer", review, "--json").json
    assert (again["etat"], "déjà importé" in again["message"]) == ("deja", True)
    assert rows(program.database, KEPT) == kept


def test_a_review_of_another_revision_says_so(program: Program, tmp_path: Path) -> None:
    first, second = sent(
        tmp_path, submission(an_assessment()), submission(an_assessment(first=Rating.NO), revision=2)
    )
    review = answered(program, tmp_path, first)
    program.run("importer", first, second)
    (facts,) = program.run("importer", review, "--json").json
    assert facts["etat"] == "pris"
    assert "version 1\N{NARROW NO-BREAK SPACE}; la vôtre est la version 2" in facts["message"]


def test_a_review_of_an_assessment_that_is_not_here_is_read_and_not_kept(
    program: Program, tmp_path: Path
) -> None:
    first, other = sent(tmp_path, submission(an_assessment()), submission(an_assessment(1)))
    program.run("importer", other)
    answer = program.run("importer", answered(program, tmp_path, first), "--json")
    assert (answer.code, answer.json[0]["etat"]) == (0, "lu")
    assert "n’est pas ici" in answer.json[0]["message"]
    assert rows(program.database, KEPT) == []


def test_a_review_on_another_territory_is_refused_with_both_names(program: Program, tmp_path: Path) -> None:
    first, other = sent(
        tmp_path, submission(an_assessment(territory=0)), submission(an_assessment(territory=1))
    )
    program.run("importer", other)
    answer = program.run("importer", answered(program, tmp_path, first))
    assert answer.code == 3
    for number in (0, 1):
        assert an_assessment(territory=number).identity.territory.name in answer.said
    assert rows(program.database, KEPT) == []


def test_a_review_of_one_s_own_assessment_is_kept_with_it(filled: Program, tmp_path: Path) -> None:
    with raw(filled.database) as connection:
        name, siren = connection.execute("SELECT territory_name, siren FROM assessment").fetchone()
        connection.execute("UPDATE assessment SET uuid = ?", (uuid_of(0),))
    of = an_assessment()
    territory = of.identity.territory._replace(name=name, siren=siren)
    (path,) = sent(tmp_path, submission(of._replace(identity=of.identity._replace(territory=territory))))
    before = rows(filled.database, "SELECT * FROM answer")
    (facts,) = filled.run("importer", answered(filled, tmp_path, path), "--json").json
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
    retained = "1 note du CCD retenue, mais la vôtre n’a pas changé : 1.1 Famille (1, CCD 3)."
    open_ = "4 remarques ou questions de la Caf sans réponse : 1.1, 1.1 Éducation, 1.1 question, Question."
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
