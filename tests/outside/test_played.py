"""What a played year says and stores: the files of tests/data/joues hold acts, and what follows from each.

`python -m tests.outside.test_played` writes them again; after a change of a sentence, read its diff.
A line that begins with « $ » is a command of ctg-tui, « @ » opens its window in such a size, « < » is an
answer to its questions or keys typed there, « ! » an act of somebody else (`ACTS`), « # » a remark. What
follows is indented: what was said or is seen, the exit code unless it is 0, the rows of the database that
came (+), changed (~) and went (-), the files that came. What is another at each run is named by its kind.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import shlex
import shutil
import sqlite3
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from typing import Final
from unittest.mock import patch

import click
import pytest
from openpyxl import load_workbook
from textual._compositor import Compositor

from ctg_tui.cli.commands import gather, root
from ctg_tui.domain.assessment import Cell, Rating, Status
from ctg_tui.services import opening, sending, sending_form
from ctg_tui.services.workspace import open_workspace
from ctg_tui.system import computer
from ctg_tui.text_mode import dialogue, home
from ctg_tui.text_mode.dialogue import Dialogue
from ctg_tui.tui.app import CtgApp
from tests.changed_grids import shorter_grid
from tests.cli.conftest import person
from tests.cli.program import Program
from tests.databases import spoil_journal
from tests.outside.adviser import Workbook
from tests.outside.person import ROOT
from tests.received import submission
from tests.returned import saved
from tests.spreadsheet.workbooks import FILLED, put
from tests.tui.driving import WITHOUT_REST, Driver, faults_of_typography, shown, until
from tests.tui.person import Person

FOLDER: Final = ROOT / "tests" / "data" / "joues"
SCRIPTS: Final = sorted(FOLDER.glob("*.txt"))
_KINDS: Final = (
    (r"(?:[0-9a-f]{12}-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"(?:sha256:)?[0-9a-f]{64}", "EMPREINTE"),
    (r"(?<![0-9A-Za-z])(?=[a-f]*[0-9])[0-9a-f]{32}(?![0-9A-Za-z])", "CLE"),
    (r"(?<![0-9A-F-])[0-9A-F]{4}-[0-9A-F]{4}(?![0-9A-F-])", "CODE"),
)


_Rows = dict[tuple[object, ...], dict[str, object]]
_TABLES: Final = {
    "assessment": ("id", "id"),
    "value": ("key assessment_id field", "assessment_id, field, key"),
    "journal": ("key assessment_id step field", "id"),
    "workbook": ("name assessment_id", "assessment_id"),
    "sending": ("number assessment_id", "assessment_id, number"),
    "document": ("id", "stored_at, name"),
}
"""Those of the database, with the columns that tell its rows apart, and their order."""
_LONGEST: Final = 400
_BESIDE: Final = re.compile(r"\.db(-\w+|\.verrou)$")
"""What SQLite and we put beside a database."""
_LOOSE: Final = re.compile(" [;:!?»%€]|« |Traceback")
"""A mark without its no-break space: a line of a window could begin with it."""
_MARK: Final = re.compile("(?<=[0-9*]) [0-9a-f]{4}$")
"""The end of what names a row of our workbook."""


class Player:
    """Plays the acts of a script in a folder of its own, under a clock that each act moves by a minute."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._desktop = folder, folder / "bureau"
        self._desktop.mkdir()
        self._program = Program(folder)
        self._now = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)
        self._names: dict[str, str] = {}
        self._rows: _Rows = {}
        self._state: list[tuple[Path, int, int]] = []
        self._files: set[str] = set()
        self._typed: list[str] = []
        self._written: list[str] = []
        self._chances = 0

    def play(self, script: str) -> str:
        """Return the script with all that follows from its acts."""
        lines = [line for line in script.splitlines() if line and not line.startswith("    ")]
        written: list[str] = []
        with (
            patch.object(computer, "datetime", self),
            patch.object(os, "urandom", self._bytes),
            patch.object(dialogue, "wrap", lambda text, _width: text.split("\n")),  # a path may be long
            patch.object(home, "Dialogue", lambda **_: Dialogue(self._answers, self._hears, "\n")),
            patch.object(
                Compositor, "render_update", lambda compositor, **_: compositor._dirty_regions.clear()
            ),
            patch.object(opening, "usual_folders", lambda: {"Documents": self._folder / "dossier"}),
            patch.object(sending_form, "default_folder", lambda: self._folder),
            patch.object(sending, "default_folder", lambda: self._desktop),
        ):
            while lines:
                act = lines.pop(0)
                self._typed = [line[2:] for line in takewhile(lambda line: line.startswith("<"), lines)]
                del lines[: len(self._typed)]
                self._written = []
                self._follows(act)
                written += ["", act, *self._written]
        return "\n".join(line.rstrip() for line in written).strip("\n") + "\n"

    def now(self, _zone: object) -> datetime:
        """Return the present moment: what `datetime.now` is while a script is played."""
        return self._now

    def _bytes(self, number: int) -> bytes:
        """Return what stands for chance: what `os.urandom` is meanwhile."""
        self._chances += 1
        return sha256(str(self._chances).encode()).digest()[:number]

    def _follows(self, act: str) -> None:
        """Do what a line says, and write what follows from it."""
        self._now += timedelta(minutes=1)
        sign, _, rest = act.partition(" ")
        if sign == "#":
            return
        words = [self._meant(word) for word in shlex.split(rest)]
        if sign == "@":
            asyncio.run(self._sits(*map(int, rest.split("x"))))
            said, code = "", 0
        elif sign == "!":
            said, code = ACTS[words[0]](self, *words[1:]), 0
        else:
            answer = self._program.run(*words)
            out = (
                _folded(json.loads(self._stable(answer.out)))
                if "--json" in words and answer.out
                else answer.out
            )
            said, code = f"{out}{answer.err}", answer.code
            loose = _LOOSE.search(answer.err if "--json" in words else said)
            assert loose is None, said[max(loose.start() - 80, 0) : loose.end() + 20]
        self._hears(said)
        self._written += [f"    = {code}"] * bool(code)
        self._written += [f"    {line}" for line in self._changes()]

    async def _sits(self, width: int, height: int) -> None:
        """Type the keys in a window, and write what it shows after each line of them."""
        for path in self._folder.rglob("*"):
            os.utime(path, (self._now.timestamp(), self._now.timestamp()))
        workspace = open_workspace(self._program.database, write=True, clock=lambda: self._now)
        try:
            async with CtgApp(workspace, WITHOUT_REST).run_test(size=(width, height)) as pilot:
                person = Person(self._folder)
                person.pilot = pilot
                await pilot.pause()
                await self._sees(pilot)
                for line in self._typed:
                    self._written.append(f"< {line}")
                    await person.does(*map(self._meant, shlex.split(line)))
                    await self._sees(pilot)
        finally:
            workspace.close()

    async def _sees(self, pilot: Driver) -> None:
        """Write what the window shows once nothing is being read, and what is stored since."""
        await until(pilot, lambda: "Lecture" not in shown(pilot))
        seen = shown(pilot)
        quotes = seen.lstrip().startswith(("Tableur ·", "Colonnes ·"))  # what others typed
        assert quotes or not faults_of_typography(seen), seen
        self._hears(seen)
        self._written += [f"    {line}" for line in self._changes()]

    def _answers(self) -> str:
        """Return the next answer of the person, once what is stored until then is written."""
        self._written += [f"    {line}" for line in self._changes()]
        answer = self._typed.pop(0) if self._typed else None
        if answer is None:
            return ""
        self._written.append(f"< {answer}")
        return f"{self._meant(answer)}\n"

    def _hears(self, text: str) -> None:
        """Write what was said."""
        if text.strip():
            self._written += [f"    {line}" for line in self._stable(text).strip("\n").split("\n")]

    def _meant(self, word: str) -> str:
        """Return a word with what `{CLE1}` names in its place."""
        named = {name: text for text, name in self._names.items()}
        return re.sub(r"\{(\w+)\}", lambda found: named[found[1]], word).replace("~/", f"{self._folder}/")

    def _stable(self, text: str) -> str:
        """Return a text as each run gives it."""
        text = text.replace(str(self._folder), "~").replace("\N{NO-BREAK SPACE}", " ")
        text = text.replace("\N{NARROW NO-BREAK SPACE}", " ")
        for pattern, kind in _KINDS:
            text = re.sub(pattern, lambda found, kind=kind: self._name(found[0], kind), text)  # type: ignore[misc]
        text = re.sub(r"Python \S+, SQLite \S+, \w+, [^.]*\.", "Python, SQLite, SYSTÈME.", text)
        text = re.sub(r'"octets": \d+', '"octets": "OCTETS"', text)
        return re.sub(r"ctg-tui \d+\.\d+\.\d+", "ctg-tui VERSION", text)

    def _name(self, text: str, kind: str) -> str:
        known = sum(name.startswith(kind) for name in self._names.values())
        return self._names.setdefault(text, f"{kind}{known + 1}")

    def _changes(self) -> Iterator[str]:
        """Yield the rows that went, changed and came since the last act, then the files."""
        former, self._rows = self._rows, self._stored()
        alike: dict[str, list[str]] = {}
        for (key, *place), row in (former | self._rows).items():
            before, now = former.get((key, *place), {}), self._rows.get((key, *place), {})
            if before == now:
                continue
            columns = [f"{name}={self._column(value)}" for name, value in row.items() if now]
            if before and now:
                columns = [
                    f"{name}={self._column(before[name])} -> {self._column(value)}"
                    for name, value in now.items()
                    if before[name] != value
                ]
            sign = "~" if before and now else "+" if now else "-"
            shown = " ".join([sign, *map(str, place), *(one for one in columns if not one.endswith("=None"))])
            alike.setdefault(shown, []).append(self._stable(str(key)))
        yield from (f"{row} : {', '.join(keys)}" for row, keys in alike.items())
        files = {
            self._stable(path.relative_to(self._folder).as_posix())
            for path in self._folder.rglob("*")
            if path.is_file() and not _BESIDE.search(path.name) and path != self._program.database
        }
        yield from (f"- fichier {name}" for name in sorted(self._files - files))
        yield from (f"+ fichier {name}" for name in sorted(files - self._files))
        self._files = files

    def _stored(self) -> _Rows:
        """Return the other columns of each row of the database, by its key, its table and more of its key."""
        paths = (self._program.database, self._program.database.with_name(f"{self._program.name}-wal"))
        state = [(path, path.stat().st_mtime_ns, path.stat().st_size) for path in paths if path.exists()]
        if state == self._state or not state:
            return self._rows
        self._state, rows = state, _Rows()
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(self._program.database)) as base:
            base.row_factory = sqlite3.Row
            for table, (keys, order) in _TABLES.items():
                for row in map(dict, base.execute(f"SELECT * FROM {table} ORDER BY {order}")):
                    if table == "journal":
                        del row["id"]
                    key, *others = (row.pop(name) for name in keys.split())
                    rows[key, table, *others] = row
        return rows

    def _column(self, value: object) -> str:
        """Return a value of a column: a content by what it is, a long text by its beginning."""
        if isinstance(value, bytes):
            return "<classeur>" if value.startswith(b"PK") else f"<{len(value.splitlines())} lignes>"
        text = self._stable(str(value)).replace("\n", " / ")
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)})"

    # What somebody else does.

    def fills(self, name: str, *cells: str) -> str:
        """Fill blue cells of the workbook to answer in: `1.3|Note Famille|2`."""
        book = Workbook(self._found(name))
        for cell in cells[1:]:
            row, heading, value, *sheet = cell.split("|")
            book.types(row, heading, int(value) if value.isdigit() else value, *sheet)
        saved(book.book, self._folder / cells[0], self._now)
        return ""

    def copies(self, source: str, to: str) -> str:
        """Give a file of the repository, or of the folder, another name."""
        path = ROOT / source
        shutil.copy(path if path.exists() else self._found(source), self._folder / to)
        return ""

    def writes(self, name: str, *text: str) -> str:
        """Write a file of such words."""
        self._folder.joinpath(name).parent.mkdir(exist_ok=True)
        self._folder.joinpath(name).write_text(" ".join(text), encoding="utf-8")
        return ""

    def reads(self, name: str) -> str:
        """Return what a file holds: its text, or the cells of its sheets."""
        path = self._found(name)
        if path.suffix == ".html":
            body = path.read_text(encoding="utf-8").partition("<body>")[2]
            return re.sub(r"\s*\n\s*", "\n", re.sub(r"<[^>]*>", "", re.sub(r"</(td|th)>", " | ", body)))
        if path.suffix != ".xlsx":
            return path.read_text(encoding="utf-8")
        cells = (
            (
                f"{sheet.title}!{row[0].row}",
                [_MARK.sub("", str(cell.value)) for cell in row if cell.value is not None],
            )
            for sheet in load_workbook(path).worksheets
            if sheet.sheet_state == "visible"
            for row in sheet.iter_rows()
        )
        return "\n".join(" | ".join([place, *texts]) for place, texts in cells if texts)

    def _found(self, pattern: str) -> Path:
        """Return the last of the files in the folder whose name is like `pattern`."""
        return sorted(path for path in self._folder.rglob("*") if path.match(pattern))[-1]

    def waits(self, days: str) -> str:
        """Let days go by."""
        self._now += timedelta(days=int(days))
        return ""

    def moves(self, to: str) -> str:
        """Go on in another database."""
        self._program = Program(self._folder, to)
        self._rows = self._stored()
        return ""

    def spoils(self) -> str:
        """Damage the database, where the journal is."""
        spoil_journal(self._program.database)
        return ""

    def prepares(self) -> str:
        """Write what the Caf and other town halls give."""
        prepare(self._folder)
        return ""


def _folded(value: object, indent: str = "") -> str:
    """Return a value as JSON, in as few lines of a hundred characters as hold it."""
    short = json.dumps(value, ensure_ascii=False)
    if len(indent + short) <= 100 or not isinstance(value, (dict, list)):
        return f"{short}\n" if not indent else short
    is_list, inner = isinstance(value, list), f"{indent}  "
    heads = [""] * len(value) if is_list else [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
    each = value if isinstance(value, list) else value.values()
    rows = [f"{inner}{head}{_folded(one, inner)}" for head, one in zip(heads, each, strict=True)]
    return "\n".join(["[" if is_list else "{", ",\n".join(rows), indent + ("]" if is_list else "}")]) + (
        "" if indent else "\n"
    )


ACTS: Final[dict[str, Callable[..., str]]] = {
    "remplit": Player.fills,
    "copie": Player.copies,
    "écrit": Player.writes,
    "lit": Player.reads,
    "attend": Player.waits,
    "base": Player.moves,
    "abîme": Player.spoils,
    "prépare": Player.prepares,
}


def _no_frame(compositor: Compositor, **_: object) -> None:
    compositor._dirty_regions.clear()


def prepare(folder: Path) -> None:
    """Write the files that the commands read."""
    shutil.copy(ROOT / "data" / "exemples" / "bon-fil.json", folder)
    shutil.copy(FOLDER.parent / "exemples-refuses" / "mauvais-grille-inconnue.json", folder)
    first, second = person(1), person(2)
    second = second._replace(answers={**first.answers, Cell("m1.a02", "famille"): Rating.NO})
    first = first._replace(answers={**first.answers, Cell("m1.a02", "famille"): Rating.FULLY})
    for name, one in (("un", first), ("deux", second)):
        (folder / f"{name}.json").write_bytes(submission(one, status=Status.DRAFT))
    put(folder / "tableur.xlsx", FILLED)
    (folder / "casse.json").write_text("{}", encoding="utf-8")
    (folder / "notes.txt").write_text("Rien.", encoding="utf-8")
    for name in ("vide", "envoi", "dossier"):
        (folder / name).mkdir()
    shorter_grid(folder)


def played(script: Path) -> str:
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="ctg-") as folder:  # pages cut a path at its length
        return Player(Path(folder)).play(script.read_text(encoding="utf-8"))


@pytest.mark.skipif(sys.platform != "linux", reason="paths and rights are said in other words there")
@pytest.mark.parametrize("script", SCRIPTS, ids=[script.stem for script in SCRIPTS])
def test_each_act_says_and_stores_what_it_did(script: Path) -> None:
    assert played(script).splitlines() == script.read_text(encoding="utf-8").splitlines()


def test_every_command_with_json_is_played() -> None:
    def leaves(group: click.Group, prefix: str = "") -> Iterator[str]:
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                yield from leaves(command, f"{name} ")
            elif any("--json" in param.opts for param in command.params):
                yield f"{prefix}{name}"

    gather()
    acts = [line for script in SCRIPTS for line in script.read_text(encoding="utf-8").splitlines()]
    played = [act for act in acts if act.startswith("$ ") and " --json" in act]
    assert [name for name in leaves(root) if not any(f"$ {name} " in act for act in played)] == []


def main() -> None:
    importlib.import_module("tests.conftest")  # the zone and the terminal of the tests
    for script in SCRIPTS:
        script.write_text(played(script), encoding="utf-8")


if __name__ == "__main__":
    ArgumentParser(description=__doc__).parse_args()
    main()
