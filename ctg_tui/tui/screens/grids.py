"""Grilles: the grids known here; install one, and compare it with that of an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from textual.widget import Widget

from ctg_tui.domain.errors import Refusal
from ctg_tui.services import grid_files as grids
from ctg_tui.services.grid_files import KnownGrid
from ctg_tui.system.computer import local_time
from ctg_tui.tui.commands import cmd, leave
from ctg_tui.tui.screens.list_page import ListPage
from ctg_tui.tui.screens.summary_items import section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.form_rows import FileRow
from ctg_tui.tui.widgets.listing import Item, Piece, accent, blank, both, row, soft, strong
from ctg_tui.wording.french import count, territory_name
from ctg_tui.wording.grid_files import grid_facts, origin_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class GridsScreen(ListPage):
    """The grids of the program and of the database, and a field for the file of another one."""

    TITLE_IN_HELP = "Grilles"
    KEY_COMMANDS = (
        cmd(
            *("grilles.comparer", "enter", "compare", "comparer", 2),
            "Comparer cette grille avec celle de l’évaluation, ligne par ligne",
            when="has_another",
        ),
        cmd(
            *("grilles.installer", "i", "to_path", "installer un fichier", 3),
            "Installer un fichier de grille : donner son chemin",
        ),
        leave("grilles", bar=1),
    )
    DEFAULT_CSS = "GridsScreen FormRow { margin-bottom: 1; }"

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self._known: tuple[KnownGrid, ...] = ()
        placeholder = "le chemin d’un fichier .toml, ou déposez-le ici"
        self._file = FileRow(
            "À installer", self._path, "", self._install, placeholder=placeholder, takes_drops=False
        )

    def body(self) -> Iterable[Widget]:
        return self.list, self._file

    def headline(self) -> tuple[str, str]:
        known = count(len(self._known), "grille")
        if self.session is None:
            return "Grilles", known
        identity = self.session.assessment.identity
        return f"Grilles · {territory_name(identity)} · {identity.year}", known

    @property
    def _own(self) -> str:
        """The fingerprint of the grid of the assessment."""
        return "" if self.session is None else self.session.assessment.grid_fingerprint

    @property
    def has_another(self) -> bool:
        return bool(self._own) and any(one.grid.fingerprint != self._own for one in self._known)

    def rows(self) -> Iterator[Item]:
        self._known = self.read(lambda: grids.known_grids(self.workspace), ())
        yield section_title("Proposées pour une nouvelle évaluation")
        yield from (self._row(one) for one in self._known if one.is_offered)
        others = [self._row(one) for one in self._known if not one.is_offered]
        if others:
            yield section_title("Conservées avec vos évaluations")
            yield from others
        yield sentence(
            "Chaque évaluation garde la grille avec laquelle elle a été remplie. Elle n’en change que si "
            "vous le demandez, après une comparaison ligne par ligne."
        )

    def _row(self, known: KnownGrid) -> Item:
        own = "celle de cette évaluation" if known.grid.fingerprint == self._own else ""
        moment = None if known.stored_at is None else local_time(known.stored_at)
        whence = origin_name(known.origin, known.file_name, moment)
        used = count(known.used_by, "évaluation") if known.used_by else "aucune évaluation"
        return row(
            known.grid.fingerprint,
            both(strong(shown(known.grid.title)), accent(own)),
            both(Piece(shown(grid_facts(known.grid))), soft(used)),
            both(soft(shown(whence)), Piece("")),
            blank,
        )

    def action_compare(self) -> None:
        """Compare the chosen grid with that of the assessment."""
        chosen = next((one.grid for one in self._known if one.grid.fingerprint == self.list.key), None)
        if chosen is None:
            return
        if self.session is None:
            self.show_message("Choisissez d’abord une évaluation à l’accueil, puis revenez ici avec I.")
        elif chosen.fingerprint == self._own:
            self.show_message("C’est déjà la grille de cette évaluation.")
        else:
            from ctg_tui.tui.screens.grid_comparison import GridComparisonScreen

            self.app.clear_notifications()  # one about an installation would cover what there is to read
            self.app.push_screen(GridComparisonScreen(self.workspace, self.session, chosen))

    def action_to_path(self) -> None:
        self._file.typed.focus()

    def _path(self, typed: str) -> Path | None:
        typed = typed.strip().strip("\"'")
        if not typed:
            self.list.focus()
            return None
        try:
            return Path(typed).expanduser()
        except RuntimeError:  # `~name` of a user unknown here
            self.show_message(f"Le dossier de « {typed} » est introuvable.", warning=True)
            return None

    def _install(self, path: Path) -> None:
        try:
            file, is_new = grids.install(self.workspace, path)
        except Refusal as refusal:
            self.refuse(refusal)
            return
        self._file.typed.fill("")
        self.list.focus()
        self.show_rows(file.grid.fingerprint)
        self.show_message(
            "Grille installée. Elle est proposée pour vos nouvelles évaluations ; les autres gardent la leur."
            if is_new
            else "Cette grille était déjà installée."
        )
