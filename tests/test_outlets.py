"""What leaves the program: no use of the network, no control character that a terminal obeys."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from ctg_tui.cli.commands import gather, root
from ctg_tui.domain.assessment import Action, PreparationTopic
from tests.cli.program import Program
from tests.databases import DATABASE_NAME, open_workspace
from tests.each_row import each_row
from tests.outside.person import ROOT
from tests.strategies import HOSTILE_TEXTS, charente, fill, make_identity

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="asyncio itself opens a local socket there")
TEXTS = [text.replace("\ud800", "\ufffd") for text in HOSTILE_TEXTS if len(text) < 1000]
"""SQLite rejects lone surrogates."""
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls other than newline, carriage return and tab; C1; bidirectional controls."""
EVERY_COMMAND = """
import json, pathlib, sys
from ctg_tui.cli.commands import run
from ctg_tui.cli.terminal import guarded
for line in json.loads(sys.argv[1]):
    written = [str(path) for path in pathlib.Path(sys.argv[2]).glob("CTG_*.json")]
    line = [written[0] if word == "WRITTEN" else word for word in line]
    assert guarded(line, run) == 0, line
    print("=====")
"""
"""Runs the lines given, in order; WRITTEN is the file for the Caf that `exporter` wrote."""
WITHOUT_DATABASE = {"--version", "--aide", "grille"}
NOT_RUN = {"texte", "tableur"}
"""What asks questions, and what takes a Caf's workbook."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Make a database where each hostile text was typed in each kind of field, the first cell blank."""
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.create(make_identity(), charente()))
    lines, numbered = list(session.grid.activities), list(session.grid.indicators)
    for cell, answer in list(fill(session.grid).items())[1:]:
        session.rate(cell, answer)
    for rank, text in enumerate(TEXTS):
        session.comment(lines[rank % len(lines)], f"{text} {rank}")
        session.comment(numbered[rank % len(numbered)], text)
        session.plan(lines[rank % 4], Action(text, text))
    session.prepare(PreparationTopic.STRONG_POINTS, " | ".join(TEXTS))
    workspace.close()
    return tmp_path / DATABASE_NAME


def test_a_use_of_the_network_would_be_seen(watched: dict[str, str], tmp_path: Path) -> None:
    code = "import socket; s = socket.socket(); s.connect_ex(('127.0.0.1', 9)); s.close()"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **watched}, check=True)
    assert "socket.connect" in (tmp_path / "uses").read_text()


def test_no_command_opens_a_socket_and_nothing_that_acts_comes_out_of_it_or_of_its_files(
    watched: dict[str, str], database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sortie"
    folder.mkdir()
    grid, out = str(ROOT / "data" / "grilles" / "charente-2024-08.toml"), str(folder)
    commands = [
        *(["--version"], ["--aide"], ["grille", "verifier", grid]),
        *(["liste"], ["liste", "--json"], ["remplir", "1", "vous"], ["synthese"], ["synthese", "--json"]),
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
    assert not ACTING.findall(done.stderr.decode())
    for command, printed in zip(commands, done.stdout.decode().split("=====\n"), strict=False):
        # JSON escapes controls as `\\u001b`: what it means is looked at too.
        meant = json.dumps(json.loads(printed), ensure_ascii=False) if "--json" in command else ""
        assert not ACTING.findall(printed + meant), command
        assert r"\u00" not in meant, command
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.suffix for path in written} >= {".json", ".html", ".xlsx", ".eml", ".txt"}
    for path in written:
        for text in _texts_of(path):
            assert not ACTING.findall(text), path.name


def _texts_of(path: Path) -> Iterator[str]:
    """Yield every text of a written file."""
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name).decode("utf-8") for name in archive.namelist())
    elif path.suffix == ".eml":
        for part in message_from_bytes(content, policy=policy.default).walk():
            yield " ".join(str(value) for value in part.values())
            if part.get_content_maintype() == "text":
                yield str(part.get_content())
    else:
        yield content.decode("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="names that other systems do not allow")
@each_row("command", [["verifier"], ["rapport"]])
def test_the_name_of_a_file_acts_nowhere_and_is_whole_in_json(tmp_path: Path, command: list[str]) -> None:
    program = Program(tmp_path)
    for rank, odd in enumerate(("\x1b[2J\x07", "\x9b31m\x85", "\u202efdp", "\u2028", "\udc9b\udcff", "é\n")):
        path = tmp_path / f"{rank}{odd}.json"
        path.write_text("{}", encoding="utf-8")
        more = ["--sortie", str(tmp_path / f"{odd}.html")] if command == ["rapport"] else []
        plain = program.run(*command, path, *more)
        done = program.run(*command, path, *more, "--json")
        for written in (plain.out, plain.err, done.out, done.err):
            assert not ACTING.findall(written), (odd, written)
        assert plain.code == done.code == 3
        output = done.json
        if command == ["verifier"]:
            assert os.fsencode(output[0]["fichier"]) == os.fsencode(path)
        else:
            assert output["erreur"]["code"]
