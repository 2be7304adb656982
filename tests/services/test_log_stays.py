"""Nothing of the log leaves the computer unless it was taken into a comment or a number."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import ctg_tui
from ctg_tui.domain.assessment import Rating, Status
from ctg_tui.domain.log import LogEntry
from ctg_tui.services.log import LogBook
from ctg_tui.services.workspace import Workspace
from tests.cli.program import Program
from tests.databases import Clock, open_workspace
from tests.strategies import ALL_OPEN
from tests.tui.driving import IDENTITY, note_everything

SENTINEL = "sentinelle-du-carnet"
COUNTED = 48151


@pytest.fixture
def noted(tmp_path: Path) -> Workspace:
    workspace = open_workspace(tmp_path, Clock())
    workspace.create(IDENTITY, open_missions=ALL_OPEN)
    note_everything(workspace, 1, Rating.MOSTLY)
    book = LogBook(workspace.store, IDENTITY.territory)
    book.note(LogEntry(date(2026, 5, 12), SENTINEL, ("m1.a03",), ("m1.i02",), COUNTED))
    return workspace


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Return every file written, those of zipped ones one by one."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as inside:
                    for name in inside.namelist():
                        yield f"{path.name}/{name}", inside.read(name)


def outputs(database: Path, folder: Path) -> None:
    """Write everything that leaves the computer."""
    program = Program(database.parent)
    for name, command in {
        "dossier": ["dossier", "1", "--sortie"],
        "rapport.html": ["rapport", "1", "--sortie"],
        "rapport.xlsx": ["rapport", "1", "--sortie"],
        "exports": ["exporter", "1", "--sortie"],
    }.items():
        target = folder / name
        if "." not in name:
            target.mkdir(parents=True)
        done = program.run(*command, str(target), "--base", database)
        assert done.code == 0, done.err
    for command in (["synthese", "1"], ["synthese", "1", "--json"], ["liste", "--json"]):
        (folder / f"{'-'.join(command)}.txt").write_text(
            program.run(*command, "--base", database).out, encoding="utf-8"
        )


def test_no_output_holds_a_fact_of_the_log(noted: Workspace, tmp_path: Path) -> None:
    from ctg_tui.services.sending import export

    noted.close()
    out = tmp_path / "sorties"
    outputs(noted.store.path, out)
    workspace = open_workspace(tmp_path, Clock())
    (tmp_path / "sorties" / "definitif").mkdir()
    export(workspace, 1, tmp_path / "sorties" / "definitif", Status.FINAL)
    workspace.close()
    written = dict(contents(out))
    assert len(written) > 10
    held = {name for name, raw in written.items() if SENTINEL.encode() in raw or str(COUNTED).encode() in raw}
    assert not held
    assert "carnet" not in b"".join(raw for name, raw in written.items() if name.endswith(".json")).decode()


def test_what_was_taken_into_a_comment_leaves_as_that_comment(noted: Workspace, tmp_path: Path) -> None:
    session = noted.open(1)
    session.comment("m1.a03", f"Repris : {SENTINEL}")
    noted.close()
    out = tmp_path / "sorties"
    outputs(noted.store.path, out)
    held = {name for name, raw in contents(out) if SENTINEL.encode() in raw}
    assert any(name.endswith(".json") for name in held)
    assert any(name.endswith(".html") for name in held)


OF_THE_LOG = {f"ctg_tui.{name}" for name in ("domain.log", "services.log", "storage.log", "wording.log")}
MAY_READ_THE_LOG = {"home", "log", "backups"}
"""The services that know the log: its own, the first page, which counts its facts, and that of backups."""


def test_nothing_that_writes_a_file_to_send_can_read_the_log() -> None:
    package = Path(ctg_tui.__file__).parent
    rooms = ("submission", "report", "spreadsheet", "chart", "services")
    modules = [package / "formats.py", *(path for room in rooms for path in (package / room).rglob("*.py"))]
    assert all((package / room).is_dir() for room in rooms)
    found = {
        path.relative_to(package).as_posix()
        for path in modules
        if not (path.parent.name == "services" and path.stem in MAY_READ_THE_LOG)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        if name in OF_THE_LOG
    }
    assert not found
