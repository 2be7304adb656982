"""Backups: their rotation (which stay, which go), what each holds, and why it was made."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
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


# Rotation keeps recent backups, one a day, a week and a month, and those made before risky operations.

KEPT_DAYS: Final = 7
KEPT_WEEKS: Final = 5
KEPT_MONTHS: Final = 12
SAFETY_DAYS: Final = 30
"""Days during which every backup made before a risky operation stays: it is what undoes that operation."""
KEPT_RISKY: Final = 10
"""How many of those stay whatever their date: one wrong clock setting makes any of them look old."""

Dated = tuple[Path, datetime, BackupReason]
"""A backup as its name describes it: path, local time, reason."""
RISKY: Final = frozenset(
    {
        BackupReason.MIGRATION,
        BackupReason.DELETION,
        BackupReason.RESTORATION,
        BackupReason.GRID,
        BackupReason.REPLACEMENT,
    }
)


def kept_backups(
    dated: Iterable[Dated], today: date, is_sound: Callable[[Path], bool] = lambda _: True
) -> frozenset[Path]:
    """Return the paths that rotation keeps.

    These are: the latest backup of each of the last 7 days, 5 weeks and 12 months *that have one* (a long
    absence removes nothing); those asked for; and, of those made before a risky operation, the latest 10 and
    all of the last 30 days.

    A backup is dropped only when sound ones hold every slot it could have. `is_sound` opens a file, which is
    slow: it is called only for the backups that would displace another.
    """
    latest_first = sorted(dated, key=lambda backup: (backup[1], backup[0].name), reverse=True)
    kept = {path for path, made_at, reason in latest_first if _is_kept_anyway(made_at, reason, today)}
    damaged: set[Path] = set()
    while True:
        candidates = [backup for backup in latest_first if backup[0] not in damaged]
        holders = [(kind, _holders(candidates, kind, places)) for kind, places in _PLACES]
        for _, slots in holders:
            kept.update(slots.values())  # damaged ones too: rotation removes the surplus only
        removed = [backup for backup in candidates if backup[0] not in kept]
        displacing = {
            path for backup in removed for kind, slots in holders for path in _before(backup, kind, slots)
        }
        newly_damaged = {path for path in displacing if not is_sound(path)}
        if not newly_damaged:
            return frozenset(kept)
        damaged |= newly_damaged


def _is_kept_anyway(made_at: datetime, reason: BackupReason, today: date) -> bool:
    recent = today - made_at.date() <= timedelta(days=SAFETY_DAYS)
    return reason is BackupReason.ASKED or (reason in RISKY and recent)


_Kind = Callable[[Dated], Hashable]
_PLACES: Final[tuple[tuple[_Kind, int], ...]] = (
    (lambda one: one[1].date(), KEPT_DAYS),
    (lambda one: one[1].isocalendar()[:2], KEPT_WEEKS),
    (lambda one: (one[1].year, one[1].month), KEPT_MONTHS),
    (lambda one: one[0] if one[2] in RISKY else None, KEPT_RISKY),
)
"""The kinds of slots (a day, a week, a month, a risky operation) and how many of the latest are filled."""


def _holders(latest_first: Iterable[Dated], kind: _Kind, places: int) -> dict[Hashable, Path]:
    """Return the holder of each slot of a kind: the latest backup of each of the last `places` slots."""
    holders: dict[Hashable, Path] = {}
    for backup in latest_first:
        if (slot := kind(backup)) is not None:
            holders.setdefault(slot, backup[0])
    return dict(list(holders.items())[:places])


def _before(backup: Dated, kind: _Kind, holders: Mapping[Hashable, Path]) -> Iterable[Path]:
    """Return the backups that displace `backup` from its slot of a kind.

    That is the holder of its own slot or, when every holder is later, each of them; none when it has no slot.
    """
    slot = kind(backup)
    if slot is None:
        return ()
    return (holders[slot],) if slot in holders else holders.values()
