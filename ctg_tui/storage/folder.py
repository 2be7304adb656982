"""The names of what stands beside the base: its backups, and what was put aside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

BACKUP_FOLDER: Final = "sauvegardes"
_STAMP = r"\d{4}-\d\d-\d\d_\d\dh\d\dm\d\d"


def backup_folder(base: Path) -> Path:
    """Where the backups of `base` are: the folder may not exist yet."""
    return base.parent / BACKUP_FOLDER


def backup_files(base: Path) -> tuple[Path, ...]:
    """The files named as backups of `base`, the latest first. Several bases may share the folder."""
    pattern = re.compile(rf"{re.escape(base.stem)}_{_STAMP}_[a-z-]+(?:_\d+)?\.db")
    folder = backup_folder(base)
    if not folder.is_dir():
        return ()
    found = (entry for entry in folder.iterdir() if pattern.fullmatch(entry.name))
    return tuple(sorted(found, key=lambda entry: entry.name, reverse=True))
