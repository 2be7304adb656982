"""Removing an assessment from every file of the base's folder, down to the bytes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ctg_tui.domain.assessment import Identity
from ctg_tui.domain.errors import Refusal
from ctg_tui.storage import backups, rows
from ctg_tui.storage.file_names import backup_folder, folder_files, leftovers, orphans
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, absent, not_opened, shown
from ctg_tui.storage.rights import share_as
from ctg_tui.storage.schema_check import look
from ctg_tui.storage.schema_repair import drop_triggers
from ctg_tui.system.files import WriteRefusal, atomic_replace, sync_folder


@dataclass(frozen=True)
class Held:
    """What a number names in the folder: identities by the moment of their creation, as stored.

    Only a restoration can give a number again: the moment tells apart those that had it.
    """

    identities: Mapping[str, Identity]
    in_database: bool


@dataclass(frozen=True)
class Erased:
    """What was rewritten without the assessment. `left` cannot be read: it may still hold it."""

    rewritten: tuple[Path, ...]
    left: tuple[Path, ...]


def held(database: Path, assessment_id: int) -> Held:
    """The assessment of the base, or those of its backups when the base has none of that number any more.

    Raises Refusal (`evaluation-absente`), DatabaseRefusal.
    """
    found = _identities(database, assessment_id)
    if found:
        return Held(found, in_database=True)
    for path in _kept_files(database):
        if backups.sound_content(path) is not None:
            found |= _identities(path, assessment_id)
    if not found:
        raise absent(assessment_id)
    return Held(found, in_database=False)


def erase(database: Path, assessment_id: int, *, unreadable_too: bool = False) -> Erased:
    """Remove an assessment from the base, which is closed and reserved by the caller, and from its backups;
    with `unreadable_too`, delete those that are damaged for everybody, which cannot be rewritten.

    Each file is rewritten whole or left as it was, and the base comes first: a backup made meanwhile is
    made without it, and what was interrupted can be done again. Raises Refusal (`evaluation-absente`),
    DatabaseRefusal, WriteRefusal.
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
    except (OSError, Refusal) as error:  # whatever it is, « rien n’a été changé » would no longer be true
        raise WriteRefusal(
            "effacement-incomplet",
            "L’évaluation n’est plus dans la base, mais des fichiers de "
            f"« {shown(backup_folder(database))} » peuvent encore la contenir.",
            "Libérez de la place, ou rendez ce dossier accessible en écriture, puis relancez la même "
            "commande.",
        ) from error
    return Erased(tuple(rewritten), tuple(sorted(left)))


def _rewrite_backups(database: Path, assessment_id: int, wanted: Held, rewritten: list[Path]) -> set[Path]:
    """Rewrite what is kept about `database`, adding it to `rewritten`; return the unreadable files."""
    left: set[Path] = set()
    seen: set[Path] = set()
    while new := [path for path in _kept_files(database) if path not in seen]:  # one may be made meanwhile
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
    """Of the assessment of that number in a base file, if it has one."""
    try:
        with contextlib.closing(connect(path, write=False)) as source:
            found = source.execute("SELECT * FROM assessment WHERE id = ?", (assessment_id,))
            return {row["created_at"]: rows.identity(row, ()) for row in found}
    except FAILURES as error:
        raise not_opened(path, error) from error


def _rewrite_without(path: Path, assessment_id: int, moments: Iterable[str]) -> bool:
    """Whether the base file held it."""
    gone = sorted(set(moments) & set(_identities(path, assessment_id)))
    if not gone:
        return False

    def fill(temporary: Path) -> None:
        # Closed before the new file takes its place: Windows replaces no file that is open.
        with contextlib.closing(connect(path, write=False)) as source:
            backups.copy_database(source, temporary, backups.read_content(source))
        with contextlib.closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            # No rollback journal: it would hold what is being erased, and the copy has no name yet.
            for setting in ("journal_mode = OFF", "secure_delete = ON", "foreign_keys = ON"):
                copy.execute(f"PRAGMA {setting}")
            drop_triggers(copy, look(copy).triggers)  # another program's: they could write back what goes
            wanted = [(assessment_id, moment) for moment in gone]
            copy.executemany("DELETE FROM assessment WHERE id = ? AND created_at = ?", wanted)
            copy.execute("VACUUM")
        share_as(path, temporary)

    try:
        atomic_replace(path, fill)
    except FAILURES as error:
        raise not_opened(path, error) from error
    return True
