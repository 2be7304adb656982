"""Backups: made, listed, checked, deleted by the rotation of `domain.backups`, restored, erased from."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from ctg_tui import PROGRAM
from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.backups import Backup, BackupProblem, BackupReason, Content, Dated, kept_backups
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.storage import received, review, rows
from ctg_tui.storage.documents import erase_unused_workbooks
from ctg_tui.storage.opening import (
    ASIDE,
    COMPANIONS,
    WriterLock,
    backup_files,
    backup_folder,
    connect,
    damage,
    folder_files,
    label,
    leftovers,
    local,
    locked,
    orphans,
    read_name,
    share_as,
    stamp,
)
from ctg_tui.storage.refusals import (
    FAILURES,
    absent,
    damaged,
    is_damage,
    not_opened,
    shown,
    unreadable_folder,
)
from ctg_tui.storage.rows import parse_moment
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import (
    FOLDER_MODE,
    WriteRefusal,
    atomic_replace,
    atomic_write,
    retry_if_locked,
    sync_folder,
)

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


_NOT_COPIED: Final = "l’état actuel n’y a pas été copié"


@dataclass(frozen=True)
class Restored:
    """The result of a restoration: the present content, and where the former file is.

    `undo` is the backup of the former database, which restores it; a damaged one is in `put_aside`, as it
    was.
    """

    content: Content
    undo: Backup | None
    put_aside: tuple[Path, ...]


def restore(database: Path, backup: Path, now: datetime, lock: WriterLock | None = None) -> Restored:
    """Put `backup` in the place of `database`, which must be closed.

    `lock` is the writer's, when the caller holds it; else it is taken meanwhile. Raises WriteRefusal, or
    DatabaseRefusal: `sauvegarde-abimee`, or the refusal to open a database that is not damaged
    (`base-occupee`, `base-plus-recente`, `base-sans-droit`…). The database, or its damaged file among the
    backups, is then as it was.
    """
    content = sound_content(backup)
    if content is None:
        raise DatabaseRefusal(
            "sauvegarde-abimee",
            f"« {shown(backup)} » n’est pas une sauvegarde saine de ctg-tui. Rien n’a été changé.",
            "Choisissez-en une autre.",
        )
    taken = None if lock else locked(database)
    try:
        undo, put_aside = _save_present(database, now)
        try:
            with contextlib.closing(connect(backup, write=False)) as source:
                atomic_replace(database, lambda temporary: prepare(source, temporary, content, database))
        except FAILURES as error:
            raise not_opened(backup, error) from error
    finally:
        if taken:
            taken.release()
    return Restored(content, undo, put_aside)


def put_aside(database: Path, now: datetime) -> tuple[Path, ...]:
    """Link a damaged database, with its companions, into the folder of backups; return the new paths.

    Raises WriteRefusal. The database stays under its own name until another file takes it.
    """
    stem = f"{label(database)}_{stamp(now)}_{ASIDE}"
    copies = []
    try:
        folder = made_folder(database)
        for suffix in ("", *COMPANIONS):
            present = database.with_name(database.name + suffix)
            if present.is_file():
                copy = free_name(folder, stem, f".db{suffix}")
                _second_name(present, copy)
                copies.append(copy)
        sync_folder(folder)
    except OSError as error:
        raise no_folder(backup_folder(database), _NOT_COPIED) from error
    return tuple(copies)


def keep_copy(database: Path, now: datetime) -> Path:
    """Copy a database not open here, byte for byte, into its backups; return it. Raises WriteRefusal."""
    try:
        folder = made_folder(database)
        content = database.read_bytes()
    except OSError as error:
        raise no_folder(backup_folder(database), _NOT_COPIED) from error
    copy = free_name(folder, f"{label(database)}_{stamp(now)}_{ASIDE}", ".db")
    atomic_write(copy, content)
    return copy


def _save_present(database: Path, now: datetime) -> tuple[Backup | None, tuple[Path, ...]]:
    if not database.is_file():
        return None, ()
    try:
        with contextlib.closing(connect(database, write=True, any_schema=True)) as present:
            undo = make(present, database, now, BackupReason.RESTORATION)
            present.execute("PRAGMA journal_mode = DELETE")
            return undo, ()
    except DatabaseRefusal as refusal:
        if refusal.code != "base-abimee":
            raise
    except FAILURES as error:
        if not is_damage(error):
            raise not_opened(database, error) from error
    # A damaged file cannot be restored. Any other may be sound, and a file put aside is in no list of
    # backups.
    return None, put_aside(database, now)


def prepare(source: sqlite3.Connection, temporary: Path, content: Content, database: Path) -> None:
    """Copy `source` to the file that is to take the place of `database`, verified, with the same rights."""
    copy_database(source, temporary, content)
    share_as(database, temporary)
    # SQLite would play the journal of the damaged database back into the restored one. It was put aside.
    for suffix in COMPANIONS:
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    sync_folder(database.parent)


def _second_name(present: Path, kept: Path) -> None:
    try:
        os.link(present, kept)
    except OSError:  # a drive without hard links: copy the bytes
        atomic_write(kept, present.read_bytes())


@dataclass(frozen=True)
class Held:
    """The assessments that a number names in the folder: identities by creation moment, as stored.

    Only a restoration can reuse a number: the moment distinguishes the assessments that had it.
    """

    identities: Mapping[str, Identity]
    in_database: bool


@dataclass(frozen=True)
class Erased:
    """The files removed, and the backup that takes their place, None without any before.

    Those of `left` cannot be read and may still hold what was erased.
    """

    backup: Backup | None
    removed: tuple[Path, ...]
    left: tuple[Path, ...]


@dataclass(frozen=True)
class _Target:
    """The assessments to erase: those of that number that were created at one of these moments."""

    id: int
    moments: frozenset[str]

    def is_in(self, connection: sqlite3.Connection) -> bool:
        """Return whether an open database holds it."""
        found = connection.execute("SELECT created_at FROM assessment WHERE id = ?", (self.id,))
        return not self.moments.isdisjoint(moment for (moment,) in found)

    def remove(self, copy: sqlite3.Connection) -> None:
        """Delete its rows from a copy of the database."""
        wanted = [(self.id, moment) for moment in sorted(self.moments)]
        that_one = "FROM assessment WHERE id = ? AND created_at = ?"
        lineages = [
            uuid for one in wanted for (uuid,) in copy.execute(f"SELECT uuid {that_one}", one).fetchall()
        ]
        copy.executemany(f"DELETE {that_one}", wanted)
        for lineage in lineages:  # once it is no longer one's own, the reviews of it go too
            received.forget(copy, lineage)
            review.forget_draft(copy, lineage)
        erase_unused_workbooks(copy)


def held(database: Path, assessment_id: int) -> Held:
    """Return the assessment of the database or, when it has none of that number, those of its backups.

    Raises Refusal (`evaluation-absente`) or DatabaseRefusal.
    """
    moments = _identities(database, assessment_id)
    if moments:
        return Held(moments, in_database=True)
    for path in _kept_files(database):
        with contextlib.suppress(DatabaseRefusal):  # one that cannot be read is named once the rest is erased
            moments |= _identities(path, assessment_id)
    if not moments:
        raise absent(assessment_id)
    return Held(moments, in_database=False)


def erase(database: Path, assessment_id: int, now: datetime, *, unreadable_too: bool = False) -> Erased:
    """Remove an assessment from the database, and every backup made before.

    The caller has closed the database and holds its lock. With `unreadable_too`, files that no version can
    read are removed too, since they may hold it.

    The database comes first, rewritten whole or left as it was; then a new backup is made and verified; then
    the former ones go, so that an interrupted erasing can be run again. Raises Refusal
    (`evaluation-absente`), DatabaseRefusal or WriteRefusal (`effacement-incomplet` names the files left).
    """
    wanted = held(database, assessment_id)
    target = _Target(assessment_id, frozenset(wanted.identities))
    try:
        for path in leftovers(database):
            path.unlink()
    except OSError as error:
        raise no_folder(backup_folder(database), "rien n’a été effacé") from error
    _rewrite_without(database, target)
    if not _kept_files(database):
        return Erased(None, (), ())
    try:
        with contextlib.closing(connect(database, write=False)) as source:
            backup = make(source, database, now, BackupReason.ASKED)
    except (*FAILURES, Refusal) as error:
        # The refusal's own « rien n’a été changé » is false once the database is rewritten.
        raise _incomplete(database, _kept_files(database)) from error
    removed: list[Path] = []
    left: list[Path] = []
    refused: list[Path] = []
    looked_at = {backup.path}
    try:
        while found := set(_kept_files(database)) - looked_at:  # another program may make one meanwhile
            for path in sorted(found):
                looked_at.add(path)
                may_hold = _may_hold(path, database, target)
                if may_hold is None and not (unreadable_too and is_damaged(path)):
                    left.append(path)
                elif may_hold is not False:
                    try:
                        removed += _remove(path)
                    except OSError:
                        refused.append(path)
        sync_folder(backup_folder(database))
    except (OSError, Refusal) as error:
        still = sorted({*_kept_files(database)} - {backup.path})
        raise _incomplete(database, still) from error
    if refused:
        raise _incomplete(database, refused)
    return Erased(backup, tuple(removed), tuple(sorted(left)))


def _may_hold(path: Path, database: Path, target: _Target) -> bool | None:
    """Return whether a file is to be removed; None for one that cannot be read.

    A backup of `database` is, whatever its rows: its free pages may hold what was deleted since. A file put
    aside is only if it holds the target: it may be all that is left of other rows.
    """
    if path in backup_files(database):
        return True if sound_content(path) is not None else None
    return _holds(path, target)


def _holds(path: Path, target: _Target) -> bool | None:
    """Return whether a database file holds the target; None for one that cannot be read."""
    try:
        with contextlib.closing(connect(path, write=False, pages=False)) as source:
            if target.is_in(source):
                return True
            return None if damage(source) else False
    except (DatabaseRefusal, *FAILURES, *rows.CORRUPT_ROW_ERRORS):
        return None


def _remove(path: Path) -> list[Path]:
    """Remove a file with what SQLite left beside it; return those that were there. Raises OSError."""
    there = [one for suffix in ("", *COMPANIONS) if (one := path.with_name(path.name + suffix)).exists()]
    for one in there:
        retry_if_locked(one.unlink)
    return there


def _incomplete(database: Path, still: Sequence[Path]) -> WriteRefusal:
    names = ", ".join(f"« {shown(Path(path.name))} »" for path in still)
    return WriteRefusal(
        "effacement-incomplet",
        f"L’évaluation est effacée, mais des fichiers de « {shown(backup_folder(database))} » peuvent encore "
        f"la contenir : {names}.",
        "Libérez de la place, ou rendez ce dossier accessible en écriture, puis relancez la même commande.",
    )


def _kept_files(database: Path) -> tuple[Path, ...]:
    return (*folder_files(database), *orphans(database))


def _identities(path: Path, assessment_id: int) -> dict[str, Identity]:
    """Return the identity of that assessment in a database file, by creation moment; empty without it."""
    try:
        with contextlib.closing(connect(path, write=False)) as source:
            found = source.execute("SELECT * FROM assessment WHERE id = ?", (assessment_id,))
            return {row["created_at"]: rows.identity(row) for row in found}
    except FAILURES as error:
        raise not_opened(path, error) from error
    except rows.CORRUPT_ROW_ERRORS as error:
        raise damaged(path) from error


def _rewrite_without(database: Path, target: _Target) -> None:
    """Rewrite the database without `target`, and without the free pages that may hold what was deleted."""

    def fill(temporary: Path) -> None:
        # Close before the new file takes its place: Windows replaces no file that is open.
        with contextlib.closing(connect(database, write=False)) as source:
            copy_database(source, temporary, read_content(source))
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            copy.row_factory = sqlite3.Row
            # No rollback journal: it would hold the erased rows, and the copy is still a temporary file.
            for setting in ("journal_mode = OFF", "secure_delete = ON", "foreign_keys = ON"):
                copy.execute(f"PRAGMA {setting}")
            target.remove(copy)
            copy.execute("VACUUM")
        share_as(database, temporary)

    try:
        atomic_replace(database, fill)
    except FAILURES as error:
        raise not_opened(database, error) from error
