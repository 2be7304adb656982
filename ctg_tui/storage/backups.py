"""Backups: made by SQLite and verified, listed, rotated, restored, replaced when something is erased."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.storage.connection import (
    COMPANIONS,
    PATIENCE_SECONDS,
    STAMP,
    Backup,
    BackupReason,
    Content,
    backup_files,
    backup_folder,
    backup_stem,
    connect,
    folder_files,
    local,
    look_first,
    writer_lock,
)
from ctg_tui.storage.refusals import FAILURES, not_opened, shown
from ctg_tui.system.computer import local_time
from ctg_tui.system.files import (
    FOLDER_MODE,
    WriteRefusal,
    atomic_write,
    remove_leftovers,
    retry_if_locked,
    sync_folder,
    write_refusal,
)


def list_backups(database: Path) -> tuple[Backup, ...]:
    """Return the backups of `database`, the latest first, each read whole. Raises DatabaseRefusal."""
    return tuple(one._replace(content=sound_content(one.path)) for one in backup_files(database))


def sound_content(path: Path) -> Content | None:
    """Return the content of the database `path`; None unless it is whole, readable and ours."""
    try:
        with contextlib.closing(connect(path, write=False)) as connection:
            return _content(connection)
    except (DatabaseRefusal, *FAILURES):
        return None


def _content(connection: sqlite3.Connection) -> Content:
    """Return the content of an open database, checked. Raises sqlite3.Error when it is damaged."""
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.DatabaseError("damaged")
    counts = connection.execute(
        "SELECT (SELECT count(*) FROM assessment), (SELECT count(*) FROM value WHERE field = 'note'),"
        " (SELECT count(*) FROM value WHERE field = 'commentaire')"
    )
    return Content(*counts.fetchone())


def make(source: sqlite3.Connection, database: Path, now: datetime, reason: BackupReason) -> Backup:
    """Back up the open database `source` and verify the copy; nothing is rotated.

    The name is dated in local time. Raises WriteRefusal (no partial file is left), or sqlite3.Error when
    `source` cannot be read or is damaged.
    """
    path = _free_name(database, now, reason)
    remove_leftovers(database.parent)
    raw, content = _copied(source)
    try:
        _write(path, raw, content)
    except WriteRefusal as refusal:
        raise not_made(path.parent, refusal) from refusal
    return Backup(path, local(now), reason, content)


def _copied(source: sqlite3.Connection) -> tuple[bytes, Content]:
    """Return an open database as the bytes of one file, with what it holds, in one view of it.

    Its header says that it is whole without any file beside it, should the source be in WAL.
    """
    source.execute("BEGIN")
    try:
        content = _content(source)
        raw = bytearray(source.serialize())
    finally:
        source.execute("ROLLBACK")
    raw[18:20] = b"\x01\x01"  # how it is written and read: 1 is a rollback journal, 2 a WAL
    return bytes(raw), content


def _write(path: Path, raw: bytes, content: Content, before_rename: Callable[[], None] | None = None) -> None:
    """Write a database whole, verified. Raises WriteRefusal."""

    def check(temporary: Path) -> None:
        if sound_content(temporary) != content:
            raise WriteRefusal(
                "sauvegarde-differente",
                "Le contrôle de la sauvegarde a échoué : elle n’a pas été conservée.",
                "Vérifiez le disque.",
            )
        if before_rename is not None:
            before_rename()

    atomic_write(path, raw, check)


KEPT_DAYS: Final = 30
KEPT_MONTHS: Final = 12


def kept_backups(backups: Iterable[Backup], today: date) -> frozenset[Path]:
    """Return the paths that rotation keeps, by their names alone.

    These are: the backups asked for, all of the last 30 days, today's included, and the latest of each of the
    12 latest months *that have one*: neither a long absence nor a wrong clock removes them all.
    """
    kept: set[Path] = set()
    months: set[tuple[int, int]] = set()
    for backup in sorted(backups, key=lambda backup: backup.made_at, reverse=True):
        month = backup.made_at.year, backup.made_at.month
        is_recent = today - backup.made_at.date() < timedelta(days=KEPT_DAYS)
        is_last_of_month = month not in months and len(months) < KEPT_MONTHS
        if backup.reason is BackupReason.ASKED or is_recent or is_last_of_month:
            kept.add(backup.path)
        months.add(month)
    return frozenset(kept)


def rotate(database: Path, now: datetime) -> None:
    """Remove the automatic backups that rotation drops; one that the system holds stays until the next time.

    Raises DatabaseRefusal when the folder cannot be read.
    """
    found = backup_files(database)
    kept = kept_backups(found, local_time(now).date())
    _remove(one.path for one in found if one.path not in kept)


def _remove(paths: Iterable[Path]) -> list[Path]:
    """Remove files; return those that the system refuses to remove. Another window may rotate too."""
    refused = []
    for path in paths:
        try:
            retry_if_locked(partial(path.unlink, missing_ok=True))
        except OSError:
            refused.append(path)
    return refused


def _free_name(database: Path, now: datetime, reason: BackupReason, suffix: str = ".db") -> Path:
    """Return a free `ctg-tui_2027-01-20_14h02m11_demandee.db` in the folder of backups, made if missing."""
    folder = backup_folder(database)
    stem = f"{backup_stem(database)}_{local(now).strftime(STAMP)}_{reason}"
    path, number = folder / f"{stem}{suffix}", 1
    try:
        if not folder.is_dir():
            folder.mkdir(mode=FOLDER_MODE)
            sync_folder(database.parent)
        while path.exists():
            number += 1
            path = folder / f"{stem}_{number}{suffix}"
    except OSError as error:
        raise not_made(folder, write_refusal(path, error)) from error
    return path


def not_made(folder: Path, refusal: WriteRefusal | None = None) -> WriteRefusal:
    """Return the refusal for a backup that `folder` does not take, `refusal` that of its file."""
    code, why = "sauvegarde-impossible", "n’est pas un dossier où écrire"
    advice = "Rendez ce dossier accessible en écriture, ou demandez-en les droits."
    if refusal is not None and refusal.code == "disque-plein":
        code, why, advice = refusal.code, "n’a plus de place", "Libérez de la place."
    elif refusal is not None and refusal.code != "ecriture-refusee":
        return refusal
    fact = f"« {shown(folder)} » {why} : la sauvegarde n’a pas été faite."
    return WriteRefusal(code, f"{fact} Vos évaluations sont intactes.", advice)


class Restored(NamedTuple):
    """The result of a restoration: the present content, and where the former file is.

    `undo` is the backup of the former database, which restores it; a damaged one is in `put_aside`, as it
    was.
    """

    content: Content
    undo: Backup | None
    put_aside: tuple[Path, ...]


def restore(database: Path, backup: Path, clock: Callable[[], datetime]) -> Restored:
    """Put `backup` in the place of `database`, whose lock is taken meanwhile.

    Raises WriteRefusal, or DatabaseRefusal: `sauvegarde-abimee`, or the refusal to open a database that is
    not damaged (`base-occupee`, `base-plus-recente`, `base-sans-droit`…), or a file that is no database of
    ours (`base-etrangere`). The database, or its damaged file among the backups, is then as it was.
    """
    try:
        with contextlib.closing(connect(backup, write=False)) as source:
            raw, content = _copied(source)
    except (DatabaseRefusal, *FAILURES) as error:
        raise DatabaseRefusal(
            "sauvegarde-abimee",
            f"« {shown(backup)} » n’est pas une sauvegarde saine de ctg-tui. Rien n’a été changé.",
            "Choisissez-en une autre.",
        ) from error
    try:
        look_first(database)  # once its lock file is there, any file passes for a damaged database of ours
    except DatabaseRefusal as refusal:
        if refusal.code != "base-abimee":
            raise
    with writer_lock(database, PATIENCE_SECONDS):
        try:
            undo, put_aside = _save_present(database, clock())
            _write(database, raw, content, partial(_remove_companions, database))
        except FAILURES as error:
            raise not_opened(database, error) from error
    return Restored(content, undo, put_aside)


def _remove_companions(database: Path) -> None:
    """Remove what SQLite left beside a database: it would be played back into the restored one."""
    for suffix in COMPANIONS:
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    sync_folder(database.parent)


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
    # backups. It stays under its own name until another file takes it.
    copies = []
    for suffix in ("", *COMPANIONS):
        present_file = database.with_name(database.name + suffix)
        if present_file.is_file():
            copies.append(_free_name(database, now, BackupReason.ASIDE, f".db{suffix}"))
            atomic_write(copies[-1], present_file.read_bytes())
    return None, tuple(copies)


class Erased(NamedTuple):
    """The backup made after an erasing, and the former files that it replaces."""

    backup: Backup
    removed: tuple[Path, ...]


def replace_former(source: sqlite3.Connection, database: Path, now: datetime) -> Erased:
    """Rewrite the database, open to its only writer, without its free pages; replace every former backup.

    The files put aside go too. The new backup is verified before the first of them is removed. Can be run
    again after any failure. Raises WriteRefusal (`effacement-incomplet` names the files left).
    """
    former = tuple(one.path for one in folder_files(database))
    try:
        source.execute("VACUUM")
        source.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # no former page is left beside the file
        backup = make(source, database, now, BackupReason.ASKED)
    except (Refusal, *FAILURES) as error:
        raise _incomplete(former) from error
    for folder in (database.parent, backup_folder(database)):
        remove_leftovers(folder, seconds=0)
    if refused := _remove(former):
        raise _incomplete(refused)
    sync_folder(backup_folder(database))
    return Erased(backup, former)


def _incomplete(still: Iterable[Path]) -> WriteRefusal:
    names = ", ".join(f"« {shown(path)} »" for path in still)
    return WriteRefusal(
        "effacement-incomplet",
        f"L’évaluation est effacée, mais des fichiers peuvent encore la contenir : {names or 'aucun'}.",
        "Libérez de la place ou rendez leur dossier accessible en écriture, puis relancez la même commande.",
    )
