"""Accueil: the assessments of the base, and where each one stands. The first frame of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import BindingType

from ctg_tui.domain.assessment import Moment, Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.grid import campaign_closing, campaign_year
from ctg_tui.tui.commands import Command, letter_bindings
from ctg_tui.tui.screens.home_items import assessment_item, named, refused_item, welcome_lines
from ctg_tui.tui.screens.page import Destination, Page
from ctg_tui.tui.widgets.listing import Item, Listing
from ctg_tui.wording.french import NARROW, NBSP, day, days_left

if TYPE_CHECKING:
    from textual.widget import Widget

    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Summary, Workspace


_WITHOUT_ASSESSMENT: Final = {"accueil.nouvelle", "accueil.sauvegardes"}


class HomeScreen(Page):
    """The list of assessments, and what can be done with one."""

    TITLE_IN_HELP = "Accueil"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("accueil.ouvrir", "open", "ouvrir", "Ouvrir l’évaluation choisie", letters=("enter",), bar=1),
        Command("accueil.nouvelle", "create", "nouvelle", "Commencer une évaluation", letters=("n",), bar=2),
        Command("accueil.exporter", "export", "exporter", "Exporter l’évaluation", letters=("e",), bar=3),
        Command(
            "accueil.synthese", "summary", "synthèse", "Voir sa synthèse", ("f4",), letters=("s",), bar=101
        ),
        Command(
            "accueil.fiche",
            "form",
            "fiche",
            f"Corriger sa fiche{NBSP}: territoire, année, personnes, conseiller",
            ("f6",),
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
        Command(
            "accueil.envoi",
            "sending",
            "envoi",
            "Préparer le dossier complet à envoyer à la Caf",
            letters=("v",),
        ),
        Command(
            "accueil.previsionnel",
            "forecast",
            "prévisionnel",
            "Remplir le tableau prévisionnel : noms, heures, salaires",
            letters=("p",),
        ),
        Command(
            "accueil.sauvegardes",
            "backups",
            "sauvegardes",
            "Voir les sauvegardes, et revenir à l’une d’elles",
            letters=("b",),
            bar=105,
        ),
    )

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._summaries: dict[str, Summary] = {}

    def body(self) -> Iterable[Widget]:
        yield _Assessments(self._items())

    def headline(self) -> tuple[str, str]:
        campaign = self.workspace.catalogue.default.campaign
        today = self.workspace.today()
        closing = campaign_closing(campaign, campaign_year(campaign, today))
        return "CTG · auto-évaluations", f"{day(today)} · {days_left(today, closing)}"

    def _items(self) -> list[Item]:
        try:
            found = self.workspace.summaries()
        except Refusal as refusal:
            if not self._summaries:  # it stays: an empty list would say that there is nothing to lose
                return [refused_item(refusal.sentences())]
            self.refuse(refusal)
            found = tuple(self._summaries.values())
        self._summaries = {str(one.entry.id): one for one in found}
        if not found:
            return [Item(None, welcome_lines)]
        return [assessment_item(one, self.workspace.today(), self.level) for one in found]

    def reload(self, key: str | None = None) -> None:
        """Read the list again; the cursor goes to the assessment of `key`."""
        self.query_one(_Assessments).show(self._items(), key)
        self.refresh_frame()

    def on_saved(self) -> None:
        if self.app.screen is self:  # else it is read again when it is shown
            self.reload()

    def on_show_again(self) -> None:
        """An assessment made since then is the one that is chosen."""
        before = {*self._summaries}
        self.reload()
        made = [key for key in self._summaries if key not in before]
        if made:
            self.query_one(_Assessments).select(made[0])

    @property
    def _chosen(self) -> Summary | None:
        return self._summaries.get(self.query_one(_Assessments).key or "")

    def _session(self) -> Session | None:
        """The chosen assessment, open; None, told, when there is none or when it cannot be opened."""
        if self._chosen is None:
            self.tell("Aucune évaluation pour l’instant. Entrée en commence une.")
            return None
        try:
            return self.workspace.open(self._chosen.entry.id)
        except Refusal as refusal:
            self.refuse(refusal)
            return None

    def _go(self, destination: Destination) -> None:
        session = self._session()
        if session is not None:
            self.visit(destination, session)

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Without an assessment, only what needs none."""
        every = super().commands()
        if self._summaries:
            return every
        return tuple(one for one in every if one not in self.KEY_COMMANDS or one.id in _WITHOUT_ASSESSMENT)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_open()

    def action_open(self) -> None:
        if self._chosen is None:
            self.action_create()
        else:
            self._go(Destination.GRID)

    def action_create(self) -> None:
        self.visit(Destination.FORM)

    def action_form(self) -> None:
        self._go(Destination.FORM)

    def action_summary(self) -> None:
        self._go(Destination.SUMMARY)

    def action_backups(self) -> None:
        self.visit(Destination.RESTORE)

    def action_sending(self) -> None:
        self._go(Destination.SENDING)

    def action_forecast(self) -> None:
        self._go(Destination.FORECAST)

    def action_export(self) -> None:
        self._go(Destination.EXPORT)

    def action_duplicate(self) -> None:
        chosen = self._chosen
        if chosen is None or chosen.grid is None:
            self._session()  # says why
            return
        proposed = campaign_year(chosen.grid.campaign, self.workspace.today())
        year = max(proposed, chosen.entry.identity.year + 1)

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(lambda: self.workspace.duplicate(chosen.entry.id, year, Moment.YEARLY), form=True)

        self._ask(
            f"Commencer {year} à partir de {named(chosen)}{NARROW}? "
            "La fiche et les NC sont repris, les notes et les commentaires repartent vides.",
            f"Oui, commencer {year}",
            answered,
        )

    def action_revise(self) -> None:
        chosen = self._chosen
        if chosen is None:
            self._session()
        elif chosen.entry.status is not Status.FINAL:
            self.tell("Cette évaluation est encore provisoire. Ouvrez-la, elle se modifie déjà.")
        else:
            following = chosen.entry.revision + 1

            def answered(yes: bool | None) -> None:
                if yes:
                    self._do(lambda: self.workspace.reopen(chosen.entry.id))

            self._ask(
                f"Ouvrir la révision {following} de {named(chosen)}{NARROW}? Elle redevient modifiable. "
                "Le fichier déjà envoyé ne change pas, et le prochain dira qu’il le remplace.",
                f"Oui, ouvrir la révision {following}",
                answered,
            )

    def action_delete(self) -> None:
        chosen = self._chosen
        if chosen is None:
            self._session()
            return

        def answered(yes: bool | None) -> None:
            if yes and self._do(lambda: self.workspace.delete(chosen.entry.id)):
                self.tell("Évaluation supprimée. La sauvegarde faite juste avant permet de la retrouver.")

        self._ask(
            f"Supprimer {named(chosen)}, ses notes et ses commentaires{NARROW}? Une sauvegarde est faite "
            f"avant, gardée 30{NBSP}jours au moins{NBSP}: «{NBSP}B{NBSP}» y ramène toutes les évaluations.",
            "Oui, supprimer",
            answered,
            grave=True,
        )

    def _ask(
        self, sentence: str, yes: str, answered: Callable[[bool | None], None], *, grave: bool = False
    ) -> None:
        from ctg_tui.tui.screens.question import Question

        self.app.push_screen(Question(sentence, yes, grave=grave), answered)

    def _do(self, edit: Callable[[], int | None], *, form: bool = False) -> bool:
        """Do a gesture of the register, show the list anew; with `form`, open the fiche of what it made."""
        try:
            made = edit()
        except Refusal as refusal:
            self.refuse(refusal)
            return False
        self.reload(None if made is None else str(made))
        if form:
            self.action_form()
        return True


class _Assessments(Listing):
    """The list, which takes the letters of this page's commands."""

    BINDINGS: ClassVar[list[BindingType]] = [*letter_bindings(HomeScreen.KEY_COMMANDS)]
