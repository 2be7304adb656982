"""Zip archives that depend on their content only: the same files give the same bytes everywhere."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the oldest that a zip can hold
_UNIX: Final = 3
_RIGHTS: Final = 0o644 << 16


def write_archive(
    output: Path, entries: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write `entries`, by name, to `output`. The file appears whole or not at all."""
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(output.name + ".part")
    with zipfile.ZipFile(part, "w", compression, compresslevel=9) as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type, entry.create_system, entry.external_attr = compression, _UNIX, _RIGHTS
            archive.writestr(entry, entries[name])
    part.replace(output)
