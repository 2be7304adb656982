"""Tableur lu: what a workbook says, in three lists with addresses. Only taking it writes anything."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on

from ctg_tui.domain.errors import InvalidDocument, Refusal, typeset
from ctg_tui.services import import_spreadsheet, take_spreadsheet
from ctg_tui.services.import_spreadsheet import WorkbookFile
from ctg_tui.system.files import shown_name
from ctg_tui.tui import aside
from ctg_tui.tui.commands import Command, Destination, leave
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import sentence
from ctg_tui.tui.screens.workbook_items import CONFIRM, INTO, NEW, items
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.take_spreadsheet import Taken
    from ctg_tui.services.workspace import Workspace

_READ: Final = "lecture"


class WorkbookScreen(Page):
    """The lists *à confirmer*, *non lu*, *lu* of a workbook, under what can be made of it."""

    TITLE_IN_HELP = "Tableur lu"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("tableur.choisir", "choose", "choisir", "Appliquer ce choix", letters=("enter",), bar=1),
        Command(
            "tableur.grille",
            "own_grid",
            "grille à part",
            "Créer une grille avec toutes les lignes du tableur, ou reprendre la grille connue",
            letters=("g",),
            bar=3,
        ),
        Command("tableur.relire", "read_again", "relire", "Relire le fichier", letters=("r",), bar=4),
        leave("tableur", bar=2),
    )
    DEFAULT_CSS = """
    WorkbookScreen Listing { padding: 0 1; }
    """

    def __init__(self, workspace: Workspace, path: Path, into: int | None = None) -> None:
        """Show the workbook at `path`; `into` is an assessment that it may complete."""
        super().__init__(workspace)
        self._path = path
        self._into = into
        self._own_grid = False
        self._file: WorkbookFile | None = None
        self._confirmed: set[str] = set()
        self._list = Listing([sentence("Lecture du tableur…")])

    def body(self) -> Iterable[Widget]:
        yield self._list

    def headline(self) -> tuple[str, str]:
        return f"Tableur · {shown(shown_name(self._path))}", "rien n’est encore enregistré"

    def on_mount(self) -> None:
        self.action_read_again()

    # reading

    def action_read_again(self) -> None:
        """Read the file in the background; nothing is written."""
        from ctg_tui.services.returned_workbook import holds_review, own_lineages  # not needed at the start

        catalogue, own_grid = self.workspace.catalogue, self._own_grid
        none: Container[str] = ()
        own = self.read(lambda: own_lineages(self.workspace), none)
        self._file = None  # Entrée typed ahead takes nothing that is no longer shown

        def read() -> WorkbookFile | None:
            if holds_review(self._path, catalogue, own):
                return None
            return import_spreadsheet.read(self._path, catalogue, own_grid=own_grid)

        aside.start(self, _READ, read)

    def action_own_grid(self) -> None:
        self._own_grid = not self._own_grid
        self.action_read_again()

    @on(aside.Done)
    def _on_done(self, message: aside.Done) -> None:
        message.stop()
        if message.error is not None:
            raise message.error
        if not self.is_attached:
            return
        self._confirmed.clear()
        self._file = message.result
        if message.refusal is not None:
            self._list.show([sentence(message.refusal.sentences())])
        elif self._file is None:
            self._receive()
            return
        self._show(NEW)

    def _receive(self) -> None:
        """Receive our own report, which an adviser sent back filled: it is a review."""
        from ctg_tui.tui.screens.received import ReceivedScreen

        home = self._close_to_home()
        home.app.push_screen(ReceivedScreen(self.workspace, None, self._path))

    def _show(self, key: str | None = None) -> None:
        file, into = self._file, self._into
        if file is not None:
            completion = (
                None
                if into is None
                else self.read(lambda: take_spreadsheet.completion(self.workspace, file, into), None)
            )
            self._list.show(list(items(file, completion, frozenset(self._confirmed))), key)
        self.refresh_frame()

    # taking

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """Take the workbook, or confirm the value under the cursor, or leave it aside again."""
        key = self._list.key or ""
        if self._file is None or not key:
            return
        if key.startswith(CONFIRM):
            self._confirmed ^= {key.removeprefix(CONFIRM)}
            self._show(key)
        elif key == NEW:
            self._take(None)
        elif key == INTO:
            self._take(self._into)

    def _take(self, into: int | None) -> None:
        file = self._file
        assert file is not None
        try:
            if into is None:
                taken = take_spreadsheet.take_as_new(self.workspace, file, self._confirmed)
            else:
                taken = take_spreadsheet.take_into(self.workspace, file, into, self._confirmed)
            session = self.workspace.open(taken.assessment_id)
        except InvalidDocument as refusal:  # the file changed: its lists are shown again
            self.refuse(refusal)
            self.action_read_again()
            return
        except Refusal as refusal:
            self.refuse(refusal)
            return
        self.show_message(_sentence_after(taken))
        home = self._close_to_home()
        home.visit(Destination.FORM if into is None else Destination.GRID, session)

    def _close_to_home(self) -> Any:
        """Close this page and those below it: going back from the assessment leads to the list."""
        home: Any = self.app.screen_stack[0]
        with self.app.batch_update():
            while self.app.screen is not home:
                self.app.pop_screen()
        return home


def _sentence_after(taken: Taken) -> str:
    from ctg_tui.wording.imports import taken_counts

    if not any(taken.counts):
        return "Grille prête, sans réponse : le tableur est vierge."
    return typeset(f"Repris : {taken_counts(taken.counts)}. Ctrl+Z annule la reprise en une fois.")
