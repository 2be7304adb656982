"""Sauvegardes: by day, what each holds; going back to one; erasing an assessment for ever."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services import backups
from ctg_tui.services.backups import REASONS, Backup, contents, restore_question, restored
from ctg_tui.tui.commands import cmd, leave
from ctg_tui.tui.dialogs import Offer, pick
from ctg_tui.tui.page import ListPage, Page
from ctg_tui.tui.widgets.listing import ACCENT, SOFT, TITLE, Item, blank, hung, row, sentence, words
from ctg_tui.wording.french import assessment_name, clock_time, day

_NONE_YET: Final = typeset("Aucune pour l’instant : elle se fait chaque jour, à l’ouverture.")


class RestoreScreen(ListPage):
    """The backups of the database, the latest first, under the day on which they were made."""

    TITLE_IN_HELP = "Sauvegardes"
    KEY_COMMANDS = (
        cmd("sauvegardes.revenir", "enter", "restore", "restaurer", 1, "Restaurer celle-ci", when="found"),
        cmd("sauvegardes.faire", "s", "back_up", "sauvegarder", 2, "Sauvegarder maintenant, pour toujours"),
        cmd("sauvegardes.effacer", "", "erase", "effacer", None, "Effacer une évaluation, partout"),
        leave("sauvegardes", "Revenir à l’accueil"),
    )
    found: tuple[Backup, ...] | None = None
    """None until they are read: checking each one whole takes time, and the page is painted first."""

    def on_mount(self) -> None:
        self.call_after_refresh(self._reload)

    def _reload(self, key: str | None = None) -> None:
        none: tuple[Backup, ...] = ()
        self.found = self.read(lambda: backups.list_backups(self.workspace.store.path), none)
        if self.is_attached:  # the person may have left while the backups were read
            self.show_rows(key)

    def rows(self) -> Iterator[Item]:
        if self.found is None:
            yield sentence("Lecture des sauvegardes…")
            return
        if not self.found:
            yield sentence(_NONE_YET)
        for made_on, of_day in groupby(self.found, lambda backup: backup.made_at.date()):
            yield row(None, words(day(made_on), TITLE))
            yield from map(_row, of_day)

    def action_restore(self) -> None:
        """Show what the chosen backup holds and ask, then put it in the place of the database."""
        backup = next((one for one in self.found or () if one.path.name == self.list.key), None)
        if backup is None:
            self.show_message("Aucune sauvegarde à restaurer.")
            return
        question = restore_question(backup, backups.sound_content(self.workspace.store.path))
        self.ask(question, "Restaurer", lambda: self._restore(backup))

    def _restore(self, backup: Backup) -> None:
        if done := restore(self, backup.path):
            sentence, undo = done
            self.show_message(sentence)
            self._reload(undo.path.name if undo else None)

    def action_back_up(self) -> None:
        """Make a backup now, which the rotation never removes."""
        backup = self.read(self.workspace.back_up, None)
        if backup is not None:
            self.show_message("Sauvegardé et vérifié.")
            self._reload(backup.path.name)

    def action_erase(self) -> None:
        """Let the person choose the assessment to erase, then ask."""
        none: tuple[Offer, ...] = ()
        offers = self.read(
            lambda: tuple(
                Offer(str(entry.id), assessment_name(entry.identity))
                for entry in self.workspace.store.entries()
            ),
            none,
        )
        pick(self.app, "Effacer une évaluation pour toujours", offers, self._ask_to_erase)

    def _ask_to_erase(self, offer: Offer) -> None:
        question = typeset(
            f"Effacer pour toujours {offer.text} ? Les {len(self.found or ())} sauvegardes d’avant sont "
            "supprimées, une nouvelle les remplace. Rien ne la rendra."
        )
        self.ask(question, "Effacer pour toujours", lambda: self._erase(int(offer.key)))

    def _erase(self, assessment_id: int) -> None:
        done = self.read(lambda: self.workspace.erase(assessment_id), None)
        if done is not None:
            self.show_message("L’évaluation est effacée. Une nouvelle sauvegarde remplace celles d’avant.")
            self._reload(done.backup.path.name)


def _row(backup: Backup) -> Item:
    """Return a backup; one that cannot be read says so, and cannot be chosen."""
    hour = f"{clock_time(backup.made_at)}   "
    key, style = (backup.path.name, SOFT) if backup.content else (None, ACCENT)
    what, indent = f"Sauvegarde {REASONS[backup.reason]}", " " * len(hour)
    return row(key, hung(hour, what), hung(indent, typeset(contents(backup.content)), style), blank)


def restore(page: Page, path: Path) -> tuple[str, Backup | None] | None:
    """Put a backup in the place of the database; return how to come back, and the backup for it.

    None, with a message, when that is refused.
    """
    try:
        done = page.workspace.restore(path)
    except Refusal as refusal:
        if not page.workspace.store.is_open:
            raise  # without a database there is nothing left to show: the program ends with this error
        page.refuse(refusal)
        return None
    return restored(done.undo, done.put_aside), done.undo
