"""Maintenance of the database: backups, restoration, erasing. Shared by the commands and the interface.

The functions take the path of the database, so that they run where it cannot be opened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import Territory
from ctg_tui.domain.backups import Backup, BackupReason, Content
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.text import clean
from ctg_tui.storage import backups, erasing, logs, restoring
from ctg_tui.storage.erasing import Erased, Held
from ctg_tui.storage.file_names import backup_files, local, read_name
from ctg_tui.storage.locks import WriterLock
from ctg_tui.storage.refusals import shown
from ctg_tui.storage.restoring import Restored
from ctg_tui.storage.store import Store
from ctg_tui.wording.french import count, listing

if TYPE_CHECKING:
    from ctg_tui.storage.fresh_copy import LeftOut, Renewed

__all__ = [
    "Backup",
    "BackupReason",
    "Content",
    "Erased",
    "Held",
    "Restored",
    "back_up",
    "chosen_backup",
    "daily_backup",
    "erasable",
    "erase",
    "erase_log",
    "latest_sound",
    "list_backups",
    "present_content",
    "renew",
    "renewed_words",
    "restore",
]

Clock = Callable[[], datetime]
_NAMED_ROWS: Final = 5


def back_up(database: Path, clock: Clock) -> Backup:
    """Make a backup that is never rotated, beside any window. Raises DatabaseRefusal, WriteRefusal."""
    with Store(database, clock, write=False) as store:
        return store.back_up(BackupReason.ASKED)


def daily_backup(database: Path, clock: Clock) -> Backup | None:
    """Make the backup of the day, then rotate; None if today has a sound one or the database is empty.

    To be called after the first frame, from any thread: it opens its own connection. Raises DatabaseRefusal,
    WriteRefusal.
    """
    today = local(clock()).date()
    for path in backup_files(database):
        named = read_name(path, database)
        if (
            named
            and named[0].date() == today
            and named[1] is BackupReason.DAILY
            and backups.sound_content(path)
        ):
            return None
    with Store(database, clock, write=False) as store:
        if not store.entries() and not logs.has_any(store):
            return None
        backup = store.back_up(BackupReason.DAILY)
    backups.rotate(database, clock(), backup.path)
    return backup


def list_backups(database: Path) -> tuple[Backup, ...]:
    """List the backups of `database`, the latest first, with their contents. Raises DatabaseRefusal."""
    return backups.list_backups(database)


def present_content(database: Path) -> Content | None:
    """Return the contents of the database; None when it is damaged."""
    return backups.sound_content(database)


def latest_sound(database: Path, clock: Clock) -> Backup | None:
    """Return the latest backup that can be restored, to propose when the database is damaged or gone."""
    return backups.latest_sound(database, clock())


def chosen_backup(database: Path, which: str) -> Backup:
    """Return the backup that `which` names: its place in the list (1 is the latest) or its file name.

    Raises Refusal (`sauvegarde-absente`), DatabaseRefusal.
    """
    listed = list_backups(database)
    # `int` raises for a number of thousands of digits.
    is_number = which.isascii() and which.isdigit() and len(which) < 10
    if is_number and 0 < int(which) <= len(listed):
        return listed[int(which) - 1]
    for backup in listed:
        if which == backup.path.name:
            return backup
    raise Refusal(
        "sauvegarde-absente",
        f"Il n’y a pas de sauvegarde « {clean(which)} »." if which else "Aucune sauvegarde n’est nommée ici.",
        f"« {PROGRAM} restaurer » sans rien d’autre en donne la liste.",
    )


def restore(database: Path, backup: Path, clock: Clock, lock: WriterLock | None = None) -> Restored:
    """Put `backup` in the place of the database, which must be closed. See `storage.restoring.restore`."""
    return restoring.restore(database, backup, clock(), lock)


def renew(database: Path, clock: Clock) -> Renewed:
    """Put a fresh file in the place of one that another program altered. See `storage.fresh_copy.renew`."""
    from ctg_tui.storage import fresh_copy  # rarely needed

    return fresh_copy.renew(database, clock())


def renewed_words(found: Renewed) -> str:
    """Say what was done with an altered file, and what could not be copied: table, how many rows, keys."""
    kept = listing(f"« {shown(path)} »" for path in found.put_aside)
    said = f"Tout ce qui s’y lit est copié dans un fichier neuf. Celui d’avant est mis de côté : {kept}."
    if not found.left_out:
        return said
    return f"{said} Seul ce fichier contient encore : {', '.join(map(_left_out, found.left_out))}."


def _left_out(one: LeftOut) -> str:
    if one.keys is None:
        return f"la table « {one.table} », qui n’est plus une table de ctg-tui"
    keys = [f"« {clean(key)} »" for key in one.keys[:_NAMED_ROWS]]
    more = ", …" if len(one.keys) > _NAMED_ROWS else ""
    return f"table « {one.table} », {count(len(one.keys), 'ligne')} ({', '.join(keys)}{more})"


def erasable(database: Path, assessment_id: int) -> Held:
    """Return the assessments that erasing this number would remove. See `storage.erasing.held`."""
    return erasing.held(database, assessment_id)


def erase(database: Path, assessment_id: int, clock: Clock, *, unreadable_too: bool = False) -> Erased:
    """Erase the bytes of an assessment from the database; one new backup replaces the former ones.

    Files that cannot be read are listed in `left`, or removed with `unreadable_too` when no version can read
    them. Raises DatabaseRefusal, Refusal (`evaluation-absente`), WriteRefusal.
    """
    lock = Store(database, clock).hand_over()  # checked, locked, and its rollback journal gone
    try:
        return erasing.erase(database, assessment_id, clock(), unreadable_too=unreadable_too)
    finally:
        lock.release()


def erase_log(database: Path, territory: Territory, clock: Clock, *, unreadable_too: bool = False) -> Erased:
    """Erase the log of a territory, as `erase` does. Raises Refusal (`carnet-absent`) without one."""
    lock = Store(database, clock).hand_over()
    try:
        return erasing.erase_log(database, territory, clock(), unreadable_too=unreadable_too)
    finally:
        lock.release()
