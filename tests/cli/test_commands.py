"""The commands: their output on each stream, their help, their exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import ROOT, Program


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
