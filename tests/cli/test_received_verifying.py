"""`verifier`: a verdict for each file, whatever stands in its place."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program, as_anybody
from tests.cli.test_sending_submission import export
from tests.received import an_assessment, submission, uuid_of, write
from tests.services.dossiers import example, with_salary


def test_each_file_has_its_verdict_and_one_refusal_is_enough(filled: Program) -> None:
    good = export(filled)
    others: dict[str, Any] = {"autre": {}, "liste": {"grille": {"id": "a", "empreinte": []}}}
    others["mutilee"] = {"format": "ctg-soumission", "grille": {"id": "a", "empreinte": "\ud800"}}
    for name, document in others.items():
        (filled.home / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    bad = [filled.home / f"{name}.json" for name in others]
    answer = filled.run("verifier", good, *bad, "nowhere.json")
    assert answer.code == 3
    *verdicts, total = [line for line in answer.out.splitlines() if not line.startswith(" ")]
    assert [("valide" in line, "refusé" in line) for line in verdicts] == [
        (True, False),
        *[(False, True)] * 4,
    ]
    assert " ".join(total.split()) == "Total : 5 fichiers vérifiés, 1 valide, 4 refusés."
    assert "Total" not in filled.run("verifier", good).out


def test_folders_are_looked_into_alike_by_every_command_that_takes_them(
    program: Program, tmp_path: Path
) -> None:
    deep = tmp_path / "recus" / "CTG" / "val-de-charente" / "2027-annuelle" / "envoi-1"
    write(deep, [submission(an_assessment())])
    (tmp_path / "recus" / ".cache").mkdir()
    write(tmp_path / "recus" / ".cache", [submission(an_assessment(1))])
    (tmp_path / "recus" / "._recu-1.json").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "recus" / "lien.json").symlink_to(deep / "recu-1.json")
    (tmp_path / "recus" / "lien").symlink_to(deep)
    too_deep = tmp_path / "recus" / Path(*"abcdefghij")
    write(too_deep, [submission(an_assessment(2))])
    answer = program.run("importer", tmp_path / "recus", "--json")
    taken = {Path(row["fichier"]).name: row["code"] for row in answer.json}
    assert taken == {
        ".cache": "fichier-cache",
        "._recu-1.json": "fichier-cache",
        "lien": "lien",
        "lien.json": "lien",
        "recu-1.json": "soumission-gardee",
        "h": "trop-de-contenu",
    }
    made = program.run("consolider", tmp_path / "recus", "--sortie", tmp_path / "tous.xlsx", "--json")
    assert [row["evaluation"] for row in made.json["evaluations"]] == [uuid_of(0)]
    apart = {Path(row["fichier"]).name: row["code"] for row in made.json["a_part"]}
    assert apart == {name: code for name, code in taken.items() if name != "recu-1.json"}
    assert (answer.code, made.code) == (3, 3), "the folder too deep is refused, not what is hidden"


def test_a_damaged_workbook_is_refused_like_any_other_file(program: Program) -> None:
    path = program.home / "abime.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", "<dc:title>Tableau prévisionnel 2027</dc:title>" * 20)
    raw = bytearray(path.read_bytes())
    start = raw.index(b"core.xml") + len(b"core.xml")
    raw[start : start + 20] = b"\xff" * 20
    path.write_bytes(raw)
    answer = program.run("verifier", path, "--json")
    assert answer.code == 3
    assert answer.json[0]["probleme"]["code"] == "json-invalide"


def test_the_other_pieces_of_a_dossier_are_named_and_the_file_to_check_with_them(program: Program) -> None:
    workspace = open_workspace(program.database, None, write=True)
    made = example(workspace)
    with_salary(workspace, made)
    workspace.close()
    done = program.run("dossier", "--sortie", program.home, "--json").json
    folder, names = Path(done["dossier"]), done["fichiers"]
    expected = {
        "_rapport.html": "un rapport à lire",
        "_entretien.html": "un rapport à lire",
        "_rapport.xlsx": "un rapport à lire",
        "_previsionnel.xlsx": "le tableau prévisionnel",
        "courriel.txt": "le texte d’un courriel",
    }
    verdicts = program.run("verifier", "--json", *(folder / name for name in names if name != "courriel.eml"))
    assert verdicts.code == 3
    assert [verdict["valide"] for verdict in verdicts.json] == [True, *[False] * 5]
    for verdict in verdicts.json[1:]:
        problem = verdict["probleme"]
        (piece,) = (piece for end, piece in expected.items() if verdict["fichier"].endswith(end))
        said = problem["message"].replace("\u00a0", " ")
        assert problem["code"] == "autre-piece"
        assert f"n’est pas le fichier à vérifier : c’est {piece}." in said
        assert "Vérifiez celui qui finit par .json" in said
    answer = program.run("rapport", "--sortie", program.home / "r.html", folder / "courriel.txt")
    assert answer.code == 3
    assert "Vérifiez celui qui finit par .json" in answer.said
    shown = program.run("verifier", folder / "courriel.eml")
    assert shown.out.startswith("«\u00a0courriel.eml\u00a0» est un courriel")
    assert "enregistrez sa pièce jointe" in shown.out


def test_a_file_that_resembles_a_piece_of_a_dossier_gets_its_own_refusal(program: Program) -> None:
    contents = {
        "b.eml": b"Subject: bonjour\r\n\r\nCTG\r\n",
        "c.html": b"<!DOCTYPE html><title>CTG</title>",
        "d.ics": b"BEGIN:VCALENDAR\r\n",
        "e.txt": "Auto-évaluation CTG".encode(),
    }
    for name, content in contents.items():
        (program.home / name).write_bytes(content)
    answer = program.run("verifier", "--json", *(program.home / name for name in contents))
    assert answer.code == 3
    assert "autre-piece" not in {verdict["probleme"]["code"] for verdict in answer.json}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_pipe_or_a_device_never_makes_verifier_wait(program: Program) -> None:
    fifo = program.home / "tube"
    os.mkfifo(fifo)
    answer = program.run("verifier", "--json", fifo, "/dev/zero")
    assert answer.code == 3
    assert [verdict["probleme"]["code"] for verdict in answer.json] == ["pas-un-fichier"] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="gives up rights as Linux has them")
def test_a_path_that_cannot_be_read_has_its_verdict_beside_the_others(filled: Program) -> None:
    good = export(filled)
    closed, folder = filled.home / "fermé.json", filled.home / "fermé"
    closed.write_bytes(good.read_bytes())
    closed.chmod(0)
    folder.mkdir()
    folder.chmod(0)
    paths = (good, closed, folder / "a.json")
    answer = filled.run_process("verifier", "--json", *paths, before=as_anybody)
    assert answer.code == 3
    assert answer.json[0]["probleme"] is None
    assert [one["probleme"]["code"] for one in answer.json[1:]] == ["fichier-illisible"] * 2
    assert filled.run_process("rapport", closed, "--sortie", "r.html", before=as_anybody).code == 3
    grid = filled.run_process("grille", "verifier", closed, before=as_anybody)
    assert (grid.code, "ne peut pas être lu" in grid.said) == (3, True)
