"""The commands of the real program, each in a process of its own, and the workbooks that people fill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from openpyxl import load_workbook

from tests.outside.person import DATA, ROOT

EXAMPLES: Final = ROOT / "data" / "exemples"
REFUSED_EXAMPLES: Final = ROOT / "tests" / "data" / "exemples-refuses"
ADVISER: Final[Mapping[str, Mapping[str, Any]]] = tomllib.loads(
    (DATA / "conseiller.toml").read_text(encoding="utf-8")
)
"""What the adviser writes in our workbook, by line and heading."""


class Done(NamedTuple):
    """The exit code of a command and its two outputs."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(
    database: Path, *arguments: object, typed: str = "", before: Callable[[], None] | None = None
) -> Done:
    """Run a command on `database`, from its folder, without a terminal.

    `typed` is what it reads, `before` is called in its process first.
    """
    done = subprocess.run(
        [sys.executable, "-m", "ctg_tui", *map(str, arguments)],
        env=environment(database),
        cwd=database.parent,
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        preexec_fn=before,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def environment(database: Path) -> dict[str, str]:
    """Return the variables of a command on `database`: of ours, those it needs."""
    variables = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR") if name in os.environ}
    variables |= {"HOME": str(database.parent), "XDG_DATA_HOME": str(database.parent), "PYTHONUTF8": "1"}
    return variables | {"PYTHONPATH": str(ROOT), "CTG_TUI_BASE": str(database)}


def reported(database: Path, *arguments: object) -> Any:
    """Run a command with `--json`, which must succeed; return what it reports."""
    done = command(database, *arguments, "--json")
    assert done.code == 0, (arguments, done)
    return done.json


def sent_state(database: Path, number: int, folder: Path) -> Mapping[str, Any]:
    """Write the file for the Caf of an assessment in `folder`; return what it holds."""
    folder.mkdir()
    return dict(
        json.loads(Path(reported(database, "exporter", number, "--sortie", folder)["fichier"]).read_bytes())
    )


def workbook_to_answer(folder: Path) -> Path:
    """Return the workbook among the files in `folder` that has cells to fill."""
    (found,) = [
        path
        for path in folder.rglob("*.xlsx")
        for sheets in [load_workbook(path).worksheets]
        if any(is_blue(cell) for sheet in sheets for row in sheet.iter_rows() for cell in row)
    ]
    return found


def fill_blue_cells(workbook: Path, to: Path, said: Mapping[str, Mapping[str, Any]]) -> None:
    """Answer in our workbook as an adviser does, with openpyxl, and save it as `to`.

    `said` gives for each line (« 1.3 ») or label at the start of a row what to write below each heading; a
    heading that is empty is the first such cell right of the label. Only cells that are blue are written.
    """
    book = load_workbook(workbook)
    for start, values in said.items():
        rows: list[Any] = [row for sheet in book.worksheets for row in sheet.iter_rows()]
        (label,) = [
            cell
            for row in rows
            for cell in row
            if f"{_plain(cell)} ".startswith(f"{start} ") and any(map(is_blue, row[cell.column :]))
        ]
        for heading, value in values.items():
            cell = _below(label, heading) if heading else next(filter(is_blue, _right_of(label)))
            assert is_blue(cell), (start, heading)
            cell.value = value
    book.save(to)


def _below(label: Any, heading: str) -> Any:
    """Return the cell of the row of `label` in the column of a heading."""
    rows = label.parent.iter_rows(max_row=label.row - 1)
    (column,) = {cell.column for row in rows for cell in row if _plain(cell) == heading}
    return label.parent.cell(label.row, column)


def _right_of(label: Any) -> list[Any]:
    """Return the cells right of a label."""
    return list(label.parent[label.row][label.column :])


def _plain(cell: Any) -> str:
    return " ".join(str(cell.value).split())


def words_of(said: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the texts of an answer, without its notes."""
    return [text for values in said.values() for text in values.values() if isinstance(text, str)]


def is_blue(cell: Any) -> bool:
    """Return whether a cell is to be filled: its ground is a light blue."""
    colour = str(cell.fill.fgColor.rgb)
    if not cell.fill.fill_type or len(colour) != 8:
        return False
    red, green, blue = (int(colour[place : place + 2], 16) for place in (2, 4, 6))
    return min(red, green, blue) > 0xC0 and blue > red + 16
