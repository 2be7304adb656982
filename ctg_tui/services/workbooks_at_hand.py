"""The workbooks that a person may mean: those of the usual folders, the latest first."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

from ctg_tui.spreadsheet.reader import MAX_BYTES

SUFFIXES: Final = (".xlsx", ".ods", ".csv")
_READABLE: Final = (*SUFFIXES, ".json", ".xls", ".xlsm")
"""The ends of the names that are opened: some only to be refused with their reason."""
RECEIVED: Final = (".json", ".eml", ".mbox", ".zip", ".msg")
"""The ends of the names of what is received from others."""
_MOST_ENTRIES: Final = 5_000
"""Entries looked at in one folder."""
_MOST_SECONDS: Final = 2.0
_MOST: Final = 30
_OURS: Final = re.compile(r"CTG_.*_(?:rapport|previsionnel)\.xlsx")
_LONGEST_NAME: Final = 255
"""Characters of one name at most. Windows does not tell a longer one from one that is not there."""
_LOCK_FILE: Final = ("~$", ".")


class AtHand(NamedTuple):
    """A workbook that was found, not opened yet. `changed_at` is in UTC."""

    path: Path
    changed_at: datetime


def usual_folders() -> tuple[Path, ...]:
    """Return the current folder, then the person's downloads, documents and desktop."""
    import platformdirs  # only for this list

    return (
        Path(os.curdir),
        Path(platformdirs.user_downloads_dir()),
        Path(platformdirs.user_documents_dir()),
        Path(platformdirs.user_desktop_dir()),
    )


def workbooks_at_hand(folders: Iterable[Path]) -> tuple[AtHand, ...]:
    """Return the workbooks that stand in `folders` themselves, the latest first; our reports are left out.

    Bounded in entries and in time: a folder that cannot be listed, or that comes too late, gives nothing.
    """
    end = monotonic() + _MOST_SECONDS
    found: dict[Path, AtHand] = {}
    for folder in folders:
        for workbook in _in_folder(folder):
            path = workbook.path.resolve()
            found.setdefault(path, workbook._replace(path=path))
            if monotonic() > end:
                break
    return tuple(
        sorted(found.values(), key=lambda one: (one.changed_at, one.path.name), reverse=True)[:_MOST]
    )


def _in_folder(folder: Path) -> Iterator[AtHand]:
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, _MOST_ENTRIES):
                if _may_be_one(entry.name) and (at := _changed_at(entry)) is not None:
                    yield AtHand(Path(entry.path), at)
    except OSError:  # absent, or without the right to list it
        return


def _may_be_one(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith(_LOCK_FILE) and not _OURS.fullmatch(name)


def _changed_at(entry: os.DirEntry[str]) -> datetime | None:
    """Return when a regular file that is not too large was last changed; None for anything else."""
    try:
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
            return None
        return datetime.fromtimestamp(status.st_mtime, UTC)
    except (OSError, ValueError, OverflowError):  # gone meanwhile, or a date that no calendar has
        return None


def dropped_path(text: str) -> Path | None:
    """Return the path that a terminal pastes for a dropped workbook; None for any other text."""
    path = dropped_file(text)
    return path if path is not None and path.name.lower().endswith(_READABLE) else None


def dropped_file(text: str) -> Path | None:
    """Return the path that a terminal pastes for a dropped file or folder; None for any other text.

    Terminals quote it, escape its spaces, or give it as a `file://` address. A name without one of the ends
    of received files is a path only if something is there.
    """
    from urllib.parse import unquote, urlsplit

    typed = text.strip().strip("\"'")
    if not typed or "\n" in typed:
        return None
    if typed.startswith("file://"):
        try:
            address = unquote(urlsplit(typed).path)
        except ValueError:  # no address at all
            return None
        typed = address[1:] if re.match(r"/[A-Za-z]:", address) else address
    elif os.name != "nt" and not os.path.exists(typed):  # noqa: PTH110 - False for what can be no path
        typed = re.sub(r"\\(.)", r"\1", typed)
    try:
        path = Path(typed).expanduser()
    except RuntimeError:  # the home folder of a user unknown here
        path = Path(typed)
    except ValueError:  # what no path can hold
        return None
    is_named_so = typed.lower().endswith((*_READABLE, *RECEIVED))
    try:
        path.stat()
    except ValueError:
        return None
    except OSError as error:
        is_too_long = error.errno == errno.ENAMETOOLONG or len(path.name) > _LONGEST_NAME
        return path if is_named_so and not is_too_long else None
    return path
