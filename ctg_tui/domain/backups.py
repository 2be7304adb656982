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
    """A backup file; `made_at` is the local time in its name. Without `content` it cannot be restored."""

    path: Path
    made_at: datetime
    reason: BackupReason
    size: int
    content: Content | None


KEPT_DAYS: Final = 30
KEPT_MONTHS: Final = 12
Dated = tuple[Path, datetime, BackupReason]
"""A backup as its name describes it: path, local time, reason."""


def kept_backups(dated: Iterable[Dated], today: date) -> frozenset[Path]:
    """Return the paths that rotation keeps, by their names alone.

    These are: the backups asked for, all of the last 30 days, today's included, and the latest of each of the
    12 latest months *that have one*: neither a long absence nor a wrong clock removes them all.
    """
    kept: set[Path] = set()
    months: set[tuple[int, int]] = set()
    for path, made_at, reason in sorted(dated, key=lambda backup: backup[1], reverse=True):
        month = made_at.year, made_at.month
        is_recent = today - made_at.date() < timedelta(days=KEPT_DAYS)
        is_last_of_month = month not in months and len(months) < KEPT_MONTHS
        if reason is BackupReason.ASKED or is_recent or is_last_of_month:
            kept.add(path)
        months.add(month)
    return frozenset(kept)
