"""Envoi: what goes to the Caf, for whom, where; the files made; what is missing, each with its step."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.errors import Refusal
from ctg_tui.services import forms
from ctg_tui.services.forms import Doing, Fact, Heading
from ctg_tui.services.sending import changes_since_latest, what_goes
from ctg_tui.services.sending_form import CREATE, FOLDER, GOES, LACK, MADE, PIECES, SALARIES, SendingForm
from ctg_tui.system import computer
from ctg_tui.tui.characters import shown
from ctg_tui.tui.commands import Command, Destination, cmd, field_steps, leave
from ctg_tui.tui.form_page import FormPage
from ctg_tui.tui.widgets.listing import sentence
from ctg_tui.wording.sending import changed_values, changes_since, files_made

if TYPE_CHECKING:
    from ctg_tui.services.editing import Session
    from ctg_tui.services.workspace import Workspace
    from ctg_tui.tui.page import Page

TO, SINCE, OPEN, COPY = "pour", "depuis", "ouvrir", "copier"
_NONE_IN_EXAMPLE: Final = "Dans l’exemple, aucun fichier n’est créé."
_ON_FILES: Final = (
    ("dossier", "open_folder", "ouvrir le dossier", "Ouvrir le dossier des fichiers", "has_files"),
    ("copier", "copy_mail", "copier le courriel", "Copier le texte du courriel", "has_mail"),
    (
        *("courriel", "open_mail", "ouvrir le courriel"),
        *("Ouvrir le brouillon de courriel dans votre messagerie", "has_mail"),
    ),
    ("code", "copy_code", "copier le code", "Copier le code de contrôle", "has_files"),
    ("chemin", "copy_path", "copier l’emplacement", "Copier l’emplacement du dossier", "has_files"),
)
"""The commands on the files made: end of the id, action, word, sentence, when."""


class SendingScreen(FormPage):
    """Three sentences, the version, one button; the files made; what is missing."""

    TITLE_IN_HELP = "Envoi"
    STEP = 5
    KEY_COMMANDS = (
        cmd(
            *("envoi.ecrire", "f9", "write", "créer les fichiers", 1),
            "Créer les fichiers pour la Caf (rien n’est envoyé)",
            when="can_write",
        ),
        *(
            Command(f"envoi.{name}", action, label, sentence, when=when)
            for name, action, label, sentence, when in _ON_FILES
        ),
        cmd(
            *("envoi.changements", "", "read_changes", "changements", None),
            "Lire ce qui a changé depuis les derniers fichiers créés",
            when="has_sending",
        ),
        leave("envoi", bar=2),
        *field_steps("envoi"),
    )

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session, "" if workspace.store.is_in_memory else CREATE)
        self.form = self._sending = SendingForm(workspace, self.opened)

    # rows

    def fields(self) -> Iterable[forms.Row]:
        rows = {row.key: row for row in super().fields()}
        rows.pop(GOES, None)
        lacks = [row for key, row in rows.items() if isinstance(row, Fact) and key.startswith(f"{LACK}.")]
        files = [row for key, row in rows.items() if key.startswith(MADE)]
        yield Fact(GOES, "Ce qui part", what_goes(self._sending.goes))
        if (salaries := rows.pop(SALARIES, None)) is not None and isinstance(salaries, Heading):
            yield Fact(SALARIES, "", salaries.text)
        yield Fact(TO, "Pour", self._sending.adviser or "contact Caf non renseigné")
        folder = rows.pop(FOLDER)
        if self.can_write:
            yield folder
        for row in rows.values():
            if row.key == PIECES and isinstance(row, forms.Field):
                yield row._replace(label="Avec le fichier")
            elif row.key == CREATE and not self.can_write:
                yield Heading("exemple", _NONE_IN_EXAMPLE, is_soft=True)
            elif row not in lacks and row not in files:
                yield row
        if files:
            yield from _labelled_once(files)
            yield Doing(OPEN, "Ouvrir le dossier", lambda: "")
            if self.has_mail:
                copies = "Copier son texte, à coller dans votre messagerie"
                yield Doing(COPY, copies, lambda: "", head="Le courriel")
        elif (sent := self.opened.sent) is not None:
            number = len(changes_since_latest(self.workspace, self.opened.grid, self.opened.assessment))
            yield Heading("deja-fait", f"{files_made(sent)} · {changes_since(number)}.", is_soft=True)
            if number:
                yield Doing(SINCE, "Lire ce qui a changé", lambda: "", head="Depuis")
        if lacks:
            yield Heading(LACK, "À compléter")
        for row in lacks:
            yield Doing(row.key, row.text.removesuffix("."), lambda: "", head=row.label)

    async def pressed(self, key: str) -> None:
        if key == CREATE:
            await self.action_write()
        elif key == OPEN:
            self.action_open_folder()
        elif key == COPY:
            self.action_copy_mail()
        elif key == SINCE:
            self.action_read_changes()
        elif key.startswith(f"{LACK}."):
            self._go_to(key.partition(".")[2])
        else:
            await super().pressed(key)

    def _go_to(self, code: str) -> None:
        """Go where what is missing is given."""
        if code == "previsionnel-non-joint":
            self.focus_field(PIECES)
        elif code.startswith("previsionnel"):
            self.visit(Destination.FORECAST)
        else:
            self.visit_finding(code)

    # commands

    @property
    def has_files(self) -> bool:
        """Whether files were made since the page opened."""
        return self._sending.made is not None

    @property
    def has_mail(self) -> bool:
        made = self._sending.made
        return made is not None and made.mail_path is not None

    @property
    def can_write(self) -> bool:
        """Whether files can be made: none of the example."""
        return not self.is_example

    @property
    def has_sending(self) -> bool:
        """Whether files were made before."""
        return self.opened.sent is not None

    def commands(self) -> tuple[Command, ...]:
        return tuple(one for one in super().commands() if one.goes_to is not Destination.SENDING)

    async def action_write(self) -> None:
        """Make the files, unless a folder is refused or something is missing for a definitive version."""
        if (refused := self.refused) is not None:
            refused.settle()
            refused.field.focus()
            return
        former = self._sending.made
        await super().pressed(CREATE)
        if self._sending.made is not former:
            self.focus_field(OPEN)
            self.show_message("Fichiers créés. Rien n’a été envoyé.")
        elif self._sending.status is Status.FINAL and self._sending.blocking:
            self.focus_field(self._sending.blocking[0])

    def action_read_changes(self) -> None:
        """Show what changed since the latest files."""
        read_changes(self, self.opened)

    # what was made

    def action_open_folder(self) -> None:
        if (made := self._sending.made) is not None:
            self._open(made.folder)

    def action_open_mail(self) -> None:
        made = self._sending.made
        if made is not None and made.mail_path is not None:
            self._open(made.mail_path)

    def _open(self, path: Path) -> None:
        self.run_worker(self._show_outside(path), exclusive=True)

    async def _show_outside(self, path: Path) -> None:
        try:
            await asyncio.to_thread(computer.show, path)
        except Refusal as refusal:
            self.refuse(refusal)

    def action_copy_mail(self) -> None:
        made = self._sending.made
        if made is not None and made.mail is not None:
            self._copy(made.mail.as_text, "Il est aussi dans le dossier.")

    def action_copy_path(self) -> None:
        if (made := self._sending.made) is not None:
            self._copy(str(made.folder))

    def action_copy_code(self) -> None:
        if (made := self._sending.made) is not None:
            self._copy(made.sent.short)

    def _copy(self, text: str, also: str = "") -> None:
        self.app.copy_to_clipboard(text)
        self.show_message(f"Texte copié, si votre terminal le permet. {also}".strip())


def _labelled_once(rows: Iterable[forms.Row]) -> Iterator[forms.Row]:
    """Yield rows, those of files under one label."""
    last = ""
    for row in rows:
        label = row.label if isinstance(row, Fact) else ""
        yield row._replace(label="") if isinstance(row, Fact) and label == last else row
        last = label


def read_changes(page: Page, session: Session) -> None:
    """Show what changed in an assessment since its latest files were made."""
    from ctg_tui.tui.dialogs import ReadingScreen

    changes = page.read(lambda: changes_since_latest(page.workspace, session.grid, session.assessment), None)
    if session.sent is None or changes is None or not page.is_current:
        return
    head = [f"{files_made(session.sent)} · {changes_since(len(changes))}"]
    items = [sentence(shown(text)) for text in (*head, *changed_values(session.grid, changes))]
    page.app.push_screen(ReadingScreen("Ce qui a changé depuis les derniers fichiers", items))
