"""Vous: territory, year, moment, people, contact at the Caf; and the form that begins an assessment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType

from ctg_tui.domain.errors import typeset
from ctg_tui.domain.scores import line_count
from ctg_tui.services import forms, grid_files
from ctg_tui.services.details import BEGIN, DEPARTMENT, MOMENT, SIREN, TERRITORY, DetailsForm, NewForm
from ctg_tui.services.forms import Doing, Fact
from ctg_tui.services.workspace import double_of
from ctg_tui.tui.commands import Command, Destination, field_steps, leave
from ctg_tui.tui.dialogs import NO, Offer, Question, pick
from ctg_tui.tui.form_page import FormPage, form_commands
from ctg_tui.wording.french import count

if TYPE_CHECKING:
    from ctg_tui.domain.grid import Grid
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Double, Workspace
    from ctg_tui.tui.saving import SavingScreen


class FormScreen(FormPage):
    """The details of an open assessment."""

    DEFAULT_CSS = "FormScreen.-moyen.-normal Line.-alone { margin-top: 0; }"
    TITLE_IN_HELP = "Vous"
    STEP = 1
    KEY_COMMANDS = (
        Command("fiche.grille", "grid", "grille", "Passer à la grille", ("ctrl+g",)),
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

    def action_grid(self) -> None:
        self.visit(Destination.GRID)


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


# « Changer de grille »: the other grids known here, and what each would do to what was entered.

_NO_OTHER: Final = typeset("Aucune autre grille n’est connue ici. Pour en installer une : O, à l’accueil.")
_AFTER: Final = "Une sauvegarde est faite avant ; Ctrl+Z rend la grille d’avant, avec toutes ses réponses."


def change_grid(page: SavingScreen, session: Session) -> None:
    """Let the person choose another grid for an assessment, by what it is; ask before it changes."""
    none: tuple[Grid, ...] = ()
    others = page.read(lambda: grid_files.other_grids(page.workspace, session.assessment), none)
    grids = {grid.fingerprint: grid for grid in others}
    if not grids:
        page.show_message(_NO_OTHER)
        return
    offers = [Offer(key, _named(grid)) for key, grid in grids.items()]
    pick(page.app, "Changer de grille", offers, lambda chosen: _ask(page, session, grids[chosen.key]))


def _ask(page: SavingScreen, session: Session, grid: Grid) -> None:
    effect = page.read(lambda: grid_files.change_sentence(page.workspace, session.assessment, grid), None)
    if effect is not None:
        sentence = typeset(f"Changer de grille ? {effect} {_AFTER}")
        page.ask(sentence, "Changer de grille", lambda: _change(page, session, grid))


def _change(page: SavingScreen, session: Session, grid: Grid) -> None:
    """Fill the assessment with the grid, and show it."""
    if page.asks_first(lambda: _change(page, session, grid)):
        return
    if page.save(lambda: page.workspace.fill_with(session, grid)):
        page.reopen(session.assessment.id)
        page.show_message("Grille changée. Ctrl+Z rétablit la précédente.")


def _named(grid: Grid) -> str:
    """Return `Titre : version 2024-08, 14 lignes et 37 proposées`."""
    lines = line_count(grid.activities, grid.proposed_lines)
    proposed = f" et {count(lines.proposed, 'proposée')}" if lines.proposed else ""
    return typeset(f"{grid.title} : version {grid.version}, {count(lines.own, 'ligne')}{proposed}")
