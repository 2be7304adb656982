"""The large radar: the whole window, with the same figures beside it as a table and as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from textual.containers import Container
from textual.widget import Widget

from ctg_tui.chart.figures import figures
from ctg_tui.chart.picture import sentences
from ctg_tui.domain.scores import totals
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens.figure_table import figures_items
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.previous import with_previous
from ctg_tui.tui.screens.summary_items import section_title, sentence
from ctg_tui.tui.texts import shown
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.wording.french import MOMENTS, territory_name
from ctg_tui.wording.provenance import in_one

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_COMMANDS: Final = (
    Command(
        "radar.calcul",
        "unfold",
        "le calcul",
        "Sur un chiffre : afficher le calcul",
        letters=("enter", "space"),
        bar=10,
    ),
    Command(
        "radar.precedent",
        "previous_outline",
        "comparer à l’an dernier",
        "Montrer ou cacher le tracé de l’évaluation précédente",
        letters=("t",),
        bar=11,
    ),
    to(Destination.SUMMARY, "radar", bar=12, group="Aller"),
    Command(
        "radar.retour",
        "leave",
        "retour",
        "Revenir à la page précédente",
        ("escape",),
        letters=("g",),
        bar=20,
        group="Aller",
    ),
)


class RadarScreen(Page):
    """The radar as large as the window allows, its table and its sentence."""

    TITLE_IN_HELP = "Radar"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    RadarScreen {
        #radar { height: 1fr; layout: horizontal; }
        RadarPanel { width: 1fr; height: 100%; }
        Listing { width: 52; height: 100%; }
        &.-moyen Listing { width: 46; }
        &.-vaste Listing { width: 66; }
        &.-etroit #radar { layout: vertical; }
        &.-etroit RadarPanel { width: 100%; height: 2fr; }
        &.-etroit Listing { width: 100%; height: 1fr; }
        &.-etroit.-bas Listing { height: 4; }
        &.-etroit.-bas.-exemple Listing { height: 3; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.set_class(self.is_example, "-exemple")
        self._unfolded: frozenset[str] = frozenset()
        self.view = self._view()

    def _view(self) -> View:
        opened = self.opened
        return View(opened.grid, opened.assessment, opened.scores, opened.grid.cells[0])

    def body(self) -> Iterable[Widget]:
        with Container(id="radar"):
            yield RadarPanel(self.view, self.level, alone=True)
            yield Listing(list(self._items()))

    def headline(self) -> tuple[str, str]:
        identity = self.opened.assessment.identity
        return (
            f"Radar · {territory_name(identity)} · {identity.year} · {MOMENTS[identity.moment]}",
            in_one(totals(self.opened.scores)),
        )

    def _items(self) -> Iterator[Item]:
        view = self.view
        yield from figures_items(view.grid, view.scores, self.level, self._unfolded)
        yield section_title("Le même radar, en mots")
        drawn = figures(
            view.grid, view.scores, previous=view.previous, previous_name=shown(view.previous_name)
        )
        for text in sentences(drawn):
            yield sentence(shown(text))

    def _show(self, view: View) -> None:
        self.view = view
        self.query_one(RadarPanel).show(view)
        self.query_one(Listing).show(list(self._items()))

    def on_show_again(self) -> None:
        self._show(self._view()._replace(drawn=self.view.drawn))

    # commands

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_unfold()

    def action_unfold(self) -> None:
        """Explain the figures of the row under the cursor; once more, fold it."""
        key = self.query_one(Listing).key
        if key is not None:
            self._unfolded ^= {key}
            self.query_one(Listing).show(list(self._items()))

    def action_previous_outline(self) -> None:
        self._show(with_previous(self, self.view))
