"""The names of the files beside the database: backups, files put aside, leftovers of a crash.

Functions that list a folder raise DatabaseRefusal (`dossier-illisible`) when it cannot be read.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ctg_tui.storage.refusals import unreadable_folder
from ctg_tui.system.computer import local_time

if TYPE_CHECKING:
    from ctg_tui.domain.backups import BackupReason

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
