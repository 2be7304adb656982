"""Read a Caf's workbook with the known grids, plan the changes, and take them: all of it or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Assessment, Identity, Moment, parse_answer
from ctg_tui.domain.changes import Change, Edit, Field, Operation, parse_cell_key, values_of
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid, campaign_year
from ctg_tui.domain.grid_files import known_ids
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
from ctg_tui.spreadsheet.new_grid import grid_document, is_from_workbook
from ctg_tui.spreadsheet.reader import MAX_BYTES, read_workbook
from ctg_tui.spreadsheet.returned_report import data_sheet
from ctg_tui.spreadsheet.understanding import Key, Read, Reading, Said, understand
from ctg_tui.storage import documents
from ctg_tui.storage.documents import attach_workbook, hash_of, keep_workbook
from ctg_tui.system.files import read_document, shown_name
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.french import count
from ctg_tui.wording.lines import line_number

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.storage.database import Database


@dataclass(frozen=True)
class WorkbookFile:
    """A workbook that was read, with its grid. `name` is that of the file, for sentences.

    `new_grid` is the grid file made of its lines; None when they are those of a known grid. `said` is what
    the person said of its columns.
    """

    path: Path
    name: str
    content: bytes
    sheets: tuple[Sheet, ...]
    reading: Reading
    new_grid: GridFile | None
    said: Said

    @property
    def grid(self) -> Grid:
        return self.reading.grid

    @property
    def lines(self) -> frozenset[str]:
        """The lines and indicators of its grid that it has."""
        return frozenset(key.partition("/")[0] for _, key in self.reading.seen_at)

    @property
    def activities(self) -> frozenset[str]:
        return self.lines & self.grid.activities.keys()

    @property
    def summary(self) -> str:
        """What was read: `12 notes lues, 3 commentaires, 2 à confirmer ; « Grille … ».`, zeros left out."""
        values, unread = self.reading.values, self.reading.unread
        certain = Counter(read.field for read in values if not read.doubt)
        new = f"nouvelle grille de {count(len(self.grid.activities), 'ligne')}" if self.new_grid else ""
        known = f"« {self.grid.title} »"
        if not (values or unread):
            known = f"{count(len(self.activities), 'ligne')} de {known}"
            return typeset(f"vierge : {new or known}.")
        counts = (
            (certain[Field.ANSWER], "note lue", "notes lues"),
            (certain[Field.COMMENT], "commentaire", "commentaires"),
            (certain[Field.NUMBER], "nombre", "nombres"),
            (sum(bool(read.doubt) for read in values), "à confirmer", "à confirmer"),
            (len(unread), "cellule non lue", "cellules non lues"),
        )
        return typeset(f"{', '.join(count(*one) for one in counts if one[0])} ; {new or known}.")


class Plan(NamedTuple):
    """The changes that importing a workbook makes, as one edit.

    `kept` are the values of the workbook where the assessment has another one, and keeps it: each with it.
    """

    changes: tuple[Change, ...]
    kept: tuple[tuple[Read, str], ...]


class ColumnsSaid(NamedTuple):
    """What was said of the columns of workbooks: `typed` now, for a sheet or for all, or `kept` before.

    `kept` gives them by what the headings of their table say: of the same ones the person is not asked again.
    """

    typed: Sequence[str] = ()
    kept: Mapping[str, Columns] = MappingProxyType({})


NOTHING_SAID: Final = ColumnsSaid()


def kept_columns(store: Database, first: Iterable[str] = ()) -> dict[str, Columns]:
    """Return what was said of each table, by its key: in the lines `first`, else the latest that is kept."""
    kept: dict[str, Columns] = {}
    for line in (*first, *documents.columns_said(store)):
        key, _, typed = line.partition(" ")
        try:
            kept.setdefault(key, parse_columns(typed))
        except ValueError:  # as another program left it: the columns are proposed again
            continue
    return kept


def said_of(sheets: Sequence[Sheet], columns: ColumnsSaid, name: str) -> Said:
    """Return what is said of each sheet of a workbook. Raises InvalidDocument (`tableur-colonnes`)."""
    tables = {sheet.name: propose(sheet) or [whole_sheet(sheet)] for sheet in sheets}
    kept = {
        name: columns.kept[table.key]
        for name, every in tables.items()
        for table in every
        if table.key in columns.kept
    }
    try:
        new = dict(said_columns(columns.typed, {name: every[0].head > 0 for name, every in tables.items()}))
        for sheet in sheets:
            if sheet.name in new:
                require_fitting(new[sheet.name].placed(tables[sheet.name][0], sheet), sheet)
    except ValueError as error:
        raise refusals.columns_do_not_fit(name, str(error)) from error
    return kept | new


def without_headings(path: Path) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in which no table was found, those that hold something.

    Raises InvalidDocument when it cannot be read.
    """
    return tuple(sheet for sheet in _sheets(path)[2] if sheet.cells)


def read(
    path: Path, catalogue: Catalogue, columns: ColumnsSaid = NOTHING_SAID, grid: Grid | None = None
) -> WorkbookFile:
    """Return the workbook at `path`, read with the known grid that has its lines, else with a new one.

    With `grid`, it is read with that one. A workbook gives the same new grid whatever its notes; a line known
    from another grid keeps its id there.

    Raises InvalidDocument when it cannot be read, has no table of a grid or other lines than those of `grid`
    (`tableur-autre-grille`), or is a report of this program.
    """
    name, content, sheets = _sheets(path)
    if data_sheet(sheets) is not None:
        raise refusals.our_report(name)
    said = said_of(sheets, columns, name)
    known = (one for one in catalogue.grids if not is_from_workbook(one))
    reading = understand(sheets, known if grid is None else [grid], name, said)
    if reading is not None:
        return WorkbookFile(path, name, content, sheets, reading, None, said)
    if grid is not None:
        raise refusals.of_another_grid(name, "repris")
    file = _grid_file(name, content, sheets, said, catalogue)
    reading = understand(sheets, [file.grid], name, said)
    if reading is None:
        raise refusals.without_grid(name)
    is_known = catalogue.find(file.grid.id, file.grid.fingerprint) is not None
    return WorkbookFile(path, name, content, sheets, reading, None if is_known else file, said)


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
    return GridFile(parse_grid(raw, name), name, raw, is_installed=True, workbook=hash_of(content))


def _sheets(path: Path) -> tuple[str, bytes, tuple[Sheet, ...]]:
    name = shown_name(path)
    content = read_document(path, MAX_BYTES)
    return name, content, read_workbook(content, name)


def plan(reading: Reading, assessment: Assessment, agreed: Collection[str] | None = None) -> Plan:
    """Return the changes that give `assessment` the values of a workbook.

    Taken are those at the addresses `agreed` on, the first one where two are of one cell; without any said,
    those that are certain where `assessment` has no other value.
    """
    made: list[Change] = []
    kept: list[tuple[Read, str]] = []
    held = values_of(assessment)
    taken: set[Key] = set()
    for read in reading.values:
        key = read.field, read.key
        here = held.get(key)
        is_taken = not read.doubt and here is None if agreed is None else read.address in agreed
        if here is not None and here != read.text and not (is_taken or read.doubt):
            kept.append((read, here))
        if here == read.text or not is_taken or key in taken:
            continue
        taken.add(key)
        if read.field is Field.ANSWER:
            made += edits.rate(assessment, (parse_cell_key(read.key),), parse_answer(read.text))
        else:
            made.append(Change(*key, here, read.text))
    return Plan(tuple(made), tuple(kept))


# Taking a workbook that was read into the database: as a new assessment, or into one.


class Taken(NamedTuple):
    """What was taken, and into which assessment."""

    assessment_id: int
    plan: Plan

    @property
    def counts(self) -> Sequence[int]:
        """How many notes, comments and numbers were taken, and how many other answers were kept."""
        fields = Counter(change.field for change in self.plan.changes)
        texts = fields[Field.COMMENT] + fields[Field.REMARK]
        return fields[Field.ANSWER], texts, fields[Field.NUMBER], len(self.plan.kept)

    @property
    def words(self) -> str:
        """Return `12 notes prises, 3 commentaires, 1 nombre ; 2 réponses différentes conservées`."""
        notes, texts, numbers, kept = self.counts
        parts = (count(notes, "note prise", "notes prises"), count(texts, "commentaire"))
        other = count(kept, "réponse différente conservée", "réponses différentes conservées")
        return typeset(", ".join((*parts, count(numbers, "nombre"))) + (f" ; {other}" if kept else ""))


def own_of(workspace: Workspace, file: WorkbookFile, assessment_id: int) -> Assessment | None:
    """Return the assessment that a workbook can complete; None for one filled with another grid.

    Raises Refusal when it cannot be read.
    """
    stored = workspace.store.load(assessment_id).assessment
    return stored if stored.grid_fingerprint == file.grid.fingerprint else None


def take(
    workspace: Workspace,
    file: WorkbookFile,
    into: int | None = None,
    agreed: Collection[str] | None = None,
) -> Taken:
    """Give an assessment, or a new one, the values of a workbook, as one edit.

    `agreed` has the addresses of those to take; `plan` says which ones are taken without it. The workbook is
    stored beside the assessment, with the grid of a new one, whose details are left to the person. Nothing is
    taken when it raises: NotSaved when the disk refuses, Refusal when the assessment is gone.
    """
    store = workspace.store
    with store.writing():
        sha256 = keep_workbook(store, file.name, file.content)
        assessment_id = into
        if assessment_id is None:
            identity = Identity(campaign_year(file.grid.campaign, workspace.today()), Moment.YEARLY)
            grid_file = file.new_grid or workspace.catalogue.file_of(file.grid)
            assessment_id = store.create(file.grid, identity, file=grid_file)
        planned = plan(file.reading, store.load(assessment_id).assessment, agreed)
        # Also without a change: it requires that the assessment may be written.
        store.record(assessment_id, Edit(Operation.IMPORT, planned.changes), None)
        tables = (table for table in file.reading.tables if table.sheet in file.said)
        said = list(dict.fromkeys(f"{table.key} {table.typed}" for table in tables))
        attach_workbook(store, assessment_id, sha256, said)
    return Taken(assessment_id, planned)


class LineRead(NamedTuple):
    """What a workbook says of one line: `1.3 : Famille 2 · Social NC – le comment…`, at some addresses.

    `doubt` is why the person should look at it, in French; `address` is the first of `addresses`.
    """

    text: str
    doubt: str
    addresses: frozenset[str]
    address: str


_MOST_OF_COMMENT: Final = 80


def lines_read(file: WorkbookFile, own: Assessment | None = None) -> list[LineRead]:
    """Return what would be taken of a workbook, line by line; what is certain apart from what is in doubt.

    A value other than the one of one's `own` assessment is in doubt.
    """
    grid, held = file.grid, {} if own is None else values_of(own)
    found: defaultdict[tuple[str, str], list[Read]] = defaultdict(list)
    for read in file.reading.values:
        here = held.get((read.field, read.key), read.text)
        doubt = read.doubt or ("" if here == read.text else f"Déjà répondu ici : {here}.")
        found[read.key.partition("/")[0], doubt].append(read)
    ranks = {line: rank for rank, line in enumerate((*grid.activities, *grid.indicators))}
    ranked = sorted(found.items(), key=lambda one: (ranks[one[0][0]], one[0][1]))
    return [_line_read(grid, line, doubt, reads) for (line, doubt), reads in ranked]


def _line_read(grid: Grid, line: str, doubt: str, reads: Sequence[Read]) -> LineRead:
    texts = [read for read in reads if read.field in (Field.COMMENT, Field.REMARK)]
    notes = []
    for read in reads:
        policy = grid.policies_by_id.get(read.key.partition("/")[2])
        notes += [] if read in texts else [f"{policy.label} {read.text}" if policy else read.text]
    comment = " ".join(" ".join(read.text for read in texts).split())
    if len(comment) > _MOST_OF_COMMENT:
        comment = f"{comment[:_MOST_OF_COMMENT].rstrip()}…"
    said = " – ".join(filter(None, (" · ".join(notes), comment)))
    text = f"{line_number(grid, line, mark='')} : {said}"
    return LineRead(text, doubt, frozenset(read.address for read in reads), reads[0].address)
