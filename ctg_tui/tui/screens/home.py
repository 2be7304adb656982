"""Accueil: the assessments of the database and their progress. The first frame of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import campaign_year
from ctg_tui.services.grid_changed import GridChanged
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens.home_items import assessment_item, legend_item, refused_item, welcome_lines
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.wording.french import NARROW, NBSP, assessment_name, campaign_state, day

if TYPE_CHECKING:
    from textual.events import Paste
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Summary, Workspace


_WITHOUT_ASSESSMENT: Final = {
    "accueil.nouvelle",
    "accueil.tableur",
    "accueil.sauvegardes",
    "accueil.grilles",
    "accueil.recues",
}


class HomeScreen(Page):
    """The list of assessments, and the commands on one of them."""

    TITLE_IN_HELP = "Accueil"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("accueil.ouvrir", "open", "ouvrir", "Ouvrir l’évaluation choisie", letters=("enter",), bar=1),
        Command("accueil.nouvelle", "create", "nouvelle", "Commencer une évaluation", letters=("n",), bar=2),
        to(Destination.EXPORT, "accueil", help="Exporter l’évaluation", keys=(), letters=("e",), bar=3),
        to(Destination.SUMMARY, "accueil", help="Voir sa synthèse", letters=("s",), bar=101),
        to(
            Destination.FORM,
            "accueil",
            help=f"Corriger sa fiche{NBSP}: territoire, année, personnes, conseiller",
            letters=("f",),
            bar=102,
        ),
        Command(
            "accueil.dupliquer",
            "duplicate",
            "année suivante",
            f"Commencer l’année suivante{NBSP}: la fiche et les NC sont repris, les notes repartent vides",
            letters=("d",),
            bar=103,
        ),
        Command(
            "accueil.revision",
            "revise",
            "révision",
            "Ouvrir une nouvelle révision d’une évaluation définitive",
            letters=("r",),
        ),
        Command(
            "accueil.supprimer",
            "delete",
            "supprimer",
            "Supprimer l’évaluation (une sauvegarde est faite avant)",
            letters=("delete",),
            bar=104,
        ),
        to(Destination.SENDING, "accueil", letters=("v",)),
        to(Destination.FORECAST, "accueil", letters=("p",)),
        to(Destination.RADAR, "accueil", letters=("g",), bar=107),
        to(Destination.GRIDS, "accueil", letters=("i",), bar=106),
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
            "reçues",
            f"Les fichiers reçus d’autres personnes{NBSP}: les vérifier, les lire, voir ce qui manque",
            letters=("c",),
            bar=5,
            goes_to=Destination.RECEIVED,
        ),
        Command(
            "accueil.sauvegardes",
            "",
            "sauvegardes",
            "Voir les sauvegardes, et revenir à l’une d’elles",
            letters=("b",),
            bar=105,
            goes_to=Destination.RESTORE,
        ),
    )

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._summaries: dict[str, Summary] = {}
        self._has_received = False

    def body(self) -> Iterable[Widget]:
        yield Listing(self._items())

    def headline(self) -> tuple[str, str]:
        campaign = self.workspace.catalogue.default.campaign
        today = self.workspace.today()
        state = campaign_state(campaign, campaign_year(campaign, today), today)
        return "CTG · auto-évaluations", f"{day(today)} · {state}"

    def _items(self) -> list[Item]:
        try:
            summaries = self.workspace.summaries()
            self._has_received = self.workspace.store.has_submissions()
        except Refusal as refusal:
            if not self._summaries:  # keep the list: an empty one would say that there is nothing to lose
                return [refused_item(refusal.sentences())]
            self.refuse(refusal)
            summaries = tuple(self._summaries.values())
        self._summaries = {str(summary.entry.id): summary for summary in summaries}
        if not summaries:
            return [Item(None, welcome_lines)]
        items = [assessment_item(summary, self.workspace.today(), self.level) for summary in summaries]
        has_both = any(summary.totals and summary.totals.proposed for summary in summaries)
        return [*items, legend_item()] if has_both else items

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        self.query_one(Listing).show(self._items(), key)
        self.refresh_frame()

    def on_saved(self) -> None:
        if self.app.screen is self:  # otherwise it is read when the page is shown again
            self.reload()

    def on_show_again(self) -> None:
        """Read the list again, and choose an assessment created meanwhile."""
        before = {*self._summaries}
        self.reload()
        new_keys = [key for key in self._summaries if key not in before]
        if new_keys:
            self.query_one(Listing).select(new_keys[0])

    @property
    def _chosen(self) -> Summary | None:
        return self._summaries.get(self.query_one(Listing).key or "")

    def _session(self) -> Session | None:
        """Return the chosen assessment, opened; None, with a message, if there is none or it is refused."""
        if self._chosen is None:
            self.show_message("Aucune évaluation pour l’instant. Entrée en commence une.")
            return None
        try:
            return self.workspace.open(self._chosen.entry.id)
        except GridChanged as changed:
            from ctg_tui.tui.screens.changed_grid import ChangedGridScreen

            if self.is_current:
                self.app.push_screen(ChangedGridScreen(self.workspace, changed))
            return None
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def go_to(self, destination: Destination) -> None:
        """Visit a page with the chosen assessment; backups and grids are those of all assessments."""
        if destination in {Destination.RESTORE, Destination.RECEIVED}:
            self.visit(destination)
        elif destination is Destination.WORKBOOKS:
            self._show_workbooks()
        elif destination is Destination.GRIDS and (self._chosen is None or self._chosen.grid is None):
            self.visit(destination)  # the missing grid can be installed there
        elif (session := self._session()) is not None:
            self.visit(destination, session)

    def _show_workbooks(self, path: Path | None = None) -> None:
        """Show the workbooks at hand or the one at `path`, which may complete the chosen assessment."""
        from ctg_tui.tui.screens.workbook import WorkbookScreen
        from ctg_tui.tui.screens.workbooks import WorkbooksScreen

        into = None if self._chosen is None else self._chosen.entry.id
        if self.is_current:
            self.app.push_screen(
                WorkbooksScreen(self.workspace, into=into)
                if path is None
                else WorkbookScreen(self.workspace, path, into)
            )

    def on_paste(self, event: Paste) -> None:
        """Read the file that was dropped on the window."""
        from ctg_tui.services.workbooks_at_hand import RECEIVED, dropped_file, dropped_path

        path = dropped_file(event.text)
        if path is None:
            self.show_message("Ce qui a été collé n’est ni un tableur, ni un fichier reçu.")
        elif path.suffix.casefold() == ".json" and not self._has_received:
            self._offer_submission(path)
        elif path.name.lower().endswith(RECEIVED) or dropped_path(event.text) is None:
            self._show_received(path)
        else:
            self._show_workbooks(path)

    def _show_received(self, path: Path) -> None:
        from ctg_tui.tui.screens.received import ReceivedScreen

        if self.is_current:
            self.app.push_screen(ReceivedScreen(self.workspace, None, path))

    def _offer_submission(self, path: Path) -> None:
        from ctg_tui.tui.screens.taking_back import offer

        offer(self, path, lambda taken: self.reload(str(taken.assessment_id)))

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: without an assessment, those that need none."""
        every = super().commands()
        if not self._has_received:  # then it is in the help and the palette only
            every = tuple(
                command._replace(bar=None) if command.id == "accueil.recues" else command for command in every
            )
        if self._summaries:
            return every
        return tuple(
            command
            for command in every
            if not command.id.startswith("accueil.") or command.id in _WITHOUT_ASSESSMENT
        )

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        if self._chosen is None:
            self.action_create()
        else:
            self.go_to(Destination.GRID)

    def open_assessment(self, assessment_id: int) -> None:
        """Open the grid of an assessment: another one took its place."""
        self.reload(str(assessment_id))
        self.go_to(Destination.GRID)

    def action_create(self) -> None:
        self.visit(Destination.FORM)

    def action_duplicate(self) -> None:
        chosen = self._chosen
        grid = None if chosen is None else self.workspace.catalogue.get(chosen.entry.grid_id)
        if chosen is None or grid is None:
            self._session()  # shows the reason
            return
        proposed = campaign_year(grid.campaign, self.workspace.today())
        year = max(proposed, chosen.entry.identity.year + 1)
        duplicate = partial(self.workspace.duplicate, chosen.entry.id, year, Moment.YEARLY)
        self._ask(
            f"Commencer {year} à partir de {assessment_name(chosen.entry.identity)}{NARROW}? "
            "La fiche et les NC sont repris, les notes et les commentaires repartent vides.",
            f"Oui, commencer {year}",
            lambda: self._do(duplicate, form=True),
        )

    def action_revise(self) -> None:
        chosen = self._chosen
        if chosen is None:
            self._session()
        elif chosen.entry.status is not Status.FINAL:
            self.show_message("Cette évaluation est encore provisoire. Ouvrez-la, elle se modifie déjà.")
        else:
            following = chosen.entry.revision + 1
            self._ask(
                f"Ouvrir la révision {following} de {assessment_name(chosen.entry.identity)}{NARROW}? "
                "Elle redevient modifiable. Le fichier déjà envoyé ne change pas, et le prochain dira qu’il "
                "le remplace.",
                f"Oui, ouvrir la révision {following}",
                lambda: self._do(lambda: self.workspace.reopen(chosen.entry.id)),
            )

    def action_delete(self) -> None:
        chosen = self._chosen
        if chosen is None:
            self._session()
            return

        def delete() -> None:
            if self._do(lambda: self.workspace.delete(chosen.entry.id)):
                self.show_message(
                    "Évaluation supprimée. La sauvegarde faite juste avant permet de la retrouver."
                )

        self._ask(
            f"Supprimer {assessment_name(chosen.entry.identity)}, ses notes et ses commentaires{NARROW}? "
            f"Une sauvegarde est faite avant, gardée 30{NBSP}jours au moins{NBSP}: «{NBSP}B{NBSP}» y ramène "
            "toutes les évaluations.",
            "Oui, supprimer",
            delete,
        )

    def _ask(self, sentence: str, yes: str, do: Callable[[], object]) -> None:
        """Ask `sentence`, and call `do` if the person answers `yes`."""
        from ctg_tui.tui.screens.question import Question

        def answered(sure: bool | None) -> None:
            if sure:
                do()

        self.app.push_screen(Question(sentence, yes), answered)

    def _do(self, edit: Callable[[], int | None], *, form: bool = False) -> bool:
        """Run an edit of the workspace and reload the list; with `form`, open the form of the new assessment.

        Returns whether the edit was made; a refusal is shown.
        """
        try:
            new_id = edit()
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        self.reload(None if new_id is None else str(new_id))
        if form:
            self.go_to(Destination.FORM)
        return True
