"""Read a Caf's workbook with the known grids, and plan the changes that importing it would make."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ctg_tui.domain import changes, edits
from ctg_tui.domain.answers import answer_text
from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.change_sources import from_workbook
from ctg_tui.domain.changes import Change, Field
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.grid_origin import Origin
from ctg_tui.grids.catalogue import Catalogue, GridFile, parse_grid, shipped_document
from ctg_tui.grids.toml_file import toml_bytes
from ctg_tui.spreadsheet import cells as refusals
from ctg_tui.spreadsheet.cells import Sheet
from ctg_tui.spreadsheet.headings import require_scale_of_grid
from ctg_tui.spreadsheet.new_grid import grid_document, is_from_workbook
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.spreadsheet.returned_report import data_sheet, read_data
from ctg_tui.spreadsheet.understanding import ReadComment, ReadIndicator, Reading, understand
from ctg_tui.storage.workbooks import hash_of
from ctg_tui.system.files import read_regular, shown_name
from ctg_tui.wording.spreadsheet import ReadCounts


@dataclass(frozen=True)
class WorkbookFile:
    """A workbook that was read, with its grid. `name` is that of the file, for sentences.

    `new_grid` is the grid file made of its lines; None when they are those of a known grid.
    """

    path: Path
    name: str
    content: bytes
    sheets: tuple[Sheet, ...]
    grid: Grid
    reading: Reading
    new_grid: GridFile | None
    is_ours: bool = False
    """Whether it is a report of this program: its answers are taken, and it is no workbook to fill."""

    @property
    def sha256(self) -> str:
        return hash_of(self.content)

    @property
    def counts(self) -> ReadCounts:
        """How much was read, is to be confirmed, and was not read."""
        reading = self.reading
        notes = [note.doubt for note in reading.notes]
        comments = [comment.doubt for comment in reading.comments]
        indicators = [line.doubt for line in reading.indicators]
        doubts = sum(map(bool, (*notes, *comments, *indicators)))
        return ReadCounts(
            notes.count(""), comments.count(""), indicators.count(""), doubts, len(reading.unread)
        )


class Conflict(NamedTuple):
    """A value of the workbook where the assessment has another one: the person chooses."""

    address: str
    line: str
    here: str
    workbook: str


class Plan(NamedTuple):
    """The changes that importing a workbook makes, as one edit, and the conflicts left to the person."""

    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]


def read(path: Path, catalogue: Catalogue, *, own_grid: bool = False) -> WorkbookFile:
    """Return the workbook at `path`, read with the known grid that has its lines, else with a new one.

    With `own_grid`, a grid is made of its lines even when they look like those of a known grid. A workbook
    gives the same new grid whatever its notes, and whatever workbooks were read here before.

    Raises InvalidDocument when it cannot be read, or has no table of a grid.
    """
    name, content, sheets = _sheets(path)
    data = data_sheet(sheets)
    if data is not None:
        reading = read_data(data, catalogue.find, name)
        assert reading.grid is not None
        return WorkbookFile(path, name, content, sheets, reading.grid, reading, None, is_ours=True)
    if not own_grid:
        files = [grid for grid in catalogue.grids if not is_from_workbook(grid)]
        reading = understand(sheets, files, name)
        if reading.grid is not None:
            return WorkbookFile(path, name, content, sheets, reading.grid, reading, None)
    file = _grid_file(name, content, sheets)
    reading = understand(sheets, [file.grid], name)
    if reading.grid is None:
        raise refusals.without_grid(name)
    is_known = catalogue.find(file.grid.id, file.grid.fingerprint) is not None
    return WorkbookFile(path, name, content, sheets, file.grid, reading, None if is_known else file)


def grid_made_of(path: Path) -> GridFile:
    """Return the grid file made of a workbook's lines. Raises InvalidDocument without a table of a grid."""
    return _grid_file(*_sheets(path))


def _grid_file(name: str, content: bytes, sheets: tuple[Sheet, ...]) -> GridFile:
    raw = toml_bytes(grid_document(sheets, shipped_document(), name))
    return GridFile(parse_grid(raw, name), name, raw, Origin.WORKBOOK, hash_of(content))


def read_with(path: Path, grid: Grid) -> WorkbookFile:
    """Return the workbook at `path`, read with the grid of an assessment.

    Raises InvalidDocument when it cannot be read, or has other lines (`tableur-autre-grille`).
    """
    name, content, sheets = _sheets(path)
    data = data_sheet(sheets)
    if data is not None:
        reading = read_data(data, lambda _, fingerprint: _same(grid, fingerprint), name)
        return WorkbookFile(path, name, content, sheets, grid, reading, None, is_ours=True)
    reading = understand(sheets, [grid], name)
    if reading.grid is None:
        raise refusals.of_another_grid(name, reading.first_line, "repris")
    return WorkbookFile(path, name, content, sheets, grid, reading, None)


def _same(grid: Grid, fingerprint: str) -> Grid | None:
    return grid if grid.fingerprint == fingerprint else None


def _sheets(path: Path) -> tuple[str, bytes, tuple[Sheet, ...]]:
    name = shown_name(path)
    content = read_regular(path, MAX_BYTES)
    sheets = read_workbook(content, name)
    if data_sheet(sheets) is None:  # our own report has the scale of its grid
        require_scale_of_grid(sheets, name)
    return name, content, sheets


def plan(
    reading: Reading, assessment: Assessment, sha256: str = "", confirmed: Collection[str] = frozenset()
) -> Plan:
    """Return the changes that give `assessment` the certain values of the workbook of that hash.

    Doubtful values are left out; a different value of `assessment` is a conflict. Those whose address is
    among `confirmed` are taken all the same.
    """
    made: list[Change] = []
    conflicts: list[Conflict] = []

    def take(address: str, some: tuple[Change, ...]) -> None:
        made.extend(change._replace(source=from_workbook(sha256, address)) for change in some)

    for note in reading.notes:
        here = assessment.answers.get(note.cell)
        agreed = note.address in confirmed
        if (note.doubt and not agreed) or here == note.answer:
            continue
        if here is None or agreed:
            take(note.address, edits.rate(assessment, (note.cell,), note.answer))
        else:
            line = changes.cell_key(note.cell)
            conflicts.append(Conflict(note.address, line, answer_text(here), answer_text(note.answer)))
    texts: list[tuple[Field, str, str, ReadComment | ReadIndicator]] = [
        *((Field.COMMENT, comment.activity, comment.text, comment) for comment in reading.comments),
        *((Field.REMARK, row.indicator, row.comment, row) for row in reading.indicators if row.comment),
    ]
    for field, line, text, source in texts:
        present = (assessment.comments if field is Field.COMMENT else assessment.remarks).get(line)
        agreed = source.address in confirmed
        if (source.doubt and not agreed) or present == text:
            continue
        if present is None or agreed:
            take(source.address, edits.write_text(assessment, field, line, text))
        else:
            conflicts.append(Conflict(source.address, line, present, text))
    for counted in reading.indicators:
        number = assessment.numbers.get(counted.indicator)
        agreed = counted.address in confirmed
        if (counted.doubt and not agreed) or counted.number is None or number == counted.number:
            continue
        if number is None or agreed:
            take(counted.address, edits.count(assessment, counted.indicator, counted.number))
        else:
            conflicts.append(Conflict(counted.address, counted.indicator, str(number), str(counted.number)))
    return Plan(tuple(made), tuple(conflicts))
