"""Reçues: the submissions received, one row per assessment; Entrée shows one on Résultats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.text import clean
from ctg_tui.report.consolidation import Consolidation
from ctg_tui.services import received, sending
from ctg_tui.services.editing import Session
from ctg_tui.services.received import StoredSubmission
from ctg_tui.services.workspace import Workspace
from ctg_tui.tui.commands import Destination, cmd, leave
from ctg_tui.tui.page import ListPage
from ctg_tui.tui.widgets.listing import (
    Item,
    Line,
    Piece,
    gap,
    sentence,
    soft,
    spread,
    strong,
)
from ctg_tui.wording.french import DASH, NARROW, NBSP, STATUSES, count

_WIDE: Final = 90
"""The columns from which the state of the sending is among them."""


def _line(key: str | None, left: Sequence[Piece], facts: Sequence[str]) -> Item:
    """Return a row of the table: whose; the year, the sending, the figure and, if any wait, the points."""
    year, number, state, figure, *points = facts

    def lines(width: int) -> Sequence[Line]:
        sent = f"{year:<7}{number:<6}" + (f"{state:<12}" if width >= _WIDE else "")
        return [spread(left, [soft(f"{sent}{figure:>10}" + "".join(f"{one:>12}" for one in points))], width)]

    return Item(key, lines)


def _table(files: Sequence[StoredSubmission]) -> Iterator[Item]:
    has_points = any(one.open_points for one in files)
    facts = ["Année", "N°", "État", "Lignes Caf", *["À répondre"] * has_points]
    yield from (_line(None, (soft("Territoire"),), facts), gap())
    for one in files:
        people = f"· {clean(one.people)}" if one.people else ""
        figure = DASH if one.percentage is None else f"{one.percentage}{NBSP}%"
        facts = [f"{one.year}", f"{one.sending}", STATUSES[one.status], figure]
        left = strong(f"{clean(one.territory)} "), Piece(people)
        yield _line(one.lineage, left, [*facts, *[f"{one.open_points or ''}"] * has_points])


_NOTHING: Final = typeset(
    "Aucun fichier reçu pour l’instant. O ouvre un fichier ou un dossier ; chacun est gardé tel quel."
)


class ReceivedScreen(ListPage):
    """One row an assessment received."""

    DEFAULT_CSS = "ReceivedScreen Listing { max-width: 130; }"
    TITLE_IN_HELP = "Reçues"
    KEY_COMMANDS = (
        cmd("recues.lire", "enter", "open", "lire", 1, "Lire ce fichier : résultats, notes, commentaires"),
        cmd(
            "recues.classeur", "c", "write_workbook", "son classeur", 2, "Enregistrer le classeur de réponse"
        ),
        cmd("recues.tableau", "t", "write_table", "tableau", 3, "Enregistrer un tableau de tous"),
        cmd("recues.ouvrir", "o", "visit('OPENING')", "ouvrir", 4, "Recevoir un fichier ou un dossier"),
        cmd("recues.supprimer", "delete", "delete", "supprimer", 104, "Supprimer cette évaluation reçue"),
        leave("recues", "Revenir à l’accueil"),
    )

    def __init__(
        self, workspace: Workspace, session: Session | None = None, lineage: str | None = None
    ) -> None:
        """Show the files received, the cursor on that of `lineage`."""
        super().__init__(workspace, None)
        self._first = lineage
        self._files: tuple[StoredSubmission, ...] = ()

    def on_mount(self) -> None:
        self.show_rows(self._first)

    def headline(self) -> tuple[str, str]:
        return "Évaluations reçues", count(len(self._files), "reçue")

    # the list

    def rows(self) -> Iterable[Item]:
        self._files = self.read(lambda: received.files_that_count(self.workspace), self._files)
        yield from _table(self._files) if self._files else (sentence(_NOTHING),)

    @property
    def _chosen(self) -> StoredSubmission | None:
        return next((one for one in self._files if one.lineage == self.list.key), None)

    def action_open(self) -> None:
        """Read the file of the row."""
        if (chosen := self._chosen) is not None:
            session = self.read(lambda: received.ReceivedSession(self.workspace, chosen), None)
            if session is not None:
                self.visit(Destination.RESULTS, session)

    def action_delete(self) -> None:
        if (chosen := self._chosen) is not None:
            said = f"Supprimer {received.short(chosen)}{NARROW}? Une sauvegarde est faite avant."
            self.ask(said, "Supprimer", lambda: self._delete(chosen))

    def _delete(self, chosen: StoredSubmission) -> None:
        if self.save(lambda: received.forget(self.workspace, chosen.lineage)):
            self.show_rows()
            self.show_message("Supprimé. La sauvegarde faite juste avant permet de le retrouver.")

    # what is written, into the documents of the person

    def action_write_workbook(self) -> None:
        """Write the workbook in which to answer the file of the row."""
        if (chosen := self._chosen) is not None:
            folder = sending.default_folder()
            name = self.read(lambda: received.write_workbook(self.workspace, chosen, folder), None)
            if name is not None:
                what = "Complétez les cellules bleues, puis envoyez ce classeur."
                self.show_message(typeset(f"« {name} » est dans {folder.name}. {what}"))

    def action_write_table(self) -> None:
        """Write the table of all files."""
        folder = sending.default_folder()

        def written(made: tuple[str, Consolidation]) -> None:
            name, content = made
            said = f"« {name} » est dans {folder.name} : {count(len(content.counted), 'évaluation')}."
            left_out = count(
                len(content.left_out), "fichier à part y est nommé", "fichiers à part y sont nommés"
            )
            self.show_message(typeset(f"{said} {left_out}." if content.left_out else said))

        if self._files:
            self.show_message("Lecture des fichiers reçus…")
            self.later(lambda: received.write_table(self.workspace, folder), written)
