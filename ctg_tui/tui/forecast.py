"""Prévisionnel: names, hours, costs of the year. Personal data, in a file of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ctg_tui.services.forecast import ForecastForm
from ctg_tui.tui.commands import Command
from ctg_tui.tui.form_page import FormPage, form_commands

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class ForecastScreen(FormPage):
    """The rows of each person, then the estimate of the Caf's share."""

    TITLE_IN_HELP = "Prévisionnel"
    STEP = 4
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command("previsionnel.ajouter", "add", "ajouter une personne", "Ajouter une personne", bar=2),
        Command("previsionnel.retirer", "remove", "retirer", "Retirer la personne ajoutée"),
        *form_commands("previsionnel"),
    )

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self.form = self._forecast = ForecastForm(self.opened)
        self._first = self._forecast.first_blank
