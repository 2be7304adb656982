"""Backups: which ones rotation keeps, what each holds, and why it was made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple


class BackupReason(StrEnum):
    """Why a backup was made. The value is in its name."""

    DAILY = "quotidienne"
    ASKED = "demandee"
    MIGRATION = "avant-mise-a-jour"
    DELETION = "avant-suppression"
    RESTORATION = "avant-restauration"
    GRID = "avant-changement-de-grille"
    REPLACEMENT = "avant-remplacement"
    ASIDE = "mise-de-cote"
    """A damaged database put aside as it was: never a backup, and never rotated."""


class Content(NamedTuple):
    """The counts of a database: nothing that a person wrote."""

    assessments: int
    answers: int
    comments: int


class Backup(NamedTuple):
    """A backup file, with the local time and the reason in its name.

    `content` is None when it was not read, or cannot be: it is then not restored.
    """

    path: Path
    made_at: datetime
    reason: BackupReason
    content: Content | None = None


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
