"""Sauvegardes: the content of each backup, going back to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services import backups
from ctg_tui.tui.commands import cmd, leave
from ctg_tui.tui.list_page import ListPage
from ctg_tui.tui.widgets.listing import (
    ACCENT,
    PLAIN,
    Item,
    blank,
    ends,
    gap,
    row,
    section_title,
    sentence,
    soft,
    strong,
    words,
)
from ctg_tui.wording.backups import REASONS, contents, held, restored, restoring
from ctg_tui.wording.french import count, day_and_time

if TYPE_CHECKING:
    from ctg_tui.domain.backups import Backup, Content


class RestoreScreen(ListPage):
    """The backups of the database, the latest first."""

    TITLE_IN_HELP = "Sauvegardes"
    KEY_COMMANDS = (
        cmd(
            *("sauvegardes.revenir", "enter", "restore", "restaurer", 1),
            "Restaurer cette sauvegarde",
            when="found",
        ),
        cmd(
            *("sauvegardes.faire", "s", "back_up", "sauvegarder", 2),
            "Faire maintenant une sauvegarde, conservée pour toujours",
        ),
        leave("sauvegardes", bar=3, sentence="Revenir à l’accueil"),
    )
    DEFAULT_CSS = "RestoreScreen Listing { padding: 1 1; }"
    found: tuple[Backup, ...] | None = None
    """None until they are read: checking each one whole takes time, and the page is painted first."""
    _present: Content | None = None
    """What the present file holds; None until it is read, or when it cannot be."""

    def headline(self) -> tuple[str, str]:
        return "Sauvegardes", ""

    def on_mount(self) -> None:
        self.call_after_refresh(self._reload)

    def _reload(self, key: str | None = None) -> None:
        none: tuple[Backup, ...] = ()
        self.found = self.read(lambda: backups.list_backups(self.workspace.store.path), none)
        self._present = backups.present_content(self.workspace.store.path)
        if self.is_attached:  # the person may have left while the backups were read
            self.show_rows(key)

    def rows(self) -> Iterator[Item]:
        if self.found is None:
            yield sentence("Lecture des sauvegardes…")
            return
        yield section_title("Aujourd’hui")
        yield sentence(f"{contents(self._present)}.")
        yield section_title("Les sauvegardes", count(len(self.found), "sauvegarde") if self.found else "")
        if not self.found:
            yield sentence(typeset("Aucune pour l’instant : elle se fait chaque jour, à l’ouverture."))
            yield gap()
        for backup in self.found:  # one that cannot be read shows its problem, and cannot be chosen
            yield row(
                backup.path.name if backup.is_sound else None,
                ends(strong(day_and_time(backup.made_at)), soft(f"sauvegarde {REASONS[backup.reason]}")),
                words(held(backup), PLAIN if backup.is_sound else ACCENT),
                blank,
            )

    def action_restore(self) -> None:
        """Ask, then put the chosen backup in the place of the database."""
        backup = next((one for one in self.found or () if one.path.name == self.list.key), None)
        if backup is None:
            self.show_message("Aucune sauvegarde à restaurer.")
            return
        consequence = restoring(backup, backups.present_content(self.workspace.store.path))
        question = typeset(f"Restaurer cette sauvegarde ? {consequence}")
        self.ask(question, "Oui, restaurer", lambda: self._restore(backup))

    def _restore(self, backup: Backup) -> None:
        try:
            done = self.workspace.restore(backup.path)
        except Refusal as refusal:
            if not self.workspace.store.is_open:
                raise  # without a database there is nothing left to show: the program ends with this error
            self.refuse(refusal)
        else:
            self.show_message(f"Restauré. {restored(done.undo, done.put_aside)}")
            self._reload(done.undo.path.name if done.undo else None)

    def action_back_up(self) -> None:
        """Make a backup now, which the rotation never removes."""
        backup = self.read(self.workspace.back_up, None)
        if backup is not None:
            self.show_message("Sauvegardé et vérifié.")
            self._reload(backup.path.name)
