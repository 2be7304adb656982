"""Removing an assessment, or the log of a territory, from every file of the folder, down to the bytes."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from ctg_tui.domain.assessment import Identity, Territory
from ctg_tui.domain.errors import Refusal
from ctg_tui.domain.identity import of_territory
from ctg_tui.storage import backups, logs, rows, submissions, values
from ctg_tui.storage.file_names import backup_folder, folder_files, leftovers, orphans
from ctg_tui.storage.opening import connect
from ctg_tui.storage.refusals import FAILURES, absent, no_log, not_opened, shown
from ctg_tui.storage.rights import share_as
from ctg_tui.storage.schema_check import look
from ctg_tui.storage.schema_repair import drop_triggers
from ctg_tui.storage.workbooks import erase_unused
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


class _Target(Protocol):
    """What is removed from each file."""

    def is_in(self, path: Path) -> bool:
        """Return whether a database file holds it. Raises DatabaseRefusal."""

    def remove(self, copy: sqlite3.Connection) -> None:
        """Delete its rows from a copy of the file."""


@dataclass(frozen=True)
class _Assessment:
    id: int
    moments: frozenset[str]

    def is_in(self, path: Path) -> bool:
        return not self.moments.isdisjoint(_identities(path, self.id))

    def remove(self, copy: sqlite3.Connection) -> None:
        wanted = [(self.id, moment) for moment in sorted(self.moments)]
        that_one = "FROM assessment WHERE id = ? AND created_at = ?"
        lineages = [
            uuid for one in wanted for (uuid,) in copy.execute(f"SELECT uuid {that_one}", one).fetchall()
        ]
        copy.executemany(f"DELETE {that_one}", wanted)
        for lineage in lineages:  # once it is no longer one's own, the reviews of it go too
            submissions.forget(copy, lineage)
        erase_unused(copy)


@dataclass(frozen=True)
class _Log:
    territory: Territory

    def is_in(self, path: Path) -> bool:
        try:
            with contextlib.closing(connect(path, write=False)) as source:
                return bool(self._ids(source))
        except FAILURES as error:
            raise not_opened(path, error) from error

    def remove(self, copy: sqlite3.Connection) -> None:
        copy.row_factory = sqlite3.Row
        for log_id in self._ids(copy):
            values.forget(copy, logs.owner(log_id))
            copy.execute("DELETE FROM log WHERE id = ?", (log_id,))

    def _ids(self, connection: sqlite3.Connection) -> list[int]:
        rows_of_logs = connection.execute("SELECT * FROM log").fetchall()
        ranks = of_territory(self.territory, [logs.territory_of(row) for row in rows_of_logs])
        return [rows_of_logs[rank]["id"] for rank in ranks]


_WORDS: Final = {
    _Assessment: ("l’évaluation n’a pas été effacée", "L’évaluation est effacée", "la"),
    _Log: ("le carnet n’a pas été effacé", "Le carnet est effacé", "le"),
}
"""For each kind of target: that nothing was done, that a part was, and its pronoun."""


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
    target = _Assessment(assessment_id, frozenset(wanted.identities))
    return _erase(database, target, _WORDS[_Assessment], unreadable_too=unreadable_too)


def erase_log(database: Path, territory: Territory, *, unreadable_too: bool = False) -> Erased:
    """Remove the log of a territory, with its journal, from the database and its backups. See `erase`.

    Raises Refusal (`carnet-absent`) when no readable file holds one.
    """
    target = _Log(territory)
    files = [path for path in (database, *_kept_files(database)) if path == database or _is_sound(path)]
    if not any(target.is_in(path) for path in files):
        raise no_log(territory.name)
    return _erase(database, target, _WORDS[_Log], unreadable_too=unreadable_too)


def _is_sound(path: Path) -> bool:
    return backups.sound_content(path) is not None


def _erase(database: Path, target: _Target, words: tuple[str, str, str], *, unreadable_too: bool) -> Erased:
    try:
        for path in leftovers(database):
            path.unlink()
    except OSError as error:
        raise backups.no_folder(backup_folder(database), words[0]) from error
    rewritten = [database] if _rewrite_without(database, target) else []
    try:
        left = _rewrite_backups(database, target, rewritten)
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
            f"{words[1]}, mais des fichiers de « {shown(backup_folder(database))} » peuvent encore "
            f"{words[2]} contenir.",
            "Libérez de la place, ou rendez ce dossier accessible en écriture, puis relancez la même "
            "commande.",
        ) from error
    return Erased(tuple(rewritten), tuple(sorted(left)))


def _rewrite_backups(database: Path, target: _Target, rewritten: list[Path]) -> set[Path]:
    """Rewrite the files about `database`, appending each to `rewritten`; return the unreadable files."""
    left: set[Path] = set()
    seen: set[Path] = set()
    while new := [path for path in _kept_files(database) if path not in seen]:  # made by another window
        for path in new:
            seen.add(path)
            if backups.sound_content(path) is None:
                left.add(path)
            elif _rewrite_without(path, target):
                rewritten.append(path)
    return left


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


def _rewrite_without(path: Path, target: _Target) -> bool:
    """Rewrite a database file without `target`; return whether the file held it."""
    if not target.is_in(path):
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
            drop_triggers(copy, look(copy).triggers)
            target.remove(copy)
            copy.execute("VACUUM")
        share_as(path, temporary)

    try:
        atomic_replace(path, fill)
    except FAILURES as error:
        raise not_opened(path, error) from error
    return True
