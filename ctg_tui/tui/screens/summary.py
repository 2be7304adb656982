"""Synthèse: the large radar, all the figures, the lines to discuss, the findings before sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal
from textual.widget import Widget

from ctg_tui.domain.completeness import FindingCode
from ctg_tui.domain.scores import totals
from ctg_tui.services.grids import apart_names
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens import summary_items as items
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.previous import with_previous
from ctg_tui.tui.screens.summary_places import place_of, visit_finding
from ctg_tui.tui.view import View
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.tui.widgets.radar import RadarPanel
from ctg_tui.wording.french import MOMENTS, territory_name
from ctg_tui.wording.lines import HIGH_NOTES, LOW_NOTES
from ctg_tui.wording.provenance import MARK

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_LAYOUTS = ("-deux", "-radar", "-chiffres")
_GO = "Aller"


_COMMANDS: Final = (
    Command(
        "synthese.choisir",
        "choose",
        "voir le détail",
        "Sur un chiffre : afficher le calcul ; sur une ligne : y aller",
        letters=("enter",),
        bar=10,
    ),
    Command(
        "synthese.section",
        "next_section",
        "suite",
        "Passer à la partie suivante : chiffres, éléments manquants, points à travailler, points forts",
        ("f3",),
        letters=("s",),
        bar=12,
    ),
    Command(
        "synthese.radar",
        "turn_layout",
        "grand radar",
        "Le radar seul, les chiffres seuls, ou les deux",
        letters=("g",),
        bar=11,
    ),
    Command(
        "synthese.precedent",
        "previous_outline",
        "comparer à l’an dernier",
        "Montrer ou cacher le tracé de l’évaluation précédente",
        letters=("t",),
        bar=14,
    ),
    Command(
        "synthese.grille",
        "",
        "grille",
        "Revenir à la grille",
        ("ctrl+g",),
        bar=30,
        group=_GO,
        goes_to=Destination.GRID,
    ),
    to(
        Destination.PREPARATION,
        "synthese",
        help="Préparer l’entretien avec la Caf, et les actions",
        letters=("p",),
        bar=15,
        group=_GO,
    ),
    Command(
        "synthese.retour",
        "leave",
        "retour",
        "Revenir : au radar avec les chiffres, puis à la page précédente",
        ("escape",),
        bar=20,
        group=_GO,
    ),
)


class SummaryScreen(Page):
    """The radar beside the figures and lists that explain it."""

    TITLE_IN_HELP = "Synthèse"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    SummaryScreen {
        #synthese { height: 1fr; }
        RadarPanel { width: 1fr; height: 100%; }
        Listing { width: 1fr; min-width: 44; }
        &.-moyen Listing, &.-etroit Listing { width: 46; }
        &.-radar Listing { width: 0; min-width: 10; display: none; }
        &.-chiffres RadarPanel { display: none; }
        &.-chiffres Listing { width: 1fr; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._explained: frozenset[str] = frozenset()
        self._layout = 0
        self.view = self._view()

    def _view(self) -> View:
        opened = self.opened
        return View(
            opened.grid, opened.assessment, opened.scores, opened.grid.cells[0], saved_at=opened.saved_at
        )

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="synthese"):
            yield _Figures(self._items())
            yield RadarPanel(self.view, self.level, alone=True)

    def headline(self) -> tuple[str, str]:
        identity = self.opened.assessment.identity
        name = territory_name(identity)
        both = totals(self.opened.scores)
        proposed = f" · {MARK} {both.proposed.answered}/{both.proposed.cells}" if both.proposed else ""
        return (
            f"Synthèse · {name} · {identity.year} · {MOMENTS[identity.moment]}",
            f"{both.whole.answered}/{both.whole.cells} réponses{proposed}",
        )

    def on_mount(self) -> None:
        self.add_class(_LAYOUTS[self._layout])

    def _items(self) -> list[Item]:
        opened = self.opened
        grid, assessment = opened.grid, opened.assessment
        low = ("À travailler (notes 0 et 1)", LOW_NOTES, "Aucune case notée 0 ou 1.")
        names: Mapping[str, str] = self.read(lambda: apart_names(self.workspace, grid, assessment), {})
        high = ("Points forts (notes 3)", HIGH_NOTES, "Aucune case notée 3.")
        return [
            *items.figures_items(grid, opened.scores, self.level, self._explained),
            *items.missing_items(grid, assessment, received=opened.is_received),
            *self._changed_items(),
            *items.rated_items(grid, assessment, items.LOW, *low),
            *items.rated_items(grid, assessment, items.HIGH, *high),
            *items.apart_items(grid, assessment, names),
        ]

    def _changed_items(self) -> Iterable[Item]:
        from ctg_tui.tui.screens.difference_items import difference_items
        from ctg_tui.tui.screens.previous import last_time
        from ctg_tui.wording.differences import differences

        opened = self.opened
        last = last_time(self)
        found = None if last is None else differences(last, opened.grid, opened.assessment)
        return () if found is None else difference_items(found)

    def _show_radar(self, view: View) -> None:
        self.view = view
        self.query_one(RadarPanel).show(view)

    def on_show_again(self) -> None:
        former = self.view
        self._show_radar(replace(self._view(), previous=former.previous, previous_name=former.previous_name))
        self.query_one(Listing).show(self._items())

    # commands

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_choose()

    def action_choose(self) -> None:
        """On figures, explain the percentage; on a line, go to it."""
        section, _, key = (self.query_one(Listing).key or "").partition(":")
        if section == items.FIGURES:
            self._explained ^= {f"{section}:{key}"}
            self.query_one(Listing).show(self._items())
        elif section == items.MISSING:
            self._go_to_finding(key)
        elif section:
            self.visit(Destination.GRID, place=place_of(self.opened.grid, key.rpartition(":")[2]))

    def _go_to_finding(self, code: str) -> None:
        if code in {FindingCode.UNKNOWN_LINES, FindingCode.ALL_NOT_CONCERNED}:  # shown on this page
            self.action_next_section()
        else:
            visit_finding(self, code)

    def action_next_section(self) -> None:
        """Go to the first item of the next section, going round."""
        self.query_one(_Figures).go_to_next_section()

    def action_turn_layout(self) -> None:
        """Switch between radar and figures, the radar alone, the figures alone."""
        self._lay_out((self._layout + 1) % len(_LAYOUTS))

    def _lay_out(self, layout: int) -> None:
        self.remove_class(_LAYOUTS[self._layout])
        self._layout = layout
        self.add_class(_LAYOUTS[self._layout])

    def action_previous_outline(self) -> None:
        self._show_radar(with_previous(self, self.view))

    def action_leave(self) -> None:
        """Return to radar and figures first, then to the page below."""
        if self._layout:
            self._lay_out(0)
        else:
            self.leave()


class _Figures(Listing):
    """The list of figures, by sections."""

    def go_to_next_section(self) -> None:
        """Go to the first item of the section after the current one."""
        keys = [key for key in self.keys if key is not None]
        here = (self.key or "").partition(":")[0]
        sections = list(dict.fromkeys(key.partition(":")[0] for key in keys))
        if sections:
            following = (
                sections[(sections.index(here) + 1) % len(sections)] if here in sections else sections[0]
            )
            self.select(next(key for key in keys if key.startswith(f"{following}:")), at_top=True)
