"""Backups as values: reason, counts, and the problem of one that cannot be read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class BackupReason(StrEnum):
    """Why a backup was made. The value is in its name."""

    DAILY = "quotidienne"
    ASKED = "demandee"
    MIGRATION = "avant-mise-a-jour"
    DELETION = "avant-suppression"
    RESTORATION = "avant-restauration"
    GRID = "avant-changement-de-grille"
    REPLACEMENT = "avant-remplacement"


class BackupProblem(StrEnum):
    """Why a backup cannot be read. Only DAMAGED is for good: the other files may be sound."""

    DAMAGED = "abimee"
    NEWER = "plus-recente"
    BUSY = "occupee"
    UNREADABLE = "illisible"


class Content(NamedTuple):
    """The counts of a database and its last change (UTC): nothing that a person wrote."""

    assessments: int
    answers: int
    comments: int
    changed_at: datetime | None


class Backup(NamedTuple):
    """A backup file. `made_at` is the local time in its name.

    Without `content` the backup cannot be restored, and `problem` is the reason.
    """

    path: Path
    made_at: datetime
    reason: BackupReason
    size: int
    content: Content | None
    problem: BackupProblem | None = None

    @property
    def is_sound(self) -> bool:
        return self.content is not None
