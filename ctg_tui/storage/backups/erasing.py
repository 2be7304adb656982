"""Removing an assessment, or the log of a territory, from every file of the folder, down to the bytes.

The rows go from the database, rewritten whole; one new backup then takes the place of all the former ones.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from ctg_tui.domain.assessment import Identity, Territory
from ctg_tui.domain.backups import Backup, BackupReason
from ctg_tui.domain.details import of_territory
from ctg_tui.domain.errors import DatabaseRefusal, Refusal
from ctg_tui.storage import log, received, rows, values
from ctg_tui.storage.backups import copies
from ctg_tui.storage.backups.integrity import damage
from ctg_tui.storage.file_names import (
    COMPANIONS,
    backup_files,
    backup_folder,
    folder_files,
    leftovers,
    orphans,
    share_as,
)
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, absent, damaged, no_log, not_opened, shown
from ctg_tui.storage.spreadsheet import erase_unused
from ctg_tui.system.files import WriteRefusal, atomic_replace, retry_if_locked, sync_folder


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


class _Target(Protocol):
    """What is erased."""

    def is_in(self, connection: sqlite3.Connection) -> bool:
        """Return whether an open database holds it."""

    def remove(self, copy: sqlite3.Connection) -> None:
        """Delete its rows from a copy of the database."""


@dataclass(frozen=True)
class _Assessment:
    id: int
    moments: frozenset[str]

    def is_in(self, connection: sqlite3.Connection) -> bool:
        found = connection.execute("SELECT created_at FROM assessment WHERE id = ?", (self.id,))
        return not self.moments.isdisjoint(moment for (moment,) in found)

    def remove(self, copy: sqlite3.Connection) -> None:
        wanted = [(self.id, moment) for moment in sorted(self.moments)]
        that_one = "FROM assessment WHERE id = ? AND created_at = ?"
        lineages = [
            uuid for one in wanted for (uuid,) in copy.execute(f"SELECT uuid {that_one}", one).fetchall()
        ]
        copy.executemany(f"DELETE {that_one}", wanted)
        for lineage in lineages:  # once it is no longer one's own, the reviews of it go too
            received.forget(copy, lineage)
        erase_unused(copy)


@dataclass(frozen=True)
class _Log:
    territory: Territory

    def is_in(self, connection: sqlite3.Connection) -> bool:
        return bool(self._ids(connection))

    def remove(self, copy: sqlite3.Connection) -> None:
        for log_id in self._ids(copy):
            values.forget(copy, log.owner(log_id))
            copy.execute("DELETE FROM log WHERE id = ?", (log_id,))

    def _ids(self, connection: sqlite3.Connection) -> list[int]:
        rows_of_logs = connection.execute("SELECT * FROM log").fetchall()
        ranks = of_territory(self.territory, [log.territory_of(row) for row in rows_of_logs])
        return [rows_of_logs[rank]["id"] for rank in ranks]


_ERASED: Final = {_Assessment: ("L’évaluation est effacée", "la"), _Log: ("Le carnet est effacé", "le")}
"""For each kind of target: that it is erased from the database, and its pronoun."""


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
    target = _Assessment(assessment_id, frozenset(wanted.identities))
    return _erase(database, target, now, unreadable_too=unreadable_too)


def erase_log(database: Path, territory: Territory, now: datetime, *, unreadable_too: bool = False) -> Erased:
    """Remove the log of a territory, with its journal. See `erase`.

    Raises Refusal (`carnet-absent`) when no readable file holds one.
    """
    target = _Log(territory)
    if not any(_holds(path, target) for path in (database, *_kept_files(database))):
        raise no_log(territory.name)
    return _erase(database, target, now, unreadable_too=unreadable_too)


def _erase(database: Path, target: _Target, now: datetime, *, unreadable_too: bool) -> Erased:
    try:
        for path in leftovers(database):
            path.unlink()
    except OSError as error:
        raise copies.no_folder(backup_folder(database), "rien n’a été effacé") from error
    _rewrite_without(database, target)
    if not _kept_files(database):
        return Erased(None, (), ())
    try:
        with contextlib.closing(connect(database, write=False)) as source:
            backup = copies.make(source, database, now, BackupReason.ASKED)
    except (*FAILURES, Refusal) as error:
        # The refusal's own « rien n’a été changé » is false once the database is rewritten.
        raise _incomplete(database, target, _kept_files(database)) from error
    removed: list[Path] = []
    left: list[Path] = []
    refused: list[Path] = []
    looked_at = {backup.path}
    try:
        while found := set(_kept_files(database)) - looked_at:  # another program may make one meanwhile
            for path in sorted(found):
                looked_at.add(path)
                may_hold = _may_hold(path, database, target)
                if may_hold is None and not (unreadable_too and copies.is_damaged(path)):
                    left.append(path)
                elif may_hold is not False:
                    try:
                        removed += _remove(path)
                    except OSError:
                        refused.append(path)
        sync_folder(backup_folder(database))
    except (OSError, Refusal) as error:
        still = sorted({*_kept_files(database)} - {backup.path})
        raise _incomplete(database, target, still) from error
    if refused:
        raise _incomplete(database, target, refused)
    return Erased(backup, tuple(removed), tuple(sorted(left)))


def _may_hold(path: Path, database: Path, target: _Target) -> bool | None:
    """Return whether a file is to be removed; None for one that cannot be read.

    A backup of `database` is, whatever its rows: its free pages may hold what was deleted since. A file put
    aside is only if it holds the target: it may be all that is left of other rows.
    """
    if path in backup_files(database):
        return True if copies.sound_content(path) is not None else None
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


def _incomplete(database: Path, target: _Target, still: Sequence[Path]) -> WriteRefusal:
    is_erased, pronoun = _ERASED[type(target)]
    names = ", ".join(f"« {shown(Path(path.name))} »" for path in still)
    return WriteRefusal(
        "effacement-incomplet",
        f"{is_erased}, mais des fichiers de « {shown(backup_folder(database))} » peuvent encore {pronoun} "
        f"contenir : {names}.",
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
            copies.copy_database(source, temporary, copies.read_content(source))
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
