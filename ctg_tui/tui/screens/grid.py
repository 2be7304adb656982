"""The grid (*grille*): notes, figures and radar, saved and shown at each key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Static

from ctg_tui.domain.assessment import Place
from ctg_tui.tui.commands import Command
from ctg_tui.tui.screens.page import Destination, Page

if TYPE_CHECKING:
    from ctg_tui.register import Register
    from ctg_tui.session import Session


class GridScreen(Page):
    """The heart of the program."""

    KEY_COMMANDS = (
        Command("grille.synthese", "summary", "synthèse", "Toutes les figures et le radar", ("f4",), bar=10),
        Command("grille.retour", "leave", "accueil", "Revenir à l’accueil", ("escape",), bar=80),
    )

    def __init__(self, register: Register, session: Session | None, place: Place | None = None) -> None:
        super().__init__(register, session)
        self._asked_place = place

    def body(self) -> Iterable[Widget]:
        yield Static("Grille", markup=False)

    def headline(self) -> tuple[str, str]:
        return self.opened.assessment.identity.territory.name, ""

    def action_summary(self) -> None:
        self.visit(Destination.SUMMARY)

    def action_leave(self) -> None:
        self.leave()
