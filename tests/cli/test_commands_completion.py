"""`completion`: bash completes with the script that it prints."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.program import Program
from tests.each_row import each_row
from tests.effort import some

BASH = """
eval "$(ctg-tui completion bash)"
COMP_WORDS=(ctg-tui {words}) COMP_CWORD={position}
_ctg_tui_completion ctg-tui
echo "${{COMPREPLY[@]}}"
"""


def in_shell(shell: str, text: str, program: Program) -> str:
    """Run `text` in `shell`, where `ctg-tui` is the program under test; return what it prints."""
    folder = program.home / "bin"
    folder.mkdir(exist_ok=True)
    launcher = folder / "ctg-tui"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctg_tui "$@"\n')
    launcher.chmod(0o755)
    done = subprocess.run(
        [shell, "-c", text],
        env=program.environment(PATH=f"{folder}{os.pathsep}{os.environ['PATH']}"),
        cwd=program.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash")
@each_row(
    "words, offered",
    some([("grille v", "verifier"), ("sy", "synthese"), ("synthese --j", "--json")], 2),
)
def test_bash_completes_commands_and_options(words: str, offered: str, program: Program) -> None:
    text = BASH.format(words=words, position=len(words.split()))
    assert in_shell("bash", text, program).strip() == offered


def test_another_shell_is_refused_in_french(program: Program) -> None:
    answer = program.run("completion", "tcsh")
    assert (answer.code, answer.out) == (2, "")
    assert "cette valeur ne convient pas" in answer.said
