"""Read a Caf's workbook with the known grids, plan the changes, and take them: all of it or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Assessment, Identity, Moment, parse_answer
from ctg_tui.domain.changes import Change, Edit, Field, Operation, from_workbook, parse_cell_key
from ctg_tui.domain.errors import InvalidDocument, typeset
from ctg_tui.domain.grid import Grid, Origin, campaign_year
from ctg_tui.domain.grid_files import known_ids, line_values
from ctg_tui.grids.catalogue import Catalogue, GridFile, parse_grid, shipped_document
from ctg_tui.grids.toml_file import toml_bytes
from ctg_tui.spreadsheet.cells import Sheet
from ctg_tui.spreadsheet.columns import (
    Columns,
    parse_columns,
    propose,
    require_fitting,
    said_columns,
    whole_sheet,
)
from ctg_tui.spreadsheet.data_sheet import data_sheet, read_data
from ctg_tui.spreadsheet.new_grid import grid_document, is_from_workbook
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.spreadsheet.understanding import NO_COLUMNS, Reading, Said, understand
from ctg_tui.storage import documents
from ctg_tui.storage.documents import StoredWorkbook, attach_workbook, hash_of, keep_workbook
from ctg_tui.system.files import read_document, read_regular, shown_name
from ctg_tui.system.places import program_with
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.exchange import nothing_taken
from ctg_tui.wording.spreadsheet import LineRead, ReadCounts, TakenCounts, summary

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.storage.reading import Reader


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
    said: Said
    """What the person said of its columns."""
    is_ours: bool = False
    """Whether it is a report of this program: its answers are taken, and it is no workbook to fill."""

    @property
    def sha256(self) -> str:
        return hash_of(self.content)

    @property
    def lines(self) -> frozenset[str]:
        """The lines of its grid that it has: all, merged cells or not, where the grid is made of it."""
        if self.new_grid is not None:
            return frozenset(self.grid.activities)
        return frozenset(key.partition("/")[0] for _, key in self.reading.places) & {*self.grid.activities}

    @property
    def summary(self) -> str:
        """What was read, in a sentence."""
        return summary(self.counts, self.grid, self.lines, is_new_grid=self.new_grid is not None)

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


class ColumnsSaid(NamedTuple):
    """What was said of the columns of workbooks: `typed` with a command, `chosen` on a page, `kept` before.

    `kept` gives them by what the headings of their table say: of the same ones the person is not asked again.
    """

    typed: Sequence[str] = ()
    chosen: Said = NO_COLUMNS
    kept: Mapping[str, Columns] = MappingProxyType({})


NOTHING_SAID: Final = ColumnsSaid()


def kept_columns(store: Reader) -> dict[str, Columns]:
    """Return what was said of the columns of the workbooks that are kept, the latest said of each table."""
    return columns_of(documents.columns_said(store))


def columns_of(lines: Iterable[str]) -> dict[str, Columns]:
    """Return what kept lines say of the columns, the first of each table, by its key."""
    kept: dict[str, Columns] = {}
    for line in lines:
        key, _, typed = line.partition(" ")
        try:
            kept.setdefault(key, parse_columns(typed))
        except ValueError:  # as another program left it: the columns are proposed again
            continue
    return kept


def said_of(sheets: Sequence[Sheet], columns: ColumnsSaid, name: str) -> Said:
    """Return what is said of each sheet of a workbook. Raises InvalidDocument (`tableur-colonnes`)."""
    proposed = {sheet.name: propose(sheet) for sheet in sheets}
    keys = {sheet.name: proposed[sheet.name] or [whole_sheet(sheet)] for sheet in sheets}
    kept = {
        name: columns.kept[table.key]
        for name, tables in keys.items()
        for table in tables
        if table.key in columns.kept
    }
    try:
        typed = said_columns(columns.typed, {name: bool(tables) for name, tables in proposed.items()})
        new = {**columns.chosen, **dict(typed)}
        for sheet in sheets:
            if sheet.name in new:
                require_fitting(new[sheet.name].placed(keys[sheet.name][0], sheet), sheet)
    except ValueError as error:
        raise refusals.columns_do_not_fit(name, str(error)) from error
    return kept | new


def without_headings(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in which no table was found, those that hold something.

    Raises InvalidDocument when it cannot be read.
    """
    return tuple(sheet for sheet in _sheets(path)[2] if sheet.cells)


def columns_of_sheet(sheet: Sheet) -> Columns:
    """Return what can be proposed for a sheet without a table."""
    return whole_sheet(sheet)


def misfit(sheets: Sequence[Sheet], columns: Columns) -> str:
    """Return why, in French, these cannot be the columns of a sheet of a workbook; empty if they can."""
    sheet = next(sheet for sheet in sheets if sheet.name == columns.sheet)
    try:
        require_fitting(columns, sheet)
    except ValueError as error:
        return typeset(f"Ces colonnes ne conviennent pas : {error}.")
    return ""


def read(
    path: Path, catalogue: Catalogue, *, own_grid: bool = False, columns: ColumnsSaid = NOTHING_SAID
) -> WorkbookFile:
    """Return the workbook at `path`, read with the known grid that has its lines, else with a new one.

    With `own_grid`, a grid is made of its lines even when they look like those of a known grid. A workbook
    gives the same new grid whatever its notes; a line known from another grid keeps its id there.

    Raises InvalidDocument when it cannot be read, or has no table of a grid.
    """
    name, content, sheets = _sheets(path)
    data = data_sheet(sheets)
    if data is not None:
        reading = read_data(data, catalogue.find, name)
        assert reading.grid is not None
        return WorkbookFile(
            path, name, content, sheets, reading.grid, reading, None, NO_COLUMNS, is_ours=True
        )
    said = said_of(sheets, columns, name)
    if not own_grid:
        files = [grid for grid in catalogue.grids if not is_from_workbook(grid)]
        reading = understand(sheets, files, name, said)
        if reading.grid is not None:
            return WorkbookFile(path, name, content, sheets, reading.grid, reading, None, said)
    file = _grid_file(name, content, sheets, said, catalogue)
    reading = understand(sheets, [file.grid], name, said)
    if reading.grid is None:
        raise refusals.without_grid(name)
    is_known = catalogue.find(file.grid.id, file.grid.fingerprint) is not None
    new = None if is_known else file
    return WorkbookFile(path, name, content, sheets, file.grid, reading, new, said)


def grid_made_of(path: Path, catalogue: Catalogue, columns: ColumnsSaid = NOTHING_SAID) -> GridFile:
    """Return the grid file made of a workbook's lines. Raises InvalidDocument without a table of a grid."""
    name, content, sheets = _sheets(path)
    return _grid_file(name, content, sheets, said_of(sheets, columns, name), catalogue)


def _grid_file(
    name: str, content: bytes, sheets: tuple[Sheet, ...], said: Said, catalogue: Catalogue
) -> GridFile:
    # Those of workbooks first: last year's assessment was filled with one of them, perhaps.
    grids = sorted(catalogue.every, key=lambda grid: not is_from_workbook(grid))
    raw = toml_bytes(grid_document(sheets, shipped_document(), name, said, known_ids(grids)))
    return GridFile(parse_grid(raw, name), name, raw, Origin.WORKBOOK, hash_of(content))


def read_with(path: Path, grid: Grid, columns: ColumnsSaid = NOTHING_SAID) -> WorkbookFile:
    """Return the workbook at `path`, read with the grid of an assessment.

    Raises InvalidDocument when it cannot be read, or has other lines (`tableur-autre-grille`).
    """
    name, content, sheets = _sheets(path)
    data = data_sheet(sheets)
    if data is not None:
        reading = read_data(data, lambda _, fingerprint: _same(grid, fingerprint), name)
        return WorkbookFile(path, name, content, sheets, grid, reading, None, NO_COLUMNS, is_ours=True)
    said = said_of(sheets, columns, name)
    reading = understand(sheets, [grid], name, said)
    if reading.grid is None:
        raise refusals.of_another_grid(name, reading.first_line, "repris")
    return WorkbookFile(path, name, content, sheets, grid, reading, None, said)


def _same(grid: Grid, fingerprint: str) -> Grid | None:
    return grid if grid.fingerprint == fingerprint else None


def _sheets(path: Path) -> tuple[str, bytes, tuple[Sheet, ...]]:
    name = shown_name(path)
    try:
        content = read_document(path, MAX_BYTES)
    except InvalidDocument as refusal:
        raise nothing_taken(refusal) from refusal
    return name, content, read_workbook(content, name)


def plan(
    reading: Reading,
    assessment: Assessment,
    sha256: str = "",
    confirmed: Collection[str] = frozenset(),
    left: Collection[str] = frozenset(),
) -> Plan:
    """Return the changes that give `assessment` the certain values of the workbook of that hash.

    Doubtful values are left out; a different value of `assessment` is a conflict. Those whose address is
    among `confirmed` are taken all the same, those among `left` are not.
    """
    made: list[Change] = []
    conflicts: list[Conflict] = []
    held = line_values(assessment)
    for (field, key), text, read in reading.values():
        here, is_agreed = held.get((field, key)), read.address in confirmed
        if here == text or (read.doubt and not is_agreed) or read.address in left:
            continue
        if here is not None and not is_agreed:
            conflicts.append(Conflict(read.address, key, here, text))
            continue
        some: Iterable[Change] = (Change(field, key, here, text),)
        if field is Field.ANSWER:
            some = edits.rate(assessment, (parse_cell_key(key),), parse_answer(text))
        made += (change._replace(source=from_workbook(sha256, read.address)) for change in some)
    return Plan(tuple(made), tuple(conflicts))


# Taking a workbook that was read into the database: as a new assessment, or into one.


class Taken(NamedTuple):
    """What was taken, and into which assessment."""

    assessment_id: int
    plan: Plan

    @property
    def counts(self) -> TakenCounts:
        fields = Counter(change.field for change in self.plan.changes)
        return TakenCounts(
            fields[Field.ANSWER],
            fields[Field.COMMENT] + fields[Field.REMARK],
            fields[Field.NUMBER],
            len(self.plan.conflicts),
        )


def read_for(
    workspace: Workspace, path: Path, assessment_id: int, columns: ColumnsSaid = NOTHING_SAID
) -> WorkbookFile:
    """Return the workbook at `path`, read with the grid of an assessment, lines left aside included.

    Raises InvalidDocument as `read_with` does; Refusal as `Workspace.load` does.
    """
    seen, assessment = workspace.load(assessment_id)
    whole = workspace.catalogue.own_grid(assessment)
    return read_with(path, whole or seen, columns)


class Completion(NamedTuple):
    """The assessment that a workbook can complete, and what completing it would do."""

    identity: Identity
    plan: Plan


def completion(workspace: Workspace, file: WorkbookFile, assessment_id: int) -> Completion | None:
    """Return what completing an assessment would do; None for one filled with another grid.

    Raises Refusal when it cannot be read.
    """
    stored = workspace.store.load(assessment_id).assessment
    if stored.grid_fingerprint != file.grid.fingerprint:
        return None
    return Completion(stored.identity, plan(file.reading, stored))


def take(
    workspace: Workspace,
    file: WorkbookFile,
    into: int | None = None,
    confirmed: Collection[str] = frozenset(),
    left: Collection[str] = frozenset(),
) -> Taken:
    """Give an assessment, or a new one, the values of a workbook, as one edit.

    A value in doubt, or other than the answer given here, is taken only when its address is among
    `confirmed`; one among `left` is not taken. The workbook is stored beside the assessment, with the grid of
    a new one, whose details are left to the person. Nothing is taken when it raises: InvalidDocument when the
    file has changed since it was read or is open elsewhere, NotSaved when the disk refuses, Refusal when the
    assessment is gone.
    """
    _require_unchanged(file)
    store = workspace.store
    with store.writing() as now:
        _keep(workspace, file, now)
        assessment_id = into
        if assessment_id is None:
            identity = Identity(campaign_year(file.grid.campaign, workspace.today()), Moment.YEARLY)
            grid_file = file.new_grid or workspace.catalogue.file_of(file.grid)
            assessment_id = store.create(file.grid, identity, file=grid_file)
        assessment = store.load(assessment_id).assessment
        planned = plan(file.reading, assessment, file.sha256, confirmed, left)
        _record(workspace, assessment_id, file, planned, now)
    if into is None:
        workspace.shelf.forget()
    return Taken(assessment_id, planned)


def lines_read(file: WorkbookFile, known: Completion | None = None) -> list[LineRead]:
    """Return what would be taken of a workbook, line by line; what is certain apart from what is in doubt.

    A value other than the one that `known` has is in doubt.
    """
    reading, grid = file.reading, file.grid
    here = {one.address: f"Déjà répondu ici : {one.here}." for one in (known.plan.conflicts if known else ())}
    found: defaultdict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for (field, key), text, read in reading.values():
        line, _, policy = key.partition("/")
        if field is Field.ANSWER:
            text = f"{grid.policies_by_id[policy].label} {text}"
        note, comment = (text, "") if field in {Field.ANSWER, Field.NUMBER} else ("", text)
        found[line, here.get(read.address) or read.doubt].append((read.address, note, comment))
    ranks = {line: rank for rank, line in enumerate((*grid.activities, *grid.indicators))}
    return [
        LineRead(
            line,
            tuple(note for _, note, _ in values if note),
            " ".join(comment for _, _, comment in values if comment),
            doubt,
            tuple(dict.fromkeys(address for address, _, _ in values)),
        )
        for (line, doubt), values in sorted(found.items(), key=lambda one: (ranks[one[0][0]], one[0][1]))
    ]


def _keep(workspace: Workspace, file: WorkbookFile, now: datetime) -> None:
    """Store the workbook, unless it is a report of this program: that one is not to be filled again."""
    if not file.is_ours:
        keep_workbook(workspace.store.connection, StoredWorkbook(file.name, file.content), now)


def _record(
    workspace: Workspace, assessment_id: int, file: WorkbookFile, planned: Plan, now: datetime
) -> None:
    # Also without a change: it requires that the assessment may be written.
    workspace.store.record(assessment_id, Edit(Operation.IMPORT, planned.changes), None)
    if not file.is_ours:
        tables = (table for table in file.reading.tables if table.sheet in file.said)
        said = list(dict.fromkeys(f"{table.key} {table.typed}" for table in tables))
        attach_workbook(workspace.store.connection, assessment_id, file.sha256, said, now)


def _require_unchanged(file: WorkbookFile) -> None:
    """Raise InvalidDocument when the file is no longer as it was read, or is open elsewhere."""
    program = program_with(file.path)
    if program:
        raise refusals.open_elsewhere(file.name, program)
    content = read_regular(file.path, MAX_BYTES)
    if content != file.content:
        raise refusals.changed_since_read(file.name)
