"""Synthèse: the large radar, all the figures, the lines to discuss, the findings before sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from textual.containers import Horizontal
from textual.widget import Widget

from ctg_tui.domain.scores import totals
from ctg_tui.domain.steps import FindingCode
from ctg_tui.services.grid_files import apart_names
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens import summary_items as items
from ctg_tui.tui.screens.figure_table import FIGURES, figures_items
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
        "synthese.deplier",
        "unfold",
        "déplier",
        "Sur un chiffre : afficher le calcul ; sur une ligne, la lire en entier avec son commentaire",
        letters=("space",),
        bar=11,
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
    to(Destination.RADAR, "synthese", letters=("g",), bar=13, group=_GO),
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
        "Revenir à la page précédente",
        ("escape",),
        bar=20,
        group=_GO,
    ),
)


class FigureList(Listing):
    """The table, then the lines to discuss."""


class SendingList(Listing):
    """What is missing before sending, always in sight."""


class SummaryScreen(Page):
    """The table and the lists at the left, the radar at the right, what is missing always below."""

    TITLE_IN_HELP = "Synthèse"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    SummaryScreen {
        #synthese { height: 1fr; }
        RadarPanel { width: 1fr; height: 100%; }
        FigureList { width: 3fr; min-width: 44; }
        RadarPanel { width: 2fr; }
        SendingList { max-height: 9; border-top: solid $filet; }
        &.-vaste FigureList, &.-vaste RadarPanel { width: 1fr; }
        &.-moyen FigureList { width: 46; }
        &.-moyen RadarPanel { width: 1fr; }
        &.-etroit RadarPanel { display: none; }
        &.-etroit FigureList { width: 1fr; }
        &.-normal SendingList { max-height: 5; }
        &.-bas SendingList { max-height: 4; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._unfolded: frozenset[str] = frozenset()
        self.view = self._view()

    def _view(self) -> View:
        opened = self.opened
        return View(
            opened.grid, opened.assessment, opened.scores, opened.grid.cells[0], saved_at=opened.saved_at
        )

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="synthese"):
            yield FigureList(self._items())
            yield RadarPanel(self.view, self.level, alone=True)
        yield SendingList(self._missing())

    def on_mount(self) -> None:
        self._show_missing()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: F4 leads here."""
        return tuple(one for one in super().commands() if one.goes_to is not Destination.SUMMARY)

    def headline(self) -> tuple[str, str]:
        identity = self.opened.assessment.identity
        name = territory_name(identity)
        both = totals(self.opened.scores)
        proposed = f" · {MARK} {both.proposed.answered}/{both.proposed.cells}" if both.proposed else ""
        return (
            f"Synthèse · {name} · {identity.year} · {MOMENTS[identity.moment]}",
            f"{both.whole.answered}/{both.whole.cells} réponses{proposed}",
        )

    def _items(self) -> list[Item]:
        opened = self.opened
        grid, assessment = opened.grid, opened.assessment
        low = ("À travailler (notes 0 et 1)", LOW_NOTES, "Aucune case notée 0 ou 1.")
        names: Mapping[str, str] = self.read(lambda: apart_names(self.workspace, grid, assessment), {})
        high = ("Points forts (notes 3)", HIGH_NOTES, "Aucune case notée 3.")
        unfolded = self._unfolded
        return [
            *figures_items(grid, opened.scores, self.level, unfolded),
            *self._changed_items(),
            *items.rated_items(grid, assessment, items.LOW, *low, unfolded=unfolded),
            *items.rated_items(grid, assessment, items.HIGH, *high, unfolded=unfolded),
            *items.apart_items(grid, assessment, names),
        ]

    def _changed_items(self) -> Iterable[Item]:
        from ctg_tui.tui.screens.difference_items import difference_items
        from ctg_tui.tui.screens.previous import last_time
        from ctg_tui.wording.results import differences

        opened = self.opened
        last = last_time(self)
        found = None if last is None else differences(last, opened.grid, opened.assessment)
        return () if found is None else difference_items(found)

    def _missing(self) -> list[Item]:
        opened = self.opened
        return list(items.missing_below(opened.grid, opened.assessment, received=opened.is_received))

    def _show_missing(self) -> None:
        """Show what is missing, in the lines that it needs and the rule above it."""
        missing = self._missing()
        self._sending.show(missing)
        self._sending.styles.height = len(missing) + 1

    @property
    def _figures(self) -> FigureList:
        return self.query_one(FigureList)

    @property
    def _sending(self) -> SendingList:
        return self.query_one(SendingList)

    def _show_radar(self, view: View) -> None:
        self.view = view
        self.query_one(RadarPanel).show(view)

    def on_show_again(self) -> None:
        self._show_radar(self._view()._replace(drawn=self.view.drawn))
        self._figures.show(self._items())
        self._show_missing()

    # commands

    @property
    def _key(self) -> str:
        """The key under the cursor of the list that has the focus."""
        focused = self.focused
        return (focused.key or "") if isinstance(focused, Listing) else ""

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self._choose(message.key)

    def action_choose(self) -> None:
        """On figures, explain the percentage; on a line or on what is missing, go to it."""
        self._choose(self._key)

    def _choose(self, chosen: str) -> None:
        section, _, key = chosen.partition(":")
        if section == FIGURES:
            self._unfold(chosen)
        elif section == items.MISSING:
            self._go_to_finding(key)
        elif section:
            self.visit(Destination.GRID, place=place_of(self.opened.grid, key.rpartition(":")[2]))

    def action_unfold(self) -> None:
        """Show the whole of the item under the cursor; once more, fold it."""
        section = self._key.partition(":")[0]
        if section in {FIGURES, items.LOW, items.HIGH}:
            self._unfold(self._key)

    def _unfold(self, key: str) -> None:
        self._unfolded ^= {key}
        self._figures.show(self._items())

    def _go_to_finding(self, code: str) -> None:
        if code in {FindingCode.UNKNOWN_LINES, FindingCode.ALL_NOT_CONCERNED}:  # shown on this page
            self._figures.focus()
        else:
            visit_finding(self, code)

    def action_next_section(self) -> None:
        """Go to the first item of the next section, going round; what is missing comes after the figures."""
        keys = [key for key in self._figures.keys if key is not None]
        sections = list(dict.fromkeys(key.partition(":")[0] for key in keys))
        if any(self._sending.keys):
            sections.insert(1, items.MISSING)
        here = self._key.partition(":")[0]
        following = sections[(sections.index(here) + 1) % len(sections)] if here in sections else sections[0]
        if following == items.MISSING:
            self._sending.focus()
        else:
            self._figures.focus()
            self._figures.select(next(key for key in keys if key.startswith(f"{following}:")), at_top=True)

    def action_previous_outline(self) -> None:
        self._show_radar(with_previous(self, self.view))
