"""`importer` takes submissions, and names what it does not take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.databases import documents
from tests.received import an_assessment, mailed, submission, write
from tests.services.diagnosis import plain

FACTS = {"fichier", "nature", "etat", "code", "message", "paroles", "non_lu"}


def test_importer_prints_what_was_taken_and_what_was_refused_with_why(
    program: Program, tmp_path: Path
) -> None:
    bad = tmp_path / "abime.json"
    bad.write_bytes(submission(an_assessment(1)).replace(b'"note": 3', b'"note": 2', 1))
    (good,) = write(tmp_path / "recus", [submission(an_assessment())])
    answer = program.run("importer", bad, good)
    assert answer.code == 3
    assert "« abime.json » est refusé" in answer.said
    assert "Traceback" not in answer.err
    assert len(documents(program.database, "recu", "id")) == 1


@pytest.mark.parametrize("options", [(), ("--nouvelle",)])
def test_a_mail_given_to_any_command_is_refused_with_what_to_do(
    program: Program, tmp_path: Path, options: tuple[str, ...]
) -> None:
    for name in ("envoi.eml", "envoi.MSG"):
        (tmp_path / name).write_bytes(mailed({"x.json": submission(an_assessment())}))
        commands = [("importer", tmp_path / name, *options), ("verifier", tmp_path / name)]
        commands += [("grille", "verifier", tmp_path / name)]
        for command in commands if not options else commands[:1]:
            answer = program.run(*command)
            said = f"{answer.out}{answer.err}".replace("\N{NO-BREAK SPACE}", " ")
            assert answer.code == 3
            assert f"« {name} » est un courriel." in said
            assert "enregistrez sa pièce jointe" in said


def test_an_empty_folder_or_a_mistyped_one_is_said_and_ends_in_3(program: Program, tmp_path: Path) -> None:
    (good,) = write(tmp_path / "recus", [submission(an_assessment())])
    (tmp_path / "vide").mkdir()
    (tmp_path / "vide" / ".DS_Store").write_bytes(b"x")
    for name, said in (("vide", "ne contient aucun fichier"), ("recsu", "n’existe pas")):
        answer = program.run("importer", tmp_path / name, "--json")
        assert (answer.code, answer.json[-1]["etat"]) == (3, "refuse")
        message = plain(answer.json[-1]["message"])
        assert f"« {name} » {said}" in message
        assert message in plain(program.run("importer", tmp_path / name).said)
    answer = program.run("importer", good, tmp_path / "vide", "--json")
    assert (answer.code, [one["etat"] for one in answer.json]) == (3, ["lu", "refuse"])
    for command in (("importer",), ("consolider", "--sortie", tmp_path / "t.xlsx")):
        absent = program.run(*command, tmp_path / "absent.json")
        assert absent.code == 3
        assert "Le fichier « absent.json » n’existe pas." in plain(absent.out + absent.err)
