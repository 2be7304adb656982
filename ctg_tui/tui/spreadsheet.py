"""Tableur: what a workbook says, in three lists with addresses. Only taking it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ctg_tui.domain.assessment import answer_text
from ctg_tui.domain.changes import cell_key
from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.services.spreadsheet import reading as workbooks
from ctg_tui.services.spreadsheet.reading import Completion, WorkbookFile
from ctg_tui.spreadsheet.cells import Position, Sheet
from ctg_tui.spreadsheet.roles import Form, Roles, grouped, whole_sheet
from ctg_tui.system.files import shown_name
from ctg_tui.tui.characters import fit, shown
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    SOFT,
    Item,
    Piece,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
)
from ctg_tui.wording.french import NBSP, assessment_name
from ctg_tui.wording.lines import line_number
from ctg_tui.wording.spreadsheet import columns_sentence, key_name, role_name, taken_counts

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.reading import Taken
    from ctg_tui.services.workspace import Workspace


NEW: Final = "nouvelle"
INTO: Final = "completer"
OWN_GRID: Final = "a-part"
CONFIRM: Final = "confirmer:"
COLUMNS: Final = "colonnes:"
_FORM: Final = "forme:"
_SHEET: Final = "feuille:"
_FORMS: Final = {Form.BY_ROW: "Une politique par ligne", Form.TICKS: "Une croix par note"}
_SAMPLE: Final = 20
"""Characters that are shown of a cell."""


class _Row(NamedTuple):
    address: str
    line: str
    value: str
    doubt: str = ""


def items(
    file: WorkbookFile, completion: Completion | None, confirmed: frozenset[str], *, is_own_grid: bool
) -> Iterator[Item]:
    """Yield what can be done with a workbook, and its lists, or the lines of a blank one.

    `completion` is the assessment that it can complete, if any.
    """
    yield sentence(f"{file.summary[:1].upper()}{file.summary[1:]}")
    yield row(NEW, ends(strong("Commencer une évaluation avec ce tableur")))
    if completion is not None:
        yield row(INTO, ends(strong(shown(f"Compléter {assessment_name(completion.identity)}"))))
    if file.new_grid is None or is_own_grid:
        other = "Reprendre la grille connue" if is_own_grid else "En faire plutôt une grille à part"
        yield row(OWN_GRID, ends(other))
    yield gap()
    yield from _proposed(file)
    if not any(file.counts):
        yield section_title("Ses lignes", "à relire avant de commencer")
        for line in (one for one in file.grid.activities.values() if one.id in file.lines):
            yield row(None, hung(soft(f"{line_number(file.grid, line.id):<5} "), shown(line.label)))
        return
    rows = _rows(file)
    conflicts = [
        _Row(one.address, key_name(file.grid, one.line), one.workbook, f"Déjà répondu ici : {one.here}.")
        for one in (completion.plan.conflicts if completion else ())
    ]
    doubtful = [*(one for one in rows if one.doubt), *conflicts]
    if doubtful:
        yield section_title(f"À confirmer ({len(doubtful)})", typeset("Entrée : prendre ou laisser"))
        yield from (_doubtful(one, is_taken=one.address in confirmed) for one in doubtful)
        yield gap()
    reading = file.reading
    if reading.unread:
        yield section_title(f"Non lu ({len(reading.unread)})")
        for unread in reading.unread:
            value = f"« {unread.value} » : " if unread.value else ""
            yield _row(unread.address, typeset(f"{value}{unread.reason}"))
        yield gap()
    if reading.differences:
        yield section_title(f"Pourcentages différents ({len(reading.differences)})")
        for one in reading.differences:
            yield _row(one.address, f"le tableur affiche {one.shown}, ses notes donnent {one.computed}")
        yield gap()
    sure = [one for one in rows if not one.doubt]
    yield section_title(f"Lu ({len(sure)})")
    yield from (_row(one.address, f"{one.line} : {one.value}", SOFT) for one in sure)
    yield gap()


def _proposed(file: WorkbookFile) -> Iterator[Item]:
    """Yield which column is what, for each group of tables with the same ones, and sample rows under it."""
    groups = grouped(file.reading.tables)
    if groups:
        yield section_title("Colonnes", typeset("Entrée : dire autrement"))
    for rank, (where, (table, *_)) in enumerate(groups):
        name = f"{where} · " if len(groups) > 1 else ""
        text = f"{name}{columns_sentence(table.lettered, table.form)}"
        yield row(f"{COLUMNS}{rank}", hung("", shown(text)))
        for number in table.samples:
            texts = (_sample(file.sheets, table, columns, number) for columns in table.by_name.values())
            yield row(None, ends(soft(f"  {number:>4}  {' · '.join(texts)}")))
    if groups:
        yield gap()


def _sample(sheets: Sequence[Sheet], table: Roles, columns: Iterable[int], number: int) -> str:
    sheet = next(sheet for sheet in sheets if sheet.name == table.sheet)
    text = " / ".join(filter(None, (sheet.text(number, column) for column in columns)))
    return fit(shown(" ".join(text.split())), _SAMPLE).rstrip() or "–"


def _rows(file: WorkbookFile) -> list[_Row]:
    reading, grid = file.reading, file.grid
    notes = [
        _Row(note.address, key_name(grid, cell_key(note.cell)), answer_text(note.answer), note.doubt)
        for note in reading.notes
    ]
    comments = [
        _Row(one.address, key_name(grid, one.activity), one.text, one.doubt) for one in reading.comments
    ]
    indicators = [
        _Row(
            one.address,
            key_name(grid, one.indicator),
            " · ".join(text for text in ("" if one.number is None else str(one.number), one.comment) if text),
            one.doubt,
        )
        for one in reading.indicators
    ]
    return [*notes, *comments, *indicators]


def _doubtful(one: _Row, *, is_taken: bool) -> Item:
    mark = "[x] " if is_taken else "[ ] "
    head = Piece(f"{mark}{shown(one.address)}  ", ACCENT if is_taken else PLAIN)
    text = shown(typeset(f"{one.line} : {one.value} – {one.doubt}"))
    return row(f"{CONFIRM}{one.address}", hung(head, text))


def _row(address: str, text: str, role: str = PLAIN) -> Item:
    return row(None, hung(soft(f"{shown(address)}  "), shown(typeset(text)), role))


class WorkbookScreen(ListPage):
    """The lists *à confirmer*, *non lu*, *lu* of a workbook, under what can be made of it.

    Entrée on a row does what it says, and confirms a doubtful value or leaves it aside again.
    """

    TITLE_IN_HELP = "Tableur lu"
    KEY_COMMANDS = (
        cmd("tableur.choisir", "enter", "choose", "choisir", 1, "Appliquer ce choix"),
        cmd("tableur.relire", "", "read_again", "relire", None, "Relire le fichier"),
        leave("tableur", bar=2),
    )

    def __init__(self, workspace: Workspace, path: Path, into: int | None = None) -> None:
        """Show the workbook at `path`; `into` is an assessment that it may complete."""
        super().__init__(workspace)
        self._path, self._into = path, into
        self._own_grid = False
        self._file: WorkbookFile | None = None
        self._refused = "Lecture du tableur…"
        """What is said while there is no file to show."""
        self._confirmed: set[str] = set()
        self._said: dict[tuple[str, Position], Roles] = {}
        self._sheets: tuple[Sheet, ...] = ()
        """Those of a workbook in which no heading was known: their columns can be said."""

    def headline(self) -> tuple[str, str]:
        return f"Tableur · {shown(shown_name(self._path))}", "rien n’est encore enregistré"

    def on_mount(self) -> None:
        self.action_read_again()

    def rows(self) -> Iterable[Item]:
        file, into = self._file, self._into
        if file is None:
            sentences = [
                row(f"{_SHEET}{rank}", ends(strong(shown(f"Dire les colonnes de « {sheet.name} »"))))
                for rank, sheet in enumerate(self._sheets)
            ]
            return [sentence(self._refused), *sentences]
        completion = (
            None
            if into is None
            else self.read(lambda: workbooks.completion(self.workspace, file, into), None)
        )
        return items(file, completion, frozenset(self._confirmed), is_own_grid=self._own_grid)

    # reading

    def action_read_again(self) -> None:
        """Read the file in the background; nothing is written."""
        catalogue, own_grid = self.workspace.catalogue, self._own_grid
        nothing: dict[str, Roles] = {}
        kept = self.read(lambda: workbooks.kept_columns(self.workspace.store), nothing)
        columns = workbooks.ColumnsSaid(chosen=dict(self._said), kept=kept)
        self._file, self._sheets = None, ()  # Entrée typed ahead takes nothing that is no longer shown

        def read() -> WorkbookFile:
            return workbooks.read(self._path, catalogue, own_grid=own_grid, columns=columns)

        self.later(read, self._take_file, self._say_refused)

    def _say_refused(self, refusal: Refusal) -> None:
        self._refused = refusal.sentences()
        self.show_rows()
        if refusal.code == "tableur-sans-grille":
            self.later(lambda: workbooks.without_headings(self._path), self._offer_sheets)

    def _offer_sheets(self, sheets: tuple[Sheet, ...]) -> None:
        self._sheets = sheets
        self.show_rows(f"{_SHEET}0")

    def _take_file(self, file: WorkbookFile) -> None:
        self._confirmed.clear()
        self._file = file
        self.show_rows(NEW)

    # taking

    def action_choose(self) -> None:
        key = self.list.key or ""
        if key.startswith(_SHEET):
            sheet = self._sheets[int(key.removeprefix(_SHEET))]
            self._ask_columns(self._sheets, sheet.name, (whole_sheet(sheet),))
        if self._file is None or not key:
            return
        if key.startswith(CONFIRM):
            self._confirmed ^= {key.removeprefix(CONFIRM)}
            self.show_rows(key)
        elif key.startswith(COLUMNS):
            groups = grouped(self._file.reading.tables)
            self._ask_columns(self._file.sheets, *groups[int(key.removeprefix(COLUMNS))])
        elif key == OWN_GRID:
            self._own_grid = not self._own_grid
            self.action_read_again()
        else:
            self._take(self._file, None if key == NEW else self._into)

    def _ask_columns(self, sheets: Sequence[Sheet], where: str, tables: Sequence[Roles]) -> None:
        def accept(roles: Roles) -> None:
            self._said |= {(table.sheet, table.at): roles.placed(table) for table in tables}
            self.action_read_again()

        self.app.push_screen(ColumnsScreen(self.workspace, sheets, where, tables, accept))

    def _take(self, file: WorkbookFile, into: int | None) -> None:
        try:
            if into is None:
                taken = workbooks.take_as_new(self.workspace, file, self._confirmed)
            else:
                taken = workbooks.take_into(self.workspace, file, into, self._confirmed)
            session = self.workspace.open(taken.assessment_id)
        except Refusal as refusal:
            self.refuse(refusal)
            if isinstance(refusal, InvalidDocument):  # the file changed: its lists are shown again
                self.action_read_again()
            return
        self.show_message(_sentence_after(taken))
        self._close_to_home().visit(Destination.FORM if into is None else Destination.GRID, session)

    def _close_to_home(self) -> Any:
        """Close this page and those below it: going back from the assessment leads to the list."""
        home: Any = self.app.screen_stack[0]
        with self.app.batch_update():
            while self.app.screen is not home:
                self.app.pop_screen()
        return home


class ColumnsScreen(ListPage):
    """Which column of a table is what, each with what it holds: arrows move one, Entrée reads with them."""

    TITLE_IN_HELP = "Colonnes du tableur"
    KEY_COMMANDS = (
        cmd("colonnes.lire", "enter", "accept", "lire ainsi", 1, "Lire le tableur avec ces colonnes"),
        cmd("colonnes.apres", "right", "move(1)", "colonne suivante", 2, "Prendre la colonne suivante"),
        cmd("colonnes.avant", "left", "move(-1)", "précédente", 3, "Prendre la colonne précédente"),
        leave("colonnes", bar=4, sentence="Revenir au tableur, ses colonnes comme avant"),
    )

    def __init__(
        self,
        workspace: Workspace,
        sheets: Sequence[Sheet],
        where: str,
        tables: Sequence[Roles],
        accept: Callable[[Roles], None],
    ) -> None:
        super().__init__(workspace)
        self._sheets, self._where, self._tables, self._accept = sheets, where, tables, accept
        self._table = tables[0]
        sheet = next(sheet for sheet in sheets if sheet.name == self._table.sheet)
        self._last = max((place.column for place in (*sheet.cells, *sheet.merged)), default=1)

    def headline(self) -> tuple[str, str]:
        return f"Colonnes · {shown(self._where)}", ""

    def heading(self) -> str:
        return typeset("Que contient chaque colonne ?")

    def rows(self) -> Iterator[Item]:
        table = self._table
        for name in table.names:
            columns = table.by_name.get(name, ())
            letters = table.lettered.get(name, "–").replace(",", " ou ")
            samples = " · ".join(_sample(self._sheets, table, columns, number) for number in table.samples)
            yield row(name, ends([strong(f"{role_name(name):<13}{NBSP}: {letters:<7}"), soft(samples)]))
        yield gap()
        for form, text in _FORMS.items():
            yield row(f"{_FORM}{form}", ends(f"[{'x' if table.form is form else ' '}] {text}"))

    def on_mount(self) -> None:
        """Show the columns, the first one that the headings leave open under the cursor."""
        open_ones = (name for name, found in self._table.by_name.items() if len(found) > 1)
        self.show_rows(next((name for name in open_ones if name != "commentaires"), None))

    def action_move(self, step: int) -> None:
        """Take the next column for what the cursor is on, or none: not for the lines."""
        name = self.list.key or ""
        if name not in self._table.names:
            return
        options = [None, *range(1, self._last + 1)]
        now = self._table.by_name.get(name, (None,))[0]
        place = (options.index(now) + step) % len(options) if now in options else 1
        if name == "lignes" and options[place] is None:
            place = (place + step) % len(options)
        self._table = self._table.moved(name, options[place])
        self.show_rows(name)

    def action_accept(self) -> None:
        key = self.list.key or ""
        if key.startswith(_FORM):
            form = Form(key.removeprefix(_FORM))
            self._table = self._table.turned(Form.NOTES if self._table.form is form else form)
            self.show_rows(key)
            return
        reasons = (workbooks.misfit(self._sheets, self._table.placed(table)) for table in self._tables)
        if reason := next(filter(None, reasons), ""):
            self.show_message(reason, warning=True)
            return
        self.leave()
        self._accept(self._table)


def _sentence_after(taken: Taken) -> str:
    if not any(taken.counts):
        return "Grille prête : le tableur est vierge."
    return typeset(f"Repris : {taken_counts(taken.counts)}. Ctrl+Z annule la reprise en une fois.")
