"""Who may read and write a file, by its POSIX mode."""

from __future__ import annotations

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
