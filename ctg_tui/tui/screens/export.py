"""Export: the checks, provisoire or définitif, the folder; then the written file and its fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ctg_tui.domain.assessment import Status
from ctg_tui.services.export import Sent, export
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens.outgoing import MOVING, OutgoingPage, fact, sent_items
from ctg_tui.tui.screens.summary_items import gap, missing_items, section_title
from ctg_tui.tui.widgets.listing import STRONG, Item

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace


class ExportScreen(OutgoingPage):
    """The submission alone, as one file."""

    TITLE_IN_HELP = "Fichier pour la Caf"
    ACTION = "Enregistrer le fichier"
    KEY_COMMANDS: ClassVar[tuple[Command, ...]] = (
        Command(
            "export.ecrire", "write", "enregistrer", "Enregistrer le fichier pour la Caf", ("f9",), bar=10
        ),
        to(
            Destination.SENDING,
            "export",
            label="préparer l’envoi",
            help="Préparer l’envoi : fichier, rapports, prévisionnel, courriel",
            keys=("f7",),
            bar=12,
        ),
        to(Destination.SUMMARY, "export", bar=13),
        to(Destination.FORM, "export", bar=14),
        *MOVING,
        Command("export.retour", "leave", "retour", "Revenir à la page précédente", ("escape",), bar=11),
    )

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session)
        self._sent: Sent | None = None

    def items(self) -> Iterator[Item]:
        if self._sent is not None:
            yield section_title("Fichier enregistré et vérifié")
            yield fact("fichier", self._sent.path.name, STRONG)
            yield fact("dossier", str(self._sent.path.parent))
            yield from sent_items(self._sent)
            yield gap()
        yield from missing_items(self.opened.grid, self.opened.assessment)

    def write(self, folder: Path, status: Status, *, replace: bool) -> None:
        self._sent = export(self.workspace, self.opened.assessment.id, folder, status, replace=replace)
