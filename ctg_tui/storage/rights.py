"""Who may read and write a file, by its POSIX mode."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Final

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def is_shared(path: Path) -> bool:
    """Return whether several people share a file or folder on purpose.

    Others may write to it or to its folder, or its group is not the person's own. The mode of a copied file
    (0644) is not a purpose. Raises OSError.
    """
    status = path.stat()
    group_is_chosen = os.name == "posix" and status.st_mode & stat.S_IRWXG and status.st_gid != os.getgid()
    if status.st_mode & _OTHERS_WRITE or group_is_chosen:
        return True
    folder = (status if stat.S_ISDIR(status.st_mode) else path.parent.stat()).st_mode
    is_common = folder & stat.S_ISVTX  # /tmp: everyone writes there, each to their own files
    return bool(folder & stat.S_ISGID or (folder & _OTHERS_WRITE and not is_common))


def share_as(database: Path, made: Path) -> None:
    """Open `made`, a file or folder of `database`, to those who share it on purpose, and to no one else.

    Left to the person who makes them, a lock keeps a team from its own database, and a folder of backups
    from its backups. Raises OSError.
    """
    if os.name != "posix" or not database.is_file() or not is_shared(database):
        return
    shared, present = database.stat(), made.stat()
    if present.st_uid != os.getuid():
        return
    if present.st_gid != shared.st_gid:
        # A group the person is not in: the file stays theirs, and the sentence of a refusal says so.
        with contextlib.suppress(PermissionError):
            os.chown(made, -1, shared.st_gid)
    rights = shared.st_mode & OTHERS
    if stat.S_ISDIR(present.st_mode):
        rights |= (rights & (stat.S_IRGRP | stat.S_IROTH)) >> 2  # who may list a folder may go into it
    wanted = stat.S_IMODE(present.st_mode) | rights
    if wanted != stat.S_IMODE(present.st_mode):
        made.chmod(wanted)
