"""Backups: made by SQLite and verified, listed, rotated, restored, replaced when something is erased."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui import PROGRAM
from ctg_tui.domain.backups import Backup, BackupReason, Content, Dated, kept_backups
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.storage.opening import (
    ASIDE,
    COMPANIONS,
    PATIENCE_SECONDS,
    WriterLock,
    backup_files,
    backup_folder,
    connect,
    folder_files,
    label,
    local,
    locked,
    read_name,
    stamp,
)
from ctg_tui.storage.refusals import FAILURES, not_opened, not_saved, shown, unreadable_folder
from ctg_tui.storage.rows import parse_moment
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import (
    FOLDER_MODE,
    WriteRefusal,
    atomic_new,
    atomic_replace,
    atomic_write,
    remove_leftovers,
    retry_if_locked,
    sync_folder,
)


def list_backups(database: Path) -> tuple[Backup, ...]:
    """Return the backups of `database`, the latest first, each read whole. Raises DatabaseRefusal."""
    try:
        return tuple(
            Backup(path, made_at, reason, path.stat().st_size, sound_content(path))
            for path, made_at, reason in _dated(database)
        )
    except OSError as error:
        raise unreadable_folder(backup_folder(database)) from error


def _dated(database: Path) -> list[Dated]:
    """Return the backups of `database` as their names describe them, the latest first."""
    return [(path, *named) for path in backup_files(database) if (named := read_name(path, database))]


def sound_content(path: Path) -> Content | None:
    """Return the content of the database `path`; None unless it is whole, readable and ours."""
    try:
        with contextlib.closing(connect(path, write=False, pages=False)) as connection:
            return read_content(connection)
    except (DatabaseRefusal, *FAILURES):
        return None


def read_content(connection: sqlite3.Connection) -> Content:
    """Return the content of an open database, checked. Raises sqlite3.Error when it is damaged."""
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
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


def make(source: sqlite3.Connection, database: Path, now: datetime, reason: BackupReason) -> Backup:
    """Back up the open database `source` and verify the copy; nothing is rotated.

    The name is dated in local time. Raises WriteRefusal (no partial file is left), or sqlite3.Error when
    `source` cannot be read or is damaged.
    """
    wanted = _made_folder(database) / f"{label(database)}_{stamp(now)}_{reason.value}.db"
    for folder in (database.parent, wanted.parent):
        remove_leftovers(folder)
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as snapshot:
        # An edit waits while its database is read, and times out soon: write to a slow disk after the read.
        with _one_view(source):
            content = read_content(source)
            source.backup(snapshot)
        try:
            path = atomic_new(wanted, lambda temporary: copy_database(snapshot, temporary, content))
        except WriteRefusal as refusal:
            raise _not_made(wanted.parent, refusal) from refusal
    return Backup(path, local(now), reason, path.stat().st_size, content)


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
    with target.open("r+b") as file:
        file.seek(_JOURNAL_MODES_AT)
        file.write(b"\x01\x01")  # whole without any file beside it, should the source have been in WAL
    if sound_content(target) != content:
        raise WriteRefusal(
            "sauvegarde-differente",
            "Le contrôle de la sauvegarde a échoué : elle n’a pas été conservée.",
            f"Vérifiez le disque avec « {PROGRAM} docteur ».",
        )


_JOURNAL_MODES_AT: Final = 18
"""Where the header of a database says how it is written and read: 1 is a rollback journal, 2 a WAL."""
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
    kept = kept_backups(dated, local_time(now).date()) | {just_made}
    dropped = [path for path, _, _ in dated if path not in kept]
    if refused := _remove(dropped):
        raise no_folder(refused[0].parent, "d’anciennes sauvegardes n’ont pas été retirées")
    return tuple(dropped)


def _remove(paths: Iterable[Path]) -> list[Path]:
    """Remove files; return those that the system refuses to remove. Another window may rotate too."""
    refused = []
    for path in paths:
        try:
            retry_if_locked(partial(path.unlink, missing_ok=True))
        except OSError:
            refused.append(path)
    return refused


def _made_folder(database: Path) -> Path:
    """Return the folder of backups, created and fsynced when missing. Raises WriteRefusal."""
    folder = backup_folder(database)
    try:
        if not folder.is_dir():
            folder.mkdir(mode=FOLDER_MODE)
            sync_folder(database.parent)
    except OSError as error:
        raise no_folder(folder) from error
    return folder


def free_name(folder: Path, stem: str, suffix: str) -> Path:
    """Return a free path of `folder`: `stem`, then a number when that is taken, then `suffix`."""
    path, number = folder / f"{stem}{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}_{number}{suffix}"
    return path


_NOT_MADE: Final = "la sauvegarde n’a pas été faite"
_SAFE: Final = "Vos évaluations sont intactes."


def no_folder(folder: Path, not_done: str = _NOT_MADE) -> WriteRefusal:
    """Return the refusal for a folder of backups without rights, or another thing in its place.

    `not_done` is the French consequence.
    """
    if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - raises nothing
        return WriteRefusal(
            "sauvegarde-impossible",
            f"« {shown(folder)} » n’est pas un dossier : {not_done}. {_SAFE}",
            "Déplacez ce fichier ou donnez-lui un autre nom : le dossier des sauvegardes y sera fait.",
        )
    return WriteRefusal(
        "sauvegarde-impossible",
        f"Le dossier « {shown(folder)} » n’est pas accessible en écriture : {not_done}. {_SAFE}",
        "Rendez ce dossier accessible en écriture, ou demandez-en les droits.",
    )


def _not_made(folder: Path, refusal: WriteRefusal) -> WriteRefusal:
    """Return the refusal of a backup for that of its file: nobody chooses its folder or closes it."""
    if refusal.code == "sauvegarde-differente":
        return refusal
    if refusal.code == "disque-plein":
        return WriteRefusal(
            refusal.code, f"Le disque est plein : {_NOT_MADE}. {_SAFE}", "Libérez de la place."
        )
    if refusal.code in {"ecriture-refusee", "ecriture-empechee", "dossier-absent"}:
        return no_folder(folder)
    return WriteRefusal(
        refusal.code,
        f"Le disque n’a pas pu écrire dans « {shown(folder)} » : {_NOT_MADE}. {_SAFE}",
        f"Vérifiez le disque avec « {PROGRAM} docteur ».",
    )


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

    `lock` is the writer's, when the caller holds it; else it is taken meanwhile, waited for as commands do.
    Raises WriteRefusal, or
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

    def fill(temporary: Path) -> None:
        with contextlib.closing(connect(backup, write=False)) as source:
            copy_database(source, temporary, content)
        # SQLite would play the journal of the former database back into the restored one.
        for suffix in COMPANIONS:
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        sync_folder(database.parent)

    taken = None if lock else locked(database, PATIENCE_SECONDS)
    try:
        undo, put_aside = _save_present(database, now)
        try:
            atomic_replace(database, fill)
        except FAILURES as error:
            raise not_opened(backup, error) from error
    finally:
        if taken:
            taken.release()
    return Restored(content, undo, put_aside)


def _save_present(database: Path, now: datetime) -> tuple[Backup | None, tuple[Path, ...]]:
    """Back up the database or, when it is damaged, put it aside as it is."""
    if not database.is_file():
        return None, ()
    try:
        with contextlib.closing(connect(database, write=True)) as present:
            undo = make(present, database, now, BackupReason.RESTORATION)
            present.execute("PRAGMA journal_mode = DELETE")  # whole without the files beside it, which go
            return undo, ()
    except (DatabaseRefusal, *FAILURES) as error:
        refusal = error if isinstance(error, DatabaseRefusal) else not_opened(database, error)
        if refusal.code != "base-abimee":
            raise refusal from error
    # A damaged file cannot be restored. Any other may be sound, and a file put aside is in no list of
    # backups.
    return None, _put_aside(database, now)


def _put_aside(database: Path, now: datetime) -> tuple[Path, ...]:
    """Copy a damaged database, with its companions, into the folder of backups; return the new paths.

    Raises WriteRefusal. The database stays under its own name until another file takes it.
    """
    folder = _made_folder(database)
    stem = f"{label(database)}_{stamp(now)}_{ASIDE}"
    copies = []
    for suffix in ("", *COMPANIONS):
        present = database.with_name(database.name + suffix)
        if present.is_file():
            copy = free_name(folder, stem, f".db{suffix}")
            try:
                content = present.read_bytes()
            except OSError as error:
                raise not_opened(present, error) from error
            atomic_write(copy, content)
            copies.append(copy)
    return tuple(copies)


class Erased(NamedTuple):
    """The backup made after an erasing, and the former files that it replaces."""

    backup: Backup
    removed: tuple[Path, ...]


def replace_former(source: sqlite3.Connection, database: Path, now: datetime) -> Erased:
    """Rewrite the database, open to its only writer, without its free pages; replace every former backup.

    The files put aside go too. The new backup is verified before the first of them is removed. Can be run
    again after any failure. Raises NotSaved, WriteRefusal (`effacement-incomplet` names the files left).
    """
    former = folder_files(database)
    try:
        source.execute("VACUUM")
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # no former page is left beside the file
        backup = make(source, database, now, BackupReason.ASKED)
    except FAILURES as error:
        raise _incomplete(former, not_saved(error).advice) from error
    except Refusal as refusal:
        raise _incomplete(former, refusal.advice) from refusal
    for folder in (database.parent, backup_folder(database)):
        remove_leftovers(folder, seconds=0)
    if refused := _remove(former):
        raise _incomplete(refused, "Rendez ce dossier accessible en écriture.")
    sync_folder(backup_folder(database))
    return Erased(backup, former)


def _incomplete(still: Iterable[Path], advice: str) -> WriteRefusal:
    names = ", ".join(f"« {shown(path)} »" for path in still)
    holders = (
        f"des fichiers peuvent encore la contenir : {names}" if names else "aucune sauvegarde n’a été faite"
    )
    return WriteRefusal(
        "effacement-incomplet",
        f"L’évaluation est effacée, mais {holders}.",
        f"{advice} Puis relancez la même commande.",
    )
