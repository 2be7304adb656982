"""Portable file names: a person may give only those that every system accepts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_FORBIDDEN: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
"""`:` opens an alternate data stream of NTFS, which would hide the report inside another file."""
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
"""Windows writes to the device, whatever the suffix: no file would exist."""


def why_unsafe(path: Path) -> str:
    """Return why Windows refuses the file name of `path`, in French; blank when it accepts it.

    The same names are refused on every system, since the file is sent to other computers.
    """
    name = path.name
    if path.drive and not path.root:
        return "commence par une lettre de lecteur sans dossier"
    if match := _FORBIDDEN.search(name):
        sign = match[0]
        return f"contient « {sign} »" if sign.isprintable() else "contient un caractère invisible"
    if name != name.rstrip(". "):
        return "finit par un point ou un espace"
    if _DEVICES.fullmatch(name):
        return "est un nom réservé par Windows"
    return ""
