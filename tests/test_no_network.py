"""No command opens a socket, nor does the interface."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctg_tui.cli.commands import gather, root
from tests.databases import DATABASE_NAME, open_workspace
from tests.outside.person import ROOT, Person
from tests.strategies import charente, fill, make_identity

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asyncio itself opens a local socket there")

HOOK = """
import os, sys
def _watch(event, arguments):
    if event.startswith("socket.") and not (event == "socket.__new__" and arguments[1] == 1):
        with open(os.environ["CTG_TUI_WATCHED"], "a") as log:
            log.write(f"{event} {arguments[1:]}\\n")
sys.addaudithook(_watch)
"""
"""Logs every use of a socket, except asyncio's own pair of Unix sockets."""

EVERY_COMMAND = """
import json, pathlib, sys
from ctg_tui.cli.guard import guarded
for line in json.loads(sys.argv[1]):
    written = [str(path) for path in pathlib.Path(sys.argv[2]).glob("CTG_*.json")]
    line = [written[0] if word == "WRITTEN" else word for word in line]
    assert guarded(line) == 0, line
"""
"""Runs the lines given, in order; WRITTEN is the file for the Caf that `exporter` wrote."""
WITHOUT_DATABASE = {"--version", "--aide", "grille"}
NOT_RUN = {"texte", "tableur"}
"""What asks questions, and what takes a Caf's workbook."""


@pytest.fixture
def watched(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a process that logs its uses of the network in `tmp_path/uses`."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(HOOK)
    return {
        "PYTHONPATH": f"{hook}{os.pathsep}{ROOT}",
        "CTG_TUI_WATCHED": str(tmp_path / "uses"),
        "XDG_DATA_HOME": str(tmp_path),
        "HOME": str(tmp_path),
        "PATH": str(tmp_path),  # « ouvrir le dossier » finds no program of the machine
    }


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Make a database with one assessment, every cell noted but the first, so that it opens on its grid."""
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.create(make_identity(), charente()))
    for cell, answer in list(fill(session.grid).items())[1:]:
        session.rate(cell, answer)
    workspace.close()
    return tmp_path / DATABASE_NAME


def test_a_use_of_the_network_would_be_seen(watched: dict[str, str], tmp_path: Path) -> None:
    code = "import socket; s = socket.socket(); s.connect_ex(('127.0.0.1', 9)); s.close()"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **watched}, check=True)
    assert "socket.connect" in (tmp_path / "uses").read_text()


def test_no_command_opens_a_socket(watched: dict[str, str], database: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "sortie")
    (tmp_path / "sortie").mkdir()
    grid = str(ROOT / "data" / "grilles" / "charente-2024-08.toml")
    commands = [
        *(["--version"], ["--aide"], ["grille", "verifier", grid]),
        *(["liste"], ["liste", "--json"], ["remplir", "1", "vous"], ["synthese"]),
        *(["exporter", "--sortie", out], ["verifier", "WRITTEN"]),
        *(["rapport", "1", "--sortie", f"{out}/r{suffix}"] for suffix in (".html", ".xlsx")),
        *(["importer", "WRITTEN"], ["consolider", "WRITTEN", "--sortie", f"{out}/tous.xlsx"]),
        *(["dossier", "--sortie", out], ["sauvegarder"], ["restaurer"], ["docteur"]),
        ["effacer", "1", "--oui"],
    ]
    gather()
    assert {command for command, *_ in commands} >= root.commands.keys() - NOT_RUN
    lines = [
        [*command, *([] if command[0] in WITHOUT_DATABASE else ["--base", str(database)])]
        for command in commands
    ]
    done = subprocess.run(
        [sys.executable, "-c", EVERY_COMMAND, json.dumps(lines), out],
        env={**os.environ, **watched},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not (tmp_path / "uses").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="a pseudo-terminal as Linux has them")
def test_the_interface_opens_no_socket(watched: dict[str, str], database: Path, tmp_path: Path) -> None:
    with Person(database, environment=watched) as person:
        person.open_grid()
        for keys in b"1 \r texte \x1b \x1bOS \x1b \x1b[15~ 3 \x1b \x1bOP \x1b".split(b" "):
            person.press(keys)
            person.settle(0.15)
        person.press(b"\x11")
        assert person.wait_end() == 0
    assert not (tmp_path / "uses").exists()
