"""Dated copies of the base, made by SQLite's own backup, verified, rotated, listed."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.backups import Backup, BackupProblem, BackupReason, Content
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.file_names import backup_files, backup_folder, label, local, read_name, stamp
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, not_opened, problem, shown, unreadable_folder
from ctg_tui.storage.rights import share_as
from ctg_tui.storage.rows import parse_moment
from ctg_tui.system.files import FOLDER_MODE, WriteRefusal, atomic_replace, sync_folder
from ctg_tui.system.local_time import local_time

KEPT_DAYS: Final = 7
KEPT_WEEKS: Final = 5
KEPT_MONTHS: Final = 12
SAFETY_DAYS: Final = 30
"""How long every backup made before a risky act is kept: what undoes the act must not be rotated away."""
KEPT_RISKY: Final = 10
"""How many of those are kept whatever their date: a clock that is wrong once makes any of them look old."""

_AHEAD: Final = timedelta(days=1)
"""How far a right clock may have dated a backup ahead of now: names tell no time zone, nor summer time."""
Dated = tuple[Path, datetime, BackupReason]
"""A backup as its name tells it."""
RISKY: Final = frozenset(
    {
        BackupReason.MIGRATION,
        BackupReason.DELETION,
        BackupReason.RESTORATION,
        BackupReason.REPAIR,
        BackupReason.GRID,
    }
)


def list_backups(database: Path, *, check: bool = True) -> tuple[Backup, ...]:
    """The backups of `database`, the latest first. Nothing is changed.

    Without `check`, no file is opened: neither content nor trouble is known. Raises DatabaseRefusal when the
    folder cannot be read.
    """
    try:
        return tuple(
            Backup(
                path, made_at, reason, path.stat().st_size, *(_looked_into(path) if check else (None, None))
            )
            for path, made_at, reason in _dated(database)
        )
    except OSError as error:
        raise unreadable_folder(backup_folder(database)) from error


def latest_sound(database: Path, now: datetime) -> Backup | None:
    """The latest backup that can be restored. One dated after `now` was made by a clock that was wrong: it is
    given when there is no other.
    """
    for path, made_at, reason in sorted(_dated(database), key=lambda one: one[1] > local(now) + _AHEAD):
        if content := sound_content(path):
            return Backup(path, made_at, reason, path.stat().st_size, content)
    return None


def _dated(database: Path) -> list[Dated]:
    """The backups of `database` as their names tell them, the latest first."""
    return [(path, *named) for path in backup_files(database) if (named := read_name(path, database))]


def sound_content(path: Path) -> Content | None:
    """What the base file `path` holds; None when it is not a whole base of ours that can be read."""
    return _looked_into(path)[0]


def is_damaged(path: Path) -> bool:
    """Whether nobody could read `path` as a base any more. One of a newer version, or that is busy or not to
    be read here, is not damaged: it may be the only one that holds what it holds.

    What SQLite left beside a base (`-journal`, `-wal`) is needed by one that may still be read elsewhere.
    """
    database = path.with_name(_COMPANION.sub("", path.name))
    content, found = _looked_into(database)
    if database == path:
        return found is BackupProblem.DAMAGED
    return content is not None or found is BackupProblem.DAMAGED or not database.exists()


_COMPANION: Final = re.compile("-(journal|wal|shm)$")


def _looked_into(path: Path) -> tuple[Content | None, BackupProblem | None]:
    """What `path` holds, or why that cannot be told."""
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            return read_content(connection), None
    except DatabaseRefusal as refusal:
        return None, problem(refusal)
    except FAILURES as error:
        return None, problem(not_opened(path, error))


def read_content(connection: sqlite3.Connection) -> Content:
    """The content of an open base, its pages and rules checked. Raises sqlite3.Error when it is damaged."""
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.DatabaseError("damaged")
    assessments, changed_at = connection.execute(
        "SELECT count(*), max(changed_at) FROM assessment"
    ).fetchone()
    (answers,) = connection.execute("SELECT count(*) FROM answer").fetchone()
    (comments,) = connection.execute("SELECT count(*) FROM comment").fetchone()
    try:
        return Content(assessments, answers, comments, parse_moment(changed_at) if changed_at else None)
    except ValueError as error:
        raise sqlite3.DatabaseError("damaged") from error


def make(source: sqlite3.Connection, database: Path, now: datetime, reason: BackupReason) -> Backup:
    """Back up the open base `source`, and verify the copy. Nothing is rotated.

    The name is dated in the person's time. Raises WriteRefusal (nothing was half written), or sqlite3.Error
    when `source` cannot be read or is damaged.
    """
    made_at = local(now)
    try:
        folder = made_folder(database)
        path = free_name(folder, f"{label(database)}_{stamp(now)}_{reason.value}", ".db")
    except OSError as error:
        raise no_folder(backup_folder(database)) from error
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as seen:
        # A note waits while its base is read, and gives up soon: a slow disk is written to afterwards.
        with _one_view(source):
            content = read_content(source)
            source.backup(seen)
        atomic_replace(path, lambda temporary: _copy_as_shared(seen, temporary, content, database))
    return Backup(path, made_at, reason, path.stat().st_size, content)


def _copy_as_shared(source: sqlite3.Connection, target: Path, content: Content, database: Path) -> None:
    copy_database(source, target, content)
    share_as(database, target)


@contextlib.contextmanager
def _one_view(source: sqlite3.Connection) -> Iterator[None]:
    """Read `source` as it is now until the end: nobody writes to it meanwhile."""
    source.execute("BEGIN")
    try:
        yield
    finally:
        source.execute("ROLLBACK")


def copy_database(source: sqlite3.Connection, target: Path, content: Content) -> None:
    """Copy the open base to the new file `target`, which only its owner can read.

    Raises WriteRefusal when what is read again is not `content`, OSError when the disk refuses, sqlite3.Error
    when `source` cannot be read.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # The copy has no name yet: no journal to leave behind, and one sync at the end is enough.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        try:
            source.backup(copy)
        except sqlite3.OperationalError as error:
            raise OSError(_SYSTEM_ERRORS.get(error.sqlite_errorcode & 0xFF, errno.EIO), str(error)) from error
        copy.execute("PRAGMA journal_mode = DELETE")  # should the source have been in WAL
    if sound_content(target) != content:
        raise WriteRefusal(
            "sauvegarde-differente",
            "La sauvegarde relue n’est pas égale à la base : elle n’a pas été gardée.",
            f"Vérifiez le disque avec « {PROGRAM} docteur ».",
        )


_SYSTEM_ERRORS: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}


def rotate(database: Path, now: datetime, just_made: Path) -> tuple[Path, ...]:
    """Remove the automatic backups that the rotation no longer keeps; gives their paths.

    `just_made` stays, even when a clock that was wrong makes it the oldest. Raises DatabaseRefusal,
    WriteRefusal when the folder cannot be read or one cannot be removed.
    """
    dated = _dated(database)

    @cache
    def is_sound(path: Path) -> bool:
        return path == just_made or sound_content(path) is not None

    kept = kept_backups(dated, local_time(now).date(), is_sound)
    removed = tuple(path for path, _, _ in dated if path not in kept and path != just_made)
    try:
        for path in removed:
            path.unlink(missing_ok=True)  # another window may rotate too
    except OSError as error:
        raise no_folder(backup_folder(database), "d’anciennes sauvegardes n’ont pas été retirées") from error
    return removed


def kept_backups(
    dated: Iterable[Dated], today: date, is_sound: Callable[[Path], bool] = lambda _: True
) -> frozenset[Path]:
    """Those that the rotation keeps: the latest of each of the last 7 days, 5 weeks and 12 months *that have
    one* (a long absence removes nothing), those asked for, and of those made before a risky act the latest 10
    and all of the last 30 days.

    None goes unless sound ones have all the places that it could have. Only those for which another would go
    are asked about: looking into each of them takes time.
    """
    latest_first = sorted(dated, key=lambda one: (one[1], one[0].name), reverse=True)
    kept = {path for path, made_at, reason in latest_first if _is_kept_anyway(made_at, reason, today)}
    spoilt: set[Path] = set()
    while True:
        placed = [one for one in latest_first if one[0] not in spoilt]
        holders = [(kind, _holders(placed, kind, places)) for kind, places in _PLACES]
        for _, held in holders:
            kept.update(held.values())  # also those found spoilt below: they are not what has to go
        removed = [one for one in placed if one[0] not in kept]
        displacing = {path for one in removed for kind, held in holders for path in _before(one, kind, held)}
        found = {path for path in displacing if not is_sound(path)}
        if not found:
            return frozenset(kept)
        spoilt |= found


def _is_kept_anyway(made_at: datetime, reason: BackupReason, today: date) -> bool:
    recent = today - made_at.date() <= timedelta(days=SAFETY_DAYS)
    return reason is BackupReason.ASKED or (reason in RISKY and recent)


_Kind = Callable[[Dated], Hashable]
_PLACES: Final[tuple[tuple[_Kind, int], ...]] = (
    (lambda one: one[1].date(), KEPT_DAYS),
    (lambda one: one[1].isocalendar()[:2], KEPT_WEEKS),
    (lambda one: (one[1].year, one[1].month), KEPT_MONTHS),
    (lambda one: one[0] if one[2] in RISKY else None, KEPT_RISKY),
)
"""What has a place: a day, a week, a month, one made before a risky act; how many of the last have one."""


def _holders(latest_first: Iterable[Dated], kind: _Kind, places: int) -> dict[Hashable, Path]:
    """Who has each place of a kind: the latest of each of the last that have one."""
    held: dict[Hashable, Path] = {}
    for one in latest_first:
        if (place := kind(one)) is not None:
            held.setdefault(place, one[0])
    return dict(list(held.items())[:places])


def _before(one: Dated, kind: _Kind, held: Mapping[Hashable, Path]) -> Iterable[Path]:
    """Those for which `one` has no place of a kind: the holder of its own or, when all are later, each."""
    place = kind(one)
    if place is None:
        return ()
    return (held[place],) if place in held else held.values()


def made_folder(database: Path) -> Path:
    """The folder of backups, there for good. Raises OSError."""
    folder = backup_folder(database)
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE)
        share_as(database, folder)
        sync_folder(database.parent)
    return folder


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """A name of `folder` that nothing has: `stem` and, when taken, a number, then `suffix`."""
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}_{number}{suffix}"
    return path


def no_folder(folder: Path, not_done: str = "la sauvegarde n’a pas été faite") -> WriteRefusal:
    """The folder of backups cannot be written; `not_done` says what was to be done there."""
    return WriteRefusal(
        "sauvegarde-impossible",
        f"Le dossier « {shown(folder)} » ne peut pas être écrit : {not_done}. La base est intacte.",
        "Rendez ce dossier accessible en écriture, puis recommencez.",
    )
