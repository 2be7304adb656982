"""The names of what stands beside the base: its backups, what was put aside, what a crash left.

What looks into a folder raises DatabaseRefusal (`dossier-illisible`) when it cannot be read.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final

from ctg_tui.domain.backups import BackupReason
from ctg_tui.storage.refusals import unreadable_folder
from ctg_tui.system.local_time import local_time

BACKUP_FOLDER: Final = "sauvegardes"
COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""What SQLite may leave beside a database: it belongs to that file and must never meet another."""
ASIDE: Final = "mise-de-cote"
"""In the name of a file put aside as it was; never a backup, never removed by the rotation."""
_STAMP: Final = "%Y-%m-%d_%Hh%Mm%S"
_NAME: Final = r"_(\d{4}-\d\d-\d\d_\d\dh\d\dm\d\d)_([a-z-]+)(?:_\d+)?\.db"
_LEFTOVER: Final = re.compile(r"\.ctg-[0-9a-f]{16}\.tmp(-journal)?")


def local(now: datetime) -> datetime:
    """The person's time, without zone, to the second: what the names are dated with."""
    return local_time(now).replace(microsecond=0, tzinfo=None)


def stamp(now: datetime) -> str:
    """`2027-01-20_14h02m11`, in the person's time."""
    return local(now).strftime(_STAMP)


def label(database: Path) -> str:
    """What begins the names of everything kept about `database`: bases of one folder never share theirs.

    The short form never ends in `~`, the long one always does.
    """
    short = database.suffix == ".db" and not database.stem.endswith("~")
    return database.stem if short else f"{database.name}~"


def backup_folder(database: Path) -> Path:
    """Where the backups of `database` are: the folder may not exist yet."""
    return database.parent / BACKUP_FOLDER


def backup_files(database: Path) -> tuple[Path, ...]:
    """The backups of `database`, by their names, the latest first. Several bases may share the folder."""
    found = (entry for entry in _entries(backup_folder(database)) if read_name(entry, database))
    return tuple(sorted(found, key=lambda entry: entry.name, reverse=True))


def read_name(path: Path, database: Path) -> tuple[datetime, BackupReason] | None:
    """When (local time) and why a backup of `database` was made, told by its name; None for another file."""
    found = re.fullmatch(re.escape(label(database)) + _NAME, path.name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP), BackupReason(found[2])  # noqa: DTZ007 - a name carries no zone
    except ValueError:  # 31 February, a file put aside: not a backup of ours
        return None


def folder_files(database: Path) -> tuple[Path, ...]:
    """Everything among the backups that is about `database`: backups, and what was put aside."""
    return tuple(entry for entry, _ in _kept(database))


def aside_files(database: Path) -> tuple[Path, ...]:
    """What was put aside of `database`, whatever words its own name holds."""
    return tuple(entry for entry, reason in _kept(database) if reason == ASIDE)


def orphans(database: Path) -> tuple[Path, ...]:
    """Backups of bases that are no longer beside them: perhaps of this one, under a name it had before."""
    labels = {label(entry) for entry in (database, *_entries(database.parent))}
    named = ((entry, re.fullmatch(f"(.+){_NAME}", entry.name)) for entry in _entries(backup_folder(database)))
    return tuple(sorted(entry for entry, found in named if found and found[1] not in labels))


def leftovers(database: Path) -> tuple[Path, ...]:
    """Temporary files that a crash left beside the base and among its backups."""
    folders = (database.parent, backup_folder(database))
    return tuple(entry for folder in folders for entry in _entries(folder) if _LEFTOVER.fullmatch(entry.name))


def _kept(database: Path) -> list[tuple[Path, str]]:
    """Everything among the backups that is about `database`, each with the reason in its name."""
    pattern = re.compile(re.escape(label(database)) + _NAME + "(-journal|-wal|-shm)?")
    named = ((entry, pattern.fullmatch(entry.name)) for entry in sorted(_entries(backup_folder(database))))
    return [(entry, found[2]) for entry, found in named if found]


def _entries(folder: Path) -> list[Path]:
    """What is in `folder`; nothing when there is none. Raises DatabaseRefusal (`dossier-illisible`)."""
    try:
        return list(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise unreadable_folder(folder) from error
