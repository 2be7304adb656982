"""Zips from outside, opened and unpacked within bounds."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

MAX_ENTRIES: Final = 100_000
"""Entries of one zip, with those of zips stored within it: each costs time before anything is unpacked."""
_ENTRY: Final = b"PK\x01\x02"
_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class TooManyEntriesError(zipfile.BadZipFile):
    """A zip announces more than `MAX_ENTRIES` entries."""


def open_zip(content: bytes) -> zipfile.ZipFile:
    """Return the zip in `content`, nothing of it unpacked.

    Raises TooManyEntriesError, and whatever `zipfile` raises for a damaged one.
    """
    if content.count(_ENTRY) > MAX_ENTRIES:
        raise TooManyEntriesError
    return zipfile.ZipFile(BytesIO(content))


def is_usually_packed(info: zipfile.ZipInfo) -> bool:
    """Return whether an entry is stored or deflated, as mail programs, spreadsheets and systems do.

    `zipfile` unpacks only these within bounds: of bzip2 and LZMA it takes the whole entry into memory.
    """
    return info.compress_type in _PACKINGS


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """Return the bytes of an entry; one byte more than `limit` when it has more.

    Raises BadZipFile for another packing than those of `is_usually_packed`, and whatever `zipfile` raises for
    a damaged entry.
    """
    if not is_usually_packed(info):
        raise zipfile.BadZipFile("neither stored nor deflated")
    with archive.open(info) as file:
        return file.read(limit + 1)
