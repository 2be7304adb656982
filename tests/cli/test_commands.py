"""The commands: their output on each stream, their help, their exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui import __version__
from ctg_tui.services.workspace import open_workspace
from tests.cli.program import ROOT, Program
from tests.each_row import each_row


def test_the_version_is_shown(program: Program) -> None:
    for arguments in (["--version"], ["--base", "x", "--version"]):
        answer = program.run(*arguments)
        assert (answer.code, answer.out, answer.err) == (0, f"ctg-tui {__version__}\n", "")


def test_help_is_in_french_to_the_last_word(program: Program) -> None:
    pages = [
        program.run(*command, "--aide") for command in ([], ["liste"], ["grille"], ["grille", "verifier"])
    ]
    for page in pages:
        assert (page.code, page.err) == (0, "")
        assert page.out.startswith("Usage\N{NO-BREAK SPACE}: ctg-tui")
        assert "Affiche cette aide." in page.out
        assert not re.search(r"\b(Show|Options:|Commands|exit|required|default|COMMAND|ARGS)\b", page.out)


def test_on_windows_commands_are_shown_as_its_installation_spells_them() -> None:
    code = "import sys; sys.platform = 'win32'; sys.argv = ['-m']; import ctg_tui; print(ctg_tui.PROGRAM)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert shown.stdout == "py -P -m ctg_tui\n"


@each_row(
    "arguments, said",
    [
        (["truc"], "« truc » manque, n’existe pas"),
        (["liste", "--jsn"], "« --jsn » manque, n’existe pas"),
        (["liste", "--json=3"], "« --json » manque, n’existe pas, ou a une valeur qui ne convient pas."),
        (["--base"], "« --base » manque"),
        (["liste", "x", "y"], "Il y a un mot de trop dans cette commande"),
        (["grille", "verifier"], "« FICHIER » manque"),
        (["exporter", "--sortie", "a.json"], "« --sortie » est ici un dossier"),
        (["rapport", "1", "--sortie", "a"], "« --sortie » est ici le nom d’un fichier"),
        (["grille"], "Commandes"),
    ],
)
def test_a_wrong_usage_is_reported_in_french_with_code_2(
    program: Program, arguments: list[str], said: str
) -> None:
    answer = program.run(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.said
    assert not re.search(r"\b(Error|Try|Usage:|such|Missing)\b", answer.err)


def test_without_a_terminal_it_says_where_the_commands_are_that_need_none(program: Program) -> None:
    answer = program.run()
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.err.splitlines()) == 1
    assert "ctg-tui --aide" in answer.said
    assert not program.database.exists()


def test_an_empty_database_is_reported_on_stderr(program: Program) -> None:
    open_workspace(program.database, write=True).close()
    answer = program.run("liste")
    assert (answer.code, answer.out) == (0, "")
    assert "aucune évaluation" in answer.said
    assert program.run("liste", "--json").json == []
    assert program.run("synthese").code == 1


def test_a_missing_database_is_not_made_by_reading(program: Program) -> None:
    for command in ("liste", "synthese"):
        answer = program.run(command)
        assert (answer.code, answer.out) == (4, "")
        assert "base" in answer.said
    assert not program.database.exists()


def test_the_database_can_be_named_before_or_after_the_command(filled: Program, tmp_path: Path) -> None:
    elsewhere = {"CTG_TUI_BASE": str(tmp_path / "nowhere.db")}
    assert filled.run("liste", "--json", environment=elsewhere).code == 4
    for arguments in (
        ("--base", filled.database, "liste", "--json"),
        ("liste", "--json", "--base", filled.database),
    ):
        assert len(filled.run(*arguments, environment=elsewhere).json) == 1


@pytest.mark.parametrize("kind", ["absent", "folder", "fifo"])
def test_a_path_that_is_no_file_is_refused_at_once(program: Program, kind: str) -> None:
    path = program.home / "chose"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        if not hasattr(os, "mkfifo"):
            pytest.skip("no FIFO on this system")
        os.mkfifo(path)
    answer = program.run("grille", "verifier", path)
    assert (answer.code, answer.out) == (3, "")
    assert "« chose »" in answer.said
