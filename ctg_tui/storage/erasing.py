"""Removing an assessment from every file of the base's folder, down to the bytes."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.files import atomic_replace, sync_folder
from ctg_tui.storage import backups
from ctg_tui.storage.failures import FAILURES, not_opened
from ctg_tui.storage.folder import backup_folder, folder_files, leftovers
from ctg_tui.storage.opening import connect
from ctg_tui.storage.store import Store


@dataclass(frozen=True)
class Erased:
    """What was rewritten without the assessment. `left` cannot be read: it may still hold it."""

    rewritten: tuple[Path, ...]
    left: tuple[Path, ...]


def erase(store: Store, assessment_id: int, *, unreadable_too: bool = False) -> Erased:
    """Remove an assessment from the backups, the base and the journal; with `unreadable_too`, delete the
    files set aside or damaged, which cannot be rewritten.

    The backups come first: interrupted, it can be done again. Raises Refusal when there is no such
    assessment, WriteRefusal, BaseRefusal, NotSaved.
    """
    store.load(assessment_id)
    created_at = str(
        store.connection.execute(
            "SELECT created_at FROM assessment WHERE id = ?", (assessment_id,)
        ).fetchone()[0]
    )
    rewritten: list[Path] = []
    left: list[Path] = []
    try:
        for path in leftovers(store.path):
            path.unlink()
        for path in folder_files(store.path):
            if backups.sound_content(path) is None:
                left.append(path)
            elif _rewrite_without(path, assessment_id, created_at):
                rewritten.append(path)
        if unreadable_too:
            for path in left:
                path.unlink()
            left = []
        if backup_folder(store.path).is_dir():
            sync_folder(backup_folder(store.path))
    except OSError as error:
        raise backups.no_folder(backup_folder(store.path), "l’évaluation n’a pas été effacée") from error
    store.delete(assessment_id)
    store.compact()
    return Erased((*rewritten, store.path), tuple(left))


def _rewrite_without(path: Path, assessment_id: int, created_at: str) -> bool:
    """Whether the backup held it. A number may name another assessment after a restoration: the moment of its
    creation tells them apart.
    """
    wanted = (assessment_id, created_at)

    def fill(temporary: Path) -> None:
        # Closed before the new file takes its place: Windows replaces no file that is open.
        with contextlib.closing(connect(path, write=False)) as source:
            backups.copy_base(source, temporary, backups.read_content(source))
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            # No rollback journal: it would hold what is being erased, and the copy has no name yet.
            for setting in ("journal_mode = OFF", "secure_delete = ON", "foreign_keys = ON"):
                copy.execute(f"PRAGMA {setting}")
            copy.execute("DELETE FROM assessment WHERE id = ? AND created_at = ?", wanted)
            copy.execute("VACUUM")

    try:
        with contextlib.closing(connect(path, write=False)) as source:
            found = source.execute("SELECT 1 FROM assessment WHERE id = ? AND created_at = ?", wanted)
            if found.fetchone() is None:
                return False
        atomic_replace(path, fill)
    except FAILURES as error:
        raise not_opened(path, error) from error
    return True
