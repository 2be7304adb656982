"""File names that a person may give: those that every system takes, Windows first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_FORBIDDEN: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
"""`:` opens an alternate data stream of NTFS: the report would be hidden inside another file."""
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
"""Windows writes to the device, whatever the suffix: the file would be nowhere."""


def why_unsafe(path: Path) -> str:
    """Return why Windows would not write a file named like `path`, in French; blank when it would.

    The same names are refused on every system: the file goes to somebody else's computer.
    """
    name = path.name
    if path.drive and not path.root:
        return "commence par une lettre de lecteur sans dossier"
    if found := _FORBIDDEN.search(name):
        sign = found[0]
        return f"contient « {sign} »" if sign.isprintable() else "contient un caractère invisible"
    if name != name.rstrip(". "):
        return "finit par un point ou un espace"
    if _DEVICES.fullmatch(name):
        return "est un nom réservé par Windows"
    return ""
