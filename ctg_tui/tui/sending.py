"""Envoi: what goes to the Caf, for whom, what is missing, each with its step, where; the files made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ctg_tui.domain.assessment import Status
from ctg_tui.domain.steps import FindingCode
from ctg_tui.services import forms
from ctg_tui.services.editing import Session
from ctg_tui.services.forms import Doing, Fact
from ctg_tui.services.home import changes_since
from ctg_tui.services.sending import Dossier
from ctg_tui.services.sending_form import CREATE, FORECAST, LACK, MADE, SendingForm
from ctg_tui.services.workspace import Workspace
from ctg_tui.system import computer
from ctg_tui.tui.commands import cmd, field_steps, leave
from ctg_tui.tui.form_page import FormPage
from ctg_tui.tui.steps import target_of
from ctg_tui.wording.changes import files_made
from ctg_tui.wording.french import count

OPEN = "ouvrir"


class SendingScreen(FormPage):
    """What goes, for whom, what is missing, where, one button; once the files are made, what to do now."""

    TITLE_IN_HELP = "Envoi"
    DEFAULT_CSS = """
    SendingScreen {
        Line:first-child .title { color: $primary; text-style: bold; }
        .-deja-fait { margin-top: 1; }
        &.-normal, &.-haut { .-dossier, .-courriel { margin-top: 1; } }
    }
    """
    STEP = 5
    KEY_COMMANDS = (
        cmd(
            "envoi.ecrire", "f9", "write", "créer", 1, "Créer les fichiers (rien n’est envoyé)", when="makes"
        ),
        leave("envoi"),
        *field_steps("envoi"),
    )

    def __init__(self, workspace: Workspace, session: Session | None) -> None:
        super().__init__(workspace, session, CREATE)
        self.form = self._sending = SendingForm(workspace, self.opened)

    @property
    def makes(self) -> bool:
        """Whether the form stands, not the files just made."""
        return self._sending.made is None

    # rows

    def fields(self) -> Iterable[forms.Row]:
        """Yield the rows of the form, then what was made before; or the files just made."""
        rows = list(super().fields())
        made = self._sending.made
        return self._rows_to_make(rows) if made is None else self._rows_made(rows, made)

    def _rows_to_make(self, rows: Sequence[forms.Row]) -> Iterator[forms.Row]:
        head = ""
        for row in rows:
            if isinstance(row, Fact) and row.key.startswith(f"{LACK}."):
                goes = partial(self._go_to, row.key.partition(".")[2])
                label, head = " " if row.label == head else row.label, row.label
                yield Doing(row.key, row.text.removesuffix("."), goes, head=label)
            else:
                yield row
        if (sent := self.opened.sent) is not None:
            number = len(changes_since(self.workspace, self.opened.grid, self.opened.assessment, sent))
            files, _, made = files_made(sent).partition(" créés ")
            yield Fact("deja-fait", files, f"créés {made}")
            if number:
                yield Fact("depuis", "Depuis", f"{count(number, 'changement')} (à l’accueil, M les montre)")

    def _rows_made(self, rows: Sequence[forms.Row], made: Dossier) -> Iterator[forms.Row]:
        head, folder, *files = (row for row in rows if row.key.partition(".")[0] == MADE)
        yield from (head, folder)
        yield Doing(OPEN, "Ouvrir le dossier", partial(self._open, made.folder), head=" ")
        opens = partial(self._open, made.mail_path)
        yield Doing("courriel", "Ouvrir son brouillon", opens, head="Le courriel")
        yield from files

    async def pressed(self, key: str) -> None:
        await (self.action_write() if key == CREATE else super().pressed(key))

    def _go_to(self, code: str) -> str:
        if code == FindingCode.FORECAST_APART:
            return FORECAST
        destination, place = target_of(self.opened, code)
        self.visit(destination, place=place)
        return ""

    # commands

    async def action_write(self) -> None:
        """Make the files, unless a folder is refused or something is missing for a definitive version."""
        if (refused := self.refused) is not None:
            refused.settle()
            refused.field.focus()
            return
        await self.press(Doing(CREATE, "", self._sending.create))
        if not self.makes:
            self.focus_field(OPEN)
            self.call_after_refresh(self._form.scroll_home, animate=False)
        elif self._sending.status is Status.FINAL and self._sending.blocking:
            self.focus_field(self._sending.blocking[0])

    # what was made

    def _open(self, path: Path) -> str:
        self.later(partial(computer.show, path), lambda _: None)
        return ""
