"""A Caf's workbook read with the known grids and taken, all of it or nothing; and given back filled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain import edits
from ctg_tui.domain.assessment import Assessment, Identity, Moment, answer_text, parse_answer
from ctg_tui.domain.changes import Change, Edit, Field, Operation, Values, cell_key, parse_cell_key, values_of
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.domain.grid import Grid, campaign_year, known_ids
from ctg_tui.formats import toml_bytes
from ctg_tui.grids.catalogue import Catalogue, GridFile, grid_file, shipped_grids
from ctg_tui.services.workspace import Workspace
from ctg_tui.spreadsheet.cells import NotANoteError, Position, Sheet, is_tick, not_whole
from ctg_tui.spreadsheet.columns import said_columns
from ctg_tui.spreadsheet.filling import Value, fill
from ctg_tui.spreadsheet.new_grid import grid_document, is_from_workbook
from ctg_tui.spreadsheet.reader import MAX_BYTES, UNREADABLE, read_workbook
from ctg_tui.spreadsheet.returned_workbook import data_sheet
from ctg_tui.spreadsheet.understanding import Key, Place, Read, Reading, SheetColumns, Unread, understand
from ctg_tui.storage import documents, journal
from ctg_tui.storage.documents import StoredWorkbook, keep_workbook
from ctg_tui.storage.journal import ever_held
from ctg_tui.system.files import read_document, shown_name
from ctg_tui.wording import spreadsheet as refusals
from ctg_tui.wording.french import count
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.spreadsheet import key_name


@dataclass(frozen=True)
class WorkbookFile:
    """A workbook that was read, with its grid. `name` is that of the file, for sentences.

    `new_grid` is the grid file made of its lines; None when they are those of a known grid. `typed` is what
    the person said of its columns.
    """

    path: Path
    name: str
    content: bytes
    sheets: tuple[Sheet, ...]
    reading: Reading
    new_grid: GridFile | None
    typed: Sequence[str]

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
        """What was read: `12 notes lues, 3 commentaires ; 42 lignes connues.`, zeros left out."""
        values, unread = self.reading.values, self.reading.unread
        certain = Counter(read.field for read in values if not read.doubt)
        lines = count(len(self.activities), "ligne connue", "lignes connues")
        if self.new_grid is not None:
            lines = f"nouvelle grille de {count(len(self.grid.activities), 'ligne')}"
        if not (values or unread):
            return typeset(f"vierge : {lines}.")
        counts = (
            (certain[Field.ANSWER], "note lue", "notes lues"),
            (certain[Field.COMMENT], "commentaire", "commentaires"),
            (certain[Field.NUMBER], "nombre", "nombres"),
            (sum(bool(read.doubt) for read in values), "à confirmer", "à confirmer"),
            (len(unread), "endroit non lu", "endroits non lus"),
        )
        return typeset(f"{', '.join(count(*one) for one in counts if one[0])} ; {lines}.")


def _said_of(sheets: Sequence[Sheet], typed: Sequence[str], name: str, grids: Iterable[Grid]) -> SheetColumns:
    """Return what is said of each sheet, with the policies of `grids`.

    Raises InvalidDocument (`tableur-colonnes`).
    """
    policies = tuple(dict.fromkeys(policy for grid in grids for policy in grid.policies))
    try:
        return said_columns(typed, sheets, policies)
    except ValueError as error:
        raise refusals.columns_do_not_fit(name, str(error)) from error


def read(
    path: Path, catalogue: Catalogue, typed: Sequence[str] = (), grid: Grid | None = None
) -> WorkbookFile:
    """Return the workbook at `path`, read with the known grid that has its lines, else with a new one.

    With `grid`, it is read with that one. A workbook gives the same new grid whatever its notes; a line known
    from another grid keeps its id there.

    Raises InvalidDocument when it cannot be read, has no table of a grid or other lines than those of `grid`
    (`tableur-autre-grille`), or is a report of this program.
    """
    name, content, sheets = _sheets(path)
    known = [one for one in catalogue.grids if not is_from_workbook(one)] if grid is None else [grid]
    reading = understand(sheets, known, name, _said_of(sheets, typed, name, known))
    if reading is not None:
        return WorkbookFile(path, name, content, sheets, reading, None, typed)
    if grid is not None:
        raise refusals.of_another_grid(name)
    said = _said_of(sheets, typed, name, shipped_grids())
    file = _grid_file(name, sheets, said, catalogue)
    reading = understand(sheets, [file.grid], name, said)
    if reading is None:
        raise refusals.without_grid(name)
    is_known = catalogue.find(file.grid.fingerprint) is not None
    return WorkbookFile(path, name, content, sheets, reading, None if is_known else file, typed)


def grid_made_of(path: Path, catalogue: Catalogue, typed: Sequence[str] = ()) -> GridFile:
    """Return the grid file made of a workbook's lines. Raises InvalidDocument without a table of a grid."""
    name, _, sheets = _sheets(path)
    return _grid_file(name, sheets, _said_of(sheets, typed, name, shipped_grids()), catalogue)


def _grid_file(name: str, sheets: tuple[Sheet, ...], said: SheetColumns, catalogue: Catalogue) -> GridFile:
    # Those of workbooks first: last year's assessment was filled with one of them, perhaps.
    grids = sorted(catalogue.every, key=lambda grid: not is_from_workbook(grid))
    frame = dict(shipped_grids()[0].document)
    raw = toml_bytes(grid_document(sheets, frame, name, said, known_ids(grids)))
    return grid_file(raw, name)


def _sheets(path: Path) -> tuple[str, bytes, tuple[Sheet, ...]]:
    name = shown_name(path)
    content = read_document(path, MAX_BYTES)
    sheets = read_workbook(content, name)
    heads = ([sheet.text(1, column) for column in range(1, 9)] for sheet in sheets)
    if [*refusals.CONSOLIDATED] in heads:
        raise refusals.table_of_all(name)
    if data_sheet(sheets) is not None:
        raise refusals.our_workbook(name)
    return name, content, sheets


def values_read(file: WorkbookFile, own: Assessment | None = None) -> list[Read]:
    """Return the values of a workbook; one other than that of one's `own` assessment is in doubt."""
    held = {} if own is None else values_of(own)
    reads = []
    for read in file.reading.values:
        here = held.get((read.field, read.key), read.text)
        other = "" if here == read.text else f"Déjà répondu ici : {here}."
        reads.append(read._replace(doubt=read.doubt or other))
    return reads


def _changes(reads: Iterable[Read], assessment: Assessment) -> Iterator[Change]:
    """Yield the changes that give `assessment` some values of a workbook: of two of one cell, the first."""
    held = values_of(assessment)
    first: dict[Key, Read] = {}
    for read in reads:
        first.setdefault((read.field, read.key), read)
    for key, read in first.items():
        if held.get(key) == read.text:
            continue
        if read.field is Field.ANSWER:
            yield from edits.rate(assessment, (parse_cell_key(read.key),), parse_answer(read.text))
        else:
            yield Change(*key, held.get(key), read.text)


# Taking a workbook that was read into the database: as a new assessment, or into one.


class Taken(NamedTuple):
    """What was taken, and into which assessment; `can_be_filled` is False when it has no workbook to fill."""

    assessment_id: int
    changes: tuple[Change, ...]
    can_be_filled: bool

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many notes, comments and numbers were taken."""
        fields = Counter(change.field for change in self.changes)
        return fields[Field.ANSWER], fields[Field.COMMENT], fields[Field.NUMBER]

    @property
    def words(self) -> str:
        """Return `12 notes prises, 3 commentaires, 1 nombre`, then what to do to have a workbook to fill."""
        names = ("note prise", "notes prises"), ("commentaire", "commentaires"), ("nombre", "nombres")
        counts = (count(number, *name) for number, name in zip(self.counts, names, strict=True) if number)
        taken = ", ".join(counts) or "aucune réponse prise"
        return typeset(taken if self.can_be_filled else f"{taken} ; {_AGAIN_AS_XLSX}")


_AGAIN_AS_XLSX: Final = "pour être rendu rempli, il doit être repris en .xlsx"


def take(
    workspace: Workspace, file: WorkbookFile, into: int | None = None, agreed: Collection[str] | None = None
) -> Taken:
    """Give an assessment, or a new one, the values of a workbook, as one edit.

    `agreed` has the addresses of those to take; without it, all are that are in no doubt. An .xlsx is
    stored beside the assessment, with the grid of a new one, whose details are left to the person; one whose
    values are all left replaces no other. Nothing is taken when it raises: NotSaved when the disk refuses,
    Refusal when the assessment is gone.
    """
    store = workspace.store
    with store.writing():
        assessment_id = into
        if assessment_id is None:
            identity = Identity(campaign_year(file.grid.campaign, workspace.today()), Moment.YEARLY)
            assessment_id = store.create(file.grid, identity, file=file.new_grid)
        own = store.load(assessment_id).assessment
        reads = values_read(file, own)
        taken = [read for read in reads if (not read.doubt if agreed is None else read.address in agreed)]
        changes = tuple(_changes(taken, own))
        # Also without a change: it requires that the assessment may be written.
        journal.record(store, assessment_id, Edit(Operation.IMPORT, changes))
        has_other = documents.workbook_of(store, assessment_id) is not None
        is_xlsx = all(sheet.part for sheet in file.sheets)
        if is_xlsx and (taken or not (has_other and reads)):
            keep_workbook(store, assessment_id, StoredWorkbook(file.name, file.content, tuple(file.typed)))
    return Taken(assessment_id, changes, is_xlsx or has_other)


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
    """Return what would be taken of a workbook, line by line; what is certain apart from what is in doubt."""
    grid = file.grid
    found: defaultdict[tuple[str, str], list[Read]] = defaultdict(list)
    for read in values_read(file, own):
        found[read.key.partition("/")[0], read.doubt].append(read)
    ranks = {line: rank for rank, line in enumerate((*grid.activities, *grid.indicators))}
    ranked = sorted(found.items(), key=lambda one: (ranks[one[0][0]], one[0][1]))
    return [_line_read(grid, line, doubt, reads) for (line, doubt), reads in ranked]


def _line_read(grid: Grid, line: str, doubt: str, reads: Sequence[Read]) -> LineRead:
    texts = [read for read in reads if read.field is Field.COMMENT]
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


# The same workbook, filled with an assessment and read again before it is delivered.

_TICK = "x"


class Filled(NamedTuple):
    """The bytes of the filled workbook, how many values it holds, and what could not be written in it."""

    content: bytes
    written: int
    left_out: tuple[Unread, ...]


Places = Mapping[Key, tuple[Place, ...]]


def of_assessment(workspace: Workspace, assessment_id: int) -> Filled:
    """Return the workbook that an assessment came from, filled.

    Raises Refusal (`tableur-absent`) when it came from none; as `filled` does.
    """
    grid, assessment = workspace.load(assessment_id)
    workbook = documents.workbook_of(workspace.store, assessment_id)
    if workbook is None:
        raise Refusal(
            "tableur-absent",
            "Cette évaluation n’a pas de tableur .xlsx à remplir. Rien n’a été écrit.",
            "Ouvrez d’abord celui de votre Caf pour cette évaluation : touche O, ou « importer --dans ».",
        )
    held = ever_held(workspace.store, assessment_id)
    cleared = {key for key in _keys(grid) if key in held} - values_of(assessment).keys()
    return filled(workbook.content, grid, assessment, workbook.name, workbook.columns, cleared)


def workbook_to_send(workspace: Workspace, assessment_id: int) -> Filled | None:
    """Return the filled workbook of a sending, if any; where it cannot be filled, why, without content."""
    if documents.workbook_of(workspace.store, assessment_id) is None:
        return None
    try:
        return of_assessment(workspace, assessment_id)
    except Refusal as refusal:
        if not refusal.code.startswith("tableur-"):
            raise
        return Filled(b"", 0, (Unread("Le tableur de votre Caf", "non joint", refusal.sentences()),))


def _keys(grid: Grid) -> Iterator[Key]:
    """Yield every value that an assessment can have on the lines of a grid."""
    yield from ((Field.ANSWER, cell_key(cell)) for cell in grid.cells)
    yield from ((Field.COMMENT, line) for line in grid.lines)
    yield from ((Field.NUMBER, line) for line in grid.indicators)


def filled(
    content: bytes,
    grid: Grid,
    assessment: Assessment,
    name: str,
    typed: Sequence[str] = (),
    cleared: Collection[Key] = (),
) -> Filled:
    """Return the workbook `content` with the answers, comments and numbers of `assessment`.

    Those that the person `cleared` are cleared in it too; what else it says, and she never took, stays as it
    is. Raises InvalidDocument when it is not of this grid; Refusal (`tableur-controle`) when what it
    says, read again, is not the assessment: nothing is delivered then.
    """
    sheets = read_workbook(content, name)
    said = _said_of(sheets, typed, name, [grid])
    reading = understand(sheets, [grid], name, said)
    if reading is None:
        raise refusals.of_another_grid(name)
    held = values_of(assessment)
    values = {key: held[key] for key in _keys(grid) if key in held}
    reasons = {key: why for key in values if (why := _why_not(reading, key, values[key]))}
    places = {
        key: options
        for key, options in reading.places.items()
        if key not in reasons and (key in values or (key in cleared and all(map(_is_free, options))))
    }
    written, again, amiss = _written(content, places, values, grid, said, name)
    while amiss:  # cells that show per cent, or a date
        reasons |= dict.fromkeys(amiss, "Le format de cette cellule afficherait autre chose.")
        places = {key: options for key, options in places.items() if key not in amiss}
        written, again, amiss = _written(content, places, values, grid, said, name)
    left_out = [
        Unread(_where(grid, again, key), values[key], why) for key, why in reasons.items() if key in values
    ]
    left_out += [
        Unread(read.address, read.text, _LEFT_AS_IT_WAS)
        for read in again.values
        if (read.field, read.key) not in places
    ]
    held_there = sum(value is not None for _, value in _cells(places, values))
    return Filled(written, held_there, tuple(left_out))


_LEFT_AS_IT_WAS: Final = "Déjà dans le tableur, et pas dans vos réponses : laissé tel quel."


def _written(
    content: bytes, places: Places, values: Values, grid: Grid, said: SheetColumns, name: str
) -> tuple[bytes, Reading, set[Key]]:
    """Return the workbook with the values at `places`, what it says then, and what is read otherwise.

    Raises InvalidDocument; Refusal when it is no workbook of the grid any more.
    """
    cells: dict[str, dict[Position, Value]] = {}
    for place, value in _cells(places, values):
        cells.setdefault(place.sheet.part, {})[Position(place.row, place.column)] = value
    again = None
    try:
        written = fill(content, cells)
        with suppress(InvalidDocument):
            again = understand(read_workbook(written, name), [grid], name, said)
    except UNREADABLE as error:
        raise refusals.damaged(name) from error
    if again is None:
        raise Refusal(
            "tableur-controle",
            "Le tableur rempli a été relu et ne correspond pas à vos réponses : il n’a pas été enregistré.",
            "Reprenez, par la touche O, le tableur tel que la Caf l’a envoyé.",
        )
    found = again.certain
    return written, again, {key for key in places if found.get(key, "") != values.get(key, "").strip()}


def _cells(places: Places, values: Values) -> Iterator[tuple[Place, Value]]:
    """Yield what stands in each cell, blanks included."""
    for key, options in places.items():
        text = values.get(key)
        for place in options:
            if place.step is not None:
                yield place, _TICK if text == answer_text(place.step) else None
            elif text is not None and key[0] in {Field.ANSWER, Field.NUMBER} and text.isdecimal():
                yield place, int(text)
            else:
                yield place, text


def _where(grid: Grid, reading: Reading, key: Key) -> str:
    address = reading.seen_at.get(key)
    return f"{key_name(grid, key[1])} ({address})" if address else key_name(grid, key[1])


def _why_not(reading: Reading, key: Key, text: str) -> str:
    """Return why, in French, a value cannot be written; empty when it can."""
    options = reading.places.get(key, ())
    steps = [answer_text(place.step) for place in options if place.step is not None]
    if key not in reading.seen_at:
        return "Cette ligne, ou une colonne pour elle, n’est pas dans le tableur."
    if steps and text not in steps:
        return "Le tableau n’a pas de colonne pour cette réponse."
    if not options or not all(map(_is_free, options)):
        return "Sa place dans le tableur n’est pas certaine, ou contient une formule ou un autre texte."
    return ""


def _is_free(place: Place) -> bool:
    """Return whether a cell can be written to: no formula is lost, nor a text that was not read whole."""
    try:
        _ = place.step is None or is_tick(place.cell.text, place.step)
    except NotANoteError:
        return False
    return not (place.cell.is_formula or not_whole(place.cell))
