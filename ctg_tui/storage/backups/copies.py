"""Backups on the disk: made, listed, checked, and deleted when the rotation of `domain.backups` says so."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.backups import Backup, BackupProblem, BackupReason, Content, Dated, kept_backups
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.file_names import backup_files, backup_folder, label, local, read_name, share_as, stamp
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, not_opened, shown, unreadable_folder
from ctg_tui.storage.rows import parse_moment
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import FOLDER_MODE, WriteRefusal, atomic_replace, sync_folder

_AHEAD: Final = timedelta(days=1)
"""How far ahead of now a right clock may have dated a backup: names hold no time zone, nor summer time."""
_BACKUP_PROBLEMS: Final = {
    "base-abimee": BackupProblem.DAMAGED,
    "base-etrangere": BackupProblem.DAMAGED,  # under a name of ours: its application id was overwritten
    "base-plus-recente": BackupProblem.NEWER,
    "base-occupee": BackupProblem.BUSY,
}


def list_backups(database: Path, *, check: bool = True) -> tuple[Backup, ...]:
    """Return the backups of `database`, the latest first, without changing anything.

    Without `check`, no file is opened: `content` and `problem` are None. Raises DatabaseRefusal when the
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
    """Return the latest backup that can be restored; None without one.

    A backup dated after `now` comes from a wrong clock: it is returned only when there is no other.
    """
    for path, made_at, reason in sorted(_dated(database), key=lambda dated: dated[1] > local(now) + _AHEAD):
        if content := sound_content(path):
            return Backup(path, made_at, reason, path.stat().st_size, content)
    return None


def _dated(database: Path) -> list[Dated]:
    """Return the backups of `database` as their names describe them, the latest first."""
    return [(path, *named) for path in backup_files(database) if (named := read_name(path, database))]


def sound_content(path: Path) -> Content | None:
    """Return the content of the database `path`; None unless it is whole, readable and ours."""
    return _looked_into(path)[0]


def is_damaged(path: Path) -> bool:
    """Return True only if no version can read `path`; newer, locked or denied files are not damaged.

    A `-journal` or `-wal` file counts as damaged unless its database may still be readable elsewhere.
    """
    database = path.with_name(_COMPANION.sub("", path.name))
    content, problem_here = _looked_into(database)
    if database == path:
        return problem_here is BackupProblem.DAMAGED
    return content is not None or problem_here is BackupProblem.DAMAGED or not database.exists()


_COMPANION: Final = re.compile("-(journal|wal|shm)$")


def _looked_into(path: Path) -> tuple[Content | None, BackupProblem | None]:
    """Return the content of `path`, or the problem that keeps it from being read."""
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            return read_content(connection), None
    except DatabaseRefusal as refusal:
        return None, _problem(refusal)
    except FAILURES as error:
        return None, _problem(not_opened(path, error))


def read_content(connection: sqlite3.Connection) -> Content:
    """Return the content of an open database, checked. Raises sqlite3.Error when it is damaged."""
    if breaks_rules(connection):
        raise sqlite3.DatabaseError("damaged")
    assessments, changed_at = connection.execute(
        "SELECT count(*), max(changed_at) FROM assessment"
    ).fetchone()
    (answers,) = connection.execute("SELECT count(*) FROM value WHERE field = 'note'").fetchone()
    (comments,) = connection.execute("SELECT count(*) FROM value WHERE field = 'commentaire'").fetchone()
    try:
        return Content(assessments, answers, comments, parse_moment(changed_at) if changed_at else None)
    except ValueError as error:
        raise sqlite3.DatabaseError("damaged") from error


def breaks_rules(connection: sqlite3.Connection) -> bool:
    """Return whether pages, indexes, rows or references are not as the tables require."""
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    return verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone() is not None


def make(source: sqlite3.Connection, database: Path, now: datetime, reason: BackupReason) -> Backup:
    """Back up the open database `source` and verify the copy; nothing is rotated.

    The name is dated in local time. Raises WriteRefusal (no partial file is left), or sqlite3.Error when
    `source` cannot be read or is damaged.
    """
    made_at = local(now)
    try:
        folder = made_folder(database)
        path = free_name(folder, f"{label(database)}_{stamp(now)}_{reason.value}", ".db")
    except OSError as error:
        raise no_folder(backup_folder(database)) from error
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as snapshot:
        # An edit waits while its database is read, and times out soon: write to a slow disk after the read.
        with _one_view(source):
            content = read_content(source)
            source.backup(snapshot)
        atomic_replace(path, lambda temporary: _copy_as_shared(snapshot, temporary, content, database))
    return Backup(path, made_at, reason, path.stat().st_size, content)


def _copy_as_shared(source: sqlite3.Connection, target: Path, content: Content, database: Path) -> None:
    copy_database(source, target, content)
    share_as(database, target)


@contextlib.contextmanager
def _one_view(source: sqlite3.Connection) -> Iterator[None]:
    """Hold one read transaction on `source`: no write to it is seen, nor committed, meanwhile."""
    source.execute("BEGIN")
    try:
        yield
    finally:
        source.execute("ROLLBACK")


def copy_database(source: sqlite3.Connection, target: Path, content: Content) -> None:
    """Copy the open database to the new file `target`, readable by its owner only.

    Raises WriteRefusal when the copy reads back as something else than `content`, OSError when the disk
    refuses, sqlite3.Error when `source` cannot be read.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # The copy is not yet under its final name: it needs no journal, and one fsync at the end is enough.
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
            "Le contrôle de la sauvegarde a échoué : elle n’a pas été conservée.",
            f"Vérifiez le disque avec « {PROGRAM} docteur ».",
        )


_SYSTEM_ERRORS: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EACCES,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}


def rotate(database: Path, now: datetime, just_made: Path) -> tuple[Path, ...]:
    """Remove the automatic backups that rotation drops; return their paths.

    `just_made` stays, even when a wrong clock makes it the oldest. Raises DatabaseRefusal when the folder
    cannot be read, WriteRefusal when a file cannot be removed.
    """
    dated = _dated(database)

    @cache
    def is_sound(path: Path) -> bool:
        return path == just_made or sound_content(path) is not None

    remaining = kept_backups(dated, local_time(now).date(), is_sound)
    removed = tuple(path for path, _, _ in dated if path not in remaining and path != just_made)
    try:
        for path in removed:
            path.unlink(missing_ok=True)  # another window may rotate too
    except OSError as error:
        raise no_folder(backup_folder(database), "d’anciennes sauvegardes n’ont pas été retirées") from error
    return removed


def made_folder(database: Path) -> Path:
    """Return the folder of backups, created and fsynced when missing. Raises OSError."""
    folder = backup_folder(database)
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE)
        share_as(database, folder)
        sync_folder(database.parent)
    return folder


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """Return a free path of `folder`: `stem`, then a number when that is taken, then `suffix`."""
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}_{number}{suffix}"
    return path


def no_folder(folder: Path, not_done: str = "la sauvegarde n’a pas été faite") -> WriteRefusal:
    """Return the refusal for a read-only folder of backups; `not_done` is the French consequence."""
    return WriteRefusal(
        "sauvegarde-impossible",
        f"Le dossier « {shown(folder)} » n’est pas accessible en écriture : {not_done}. "
        "Vos évaluations sont intactes.",
        "Rendez ce dossier accessible en écriture, puis recommencez.",
    )


def _problem(refusal: DatabaseRefusal) -> BackupProblem:
    """Return the problem of a backup whose opening raised `refusal`; damage only when the refusal says so."""
    return _BACKUP_PROBLEMS.get(refusal.code, BackupProblem.UNREADABLE)
