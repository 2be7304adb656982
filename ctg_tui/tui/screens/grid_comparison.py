"""Another version of the grid of an assessment: compared line by line, adopted on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from ctg_tui.domain.correspondences import Kind, LineChange, line_changes
from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.services.grids import preview
from ctg_tui.tui.commands import Command, leave
from ctg_tui.tui.screens.adoption import adopt
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.question import Sentence
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.widgets.listing import PLAIN, SOFT, Item, Line, Listing, Piece, hanging
from ctg_tui.wording.french import count
from ctg_tui.wording.grid_change import comparison_counts, effect, line_name, provenance_changes

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_SECTIONS: Final = {
    Kind.REWORDED: ("Reformulées", "reprises, à relire"),
    Kind.RENUMBERED: ("Renumérotées", "reprises"),
    Kind.MERGED: ("Fusionnées", "conservées à part"),
    Kind.SPLIT: ("Scindées", "conservées à part"),
    Kind.REMOVED: ("Supprimées", "conservées à part"),
    Kind.ADDED: ("Nouvelles", ""),
}
"""What each kind of line is called, and what becomes of what was entered there."""


class GridComparisonScreen(Page):
    """The lines that differ, and what adopting the other grid would do. Nothing is written before « A »."""

    TITLE_IN_HELP = "Comparaison de grilles"
    KEY_COMMANDS = (
        Command(
            "comparaison.adopter",
            "adopt",
            "continuer avec cette grille",
            "Continuer l’évaluation avec cette grille (une sauvegarde est faite avant)",
            letters=("a",),
            bar=2,
        ),
        leave("comparaison", bar=1, sentence="Revenir aux grilles"),
    )
    DEFAULT_CSS = """
    GridComparisonScreen {
        Sentence { height: auto; padding: 0 2; margin-bottom: 1; color: $accent; }
        Listing { padding: 0 1; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session, other: Grid) -> None:
        super().__init__(workspace, session)
        assessment = session.assessment
        # The whole grid: the session's has no line that is left aside.
        own = workspace.catalogue.find(assessment.grid_id, assessment.grid_fingerprint)
        self._own = own or session.grid
        self._other = other

    def body(self) -> Iterable[Widget]:
        changes = line_changes(self._own, self._other)
        adoption = preview(self.workspace, self.opened.assessment, self._other)
        yield Sentence(shown(typeset(f"{comparison_counts(changes)} {effect(adoption)}")))
        yield Listing(list(_items(self._own, self._other, changes)))

    def headline(self) -> tuple[str, str]:
        own, other = self._own, self._other
        if own.id == other.id:
            return f"Grille {own.id} · version {own.version} → {other.version}", "rien n’est encore changé"
        return f"{own.id} → {other.id}", "rien n’est encore changé"

    def action_adopt(self) -> None:
        """Ask, back up, then fill the assessment with the other grid from now on."""
        if self.opened.is_read_only:
            self.show_message(
                "Cette évaluation est définitive : elle garde sa grille. Pour continuer avec celle-ci, "
                "ouvrez d’abord une nouvelle révision depuis l’accueil (R).",
                warning=True,
            )
            return
        assessment = self.opened.assessment

        def adopted() -> None:
            self.reopen(assessment.id)
            self.show_message("L’évaluation continue avec cette grille. Ctrl+Z rétablit la précédente.")

        adopt(self, assessment, self._other, f"la grille « {self._other.title} »", adopted)


def _items(own: Grid, other: Grid, changes: Sequence[LineChange]) -> Iterator[Item]:
    for kind, (title, what) in _SECTIONS.items():
        lines = [change for change in changes if change.kind is kind]
        if lines:
            yield section_title(f"{title} ({len(lines)})", what)
            yield from (_line_item(own, other, change) for change in lines)
            yield gap()
    for title, names in provenance_changes(own, other, changes):
        yield section_title(f"{title} ({len(names)})")
        yield from (Item(None, _text(name)) for name in names)
        yield gap()
    same = sum(change.kind is Kind.IDENTICAL for change in changes)
    only = " Seuls d’autres textes de la grille ont changé (titre, provenances, cadre)."
    others = only if same == len(changes) else ""
    yield sentence(typeset(f"{count(same, 'ligne identique', 'lignes identiques')}.{others}"))


def _line_item(own: Grid, other: Grid, change: LineChange) -> Item:
    name = line_name(own, other, change)
    if change.kind is not Kind.REWORDED or change.old is None:
        return Item(None, _text(name))
    former = f"avant : {own.line(change.old).label}"

    def lines(width: int) -> Sequence[Line]:
        return [*_text(name)(width), *hanging(Piece("      "), shown(typeset(former)), width, SOFT)]

    return Item(None, lines)


def _text(text: str) -> Callable[[int], Sequence[Line]]:
    return lambda width: hanging(Piece(""), shown(text), width, PLAIN)
