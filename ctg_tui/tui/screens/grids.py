"""Grilles: the grids known here; install one, and compare it with that of an assessment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services import grids
from ctg_tui.services.grids import KnownGrid
from ctg_tui.system.local_time import local_time
from ctg_tui.tui.commands import Command, leave
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.fields import TextField
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, STRONG, Item, Line, Listing, Piece, spread
from ctg_tui.wording.french import count, territory_name
from ctg_tui.wording.grid_change import grid_facts, origin_name

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_LONGEST_PATH = 1_000


class GridsScreen(Page):
    """The grids of the program and of the database, and a field for the file of another one."""

    TITLE_IN_HELP = "Grilles"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "grilles.comparer",
            "compare",
            "comparer",
            "Comparer cette grille avec celle de l’évaluation, ligne par ligne",
            letters=("enter",),
            bar=2,
        ),
        Command(
            "grilles.installer",
            "to_path",
            "installer un fichier",
            "Installer un fichier de grille : donner son chemin",
            letters=("i",),
            bar=3,
        ),
        leave("grilles", bar=1),
    )
    DEFAULT_CSS = """
    GridsScreen {
        Listing { padding: 0 1; }
        #ligne-fichier { padding: 0 2; margin-bottom: 1; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace, session)
        self._known: dict[str, KnownGrid] = {}
        self._list = Listing([])
        self._path = TextField(
            max_length=_LONGEST_PATH, placeholder="le chemin d’un fichier .toml, ou déposez-le ici"
        )

    def body(self) -> Iterable[Widget]:
        yield self._list
        yield FormRow("À installer", self._path, identifier="ligne-fichier")

    def headline(self) -> tuple[str, str]:
        if self.session is None:
            return "Grilles", count(len(self._known), "grille")
        identity = self.session.assessment.identity
        return f"Grilles · {territory_name(identity)} · {identity.year}", count(len(self._known), "grille")

    def on_mount(self) -> None:
        self._reload()

    def on_show_again(self) -> None:
        self._reload(self._list.key)

    def _reload(self, key: str | None = None) -> None:
        known: tuple[KnownGrid, ...] = self.read(lambda: grids.known_grids(self.workspace), ())
        self._known = {one.grid.fingerprint: one for one in known}
        offered = [one for one in known if one.is_offered]
        others = [one for one in known if not one.is_offered]
        items = [section_title("Proposées pour une nouvelle évaluation"), *map(self._item, offered)]
        if others:
            items += [section_title("Conservées avec vos évaluations"), *map(self._item, others)]
        items.append(
            sentence(
                "Chaque évaluation garde la grille avec laquelle elle a été remplie. Elle n’en change que si "
                "vous le demandez, après une comparaison ligne par ligne."
            )
        )
        self._list.show(items, key)
        self.refresh_frame()

    def _item(self, known: KnownGrid) -> Item:
        is_its_own = (
            self.session is not None and self.session.assessment.grid_fingerprint == known.grid.fingerprint
        )
        own = [Piece("celle de cette évaluation", ACCENT)] if is_its_own else []
        moment = None if known.stored_at is None else local_time(known.stored_at)
        whence = origin_name(known.origin, known.file_name, moment)
        used = count(known.used_by, "évaluation") if known.used_by else "aucune évaluation"

        def lines(width: int) -> Sequence[Line]:
            return (
                spread([Piece(shown(known.grid.title), STRONG)], own, width),
                spread([Piece(shown(grid_facts(known.grid)))], [Piece(used, SOFT)], width),
                spread([Piece(shown(whence), SOFT)], [], width),
                (),
            )

        return Item(known.grid.fingerprint, lines)

    # commands

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_compare()

    def action_compare(self) -> None:
        """Compare the chosen grid with that of the assessment."""
        chosen = self._known.get(self._list.key or "")
        if chosen is None:
            return
        if self.session is None:
            self.show_message("Choisissez d’abord une évaluation à l’accueil, puis revenez ici avec G.")
        elif chosen.grid.fingerprint == self.session.assessment.grid_fingerprint:
            self.show_message("C’est déjà la grille de cette évaluation.")
        else:
            from ctg_tui.tui.screens.grid_comparison import GridComparisonScreen

            self.app.clear_notifications()  # one about an installation would cover what there is to read
            self.app.push_screen(GridComparisonScreen(self.workspace, self.session, chosen.grid))

    def action_to_path(self) -> None:
        self._path.focus()

    @on(TextField.Submitted)
    def _on_path(self, event: TextField.Submitted) -> None:
        event.stop()
        typed = self._path.value.strip().strip("\"'")
        if not typed:
            self._list.focus()
            return
        try:
            file, is_new = grids.install(self.workspace, Path(typed).expanduser())
        except Refusal as refusal:
            self.refuse(refusal)
            return
        except RuntimeError:  # `~name` of a user unknown here
            self.show_message(f"Le dossier de « {typed} » est introuvable.", warning=True)
            return
        self._path.fill("")
        self._list.focus()
        self._reload(file.grid.fingerprint)
        if is_new:
            self.show_message(
                typeset("Grille installée. Elle est proposée pour vos nouvelles évaluations ; les autres ")
                + "gardent la leur."
            )
        else:
            self.show_message("Cette grille était déjà installée.")
