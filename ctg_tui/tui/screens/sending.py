"""Envoi: the pieces for the Caf, the missing ones, the folder checked after writing, the mail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.completeness import FindingCode
from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services.dossier import ALL_PIECES, PIECE_NAMES, Dossier, Outlook, Piece, look, prepare
from ctg_tui.system import opener
from ctg_tui.tui.commands import Command, Destination, to
from ctg_tui.tui.screens.outgoing import MOVING, OutgoingPage, fact, sent_items
from ctg_tui.tui.screens.summary_items import MISSING, gap, missing_items, missing_line, section_title
from ctg_tui.tui.widgets.fields import Choice, Option
from ctg_tui.tui.widgets.form_rows import FormRow
from ctg_tui.tui.widgets.listing import STRONG, Item, Listing
from ctg_tui.wording.imports import not_in_workbook

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace

_COMMANDS: Final = (
    Command("envoi.ecrire", "write", "préparer", "Préparer l’envoi à la Caf", ("f9",), bar=10),
    Command("envoi.dossier", "open_folder", "ouvrir le dossier", "Ouvrir le dossier", letters=("o",), bar=13),
    Command(
        "envoi.courriel",
        "open_mail",
        "ouvrir le courriel",
        "Ouvrir le brouillon de courriel dans votre messagerie",
        letters=("m",),
        bar=14,
    ),
    Command(
        "envoi.copier",
        "copy_mail",
        "copier le texte",
        "Copier le texte du courriel, à coller dans votre messagerie",
        letters=("c",),
        bar=15,
    ),
    to(Destination.FORECAST, "envoi", keys=("f8",), bar=12),
    to(Destination.SUMMARY, "envoi", bar=16),
    to(Destination.FORM, "envoi", bar=17),
    *MOVING,
    Command("envoi.retour", "leave", "retour", "Revenir à la page précédente", ("escape",), bar=11),
)


class SendingScreen(OutgoingPage):
    """The submission with its reports, the forecast, the dates, the mail."""

    TITLE_IN_HELP = "Envoi"
    ACTION = "Préparer l’envoi"
    KEY_COMMANDS = _COMMANDS

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        self._made: Dossier | None = None
        super().__init__(workspace, session)
        self._outlook = look(workspace, self.opened.assessment.id)
        options = self._possible()
        self._pieces = Choice(options, [option.key for option in options], several=True)

    def _possible(self) -> list[Option]:
        """Return the pieces that have content by now."""
        possible = self._refreshed(ALL_PIECES).possible
        return [Option(piece.value, PIECE_NAMES[piece]) for piece in Piece if piece in possible]

    def _refreshed(self, pieces: frozenset[Piece]) -> Outlook:
        """Return the pieces to send and the missing ones; the last known when the database refuses."""
        self._outlook = self.read(
            lambda: look(self.workspace, self.opened.assessment.id, pieces), self._outlook
        )
        return self._outlook

    def show(self) -> None:
        options = self._possible()
        left_out = {option.key for option in self._pieces.options} - {*self._pieces.chosen}
        self._pieces.offer(options, [option.key for option in options if option.key not in left_out])
        super().show()

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: opening and copying need a folder."""
        hidden = set() if self._made else {"envoi.dossier", "envoi.courriel", "envoi.copier"}
        return tuple(command for command in super().commands() if command.id not in hidden)

    def rows(self) -> Iterator[Widget]:
        yield FormRow("Pièces à joindre", self._pieces)

    @property
    def pieces(self) -> frozenset[Piece]:
        """The pieces chosen, including those that cannot be sent yet."""
        offered = {Piece(option.key) for option in self._pieces.options}
        return frozenset(map(Piece, self._pieces.chosen)) | (ALL_PIECES - offered)

    def items(self) -> Iterator[Item]:
        if self._made is not None:
            yield from _made_items(self._made)
        opened = self.opened
        yield from missing_items(opened.grid, opened.assessment, self._forecast_items())

    def _forecast_items(self) -> Iterator[Item]:
        """Yield the missing pieces that the checks of the assessment do not cover."""
        known = {code.value for code in FindingCode}
        for missing in self._refreshed(self.pieces).missing:
            if missing.code not in known:
                yield Item(f"{MISSING}:{missing.code}", missing_line("conseil", missing.sentence))

    def write(self, folder: Path, status: Status, *, replace: bool) -> None:
        # The files have a folder of their own, with a note that they are made anew each time.
        self._made = prepare(
            self.workspace, self.opened.assessment.id, folder, pieces=self.pieces, status=status
        )

    # the folder written

    def action_open_folder(self) -> None:
        self._open(self._made.folder if self._made else None)

    def action_open_mail(self) -> None:
        self._open(self._made.mail_path if self._made else None)

    def _open(self, path: Path | None) -> None:
        if path is None:
            self.show_message("Préparez d’abord l’envoi, avec le brouillon de courriel.")
        else:
            self.run_worker(self._show_outside(path), exclusive=True)

    async def _show_outside(self, path: Path) -> None:
        try:
            await asyncio.to_thread(opener.show, path)
        except Refusal as refusal:
            self.refuse(refusal)

    def action_copy_mail(self) -> None:
        draft = self._made.mail if self._made else None
        if draft is None:
            self.show_message("Préparez d’abord l’envoi, avec le brouillon de courriel.")
            return
        self.app.copy_to_clipboard(draft.as_text)
        self.show_message("Texte copié, si votre terminal le permet. Il est aussi dans le dossier.")

    # the list

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        if message.key.startswith(f"{MISSING}:previsionnel"):
            message.stop()
            message.prevent_default()
            self.visit(Destination.FORECAST)


def _made_items(made: Dossier) -> Iterator[Item]:
    """Yield the path of the folder and its files."""
    yield section_title("Envoi préparé et vérifié", typeset("O : ouvrir   M : courriel   C : copier"))
    yield fact("dossier", str(made.folder), STRONG)
    for number, name in enumerate(made.names):
        yield fact("" if number else "fichiers", name)
    yield from sent_items(made.sent)
    for left in made.not_in_workbook:
        yield fact("tableur", not_in_workbook(left.where, left.value, left.reason))
    yield gap()
