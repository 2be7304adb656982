"""The files beside the database: their names, and who may read and write them."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.storage.refusals import unreadable_folder
from ctg_tui.system.computer import local_time

if TYPE_CHECKING:
    from ctg_tui.domain.backups import BackupReason


OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def is_shared(path: Path) -> bool:
    """Return whether several people share a file or folder on purpose.

    Others may write to it or to its folder, or its group is not the person's own. The mode of a copied file
    (0644) is not a purpose. Raises OSError.
    """
    status = path.stat()
    group_is_chosen = os.name == "posix" and status.st_mode & stat.S_IRWXG and status.st_gid != os.getgid()
    if status.st_mode & _OTHERS_WRITE or group_is_chosen:
        return True
    folder = (status if stat.S_ISDIR(status.st_mode) else path.parent.stat()).st_mode
    is_common = folder & stat.S_ISVTX  # /tmp: everyone writes there, each to their own files
    return bool(folder & stat.S_ISGID or (folder & _OTHERS_WRITE and not is_common))


def share_as(database: Path, made: Path) -> None:
    """Open `made`, a file or folder of `database`, to those who share it on purpose, and to no one else.

    Left to the person who makes them, a lock keeps a team from its own database, and a folder of backups
    from its backups. Raises OSError.
    """
    if os.name != "posix" or not database.is_file() or not is_shared(database):
        return
    shared, present = database.stat(), made.stat()
    if present.st_uid != os.getuid():
        return
    if present.st_gid != shared.st_gid:
        # A group the person is not in: the file stays theirs, and the sentence of a refusal says so.
        with contextlib.suppress(PermissionError):
            os.chown(made, -1, shared.st_gid)
    rights = shared.st_mode & OTHERS
    if stat.S_ISDIR(present.st_mode):
        rights |= (rights & (stat.S_IRGRP | stat.S_IROTH)) >> 2  # who may list a folder may go into it
    wanted = stat.S_IMODE(present.st_mode) | rights
    if wanted != stat.S_IMODE(present.st_mode):
        made.chmod(wanted)


# Functions that list a folder raise DatabaseRefusal (`dossier-illisible`) when it cannot be read.

BACKUP_FOLDER: Final = "sauvegardes"
COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""What SQLite may leave beside a database: it belongs to that file and must never meet another."""
ASIDE: Final = "mise-de-cote"
"""Reason in the name of a file put aside as it was; it is never a backup, and rotation never removes it."""
TRIAL_APPLICATION_ID: Final = 0x43544731
"""« CTG1 » in the file header: a database of a trial version, before the first release."""
_APPLICATION_ID_BYTES: Final = slice(68, 72)
"""Where SQLite's file header holds the application id, big-endian."""
_STAMP: Final = "%Y-%m-%d_%Hh%Mm%S"
_NAME: Final = r"_(\d{4}-\d\d-\d\d_\d\dh\d\dm\d\d)_([a-z-]+)(?:_\d+)?\.db"
_LEFTOVER: Final = re.compile(r"\.ctg-[0-9a-f]{16}\.tmp(-journal)?")


def local(now: datetime) -> datetime:
    """Return `at` in local time, without zone, to the second, as names are dated."""
    return local_time(now).replace(microsecond=0, tzinfo=None)


def stamp(now: datetime) -> str:
    """Return `at` as a name spells it, in local time: `2027-01-20_14h02m11`."""
    return local(now).strftime(_STAMP)


def label(database: Path) -> str:
    """Return the prefix of every file name about `database`, distinct for each database of a folder.

    The short form never ends in `~`, the long one always does.
    """
    short = database.suffix == ".db" and not database.stem.endswith("~")
    return database.stem if short else f"{database.name}~"


def backup_folder(database: Path) -> Path:
    """Return the folder of the backups of `database`, which may not exist yet."""
    return database.parent / BACKUP_FOLDER


def backup_files(database: Path) -> tuple[Path, ...]:
    """Return the backups of `database` in a folder that others may share, the latest first.

    Those of a trial version are files of another program: nothing here reads, counts or removes them.
    """
    entries = (
        entry
        for entry in _entries(backup_folder(database))
        if read_name(entry, database) and not is_trial(entry)
    )
    return tuple(sorted(entries, key=lambda entry: entry.name, reverse=True))


def is_trial(path: Path) -> bool:
    """Return whether a trial version made the file. False when it cannot be read: opening reports that.

    Only for a file that this process has not opened: closing it drops SQLite’s locks (howtocorrupt 2.2).
    """
    try:
        if not path.is_file():  # a FIFO would make us wait
            return False
        with path.open("rb") as file:
            header = file.read(_APPLICATION_ID_BYTES.stop)
    except (OSError, ValueError):  # a NUL in the name
        return False
    return int.from_bytes(header[_APPLICATION_ID_BYTES]) == TRIAL_APPLICATION_ID


def read_name(path: Path, database: Path) -> tuple[datetime, BackupReason] | None:
    """Return the local time and reason in the name of a backup of `database`; None for another file."""
    from ctg_tui.domain.backups import BackupReason

    parts = re.fullmatch(re.escape(label(database)) + _NAME, path.name)
    if parts is None:
        return None
    try:
        return datetime.strptime(parts[1], _STAMP), BackupReason(parts[2])  # noqa: DTZ007 - a name carries no zone
    except ValueError:  # 31 February, or a file put aside: not a backup of ours
        return None


def folder_files(database: Path) -> tuple[Path, ...]:
    """Return every file about `database` in its folder of backups: backups and files put aside."""
    return tuple(entry for entry, _ in _kept(database))


def aside_files(database: Path) -> tuple[Path, ...]:
    """Return the files put aside for `database`, whatever words its own name holds."""
    return tuple(entry for entry, reason in _kept(database) if reason == ASIDE)


def orphans(database: Path) -> tuple[Path, ...]:
    """Return the backups of missing databases: this one may have been renamed."""
    labels = {label(entry) for entry in (database, *_entries(database.parent))}
    matches = (
        (entry, re.fullmatch(f"(.+){_NAME}", entry.name)) for entry in _entries(backup_folder(database))
    )
    return tuple(sorted(entry for entry, found in matches if found and found[1] not in labels))


def leftovers(database: Path) -> tuple[Path, ...]:
    """Return the temporary files that a crash left beside the database and among its backups."""
    folders = (database.parent, backup_folder(database))
    return tuple(entry for folder in folders for entry in _entries(folder) if _LEFTOVER.fullmatch(entry.name))


def _kept(database: Path) -> list[tuple[Path, str]]:
    """Return every file about `database` in its folder of backups, each with the reason in its name."""
    pattern = re.compile(re.escape(label(database)) + _NAME + "(-journal|-wal|-shm)?")
    matches = ((entry, pattern.fullmatch(entry.name)) for entry in sorted(_entries(backup_folder(database))))
    return [(entry, found[2]) for entry, found in matches if found]


def _entries(folder: Path) -> list[Path]:
    """Return the entries of `folder`, if it exists. Raises DatabaseRefusal (`dossier-illisible`)."""
    try:
        return list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise unreadable_folder(folder) from error
