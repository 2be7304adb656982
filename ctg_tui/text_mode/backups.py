"""The backups: heard from the latest on, made on request, and restored once the person agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ctg_tui.domain.errors import Refusal
from ctg_tui.services import backups as upkeep
from ctg_tui.text_mode.dialogue import Dialogue, fold_words, rank_in
from ctg_tui.wording.backups import REASONS, contents, held, restored, restoring
from ctg_tui.wording.french import count, day_and_time

if TYPE_CHECKING:
    from ctg_tui.domain.backups import Backup
    from ctg_tui.services.workspace import Workspace

_MOST_SAID: Final = 9
_HELP: Final = (
    "« sauvegarder » fait une copie vérifiée de toutes vos évaluations. Un numéro restaure cette "
    "sauvegarde ; l’état actuel est d’abord sauvegardé. Entrée seule revient à l’accueil."
)


class BackupsRoom:
    """Lists the backups of the file of the assessments."""

    def __init__(self, dialogue: Dialogue, workspace: Workspace) -> None:
        self._dialogue = dialogue
        self._workspace = workspace

    def run(self) -> None:
        """Ask until the person goes back. Raises Refusal when a restoration left no file to work with."""
        while True:
            try:
                backups = upkeep.list_backups(self._workspace.store.path)
            except Refusal as refusal:
                self._dialogue.say(refusal.sentences())
                return
            self._say(backups)
            is_done = False
            while not is_done:
                answer = self._dialogue.ask("« sauvegarder », un numéro, ou Entrée pour revenir :", _HELP)
                if not answer:
                    return
                is_back_up = fold_words(answer) == "sauvegarder"
                is_done = self._back_up() if is_back_up else self._restore(answer, backups)

    def _say(self, backups: tuple[Backup, ...]) -> None:
        present = upkeep.present_content(self._workspace.store.path)
        self._dialogue.say(f"Aujourd’hui : {contents(present)}.", f"{count(len(backups), 'sauvegarde')}.")
        self._dialogue.say_numbered(
            f"{day_and_time(backup.made_at)}, sauvegarde {REASONS[backup.reason]} : {held(backup)}."
            for backup in backups[:_MOST_SAID]
        )
        if len(backups) > _MOST_SAID:
            self._dialogue.say("Les plus anciennes se restaurent aussi par leur numéro.")

    def _back_up(self) -> bool:
        """Make a backup; return whether it is there."""
        with self._dialogue.saying_refusals():
            self._workspace.back_up()
            self._dialogue.say("Sauvegardé et vérifié.")
            return True
        return False

    def _restore(self, answer: str, backups: tuple[Backup, ...]) -> bool:
        """Restore the backup of that number once the person agrees; return whether it is done."""
        rank = rank_in(answer, len(backups))
        if rank is None:
            self._dialogue.misunderstood(answer, "« sauvegarder », ou le numéro d’une sauvegarde")
            return False
        backup = backups[rank - 1]
        if not backup.is_sound:
            self._dialogue.say(f"Cette sauvegarde ne peut pas être restaurée : {held(backup)}.")
            return False
        present = upkeep.present_content(self._workspace.store.path)
        self._dialogue.say(restoring(backup, present))
        if not self._dialogue.agree("Restaurer ?"):
            self._dialogue.say("Rien n’a été changé.")
            return False
        try:
            done = self._workspace.restore(backup.path)
        except Refusal as refusal:
            if not self._workspace.store.is_open:
                raise
            self._dialogue.say(refusal.sentences())
            return False
        self._dialogue.say(f"Restauré. {restored(done.undo, done.put_aside)}")
        return True
