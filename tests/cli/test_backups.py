"""`sauvegarder`, `restaurer`, `effacer`: nothing is lost by accident, no erased row remains."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from ctg_tui.services.workspace import open_workspace
from tests.cli.program import Program, as_anybody
from tests.effort import some


def test_a_backup_brought_to_another_computer_is_restored_by_its_path(
    filled: Program, tmp_path: Path
) -> None:
    answers = filled.run("synthese", "1", "--json").json
    assert filled.run("sauvegarder").code == 0
    (made,) = (filled.database.parent / "sauvegardes").glob("*.db")
    other = Program(tmp_path / "neuf")
    other.home.mkdir()
    brought = shutil.copy(made, other.home / "apportée.db")
    named = other.run("importer", brought)
    assert named.code == 3
    assert "« ctg-tui restaurer », suivi de son chemin" in named.said
    assert other.run("restaurer", brought, "--oui").code == 0
    assert other.run("synthese", "1", "--json").json == answers
    (other.home / "note.txt").write_text("pas une sauvegarde")
    assert other.run("restaurer", other.home / "note.txt", "--oui").code == 4


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
@pytest.mark.parametrize(("typed", "done"), some([("oui", True), ("", False), ("non", False)], 2))
def test_in_a_terminal_only_oui_means_yes(filled: Program, typed: str, done: bool) -> None:
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        ["-m", "ctg_tui", "effacer", "1"],
        env=filled.environment(),
        encoding="utf-8",
        timeout=60,
    )
    child.expect("Val de Charente")
    child.expect("Les sauvegardes d’avant et les fichiers mis de côté sont supprimés")
    child.expect("oui")
    child.sendline(typed)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == (0 if done else 1)
    assert ("Rien n’a été changé." in (child.before or "")) is not done
    assert len(filled.run("liste", "--json").json) == (0 if done else 1)


def test_a_deleted_assessment_is_erased_from_its_backups_by_the_number_it_had(filled: Program) -> None:
    workspace = open_workspace(filled.database, write=True)
    workspace.delete(1)
    workspace.close()
    answer = filled.run("effacer", "1", "--oui")
    assert answer.code == 0
    assert "seules des sauvegardes peuvent encore la contenir" in answer.err
    assert "L’évaluation est effacée." in answer.out
    assert "(1 fichier d’avant supprimé)" in answer.out.replace("\N{NO-BREAK SPACE}", " ")
    assert filled.run("effacer", "2", "--oui").code == 1, "no assessment ever had that number"


def test_the_command_that_docteur_gives_restores_the_database_it_examined(filled: Program) -> None:
    database = filled.database.rename(filled.home / "ma base d'été")
    filled.run("sauvegarder", "--base", database)
    content = filled.run("synthese", "--json", "--base", database).json
    database.write_bytes(database.read_bytes()[:5000])
    answer = filled.run("docteur", "--base", database)
    (command,) = re.findall("« ctg-tui (restaurer .*) » remet", answer.out.replace("\N{NO-BREAK SPACE}", " "))
    assert filled.run(*shlex.split(command), "--oui").code == 0
    assert filled.run("synthese", "--json", "--base", database).json == content
    assert not filled.database.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="gives up rights as Linux has them")
@pytest.mark.parametrize(("name", "rights"), some([("base.db", 0o400), ("", 0o500)], 2))
def test_a_protected_database_can_be_read_and_nothing_else(filled: Program, name: str, rights: int) -> None:
    filled.run("sauvegarder")
    path, content = filled.home / name, filled.database.read_bytes()
    path.chmod(rights)
    try:
        assert filled.run_process("synthese", before=as_anybody).code == 0
        for command in (("restaurer", "1"), ("effacer", "1")):
            answer = filled.run_process(*command, "--oui", before=as_anybody)
            assert (answer.code, "protégé ou en lecture seule. Rien n’a" in answer.said) == (4, True), answer
            assert "lecteur est branché" not in answer.said
        examined = filled.run_process("docteur", before=as_anybody)
    finally:
        path.chmod(0o700)
    assert (examined.code, "accessibles en écriture" in examined.out) == (4, True)
    assert filled.database.read_bytes() == content
    assert not [*filled.home.rglob("*mise-de-cote*"), *filled.home.rglob("*.db-*")]


@pytest.mark.skipif(sys.platform != "linux", reason="gives up rights as Linux has them")
@pytest.mark.parametrize("cause", some(["file", 0o500], 2))
def test_a_backup_that_cannot_be_made_says_what_to_do_and_the_work_goes_on(
    filled: Program, cause: str | int
) -> None:
    folder = filled.home / "sauvegardes"
    if isinstance(cause, int):
        folder.mkdir()
        folder.chmod(cause)
    else:
        folder.write_text("un fichier tient la place du dossier")
    try:
        asked = filled.run_process("sauvegarder", before=as_anybody)
        daily = filled.run_process("texte", before=as_anybody)
        examined = filled.run_process("docteur", before=as_anybody)
    finally:
        folder.chmod(0o700)
    assert (asked.code, f"« {folder} »" in asked.said) == (1, True)
    read_aloud = " ".join(daily.out.split())
    for said in (asked.said, read_aloud):
        assert "la sauvegarde n’a pas été faite. Vos évaluations sont intactes." in said
        assert "Rendez ce dossier accessible" in said
    assert "1 évaluation." in read_aloud
    assert (examined.code, str(folder) in examined.out) == (4, True)
