"""Backups as values: why one was made, what it holds, why it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class BackupReason(StrEnum):
    """Why a backup was made. The value is in its name."""

    DAILY = "quotidienne"
    ASKED = "demandee"
    MIGRATION = "avant-mise-a-jour"
    DELETION = "avant-suppression"
    RESTORATION = "avant-restauration"
    REPAIR = "avant-reparation"
    GRID = "avant-changement-de-grille"


class BackupProblem(StrEnum):
    """Why nothing can be read in a file. Only DAMAGED says that nobody could: the others may be sound."""

    DAMAGED = "abimee"
    NEWER = "plus-recente"
    BUSY = "occupee"
    UNREADABLE = "illisible"


@dataclass(frozen=True)
class Content:
    """What a base holds, without anybody's words: counts, and the last change (UTC)."""

    assessments: int
    answers: int
    comments: int
    changed_at: datetime | None


@dataclass(frozen=True)
class Backup:
    """A backup file. `made_at` is the local time of its name; without `content`, `trouble` says why it cannot
    be gone back to.
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
