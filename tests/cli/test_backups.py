"""`sauvegarder`, `restaurer`, `effacer`: nothing is lost by accident, no erased row remains."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.services.workspace import open_workspace
from tests.cli.conftest import fill
from tests.cli.program import Program, as_anybody
from tests.effort import some


def test_the_list_shows_the_contents_of_each_backup_and_changes_nothing(filled: Program) -> None:
    assert filled.run("restaurer", "--json").json == []
    assert "pas encore de sauvegarde" in filled.run("restaurer").err
    filled.run("sauvegarder")
    fill(filled, 2028, every=9)
    filled.run("sauvegarder")
    content = filled.database.read_bytes()
    listed = filled.run("restaurer", "--json")
    assert [one["contenu"]["evaluations"] for one in listed.json] == [2, 1]
    lines = filled.run("restaurer").out.replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert len(lines) == 2
    assert "2 évaluations" in lines[0]
    assert "(demandée)" in lines[0]
    assert "ctg-tui restaurer, suivi de son numéro" in filled.run("restaurer").said
    assert filled.database.read_bytes() == content


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
    workspace = open_workspace(filled.database, None, write=True)
    workspace.delete(1)
    workspace.close()
    answer = filled.run("effacer", "1", "--oui")
    assert answer.code == 0
    assert "seules des sauvegardes peuvent encore la contenir" in answer.err
    assert "L’évaluation est effacée." in answer.out
    assert "(1 fichier d’avant supprimé)" in answer.out.replace("\N{NO-BREAK SPACE}", " ")
    assert filled.run("effacer", "2", "--oui").code == 1, "no assessment ever had that number"


@pytest.mark.parametrize(
    "name",
    [
        "ma base d'été.db",
        "sans-suffixe",
        pytest.param(
            'à $HOME "ou" `ailleurs`.db',
            marks=pytest.mark.skipif(os.name == "nt", reason="no such name there"),
        ),
    ],
)
def test_the_command_that_docteur_gives_restores_the_database_it_examined(filled: Program, name: str) -> None:
    database = filled.database.rename(filled.home / name)
    filled.run("sauvegarder", "--base", database)
    content = filled.run("synthese", "--json", "--base", database).json
    database.write_bytes(database.read_bytes()[:5000])
    answer = filled.run("docteur", "--base", database)
    (command,) = re.findall("« ctg-tui (restaurer .*) » remet", answer.out.replace("\N{NO-BREAK SPACE}", " "))
    assert filled.run(*shlex.split(command), "--oui").code == 0
    assert filled.run("synthese", "--json", "--base", database).json == content
    assert not filled.database.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="gives up rights as Linux has them")
@pytest.mark.parametrize(
    ("name", "rights", "command", "fact"),
    [
        (
            "base.db",
            0o400,
            "exporter",
            "Le fichier « {} » est en lecture seule : rien ne peut y être enregistré.",
        ),
        ("base.db", 0o000, "synthese", "Vous n’avez pas le droit de lire le fichier « {} »."),
        ("base.db", 0o000, "exporter", "Vous n’avez pas le droit de lire le fichier « {} »."),
        ("", 0o500, "exporter", "Le dossier « {} » est en lecture seule : rien ne peut y être enregistré."),
    ],
)
def test_a_database_without_rights_says_which_are_missing_and_where(
    filled: Program, tmp_path_factory: pytest.TempPathFactory, name: str, rights: int, command: str, fact: str
) -> None:
    path, content = filled.home / name, filled.database.read_bytes()
    given = ("--sortie", tmp_path_factory.mktemp("sortie")) if command == "exporter" else ()
    path.chmod(rights)
    try:
        answer = filled.run_process(command, "1", *given, before=as_anybody)
    finally:
        path.chmod(0o700)
    assert (answer.code, answer.out) == (4, "")
    assert fact.format(path) + " Rien n’a été changé." in answer.said
    assert "lecteur est branché" not in answer.said
    assert filled.database.read_bytes() == content


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_without_any_room_left_is_said_to_be_full_also_where_one_only_reads(filled: Program) -> None:
    disk = filled.home / "disque"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "ctg-essai", str(disk)], check=True)
    try:
        base = disk / "base.db"
        shutil.copy(filled.database, base)
        room = os.statvfs(disk)
        (disk / "photo").write_bytes(bytes(room.f_bavail * room.f_frsize - 4096))
        for command in (("liste",), ("remplir", "1", "vous", "contact=Prénom Nom")):
            answer = filled.run_process(*command, "--base", base)
            assert (answer.code, "Le disque est plein" in answer.said) == (4, True), answer
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
