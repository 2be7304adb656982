"""A database of a trial version, before the first release: refused everywhere and untouched."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from ctg_tui.cli.commands import gather, root
from ctg_tui.storage.opening import lock_file
from tests.cli.program import ROOT, Program

TRIAL = ROOT / "tests" / "data" / "base-d-essai.db"
SUBMISSION = next((ROOT / "data" / "exemples").glob("*.json"))


def sentence(database: Path) -> str:
    return (
        "Ce fichier a été fait par une version d’essai de ctg-tui. Rien n’a été changé. Avec cette version "
        f"d’essai, faites « exporter » ; puis déplacez {database} ailleurs, et ici « importer FICHIER "
        "--nouvelle » ; le prévisionnel est à ressaisir."
    )


@pytest.fixture
def trial(program: Program) -> Program:
    """Return the program, on a database that a trial version made and closed, with one of its backups."""
    shutil.copy(TRIAL, program.database)
    lock_file(program.database).touch()
    (program.home / "sauvegardes").mkdir()
    shutil.copy(TRIAL, program.home / "sauvegardes" / "base_2027-01-11_09h00m00_quotidienne.db")
    return program


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def on_the_database(group: click.Group) -> Iterator[tuple[list[str], click.Command]]:
    """Yield each command that has `--base`, and the words that name it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from (([name, *words], leaf) for words, leaf in on_the_database(command))
        elif any("--base" in parameter.opts for parameter in command.params):
            yield [name], command


def required(command: click.Command) -> Iterator[str]:
    """Yield words for what a command cannot do without."""
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            yield str(SUBMISSION)
        elif parameter.required:
            words = str(getattr(parameter, "help", ""))
            suffix = next((end for end in (".html", ".xlsx", ".json") if end in words), "")
            yield from (parameter.opts[0], f"sortie{suffix}")


def test_every_command_says_the_way_across_and_leaves_every_byte(trial: Program) -> None:
    gather()
    before = files(trial.home)
    commands = list(on_the_database(root))
    assert len(commands) > 12
    for words, command in commands:
        answer = trial.run(*words, *required(command))
        assert (words, answer.code, answer.out) == (words, 4, "")
        assert answer.said == sentence(trial.database) + "\n", words
        assert files(trial.home) == before, words


def test_as_json_it_is_one_object(trial: Program) -> None:
    for words in (["liste"], ["docteur"], ["verifier", str(SUBMISSION)], ["restaurer"]):
        assert trial.run(*words, "--json").json["erreur"]["code"] == "base-d-essai"


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pseudo-terminal")
@pytest.mark.parametrize("arguments", [[], ["texte"]])
def test_the_interface_and_the_text_mode_say_it_too(trial: Program, arguments: list[str]) -> None:
    pexpect: Any = import_module("pexpect")
    before = files(trial.home)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "ctg_tui", *arguments],
        env=trial.environment(TERM="xterm-256color", COLUMNS="80"),
        encoding="utf-8",
        dimensions=(24, 80),
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.close()
    shown = " ".join(str(child.before).replace("\N{NO-BREAK SPACE}", " ").split())
    assert child.exitstatus == 4
    assert shown == " ".join(sentence(trial.database).split())
    assert files(trial.home) == before


def test_moved_away_from_the_usual_place_it_leaves_that_place_free(tmp_path: Path) -> None:
    program = Program(tmp_path)
    usual = {"CTG_TUI_BASE": ""}
    place = Path(program.run("liste", environment=usual).said.split("« ")[1].split(" »")[0])
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(TRIAL, place)
    lock_file(place).touch()
    backup = place.parent / "sauvegardes" / f"{place.stem}_2027-01-11_09h00m00_quotidienne.db"
    backup.parent.mkdir()
    shutil.copy(TRIAL, backup)
    assert program.run("liste", environment=usual).said == sentence(place) + "\n"

    place.rename(tmp_path / "ailleurs.db")
    taken = program.run("importer", SUBMISSION, "--nouvelle", environment=usual)
    assert (taken.code, taken.said) == (0, taken.said)
    assert len(program.run("liste", "--json", environment=usual).json) == 1
    assert program.run("docteur", environment=usual).code == 0
    assert [one["probleme"] for one in program.run("restaurer", "--json", environment=usual).json] == [None]
    assert backup.read_bytes() == (tmp_path / "ailleurs.db").read_bytes() == TRIAL.read_bytes()
