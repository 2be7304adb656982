"""No control character is written, whatever was typed, whatever files are called."""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from ctg_tui.domain.assessment import Action, PreparationTopic, Rating
from tests.cli.program import Program
from tests.databases import DATABASE_NAME, open_workspace
from tests.each_row import each_row
from tests.outside.person import Person
from tests.strategies import HOSTILE_TEXTS, charente, make_identity

TEXTS = [text.replace("\ud800", "\ufffd") for text in HOSTILE_TEXTS if len(text) < 1000]
"""SQLite rejects lone surrogates."""
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls other than newline, carriage return and tab; C1; bidirectional controls."""
_PAYLOADS = [b"\x1b]52", b"\x1b]8;", b"\xc2\x9b", b"bell\x07", b"nul\x00", b"\xe2\x80\xae", b"\xe2\x81\xa6"]
"""Bytes that a terminal would obey and that the interface itself never writes."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Make a database where each hostile text was typed in each kind of field."""
    workspace = open_workspace(tmp_path)
    session = workspace.open(workspace.create(make_identity(), charente()))
    lines, numbered = list(session.grid.activities), list(session.grid.indicators)
    session.rate(session.grid.cells[0], Rating.MOSTLY)
    for rank, text in enumerate(TEXTS):
        session.comment(lines[rank % len(lines)], f"{text} {rank}")
        session.remark(numbered[rank % len(numbered)], text)
        session.plan(lines[rank % len(lines)], Action(text, text))
    session.prepare(PreparationTopic.STRONG_POINTS, " | ".join(TEXTS))
    workspace.close()
    return tmp_path / DATABASE_NAME


def _texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every text of a written file, with its place."""
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{path.name}:{name}", archive.read(name).decode("utf-8")
        return
    if path.suffix == ".eml":
        for part in message_from_bytes(content, policy=policy.default).walk():
            yield f"{path.name}:headers", " ".join(str(value) for value in part.values())
            if part.get_content_maintype() == "text":
                yield f"{path.name}:text", str(part.get_content())
        return
    yield path.name, content.decode("utf-8")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value


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


def test_nothing_that_acts_comes_out_of_a_command(database: Path) -> None:
    for command in (
        ["sauvegarder"],
        ["liste"],
        ["liste", "--json"],
        ["synthese"],
        ["synthese", "--json"],
        ["restaurer"],
        ["docteur"],
    ):
        done = Program(database.parent).run(*command, "--base", database)
        assert done.code == 0, (command, done.err)
        out = done.out
        assert out
        assert not ACTING.findall(out), (command, ACTING.findall(out))
        if "--json" in command:
            # JSON escapes controls as `\\u001b`: check the decoded strings.
            strings = "".join(_strings(json.loads(out)))
            assert strings
            assert not ACTING.findall(strings), (command, ACTING.findall(strings))
        assert not ACTING.findall(done.err), command


def test_nothing_that_acts_comes_out_of_a_file(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "sortie"
    out.mkdir()
    for command in (
        ["dossier", "--sortie", str(out)],
        ["exporter", "--sortie", str(out)],
        ["rapport", "1", "--sortie", str(out / "r.html")],
        ["rapport", "1", "--sortie", str(out / "r.xlsx")],
    ):
        done = Program(database.parent).run(*command, "--base", database)
        assert done.code == 0, (command, done.err)
    written = [path for path in out.rglob("*") if path.is_file()]
    assert {path.suffix for path in written} >= {".json", ".html", ".xlsx", ".eml", ".txt"}
    for path in written:
        for where, text in _texts_of(path):
            assert not ACTING.findall(text), (where, ACTING.findall(text)[:5])


@pytest.mark.skipif(sys.platform != "linux", reason="a pseudo-terminal as Linux has them")
def test_nothing_that_acts_reaches_the_terminal_from_any_page(database: Path) -> None:
    with Person(database) as person:
        person.wait_for("CTG")
        person.settle()
        seen = set()
        pages = (
            b"\r \r \x1b h \x1b / x \x1b \x1bOP \x1b \x1bOQ \x1b \x1b[15~ 3 \x1b \x1bOS \x1b \x1b[15~ 1"
            b" \x1b[6~ \x1b \x1b[18~ \x1b \x1b[19~ \x1b \x1b[20~ \x1b e \x1b d \x1b"
        )
        for keys in pages.split(b" "):
            person.press(keys)
            person.settle(0.12 if keys == b"\x1b" else 0.05)  # Échap and the next key at once are Alt and it
            seen.add(person.text)
            assert not person.went_wrong(), (keys, person.went_wrong())
        assert len(seen) > 9
        person.press(b"\x11")
        assert person.wait_end() == 0
    for payload in _PAYLOADS:
        assert payload not in person.written, payload
