"""Removing an assessment from every file of the database's folder, down to the bytes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.errors import Refusal
from ctg_tui.storage import backups, rows, submissions
from ctg_tui.storage.file_names import backup_folder, folder_files, leftovers, orphans
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, absent, not_opened, shown
from ctg_tui.storage.rights import share_as
from ctg_tui.storage.schema_check import look
from ctg_tui.storage.schema_repair import drop_triggers
from ctg_tui.storage.workbooks import FIRST_VERSION, erase_unused
from ctg_tui.system.files import WriteRefusal, atomic_replace, sync_folder


@dataclass(frozen=True)
class Held:
    """The assessments that a number names in the folder: identities by creation moment, as stored.

    Only a restoration can reuse a number: the moment distinguishes the assessments that had it.
    """

    identities: Mapping[str, Identity]
    in_database: bool


@dataclass(frozen=True)
class Erased:
    """The files rewritten without the assessment. Those of `left` cannot be read and may still hold it."""

    rewritten: tuple[Path, ...]
    left: tuple[Path, ...]


def held(database: Path, assessment_id: int) -> Held:
    """Return the assessment of the database or, when it has none of that number, those of its backups.

    Raises Refusal (`evaluation-absente`) or DatabaseRefusal.
    """
    moments = _identities(database, assessment_id)
    if moments:
        return Held(moments, in_database=True)
    for path in _kept_files(database):
        if backups.sound_content(path) is not None:
            moments |= _identities(path, assessment_id)
    if not moments:
        raise absent(assessment_id)
    return Held(moments, in_database=False)


def erase(database: Path, assessment_id: int, *, unreadable_too: bool = False) -> Erased:
    """Remove an assessment from the database and from its backups.

    The caller has closed the database and holds its lock. With `unreadable_too`, backups that no version can
    read are deleted, since they cannot be rewritten.

    Each file is rewritten whole or left as it was. The database comes first: a backup made meanwhile does not
    hold the assessment, and an interrupted erasure can be run again. Raises Refusal (`evaluation-absente`),
    DatabaseRefusal or WriteRefusal.
    """
    wanted = held(database, assessment_id)
    try:
        for path in leftovers(database):
            path.unlink()
    except OSError as error:
        raise backups.no_folder(backup_folder(database), "l’évaluation n’a pas été effacée") from error
    rewritten = [database] if _rewrite_without(database, assessment_id, wanted.identities) else []
    try:
        left = _rewrite_backups(database, assessment_id, wanted, rewritten)
        if unreadable_too:
            for path in left & {*folder_files(database)}:
                if backups.is_damaged(path):
                    path.unlink()
                    left.remove(path)
        if backup_folder(database).is_dir():
            sync_folder(backup_folder(database))
    except (OSError, Refusal) as error:
        # The refusal's own « rien n’a été changé » is false once a file is rewritten.
        raise WriteRefusal(
            "effacement-incomplet",
            "L’évaluation est effacée, mais des fichiers de "
            f"« {shown(backup_folder(database))} » peuvent encore la contenir.",
            "Libérez de la place, ou rendez ce dossier accessible en écriture, puis relancez la même "
            "commande.",
        ) from error
    return Erased(tuple(rewritten), tuple(sorted(left)))


def _rewrite_backups(database: Path, assessment_id: int, wanted: Held, rewritten: list[Path]) -> set[Path]:
    """Rewrite the files about `database`, appending each to `rewritten`; return the unreadable files."""
    left: set[Path] = set()
    seen: set[Path] = set()
    while new := [path for path in _kept_files(database) if path not in seen]:  # made by another window
        for path in new:
            seen.add(path)
            if backups.sound_content(path) is None:
                left.add(path)
            elif _rewrite_without(path, assessment_id, wanted.identities):
                rewritten.append(path)
    return left


def _kept_files(database: Path) -> tuple[Path, ...]:
    return (*folder_files(database), *orphans(database))


def _identities(path: Path, assessment_id: int) -> dict[str, Identity]:
    """Return the identity of that assessment in a database file, by creation moment; empty without it."""
    try:
        with contextlib.closing(connect(path, write=False)) as source:
            found = source.execute("SELECT * FROM assessment WHERE id = ?", (assessment_id,))
            return {row["created_at"]: rows.identity(row, ()) for row in found}
    except FAILURES as error:
        raise not_opened(path, error) from error


def _rewrite_without(path: Path, assessment_id: int, moments: Iterable[str]) -> bool:
    """Rewrite a database file without an assessment; return whether the file held it."""
    gone = sorted(set(moments) & set(_identities(path, assessment_id)))
    if not gone:
        return False

    def fill(temporary: Path) -> None:
        # Close before the new file takes its place: Windows replaces no file that is open.
        with contextlib.closing(connect(path, write=False)) as source:
            backups.copy_database(source, temporary, backups.read_content(source))
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            # No rollback journal: it would hold the erased rows, and the copy is still a temporary file.
            for setting in ("journal_mode = OFF", "secure_delete = ON", "foreign_keys = ON"):
                copy.execute(f"PRAGMA {setting}")
            # A trigger, always another program's, could copy the erased rows elsewhere.
            shape = look(copy)
            drop_triggers(copy, shape.triggers)
            wanted = [(assessment_id, moment) for moment in gone]
            if shape.version >= submissions.FIRST_VERSION:
                copy.executemany(submissions.FORGET_OF_ASSESSMENT, wanted)
            copy.executemany("DELETE FROM assessment WHERE id = ? AND created_at = ?", wanted)
            if shape.version >= FIRST_VERSION:
                erase_unused(copy)
            copy.execute("VACUUM")
        share_as(path, temporary)

    try:
        atomic_replace(path, fill)
    except FAILURES as error:
        raise not_opened(path, error) from error
    return True
