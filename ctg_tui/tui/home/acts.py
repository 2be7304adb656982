"""What the list does: a next year, a version, a deletion, each asked first; and the files given to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import campaign_year
from ctg_tui.services.spreadsheet.reading import RECEIVED, dropped_file, dropped_path
from ctg_tui.services.submissions import is_review_file
from ctg_tui.services.workspace import double_of
from ctg_tui.tui.commands import Destination
from ctg_tui.tui.dialogs import ask_about_double
from ctg_tui.tui.spreadsheet import WorkbookScreen, WorkbooksScreen, offer
from ctg_tui.wording.french import NARROW, NBSP, assessment_name

if TYPE_CHECKING:
    from ctg_tui.services.workspace import Summary
    from ctg_tui.tui.home.page import HomeScreen


def show_workbooks(page: HomeScreen, into: int | None, path: Path | None = None) -> None:
    """Show the workbooks at hand or the one at `path`, which may complete the assessment `into`."""
    if page.is_current:
        page.app.push_screen(
            WorkbooksScreen(page.workspace, into=into)
            if path is None
            else WorkbookScreen(page.workspace, path, into)
        )


def take_dropped(page: HomeScreen, text: str, into: int | None, *, has_received: bool) -> None:
    """Read the file whose path was pasted, or say that it is none."""
    path = dropped_file(text)
    if path is None:
        page.show_message("Ce qui a été collé n’est ni un tableur, ni un fichier reçu.")
    elif path.suffix.casefold() == ".json" and not has_received and not is_review_file(path):
        offer(page, path, lambda taken: page.reload(str(taken.assessment_id)))
    elif path.name.lower().endswith(RECEIVED) or dropped_path(text) is None:
        _show_received(page, path)
    else:
        show_workbooks(page, into, path)


def _show_received(page: HomeScreen, path: Path) -> None:
    from ctg_tui.tui.received import ReceivedScreen

    if page.is_current:
        page.app.push_screen(ReceivedScreen(page.workspace, None, path))


class HomeEdits:
    """The edits of the assessment `chosen` on `page`."""

    def __init__(self, page: HomeScreen, chosen: Summary) -> None:
        self._page = page
        self._workspace = page.workspace
        self._chosen = chosen

    def duplicate(self) -> None:
        """Begin the next year from it."""
        entry = self._chosen.entry
        grid = self._workspace.catalogue.get(entry.grid_id)
        if grid is None:
            self._page.open_chosen()  # shows the reason
            return
        proposed = campaign_year(grid.campaign, self._workspace.today())
        year = max(proposed, entry.identity.year + 1)
        duplicate = partial(self._workspace.duplicate, entry.id, year, Moment.YEARLY)
        following = entry.identity._replace(year=year, moment=Moment.YEARLY)
        double = self._page.read(lambda: double_of(self._workspace, following), None)
        if double is not None:
            ask_about_double(self._page, double, lambda: self._do(duplicate, opens=True))
            return
        self._page.ask(
            f"Commencer {year} à partir de {assessment_name(entry.identity)}{NARROW}? "
            "Les renseignements et les NC sont repris, les notes et les commentaires sont à ressaisir.",
            f"Oui, commencer {year}",
            lambda: self._do(duplicate, opens=True),
        )

    def revise(self) -> None:
        """Open a new revision of it, when it is final."""
        entry = self._chosen.entry
        if entry.status is not Status.FINAL:
            self._page.show_message(
                "Cette évaluation est encore provisoire. Ouvrez-la, elle est déjà modifiable."
            )
            return
        following = entry.revision + 1
        self._page.ask(
            f"Ouvrir la révision {following} de {assessment_name(entry.identity)}{NARROW}? "
            "Elle redevient modifiable. Le fichier déjà envoyé ne change pas, et le prochain dira qu’il "
            "le remplace.",
            f"Oui, ouvrir la révision {following}",
            lambda: self._do(lambda: self._workspace.reopen(entry.id)),
        )

    def delete(self) -> None:
        """Remove it, after a backup."""
        entry = self._chosen.entry

        def delete() -> None:
            if self._do(lambda: self._workspace.delete(entry.id)):
                self._page.show_message(
                    "Évaluation supprimée. La sauvegarde faite juste avant permet de la retrouver."
                )

        self._page.ask(
            f"Supprimer {assessment_name(entry.identity)}, ses notes et ses commentaires{NARROW}? "
            f"Une sauvegarde est faite avant, conservée 30{NBSP}jours au moins{NARROW}; "
            f"pour tout rétablir{NBSP}: touche B depuis l’accueil.",
            "Oui, supprimer",
            delete,
        )

    def _do(self, edit: Callable[[], int | None], *, opens: bool = False) -> bool:
        """Run an edit of the workspace and reload the list; with `opens`, open the grid of the new one.

        Returns whether the edit was made; a refusal is shown.
        """
        try:
            new_id = edit()
        except Refusal as refusal:
            self._page.refuse(refusal)
            return False
        self._page.reload(None if new_id is None else str(new_id))
        if opens:
            self._page.go_to(Destination.GRID)
        return True
