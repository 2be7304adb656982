"""« Changer de grille »: the other grids known here, and what each would do to what was entered."""

from __future__ import annotations

from typing import Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.services import grid_files
from ctg_tui.services.details import grid_in_words
from ctg_tui.services.editing import Session
from ctg_tui.services.grid_files import change_sentence
from ctg_tui.tui.dialogs import Offer, pick
from ctg_tui.tui.page import Page

_NO_OTHER: Final = typeset("Aucune autre grille n’est connue ici. Pour en installer une : O, à l’accueil.")
_AFTER: Final = "Une sauvegarde est faite avant ; Ctrl+Z rend la grille d’avant, avec toutes ses réponses."


def change_grid(page: Page, session: Session) -> None:
    """Let the person choose another grid for an assessment, by what it is; ask before it changes."""
    none: tuple[Grid, ...] = ()
    others = page.read(lambda: grid_files.other_grids(page.workspace, session.assessment), none)
    grids = {grid.fingerprint: grid for grid in others}
    if not grids:
        page.show_message(_NO_OTHER)
        return
    offers = [Offer(key, grid_in_words(grid)) for key, grid in grids.items()]
    pick(page.app, "Changer de grille", offers, lambda chosen: _ask(page, session, grids[chosen.key]))


def _ask(page: Page, session: Session, grid: Grid) -> None:
    effect = page.read(lambda: change_sentence(page.workspace, session.assessment, grid), None)
    if effect is not None:
        sentence = typeset(f"Changer de grille ? {effect} {_AFTER}")
        page.ask(sentence, "Changer de grille", lambda: _change(page, session, grid))


def _change(page: Page, session: Session, grid: Grid) -> None:
    """Fill the assessment with the grid, and show it."""
    if page.asks_first(lambda: _change(page, session, grid)):
        return
    if page.save(lambda: page.workspace.fill_with(session, grid)):
        page.reopen(session.assessment.id)
        page.show_message("Grille changée. Ctrl+Z rétablit la précédente.")
