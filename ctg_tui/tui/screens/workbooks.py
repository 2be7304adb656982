"""Tableurs: the workbooks found in the usual folders, and any other by its path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.events import Paste
from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.services.workbooks_at_hand import AtHand, dropped_path, usual_folders, workbooks_at_hand
from ctg_tui.system.files import shown_name
from ctg_tui.system.local_time import local_time
from ctg_tui.tui import aside
from ctg_tui.tui.commands import Command, leave
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import SOFT, STRONG, Item, Line, Listing, Piece, spread
from ctg_tui.wording.french import count, day_and_time

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_SEARCH = "tableurs"
_LONGEST_PATH = 1_000
_NONE = (
    "Aucun tableur trouvé parmi vos téléchargements, vos documents et sur votre bureau. "
    "Entrée pour taper le chemin du vôtre, ou déposez le fichier dans cette fenêtre."
)


class WorkbooksScreen(Page):
    """The workbooks at hand, the latest first; Entrée reads one, and writes nothing."""

    TITLE_IN_HELP = "Tableurs"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("tableurs.lire", "read_one", "lire", "Lire le tableur choisi", letters=("enter",), bar=1),
        Command(
            "tableurs.chercher", "search", "chercher de nouveau", "Chercher de nouveau", letters=("r",), bar=2
        ),
        leave("tableurs", bar=3, sentence="Revenir à l’accueil"),
    )
    DEFAULT_CSS = """
    WorkbooksScreen {
        Listing { padding: 0 1; }
        #ligne-chemin { padding: 0 2; margin-bottom: 1; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None, into: int | None = None) -> None:
        super().__init__(workspace)
        self._into = into
        """The assessment that was chosen on the page below: it can be completed."""
        self._found: dict[str, AtHand] = {}
        self._is_searching = False
        self._list = Listing([sentence("Recherche des tableurs…")])
        self._path = TextField(max_length=_LONGEST_PATH)

    def body(self) -> Iterable[Widget]:
        yield self._list
        yield FormRow("Autre fichier", self._path, identifier="ligne-chemin")

    def headline(self) -> tuple[str, str]:
        right = count(len(self._found), "tableur") if self._found else ""
        return "Le tableur de votre Caf", right

    def on_mount(self) -> None:
        self.action_search()

    def action_search(self) -> None:
        self._is_searching = True
        aside.start(self, _SEARCH, lambda: workbooks_at_hand(usual_folders()))

    @on(aside.Done)
    def _on_done(self, message: aside.Done) -> None:
        message.stop()
        if message.error is not None:
            raise message.error
        if not self.is_attached:
            return
        self._is_searching = False
        self._found = {str(workbook.path): workbook for workbook in message.result}
        if self._found:
            advice = typeset("Entrée : voir ce qu’il contient")
            items = [section_title("Tableurs trouvés sur cet ordinateur", advice)]
            items += [_item(key, workbook) for key, workbook in self._found.items()]
        else:
            items = [sentence(typeset(_NONE))]
        self._list.show(items)
        self.refresh_frame()

    # choosing one

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_read_one()

    def action_read_one(self) -> None:
        chosen = self._found.get(self._list.key or "")
        if chosen is not None:
            self._open(chosen.path)
        elif not self._is_searching:  # Entrée typed ahead does nothing
            self._path.focus()

    @on(TextField.Submitted)
    def _on_path(self, event: TextField.Submitted) -> None:
        event.stop()
        typed = self._path.value.strip()
        path = dropped_path(typed)
        row = self.query_one("#ligne-chemin", FormRow)
        if path is None:
            row.show_problem(
                typeset("Indiquez un fichier qui finit par .xlsx, .ods, .csv ou .json." if typed else "")
            )
            return
        row.show_problem("")
        self._open(path)

    def on_paste(self, event: Paste) -> None:
        """Open the file that was dropped on the window."""
        if self.focused is self._path:
            return
        path = dropped_path(event.text)
        if path is not None:
            event.stop()
            self._open(path)

    def _open(self, path: Path) -> None:
        from ctg_tui.tui.screens.workbook import WorkbookScreen

        if not self.is_current:
            return
        if path.suffix.casefold() == ".json":
            from ctg_tui.tui.screens.taking_back import offer

            offer(self, path, lambda _taken: self.leave())
        else:
            self.app.push_screen(WorkbookScreen(self.workspace, path, self._into))


def _item(key: str, workbook: AtHand) -> Item:
    """Return a workbook: its name, its folder, and when it was last changed."""
    name = Piece(shown(shown_name(workbook.path)), STRONG)
    folder = Piece(f"  {shown(str(workbook.path.parent))}", SOFT)
    changed = Piece(day_and_time(local_time(workbook.changed_at)), SOFT)

    def lines(width: int) -> Sequence[Line]:
        return (spread([name, folder], [changed], width),)

    return Item(key, lines)
