"""Accueil: the assessments of the database and their progress. The first frame of the program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import campaign_year
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.home import items
from ctg_tui.tui.page import Page
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.wording.french import NBSP, campaign_state, day

if TYPE_CHECKING:
    from textual.events import Paste

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Summary, Workspace
    from ctg_tui.tui.home.acts import HomeEdits
    from ctg_tui.tui.home.preview import HomePreview
    from ctg_tui.tui.list_page import HomeFilter


COMMANDS: Final = (
    Command("accueil.ouvrir", "open", "ouvrir", "Ouvrir l’évaluation choisie", letters=("enter",), bar=1),
    Command("accueil.nouvelle", "create", "nouvelle", "Commencer une évaluation", letters=("n",), bar=2),
    to(Destination.SENDING, "accueil", bar=3),
    to(Destination.RESULTS, "accueil", bar=101),
    to(
        Destination.FORM,
        "accueil",
        help=f"Corriger les renseignements{NBSP}: territoire, année, personnes, contact Caf",
        bar=102,
    ),
    Command(
        "accueil.dupliquer",
        "duplicate",
        "année suivante",
        f"Commencer l’année suivante{NBSP}: renseignements et NC sont repris, les notes sont à ressaisir",
        letters=("d",),
        bar=6,
    ),
    Command(
        "accueil.revision",
        "revise",
        "version corrigée",
        "Ouvrir une version corrigée d’une évaluation définitive",
        letters=("v",),
        bar=110,
    ),
    Command(
        "accueil.supprimer",
        "delete",
        "supprimer",
        "Supprimer l’évaluation (une sauvegarde est faite avant)",
        letters=("delete",),
        bar=104,
    ),
    to(Destination.FORECAST, "accueil"),
    to(Destination.LOG, "accueil", letters=("k",), bar=109),
    to(Destination.GRIDS, "accueil"),
    Command(
        "accueil.tableur",
        "",
        "tableur de la Caf",
        f"Reprendre le tableur de votre Caf{NBSP}: sa grille, et ses réponses s’il est rempli",
        letters=("t",),
        bar=4,
        goes_to=Destination.WORKBOOKS,
    ),
    Command(
        "accueil.recues",
        "",
        "fichiers reçus",
        f"Les fichiers reçus d’autres personnes{NBSP}: les vérifier, les lire, voir ce qui manque",
        letters=("r",),
        bar=5,
        goes_to=Destination.RECEIVED,
    ),
    Command("accueil.chercher", "filter", "chercher", "Chercher une évaluation", keys=("f7",), bar=108),
    Command("accueil.tout", "end_filter", "tout montrer", "Tout montrer de nouveau", keys=("escape",), bar=1),
    Command(
        "accueil.exemple",
        "example",
        "exemple",
        f"Voir un exemple rempli{NBSP}: rien n’en est enregistré",
        letters=("x",),
    ),
    Command(
        "accueil.sauvegardes",
        "",
        "sauvegardes",
        "Voir les sauvegardes, et en restaurer une",
        letters=("b",),
        bar=105,
        goes_to=Destination.RESTORE,
    ),
)
AFTER_SENDING: Final = {"accueil.revision": 3, "accueil.dupliquer": 3}
"""The places in the key bar of what comes next, once the chosen assessment is final."""
WITHOUT_ASSESSMENT: Final = frozenset(
    {
        "accueil.nouvelle",
        "accueil.tableur",
        "accueil.sauvegardes",
        "accueil.grilles",
        "accueil.recues",
        "accueil.carnet",
        "accueil.exemple",
    }
)
"""The commands that need no assessment."""


class HomeScreen(Page):
    """The list of assessments, and the commands on one of them."""

    TITLE_IN_HELP = "Accueil"
    KEY_COMMANDS = COMMANDS
    DEFAULT_CSS = """
    HomeScreen {
        layout: grid;
        grid-size: 2 1;
        grid-columns: 40 1fr;
        #apercu { border-left: solid $filet; padding-left: 1; }
        &.-large { grid-columns: 46 1fr; }
        &.-vaste { grid-columns: 52 1fr; }
        &.-etroit, &.-vide { grid-size: 1 1; grid-columns: 1fr; #apercu { display: none; } }
        &.-vide Listing { padding: 0 2; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._summaries: dict[str, Summary] = {}
        self._has_received = False
        self._words = ""
        """The words of the filter."""
        self._filter: HomeFilter | None = None
        self._preview: HomePreview | None = None
        self._example: Workspace | None = None

    def body(self) -> Iterable[Widget]:
        rows = self._items()
        latest = next(iter(self._summaries), items.GRID_DOOR)
        yield Listing(rows, latest)

    def headline(self) -> tuple[str, str]:
        campaign = self.workspace.catalogue.default.campaign
        today = self.workspace.today()
        state = campaign_state(campaign, campaign_year(campaign, today), today)
        return "CTG · auto-évaluations", f"{day(today)} · {state}"

    def on_mount(self) -> None:
        self.watch(self.query_one(Listing), "cursor", self._show_chosen, init=False)

    def _show_chosen(self) -> None:
        """Show the preview of the assessment under the cursor, and the keys that it needs first."""
        self._preview_soon()
        self._bar.show(self.commands())

    # the list

    def _items(self) -> list[Item]:
        try:
            summaries = self.workspace.summaries()
            self._has_received = self.workspace.store.has_submissions()
        except Refusal as refusal:
            if not self._summaries:  # keep the list: an empty one would say that there is nothing to lose
                self.add_class("-vide")
                return [items.refused_item(refusal.sentences())]
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        self.set_class(not summaries, "-vide")
        if not summaries:
            return items.door_items(self.workspace.catalogue.default)
        return items.assessment_items(summaries, self._words, self.workspace.today(), self.level)

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        was_empty = self.has_class("-vide")
        rows = self._items()
        if key is None and was_empty != self.has_class("-vide"):
            key = next(iter(self._summaries), items.GRID_DOOR)
        self.query_one(Listing).show(rows, key)
        self.refresh_frame()
        self._preview_soon()

    def on_saved(self) -> None:
        # A disk that refuses is not read at each try; below another page, the list is read when it is shown.
        if self.app.screen is self and not self.workspace.writer.failure:
            self.reload()

    def on_show_again(self) -> None:
        """Read the list again, and choose an assessment created meanwhile."""
        before = {*self._summaries}
        self.reload()
        new_keys = [key for key in self._summaries if key not in before]
        if new_keys:
            self.query_one(Listing).select(new_keys[0])

    @property
    def _chosen_id(self) -> int | None:
        return None if self._chosen is None else self._chosen.entry.id

    @property
    def _chosen(self) -> Summary | None:
        return self._summaries.get(self.query_one(Listing).key or "")

    # the preview and the filter

    def on_started(self) -> None:
        """Show the preview, now that the first frame is painted and the modules it needs are imported."""
        from ctg_tui.tui.home.preview import HomePreview

        self._preview = HomePreview(self.workspace, self.level)
        self.mount(Widget(self._preview, id="apercu"), after=self.query_one(Listing))
        self._preview_soon()

    def _preview_soon(self) -> None:
        if self._preview is not None:
            self._preview.show_soon(self._chosen)

    async def action_filter(self) -> None:
        """Show the field of the filter."""
        from ctg_tui.tui.list_page import HomeFilter

        if self._filter is None:
            self._filter = HomeFilter(self._use_filter, self.query_one(Listing).focus)
            await self.mount(self._filter)
        self._filter.take_focus()
        self.refresh_frame()

    def _use_filter(self, words: str) -> None:
        self._words = words
        self.reload()

    async def action_end_filter(self) -> None:
        """Show every assessment again."""
        if self._filter is None:
            return
        filter_row, self._filter = self._filter, None
        self.query_one(Listing).focus()
        await filter_row.remove()
        self._use_filter("")

    # opening

    def open_chosen(self) -> Session | None:
        """Return the chosen assessment, opened; None, with a message, if there is none or it is refused."""
        if self._chosen is None:
            self.show_message("Aucune évaluation n’est choisie.")
            return None
        try:
            return self.workspace.open(self._chosen.entry.id)
        except Refusal as refusal:
            from ctg_tui.services.grid_files import GridChanged
            from ctg_tui.tui.grid_files import ChangedGridScreen

            if not isinstance(refusal, GridChanged):
                self.refuse(refusal)
            elif self.is_current:
                self.app.push_screen(ChangedGridScreen(self.workspace, refusal))
            return None

    def go_to(self, destination: Destination) -> None:
        """Visit a page with the chosen assessment; backups and grids are those of all assessments."""
        if destination in {Destination.RESTORE, Destination.RECEIVED}:
            self.visit(destination)
        elif destination is Destination.WORKBOOKS:
            self._show_workbooks()
        elif destination is Destination.GRIDS and (self._chosen is None or self._chosen.grid is None):
            self.visit(destination)  # the missing grid can be installed there
        elif destination is Destination.LOG and self._chosen is None:
            self.visit(destination)
        elif (session := self.open_chosen()) is not None:
            self.visit(destination, session)

    def _show_workbooks(self) -> None:
        from ctg_tui.tui.home.acts import show_workbooks

        show_workbooks(self, self._chosen_id)

    def on_paste(self, event: Paste) -> None:
        """Read the file that was dropped on the window."""
        from ctg_tui.tui.home.acts import take_dropped

        take_dropped(self, event.text, self._chosen_id, has_received=self._has_received)

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: without an assessment, those that need none."""
        every = super().commands()
        if not self._has_received:  # then it is in the help and the palette only
            every = tuple(
                command._replace(bar=None) if command.id == "accueil.recues" else command for command in every
            )
        if (chosen := self._chosen) is not None and chosen.entry.status is Status.FINAL:
            every = tuple(
                command._replace(bar=AFTER_SENDING.get(command.id, command.bar)) for command in every
            )
        unneeded = {"accueil.tout"} if self._filter is None else {"accueil.ouvrir"}
        every = tuple(command for command in every if command.id not in unneeded)
        if self._summaries:
            return every
        return tuple(
            command
            for command in every
            if not command.id.startswith("accueil.") or command.id in WITHOUT_ASSESSMENT
        )

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_open()

    @property
    def has_steps(self) -> bool:
        """Whether an assessment is chosen: the steps are then its own."""
        return bool(self._summaries)

    def action_next_step(self) -> None:
        session = self.open_chosen()
        if session is not None:
            self.go_on(session)

    def action_open(self) -> None:
        door = self.query_one(Listing).key
        if door == items.WORKBOOK_DOOR:
            self.go_to(Destination.WORKBOOKS)
        elif door == items.EXAMPLE_DOOR:
            self.action_example()
        elif self._chosen is None:
            self.action_create()
        else:
            self.go_to(Destination.GRID)

    def open_assessment(self, assessment_id: int) -> None:
        """Open the grid of an assessment: another one took its place."""
        self.reload(str(assessment_id))
        self.go_to(Destination.GRID)

    def action_example(self) -> None:
        """Open a new example, in memory; what was tried in the former one is gone."""
        from ctg_tui.services.home import open_example

        self._close_example()
        self._example, session = open_example(self.workspace.clock)
        self.post_message(self.Visit(self, Destination.GRID, session, None, self._example))

    def _close_example(self) -> None:
        if self._example is not None:
            self._example.close()
            self._example = None

    def on_unmount(self) -> None:
        self._close_example()

    def action_create(self) -> None:
        """Show the form that begins an assessment."""
        from ctg_tui.tui.details import NewAssessmentScreen

        if self.is_current:
            self.app.push_screen(NewAssessmentScreen(self.workspace))

    def action_duplicate(self) -> None:
        if (edits := self._edits()) is not None:
            edits.duplicate()

    def action_revise(self) -> None:
        if (edits := self._edits()) is not None:
            edits.revise()

    def action_delete(self) -> None:
        if (edits := self._edits()) is not None:
            edits.delete()

    def _edits(self) -> HomeEdits | None:
        """Return the edits of the chosen assessment; None, with a message, if there is none."""
        from ctg_tui.tui.home.acts import HomeEdits

        chosen = self._chosen
        if chosen is None:
            self.open_chosen()
            return None
        return HomeEdits(self, chosen)
