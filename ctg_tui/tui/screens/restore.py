"""Restauration: the content of each backup, and going back to one.

Going back can itself be undone, unless the present database is damaged: it is then put aside, and a message
says where.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from ctg_tui.domain.errors import Refusal, typeset
from ctg_tui.services import maintenance
from ctg_tui.system.files import shown_name
from ctg_tui.tui.commands import Command, leave
from ctg_tui.tui.screens.page import Page
from ctg_tui.tui.screens.summary_items import gap, section_title, sentence
from ctg_tui.tui.widgets.listing import ACCENT, PLAIN, SOFT, STRONG, Item, Line, Listing, Piece, spread
from ctg_tui.wording.backups import REASONS, contents, held
from ctg_tui.wording.french import count, day_and_time, listing
from ctg_tui.wording.wrapping import wrap

if TYPE_CHECKING:
    from ctg_tui.domain.backups import Backup
    from ctg_tui.services.editing import Session
    from ctg_tui.services.maintenance import Restored
    from ctg_tui.services.workspace import Workspace

_COMMANDS = (
    Command(
        "sauvegardes.revenir", "restore", "restaurer", "Restaurer cette sauvegarde", letters=("enter",), bar=1
    ),
    Command(
        "sauvegardes.faire",
        "back_up",
        "sauvegarder",
        "Faire maintenant une sauvegarde, conservée pour toujours",
        letters=("s",),
        bar=2,
    ),
    leave("sauvegardes", bar=3, sentence="Revenir à l’accueil"),
)

_CAN_BE_UNDONE = "L’état actuel est d’abord sauvegardé : vous pourrez le restaurer de la même façon."
_DAMAGED_STAYS = (
    "L’état actuel ne peut pas être lu : vous ne pourrez pas le restaurer d’ici. "
    "Le fichier abîmé sera mis de côté, jamais effacé."
)


class RestoreScreen(Page):
    """The backups of the database, the latest first."""

    TITLE_IN_HELP = "Sauvegardes"
    KEY_COMMANDS = _COMMANDS
    DEFAULT_CSS = """
    RestoreScreen Listing { padding: 1 1; }
    """

    def __init__(self, workspace: Workspace, session: Session | None = None) -> None:
        super().__init__(workspace)
        self._backups: dict[str, Backup] = {}
        self._list = Listing([sentence("Lecture des sauvegardes…")])

    def body(self) -> Iterable[Widget]:
        yield self._list

    def headline(self) -> tuple[str, str]:
        return "Sauvegardes", count(len(self._backups), "sauvegarde") if self._backups else ""

    def on_mount(self) -> None:
        # Checking each backup whole takes time: the page is painted first.
        self.call_after_refresh(self._reload)

    def _reload(self, key: str | None = None) -> None:
        backups: tuple[Backup, ...] = self.read(
            lambda: maintenance.list_backups(self.workspace.store.path), ()
        )
        self._backups = {backup.path.name: backup for backup in backups}
        if self.is_attached:  # the person may have left while the backups were read
            self._list.show([*self._heading(), *map(_backup_item, backups)], key)
            self.refresh_frame()

    def _heading(self) -> Iterable[Item]:
        present = maintenance.present_content(self.workspace.store.path)
        yield section_title("Aujourd’hui")
        yield sentence(f"{contents(present)}.")
        yield section_title("Les sauvegardes")
        if not self._backups:
            yield sentence(typeset("Aucune pour l’instant : elle se fait chaque jour, à l’ouverture."))
            yield gap()

    # commands

    def commands(self) -> tuple[Command, ...]:
        """Return the commands available: without a backup there is none to restore."""
        every = super().commands()
        return every if self._backups else tuple(one for one in every if one.action != "restore")

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        message.stop()
        self.action_restore()

    def action_restore(self) -> None:
        """Ask, then put the chosen backup in the place of the database."""
        backup = self._backups.get(self._list.key or "")
        if backup is None:
            self.show_message("Aucune sauvegarde à restaurer.")
            return
        damaged = maintenance.present_content(self.workspace.store.path) is None
        sentence = typeset(
            f"Restaurer la sauvegarde du {day_and_time(backup.made_at)} ? "
            "Toutes les évaluations reviendront à leur état de cette date. "
            f"Elle contient : {contents(backup.content)}. "
            f"{_DAMAGED_STAYS if damaged else _CAN_BE_UNDONE}"
        )
        self.ask(sentence, "Oui, restaurer", lambda: self._restore(backup))

    def _restore(self, backup: Backup) -> None:
        try:
            done = self.workspace.restore(backup.path)
        except Refusal as refusal:
            if not self.workspace.store.is_open:
                raise  # without a database there is nothing left to show: the program ends with this error
            self.refuse(refusal)
        else:
            self.show_message(_sentence_after(done), title="Restauré")
            self._reload(done.undo.path.name if done.undo else None)

    def action_back_up(self) -> None:
        """Make a backup now, which the rotation never removes."""
        backup = self.read(self.workspace.back_up, None)
        if backup is not None:
            self.show_message("Sauvegardé et vérifié.")
            self._reload(backup.path.name)


def _sentence_after(done: Restored) -> str:
    if done.undo:
        return "Pour annuler, restaurez la sauvegarde « avant une restauration »."
    if not done.put_aside:
        return "Le fichier de vos évaluations n’était plus là : il n’y avait rien à conserver."
    names = listing(f"« {shown_name(path)} »" for path in done.put_aside)
    return f"Le fichier abîmé est conservé avec les sauvegardes : {names}."


def _backup_item(backup: Backup) -> Item:
    """Return the time, reason and content of a backup.

    An unreadable one shows its problem and cannot be chosen.
    """
    when = Piece(day_and_time(backup.made_at), STRONG)
    why = Piece(f"sauvegarde {REASONS[backup.reason]}", SOFT)
    role = PLAIN if backup.is_sound else ACCENT

    def lines(width: int) -> Sequence[Line]:
        return spread([when], [why], width), *((Piece(line, role),) for line in wrap(held(backup), width)), ()

    return Item(backup.path.name if backup.is_sound else None, lines)
