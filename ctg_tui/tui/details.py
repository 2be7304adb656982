"""The pages that show a form of an assessment: Vous, Entretien, Prévisionnel; and the one that begins it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.grid import Grid
from ctg_tui.domain.steps import check
from ctg_tui.grids.catalogue import shipped_grids
from ctg_tui.services import forms
from ctg_tui.services.details import (
    ADVISER_NAME,
    BEGIN,
    EMAIL,
    FIELD_OF,
    MOMENT,
    TERRITORY,
    DetailsForm,
    NewForm,
    change_sentence,
    other_grids,
)
from ctg_tui.services.editing import Session
from ctg_tui.services.forecast import ForecastForm
from ctg_tui.services.forms import Doing, Fact
from ctg_tui.services.meeting import LINE, POINTS, MeetingForm
from ctg_tui.services.workspace import Workspace, double_of
from ctg_tui.tui.commands import Command, Destination, field_steps, leave
from ctg_tui.tui.dialogs import Offer, pick
from ctg_tui.tui.form_page import FormPage, form_commands
from ctg_tui.tui.page import NOT_IN_EXAMPLE
from ctg_tui.wording.lines import grid_in_words

_AFTER: Final = "Une sauvegarde est faite avant ; Ctrl+Z rend la grille d’avant, avec toutes ses réponses."


class FormScreen(FormPage):
    """The details of an open assessment."""

    TITLE_IN_HELP = "Vous"
    STEP = 1
    KEY_COMMANDS = form_commands("fiche")

    def __init__(self, workspace: Workspace, session: Session | None = None, field: str = "") -> None:
        """Open the form on `field` (of `services.details`), by default on what is missing, else the first."""
        super().__init__(workspace, session)
        self.form = details = DetailsForm(workspace, self.opened)
        missing = {str(one.code) for one in check(self.opened.grid, self.opened.assessment)}
        field = field or next((field for code, field in FIELD_OF.items() if code in missing), "")
        if field == ADVISER_NAME and details.fields[field].value:
            field = EMAIL  # what the contact lacks
        # No key typed ahead renames a territory.
        first = next(key for key in details.fields if key != TERRITORY or not details.fields[key].value)
        self._first = field or first

    def fields(self) -> Iterable[forms.Row]:
        for row in super().fields():
            yield row
            if row.key == MOMENT:
                yield Fact("grille", "Grille", grid_in_words(self.opened.grid, shipped_grids()))
                yield Doing("changer-grille", "Changer de grille", self._choose_grid, head=" ")

    def _choose_grid(self) -> str:
        """Let the person fill the assessment with another grid, chosen by what it is; ask before."""
        if self.is_example:
            self.show_message(NOT_IN_EXAMPLE)
            return ""
        none: tuple[Grid, ...] = ()
        others = self.read(lambda: other_grids(self.workspace, self.opened.assessment), none)
        grids = {grid.fingerprint: grid for grid in others}
        offers = [Offer(key, grid_in_words(grid, shipped_grids())) for key, grid in grids.items()]
        pick(self.app, "Changer de grille", offers, lambda chosen: self._ask_about(grids[chosen.key]))
        return ""

    def _ask_about(self, grid: Grid) -> None:
        effect = change_sentence(self.opened.assessment, self.opened.grid, grid)
        sentence = typeset(f"Changer de grille ? {effect} {_AFTER}")
        self.ask(sentence, "Changer de grille", lambda: self._change_grid(grid))

    def _change_grid(self, grid: Grid) -> None:
        """Fill the assessment with the grid, and show it."""
        if self.asks_first(lambda: self._change_grid(grid)):
            return
        if self.save(lambda: self.workspace.fill_with(self.opened, grid)):
            self.reopen(self.opened.assessment.id)
            self.show_message("Grille changée. Ctrl+Z rétablit la précédente.")


class NewAssessmentScreen(FormPage):
    """The form that begins an assessment; nothing is created before « Commencer »."""

    TITLE_IN_HELP = "Commencer une évaluation"
    KEY_COMMANDS = (
        Command("nouvelle.commencer", "begin", "commencer", "Commencer la grille", ("f5",), bar=0),
        leave("nouvelle", "Revenir à l’accueil sans rien créer"),
        *field_steps("nouvelle"),
    )

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.form = self._new = NewForm(workspace)

    def headline(self) -> tuple[str, str]:
        return "Commencer une évaluation", "rien n’est créé avant F5"

    def fields(self) -> Iterable[forms.Row]:
        yield from super().fields()
        yield Doing(BEGIN, "Commencer la grille", self._begin)

    async def action_begin(self) -> None:
        await self.pressed(BEGIN)

    def _begin(self) -> str:
        """Create the assessment of the form and open its grid; a second one of a year is asked about."""
        territory = self.row(TERRITORY)
        if not territory.text.strip():
            territory.show_problem("Choisissez avec ↓, ou tapez le nom.")
            return TERRITORY
        territory.choose()
        if wrong := next((row.key for row in self.rows if not row.settle()), ""):
            return wrong
        self.flush()
        double = self.read(lambda: double_of(self.workspace, self._new.identity), None)
        if double is None:
            self._create()
        elif self.is_current:
            self.ask(double.sentence, "En commencer une deuxième", self._create)
        return ""

    def _create(self) -> None:
        made: list[int] = []
        if self.save(lambda: made.append(self.workspace.create(self._new.identity, self._new.grid))):
            self.reopen(made[0])

    async def action_leave(self) -> None:
        self.leave()


class PreparationScreen(FormPage):
    """The form of the meeting; its row on the points of the Caf leads to « Réponses »."""

    TITLE_IN_HELP = "Entretien"
    STEP = 3
    KEY_COMMANDS = form_commands("preparation")
    DEFAULT_CSS = """
    PreparationScreen {
        Line .label { width: 24; }
        Row.-question, .-points { margin-top: 1; }
        &.-normal .title, &.-haut .title { margin: 1 0; }
        .-quand TextField { width: 16; }
        &.-etroit .title, &.-moyen .title { text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.form = MeetingForm(workspace, self.opened)

    def fields(self) -> Iterable[forms.Row]:
        for row in super().fields():
            if isinstance(row, Fact) and row.key == POINTS:
                yield Doing(POINTS, row.text, self._answers, head=row.label)
            elif not (isinstance(row, Fact) and row.key.endswith(LINE)):  # the title names it
                yield row

    def _answers(self) -> str:
        self.visit(Destination.ANSWERS)
        return ""


class ForecastScreen(FormPage):
    """The rows of each person, then the estimate of the Caf's share: personal data, in a file of its own."""

    TITLE_IN_HELP = "Prévisionnel"
    STEP = 4
    KEY_COMMANDS = form_commands("previsionnel")
    DEFAULT_CSS = """
    ForecastScreen { .-total, .-taux { margin-top: 1; } }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.form = ForecastForm(self.opened)
