"""Putting a backup, whole, in the place of the database, after putting the present file aside."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ctg_tui.domain.backups import Backup, BackupReason, Content
from ctg_tui.domain.errors import DatabaseRefusal
from ctg_tui.storage.backups import copies as backups
from ctg_tui.storage.file_names import ASIDE, COMPANIONS, backup_folder, label, share_as, stamp
from ctg_tui.storage.opening import WriterLock, connect, locked
from ctg_tui.storage.refusals import FAILURES, is_damage, not_opened, shown
from ctg_tui.system.files import atomic_replace, atomic_write, sync_folder

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
    content = backups.sound_content(backup)
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
        folder = backups.made_folder(database)
        for suffix in ("", *COMPANIONS):
            present = database.with_name(database.name + suffix)
            if present.is_file():
                copy = backups.free_name(folder, stem, f".db{suffix}")
                _second_name(present, copy)
                copies.append(copy)
        sync_folder(folder)
    except OSError as error:
        raise backups.no_folder(backup_folder(database), _NOT_COPIED) from error
    return tuple(copies)


def keep_copy(database: Path, now: datetime) -> Path:
    """Copy a database not open here, byte for byte, into its backups; return it. Raises WriteRefusal."""
    try:
        folder = backups.made_folder(database)
        content = database.read_bytes()
    except OSError as error:
        raise backups.no_folder(backup_folder(database), _NOT_COPIED) from error
    copy = backups.free_name(folder, f"{label(database)}_{stamp(now)}_{ASIDE}", ".db")
    atomic_write(copy, content)
    return copy


def _save_present(database: Path, now: datetime) -> tuple[Backup | None, tuple[Path, ...]]:
    if not database.is_file():
        return None, ()
    try:
        with contextlib.closing(connect(database, write=True, any_schema=True)) as present:
            undo = backups.make(present, database, now, BackupReason.RESTORATION)
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
    backups.copy_database(source, temporary, content)
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
