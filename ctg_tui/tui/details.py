"""Vous: territory, year, moment, people, contact at the Caf; and the form that begins an assessment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from ctg_tui.services import forms
from ctg_tui.services.details import BEGIN, DEPARTMENT, MOMENT, SIREN, TERRITORY, DetailsForm, NewForm
from ctg_tui.services.forms import Doing, Fact
from ctg_tui.services.workspace import double_of
from ctg_tui.tui.commands import Command, field_steps, leave
from ctg_tui.tui.dialogs import NO, Question
from ctg_tui.tui.form_page import FormPage, form_commands

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Double, Workspace


class FormScreen(FormPage):
    """The details of an open assessment."""

    DEFAULT_CSS = "FormScreen.-moyen.-normal Line.-alone { margin-top: 0; }"
    TITLE_IN_HELP = "Vous"
    STEP = 1
    KEY_COMMANDS = (
        Command("fiche.ajouter", "add", "ajouter une personne", "Ajouter une personne"),
        Command("fiche.retirer", "remove", "retirer", "Retirer la personne où l’on se trouve"),
        *form_commands("fiche"),
    )

    def __init__(self, workspace: Workspace, session: Session | None = None, field: str = "") -> None:
        """Open the form; `field` (of `services.details`) takes the focus, the first one by default."""
        super().__init__(workspace, session)
        self.form = details = DetailsForm(workspace, self.opened)
        is_named = bool(self.opened.assessment.identity.territory.name)
        # No key typed ahead renames a territory.
        first = next(key for key in details.fields if key != TERRITORY or not is_named)
        self._first = details.key_of(field) if field else first

    def fields(self) -> Iterable[forms.Row]:
        for row in super().fields():
            yield row
            if row.key == MOMENT:
                grid = self.opened.grid
                yield Fact("grille", "Grille", grid.title)
                yield Doing("changer-grille", "Changer de grille", self._change_grid, head=" ")

    def _change_grid(self) -> str:
        self.action_change_grid()
        return ""


class NewAssessmentScreen(FormPage):
    """The form that begins an assessment; nothing is created before « Commencer »."""

    DEFAULT_CSS = """
    NewAssessmentScreen.-moyen.-normal {
        Line.-alone { margin-top: 0; }
        OptionList { max-height: 7; }
    }
    """
    TITLE_IN_HELP = "Commencer une évaluation"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+g", "begin", "Commencer la grille", show=False)]
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
        is_typing = self.rows and self.row(TERRITORY).is_offering
        for row in super().fields():
            if not (is_typing and row.key in {SIREN, DEPARTMENT}):  # nothing moves below a name half typed
                yield row
        yield Doing(BEGIN, "Commencer la grille", self._begin)

    async def action_begin(self) -> None:
        await self.pressed(BEGIN)

    def _begin(self) -> str:
        """Create the assessment of the form and open its grid; a double is asked about."""
        territory = self.row(TERRITORY)
        if not territory.text.strip():
            territory.show_problem("Choisissez avec ↓, ou tapez le nom.")
            return TERRITORY
        if territory.is_offering and not territory.choose():
            return TERRITORY
        wrong = next((row.key for row in self.rows if not row.settle()), "")
        if wrong:
            return wrong
        self.flush()
        double = self.read(lambda: double_of(self.workspace, self._new.identity), None)
        if double is not None and self.is_current:
            self._ask_about(double)
        else:
            self._create()
        return ""

    def _ask_about(self, double: Double) -> None:

        def answered(key: str | None) -> None:
            if key == "ouvrir":
                self.reopen(double.id)
            elif key == "deuxieme":
                self._create()

        no = "Changer l’année ou le moment"
        answers = {NO: no, "ouvrir": "Ouvrir celle qui existe", "deuxieme": "En commencer une deuxième"}
        self.app.push_screen(Question(double.sentence, answers), answered)

    def _create(self) -> None:
        made: list[int] = []
        if self.save(lambda: made.append(self.workspace.create(self._new.identity, self._new.grid))):
            self.reopen(made[0])

    def not_stored(self) -> str:
        return ""

    async def action_leave(self) -> None:
        self.leave()
