"""`importer` takes submissions, and names what it does not take."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ctg_tui.services.spreadsheet import reading
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program
from tests.databases import documents, rows
from tests.received import an_assessment, mailed, submission, write
from tests.services.diagnosis import plain
from tests.spreadsheet.workbooks import Layout, make_workbook, saved
from tests.strategies import charente

FACTS = {"fichier", "nature", "etat", "code", "message", "paroles", "non_lu"}


def test_importer_answers_one_list_that_other_programs_rely_on(program: Program, tmp_path: Path) -> None:
    first, second = (submission(an_assessment(number, territory=number)) for number in range(2))
    paths = write(tmp_path / "recus", [first])
    (tmp_path / "second.json").write_bytes(second)
    (tmp_path / "autre.json").write_bytes(b'{"format": "ctg-previsionnel"}')
    others = (paths[0], tmp_path / "second.json", tmp_path / "autre.json")
    answer = program.run("importer", *paths, *others, "--json")
    assert answer.code == 3, "salaries that were given by themselves are refused"
    facts = answer.json
    assert [(one["nature"], one["etat"], one["code"]) for one in facts] == [
        ("soumission", "lu", "soumission-gardee"),
        ("soumission", "deja", "soumission-deja"),
        ("soumission", "lu", "soumission-gardee"),
        ("inconnu", "refuse", "salaires"),
    ]
    assert all(one.keys() == FACTS for one in facts)
    assert facts[0]["fichier"] == str(paths[0])
    assert facts[2]["fichier"] == str(tmp_path / "second.json")
    assert rows(program.database, "SELECT id FROM document WHERE kind = 'recu' ORDER BY id") == sorted(
        (hashlib.sha256(content).hexdigest(),) for content in (first, second)
    )
    again = program.run("importer", *paths, "--json")
    assert (again.code, again.json[0]["etat"]) == (0, "deja")


def test_importer_prints_what_was_taken_and_what_was_refused_with_why(
    program: Program, tmp_path: Path
) -> None:
    bad = tmp_path / "abime.json"
    bad.write_bytes(submission(an_assessment(1)).replace(b'"note": 3', b'"note": 2', 1))
    (good,) = write(tmp_path / "recus", [submission(an_assessment())])
    answer = program.run("importer", bad, good)
    assert answer.code == 3
    assert "« abime.json » est refusé" in answer.said
    assert "1\N{NO-BREAK SPACE}fichier refusé" in answer.out
    assert "Traceback" not in answer.err
    assert len(documents(program.database, "recu", "id")) == 1


def test_nothing_refused_is_created_and_a_workbook_comes_with_the_others(
    program: Program, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"{}")
    assert program.run("importer", bad).code == 3
    assert not program.database.exists()
    workbook = tmp_path / "grille.xlsx"
    workbook.write_bytes(saved(make_workbook(charente(), {}, Layout())))
    (good,) = write(tmp_path / "recus", [submission(an_assessment())])
    answer = program.run("importer", good, workbook, "--json")
    assert answer.code == 0
    assert [one["etat"] for one in answer.json] == ["lu", "lu"]


def test_a_dossier_of_ours_is_received_with_one_line_for_all_that_is_no_submission(
    program: Program, tmp_path: Path
) -> None:
    forecast = b'{\n  "format": "ctg-previsionnel",\n  "lignes": []\n}\n'
    report = b'<!doctype html><meta name="generator" content="ctg-tui 0.1.0">'
    pieces = {"a.json": submission(an_assessment()), "p.json": forecast, "r.html": report}
    pieces["courriel.eml"] = mailed({"a.json": pieces["a.json"]})
    folder = tmp_path / "dossier"
    folder.mkdir()
    for name, content in {**pieces, **{f"image{n}.png": b"x" for n in range(21)}}.items():
        (folder / name).write_bytes(content)
    answer = program.run("importer", folder)
    assert (answer.code, answer.err) == (0, "")
    assert len(answer.out.splitlines()) == 2
    assert answer.out.splitlines()[-1] == "24\N{NO-BREAK SPACE}pièces laissées de côté."
    facts = program.run("importer", folder, "--json").json
    assert sorted(one["etat"] for one in facts) == ["deja", *["lu"] * 24]
    (tmp_path / "p.json").write_bytes(forecast)
    alone = program.run("importer", tmp_path / "p.json")
    assert alone.code == 3
    assert "salaires" in alone.err


@pytest.mark.parametrize("options", [(), ("--nouvelle",)])
def test_a_mail_given_to_any_command_is_told_what_to_do_with(
    program: Program, tmp_path: Path, options: tuple[str, ...]
) -> None:
    for name in ("envoi.eml", "envoi.json", "envoi.xlsx"):
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
        assert not program.database.exists()
    answer = program.run("importer", good, tmp_path / "vide", "--json")
    assert (answer.code, [one["etat"] for one in answer.json]) == (3, ["lu", "lu", "refuse"])
    for command in (("importer",), ("consolider", "--sortie", tmp_path / "t.xlsx")):
        absent = program.run(*command, tmp_path / "absent.json")
        assert absent.code == 3
        assert "Le fichier ou dossier « absent.json » n’existe pas." in plain(absent.out + absent.err)


def test_a_database_open_in_a_window_takes_nothing_and_says_so(program: Program, tmp_path: Path) -> None:
    (good,) = write(tmp_path / "recus", [submission(an_assessment())])
    window = open_workspace(program.database, None, write=True)
    try:
        answer = program.run("importer", good)
    finally:
        window.close()
    assert answer.code == 4
    assert "Traceback" not in answer.err
    assert documents(program.database, "recu", "id") == []


def test_a_file_whose_reading_fails_in_any_way_is_named_and_the_others_taken(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("un mot du commentaire")

    folder = tmp_path / "recus"
    write(folder, [submission(an_assessment(rank)) for rank in range(2)])
    (folder / "grille.xlsx").write_bytes(saved(make_workbook(charente(), {}, Layout())))
    monkeypatch.setattr(reading, "read", fail)
    answer = program.run("importer", folder, "--json")
    assert (answer.code, [(one["etat"], one["code"]) for one in answer.json]) == (
        *(3, [("refuse", "erreur-imprevue"), *[("lu", "soumission-gardee")] * 2]),
    )
    assert "commentaire" not in answer.out + answer.err
