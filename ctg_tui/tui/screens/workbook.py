"""Tableur lu: what a workbook says, in three lists with addresses. Only taking it writes anything."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.services.spreadsheet import reading as import_spreadsheet
from ctg_tui.services.spreadsheet import reading as take_spreadsheet
from ctg_tui.services.spreadsheet.reading import WorkbookFile
from ctg_tui.system.files import shown_name
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.screens.list_page import ListPage
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.screens.workbook_items import CONFIRM, NEW, items
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import Item

if TYPE_CHECKING:
    from ctg_tui.services.spreadsheet.reading import Taken
    from ctg_tui.services.workspace import Workspace


class WorkbookScreen(ListPage):
    """The lists *à confirmer*, *non lu*, *lu* of a workbook, under what can be made of it."""

    TITLE_IN_HELP = "Tableur lu"
    KEY_COMMANDS = (
        cmd("tableur.choisir", "enter", "choose", "choisir", 1, "Appliquer ce choix"),
        cmd(
            *("tableur.grille", "g", "own_grid", "grille à part", 3),
            "Créer une grille avec toutes les lignes du tableur, ou reprendre la grille connue",
        ),
        cmd("tableur.relire", "r", "read_again", "relire", 4, "Relire le fichier"),
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

    def headline(self) -> tuple[str, str]:
        return f"Tableur · {shown(shown_name(self._path))}", "rien n’est encore enregistré"

    def on_mount(self) -> None:
        self.action_read_again()

    def rows(self) -> Iterable[Item]:
        file, into = self._file, self._into
        if file is None:
            return [sentence(self._refused)]
        completion = (
            None
            if into is None
            else self.read(lambda: take_spreadsheet.completion(self.workspace, file, into), None)
        )
        return items(file, completion, frozenset(self._confirmed))

    # reading

    def action_read_again(self) -> None:
        """Read the file in the background; nothing is written."""
        from ctg_tui.services.review.writing import holds_review, own_lineages

        catalogue, own_grid = self.workspace.catalogue, self._own_grid
        none: Container[str] = ()
        own = self.read(lambda: own_lineages(self.workspace), none)
        self._file = None  # Entrée typed ahead takes nothing that is no longer shown

        def read() -> WorkbookFile | None:
            if holds_review(self._path, catalogue, own):
                return None
            return import_spreadsheet.read(self._path, catalogue, own_grid=own_grid)

        self.later(read, self._take_file, self._say_refused)

    def action_own_grid(self) -> None:
        self._own_grid = not self._own_grid
        self.action_read_again()

    def _say_refused(self, refusal: Refusal) -> None:
        self._refused = refusal.sentences()
        self.show_rows()

    def _take_file(self, file: WorkbookFile | None) -> None:
        """Show the file or, when it is our own report that an adviser sent back filled, receive it."""
        self._confirmed.clear()
        self._file = file
        if file is None:
            from ctg_tui.tui.screens.received import ReceivedScreen

            self._close_to_home().app.push_screen(ReceivedScreen(self.workspace, None, self._path))
        else:
            self.show_rows(NEW)

    # taking

    def action_choose(self) -> None:
        """Take the workbook, or confirm the value under the cursor, or leave it aside again."""
        key = self.list.key or ""
        if self._file is None or not key:
            return
        if key.startswith(CONFIRM):
            self._confirmed ^= {key.removeprefix(CONFIRM)}
            self.show_rows(key)
        else:
            self._take(self._file, None if key == NEW else self._into)

    def _take(self, file: WorkbookFile, into: int | None) -> None:
        try:
            if into is None:
                taken = take_spreadsheet.take_as_new(self.workspace, file, self._confirmed)
            else:
                taken = take_spreadsheet.take_into(self.workspace, file, into, self._confirmed)
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


def _sentence_after(taken: Taken) -> str:
    from ctg_tui.wording.spreadsheet import taken_counts

    if not any(taken.counts):
        return "Grille prête, sans réponse : le tableur est vierge."
    return typeset(f"Repris : {taken_counts(taken.counts)}. Ctrl+Z annule la reprise en une fois.")
