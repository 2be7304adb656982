"""`exporter` and `verifier`: the second accepts the files of the first, and refuses others with a code."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path

import pytest

from ctg_tui.domain.answers import Rating
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.scores import score
from ctg_tui.grids.catalogue import examples
from ctg_tui.services.workspace import open_workspace
from ctg_tui.submission.document import results
from tests.cli.conftest import fill
from tests.cli.program import Program
from tests.laboratory.disks import as_anybody
from tests.services.test_dossier import example, with_salary


def export(program: Program, *arguments: object) -> Path:
    answer = program.run("exporter", "--sortie", program.home, "--json", *arguments)
    assert answer.code == 0, answer.err
    return Path(answer.json["fichier"])


def test_an_exported_file_is_accepted_with_the_same_figures(filled: Program, grid: Grid) -> None:
    path = export(filled)
    workspace = open_workspace(filled.database, None, write=False)
    _, assessment = workspace.load(1)
    workspace.close()
    (verdict,) = filled.run("verifier", "--json", path).json
    assert verdict["valide"] is True
    assert verdict["problemes"] == verdict["remarques"] == []
    assert verdict["resultats"] == results(grid, score(grid, assessment.answers))
    assert verdict["resultats"] == filled.run("synthese", "--json").json["resultats"]
    assert filled.run("synthese", "--json", path).json["resultats"] == verdict["resultats"]
    of_the_file, of_the_base = (
        filled.run("synthese", *which).out.partition("Rempli à") for which in ([path], [])
    )
    assert of_the_file[0] == of_the_base[0]
    answer = filled.run("verifier", path)
    assert (answer.code, answer.err) == (0, "")
    assert verdict["empreinte_courte"] in answer.out
    assert verdict["empreinte_courte"] in path.name


def test_the_export_reports_the_contents_of_the_file_and_the_findings(filled: Program) -> None:
    answer = filled.run("exporter", "--sortie", filled.home)
    assert answer.code == 0
    first = answer.out.splitlines()[0]
    path = Path(first.partition(":")[2].strip())
    assert path.is_file()
    contents = filled.run("exporter", "--sortie", filled.home, "--json").json["contenu"]
    for key, word in (("notees", "cases notées"), ("nc", "NC"), ("sans_reponse", "sans réponse")):
        assert contents[key] > 0
        assert f"{contents[key]}\N{NO-BREAK SPACE}{word}" in answer.out
    assert f"{contents['sans_reponse']} cases sans réponse." in answer.said
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_with_a_newline_in_its_name_stays_on_its_line(filled: Program) -> None:
    folder = filled.home / "deux\nlignes"
    folder.mkdir()
    answer = filled.run("exporter", "--sortie", folder)
    assert answer.code == 0
    assert answer.out.splitlines()[0].startswith("Fichier enregistré et relu")
    assert answer.out.splitlines()[0].endswith(".json")


def test_an_export_changes_nothing_in_the_database(filled: Program) -> None:
    before = filled.database.read_bytes()
    export(filled)
    assert filled.database.read_bytes() == before


def test_another_file_of_the_same_name_is_replaced_only_when_asked(filled: Program) -> None:
    path = export(filled)
    sound = path.read_bytes()
    assert export(filled) == path  # a former export of the same state is removed silently
    path.write_text("à moi", encoding="utf-8")
    answer = filled.run("exporter", "--sortie", filled.home)
    assert (answer.code, answer.out) == (1, "")
    assert f"« {path.name} » existe déjà : rien n’a été écrit." in answer.said
    assert path.read_text(encoding="utf-8") == "à moi"
    export(filled, "--remplacer")
    assert len(path.read_bytes()) == len(sound)


def test_one_changed_character_is_refused_with_code_3(filled: Program) -> None:
    path = export(filled)
    text = path.read_text(encoding="utf-8")
    for position in (0.01, 0.2, 0.5, 0.8, 0.99):
        index = int(len(text) * position)
        changed = chr(ord(text[index]) ^ 1)
        path.write_text(text[:index] + changed + text[index + 1 :], encoding="utf-8")
        answer = filled.run("verifier", path)
        assert answer.code == 3, position
        assert "refusé" in answer.out
        assert len(answer.out.splitlines()) >= 2
        (verdict,) = filled.run("verifier", "--json", path).json
        assert verdict["valide"] is False
        assert verdict["problemes"][0]["code"].isascii()
        assert filled.run("synthese", path).code == 3


def test_each_file_has_its_verdict_and_one_refusal_is_enough(filled: Program) -> None:
    good = export(filled)
    (filled.home / "autre.json").write_text("{}", encoding="utf-8")
    answer = filled.run("verifier", good, filled.home / "autre.json", "nowhere.json")
    assert answer.code == 3
    *verdicts, total = [line for line in answer.out.splitlines() if not line.startswith(" ")]
    assert [("valide" in line, "refusé" in line) for line in verdicts] == [
        (True, False),
        (False, True),
        (False, True),
    ]
    assert " ".join(total.split()) == "Total : 3 fichiers vérifiés, 1 valide, 2 refusés."
    assert "Total" not in filled.run("verifier", good).out


def test_a_folder_is_verified_whole_and_its_other_pieces_are_left_aside(program: Program) -> None:
    workspace = open_workspace(program.database, None, write=True)
    made = example(workspace)
    with_salary(workspace, made)
    workspace.close()
    received = program.home / "reçus"
    received.mkdir()
    done = program.run("dossier", "--sortie", received, "--json").json
    answer = program.run("verifier", received)
    assert answer.code == 0, "the forecast of a dossier is no refused submission"
    *_, total = answer.out.splitlines()
    assert " ".join(total.split()) == (
        "Total : 1 fichier vérifié, 1 valide, 0 refusé, 1 autre pièce laissée de côté, "
        "6 autres fichiers non lus."
    )
    assert f"{Path(done['dossier']).name}/{done['fichiers'][0]}" in answer.out
    (received / ".caché.json").write_text("{}", encoding="utf-8")
    bad = received / "a" / "b.JSON"
    bad.parent.mkdir()
    bad.write_text("{}", encoding="utf-8")
    answer = program.run("verifier", received)
    assert answer.code == 3
    assert "\na/b.JSON\u00a0: refusé" in answer.out
    verdicts = program.run("verifier", "--json", received).json
    assert {Path(verdict["fichier"]).name for verdict in verdicts if verdict["problemes"]} > {"b.JSON"}
    assert [verdict["valide"] for verdict in verdicts].count(True) == 1
    (received / "vide").mkdir()
    nothing = program.run("verifier", received / "vide")
    assert (nothing.code, " ".join(nothing.out.split())) == (3, "Total : aucun fichier à vérifier.")


def test_a_pattern_names_its_files_where_no_shell_does_it(filled: Program) -> None:
    good = export(filled)
    (filled.home / "autre.json").write_text("{}", encoding="utf-8")
    verdicts = filled.run("verifier", "--json", filled.home / "*.json").json
    assert {verdict["fichier"] for verdict in verdicts} == {str(filled.home / "autre.json"), str(good)}
    (nothing,) = filled.run("verifier", "--json", filled.home / "*.xml").json
    assert nothing["problemes"][0]["code"] == "fichier-absent"


def test_an_archive_with_damaged_bytes_is_refused_like_any_other_file(program: Program) -> None:
    path = program.home / "abime.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("docProps/core.xml", "<dc:title>Tableau prévisionnel 2027</dc:title>" * 20)
    raw = bytearray(path.read_bytes())
    start = raw.index(b"core.xml") + len(b"core.xml")
    raw[start : start + 20] = b"\xff" * 20
    path.write_bytes(raw)
    answer = program.run("verifier", path, "--json")
    assert answer.code == 3
    assert [problem["code"] for problem in answer.json[0]["problemes"]] == ["pas-utf8"]


def test_the_other_pieces_of_a_dossier_are_named_and_the_file_to_check_with_them(program: Program) -> None:
    workspace = open_workspace(program.database, None, write=True)
    made = example(workspace)
    with_salary(workspace, made)
    workspace.close()
    done = program.run("dossier", "--sortie", program.home, "--json").json
    folder, names = Path(done["dossier"]), done["fichiers"]
    submission = names[0]
    expected = {
        "_rapport.html": "un rapport à lire",
        "_rapport.xlsx": "un rapport à lire",
        "_previsionnel.xlsx": "le tableau prévisionnel",
        "_previsionnel.json": "le tableau prévisionnel",
        "_actions.ics": "l’agenda des actions",
        "courriel.eml": "un courriel",
        "LISEZ-MOI.txt": "le mode d’emploi d’un dossier",
    }
    verdicts = program.run("verifier", "--json", *(folder / name for name in names))
    assert verdicts.code == 3
    assert [verdict["valide"] for verdict in verdicts.json] == [True, *[False] * 7]
    for verdict in verdicts.json[1:]:
        (problem,) = verdict["problemes"]
        (piece,) = (piece for end, piece in expected.items() if verdict["fichier"].endswith(end))
        said = problem["message"].replace("\u00a0", " ")
        assert problem["code"] == "autre-piece"
        assert f"n’est pas le fichier à vérifier : c’est {piece}." in said
        assert f"« {submission} »" in said
    for command in (("synthese",), ("rapport", "--sortie", program.home / "r.html")):
        answer = program.run(*command, folder / "LISEZ-MOI.txt")
        assert answer.code == 3
        assert f"Vérifiez « {submission} »" in answer.said
    shown = program.run("verifier", folder / "courriel.eml")
    assert shown.out.startswith("«\u00a0courriel.eml\u00a0» n’est pas le fichier à vérifier")
    assert "refusé" not in shown.out
    elsewhere = program.home / "seul.ics"
    elsewhere.write_bytes(next(folder.glob("*.ics")).read_bytes())
    assert "par exemple CTG_" in program.run("verifier", elsewhere).out


def test_a_file_that_resembles_a_piece_of_a_dossier_gets_its_own_refusal(program: Program) -> None:
    contents = {
        "a.xlsx": b"PK\x03\x04" + bytes(60),
        "b.eml": b"Subject: bonjour\r\n\r\nCTG\r\n",
        "c.html": b"<!DOCTYPE html><title>CTG</title>",
        "d.ics": b"BEGIN:VCALENDAR\r\n",
        "e.txt": "Auto-évaluation CTG".encode(),
    }
    for name, content in contents.items():
        (program.home / name).write_bytes(content)
    answer = program.run("verifier", "--json", *(program.home / name for name in contents))
    assert answer.code == 3
    codes = {problem["code"] for verdict in answer.json for problem in verdict["problemes"]}
    assert codes
    assert "autre-piece" not in codes


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_pipe_or_a_device_never_makes_verifier_wait(program: Program) -> None:
    fifo = program.home / "tube"
    os.mkfifo(fifo)
    answer = program.run("verifier", "--json", fifo, "/dev/zero")
    assert answer.code == 3
    assert [verdict["problemes"][0]["code"] for verdict in answer.json] == ["pas-un-fichier"] * 2


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
    codes = [[problem["code"] for problem in verdict["problemes"]] for verdict in answer.json]
    assert codes == [[], ["fichier-illisible"], ["fichier-illisible"]]
    assert filled.run_process("synthese", closed, before=as_anybody).code == 3
    assert filled.run_process("rapport", closed, "--sortie", "r.html", before=as_anybody).code == 3
    grid = filled.run_process("grille", "verifier", closed, before=as_anybody)
    assert (grid.code, "ne peut pas être lu" in grid.said) == (3, True)


@pytest.mark.skipif(sys.platform != "linux", reason="gives up rights as Linux has them")
@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("exporter", "le disque ne garantit pas de le garder"),
        ("dossier", "ne peut pas être lu : des fichiers d’une préparation précédente peuvent y être"),
    ],
)
def test_a_folder_that_cannot_be_listed_is_reported_in_a_sentence(
    filled: Program, command: str, sentence: str
) -> None:
    folder = filled.home / "sans liste"
    folder.mkdir()
    (folder / "CTG_val-de-charente_2027_annuelle_r1_dossier").mkdir()
    (folder / "CTG_val-de-charente_2027_annuelle_r1_dossier").chmod(0o300)
    folder.chmod(0o300)
    answer = filled.run_process(command, "--sortie", folder, before=as_anybody)
    folder.chmod(0o700)
    assert answer.code == 1
    assert "imprévue" not in answer.said
    assert sentence in answer.said


def test_with_several_assessments_the_number_is_needed(program: Program) -> None:
    first, second = fill(program, 2026, every=9), fill(program, 2027, every=9)
    answer = program.run("exporter", "--sortie", program.home)
    assert (answer.code, answer.out) == (2, "")
    assert f"{second} et {first}" in answer.err
    assert not list(program.home.glob("CTG_*"))
    assert "_2026_" in export(program, first).name


def test_an_incomplete_assessment_does_not_become_final(filled: Program) -> None:
    answer = filled.run("exporter", "--sortie", filled.home, "--definitif")
    assert (answer.code, answer.out) == (1, "")
    assert "sans réponse" in answer.err
    assert not list(filled.home.glob("CTG_*"))


def test_a_final_export_makes_the_assessment_final(program: Program, grid: Grid) -> None:
    fill(program, 2027)
    workspace = open_workspace(program.database, None, write=True)
    workspace.open(1).rate(grid.cells[0], Rating.FULLY)
    workspace.close()
    path = export(program, "--definitif")
    (verdict,) = program.run("verifier", "--json", path).json
    assert verdict["etat"] == "definitif"
    assert program.run("liste", "--json").json[0]["etat"] == "definitif"
    assert export(program) == path


@pytest.mark.parametrize("kind", ["absent", "file", "protected"])
def test_a_folder_that_cannot_be_written_is_refused(filled: Program, kind: str) -> None:
    folder = filled.home / "dossier"
    if kind == "file":
        folder.write_text("", encoding="utf-8")
    elif kind == "protected":
        folder.mkdir(mode=0o500)
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write anywhere")
    answer = filled.run("exporter", "--sortie", folder)
    assert (answer.code, answer.out) == (1, "")
    assert f"« {folder} »" in answer.said


def test_the_folder_is_needed(filled: Program) -> None:
    answer = filled.run("exporter")
    assert (answer.code, answer.out) == (2, "")
    assert "--sortie" in answer.err


def test_the_summary_of_a_received_file_speaks_to_who_receives_it(filled: Program) -> None:
    """The advice to the person who fills the assessment is left out."""
    shown = filled.run("synthese", export(filled)).out
    assert "envoi" not in shown
    assert "sans commentaire" not in shown
    assert "21\N{NO-BREAK SPACE}cases sans réponse" in shown.partition("Dans ce fichier")[2]


def test_a_submission_of_an_unknown_grid_is_summarised_without_a_percentage(program: Program) -> None:
    path = program.home / "recu.json"
    path.write_bytes(examples()["bon-grille-inconnue.json"])
    answer = program.run("synthese", path)
    assert answer.code == 0
    assert "%" not in answer.out
    assert "Ensemble" in answer.out
    assert "introuvable sur ce poste" in answer.said
    assert "grille installer FICHIER" in answer.said
    facts = program.run("synthese", "--json", path).json
    assert facts["resultats"] is None
    assert facts["grille"]["connue"] is False
