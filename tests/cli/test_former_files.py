"""A database and a submission from before the first release: refused in one sentence each, and untouched."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest

from ctg_tui.storage.opening import lock_file
from tests.cli.program import ROOT, Program

FORMER: Final = ROOT / "tests" / "data" / "avant"
SUBMISSION: Final = ROOT / "data" / "exemples" / "bon-definitif.json"


def sentence(database: Path) -> str:
    return (
        f"« {database} » n’est pas un fichier d’évaluations de cette version de ctg-tui. "
        "Il n’a pas été modifié. Indiquez un autre fichier avec « --base FICHIER »."
    )


@pytest.fixture
def former(program: Program) -> Program:
    """Return the program, on a database that an earlier one made and closed, with one of its backups."""
    backups = program.home / "sauvegardes"
    backups.mkdir()
    for path in (program.database, backups / "base_2027-01-11_09h00m00_quotidienne.db"):
        shutil.copy(FORMER / "ctg-tui.db", path)
    lock_file(program.database).touch()
    return program


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_command_says_so_in_one_sentence_and_leaves_every_byte(former: Program) -> None:
    before = files(former.home)
    for words in (
        ["liste"],
        ["synthese", "1"],
        ["exporter", "1", "--sortie", former.home],
        ["importer", SUBMISSION, "--nouvelle"],
        ["sauvegarder"],
        ["effacer", "1", "--oui"],
    ):
        answer = former.run(*words)
        assert (words, answer.code, answer.out) == (words, 4, "")
        assert answer.said == sentence(former.database) + "\n", words
        assert files(former.home) == before, words
    assert former.run("liste", "--json").json["erreur"]["code"] == "base-etrangere"
    examined = {result["code"]: result for result in former.run("docteur", "--json").json}
    assert examined["base-etrangere"]["etat"] == "probleme"
    assert former.run("restaurer", "1", "--oui").code == 4
    assert files(former.home) == before


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
@pytest.mark.parametrize("arguments", [[], ["texte"]])
def test_the_interface_and_the_text_mode_say_it_too(former: Program, arguments: list[str]) -> None:
    pexpect: Any = import_module("pexpect")
    before = files(former.home)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "ctg_tui", *arguments],
        env=former.environment(TERM="xterm-256color", COLUMNS="80"),
        encoding="utf-8",
        dimensions=(24, 80),
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.close()
    shown = "".join(str(child.before).split())  # without the line ends of 80 columns
    assert (child.exitstatus, shown) == (4, "".join(sentence(former.database).split()))
    assert files(former.home) == before


def test_a_submission_of_the_former_format_is_refused_in_one_sentence_and_nothing_is_taken(
    program: Program,
) -> None:
    former = FORMER / "soumission.json"
    for words in (["verifier", former], ["importer", former], ["importer", former, "--nouvelle"]):
        answer = program.run(*words)
        said = (answer.out + answer.said).replace("\N{NO-BREAK SPACE}", " ").strip()
        assert (words, answer.code) == (words, 3)
        assert said.count("\n") == 0, said
        assert "soumission.json" in said
        assert "envoi" in said, "the key that the former format does not have"
    assert not program.database.exists() or program.run("liste", "--json").json == []
