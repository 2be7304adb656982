"""Tableur: what a workbook says, in three lists with addresses. Only taking it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget

from ctg_tui.domain.assessment import Assessment
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.domain.text import clean
from ctg_tui.services import spreadsheet as workbooks
from ctg_tui.services.forms import Field, Kind, Option
from ctg_tui.services.spreadsheet import LineRead, WorkbookFile
from ctg_tui.services.workspace import Workspace
from ctg_tui.spreadsheet.cells import Sheet, column_letters
from ctg_tui.spreadsheet.columns import (
    COMMENTS,
    LINES,
    NOTE,
    POLICY,
    TICKS,
    Columns,
    Policies,
    distinct,
    parse_columns,
)
from ctg_tui.tui.characters import fit
from ctg_tui.tui.commands import Destination, cmd, field_steps, leave
from ctg_tui.tui.page import ListPage, Page
from ctg_tui.tui.widgets.fields import Choice, TextField
from ctg_tui.tui.widgets.listing import (
    SOFT,
    Item,
    ends,
    gap,
    hung,
    row,
    section_title,
    sentence,
    soft,
    strong,
    ticked,
)
from ctg_tui.tui.widgets.rows import Row
from ctg_tui.tui.widgets.strips import PlainStatic
from ctg_tui.wording.french import assessment_name
from ctg_tui.wording.lines import line_number

_SAMPLE, _MOST_SAMPLES = 11, 8
"""Characters of a cell of a sample row, and its cells."""
_LONGEST: Final = 80
"""Characters that are shown of a cell that was not read."""


def _sample(sheet: Sheet, number: int) -> str:
    """Return the cells of a row of a sheet: `A Contribue…  B 2  C NC`."""
    cells = ((column, sheet.text(number, column)) for column in range(1, _MOST_SAMPLES + 1))
    texts = ((column, " ".join(text.split())) for column, text in cells if text)
    return "  ".join(f"{column_letters(one)} {fit(clean(text), _SAMPLE).rstrip()}" for one, text in texts)


class WorkbookScreen(ListPage):
    """What would be taken of a workbook, line by line, and what was not read, under what can be made of it.

    Entrée on a row does what it says, and leaves a line aside or takes it again.
    """

    TITLE_IN_HELP = "Tableur lu"
    KEY_COMMANDS = (
        cmd("tableur.choisir", "enter", "choose", "choisir", 1, "Appliquer ce choix"),
        leave("tableur"),
    )

    def __init__(self, workspace: Workspace, file: WorkbookFile, into: int | None = None) -> None:
        """Show a workbook; `into` is an assessment that it may complete."""
        super().__init__(workspace)
        self._file, self._into = file, into
        self._left: set[str] = set()
        """The addresses of what is not to be taken."""
        self._said: dict[str, Columns] = {}
        self._does: list[Callable[[], object]] = []
        """What each row that can be chosen does, in their order; nothing while the file is read again."""

    def headline(self) -> tuple[str, str]:
        return f"Tableur · {clean(self._file.name)}", "rien n’est encore enregistré"

    def on_mount(self) -> None:
        self._take_file(self._file)

    def action_choose(self) -> None:
        key = self.list.key
        if key is not None and int(key) < len(self._does):
            self._does[int(key)]()

    # the rows

    def _key(self, do: Callable[[], object]) -> str:
        """Return the key of a row that does something."""
        self._does.append(do)
        return str(len(self._does) - 1)

    def _own(self) -> Assessment | None:
        """Return the assessment that the workbook can complete, if any."""
        file, into = self._file, self._into
        if into is None:
            return None
        own = self.read(lambda: self.workspace.load(into)[1], None)
        return None if own is None or own.grid_fingerprint != file.grid.fingerprint else own

    def rows(self) -> Iterator[Item]:
        """Yield what can be done with the workbook, its columns, then line by line what would be taken of it.

        A blank workbook shows its lines.
        """
        self._does.clear()
        file, own = self._file, self._own()
        yield sentence(f"{file.summary[:1].upper()}{file.summary[1:]}")
        begin = self._key(partial(self._take, file, None))
        yield row(begin, ends(strong("Commencer une évaluation avec ce tableur")))
        if own is not None:
            complete = self._key(partial(self._take, file, own.id))
            yield row(complete, ends(strong(clean(f"Compléter {assessment_name(own.identity)}"))))
        yield gap()
        yield from self._columns(file)
        found = workbooks.lines_read(file, own)
        if not found and not file.reading.unread:
            yield section_title("Ses lignes", "à relire avant de commencer")
            for line in (one for one in file.grid.activities.values() if one.id in file.lines):
                yield row(None, hung(soft(f"{line_number(file.grid, line.id):<5} "), clean(line.label)))
        for is_asked, title in ((True, "À confirmer"), (False, "Ce qui sera pris")):
            lines = [line for line in found if bool(line.doubt) is is_asked]
            if lines:
                yield section_title(f"{title} ({len(lines)})", typeset("Entrée : prendre ou laisser"))
                yield from map(self._line, lines)
                yield gap()
        if file.reading.unread:
            yield section_title(f"Non lu ({len(file.reading.unread)})")
        for unread in file.reading.unread:
            is_said = not unread.value or unread.value in unread.reason
            value = "" if is_said else f"« {fit(' '.join(unread.value.split()), _LONGEST).rstrip()} » : "
            text = clean(typeset(f"{value}{unread.reason}"))
            yield row(None, hung(soft(f"{clean(unread.address)}  "), text))

    def _line(self, line: LineRead) -> Item:
        """Return what would be taken of a line, with its address and why, where it is in doubt."""
        where, why = (f"{line.address}  ", f" – {line.doubt}") if line.doubt else ("", "")
        text, key = typeset(f"{where}{line.text}{why}"), self._key(partial(self._turn, line))
        return ticked(key, clean(text), is_taken=not line.addresses <= self._left)

    def _turn(self, line: LineRead) -> None:
        self._left ^= line.addresses
        self.show_rows(self.list.key)

    def _columns(self, file: WorkbookFile) -> Iterator[Item]:
        """Yield which column is what, for each group of tables with the same ones, and sample rows."""
        sheets = {sheet.name: sheet for sheet in file.sheets}
        groups = distinct(file.reading.tables)
        if groups:
            is_open = any(table.open for _, table in groups)
            hint = "Entrée : dire laquelle est la vôtre" if is_open else "Entrée : dire autrement"
            yield section_title("Colonnes", typeset(hint))
        for where, table in groups:
            name = f"{where} · " if len(groups) > 1 else ""
            key = self._key(partial(self._ask_columns, file, table))
            yield row(key, hung("", clean(f"{name}{table.sentence(file.grid.policies)}")))
            for number in table.samples:
                yield row(None, hung(soft(f"{number:>6}  "), _sample(sheets[table.sheet], number), SOFT))
        if groups:
            yield gap()

    # reading

    def _read_again(self) -> None:
        """Read the file in the background with the columns that were said; nothing is written."""
        typed = [f"{sheet}: {one.typed}" for sheet, one in self._said.items()]
        path = self._file.path
        self._does.clear()
        self.later(
            lambda: workbooks.read(path, self.workspace.catalogue, typed), self._take_file, self._refused
        )

    def _refused(self, refusal: Refusal) -> None:
        self.refuse(refusal)
        self.show_rows()

    def _take_file(self, file: WorkbookFile) -> None:
        self._file = file
        read = workbooks.lines_read(file, self._own())
        self._left = {address for line in read if line.doubt for address in line.addresses}
        self.show_rows("0")

    def _ask_columns(self, file: WorkbookFile, table: Columns) -> None:
        """Ask for other columns of a table: they are those of all sheets that have the same ones."""
        alike = {one.sheet for one in file.reading.tables if one.typed == table.typed}

        def accept(said: Columns) -> None:
            self._said |= dict.fromkeys(alike, said)
            self._read_again()

        sheet = next(sheet for sheet in file.sheets if sheet.name == table.sheet)
        self.app.push_screen(ColumnsScreen(self.workspace, sheet, table, file.grid.policies, accept))

    # taking

    def _take(self, file: WorkbookFile, into: int | None) -> None:
        try:
            taken = workbooks.take(self.workspace, file, into, file.reading.addresses - self._left)
            session = self.workspace.open(taken.assessment_id)
        except Refusal as refusal:
            self.refuse(refusal)
            return
        done, how = ("Grille prête" if into is None else "Lu"), ""
        if any(taken.counts):
            done, how = "Repris", " Ctrl+Z annule la reprise."
        self.show_message(typeset(f"{done} : {taken.words}.{how}"))
        self.visit(Destination.DETAILS if into is None else Destination.GRID, session)


_FORMS: Final = (Option("note", "une note par politique"), Option("croix", "une croix par note"))
_EXPLAINED: Final = typeset(
    "La lettre de chaque colonne ; rien pour celles que le tableur n’a pas. Politique et note : s’il y a une "
    "politique par ligne. Croix : la première colonne de chaque politique."
)


class ColumnsScreen(Page):
    """Which column of a table is what, by their letters, under some of its rows: Entrée reads with them."""

    TITLE_IN_HELP = "Colonnes du tableur"
    KEY_COMMANDS = (
        cmd(*("colonnes.lire", "", "accept", "lire ainsi", 1, "Lire le tableur ainsi"), shown_keys="Entrée"),
        leave("colonnes", "Revenir au tableur, ses colonnes comme avant"),
        *field_steps("colonnes"),
    )
    DEFAULT_CSS = """
    ColumnsScreen {
        .lignes { height: auto; margin: 1 2 0 2; padding: 0 1; color: $discret; }
        VerticalScroll { height: 1fr; margin: 1 2 0 3; }
        Row TextField { width: 20; }
        &.-bas { .lignes { margin: 0 2; } VerticalScroll { margin: 0 2 0 3; } }
    }
    """

    def __init__(
        self,
        workspace: Workspace,
        sheet: Sheet,
        table: Columns,
        policies: Policies,
        accept: Callable[[Columns], None],
    ) -> None:
        super().__init__(workspace)
        self._sheet, self._table, self._policies, self._accept = sheet, table, policies, accept
        said = table.lettered
        others = ((name, name.capitalize()) for name in (COMMENTS, POLICY, NOTE))
        names = ((LINES, LINES.capitalize()), *policies, *others)
        fields = [Field(name, label, said.get(name, "")) for name, label in names]
        form = "croix" if table.form == "croix" else "note"
        fields.append(Field("forme", "Forme", form, kind=Kind.ONE, options=_FORMS))
        self._rows = [Row(field) for field in fields]

    def headline(self) -> tuple[str, str]:
        return f"Colonnes · {clean(self._table.sheet)}", ""

    def body(self) -> Iterator[Widget]:
        yield PlainStatic(_EXPLAINED, classes="lignes")
        samples = (f"{number:>4}  {_sample(self._sheet, number)}" for number in self._table.samples)
        yield PlainStatic("\n".join(samples), classes="lignes")
        with VerticalScroll(can_focus=False):
            yield from self._rows

    def on_mount(self) -> None:
        """Show the columns, the cursor on the first one that the headings leave open."""
        super().on_mount()
        wanted = next((name or "note" for name in self._table.open), None)
        rows = [row for row in self._rows if row.key == wanted] or self._rows
        rows[0].field.focus()

    @on(TextField.Submitted)
    @on(Choice.Submitted)
    def action_accept(self) -> None:
        """Read with these columns; say what does not fit below the field that has the focus."""
        typed = {row.key: str(row.typed).replace(" ", "") for row in self._rows}
        ticks = [TICKS] if typed.pop("forme") == "croix" else []
        text = " ".join([*(f"{name}={letters}" for name, letters in typed.items() if letters), *ticks])
        try:
            columns_said = parse_columns(text, self._policies)
        except ValueError as error:
            self.show_message(typeset(f"Ces colonnes ne conviennent pas : {error}."), warning=True)
            return
        self.leave()
        self._accept(columns_said)
