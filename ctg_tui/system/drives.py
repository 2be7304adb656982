"""The kind of storage of a folder: local disk, network share, or synchronised folder."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

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


def is_synchronised(path: Path) -> bool:
    """Return whether `path` is in a folder of OneDrive, as the environment lists them."""
    folders = (os.environ.get(name) for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"))
    return any(path.absolute().is_relative_to(folder) for folder in folders if folder)


def _windows_share(path: Path) -> str | None:
    import ctypes

    drive = path.absolute().drive
    if drive.startswith("\\\\"):
        return "partage"
    remote = 4  # DRIVE_REMOTE
    windll = getattr(ctypes, "windll", None)
    return "partage" if windll and windll.kernel32.GetDriveTypeW(f"{drive}\\") == remote else None
