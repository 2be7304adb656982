"""Tableurs: the workbooks found in the usual folders, and any other by its path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from ctg_tui.domain.errors import typeset
from ctg_tui.services.spreadsheet.reading import AtHand, dropped_path, usual_folders, workbooks_at_hand
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import shown_name
from ctg_tui.tui.commands import cmd, leave
from ctg_tui.tui.screens.list_page import ListPage
from ctg_tui.tui.screens.summary_items import section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.form_rows import FileRow
from ctg_tui.tui.widgets.listing import Item, ends, row, soft, strong
from ctg_tui.wording.french import count, day_and_time

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_NONE = (
    "Aucun tableur trouvé parmi vos téléchargements, vos documents et sur votre bureau. "
    "Entrée pour taper le chemin du vôtre, ou déposez le fichier dans cette fenêtre."
)


class WorkbooksScreen(ListPage):
    """The workbooks at hand, the latest first; Entrée reads one, and writes nothing."""

    TITLE_IN_HELP = "Tableurs"
    KEY_COMMANDS = (
        cmd("tableurs.lire", "enter", "read_one", "lire", 1, "Lire le tableur choisi"),
        cmd("tableurs.chercher", "r", "search", "chercher de nouveau", 2, "Chercher de nouveau"),
        leave("tableurs", bar=3, sentence="Revenir à l’accueil"),
    )
    DEFAULT_CSS = "WorkbooksScreen FormRow { margin-bottom: 1; }"
    _found: tuple[AtHand, ...] | None = None
    """None while they are looked for."""

    def __init__(self, workspace: Workspace, session: Session | None = None, into: int | None = None) -> None:
        """`into` is the assessment that was chosen on the page below: it can be completed."""
        super().__init__(workspace)
        self._into = into
        wrong = typeset("Indiquez un fichier qui finit par .xlsx, .ods, .csv ou .json.")
        self._file = FileRow("Autre fichier", dropped_path, wrong, self._open)

    def body(self) -> Iterable[Widget]:
        return self.list, self._file

    def headline(self) -> tuple[str, str]:
        return "Le tableur de votre Caf", count(len(self._found), "tableur") if self._found else ""

    def on_mount(self) -> None:
        self.action_search()

    def action_search(self) -> None:
        self._found = None
        self.later(lambda: workbooks_at_hand(usual_folders()), self._show)

    def _show(self, found: tuple[AtHand, ...]) -> None:
        self._found = found
        self.show_rows()

    def rows(self) -> Iterator[Item]:
        if not self._found:
            yield sentence("Recherche des tableurs…" if self._found is None else typeset(_NONE))
            return
        yield section_title("Tableurs trouvés sur cet ordinateur", typeset("Entrée : voir ce qu’il contient"))
        for one in self._found:
            name = [strong(shown(shown_name(one.path))), soft(f"  {shown(str(one.path.parent))}")]
            yield row(str(one.path), ends(name, soft(day_and_time(local_time(one.changed_at)))))

    def action_read_one(self) -> None:
        if self.list.key is not None:
            self._open(Path(self.list.key))
        elif self._found is not None:  # Entrée typed ahead does nothing
            self._file.typed.focus()

    def _open(self, path: Path) -> None:
        from ctg_tui.tui.screens.workbook import WorkbookScreen

        if not self.is_current:
            return
        if path.suffix.casefold() == ".json":
            from ctg_tui.tui.screens.taking_back import offer

            offer(self, path, lambda _taken: self.leave())
        else:
            self.app.push_screen(WorkbookScreen(self.workspace, path, self._into))
