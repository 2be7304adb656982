"""Entretien: its date, the texts for the talk with the Caf, the points of the Caf, actions over the years."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from ctg_tui.domain.errors import typeset
from ctg_tui.services import forms
from ctg_tui.services.forms import Doing, Fact
from ctg_tui.services.meeting import POINTS, MeetingForm
from ctg_tui.tui.commands import Command, Destination
from ctg_tui.tui.form_page import FormPage, form_commands

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class PreparationScreen(FormPage):
    """The form of the meeting; its row on the points of the Caf leads to « Réponses »."""

    TITLE_IN_HELP = "Entretien"
    STEP = 3
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("preparation.ajouter", "add", "ajouter une action", "Ajouter une action", bar=1),
        Command("preparation.retirer", "remove", "retirer", "Retirer l’action où l’on se trouve"),
        *form_commands("preparation"),
    )
    DEFAULT_CSS = """
    PreparationScreen {
        Line .label { width: 24; }
        &.-etroit Line .label { width: 22; padding: 0; }
        &.-large.-normal, &.-haut { Row.-question { margin-top: 1; } }
    }
    """

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.form = MeetingForm(workspace, self.opened)

    def fields(self) -> Iterable[forms.Row]:
        for row in super().fields():
            if isinstance(row, Fact) and row.key == POINTS:
                yield Doing(POINTS, typeset(f"{row.label} : {row.text}"), self._answers)
            else:
                yield row

    def _answers(self) -> str:
        self.visit(Destination.ANSWERS)
        return ""
