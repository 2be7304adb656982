"""Folders and drives: where the person's files and choices are, on what storage, open elsewhere or not."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

DATABASE_NAME: Final = "ctg-tui.db"


def default_database() -> Path:
    """Return `CTG_TUI_BASE`, or the database in the folder that the program makes for itself."""
    chosen = os.environ.get("CTG_TUI_BASE", "").strip('"')  # the quotes of `set CTG_TUI_BASE="…"`
    return Path(chosen) if chosen else _own_folder() / DATABASE_NAME


def _own_folder() -> Path:
    """Return the folder that the program makes for itself.

    It is `ctg-tui` in the user's data folder and, on Windows, in the person's folder: there, the Python of
    the Microsoft Store keeps what goes into the data folder in one of its own, which is another for each
    version of Python, and goes away with it.
    """
    if sys.platform == "win32":
        return Path.home() / "ctg-tui"
    import platformdirs  # this import takes 3 ms

    return Path(platformdirs.user_data_dir("ctg-tui", appauthor=False))


# The kind of storage of a folder: local disk or network share.

_NETWORK_TYPES: Final = {
    *("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ncpfs", "coda", "ceph", "davfs"),
    *("fuse.sshfs", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.glusterfs"),
}
_MOUNTS: Final = Path("/proc/self/mounts")


def network_share(path: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of share of `path` (`cifs`, `nfs4`…); None on a local disk or if unknown."""
    if sys.platform == "win32":
        return _windows_share(path)
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # no such table on this system
        return None
    absolute = path.absolute()
    best, kind = -1, ""
    for line in table.split("\n"):  # not `splitlines`: a folder's name may hold a line separator
        _, point, type_, *_ = [*line.split(" "), "", "", ""]
        folder = Path(re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), point))
        if type_ and len(folder.parts) >= best and absolute.is_relative_to(folder):
            best, kind = len(folder.parts), type_
    return kind if kind in _NETWORK_TYPES else None


def _windows_share(path: Path) -> str | None:
    import ctypes

    drive = path.absolute().drive
    if drive.startswith("\\\\"):
        return "partage"
    remote = 4  # DRIVE_REMOTE
    windll = getattr(ctypes, "windll", None)
    return "partage" if windll and windll.kernel32.GetDriveTypeW(f"{drive}\\") == remote else None
